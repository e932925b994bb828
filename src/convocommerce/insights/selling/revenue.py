"""What paid orders brought, by what conversations had to do with them; refunds stand beside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from convocommerce.absences import topics_told
from convocommerce.measuring import states_before
from convocommerce.metrics import dimension_named

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    import duckdb

    from convocommerce.periods import Period

OUTCOMES = ("in_chat", "assisted", "none")
"""Placed through the chat, placed elsewhere after one, and without any. Where no messages are
loaded the outcome of every order is ``unknown``."""


@dataclass(frozen=True)
class Revenue:
    """Paid orders of one outcome in one currency.

    Attributes:
        outcome: One of ``OUTCOMES``, or ``unknown``.
        currency: ISO 4217 code of the amounts; null where no export tells it.
        orders: Orders paid and not cancelled, also those refunded since.
        gross_amount: What they came to.
        refund_amount: What was paid back of them by the as-of.
        net_amount: What remains. Orders refunded in full are in it with nothing.
        refunded: Orders of which anything was paid back.
        untied: Orders that nothing ties to any chat; only among those of the outcome ``none``, and
            null where no messages are loaded.
    """

    outcome: Literal["in_chat", "assisted", "none", "unknown"]
    currency: str | None
    orders: int
    gross_amount: Decimal
    refund_amount: Decimal
    net_amount: Decimal
    refunded: int
    untied: int | None


def revenue_by_outcome(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    where: Mapping[str, Sequence[str]] | None = None,
) -> list[Revenue]:
    """Add up the paid orders of a period by what conversations had to do with them.

    An order counts on the local day on which it was placed, so that orders without a conversation
    count too. Currencies are never added up.

    Args:
        con: A connection to a database with built models.
        period: The local days on which orders were placed.
        as_of: The instant whose knowledge counts, in UTC.
        where: Only orders credited to conversations with one of these values of each column.

    Returns:
        One row per currency and outcome that occurs, in the order of ``OUTCOMES``.

    Raises:
        UnknownNameError: There is no such column.
    """
    wanted = {dimension_named(name).name: list(values) for name, values in (where or {}).items()}
    conditions = " ".join(
        f"and order_states.{name} in (select unnest($wanted_{name}::varchar[]))" for name in wanted
    )
    rows = con.execute(
        f"""
        with {states_before("order_states")}
        select
            order_states.credit,
            order_states.currency,
            count(*),
            coalesce(sum(order_states.total_amount), 0),
            coalesce(sum(order_states.total_amount - order_states.net_amount), 0),
            coalesce(sum(order_states.net_amount), 0),
            count(*) filter (order_states.net_amount < order_states.total_amount),
            count(*) filter (order_states.match_rule = 'none')
        from order_states
        join conversions using (platform, order_id)
        where conversions.paid_at <= $as_of
            and coalesce(conversions.cancelled_at > $as_of, true)
            and not order_states.is_test
            and order_states.ordered_local >= $first_day
            and order_states.ordered_local < $end_day
            {conditions}
        group by order_states.credit, order_states.currency
        order by order_states.currency nulls last, list_position($outcomes, order_states.credit)
        """,
        {
            "as_of": as_of,
            "first_day": period.start,
            "end_day": period.end,
            "outcomes": list(OUTCOMES),
            **{f"wanted_{name}": values for name, values in wanted.items()},
        },
    ).fetchall()
    found = [Revenue(*row) for row in rows]
    if "messages" not in topics_told(con):
        found = [replace(one, outcome="unknown", untied=None) for one in found]
    return found
