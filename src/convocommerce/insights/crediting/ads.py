"""What ads cost and what came of them: claimed by the platform beside observed in the chats."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from convocommerce.absences import topics_told
from convocommerce.measuring import states_before

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period

PAID = "('ad', 'inbox_ad', 'sponsored_message')"
"""Entry points that an ad account pays for."""


@dataclass(frozen=True)
class AdRow:
    """One campaign in one currency over a period.

    Attributes:
        campaign: Its name, or its id where no name is known.
        currency: ISO 4217 code of the amounts; null when the ads figures do not cover it.
        spend: What it cost; null when the ads figures do not cover it.
        claimed_conversations: Conversations the platform claims to have started (7 days).
        claimed_connections: Accounts the platform claims to have messaged.
        conversations: Conversations observed to begin with one of its ads; null where no export
            tells what brought people.
        answered: Those of them that a person answered.
        orders: Paid orders credited to them; null where no orders are loaded either.
        net_revenue: What those brought, net of refunds, in ``currency``.
        is_claim_missing: The platform counts none while conversations were observed: in Europe
            and Japan it does not count them, so the zero is not a fact.
        time_zone: The zone of the ad account, whose days the spend counts by; null when no
            export tells it.
        claimed_purchases: Purchases the platform claims for it; null when no export tells them.
        claimed_amount: What it claims they brought, in ``currency``. Claims stand beside orders
            and net revenue and are never added to them.
    """

    campaign: str
    currency: str | None
    spend: Decimal | None
    claimed_conversations: int | None
    claimed_connections: int | None
    conversations: int | None
    answered: int | None
    orders: int | None
    net_revenue: Decimal | None
    is_claim_missing: bool
    time_zone: str | None = None
    claimed_purchases: int | None = None
    claimed_amount: Decimal | None = None

    def cost_per(self, count: int | None) -> float | None:
        """Return the spend per counted thing; null when either is missing."""
        return float(self.spend) / count if self.spend is not None and count else None

    def return_on_spend(self) -> float | None:
        """Return the net revenue per unit spent; null without spend."""
        revenue = self.net_revenue
        return float(revenue / self.spend) if self.spend and revenue is not None else None

    def claimed_return(self) -> float | None:
        """Return what the platform claims per unit spent; null without spend or claim."""
        claimed = self.claimed_amount
        return float(claimed / self.spend) if self.spend and claimed is not None else None


def ads_to_orders(
    con: duckdb.DuckDBPyConnection, period: Period, as_of: dt.datetime
) -> list[AdRow]:
    """Set each campaign's spend and claims beside what was observed in the chats.

    Spend counts on the ad account's days, conversations on the local day they began; an order
    counts with the conversation it is credited to. Rows that report a range of days count when
    the whole range lies in the period. Every day of every ad counts once: where exports overlap,
    the shortest range counts, then the row of the ad rather than of what contains it, and rows of
    a part (an age, a placement) never do.

    Args:
        con: A connection to a database with built models.
        period: The days.
        as_of: The instant whose knowledge counts, in UTC.

    Returns:
        One row per campaign and currency, the most expensive first.
    """
    common = states_before("conversation_states")
    rows = con.execute(
        f"""
        with {common},
        reported as (
            select
                coalesce(campaign_name, campaign_id, 'unknown') as campaign,
                currency,
                sum(spend_amount) as spend,
                sum(conversations_started)::bigint as claimed_conversations,
                sum(messaging_connections)::bigint as claimed_connections,
                sum(purchases)::bigint as claimed_purchases,
                sum(purchase_amount) as claimed_amount,
                string_agg(distinct time_zone, ', ' order by time_zone) as time_zone
            from ad_totals
            where day >= $first_day and last_day < $end_day
            group by all
        ),
        observed as (
            select
                campaign,
                count(*) as conversations,
                count(human_calendar_seconds) as answered
            from conversation_states
            where entry_point in {PAID}
                and started_local >= $first_day and started_local < $end_day
            group by campaign
        ),
        sold as (
            select campaign, currency, count(*) as orders, sum(net_amount) as net_revenue
            from order_states
            where is_sale and entry_point in {PAID}
                and started_local >= $first_day and started_local < $end_day
            group by all
        ),
        -- Spend and sales may be in different currencies; neither may hide the other.
        lines as (
            select campaign, currency from reported
            union
            select campaign, currency from sold
            union
            select campaign, null
            from observed
            where campaign not in (select campaign from reported)
                and campaign not in (select campaign from sold)
        )
        select
            lines.campaign,
            lines.currency,
            reported.spend,
            reported.claimed_conversations,
            reported.claimed_connections,
            coalesce(observed.conversations, 0),
            coalesce(observed.answered, 0),
            coalesce(sold.orders, 0),
            coalesce(sold.net_revenue, 0),
            reported.campaign is not null
                and coalesce(observed.conversations, 0) > 0
                and coalesce(reported.claimed_conversations, 0) = 0,
            reported.time_zone,
            reported.claimed_purchases,
            reported.claimed_amount
        from lines
        left join reported
            on reported.campaign = lines.campaign
            and reported.currency is not distinct from lines.currency
        left join observed on observed.campaign = lines.campaign
        left join sold
            on sold.campaign = lines.campaign
            and sold.currency is not distinct from lines.currency
        order by reported.spend desc nulls last, 1, 2 nulls last
        """,
        {
            "as_of": as_of,
            "first_day": period.start,
            "end_day": period.end,
        },
    ).fetchall()
    told = topics_told(con)
    found = [AdRow(*row) for row in rows]
    if not {"entry_points", "orders"} <= told:
        found = [replace(row, orders=None, net_revenue=None) for row in found]
    if "entry_points" not in told:
        found = [replace(row, conversations=None, answered=None) for row in found]
    return found


@dataclass(frozen=True)
class Restatement:
    """How often, and how far, a campaign's figures of a period were told differently later.

    Attributes:
        campaign: Its name, or its id where no name is known.
        currency: ISO 4217 code of the amounts.
        ad_days: Ad days (or ranges) reported.
        restated: Those of them that exports tell in more than one way.
        least_spend: What the lowest statements add up to.
        most_spend: What the highest statements add up to.
    """

    campaign: str
    currency: str | None
    ad_days: int
    restated: int
    least_spend: Decimal | None
    most_spend: Decimal | None


def restatements(con: duckdb.DuckDBPyConnection, period: Period) -> list[Restatement]:
    """Compare every statement about the same ad days, as far as the exports still hold them.

    Args:
        con: A connection to a database with built models.
        period: The ad account's days.

    Returns:
        One row per campaign and currency, the one with most restated days first.
    """
    rows = con.execute(
        """
        with told as (
            select
                platform,
                ad_key,
                day,
                last_day,
                currency,
                count(*) as n_statements,
                min(spend_amount) as least_spend,
                max(spend_amount) as most_spend
            from ad_day_versions
            where breakdown = 'none' and day >= $first_day and last_day < $end_day
            group by all
        )
        select
            coalesce(ad_totals.campaign_name, ad_totals.campaign_id, 'unknown') as campaign,
            told.currency,
            count(*),
            count(*) filter (told.n_statements > 1) as restated,
            sum(told.least_spend),
            sum(told.most_spend)
        from told
        join ad_totals using (platform, ad_key, day, last_day)
        group by 1, 2
        order by restated desc, 1, 2 nulls last
        """,
        {"first_day": period.start, "end_day": period.end},
    ).fetchall()
    return [Restatement(*row) for row in rows]
