"""What was collected (floor 2). Truth is originals + journal; the DuckDB file is derived from them."""

from statecollect.store.delivery import Delivery, Place
from statecollect.store.history import Verified, events_of, verify_folder
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
)
from statecollect.store.opening import told
from statecollect.store.queries import Answer, Held
from statecollect.store.store import Consent, Return, Store

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
    "Consent",
    "Delivery",
    "Event",
    "Held",
    "Place",
    "Return",
    "Store",
    "Verified",
    "events_of",
    "told",
    "verify_folder",
]
