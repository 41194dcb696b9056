"""The year's code lists, read plainly: cleaning is tested with the words a clerk meets, not with toy lists."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from statecollect.cleaning import Choices

_CODES = Path(__file__).resolve().parents[2] / "schemas" / "2022" / "codes"


@lru_cache(maxsize=1)
def _by_alias() -> dict[str, Choices]:
    found: dict[str, Choices] = {}
    for path in sorted(_CODES.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        if "alias" in data:
            found[data["alias"]] = Choices.from_values(
                [(str(one.get("code", "")), one["label"], one.get("synonyms", ())) for one in data["values"]],
                extensible=data.get("extensible") is True,
                none_label=data.get("none"),
                mistaken=data.get("mistaken"),
                name=data["name"],
            )
    return found


def lists(name: str) -> Choices | None:
    """Return a list by its alias, as the catalog would."""
    return _by_alias().get(name)
