"""Everything the program can say of data: name, severity, sentence and hint by id, from ``catalogue.yaml``.

``said`` fills a sentence, ``phrase`` a piece of one, ``worded`` what a generated rule says. What is filled in is masked before
it becomes part of the sentence, unless it is ``Own``: the words of the year's schemas, of this catalogue, or masked already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from statecollect.catalog.model import RuleSeverity
from statecollect.catalog.yaml_file import read_yaml
from statecollect.findings.finding import Finding, Origin, Severity
from statecollect.findings.masking import masked_text

FOLDER = Path(__file__).parent
_NOTHING: Mapping[str, Any] = {}


class Own(str):
    """A text that holds nothing of a person, or in which it is masked: it goes into a sentence as it is."""

    __slots__ = ()


class Said(NamedTuple):
    """A sentence of the catalogue with everything filled in; ``rule`` is the id without the table."""

    rule: str
    severity: Severity
    message: str
    hint: str

    def at(
        self,
        table: str = "",
        origin: Origin = Origin(),  # noqa: B008  (frozen)
        *,
        field: str | None = None,
        value: str | None = None,
        party: str = "",
    ) -> Finding:
        """Return the finding: the sentence and what it is about. ``value`` is shown as it is given."""
        name = f"{table}-{self.rule}" if table else self.rule
        return Finding(name, self.severity, table, self.message, self.hint, field, value, origin, party)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its blanks. ``severities``: the first is meant where the code names none; ``name``: of a rule."""

    message: str
    hint: str
    severities: tuple[Severity, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one id. ``parts``: pieces by the blank they fill and a key; ``like``: shares that entry's sentences."""

    id: str
    name: str
    severities: tuple[Severity, ...]
    raised: tuple[str, ...]
    means: str
    repair: str
    sentences: Mapping[str, Sentence] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rule: Sentence | None = None
    like: str = ""
    cause: str = ""
    cleaners: tuple[str, ...] = ()


def said(rule: str, key: str, severity: Severity | None = None, /, **blanks: object) -> Said:
    """Fill a sentence. Raises KeyError for one the catalogue does not have, or for a blank that is not filled."""
    sentence = _sentences()[rule, key]
    if severity is not None and severity not in sentence.severities:
        raise KeyError(f"{rule} {key}: {severity}")
    filled = _shown(blanks)
    return Said(
        rule,
        severity or sentence.severities[0],
        sentence.message.format_map(filled),
        sentence.hint.format_map(filled),
    )


def phrase(rule: str, blank: str, key: str, /, **blanks: object) -> Own:
    """Fill a piece of a sentence, for the blank it stands in."""
    return Own(entries()[rule].parts[blank][key].format_map(_shown(blanks)))


class Worded(NamedTuple):
    """What a generated rule says: its words still have the blanks that each row fills."""

    severity: RuleSeverity
    name: str
    message: str
    hint: str


def worded(rule: str, /, **blanks: str) -> Worded:
    """Return the words of a generated rule; nothing in them comes from the data."""
    sentence = entries()[rule].rule
    if sentence is None or sentence.severities[0] == "note":
        raise KeyError(rule)
    parts = (sentence.name, sentence.message, sentence.hint)
    return Worded(sentence.severities[0], *(part.format_map(blanks) for part in parts))


def family(rule: str, table: str = "") -> Entry | None:
    """Return the entry that an id belongs to, such as W of ``W03``; None where the catalogue has none."""
    name = rule.removeprefix(f"{table}-") if table else rule
    return entries().get(name) or entries().get(name.rstrip("0123456789"))


@cache
def entries() -> Mapping[str, Entry]:
    """Return the catalogue; read with the first sentence that is said."""
    data, _ = read_yaml(FOLDER / "catalogue.yaml")
    return {name: _entry(name, about) for name, about in data["findings"].items()}


@cache
def _sentences() -> Mapping[tuple[str, str], Sentence]:
    """Return the sentences by entry and key, shared ones too: looked up for each finding."""
    found: dict[tuple[str, str], Sentence] = {}
    for entry in entries().values():
        shared = entries()[entry.like].sentences if entry.like else _NOTHING
        found |= {(entry.id, key): one for key, one in {**shared, **entry.sentences}.items()}
    return found


@cache
def cleaner_sentences() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return what the cleaners say of a cell, by their module: sentence and hint, … for what is filled in."""
    data, _ = read_yaml(FOLDER / "cleaner_sentences.yaml")
    return {module: tuple((pair[0], pair[1]) for pair in pairs) for module, pairs in data.items()}


def _shown(blanks: Mapping[str, object]) -> dict[str, object]:
    return {name: masked_text(value) if type(value) is str else value for name, value in blanks.items()}


def _entry(name: str, about: Mapping[str, Any]) -> Entry:
    severities = _severities(about["severity"])
    return Entry(
        id=name,
        name=about["name"],
        severities=severities,
        raised=tuple(about["raised"]),
        means=about["means"],
        repair=about["repair"],
        sentences={key: _sentence(one, severities) for key, one in about.get("sentences", _NOTHING).items()},
        parts=about.get("parts", _NOTHING),
        rule=_sentence(about["rule"], severities) if "rule" in about else None,
        like=about.get("like", ""),
        cause=about.get("cause", ""),
        cleaners=tuple(about.get("cleaners", ())),
    )


def _sentence(about: Mapping[str, Any], severities: tuple[Severity, ...]) -> Sentence:
    own = _severities(about["severity"]) if "severity" in about else severities
    return Sentence(about["message"], about.get("hint", ""), own, about.get("name", ""))


def _severities(given: Any) -> tuple[Severity, ...]:
    return tuple([given] if isinstance(given, str) else given)
