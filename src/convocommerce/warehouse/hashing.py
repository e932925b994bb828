"""One hash for everything the database knows, however it came to know it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from convocommerce.records import TABLES
from convocommerce.warehouse.schema import content_hash

if TYPE_CHECKING:
    import duckdb


def state_hash(con: duckdb.DuckDBPyConnection) -> str:
    """Return a hash over every canonical table that does not depend on the order of rows.

    Two databases with the same hash hold the same records. The bookkeeping of loads is left out:
    loading something a second time is a new load but not new knowledge.

    Args:
        con: An open connection to the database.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for name, table in TABLES.items():
        found = con.execute(
            "select count(*), coalesce(sum(h::hugeint), 0), coalesce(bit_xor(h), 0) "
            f"from (select {content_hash(table, 't')} as h from {name} as t)"
        ).fetchall()
        digest.update(f"{name}:{found}\n".encode())
    return digest.hexdigest()
