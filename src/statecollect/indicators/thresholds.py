"""Verdicts: one value against its lines, and the school's 黄牌 or 红牌 out of its basic indicators (教发〔2004〕2号, S1)."""

from __future__ import annotations

from collections.abc import Sequence

from statecollect.catalog.indicator_model import Indicator

NOT_COMPUTABLE = "无法计算"
PASS, RESTRICT, FAIL = "合格", "限制招生", "不合格"
RED_AT = 2  # basic indicators beyond the line, or years of 黄牌 before this one


def verdict_of(indicator: Indicator, group: str | None, value: float | None, exempt: bool) -> str | None:
    """Hold a value, not rounded, to the lines of a group of schools; None where the indicator has no lines."""
    if not indicator.thresholds:
        return None
    lines = indicator.lines_for(group)
    if value is None or lines is None:
        return NOT_COMPUTABLE
    sign = 1 if indicator.better == "high" else -1
    if exempt or (lines.pass_ and value * sign >= lines.pass_.value * sign):
        return PASS
    if lines.restrict and value * sign < lines.restrict.value * sign:
        return RESTRICT
    return FAIL


def overall(basic: Sequence[str | None], years_yellow: float) -> str:
    """Return the school's verdict. One basic indicator beyond its line is 黄牌; two, or the third year of it, 红牌."""
    beyond = basic.count(RESTRICT)
    if beyond >= RED_AT or (beyond and years_yellow >= RED_AT):
        return "红牌（暂停招生）"
    if NOT_COMPUTABLE in basic:
        return NOT_COMPUTABLE
    if beyond:
        return "黄牌（限制招生）"
    return "不合格，未限制招生" if FAIL in basic else PASS
