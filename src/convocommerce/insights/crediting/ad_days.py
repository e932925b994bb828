"""What ads cost on each day, and how far exports told a day in more than one way."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period


@dataclass(frozen=True)
class DaySpend:
    """What all ads, or those of one campaign, cost on one day of the ad account.

    Attributes:
        day: The day; the first of a range that is told in one amount.
        last_day: The same day, or the last of the range.
        currency: ISO 4217 code of the amounts; null where no export tells it.
        spend: What counts.
        ads: How many ads (or what contains them) it is added up from.
        restated: Those of them that exports tell in more than one way.
        least_spend: What the lowest statements add up to.
        most_spend: What the highest statements add up to.
    """

    day: dt.date
    last_day: dt.date
    currency: str | None
    spend: Decimal
    ads: int
    restated: int
    least_spend: Decimal
    most_spend: Decimal


def spend_by_day(
    con: duckdb.DuckDBPyConnection, period: Period, *, campaign: str | None = None
) -> list[DaySpend]:
    """Add up what ads cost on each day, beside every other statement about the same days.

    Args:
        con: A connection to a database with built models.
        period: The ad account's days; a range counts when it lies in them as a whole.
        campaign: Only this campaign, by its name or, where no name is known, by its id.

    Returns:
        One row per currency and day on which anything was told, in order.
    """
    rows = con.execute(
        """
        with told as (
            select
                platform, ad_key, day, last_day,
                count(*) > 1 as is_restated,
                min(spend_amount) as least_spend,
                max(spend_amount) as most_spend
            from ad_day_versions
            where breakdown = 'none'
            group by all
        )
        select
            totals.day,
            totals.last_day,
            totals.currency,
            coalesce(sum(totals.spend_amount), 0),
            count(*),
            count(*) filter (told.is_restated),
            coalesce(sum(least(told.least_spend, totals.spend_amount)), 0),
            coalesce(sum(greatest(told.most_spend, totals.spend_amount)), 0)
        from ad_totals as totals
        left join told using (platform, ad_key, day, last_day)
        where totals.day >= $first_day
            and totals.last_day < $end_day
            and totals.spend_amount is not null
            and ($campaign is null
                or coalesce(totals.campaign_name, totals.campaign_id, 'none') = $campaign)
        group by totals.day, totals.last_day, totals.currency
        order by totals.currency nulls last, totals.day, totals.last_day
        """,
        {"first_day": period.start, "end_day": period.end, "campaign": campaign},
    ).fetchall()
    return [DaySpend(*row) for row in rows]
