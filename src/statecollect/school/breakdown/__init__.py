"""The task breakdown (任务分解表): who supplies, fills, reviews and answers for each table.

In: a spreadsheet, Word or text file as an office wrote it. Out: ``Breakdown`` (``tasks``): assignments, and problems with their
places. ``source_files`` makes grids of it, ``walk`` finds the rows that carry a table, ``row_cells`` reads one.
Start with ``parse``.
"""

from statecollect.school.breakdown.parse import parse_breakdown
from statecollect.school.breakdown.tasks import Assignment, Breakdown, Mode, Problem, Written

__all__ = ["Assignment", "Breakdown", "Mode", "Problem", "Written", "parse_breakdown"]
