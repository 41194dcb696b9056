"""The task breakdown (任务分解表): who supplies, fills, reviews and answers for each table."""

from statecollect.school.breakdown.parse import parse_breakdown
from statecollect.school.breakdown.tasks import Assignment, Breakdown, Mode, Problem, Written

__all__ = ["Assignment", "Breakdown", "Mode", "Problem", "Written", "parse_breakdown"]
