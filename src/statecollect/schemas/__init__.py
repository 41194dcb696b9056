"""Next year's schemas from the platform's blank workbooks: read them, compare them, write the draft."""

from statecollect.schemas.blank_workbooks import Blank, Column, read_blanks
from statecollect.schemas.compare import Comparison, TableDifference, compare, known_names
from statecollect.schemas.scaffold import write_draft

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
