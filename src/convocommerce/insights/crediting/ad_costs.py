"""What a conversation, an answer and an order that ads brought cost, and what the spend returned.

Money is set against money only in one currency, and where that cannot be done the figure is null
with the reason. Returns are told twice, as observed and as the platform claims, and never added.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from convocommerce.insights.crediting.ads import AdRow, ads_to_orders
from convocommerce.measuring import states_before

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import duckdb

    from convocommerce.periods import Period

CostReason = Literal["no_spend", "several_currencies", "unknown_entry_points"]
"""Why costs are null: no export tells the spend, or tells it in several currencies; or of no
conversation of the period is it told what brought it, so that none is known to be an ad's."""

ReturnReason = Literal[
    "no_spend",
    "several_currencies",
    "unknown_entry_points",
    "no_orders",
    "unknown_currency",
    "other_currency",
]
"""Why a return is null: as for costs; no orders are loaded, so that nobody knows what was bought;
nobody knows what currency the spend is in; or some of the orders are in another than the spend, so
that a return on the rest would be too small."""


@dataclass(frozen=True)
class AdCost:
    """What one campaign cost over a period, for each thing it brought.

    Attributes:
        campaign: Its name, or its id where no name is known.
        currency: ISO 4217 code of every amount and cost here.
        spend: What it cost.
        conversations: Conversations observed to begin with one of its ads; null where no export
            tells what brought people.
        answered: Those of them that a person answered.
        orders: Paid orders credited to them, in any currency; null where none are loaded either.
        per_conversation: Spend per observed conversation; null as ``cost_reason`` tells, or when
            there was none.
        per_answered: Spend per answered conversation.
        per_order: Spend per order.
        cost_reason: Why costs cannot be known; null when they can.
        observed_return: Net revenue of the orders per unit spent.
        claimed_return: What the platform claims that purchases brought, per unit spent; null also
            where it claims nothing.
        return_reason: Why the observed return cannot be known; null when it can.
    """

    campaign: str
    currency: str | None
    spend: Decimal | None
    conversations: int | None
    answered: int | None
    orders: int | None
    per_conversation: float | None
    per_answered: float | None
    per_order: float | None
    cost_reason: CostReason | None
    observed_return: float | None
    claimed_return: float | None
    return_reason: ReturnReason | None


def ad_costs(con: duckdb.DuckDBPyConnection, period: Period, as_of: dt.datetime) -> list[AdCost]:
    """Set what each campaign cost against what was observed to come of it.

    Spend, conversations and orders are those of ``ads_to_orders``.

    Args:
        con: A connection to a database with built models.
        period: The days.
        as_of: The instant whose knowledge counts, in UTC.

    Returns:
        One row per campaign, the most expensive first.
    """
    rows = sorted(ads_to_orders(con, period, as_of), key=lambda row: row.campaign)
    told = _tells_entry_points(con, period, as_of)
    found = [
        _cost(name, list(alike), told) for name, alike in groupby(rows, lambda row: row.campaign)
    ]
    return sorted(found, key=lambda row: (row.spend is None, -(row.spend or 0), row.campaign))


def _tells_entry_points(con: duckdb.DuckDBPyConnection, period: Period, as_of: dt.datetime) -> bool:
    """Return whether of any conversation of the period it is known what brought it."""
    common = states_before("conversation_cuts")
    rows = con.execute(
        f"""
        with {common}
        select coalesce(bool_or(entry_point <> 'unknown'), false) from conversation_cuts
        where started_local >= $first_day and started_local < $end_day
        """,
        {"as_of": as_of, "first_day": period.start, "end_day": period.end},
    ).fetchall()
    return bool(rows[0][0])


def _cost(campaign: str, rows: Sequence[AdRow], tells_entry_points: bool) -> AdCost:
    spent = [row for row in rows if row.spend is not None]
    sold = [row.orders for row in rows if row.orders is not None]
    orders = sum(sold) if sold else None
    paid = spent[0] if len(spent) == 1 else None
    cost_reason: CostReason | None = None if paid else "several_currencies" if spent else "no_spend"
    if paid and not tells_entry_points:
        cost_reason = "unknown_entry_points"
    return_reason: ReturnReason | None = cost_reason
    if paid and not paid.spend:
        # Nothing can be returned on nothing, whatever brought people.
        return_reason = "no_spend"
    elif paid and not cost_reason and orders is None:
        return_reason = "no_orders"
    elif paid and not cost_reason and (orders or 0) > (paid.orders or 0):
        return_reason = "other_currency" if paid.currency else "unknown_currency"
    elif paid and not cost_reason and not paid.currency and orders:
        return_reason = "unknown_currency"
    one = paid or rows[0]
    return AdCost(
        campaign=campaign,
        currency=paid.currency if paid else None,
        spend=paid.spend if paid else None,
        conversations=one.conversations,
        answered=one.answered,
        orders=orders,
        per_conversation=paid.cost_per(one.conversations) if paid else None,
        per_answered=paid.cost_per(one.answered) if paid else None,
        per_order=paid.cost_per(orders) if paid else None,
        cost_reason=cost_reason,
        observed_return=paid.return_on_spend() if paid and not return_reason else None,
        claimed_return=paid.claimed_return() if paid else None,
        return_reason=return_reason,
    )
