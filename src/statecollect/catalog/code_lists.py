"""Code lists: what a clerk may choose, and how a list stands to the national data standard."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal, Self

from pydantic import model_validator

from statecollect.catalog.frozen import Frozen


class Code(Frozen):
    """One entry of a code list. ``within`` lists the values of the governing field under which it is offered."""

    code: str = ""
    label: str
    synonyms: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    inferred: bool = False


def _rests_on_inference(evidence: object) -> bool:
    """Whether the evidence of a list marks its values as inferred: it begins with ``I`` or says ``值 I``."""
    return isinstance(evidence, str) and (evidence.startswith("I") or "值 I" in evidence)


class CodeList(Frozen):
    """A code list; what is stored is the label. ``file`` names a CSV (code,label,synonyms) with a long list.

    ``pair``: the lists of the national data standard that say the same, or "none"; ``unlike``: labels of those that this
    list does not take (``*``: all that it does not know), and why. ``extensible``: a school may use values that are not
    listed. Where a list does not say, its evidence does: values that rest on inference must not turn a true one away. It is
    then ``guessed``, and what is not listed is kept with a warning.
    """

    id: str
    alias: str | None = None
    name: str
    standard: str = ""
    pair: tuple[str, ...] | Literal["none"] | None = None
    extensible: bool = False
    guessed: bool = False
    note: str = ""
    evidence: str = ""
    none: str | None = None
    mistaken: Mapping[str, str] = {}
    unlike: Mapping[str, str] = {}
    file: str | None = None
    values: tuple[Code, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _open_where_guessed(cls, data: object) -> object:
        if isinstance(data, dict) and "extensible" not in data:
            guessed = _rests_on_inference(data.get("evidence"))
            return {**data, "extensible": guessed, "guessed": guessed}
        return data

    @model_validator(mode="after")
    def _unique(self) -> Self:
        labels = [code.label for code in self.values]
        if len(set(labels)) < len(labels):
            raise ValueError("代码表中重复：" + next(i for i in labels if labels.count(i) > 1))
        return self

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The values a clerk chooses from."""
        return tuple(code.label for code in self.values)
