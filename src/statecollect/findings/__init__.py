"""What is said of data: one finding at its cell, how equal ones are grouped, and what is masked in them."""

from statecollect.findings.finding import SEVERITY_LABEL, Finding, Origin, Severity, count

__all__ = ["SEVERITY_LABEL", "Finding", "Origin", "Severity", "count"]
