"""Turns records into models: the tables that every figure is computed from.

Models depend on the records and the rules alone, never on the clock or on the order of loads.
They are built when something is asked that they are too old for, in one transaction: whole, or
only for the contacts that were touched since (``refreshing``). Every model is local to a contact,
so any part of the contacts can be built by itself (``parts``).
"""

from convocommerce.building.instants import (
    HORIZONS,
    LAST_POSSIBLE,
    SENT_AT,
    TOLD_IN_TICKETS,
    data_beside,
    data_through,
    horizons,
)
from convocommerce.building.whole import Progress, bring_up, build, ensure_built

__all__ = [
    "HORIZONS",
    "LAST_POSSIBLE",
    "SENT_AT",
    "TOLD_IN_TICKETS",
    "TOLD_TWICE",
    "UNNAMED_SENDER",
    "Progress",
    "bring_up",
    "build",
    "data_beside",
    "data_through",
    "ensure_built",
    "horizons",
]

UNNAMED_SENDER = """
    direction = 'out' and app_id is not null and declared_role is null
    and app_id not in (select app_id from senders)
"""
"""SQL condition over messages: sent by an app that the rules do not name."""

TOLD_TWICE = 20
"""From how many equal messages on, two exports are taken to tell the same talk, not by chance."""
