"""The yearly knowledge as immutable values: Catalog, Table, Field, CodeList, Rule.

These models *are* the file format of ``schemas/<year>/`` – see ``docs/schemas.md`` for a worked page.
The code knows nothing about a year; everything a year says is in these values.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field as Key
from pydantic import StringConstraints, field_validator, model_validator

from statecollect.catalog.code_lists import CodeList
from statecollect.catalog.frozen import Frozen
from statecollect.catalog.indicator_model import Indicators
from statecollect.catalog.kinds import KINDS, MULTI_VALUED, Kind

TableId = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
Mode = Literal["collect", "auto", "cloud", "cloud+supplement"]
RuleSeverity = Literal["error", "warning", "trial"]
PartyWord = Literal["departments", "units", "everyone", "teachers"]


class Reference(Frozen):
    """These fields must name an existing row elsewhere.

    ``to`` lists the tables that may hold it (教工号 is in 1.4.1 or 1.4.2); ``their`` the fields there, in the
    same order as ``fields``. A multi-valued field refers with each of its values.
    """

    fields: tuple[str, ...] = Key(min_length=1)
    to: tuple[TableId, ...] = Key(min_length=1)
    their: tuple[str, ...] = Key(min_length=1)
    severity: RuleSeverity = "error"
    evidence: str = ""
    values: tuple[str, ...] = ()  # values accepted although they are in none of the tables (全校)

    @model_validator(mode="after")
    def _same_width(self) -> Self:
        if len(self.fields) != len(self.their):
            raise ValueError("fields 与 their 的个数不一致")
        return self


class Field(Frozen):
    """One column of a table.

    ``required``: yes, no, or conditional with ``when`` (SQL over the row's fields; a conditional field without
    ``when`` is checked by a rule of the table or not at all). ``auto``: filled by the platform, not by people;
    ``formula`` (SQL) computes it. ``period``: a name in the catalog's ``periods`` the value must fall into.
    ``within``: the field on whose value the choice in ``codes`` depends.
    ``evidence`` keeps the source tag of the field list; a tag that begins with ``I`` is an inference.
    """

    name: str
    kind: str = "text"
    required: Literal["yes", "no", "conditional"] = "no"
    when: str | None = None
    auto: bool = False
    formula: str | None = None
    codes: str | None = None
    within: str | None = None
    unit: str | None = None
    decimals: int | None = None
    length: int | None = None
    width: int | None = None
    min: float | None = None
    max: float | None = None
    likely: tuple[float, float] | None = None
    pattern: str | None = None
    period: str | None = None
    references: str | None = None
    constant: str | None = None
    personal: bool | None = None
    unique: bool = False
    fixed: bool | None = None
    example: str | None = None
    note: str = ""
    evidence: str = ""

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, value: str) -> str:
        if value not in KINDS:
            raise ValueError(f"没有「{value}」这种字段类型，可用：{'、'.join(KINDS)}")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.kind in {"code", "codes"} and not self.codes:
            raise ValueError(f"字段「{self.name}」的类型是 {self.kind}，要写明代码表 codes")
        if self.when and self.required != "conditional":
            raise ValueError(f"字段「{self.name}」写了 when，required 应为 conditional")
        if self.formula and not self.auto:
            raise ValueError(f"字段「{self.name}」写了 formula，auto 应为 true")
        return self

    @property
    def spec(self) -> Kind:
        """The kind's own defaults."""
        return KINDS[self.kind]

    @property
    def inferred(self) -> bool:
        """Whether the evidence says that this field is an inference, not seen in any source."""
        return self.evidence.startswith("I")

    @property
    def is_personal(self) -> bool:
        """Whether the value is masked outside its owner's own workbook."""
        return self.spec.personal if self.personal is None else self.personal

    @property
    def is_fixed(self) -> bool:
        """Whether the value of the same row cannot be another one next year."""
        return self.kind == "id_number" if self.fixed is None else self.fixed

    @property
    def multi_valued(self) -> bool:
        """Whether one cell holds several values."""
        return self.kind in MULTI_VALUED

    @property
    def shown_unit(self) -> str | None:
        """The unit of the column."""
        return self.unit or self.spec.unit

    @property
    def shown_decimals(self) -> int | None:
        """How many decimals the column has; None for what is no number."""
        return self.spec.decimals if self.decimals is None else self.decimals


class Break(Frozen):
    """How to violate a rule in clean data: each rule ships the proof that it can fail.

    In ``table`` (default: the rule's own) the first row for which ``where`` holds (default: the first row) gets
    the values of ``set``; with ``copy`` a changed copy of the row is appended instead; with ``remove`` every
    row for which ``where`` holds is taken out. ``expect`` (SQL over the rule's table, after the change) names
    the row the finding must point at where that is not the changed row itself. A rule that only several changes
    together can violate lists them.
    """

    table: TableId | None = None
    where: str | None = None
    set: Mapping[str, str | int | float | None] = {}
    copy_row: bool = Key(default=False, alias="copy")
    remove: bool = False
    expect: str | None = None


class Rule(Frozen):
    """A check in SQL over the Chinese names of tables and fields, in DuckDB's dialect.

    ``check`` must hold in every row of the rule's table: FALSE is a finding, NULL is "not checkable".
    ``find`` is a query whose result rows *are* the findings; it selects ``_id`` of the table's row (or nothing,
    for a finding about the table as a whole) and every name its message uses, and may select ``_other`` and
    name ``other`` to point at a second row. ``fields`` are the cells to mark, the first being the main one.
    ``message`` may contain ``{字段}``; ``needs`` names tables that must have been returned before the rule says
    anything (default: every table the SQL mentions). ``own``: written by a school, not by the year. ``several`` and ``least_rows``: it says something only where
    several parties returned the table, or so many rows; otherwise it passes. A ``find`` may select ``_field`` and
    ``_value`` to say which cell it means, and ``_party`` for a finding without a row. ``fair`` answers whether there is a true
    college that cannot satisfy it; an error for which there is one would force a false entry.
    """

    id: str
    severity: RuleSeverity = "error"
    name: str = ""
    check: str | None = None
    find: str | None = None
    fields: tuple[str, ...] = ()
    other: TableId | None = None
    needs: tuple[TableId, ...] | None = None
    own: bool = False
    several: bool = False
    least_rows: int = 0
    message: str
    hint: str = ""
    evidence: str = ""
    fair: str = ""
    breaks: tuple[Break, ...] = ()

    @field_validator("breaks", mode="before")
    @classmethod
    def _one_break(cls, value: object) -> object:
        return [value] if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.check is None) == (self.find is None):
            raise ValueError(f"规则 {self.id} 要写 check 或 find 之一")
        return self


class Owner(Frozen):
    """Whose a row is: the field with the number of the teacher, the field with the name of the unit.

    Each holds for the workbooks of that kind of party only: in a teacher's own workbook every row is about that
    teacher, in a unit's about that unit. An office may fill a table for the whole school and is not held to it.
    """

    teacher: str | None = None
    unit: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.teacher or self.unit):
            raise ValueError("owner 要写明 teacher 或 unit")
        return self


class Table(Frozen):
    """One data table: fields in their order, key, references, rules.

    ``short`` is the name in SQL and on the sheet tab (an identifier; Excel allows 31 characters with the id).
    ``rows``: ``one`` for tables with a single row. ``official`` says what is known of the official template.
    ``sql`` derives an ``auto`` table from others; ``totals`` (SQL over the row) says which of its rows are totals. ``precedence``: parties, whose value counts first where several report
    the same row differently. ``owner``: the fields that say whose a row is.
    """

    id: TableId
    name: str
    short: str = ""
    rows: Literal["many", "one"] = "many"
    mode: Mode = "collect"
    about: str = ""
    key: tuple[str, ...] = ()
    owner: Owner | None = None
    period: str | None = None
    official: str = ""
    evidence: str = ""
    fields: tuple[Field, ...] = Key(min_length=1)
    references: tuple[Reference, ...] = ()
    rules: tuple[Rule, ...] = ()
    sql: str | None = None
    totals: str | None = None
    precedence: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_defaults_to_name(cls, data: object) -> object:
        if isinstance(data, dict) and not data.get("short"):
            return {**data, "short": data.get("name", "")}
        return data

    @model_validator(mode="after")
    def _names_resolve(self) -> Self:
        names = [field.name for field in self.fields]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"字段「{twice}」出现了两次")
        known = set(names)
        mentioned = [("key", name) for name in self.key]
        mentioned += [("references", name) for reference in self.references for name in reference.fields]
        mentioned += [("rules " + rule.id, name) for rule in self.rules for name in rule.fields]
        mentioned += [("within", field.within) for field in self.fields if field.within]
        owners = [name for name in (self.owner.teacher, self.owner.unit) if name] if self.owner else []
        mentioned += [("owner", name) for name in owners]
        for place, name in mentioned:
            if name not in known:
                raise ValueError(f"{place} 提到的字段「{name}」不在本表")
        for field in self.fields:
            if field.name in owners and (field.is_personal or field.multi_valued):
                raise ValueError(
                    f"owner 提到的字段「{field.name}」要是单个的编号或名称，不能是证件号、电话等"
                )
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) < len(ids):
            raise ValueError("规则编号重复：" + next(i for i in ids if ids.count(i) > 1))
        return self

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Fields by name."""
        return {field.name: field for field in self.fields}

    @property
    def title(self) -> str:
        """Id and short name: the sheet's tab."""
        return f"{self.id} {self.short}"


class Period(Frozen):
    """A span or moment of collection; both ends included. ``label`` is what a clerk reads."""

    label: str
    start: dt.date
    end: dt.date
    evidence: str = ""


class Stage(Frozen):
    """One stage of the schedule. ``tables``: ids or id prefixes (``1.``, ``2.``) due at its end."""

    id: str
    name: str
    start: dt.date | None = None
    due: dt.date
    who: str = ""
    tables: tuple[str, ...] = ()
    note: str = ""
    evidence: str = ""


VANISHED, CHANGED, OUTLYING = "年度消失比例", "年度变化比例", "离群倍数"
# How far the rules that follow from fields let values stray before they ask (I); year and school may say otherwise
SCALES: Mapping[str, float] = {VANISHED: 0.1, CHANGED: 0.3, OUTLYING: 15}


class Year(Frozen):
    """``catalog.yaml``: what holds for all tables of a year."""

    year: str
    version: str
    title: str
    evidence: str = ""
    periods: Mapping[str, Period] = {}
    parameters: Mapping[str, str | int | float] = Key(default={}, validate_default=True)
    stages: tuple[Stage, ...] = ()
    party_words: Mapping[str, PartyWord] = {}  # 各系部 → units
    questions: Mapping[str, str] = {}  # parameter or period → what a school has to decide before it begins
    through_units: Mapping[
        TableId, str
    ] = {}  # tables that units fill for people who have left, and what to write there

    @field_validator("parameters")
    @classmethod
    def _with_scales(cls, value: Mapping[str, str | int | float]) -> Mapping[str, str | int | float]:
        return {**SCALES, **value}


class Catalog(Frozen):
    """Everything a year says, resolved: tables by id, code lists by id."""

    year: Year
    tables: Mapping[str, Table]
    codes: Mapping[str, CodeList]
    digest: str  # of the source files: a template knows which schema it was made from
    off: Mapping[str, str] = {}  # rules that a school has switched off, with the reason
    indicators: Indicators = Indicators()

    def table(self, table_id: str) -> Table | None:
        """Return the table, or None while it has no schema."""
        return self.tables.get(table_id)

    @cached_property
    def by_short(self) -> Mapping[str, Table]:
        """Tables by their name in SQL."""
        return {table.short: table for table in self.tables.values()}

    def code_list(self, name: str) -> CodeList | None:
        """Return a code list by id or alias."""
        found = self.codes.get(name)
        return found or next((codes for codes in self.codes.values() if codes.alias == name), None)
