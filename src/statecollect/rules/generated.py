"""A table's rules: those written in its schema, then those that follow from its fields.

====== ============================================================ =========
id     says                                                         severity
====== ============================================================ =========
K01    a party uses a key once (an empty part equals an empty part) error
D01    parties that report the same key report the same of it       error
U01…   a ``unique`` field is unique                                 error
N01    a one-row table has one row                                  error
C01…   a conditional field is filled where its condition holds      error *
L01…   a choice fits the field it depends on (``within``)           error *
P01…   a date lies in its ``period``                                error *
A01…   a typed ``auto`` value is what its formula gives             warning
W01…   a number lies in its ``likely`` range                        warning
O01    numbers are not far from all others of their column          trial
REF01… a reference names an existing row                            as written
====== ============================================================ =========

``*``: a warning where the field itself is an inference. Is there a true college that cannot satisfy an error?

- K01: no; rows alike in their key are one row, or the school says in which key field they differ.
- D01: no; one fact has one value, and ``resolve`` records which party is right.
- U01: no; numbers that the school gives itself are given once.
- N01: no; such a table is about the school as a whole.
- C01, L01, P01: only where our condition, mapping or period was guessed; therefore the star.
- REF01: where a row may rightly be missing in the other table, the reference is written as a warning.

Numbers follow the order of fields; an id that a written rule already has is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from statecollect.catalog import Catalog, Rule, Table, table_references
from statecollect.rules import distribution, field_conditions, row_conditions


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A rule and the table it belongs to."""

    table: Table
    rule: Rule

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.rule.id

    @property
    def severity(self) -> str:
        """error, warning or trial."""
        return self.rule.severity

    @property
    def check(self) -> str | None:
        """The condition, where the rule is one."""
        return self.rule.check

    @property
    def find(self) -> str | None:
        """The query, where the rule is one."""
        return self.rule.find

    @property
    def message(self) -> str:
        """The message with its placeholders."""
        return self.rule.message

    @property
    def evidence(self) -> str:
        """Where the rule comes from."""
        return self.rule.evidence


def repeats(bound: BoundRule) -> bool:
    """Whether a generated rule finds what stands twice, which it does as well in a part of a table."""
    family = bound.id.removeprefix(f"{bound.table.id}-").rstrip("0123456789")
    return family in {"K", "D", "U", "N"} and bound.rule not in bound.table.rules


def rules_of(catalog: Catalog, table: Table) -> tuple[BoundRule, ...]:
    """Return every rule of a table, the written ones first."""
    taken = {rule.id for rule in table.rules}
    rules = list(table.rules)
    for family, drafts in _families(catalog, table):
        numbers = (f"{table.id}-{family}{number:02}" for number in range(1, 1000))
        free = (name for name in numbers if name not in taken)
        rules += [draft.model_copy(update={"id": next(free)}) for draft in drafts]
    return tuple(BoundRule(table, rule) for rule in rules)


def _families(catalog: Catalog, table: Table) -> Iterator[tuple[str, Iterable[Rule]]]:
    fields = [field for field in table.fields if not field.auto]
    yield (
        "K",
        () if table.sql else row_conditions.key(table),
    )  # a query that groups by its key cannot repeat it
    yield "D", row_conditions.disagreement(table)
    yield (
        "U",
        (
            row_conditions.unique(table, field)
            for field in table.fields
            if field.unique and (field.name,) != table.key
        ),
    )
    yield "N", row_conditions.one_row(table)
    yield "C", (field_conditions.conditional(table, field) for field in fields if field.when)
    yield "L", (rule for field in fields for rule in field_conditions.within(catalog, table, field))
    yield "P", (rule for field in fields for rule in field_conditions.period(catalog, table, field))
    yield "A", (rule for field in table.fields for rule in field_conditions.formula(table, field))
    yield "W", (rule for field in table.fields for rule in field_conditions.likely(table, field))
    yield "O", distribution.outliers(table)
    yield (
        "REF",
        (row_conditions.reference(catalog, table, reference) for reference in table_references(table)),
    )
