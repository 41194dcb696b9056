"""The yearly knowledge: what ``schemas/<year>/`` says, as immutable values.

In: YAML (``loader``, ``yaml_file``), a school's own rules (``own_rules``) and parameters. Out: ``Catalog`` with its tables,
fields, code lists, rules and periods (``model``), indicators as written (``indicator_model``), a field as a Pydantic type
(``row_types``). ``sql`` takes statements of schemas apart.
Start with ``model``: it is the format that ``docs/schemas.md`` describes.
"""

from statecollect.catalog.code_lists import Code, CodeList
from statecollect.catalog.kinds import KINDS, Kind
from statecollect.catalog.loader import load_catalog, load_year, schemas_root, years
from statecollect.catalog.model import (
    Break,
    Catalog,
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
