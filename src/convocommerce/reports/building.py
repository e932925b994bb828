"""The number of a page: one hash over all that it was made from."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import json
from typing import TYPE_CHECKING

from convocommerce.warehouse import state_hash

if TYPE_CHECKING:
    import duckdb

    from convocommerce.reports.kinds import Subject
    from convocommerce.reports.options import Options
    from convocommerce.rules import Rules


def build_hash(
    con: duckdb.DuckDBPyConnection,
    rules: Rules,
    as_of: dt.datetime,
    subject: Subject,
    options: Options,
) -> str:
    """Return a hash over records, rules, version, as-of, subject and options.

    The same inputs give the same hash in every language, and however the records were loaded.

    Args:
        con: A connection to the database.
        rules: The rules in force.
        as_of: The instant whose knowledge counts, in UTC.
        subject: What the page is about.
        options: What the business chose.

    Returns:
        64 hexadecimal digits.
    """
    told = {
        "records": state_hash(con),
        "rules": rules.fingerprint(),
        "version": importlib.metadata.version("convocommerce"),
        "as_of": as_of.isoformat(),
        "kind": subject.kind,
        "days": [subject.period.start.isoformat(), subject.period.end.isoformat()],
        "campaign": subject.campaign,
        "options": options.fingerprint(),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
