"""How fresh the data are: of every source the last record and the last load, at the as-of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.building import HORIZONS, TOLD_IN_TICKETS
from convocommerce.sources import known_sources

if TYPE_CHECKING:
    import duckdb

# Sources are known by the export of a message, by the platform of everything else. Ads know days.
_FRESH = f"""
    with known as (
        select
            split_part(export, '/', 1) as source, {HORIZONS["messages"]} as moment,
            false as is_day
        from messages
        union all
        select coalesce(split_part(export, '/', 1), platform), happened_at, false
        from ticket_events
        where {TOLD_IN_TICKETS}
        union all
        select platform, created_at, false from orders
        union all
        select platform, created_at, false from checkouts
        union all
        select platform || '_ads', last_day::timestamp, true from ad_days
    ),
    loaded as (
        select files.source, max(loads.finished_at) as loaded_at
        from load_files as files
        join loads using (load_id)
        where files.source is not null and files.n_loaded + files.n_duplicate > 0
        group by files.source
    ),
    newest as (
        select source, max(moment) as last_at, bool_or(is_day) as is_day
        from known
        where moment <= $as_of
        group by source
    )
    select
        coalesce(newest.source, loaded.source), newest.last_at, coalesce(newest.is_day, false),
        loaded.loaded_at
    from newest
    full join loaded on loaded.source = newest.source
    where coalesce(newest.source, loaded.source) is not null
    order by all
"""


@dataclass(frozen=True)
class Fresh:
    """How fresh the data of one source are.

    Attributes:
        source: Its name.
        title: What people call it.
        last_at: The last instant that a record of it speaks of, up to the as-of, in UTC; null
            without one. For ads the first moment of the last day.
        is_day: Only the day of it is known.
        loaded_at: When something of it was loaded last, in UTC; null when that is not known.
    """

    source: str
    title: str
    last_at: dt.datetime | None
    is_day: bool
    loaded_at: dt.datetime | None

    def age(self, as_of: dt.datetime) -> dt.timedelta | None:
        """Return how old the last record is at an instant; null without one."""
        return None if self.last_at is None else as_of - self.last_at


def freshness(con: duckdb.DuckDBPyConnection, time_zone: str, as_of: dt.datetime) -> list[Fresh]:
    """Return how fresh the data of every source are, by their names.

    Args:
        con: A connection to the database.
        time_zone: The zone in which messages without one were told.
        as_of: The instant up to which records count, in UTC.
    """
    titles = {source.name: source.title for source in known_sources()}
    rows = con.execute(_FRESH.format(zone=time_zone), {"as_of": as_of}).fetchall()
    return [Fresh(source, titles.get(source, source), *rest) for source, *rest in rows]
