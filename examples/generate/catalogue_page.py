"""``docs/findings.md`` from the catalogue of findings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from statecollect.findings import SEVERITY_LABEL
from statecollect.findings.catalogue import Entry, Sentence, cleaner_sentences, entries
from statecollect.rules.explanation import blank

HEAD = """# 问题一览

由 `src/statecollect/findings/catalogue.yaml` 生成（`python examples/generate/all.py`），不要手改。

报告里“规则”一列的编号由表号和这里的编号组成：`1.4.1-F02` 是表 1.4.1 的 F02。K 以下各类一张表可以有几条，编号带序号，
如 `1.4.1-W01`。带 R 的（`1.4.1-R03`）是数据目录里写明的规则，`本校-01` 一类是本校自己的规则，不在这一页；
`statecollect explain 1.4.1-R03` 照样能查，连同它的 SQL 和依据。

句子里的 … 处填这一处的内容：栏目名、行号、填的值等；个人信息先遮去再写进句子。规则的句子后面还可能有“（对照：…）”
“（另见 …）”，说明和哪里的数据比较。
"""
GROUPS = {
    "F02–F10": "格子里的内容",
    "S01": "工作簿",
    "K": "由栏目、键和上一年得出的规则",
    "指标-量级": "核心指标",
}


def page() -> str:
    """Return the page: one section an entry, in the order of the catalogue."""
    parts = [HEAD]
    for entry in entries().values():
        if entry.id in GROUPS:
            parts.append(f"## {GROUPS[entry.id]}\n")
        parts.append(_section(entry))
    return "\n".join(parts)


def write(path: Path) -> None:
    """Write the page."""
    path.write_text(page(), encoding="utf-8", newline="\n")


def _section(entry: Entry) -> str:
    levels = "、".join(SEVERITY_LABEL[severity] for severity in entry.severities)
    modules = "、".join(f"`{module}`" for module in entry.raised)
    lines = [f"### {entry.id} {entry.name}\n", f"{levels}；{entry.means}{entry.repair}\n"]
    if entry.cause:
        lines.append(f"整列都有时：{entry.cause}。\n")
    sentences = [*entry.sentences.values(), *([entry.rule] if entry.rule else [])]
    lines += [f"- {_line(one)}" for one in sentences if blank(one.message).strip("：…")]
    pieces = [f"「{blank(piece)}」" for named in entry.parts.values() for piece in named.values()]
    lines += [f"- 其中可以是：{'、'.join(pieces)}"] if pieces else []
    lines += [f"- …：{what}{_repair(how)}" for what, how in _cleaners(entry)]
    return "\n".join([*lines, f"\n出自 {modules}\n"])


def _cleaners(entry: Entry) -> Iterator[tuple[str, str]]:
    for module in entry.cleaners:
        yield from cleaner_sentences()[module]


def _line(one: Sentence) -> str:
    return blank(one.message) + _repair(blank(one.hint))


def _repair(hint: str) -> str:
    return f"；{hint}" if hint.strip("…") else ""
