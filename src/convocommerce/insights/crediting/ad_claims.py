"""Why what an ad platform claims and what was observed in the chats are not the same.

The platform counts a conversation when neither side wrote for seven days before, and a purchase
when it came within so many days of a click or a view. Both can be held against what was observed,
but only so far: a view without a click leaves no trace in a chat, nor does a purchase by somebody
whom nothing ties to one. What remains is named as such and explained by nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.absences import topics_told
from convocommerce.insights.crediting.ads import PAID, ads_to_orders, restatements
from convocommerce.measuring import states_before

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import duckdb

    from convocommerce.periods import Period

STARTED_AFTER_DAYS = 7
"""The platform counts a conversation as started after so many days without a word."""

CLICK_DAYS = 7
"""The platform's usual setting credits purchases up to so many days after a click."""


@dataclass(frozen=True)
class ClaimGap:
    """One campaign's claims beside what was observed, and what lies between the two.

    Attributes:
        campaign: Its name, or its id where no name is known.
        claimed_conversations: Conversations the platform claims to have started; null when no
            export tells.
        conversations: Conversations observed to begin with one of its ads; this and what follows
            of them is null where no export tells what brought people.
        started: Those of them the platform's own rule would count.
        continued: Those in which somebody had written in the seven days before: the platform does
            not count them.
        beginning_unknown: Those before which the export leaves something out.
        is_claim_missing: The platform counts none while conversations were observed, as it does
            in Europe and Japan: then there is no claim to compare.
        claimed_purchases: Purchases the platform claims; null when no export tells.
        orders: Paid orders credited to those conversations; this and what follows of them is null
            where no orders are loaded either.
        orders_in_click_window: Those of them placed within seven days of a click on its ads.
        orders_after_click_window: Those placed later, which the platform cannot claim for a click.
        orders_credited_elsewhere: Orders within seven days of a click on its ads that are credited
            to a later conversation, or to none. Two campaigns can both have clicks before one.
        attribution_settings: The settings behind the claims, as the exports tell them.
        ad_days: Ad days (or ranges) whose statements are kept; null where no export tells any.
        restated_days: Those of them that exports tell in more than one way.
    """

    campaign: str
    claimed_conversations: int | None
    conversations: int | None
    started: int | None
    continued: int | None
    beginning_unknown: int | None
    is_claim_missing: bool
    claimed_purchases: int | None
    orders: int | None
    orders_in_click_window: int | None
    orders_after_click_window: int | None
    orders_credited_elsewhere: int | None
    attribution_settings: tuple[str, ...]
    ad_days: int | None
    restated_days: int | None

    @property
    def unexplained_conversations(self) -> int | None:
        """Return the claimed conversations less those the platform's rule counts here.

        Null where there is no claim or nothing to observe; negative when more were observed.
        People who were counted on another day or in another place, and what the exports leave out,
        are in it.
        """
        if self.claimed_conversations is None or self.is_claim_missing or self.started is None:
            return None
        return self.claimed_conversations - self.started

    @property
    def unexplained_purchases(self) -> int | None:
        """Return the claimed purchases less the orders observed within seven days of a click.

        Null where there is no claim or nothing to observe; negative when more were observed.
        Purchases after a view alone and those by people whom nothing ties to a chat are in it; no
        export tells how many.
        """
        clicked, elsewhere = self.orders_in_click_window, self.orders_credited_elsewhere
        if self.claimed_purchases is None or clicked is None or elsewhere is None:
            return None
        return self.claimed_purchases - clicked - elsewhere


_BEGINNINGS = f"""
    with spaced as (
        select
            begun.*,
            max(begun.last_message_at) over (
                partition by threads.channel, threads.business_id, threads.customer_id
                order by begun.started_at, begun.conversation_id
                rows between unbounded preceding and 1 preceding
            ) as before_at
        from conversations as begun
        join threads using (thread_key)
        where begun.first_customer_at <= $as_of
    )
    select
        coalesce(campaign_name, 'unknown'),
        count(*) filter (
            before_at is null and not is_cut_off or started_at - before_at >= to_days($days)
        ),
        count(*) filter (started_at - before_at < to_days($days)),
        count(*) filter (before_at is null and is_cut_off)
    from spaced
    where entry_point in {PAID}
        and started_local >= $first_day and started_local < $end_day
    group by 1
"""

_ORDERS = f"""
    with {{states}},
    sales as (
        select
            *,
            coalesce(
                entry_point in {PAID} and started_local >= $first_day and started_local < $end_day,
                false
            ) as is_credited
        from order_states
        where is_sale
    ),
    clicks as (
        select
            begun.contact_key, came.occurred_at,
            coalesce(ads.campaign_name, ads.campaign_id, 'unknown') as campaign
        from conversation_touchpoints as came
        join conversations as begun using (conversation_id)
        left join ads on ads.ad_id = came.ad_id
        where came.entry_point in {PAID}
            and came.occurred_at <= $as_of
            and begun.started_local >= $first_day and begun.started_local < $end_day
    ),
    -- Of the clicks on one campaign the last before the order decides.
    clicked as (
        select
            clicks.campaign, sales.platform, sales.order_id,
            sales.ordered_at - max(clicks.occurred_at) <= to_days($days) as is_in_time
        from clicks
        join sales
            on sales.contact_key = clicks.contact_key and clicks.occurred_at <= sales.ordered_at
        group by clicks.campaign, sales.platform, sales.order_id, sales.ordered_at
    ),
    credited as (
        select campaign, platform, order_id, true as is_credited from sales where is_credited
    )
    select
        campaign,
        count(*) filter (is_credited and is_in_time),
        count(*) filter (is_credited and not is_in_time),
        count(*) filter (not is_credited and is_in_time)
    from (
        select
            campaign,
            coalesce(is_credited, false) as is_credited,
            coalesce(is_in_time, false) as is_in_time
        from credited
        full join clicked using (campaign, platform, order_id)
    )
    group by campaign
"""

_SETTINGS = """
    select
        coalesce(totals.campaign_name, totals.campaign_id, 'unknown'),
        list(distinct told.attribution_setting order by told.attribution_setting)
    from ad_totals as totals
    join ad_days as told using (platform, ad_key, day, last_day)
    where told.breakdown = 'none'
        and told.attribution_setting is not null
        and totals.day >= $first_day and totals.last_day < $end_day
    group by 1
"""


def claim_gaps(
    con: duckdb.DuckDBPyConnection, period: Period, as_of: dt.datetime
) -> list[ClaimGap]:
    """Set each campaign's claims beside what was observed, with what is known of the gap.

    Claims count on the ad account's days, conversations on the local day they began, orders with
    the conversation they are credited to, and orders credited elsewhere with the conversation
    that the click began.

    Args:
        con: A connection to a database with built models.
        period: The days.
        as_of: The instant whose knowledge counts, in UTC.

    Returns:
        One row per campaign, by name. Claims are counts, so currencies do not matter.
    """
    days = {"first_day": period.start, "end_day": period.end}
    known = {**days, "as_of": as_of}
    began = {
        name: counts
        for name, *counts in con.execute(
            _BEGINNINGS, {**known, "days": STARTED_AFTER_DAYS}
        ).fetchall()
    }
    sql = _ORDERS.format(states=states_before("order_states"))
    bought = {
        name: counts for name, *counts in con.execute(sql, {**known, "days": CLICK_DAYS}).fetchall()
    }
    settings = dict(con.execute(_SETTINGS, days).fetchall())
    told = restatements(con, period)
    rows = ads_to_orders(con, period, as_of)
    gaps = []
    topics = topics_told(con)
    sees_chats = "entry_points" in topics
    unseen_chats = (0, 0, 0) if sees_chats else (None, None, None)
    unseen_orders = (0, 0, 0) if sees_chats and "orders" in topics else (None, None, None)
    for name in sorted({row.campaign for row in rows} | bought.keys()):
        alike = [row for row in rows if row.campaign == name]
        started, continued, unknown = began.get(name, unseen_chats)
        in_window, after_window, elsewhere = bought.get(name, unseen_orders)
        claimed = _added([row.claimed_conversations for row in alike])
        gaps.append(
            ClaimGap(
                campaign=name,
                claimed_conversations=claimed,
                conversations=_added([started, continued, unknown]),
                started=started,
                continued=continued,
                beginning_unknown=unknown,
                is_claim_missing=any(row.is_claim_missing for row in alike) and not claimed,
                claimed_purchases=_added([row.claimed_purchases for row in alike]),
                orders=_added([in_window, after_window]),
                orders_in_click_window=in_window,
                orders_after_click_window=after_window,
                orders_credited_elsewhere=elsewhere,
                attribution_settings=tuple(settings.get(name, ())),
                ad_days=sum(one.ad_days for one in told if one.campaign == name)
                if "ads" in topics
                else None,
                restated_days=sum(one.restated for one in told if one.campaign == name)
                if "ads" in topics
                else None,
            )
        )
    return gaps


def _added(counts: Sequence[int | None]) -> int | None:
    """Add up what is told; null when nothing is."""
    told = [count for count in counts if count is not None]
    return sum(told) if told else None
