"""The catalogue of findings: what the code says stands there, what stands there is said, and what is said is masked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import statecollect
from season import Season
from statecollect.catalog import Catalog, Table, load_catalog
from statecollect.cleaning.clean import CLEANERS
from statecollect.core.errors import UsageError
from statecollect.findings import Finding
from statecollect.findings.catalogue import Own, cleaner_sentences, entries, family, phrase, said, worded
from statecollect.rules.explanation import explain
from statecollect.rules.field_rules import FAMILIES, GENERAL, families_of, family_of, field_rules

PACKAGE = Path(statecollect.__file__).parent
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in sorted(PACKAGE.rglob("*.py"))
}
ID = re.compile(r"[SF]\d\d")
SPEAKERS = [
    name for name, path in MODULES.items() if "findings.catalogue import" in path.read_text(encoding="utf-8")
]
# where a variable names the id or the sentence
BY_VALUE = {"intake.cell_findings", "store.delivery", "rules.ownership", "workbook.recognise.tables"}
CATALOG = load_catalog("2022")


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def calls(module: str, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def literal(call: ast.Call, at: int) -> str | None:
    node = call.args[at] if len(call.args) > at else None
    return str(node.value) if isinstance(node, ast.Constant) else None


@cache
def texts(module: str) -> frozenset[str]:
    return frozenset(
        node.value
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def names_of(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_id_in_the_code_is_in_the_catalogue() -> None:
    used = {text for module in MODULES for text in texts(module) if ID.fullmatch(text)}
    assert used - set(entries()) == set()
    assert {name for name in entries() if ID.fullmatch(name)} - used == set()


@pytest.mark.parametrize("module", SPEAKERS)
def test_what_a_module_says_is_in_the_catalogue_as_raised_there(module: str) -> None:
    for call in calls(module, "said"):
        rule, key = literal(call, 0), literal(call, 1)
        blanks = {keyword.arg for keyword in call.keywords}
        if rule is None or key is None:
            assert module in BY_VALUE, call.lineno
            continue
        entry = entries()[rule]
        assert module in entry.raised
        if None not in blanks:  # all are named
            sentence = entry.sentences[key]
            assert names_of(sentence.message) | names_of(sentence.hint) <= blanks
    for call in calls(module, "phrase"):
        rule, blank, key = (literal(call, at) for at in range(3))
        if rule is not None and blank is not None and key is not None:
            assert names_of(entries()[rule].parts[blank][key]) <= {one.arg for one in call.keywords}
    for call in calls(module, "worded"):
        rule = literal(call, 0)
        assert rule is not None
        assert module in entries()[rule].raised


@pytest.mark.parametrize("name", entries())
def test_every_entry_is_said_where_it_says(name: str) -> None:
    entry = entries()[name]
    assert (bool(entry.name), bool(entry.means), bool(entry.repair)) == (True, True, True)
    assert set(entry.raised) <= set(MODULES)
    known = frozenset[str]().union(*(texts(module) for module in entry.raised))
    assert {key for key in entry.sentences if key not in known} == set()
    assert {key for named in entry.parts.values() for key in named if key not in known} == set()
    if entry.rule:
        assert any(literal(call, 0) == name for module in entry.raised for call in calls(module, "worded"))


def test_nobody_makes_a_finding_past_the_catalogue() -> None:
    makers = {module for module in MODULES if any(calls(module, "Finding"))}
    # a rule's own sentence, one that was stored, and the catalogue itself
    assert makers == {"rules.engine", "store.queries", "findings.catalogue"}


def test_the_cleaners_of_each_field_rule_are_those_of_its_kinds() -> None:
    modules: dict[str, set[str]] = {}
    for table in CATALOG.tables.values():
        for field in table.fields:
            cleaner = CLEANERS[field.kind]
            modules.setdefault(family_of(field), set()).add(cleaner.__module__.rpartition(".")[2])
    shared = set(entries()[GENERAL].cleaners)
    for name, used in modules.items():
        assert used - shared <= set(entries()[name].cleaners), name
    listed = {module for entry in entries().values() for module in entry.cleaners}
    assert listed == set(cleaner_sentences())


def test_what_is_filled_in_is_masked_before_it_is_joined() -> None:
    number = "420106199003070018"
    told = said("S02", "taken_as", heading=f"张三{number}", field=Own("身份证号"), hint=f"电话 138{'1' * 8}")
    assert "19900307" not in told.message
    assert told.message.startswith("栏目「张三420")
    assert "11111111" not in told.hint
    assert number not in phrase("S02", "what", "unknown", heading=number)
    assert said("F07", "constant", field=Own("代码"), constant=Own(number)).message.endswith(f"「{number}」")


def test_what_the_catalogue_does_not_have_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        said("S99", "row")
    with pytest.raises(KeyError):
        said("S05", "several", "error", sheets=2, counts="", again="")
    with pytest.raises(KeyError):
        said("S05", "several", sheets=2)
    with pytest.raises(KeyError):
        worded("S05")


def test_the_entry_of_an_id() -> None:
    found = {
        name: entry.id if (entry := family(name)) else None
        for name in ("W03", "REF12", "Y02", "Y05", "F12", "S99", "X01")
    }
    assert found == {
        "W03": "W",
        "REF12": "REF",
        "Y02": "Y02",
        "Y05": "Y",
        "F12": None,
        "S99": None,
        "X01": None,
    }


def test_field_rules_are_rules_like_the_others() -> None:
    table = CATALOG.tables["1.4.1"]
    rules = field_rules(table)
    assert [bound.id for bound in rules] == [f"1.4.1-{name}" for name in families_of(table)]
    assert {bound.severity for bound in rules} == {"error"}
    assert all(bound.rule.name == entries()[bound.id[-3:]].name for bound in rules)
    assert set(FAMILIES) <= set(entries())


def patterns(finding: Finding) -> Iterator[str]:
    """Give what a finding of a cell or a workbook may say, as patterns."""
    entry = family(finding.rule, finding.table)
    assert entry is not None, finding.rule
    shared = entries()[entry.like].sentences.values() if entry.like else ()
    for sentence in (*entry.sentences.values(), *shared):
        if finding.severity in sentence.severities:
            yield ".*".join(re.escape(part) for part, _, _, _ in Formatter().parse(sentence.message)) + ".*"


def test_what_the_example_finds_are_sentences_of_the_catalogue(first_round: Season) -> None:
    found = [one for one in first_round.validation.findings if re.search(r"(?:^|-)[SF]\d\d$", one.rule)]
    assert len({one.rule[-3:] for one in found}) > 3
    assert [
        one.message
        for one in found
        if not any(re.fullmatch(each, one.message, re.S) for each in patterns(one))
    ] == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("1.2.1-F02", ["不在可选范围", "1.2.1 ", "可选范围之内", "专业层次"]),
        ("F11", ["已自动整理", "收下"]),
        ("S05", ["几张工作表", "只留一份"]),
        ("1.4.1-S20", ["1.4.1 ", "请删去这一行"]),
        ("1.4.1-R03", ["双师型", "CASE WHEN", "5.2"]),
        ("1.2.1-K01", ["键不重复", "SELECT", "同一个单位"]),
        ("W", ["常见范围", "单位可能不对"]),
        ("指标-算法", ["算法"]),
    ],
)
def test_an_id_is_explained(asked: str, words: list[str]) -> None:
    shown = repr(explain(CATALOG, asked))
    assert [word for word in words if word not in shown] == []


def test_every_check_of_the_indicators_is_explained() -> None:
    for name, check in CATALOG.indicators.checks.items():
        assert explain(CATALOG, f"指标-{name}").sentences == ((check.message, check.hint),)


@pytest.mark.parametrize(
    ("asked", "near"), [("1.4.1-R99", "1.4.1-R"), ("F12", "F11"), ("1.1.1-X77", "1.1.1-"), ("S055", "S05")]
)
def test_an_unknown_id_is_refused_with_near_ones(asked: str, near: str) -> None:
    with pytest.raises(UsageError) as refused:
        explain(CATALOG, asked)
    assert near in refused.value.hint


def test_a_rule_that_a_school_switched_off_says_so() -> None:
    off: Catalog = CATALOG.model_copy(update={"off": {"1.4.1-R03": "本校没有", "1.4.1-F02": "也没有"}})
    assert explain(off, "1.4.1-R03").off == "本校没有"
    assert explain(off, "1.4.1-F02").off == "也没有"
    table: Table = CATALOG.tables["1.4.1"]
    assert explain(off, "1.4.1-F02").table == table.title
