"""The database file: opening it, merging records into it, and tying people together."""

from __future__ import annotations

from convocommerce.warehouse.connection import Database, open_database
from convocommerce.warehouse.contacts import resolve_contacts
from convocommerce.warehouse.hashing import state_hash
from convocommerce.warehouse.ledger import FileReport, LoadReport, Reason
from convocommerce.warehouse.schema import LAYOUT_VERSION

__all__ = [
    "LAYOUT_VERSION",
    "Database",
    "FileReport",
    "LoadReport",
    "Reason",
    "open_database",
    "resolve_contacts",
    "state_hash",
]
