"""Rules (floor 2): those written in schemas/ and those that follow from its fields, run as SQL over the store."""

from statecollect.rules.engine import RuleResult, run
from statecollect.rules.generated import BoundRule, repeats, rules_of

__all__ = ["BoundRule", "RuleResult", "repeats", "rules_of", "run"]
