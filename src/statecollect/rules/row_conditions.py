"""Rules about a row among others: key, unique field, one-row table, reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from statecollect.catalog import Catalog, Field, Reference, Rule, Table
from statecollect.findings.catalogue import phrase, worded
from statecollect.rules.field_conditions import DRAFT
from statecollect.store.merging import mergeable
from statecollect.store.sql_columns import quoted


def key(table: Table) -> Iterator[Rule]:
    """Require a unique key. Both rows are found, each naming the other: both parties must know."""
    if not table.key or table.rows == "one":
        return
    words = worded("K", key=_shown(table.key))
    yield Rule(
        id=DRAFT,
        severity=words.severity,
        name=words.name,
        find=_twice(table, table.key, within="_party, "),
        other=table.id,
        fields=table.key,
        needs=(table.id,),
        message=words.message,
        hint=words.hint,
        evidence=table.evidence,
    )


def disagreement(table: Table) -> Iterator[Rule]:
    """Require that parties who report the same thing report the same of it; both are told, with both values.

    What agrees was joined into one row before any rule runs (``store/merging.py``).
    """
    if not mergeable(table):
        return
    name, key = quoted(table.short), same_key(table)
    filled = " OR ".join(f"a.{quoted(name)} IS NOT NULL" for name in table.key)
    # personal values stay out of the message's query: whatever is made of them would be masked as a whole
    others = [field for field in table.fields if field.name not in table.key and not field.is_personal]
    differences = ", ".join(_difference(field) for field in others) or "NULL"
    words = worded("D", key=_shown(table.key))
    keys = ", ".join(f"a.{quoted(name)} AS {quoted(name)}" for name in table.key)
    yield Rule(
        id=DRAFT,
        severity=words.severity,
        name=words.name,
        find=(
            f"SELECT a._id AS _id, b._id AS _other, b._party AS 另一方, {keys}, "
            f" coalesce(nullif(concat_ws('；', {differences}), ''), '号码、电话等个人信息不同') AS 不同"
            f" FROM {name} AS a JOIN {name} AS b ON {key} AND a._party <> b._party WHERE ({filled})"
        ),
        other=table.id,
        fields=table.key,
        needs=(table.id,),
        several=True,
        message=words.message,
        hint=words.hint,
        evidence=table.evidence,
    )


def same_key(table: Table) -> str:
    """Return SQL for "rows a and b have one key", an empty part equal to an empty part."""
    return " AND ".join(
        f"coalesce(CAST(a.{quoted(name)} AS VARCHAR), '') = coalesce(CAST(b.{quoted(name)} AS VARCHAR), '')"
        for name in table.key
    )


def _difference(field: Field) -> str:
    """Return SQL for the words about a field that two rows fill differently; NULL where they agree or one is empty."""
    mine, theirs = (f"CAST({side}.{quoted(field.name)} AS VARCHAR)" for side in "ab")
    label = field.name.replace("'", "''")
    return f"CASE WHEN {mine} <> {theirs} THEN '{label}「' || {mine} || '」对「' || {theirs} || '」' END"


def unique(table: Table, field: Field) -> Rule:
    """Require that no two rows have the same value."""
    words = worded("U", field=field.name, value=f"{{{field.name}}}")
    return Rule(
        id=DRAFT,
        severity=words.severity,
        name=words.name,
        find=_twice(table, (field.name,)),
        other=table.id,
        fields=(field.name,),
        needs=(table.id,),
        message=words.message,
        hint=words.hint,
        evidence=field.evidence,
    )


def one_row(table: Table) -> Iterator[Rule]:
    """Require that a one-row table has no second row."""
    if table.rows != "one":
        return
    name = quoted(table.short)
    first, words = table.fields[0].name, worded("N")
    yield Rule(
        id=DRAFT,
        severity=words.severity,
        name=words.name,
        find=(
            f"SELECT _id, _other FROM (SELECT _id, lag(_id) OVER (ORDER BY _party, _sheet, _row) AS _other FROM {name})"
            " AS numbered WHERE _other IS NOT NULL"
        ),
        other=table.id,
        fields=(first,),
        needs=(table.id,),
        message=words.message,
        hint=words.hint,
        evidence=table.evidence,
    )


def reference(catalog: Catalog, table: Table, link: Reference) -> Rule:
    """Require that the fields name an existing row of one of the target tables.

    One field: an empty cell is not checkable. Several fields: compared as a whole, empty equal to empty; a row
    in which all are empty is not checkable. Of a multi-valued field each value must exist.
    """
    targets = [catalog.tables[target] for target in link.to]
    multi = len(link.fields) == 1 and table.by_name[link.fields[0]].multi_valued
    words = worded(
        "REF",
        fields="、".join(link.fields),
        where="、".join(target.title for target in targets),
        said=phrase("REF", "said", "values", field=link.fields[0]) if multi else _shown(link.fields),
        tables="、".join(target.id for target in targets),
        their="、".join(link.their),
    )
    common = {
        "id": DRAFT,
        "severity": link.severity,
        "name": words.name,
        "fields": link.fields,
        "needs": tuple(dict.fromkeys((table.id, *link.to))),
        "message": words.message,
        "hint": words.hint,
        "evidence": link.evidence,
    }
    if multi:
        return Rule.model_validate({**common, "find": _missing_values(table, link, targets)})
    return Rule.model_validate({**common, "check": _exists(table, link, targets)})


def _shown(names: Sequence[str]) -> str:
    """Return fields with blanks for their values, as a message shows them."""
    return "、".join(f"{name}「{{{name}}}」" for name in names)


def _twice(table: Table, names: Sequence[str], within: str = "") -> str:
    """Rows that agree in ``names`` with another row.

    Rows in which all of them are empty have other faults. A row with a cell that was turned away is left out: it
    looks empty here, and would make a duplicate of a sound row.
    """
    columns = ", ".join(map(quoted, names))
    group = ", ".join(f"coalesce(CAST({quoted(name)} AS VARCHAR), '')" for name in names)
    filled = " OR ".join(f"{quoted(name)} IS NOT NULL" for name in names)
    unkept = (
        f'SELECT _id FROM _rejected WHERE "table" = {_literals([table.id])} AND field IN ({_literals(names)})'
    )
    window = f"OVER (PARTITION BY {within}{group} ORDER BY _party, _sheet, _row)"
    return (
        f"SELECT _id, _other, {columns} FROM (SELECT _id, coalesce(lag(_id) {window}, lead(_id) {window}) AS _other,"
        f" {columns} FROM {quoted(table.short)} WHERE ({filled}) AND _id NOT IN ({unkept})) AS numbered WHERE _other IS NOT NULL"
    )


def _exists(table: Table, link: Reference, targets: Sequence[Table]) -> str:
    own = [f"{quoted(table.short)}.{quoted(name)}" for name in link.fields]
    same = " IS NOT DISTINCT FROM " if len(own) > 1 else " = "
    pairs = list(zip(own, link.their, strict=True))
    found = [
        f"EXISTS (SELECT 1 FROM {quoted(target.short)} AS target WHERE "
        + " AND ".join(f"target.{quoted(their)}{same}{mine}" for mine, their in pairs)
        + ")"
        for target in targets
    ]
    if link.values:
        found.append(f"{own[0]} IN ({_literals(link.values)})")
    filled = " OR ".join(f"{mine} IS NOT NULL" for mine in own)
    return f"CASE WHEN {filled} THEN {' OR '.join(found)} END"


def _missing_values(table: Table, link: Reference, targets: Sequence[Table]) -> str:
    name = quoted(link.fields[0])
    known = " UNION ALL ".join(
        f"SELECT {quoted(link.their[0])} AS 值 FROM {quoted(target.short)}" for target in targets
    )
    allowed = f" AND parts.值 NOT IN ({_literals(link.values)})" if link.values else ""
    return (
        f"SELECT parts._id, parts.{name}, string_agg(parts.值, '、' ORDER BY parts.值) AS 缺少 FROM"
        f" (SELECT _id, {name}, unnest(string_split({name}, ',')) AS 值 FROM {quoted(table.short)}) AS parts"
        f" WHERE NOT EXISTS (SELECT 1 FROM ({known}) AS known WHERE known.值 = parts.值){allowed}"
        f" GROUP BY parts._id, parts.{name}"
    )


def _literals(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
