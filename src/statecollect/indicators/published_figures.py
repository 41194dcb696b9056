"""Figures a school has printed elsewhere (prospectus, annual report), to be held against the data and each other.

A printed figure stands for an interval: half a unit of its last digit to both sides. Checks read 公布X, 公布X低 and
公布X高, and what follows from all of them: 公布不合格项数, 公布结论符合 (1 or 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from statecollect.catalog.indicator_model import Indicators
from statecollect.core.errors import UsageError
from statecollect.indicators.thresholds import NOT_COMPUTABLE, PASS, overall, verdict_of
from statecollect.school.config import IndicatorChoices

PREFIX = "公布"
ENDS = ("", "低", "高")
SAYS_PASS, NOT_PASSED = "公布结论符合", "公布不合格项数"


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """What follows from the printed figures: as printed, as numbers for the checks, verdicts by indicator."""

    shown: Mapping[str, str]
    numbers: Mapping[str, float]
    verdicts: Mapping[str, str]

    def verdict(self, rules: Indicators, years_yellow: float) -> str | None:
        """Return the verdict on the school as printed: of the basic indicators that were; None when none was."""
        basic = [verdict for name, verdict in self.verdicts.items() if rules.indicators[name].basic]
        return overall(basic, years_yellow) if basic else None


def known_of(rules: Indicators, choices: IndicatorChoices, category: str | None) -> PublishedFigure:
    """Read the printed figures. Raises UsageError for one that is no number."""
    shown = {name: str(value) for name, value in choices.published.items()}
    numbers: dict[str, float] = {}
    verdicts: dict[str, str] = {}
    group = rules.groups.get(category or "")
    for name, text in shown.items():
        value, half = _interval(name, text)
        for end, number in zip(ENDS, (value, value - half, value + half), strict=True):
            numbers[f"{PREFIX}{name}{end}"] = float(number)
        if name in rules.indicators:
            verdict = verdict_of(rules.indicators[name], group, float(value), exempt=False)
            if verdict is not None:
                verdicts[name] = verdict
    if choices.conclusion:
        numbers[SAYS_PASS] = float(choices.conclusion == "符合")
    if verdicts:
        numbers[NOT_PASSED] = float(
            sum(verdict not in (PASS, NOT_COMPUTABLE) for verdict in verdicts.values())
        )
    return PublishedFigure(shown, numbers, verdicts)


def base_of(name: str) -> str | None:
    """Return what a name in a check is the printed figure of; None for other names."""
    if not name.startswith(PREFIX):
        return None
    return name.removeprefix(PREFIX).removesuffix("低").removesuffix("高")


def _interval(name: str, text: str) -> tuple[Decimal, Decimal]:
    try:
        value = Decimal(text.replace(",", "").strip())
        places = int(value.as_tuple().exponent)
    except (InvalidOperation, ValueError):
        raise UsageError(
            f"配置项 indicators.published.{name}：「{text}」不是数字", hint='照印出的写，如 "18.1"，不带单位'
        ) from None
    return value, Decimal((0, (5,), places - 1))
