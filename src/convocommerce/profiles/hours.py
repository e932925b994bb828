"""Opening hours as other systems lay them over a wait, as values to bind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from convocommerce.profiles.dbt_weeks import changed_weeks, versions

if TYPE_CHECKING:
    import duckdb

    from convocommerce.profiles.profile import Profile


def hours_values(
    con: duckdb.DuckDBPyConnection, as_of: dt.datetime, profiles: Iterable[Profile], clock: str
) -> dict[str, Any]:
    """Return what the SQL of profiles reads about opening hours, to bind beside the as-of.

    Args:
        con: A connection to a database with built models.
        as_of: The instant whose knowledge counts, in UTC.
        profiles: The systems that are asked.
        clock: ``opening`` or ``calendar``, which needs none of it.

    Returns:
        ``versions``, the weeks of the dbt package, and ``changed_weeks``, the Sundays of the weeks
        of UTC in which a clock was changed.
    """
    if clock == "calendar":
        return {"versions": [], "changed_weeks": []}
    needs_weeks = any(profile.hours == "weekly_versions" for profile in profiles)
    zones = con.execute(
        "select time_zone from rules union select time_zone from schedules order by all"
    ).fetchall()
    return {
        "versions": [one._asdict() for one in versions(con, as_of)] if needs_weeks else [],
        "changed_weeks": changed_weeks([zone for (zone,) in zones if zone], as_of),
    }
