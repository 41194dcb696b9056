"""The yearly knowledge: models of ``schemas/<year>/`` and their loader (floor 0)."""

from statecollect.catalog.kinds import KINDS, Kind
from statecollect.catalog.loader import load_catalog, load_year, schemas_root, years
from statecollect.catalog.model import (
    Break,
    Catalog,
    Code,
    CodeList,
    Field,
    Mode,
    Owner,
    Period,
    Reference,
    Rule,
    RuleSeverity,
    Stage,
    Table,
    Year,
)
from statecollect.catalog.own_rules import with_own_rules
from statecollect.catalog.references import table_references

__all__ = [
    "KINDS",
    "Break",
    "Catalog",
    "Code",
    "CodeList",
    "Field",
    "Kind",
    "Mode",
    "Owner",
    "Period",
    "Reference",
    "Rule",
    "RuleSeverity",
    "Stage",
    "Table",
    "Year",
    "load_catalog",
    "load_year",
    "schemas_root",
    "table_references",
    "with_own_rules",
    "years",
]
