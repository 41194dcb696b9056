"""Cleaning: from what people type to values, announced where changed, never guessed (floor 1).

``clean("date", "2021年9月1日")`` gives ``Cleaned(value=date(2021, 9, 1), changed=True, error=None)``.
"""

from statecollect.cleaning.clean import CellCleaner, clean, clean_column, cleaner_for, named_choices, prepared
from statecollect.cleaning.outcome import Choices, Cleaned, Options, Raw, as_typed, shortened

__all__ = [
    "CellCleaner",
    "Choices",
    "Cleaned",
    "Options",
    "Raw",
    "as_typed",
    "clean",
    "clean_column",
    "cleaner_for",
    "named_choices",
    "prepared",
    "shortened",
]
