"""What a maintainer does with a year's schemas: check, print, start the next ones from the platform's blank workbooks.

In: ``schemas/<year>/``, blank workbooks of the platform (``blank_workbooks``). Out: what is wrong with a year (``check``), the data
dictionary (``dictionary``), what is new or gone in each table (``compare``), a draft of next year's files (``scaffold``).
Start with ``check``.
"""

from statecollect.schemas.blank_workbooks import Blank, BlankColumn, read_blanks
from statecollect.schemas.compare import BlankComparison, TableDifference, compare, known_names
from statecollect.schemas.scaffold import write_draft

__all__ = [
    "Blank",
    "BlankColumn",
    "BlankComparison",
    "TableDifference",
    "compare",
    "known_names",
    "read_blanks",
    "write_draft",
]
