"""What was collected. Truth is originals + journal; the DuckDB file is derived from them.

In: deliveries (``delivery``) and decisions. Out: rows with their places, findings, events (``queries``, ``contents``). A line of the
``journal`` is the commit; ``originals`` keeps returned bytes, ``heads`` and ``seal`` prove the history that ``history`` checks.
``database`` makes the DuckDB file from events, ``replay`` brings it up to the journal, ``opening`` decides which it is.
Rows that several parties report are one row or a dispute (``merging``). Start with ``store``.
"""

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
