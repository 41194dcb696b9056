"""What is said of data.

In: whatever a stage has noticed. Out: ``Finding`` – rule, severity, place, value, message, hint – the same for every stage;
every sentence, by id, from ``catalogue.yaml`` (``catalogue``); equal ones of a column as one line (``grouping``); personal
values hidden before they become text (``masking``). Start with ``finding``.
"""

from statecollect.findings.finding import SEVERITY_LABEL, Finding, Origin, Severity, count

__all__ = ["SEVERITY_LABEL", "Finding", "Origin", "Severity", "count"]
