"""Opening hours as other systems lay them over a wait, as values to bind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    from convocommerce.profiles.profile import Profile


def hours_values(
    con: duckdb.DuckDBPyConnection, as_of: dt.datetime, profiles: Iterable[Profile], clock: str
) -> dict[str, Any]:
    return {}
