"""What every value of the catalog is: immutable, and strict about its keys."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable value that refuses unknown keys, so that a misspelt key is an error, not silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
