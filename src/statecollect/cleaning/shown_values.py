"""What a cell shows counts: 61 shown as 0061 is 0061, 0.3 shown as 0.3万元 is 3000 元, whatever was announced.

Digits that a format only rounds away do not count: the stored number does, and a message about it names both.
"""

from __future__ import annotations

from collections.abc import Callable

from statecollect.cleaning.outcome import Cleaned, quoted, rendered
from statecollect.workbook.number_format import Look, look

NUMERIC = frozenset({"integer", "decimal", "percent", "years_of_study"})
_MOMENTS = frozenset({"date", "datetime", "year_month", "year"})
_NO_SEPARATORS = str.maketrans("", "", ", ")


def as_shown(
    raw: object, code: str, kind: str, clean: Callable[[object], Cleaned], show: Callable[[str], str]
) -> Cleaned | None:
    """Return the outcome of a cell whose number format says something; None where the value alone decides.

    ``clean`` cleans a value without a format, ``show`` masks what must be.
    """
    seen = look(raw, code)
    if seen is None:
        return None
    if seen.hidden:
        return _hidden(raw, clean(raw), show)
    if seen.unsigned:
        both = _both(raw, seen, show)
        return Cleaned(error=f"{both}，负号没有显示，分不清是哪一个", hint="把单元格设为常规格式，重新填写")
    if kind in NUMERIC:
        return (
            _rounded(raw, seen, clean, show) if seen.alike or seen.power else _counted(raw, seen, clean, show)
        )
    if seen.power:
        both = _both(raw, seen, show)
        return Cleaned(
            error=f"{both}，是科学计数法，分不清填的是什么", hint="先把单元格设为文本格式，再重新填写"
        )
    if seen.alike and kind not in _MOMENTS:
        return None  # nothing but rounding
    return _counted(raw, seen, clean, show)


def _counted(
    raw: object, seen: Look, clean: Callable[[object], Cleaned], show: Callable[[str], str]
) -> Cleaned:
    """Clean what is shown; say so where that is not what is stored."""
    stored, shown = clean(raw), clean(seen.exact)
    same = stored.error is None and shown.error is None and shown.value == stored.value
    if same and not stored.changed:
        return stored
    if not isinstance(raw, str) and seen.exact.translate(_NO_SEPARATORS) == _plain(raw):
        return stored
    both = _both(raw, seen, show)
    if shown.error is not None:
        return Cleaned(error=f"{shown.error}（{both}）", hint=shown.hint)
    return shown._replace(changed=True, note=f"{both}，按显示的收下；如果不对，请把要填的内容直接写进单元格")


def _rounded(
    raw: object, seen: Look, clean: Callable[[object], Cleaned], show: Callable[[str], str]
) -> Cleaned:
    """Clean what is stored; an error names what is shown as well, since nobody sees the digits it is about."""
    stored = clean(raw)
    if stored.error is None:
        return stored
    hint = f"{stored.hint}；显示时略去的数字也在单元格里，可用 =ROUND(…) 取舍后粘贴为值"
    return Cleaned(error=f"{stored.error}（{_both(raw, seen, show)}）", hint=hint)


def _hidden(raw: object, stored: Cleaned, show: Callable[[str], str]) -> Cleaned:
    if stored.error is not None or stored.value is None:
        return stored
    said = rendered(f"单元格里存的是{quoted(raw)}，它的数字格式不把内容显示出来", show)
    return stored._replace(changed=True, note=f"{said}，照样收了；不该交的请删去")


def _both(raw: object, seen: Look, show: Callable[[str], str]) -> str:
    return rendered(f"单元格里存的是{quoted(raw)}，显示为{quoted(seen.text)}", show)


def _plain(raw: object) -> str:
    return f"{raw:.15g}" if isinstance(raw, float) else str(raw)
