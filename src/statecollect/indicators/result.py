"""What came out of the indicators, as values: one indicator, its other readings, profiles, the whole result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from statecollect.findings import Finding
from statecollect.indicators.thresholds import NOT_COMPUTABLE


@dataclass(frozen=True, slots=True)
class Other:
    """The same indicator by another reading."""

    label: str
    value: float | None
    verdict: str | None
    mark: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """One indicator as it came out. ``value`` is not rounded: verdicts use it as it is.

    ``published``: the figure the school has printed, with the verdict on it.
    """

    id: str
    value: float | None
    unit: str | None
    digits: int
    numerator: float | None
    denominator: float | None
    verdict: str | None  # None: there is no line to hold it to
    threshold: Mapping[str, float]
    inputs: Mapping[str, float]
    label: str
    readings: tuple[Other, ...]
    source: str
    remarks: tuple[str, ...] = ()
    reason: str | None = None
    published: str | None = None
    published_verdict: str | None = None

    @property
    def shown(self) -> str:
        """The value as printed, with its unit; a dash for none."""
        return "—" if self.value is None else f"{self.value:.{self.digits}f} {self.unit or ''}".strip()

    @property
    def said(self) -> str:
        """What is to be known about the value, or why there is none."""
        return "；".join([*self.remarks, *([self.reason] if self.reason else [])])

    def as_json(self) -> dict[str, Any]:
        """The shape of the command-line contract, and more."""
        return asdict(self) | {"threshold": dict(self.threshold), "inputs": dict(self.inputs)}


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """One line of a profile the school has chosen: reached or not."""

    profile: str
    indicator: str
    value: float | None
    line: float
    reached: bool | None
    mark: str

    @property
    def cells(self) -> tuple[str, ...]:
        """Profile, indicator, value, line and outcome, as printed."""
        value = "—" if self.value is None else f"{self.value:.2f}"
        outcome = {True: "达到", False: "未达到", None: NOT_COMPUTABLE}[self.reached]
        return self.profile, self.indicator, value, f"{self.line:g}", outcome


@dataclass(frozen=True, slots=True)
class Result:
    """All indicators, the school's verdict (黄牌, 红牌), what does not agree, and profiles shown beside."""

    category: str | None
    indicators: tuple[Computed, ...]
    verdict: str
    findings: tuple[Finding, ...]
    profiles: tuple[ProfileLine, ...] = ()
    published_verdict: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape of the command-line contract."""
        return {
            "category": self.category,
            "verdict": self.verdict,
            "published_verdict": self.published_verdict,
            "indicators": [indicator.as_json() for indicator in self.indicators],
            "profiles": [asdict(profile) for profile in self.profiles],
            "findings": [finding.as_json() for finding in self.findings],
        }
