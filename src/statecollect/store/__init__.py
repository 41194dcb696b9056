"""What was collected (floor 2). Truth is originals + journal; the DuckDB file is derived from them."""

from statecollect.store.delivery import Delivery, Place
from statecollect.store.journal import (
    DECISION,
    EXEMPTION,
    HELD,
    NIL,
    RESOLUTION,
    ROSTER,
    SUBMISSION,
    WAIVER,
    Event,
    verify,
)
from statecollect.store.queries import Answer, Held
from statecollect.store.store import Return, Store, verify_folder

__all__ = [
    "DECISION",
    "EXEMPTION",
    "HELD",
    "NIL",
    "RESOLUTION",
    "ROSTER",
    "SUBMISSION",
    "WAIVER",
    "Answer",
    "Delivery",
    "Event",
    "Held",
    "Place",
    "Return",
    "Store",
    "verify",
    "verify_folder",
]
