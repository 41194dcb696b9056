"""One fault for every rule: what to change in the clean example so that this rule has something to say.

A written rule brings its own fault (``breaks`` in its YAML); for the rules that follow from the fields the fault
follows from the field, too. ``examples/2022/faults.csv`` lists them all: the faulty college, one change at a time,
because no single set can break rules that exclude each other. A test puts each into the clean example.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from trial import UNREADABLE, Row, Trial

from people import company_code
from statecollect.catalog import Break, Field, Rule, Table
from statecollect.catalog.conditions import comparisons
from statecollect.rules import BoundRule
from statecollect.rules.field_rules import families_of, family_of, field_rule

NOWHERE = "查无此项"
SECOND = "另一单位"  # reports what another party reports, too


class NoFaultError(Exception):
    """The clean example offers no row in which the rule could be violated."""


@dataclass(frozen=True, slots=True)
class Step:
    """One changed, added or removed row: the n-th (from 0) of a party's table.

    An added one is like another (``like``), of the same party or ``of`` another.
    """

    action: str  # 改 加 删
    table: str
    party: str
    row: int
    typed: Mapping[str, str]
    like: int = 0
    of: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """How to violate a rule. ``found_at``: (party, row from 0) where it may be found; () for the table as a whole.

    ``expect`` is a condition on the rows where else it may be found.
    """

    rule: str
    steps: tuple[Step, ...]
    found_at: tuple[tuple[str, int], ...]
    field: str | None
    expect: str | None = None


def changes(trial: Trial, fault: Fault) -> dict[tuple[str, str], list[Row]]:
    """Return the rows of every party and table that a fault touches, as they are with the fault."""
    touched: dict[tuple[str, str], list[Row]] = {}
    for step in fault.steps:
        key = (step.party, step.table)
        rows = touched.setdefault(key, [dict(row) for row in trial.rows.get(key, [])])
        if step.action == "加":
            rows.append(dict(step.typed))
        elif step.action == "改":
            rows[step.row].update(step.typed)
    for key, rows in touched.items():
        gone = {step.row for step in fault.steps if (step.party, step.table) == key and step.action == "删"}
        touched[key] = [row for at, row in enumerate(rows) if at not in gone]
    return touched


def field_faults(trial: Trial, table: Table) -> Iterator[Fault]:
    """Yield a fault for every field rule (F00, F01 …) that can say something about this table."""
    party, _ = first_row(trial, table)
    people_first = sorted(table.fields, key=lambda field: field.auto)
    for family in families_of(table):
        for field in people_first:
            typed = _mistyped(field, family)
            if typed is not None:
                step = Step("改", table.id, party, 0, {field.name: typed})
                yield Fault(field_rule(table, family), (step,), ((party, 0),), field.name)
                break


def rule_fault(trial: Trial, bound: BoundRule) -> Fault:
    """Return a fault for one rule. Raises NoFaultError where the example has no row for it."""
    table, rule = bound.table, bound.rule
    if rule.breaks:
        return _by_hand(trial, table, rule)
    if rule in table.rules:
        raise NoFaultError("没有写：示例中改哪一处，这条规则才查得出问题")
    return _by_family(trial, table, rule)


def first_row(trial: Trial, table: Table, where: str = "TRUE") -> tuple[str, int]:
    """Return party and place of the first row for which a condition holds."""
    found = trial.matching(table, where)
    if not found:
        raise NoFaultError(f"{table.title}：示例中没有一行满足 {where}")
    return found[0]


def _by_hand(trial: Trial, table: Table, rule: Rule) -> Fault:
    steps: list[Step] = []
    for one in rule.breaks:
        steps += _steps(trial, trial.catalog.tables[one.table or table.id], one)
    expect = next((one.expect for one in rule.breaks if one.expect), None)
    if expect is None and table.rows == "one" and all(step.table != table.id for step in steps):
        expect = "TRUE"
    own = [(step.party, step.row) for step in steps if step.table == table.id and step.action != "删"]
    main = rule.fields[0] if rule.fields else None
    return Fault(rule.id, tuple(steps), tuple(own), main, expect)


def _steps(trial: Trial, table: Table, one: Break) -> Iterator[Step]:
    where = one.where or "TRUE"
    if one.remove:
        for party, row in trial.matching(table, where):
            yield Step("删", table.id, party, row, {})
        return
    party, row = first_row(trial, table, where)
    typed = {name: "" if value is None else str(value) for name, value in one.set.items()}
    if one.copy_row:
        yield _copied(trial, table, party, row, typed)
    else:
        yield Step("改", table.id, party, row, typed)


def _copied(trial: Trial, table: Table, party: str, row: int, typed: Mapping[str, str]) -> Step:
    rows = trial.rows[party, table.id]
    return Step("加", table.id, party, len(rows), {**rows[row], **typed}, row)


def _by_family(trial: Trial, table: Table, rule: Rule) -> Fault:
    family = rule.id.removeprefix(f"{table.id}-").rstrip("0123456789")
    main = rule.fields[0]
    field = table.by_name[main]
    if family in {"K", "U", "N"}:
        party, row = first_row(trial, table, f'"{main}" IS NOT NULL' if family != "N" else "TRUE")
        step = _copied(trial, table, party, row, {})
        return Fault(rule.id, (step,), ((party, row), (party, step.row)), main)
    if family == "D":
        return _contradicted(trial, table, rule)
    if family == "C":
        party, row, typed = _not_filled(trial, table, field)
    else:
        where = f"({field.formula}) IS NOT NULL" if family == "A" else f'"{main}" IS NOT NULL'
        party, row = first_row(trial, table, where)
        typed = {main: _misfit(trial, table, field, family, trial.rows[party, table.id][row])}
    return Fault(rule.id, (Step("改", table.id, party, row, typed),), ((party, row),), main)


def _contradicted(trial: Trial, table: Table, rule: Rule) -> Fault:
    """Let another party report a row of the first one, with one cell that says something else."""
    party, row = first_row(trial, table)
    given = trial.rows[party, table.id][row]
    others = [
        one for one in table.fields if one.name not in table.key and not one.auto and given.get(one.name)
    ]
    for field in others:
        for value in (
            *_labels(trial, field),
            "7",
            "2021-10-08",
            "2021-10",
            given[field.name] + "甲",
            "90001",
        ):
            if value != given[field.name] and trial.accepts(table, field, value):
                step = Step("加", table.id, SECOND, 0, {**given, field.name: value}, row, party)
                return Fault(rule.id, (step,), ((party, row), (SECOND, 0)), rule.fields[0])
    raise NoFaultError(f"{table.title}：没有一栏可以填得不一样")


def _labels(trial: Trial, field: Field) -> tuple[str, ...]:
    return trial.catalog.codes[field.codes].labels[:3] if field.codes else ()


def _not_filled(trial: Trial, table: Table, field: Field) -> tuple[str, int, dict[str, str]]:
    """Return a row in which a conditional field is due, or one that is made so, with the field left empty."""
    found = trial.matching(table, field.when or "")
    if found:
        return (*found[0], {field.name: ""})
    due = _fulfilling(trial, table, field.when or "")
    if not due:
        raise NoFaultError(f"{field.name}：示例中没有一行满足 {field.when}")
    return (*first_row(trial, table), {**due, field.name: ""})


def _fulfilling(trial: Trial, table: Table, condition: str) -> dict[str, str]:
    """Return values under which a condition of comparisons joined by AND holds; empty where it is of another form."""
    typed: dict[str, str] = {}
    for one in comparisons(condition) or ():
        if one.sign == "one of":
            typed[one.field] = one.values[0]
        elif one.sign == "not":
            codes = trial.catalog.codes.get(table.by_name[one.field].codes or "")
            typed[one.field] = (
                next((label for label in codes.labels if label not in one.values), "") if codes else ""
            )
        else:
            return {}
    return typed


def _misfit(trial: Trial, table: Table, field: Field, family: str, row: Row) -> str:
    """Return a value that the field accepts and the rule does not."""
    if family == "L":
        codes = trial.catalog.codes[field.codes or ""]
        governing = row[field.within or ""]
        for code in codes.values:
            if code.within and governing not in code.within:
                return code.label
        raise NoFaultError(f"{field.name}：代码表 {codes.id} 没有不属于「{governing}」的值")
    if family == "P":
        return _LONG_AGO[field.kind]
    if family == "W":
        low, high = field.likely or (0, 0)
        over = high * 10 + 1
        return f"{over if field.max is None or over <= field.max else max(low - 1, field.min or 0):g}"
    if family == "A":
        return "987654" if field.spec.storage in {"integer", "decimal"} else NOWHERE
    return _unknown(trial, table, field)


_LONG_AGO = {
    "date": "1999-01-01",
    "datetime": "1999-01-01 08:00",
    "year_month": "1999-01",
    "year": "1999",
    "grade": "1999",
    "school_year": "1999-2000",
}


def _unknown(trial: Trial, table: Table, field: Field) -> str:
    """Return a well-formed value that is in no table."""
    for value in (NOWHERE, "ZZ9999", "599999", company_code(9999), "987654", "4"):
        if trial.accepts(table, field, value):
            return value
    raise NoFaultError(f"{field.name}：想不出一个格式正确而查不到的值")


def _mistyped(field: Field, family: str) -> str | None:
    """Return what a clerk types wrongly so that ``family`` finds it in this field, or None where it cannot."""
    if family == "F00":
        return UNREADABLE
    if family == "F01":
        return "" if field.required == "yes" and not field.auto else None
    if family_of(field) != family:
        return None
    match field.kind:
        case "code" | "codes" | "yes_no":
            return NOWHERE
        case _ if family == "F05":
            longest = field.length or field.spec.length
            return "字" * (longest + 1) if longest else "字变成了??"
        case _:
            return "查无"


def all_faults(trial: Trial, table: Table) -> Iterator[tuple[str, Fault | NoFaultError]]:
    """Yield every rule of a table with its fault, or why the example has none.

    Rules about the spread of a whole column are left out: no one row is their fault (``tests/rules/test_yearly.py``).
    """
    for bound in trial.rules.values():
        if bound.table.id != table.id or bound.rule.least_rows:
            continue
        try:
            yield bound.id, rule_fault(trial, bound)
        except NoFaultError as missing:
            yield bound.id, missing


def listing(trial: Trial, tables: Iterable[Table] | None = None) -> Iterator[dict[str, object]]:
    """Yield the lines of ``faults.csv`` (of some ``tables``): one a changed cell, one an added or removed row."""
    for table in trial.catalog.tables.values() if tables is None else tables:
        faults = [] if table.sql else list(field_faults(trial, table))
        faults += [fault for _, fault in all_faults(trial, table) if isinstance(fault, Fault)]
        for fault in faults:
            for step in fault.steps:
                yield from _lines(trial, fault, step)


def _lines(trial: Trial, fault: Fault, step: Step) -> Iterator[dict[str, object]]:
    given = trial.rows[step.of or step.party, step.table]
    before = given[step.like if step.action == "加" else step.row]
    changed = [name for name, text in step.typed.items() if before.get(name, "") != text]
    for name in changed or [""]:
        yield {
            "规则": fault.rule,
            "动作": step.action,
            "填报单位": step.party,
            "表号": step.table,
            "第几行": step.row + 1,
            "字段": name,
            "写成": step.typed.get(name, ""),
            "同第几行": f"{step.of} {step.like + 1}".strip() if step.action == "加" else "",
        }
