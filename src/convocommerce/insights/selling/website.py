"""How often the website's own checkouts end in a purchase: the baseline beside the chats."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.absences import is_untold
from convocommerce.intervals import Interval, share_interval
from convocommerce.markup import Shown
from convocommerce.periods import on_days

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period


@dataclass(frozen=True)
class WebsiteCheckouts(Shown):
    """Visits to the website in which a checkout was begun, and what came of them.

    Counts of web analytics never equal the shop's (blockers, refused cookies), so the shares are
    what is worth comparing.

    All of it is null where no web analytics are loaded.

    Attributes:
        begun: Visits in which a checkout was begun and that are over.
        bought: Those of them with a purchase after it, in the same visit.
        bought_in_time: Those of them that bought before a checkout counts as abandoned under the
            rules, which is how checkouts of the shop system are counted.
        open: Visits with a checkout that may not be over yet; in none of the shares.
        visitless: Checkouts begun by visitors who refused cookies, which belong to no visit.
        notes: What a reader must know.
    """

    begun: int | None
    bought: int | None
    bought_in_time: int | None
    open: int | None
    visitless: int | None
    notes: tuple[str, ...] = ()

    @property
    def abandoned_share(self) -> float | None:
        """Return the share of visits without a purchase; null when there are none."""
        return _share_without(self.bought, self.begun)

    @property
    def abandoned_interval(self) -> Interval:
        """Return the 95% interval of that share."""
        return _interval_without(self.bought, self.begun)

    @property
    def late_share(self) -> float | None:
        """Return the share of visits without a purchase in time; null when there are none."""
        return _share_without(self.bought_in_time, self.begun)

    @property
    def late_interval(self) -> Interval:
        """Return the 95% interval of that share."""
        return _interval_without(self.bought_in_time, self.begun)


def _share_without(bought: int | None, begun: int | None) -> float | None:
    return 1 - bought / begun if begun and bought is not None else None


def _interval_without(bought: int | None, begun: int | None) -> Interval:
    if begun is None or bought is None:
        return None, None
    return share_interval(begun - bought, begun)


VISIT_ENDS_AFTER_MINUTES = 30
"""Silence that ends a visit, as web analytics counts it."""


def website_checkouts(
    con: duckdb.DuckDBPyConnection, period: Period, as_of: dt.datetime
) -> WebsiteCheckouts:
    """Count the visits of a period in which a checkout was begun, and the purchases in them.

    A visit counts on the local day on which its first checkout was begun.

    Args:
        con: A connection to a database with built models.
        period: The local days.
        as_of: The instant whose knowledge counts, in UTC.
    """
    if is_untold(con, "web_analytics", period, as_of):
        return WebsiteCheckouts(None, None, None, None, None)
    row = con.execute(
        f"""
        with seen as (
            select
                coalesce(session_id, event_id) as visit,
                session_id is null as is_visitless,
                happened_at,
                step
            from web_events
            where happened_at <= $as_of and step <> 'refund'
        ),
        visits as (
            select
                visit,
                any_value(is_visitless) as is_visitless,
                min(happened_at) filter (step = 'begin_checkout') as begun_at,
                list(happened_at) filter (step = 'purchase') as bought_at,
                max(happened_at) as last_at
            from seen
            group by visit
        ),
        decided as (
            select
                visits.is_visitless,
                visits.begun_at,
                list_min(list_filter(visits.bought_at, lambda b: b >= visits.begun_at))
                    as bought_at,
                visits.begun_at + to_milliseconds(rules.checkout_abandoned_ms) as due_at,
                greatest(visits.last_at + to_minutes($silence), due_at) <= $as_of as is_over
            from visits
            cross join rules
            where visits.begun_at is not null and {on_days("visits.begun_at")}
        )
        select
            count(*) filter (is_over and not is_visitless),
            count(*) filter (is_over and not is_visitless and bought_at is not null),
            count(*) filter (is_over and not is_visitless and bought_at <= due_at),
            count(*) filter (not is_over and not is_visitless),
            count(*) filter (is_visitless)
        from decided
        """,
        {
            "as_of": as_of,
            "silence": VISIT_ENDS_AFTER_MINUTES,
            "first_day": period.start,
            "end_day": period.end,
        },
    ).fetchall()[0]
    return WebsiteCheckouts(*row)
