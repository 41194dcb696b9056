"""Cleaning: from what people type to values, announced where changed, never guessed.

``clean("date", "2021年9月1日")`` gives ``Cleaned(value=date(2021, 9, 1), changed=True, error=None)``.

In: raw values of one cell or column, and what the field says. Out: ``Cleaned`` (``outcome``): the value, what was changed, or why
it cannot be understood; what was typed is marked in its sentences, so that it can be masked. One module a sort of value;
``fast_path`` recognises values that are clean already, ``kind_aliases`` the names people have for kinds.
Start with ``clean``.
"""

from statecollect.cleaning.clean import (
    CellCleaner,
    clean,
    cleaner_for,
    listed_choices,
    named_choices,
    prepared,
)
from statecollect.cleaning.outcome import Choices, Cleaned, Options, Raw, as_typed, shortened

__all__ = [
    "CellCleaner",
    "Choices",
    "Cleaned",
    "Options",
    "Raw",
    "as_typed",
    "clean",
    "cleaner_for",
    "listed_choices",
    "named_choices",
    "prepared",
    "shortened",
]
