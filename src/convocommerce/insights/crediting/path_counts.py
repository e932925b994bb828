"""The conversations before each sale, and those that came to nothing, as counted paths."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from convocommerce.errors import UnknownNameError, UsageError
from convocommerce.insights.crediting.paths import Path, merged
from convocommerce.measuring import states_before

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period

PATHS_BY = ("entry_point", "channel", "campaign", "ad")
"""What a conversation can be taken for in a path."""

_PATHS = """
with {states},
begun as (
    select conversation_id, contact_key, first_customer_at, started_at, last_message_at
    from conversations
    where first_customer_at <= $as_of
),
said as (
    select conversation_id, sent_at
    from conversation_messages
    where role not in ('handoff', 'close') and sent_at <= $as_of
),
sales as (
    select platform, order_id, contact_key, ordered_at, ordered_local, currency, net_amount
    from order_states
    where is_sale
),
-- As with the one conversation that an order is credited to: a conversation that went on after
-- the order counts by its last message before it.
candidates as (
    select
        sales.platform,
        sales.order_id,
        sales.ordered_at,
        begun.conversation_id,
        begun.started_at,
        begun.last_message_at
    from sales
    join begun
        on begun.contact_key = sales.contact_key
        and begun.first_customer_at <= sales.ordered_at
        and begun.last_message_at >= sales.ordered_at - $window
),
met as (
    select
        candidates.* exclude (last_message_at),
        case
            when candidates.last_message_at <= candidates.ordered_at
                then candidates.last_message_at
            else said.sent_at
        end as touched_at
    from candidates
    asof left join said
        on said.conversation_id = candidates.conversation_id
        and said.sent_at <= candidates.ordered_at
    where touched_at >= candidates.ordered_at - $window
),
sold as (
    select
        platform,
        order_id,
        list({by} order by met.started_at, met.conversation_id) as channels,
        list(
            (epoch_us(met.ordered_at) - epoch_us(met.touched_at)) / 86400e6
            order by met.started_at, met.conversation_id
        ) as ages
    from met
    join conversation_cuts using (conversation_id)
    group by platform, order_id
),
unsold as (
    select
        begun.conversation_id,
        begun.contact_key,
        begun.started_at,
        case
            when begun.last_message_at <= $as_of then begun.last_message_at
            else running.last_at
        end as last_at
    from begun
    left join (
        select conversation_id, max(sent_at) as last_at from said group by conversation_id
    ) as running using (conversation_id)
    anti join met using (conversation_id)
),
-- What is further apart than the window no sale could have held together.
parted as (
    select
        *,
        started_at - $window > max(last_at) over (
            partition by contact_key
            order by started_at, conversation_id
            rows between unbounded preceding and 1 preceding
        ) as is_apart
    from unsold
),
numbered as (
    select
        *,
        coalesce(sum(is_apart::integer) over (
            partition by contact_key
            order by started_at, conversation_id
            rows between unbounded preceding and current row
        ), 0) as run
    from parted
),
nothing as (
    select
        list({by} order by numbered.started_at, numbered.conversation_id) as channels,
        max(numbered.last_at) as last_at
    from numbered
    join conversation_cuts using (conversation_id)
    group by numbered.contact_key, numbered.run
    having max(numbered.last_at) + $window <= $as_of
),
outcomes as (
    select
        coalesce(sold.channels, []) as channels,
        case when $with_ages then coalesce(sold.ages, []) end as ages,
        1 as conversions,
        coalesce(sales.currency, 'unknown') as currency,
        sales.net_amount as amount,
        0 as nulls,
        sales.ordered_local as local
    from sales
    left join sold using (platform, order_id)
    union all
    select channels, null, 0, null, null, 1, timezone(rules.time_zone, timezone('UTC', last_at))
    from nothing
    cross join rules
)
select
    channels,
    ages,
    currency,
    sum(conversions)::bigint,
    coalesce(sum(amount), 0),
    sum(nulls)::bigint
from outcomes
where $first_day is null or local >= $first_day and local < $end_day
group by channels, ages, currency
order by channels, ages nulls last, currency
"""


def paths_by_currency(
    con: duckdb.DuckDBPyConnection,
    window: dt.timedelta,
    as_of: dt.datetime,
    *,
    by: str = "entry_point",
    with_ages: bool = False,
    period: Period | None = None,
) -> dict[str | None, list[Path]]:
    """Count the distinct paths as ``paths_before`` does, apart for the sales of each currency.

    Args:
        con: A connection to a database with built models.
        window: How long before a sale a conversation counts.
        as_of: The instant whose knowledge counts, in UTC.
        by: What a conversation is taken for: entry_point, channel, campaign or ad.
        with_ages: Whether paths tell the ages of their touches.
        period: The local days of the sales, and of the last message of what came to nothing.

    Returns:
        The paths of the sales by currency, ``unknown`` where the shop does not tell it, and under
        null those that came to nothing, which belong to every currency.

    Raises:
        UnknownNameError: There is no such ``by``.
        UsageError: The window is not positive.
    """
    if by not in PATHS_BY:
        raise UnknownNameError("what to build paths by", by, PATHS_BY)
    if window <= dt.timedelta(0):
        raise UsageError(f"the window before a sale must be positive, not {window}")
    rows = con.execute(
        _PATHS.format(states=states_before("order_states"), by=f"conversation_cuts.{by}"),
        {
            "as_of": as_of,
            "window": window,
            "with_ages": with_ages,
            "first_day": period and period.start,
            "end_day": period and period.end,
        },
    ).fetchall()
    found: dict[str | None, list[Path]] = {}
    for channels, ages, currency, conversions, value, nulls in rows:
        known = None if ages is None else tuple(ages)
        path = Path(tuple(channels), conversions, value, nulls, known)
        found.setdefault(currency, []).append(path)
    return found


def paths_before(
    con: duckdb.DuckDBPyConnection,
    window: dt.timedelta,
    as_of: dt.datetime,
    *,
    by: str = "entry_point",
    currency: str | None = None,
    with_ages: bool = False,
    period: Period | None = None,
) -> list[Path]:
    """Count the distinct paths of conversations before each sale, and those without a sale.

    A path holds every conversation of the contact that had a message in the window before the
    sale, by when they began; an earlier sale does not cut it. With the window of the rules, the
    newest touch is thus the conversation that the order is credited to. Sales of people who did
    not talk in time have a path without touches. Conversations before no sale are paths that came
    to nothing, parted where a contact was silent for longer than the window; while a sale could
    still come in time, they are open and left out.

    Args:
        con: A connection to a database with built models.
        window: How long before a sale a conversation counts.
        as_of: The instant whose knowledge counts, in UTC.
        by: What a conversation is taken for: entry_point, channel, campaign or ad.
        currency: The currency whose value counts; may be left out when sales have only one.
            Sales in others count as sales and are worth nothing here.
        with_ages: Whether paths tell the ages of their touches, which time decay needs; there are
            then hardly fewer paths than sales.
        period: The local days of the sales, and of the last message of what came to nothing; all
            when left out. Touches before it count as ever.

    Raises:
        UnknownNameError: There is no such ``by``, or no sale in that currency.
        UsageError: The window is not positive, or sales are in several currencies and none is
            named.
    """
    found = paths_by_currency(con, window, as_of, by=by, with_ages=with_ages, period=period)
    currencies = sorted(code for code in found if code is not None)
    if currency is None and len(currencies) > 1:
        raise UsageError(f"sales are in {', '.join(currencies)}; name the currency that counts")
    if currency is not None and currencies and currency not in currencies:
        raise UnknownNameError("currency", currency, currencies)
    worth = {currency, None} if currency is not None else set(found)
    return merged(
        path if code in worth else replace(path, value=Decimal(0))
        for code, paths in found.items()
        for path in paths
    )
