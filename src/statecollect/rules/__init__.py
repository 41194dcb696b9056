"""Rules: those written in schemas/ and those that follow from its fields, run as SQL over the store.

In: the store and the catalog. Out: findings, one a failing row, with the cell where it can be named. ``generated`` puts a table's rules
together, ``engine`` runs them set by set, ``messages`` fills a rule's sentence for one row. ``field_rules``: those of each cell, broken while a workbook is read. ``ownership`` says whose rows a workbook
may hold, ``year_over_year`` compares with ``earlier`` data, ``nearest`` offers the value that was probably meant.
Start with ``engine``.
"""

from statecollect.rules.engine import RuleResult, run
from statecollect.rules.generated import BoundRule, repeats, rules_of

__all__ = ["BoundRule", "RuleResult", "repeats", "rules_of", "run"]
