"""How conversion depends on the attribution window: every window from one build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from convocommerce.absences import topics_told
from convocommerce.calling import check_number
from convocommerce.errors import UsageError
from convocommerce.intervals import Interval, share_interval
from convocommerce.measuring import ask, facts
from convocommerce.metrics import metric_named

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period

WINDOWS = (1, 3, 5, 7, 30)
"""Attribution windows in use among those who measure conversion, in days."""


@dataclass(frozen=True)
class WindowConversion:
    """Conversion under one attribution window.

    A longer window is over later, so fewer conversations are settled under it, and those are older
    ones. The counts ``of_all`` are over the same conversations for every window, those settled
    under the longest, so that only the window differs between rows. Where no orders are loaded, or
    no messages, nothing but the window is known.

    Attributes:
        days: How long after the last message before it an order still counts.
        settled: Conversations whose window is over.
        in_chat: Those of them with an order placed through the chat.
        assisted: Those of them followed by an order, none of them placed in the chat.
        open: Conversations whose window is not over; in none of the shares.
        settled_of_all: Conversations settled under every window.
        in_chat_of_all: Those of them with an order placed through the chat within this window.
        assisted_of_all: Those of them followed by another order within this window.
    """

    days: float
    settled: int | None
    in_chat: int | None
    assisted: int | None
    open: int | None
    settled_of_all: int | None
    in_chat_of_all: int | None
    assisted_of_all: int | None

    @property
    def share(self) -> float | None:
        """The share with any order, as a build under this window gives it; null without any."""
        return _share(self.in_chat, self.assisted, self.settled)

    @property
    def interval(self) -> Interval:
        """The 95% interval of that share."""
        return _interval(self.in_chat, self.assisted, self.settled)

    @property
    def share_of_all(self) -> float | None:
        """The share with any order over the same conversations for every window."""
        return _share(self.in_chat_of_all, self.assisted_of_all, self.settled_of_all)

    @property
    def interval_of_all(self) -> Interval:
        """The 95% interval of that share."""
        return _interval(self.in_chat_of_all, self.assisted_of_all, self.settled_of_all)


def _share(in_chat: int | None, assisted: int | None, settled: int | None) -> float | None:
    return ((in_chat or 0) + (assisted or 0)) / settled if settled else None


def _interval(in_chat: int | None, assisted: int | None, settled: int | None) -> Interval:
    return share_interval((in_chat or 0) + (assisted or 0), settled) if settled else (None, None)


_REACHED = """
reached as (
    select
        sold.platform,
        sold.order_id,
        sold.ordered_at,
        sold.match_rule in ('chat_id', 'token', 'payment', 'link') as is_in_chat,
        conversations.conversation_id,
        conversations.started_at,
        conversations.last_message_at
    from order_states as sold
    join conversations
        on conversations.contact_key = sold.contact_key
        and conversations.first_customer_at <= sold.ordered_at
        and conversations.last_message_at >= sold.ordered_at - to_milliseconds($longest_ms)
    where sold.is_sale
)"""
# A conversation that went on after the order counts by its last message before the order.
_TOUCHED = """
touched as (
    select
        reached.*,
        epoch_ms(reached.ordered_at) - epoch_ms(
            case
                when reached.last_message_at <= reached.ordered_at then reached.last_message_at
                else said.sent_at
            end
        ) as after_ms
    from reached
    asof left join (
        select conversation_id, sent_at
        from conversation_messages
        where role not in ('handoff', 'close')
    ) as said
        on said.conversation_id = reached.conversation_id and said.sent_at <= reached.ordered_at
)"""
_CREDITED = """
windows as (
    select unnest($windows_ms::bigint[]) as window_ms
),
credited as (
    select
        windows.window_ms,
        any_value(touched.is_in_chat) as is_in_chat,
        arg_max(touched.conversation_id, (touched.started_at, touched.conversation_id))
            as conversation_id
    from touched
    join windows on touched.after_ms <= windows.window_ms
    group by windows.window_ms, touched.platform, touched.order_id
),
sold as (
    select window_ms, conversation_id, bool_or(is_in_chat) as is_in_chat
    from credited
    group by window_ms, conversation_id
),
judged as (
    select
        windows.window_ms,
        epoch_ms($as_of) >= epoch_ms(facts.last_message_so_far) + windows.window_ms as is_settled,
        epoch_ms($as_of) >= epoch_ms(facts.last_message_so_far) + $longest_ms as is_settled_in_all,
        coalesce(sold.is_in_chat, false) as is_in_chat,
        coalesce(not sold.is_in_chat, false) as is_assisted
    from facts
    cross join windows
    left join sold using (window_ms, conversation_id)
)"""


def window_sensitivity(
    con: duckdb.DuckDBPyConnection,
    period: Period | None,
    as_of: dt.datetime,
    *,
    days: Sequence[float] = WINDOWS,
    where: Mapping[str, Any] | None = None,
) -> list[WindowConversion]:
    """Count conversations that ended in orders under several attribution windows.

    Orders are credited once, as under the rules, but with each window in turn; the rules in force
    play no part in it, and nothing is built again.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the conversations began; null for all.
        as_of: The instant whose knowledge counts, in UTC.
        days: The windows, in days.
        where: Columns, each with the value or values it may have.

    Raises:
        UsageError: There is no window, or one is not above 0 days.
    """
    if not isinstance(days, Sequence) or not days:
        raise UsageError(f"days is {days!r} and must be one or more numbers, such as [1, 7]")
    for one in days:
        check_number("one of days", one)
    question = ask(con, metric_named("conversion"), as_of=as_of, period=period, where=where)
    windows = {round(one * 86_400_000): one for one in sorted(days)}
    query = facts(question).query(
        "select window_ms, "
        + ", ".join(
            f"count(*) filter ({one})"
            for one in (
                "is_settled",
                "is_settled and is_in_chat",
                "is_settled and is_assisted",
                "not is_settled",
                "is_settled_in_all",
                "is_settled_in_all and is_in_chat",
                "is_settled_in_all and is_assisted",
            )
        )
        + "\nfrom judged\ngroup by window_ms",
        [_REACHED, _TOUCHED, _CREDITED],
    )
    bound = {"windows_ms": list(windows), "longest_ms": max(windows)}
    query = replace(query, values={**query.values, **bound})
    found = {window: counts for window, *counts in query.run(con)}
    is_told = {"messages", "orders"} <= topics_told(con)
    nothing: list[int | None] = [0 if is_told else None] * 7
    return [WindowConversion(one, *found.get(window, nothing)) for window, one in windows.items()]
