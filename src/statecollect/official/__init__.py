"""Next year's schemas from the platform's blank workbooks: read them, compare them, write the draft."""

from statecollect.official.blanks import Blank, Column, read_blanks
from statecollect.official.compare import Comparison, TableDifference, compare, known_names
from statecollect.official.scaffold import write_draft

__all__ = [
    "Blank",
    "Column",
    "Comparison",
    "TableDifference",
    "compare",
    "known_names",
    "read_blanks",
    "write_draft",
]
