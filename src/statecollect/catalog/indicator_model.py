"""Indicators of a year (``indicators.yaml``): base quantities, the ratios made of them, lines they are held to.

A quantity is one number: SQL over the collected tables, an expression over other quantities, or a parameter that
the school sets. Indicators are expressions over quantities, so that the same formula runs from tables and from
given numbers. Every mark that is not S1 or S2 is printed as 未核原文.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic import Field as Key

Mark = Literal["S1", "S2", "M", "I"]
Name = Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w*$")]  # a column name in SQL without quotes
UNVERIFIED = "未核原文"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Quantity(_Frozen):
    """One number. ``sql``: over the tables; ``expr``: over other quantities; neither: a parameter of the school."""

    sql: str | None = None
    expr: str | None = None
    default: float | None = None  # of a parameter; without one the indicator cannot be computed
    note: str = ""
    mark: Mark = "I"

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if self.sql and self.expr:
            raise ValueError("sql 与 expr 只能写一个")
        if self.default is not None and (self.sql or self.expr):
            raise ValueError("default 只用于由学校填写的参数")
        return self


class ThresholdLine(_Frozen):
    """One threshold and how well it is known."""

    value: float
    mark: Mark


class Threshold(_Frozen):
    """What one group of schools is held to: 合格 at least (or at most), 限制招生 beyond."""

    pass_: ThresholdLine | None = Key(None, alias="合格")
    restrict: ThresholdLine | None = Key(None, alias="限制招生")


class OtherReading(_Frozen):
    """Another way to read the same formula; shown beside the default, never instead of it."""

    label: str
    numerator: str
    denominator: str = "1"
    mark: Mark = "I"


class Indicator(_Frozen):
    """A ratio (or a plain figure, denominator 1) with its lines by group of school (``*``: every school)."""

    title: str = ""
    numerator: str
    denominator: str = "1"
    factor: float = 1
    unit: str | None = None
    digits: int = 2
    better: Literal["high", "low"] = "high"
    basic: bool = False  # one of the five that decide 黄牌 and 红牌
    thresholds: Mapping[str, Threshold] = {}
    exempt: str | None = None  # condition under which it passes whatever the value
    plausible: tuple[float, float] | None = None  # outside it, look at the inputs before concluding anything
    label: str = "通行算法"
    readings: tuple[OtherReading, ...] = ()
    source: str
    mark: Mark

    def lines_for(self, group: str | None) -> Threshold | None:
        """Return what a group of schools is held to: its own lines, else those for every school."""
        return self.thresholds.get(group or "") or self.thresholds.get("*")


class Consistency(_Frozen):
    """A condition over quantities that must hold; FALSE is an alarm, NULL cannot be checked."""

    check: str
    message: str
    hint: str = ""
    severity: Literal["error", "warning", "note"] = "warning"
    mark: Mark = "I"


class Alternative(_Frozen):
    """Another count of the same thing: whatever uses a quantity on the left is shown with the one on the right, too."""

    replace: Mapping[str, str]
    mark: Mark = "I"


class Profile(_Frozen):
    """An optional set of lines (an assessment, a project): indicator → value. Never decides the verdict.

    ``by_group``: lines of one group of schools, in the shape of the thresholds' groups. ``parameters``: what rules read
    instead of the year's while the school has chosen the profile. ``checklist``: what is judged without a number.
    """

    title: str
    lines: Mapping[str, ThresholdLine] = {}
    by_group: Mapping[str, Mapping[str, ThresholdLine]] = {}
    parameters: Mapping[str, int | float] = {}
    checklist: tuple[str, ...] = ()
    note: str = ""

    def lines_for(self, group: str | None) -> Mapping[str, ThresholdLine]:
        """Return the lines that hold for a group of schools: those for all, and its own."""
        return {**self.lines, **self.by_group.get(group or "", {})}


class Indicators(_Frozen):
    """``indicators.yaml`` of a year."""

    category_parameter: str = ""
    category_sql: str | None = None
    level_parameter: str = ""  # of the school: 专科, 本科
    levels: tuple[
        str, ...
    ] = ()  # those that the lines are for; a school of another level is not held to them
    yellow_parameter: str = ""  # how many years running the school has had a 黄牌 before this one
    groups: Mapping[str, str] = {}  # value of the school's category → group of the thresholds
    quantities: Mapping[Name, Quantity] = {}
    indicators: Mapping[str, Indicator] = {}
    glance: tuple[Name, ...] = ()  # the quantities a report begins with
    alternatives: Mapping[str, Alternative] = {}
    remarks: tuple[str, ...] = ()  # what a reader of the report has to know about the figures
    published_also: tuple[
        str, ...
    ] = ()  # what schools print that is neither a quantity nor an indicator of ours
    checks: Mapping[str, Consistency] = {}
    profiles: Mapping[str, Profile] = {}

    def may_be_published(self, name: str) -> bool:
        """Whether a school can have printed a figure of this name."""
        return name in self.indicators or name in self.quantities or name in self.published_also

    @model_validator(mode="after")
    def _lines_name_indicators(self) -> Self:
        for name, profile in self.profiles.items():
            for group in profile.by_group:
                if group not in self.groups.values():
                    raise ValueError(f"参照档案「{name}」的学校类别组「{group}」不在 groups 中")
            for lines in (profile.lines, *profile.by_group.values()):
                for named in lines:
                    if named not in self.indicators:
                        raise ValueError(f"参照档案「{name}」中没有这个指标：{named}")
        for name, indicator in self.indicators.items():
            for group in indicator.thresholds:
                if group != "*" and group not in self.groups.values():
                    raise ValueError(f"指标「{name}」的学校类别组「{group}」不在 groups 中")
        return self
