"""``docs/indicators.md``: formulas, lines, sources and checks as tables. What is below its last heading is written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from statecollect.catalog import load_catalog
from statecollect.catalog.indicator_model import Indicators, ThresholdLine
from statecollect.indicators.compute import readings_of

BY_HAND = "## 与公开算例"
HEAD = (
    "指标写在 `schemas/2022/indicators.yaml`。证据：S1 公开页面直接读到，S2 转述或旁证，M 凭记忆，I 推断；M、I 打印为“未核原文”。"
    "无法计算时写明原因，不写 0。判定用未取整的值；取整会改变判定时同时印出未取整的值。"
)
READINGS = (
    "用哪一种算法在 `statecollect.toml` 的 `[indicators] readings` 中写明；没有写的用第一种，其他并列。"
)
VERDICT = (
    "五项基本指标一项越限制招生线为黄牌，两项及以上（或连续第三年黄牌，`连续黄牌年数` 由学校填写）为红牌。"
    "学校类别取 `[parameters]` 的 `学校类别`，没有时取学校概况表的学校性质类别。"
)
ALSO = "另外：数值超出常见范围、两种算法判定不同、公布的数字与数据算出的不同，各自提示。"


def page(kept: str) -> str:
    """Return the page; ``kept`` is the page as it was, whose part by hand stays."""
    by_hand = kept[kept.index(BY_HAND) :]
    return "\n".join(["# 核心指标", "", HEAD, "", *_generated(load_catalog("2022").indicators), by_hand])


def write(path: Path) -> None:
    """Write the page anew."""
    path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def _generated(rules: Indicators) -> Iterator[str]:
    yield "## 公式\n"
    yield from _table(
        ("指标", "分子", "分母", "倍数", "单位", "来源", "证据", "另一算法"),
        (
            (
                name,
                one.numerator,
                one.denominator,
                f"{one.factor:g}",
                one.unit or "",
                one.source,
                one.mark,
                "；".join(f"{other.label}（{other.mark}）" for other in readings_of(rules, name)[1:]),
            )
            for name, one in rules.indicators.items()
        ),
    )
    yield f"{READINGS}\n\n## 标准\n"
    yield from _table(
        ("指标", "学校类别", "合格", "限制招生"),
        (
            (name, "全部" if group == "*" else group, _line(lines.pass_), _line(lines.restrict))
            for name, one in rules.indicators.items()
            for group, lines in one.thresholds.items()
        ),
    )
    yield f"{VERDICT}\n\n## 取数\n"
    yield from _table(
        ("量", "取自", "证据", "说明"),
        (
            (name, f"`{one.sql or one.expr or _asked(one.default)}`", one.mark, one.note)
            for name, one in rules.quantities.items()
        ),
    )
    yield "## 自洽检查\n"
    yield from _table(
        ("检查", "级别", "说明", "证据"),
        ((name, one.severity, one.message, one.mark) for name, one in rules.checks.items()),
    )
    yield f"{ALSO}\n\n## 参照档案\n"
    yield from _table(
        ("档案", "全称", "指标与要求", "说明"),
        (
            (
                name,
                one.title,
                "；".join(
                    [
                        *(f"{indicator} {_line(line)}" for indicator, line in one.lines.items()),
                        *(
                            f"{group}：" + "，".join(f"{name} {_line(line)}" for name, line in lines.items())
                            for group, lines in one.by_group.items()
                        ),
                    ]
                ),
                "；".join(part for part in (one.note, *one.checklist) if part),
            )
            for name, one in rules.profiles.items()
        ),
    )


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(header)
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |".replace(" |  |", " | |")
    yield ""


def _line(line: ThresholdLine | None) -> str:
    return f"{line.value:g}（{line.mark}）" if line else ""


def _asked(default: float | None) -> str:
    return "学校填写" if default is None else f"学校填写，缺省 {default:g}"
