"""statecollect: the yearly state data of a vocational college, from task breakdown to submission.

The public names are loaded when first used, so that ``statecollect --help`` starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from statecollect.campaign import Campaign
    from statecollect.catalog import load_catalog
    from statecollect.catalog.row_types import row_model
    from statecollect.cleaning import Cleaned, clean
    from statecollect.findings import Finding

__version__ = "0.1.0"
__all__ = ["Campaign", "Cleaned", "Finding", "__version__", "clean", "load_catalog", "row_model"]

_HOME = {
    "Campaign": "statecollect.campaign",
    "Cleaned": "statecollect.cleaning",
    "Finding": "statecollect.findings",
    "clean": "statecollect.cleaning",
    "load_catalog": "statecollect.catalog",
    "row_model": "statecollect.catalog.row_types",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its room when it is first asked for."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'statecollect' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
