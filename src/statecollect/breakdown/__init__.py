"""The task breakdown (任务分解表): who supplies, fills, reviews and answers for each table."""

from statecollect.breakdown.model import Assignment, Breakdown, Mode, Problem, Written
from statecollect.breakdown.parse import parse_breakdown

__all__ = ["Assignment", "Breakdown", "Mode", "Problem", "Written", "parse_breakdown"]
