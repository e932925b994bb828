"""The questions whose window closed without an answer, and what the person had in hand or bought.

What hung on a question is what was in the shop at the time, not what was lost by it: people also
leave carts whose questions were answered.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from convocommerce.absences import topics_told
from convocommerce.calling import check_choice, check_number
from convocommerce.insights.answering.reply_windows import QUESTIONS, AnsweredBy
from convocommerce.insights.answering.window_rules import asked_values
from convocommerce.measuring import states_before
from convocommerce.periods import Period
from convocommerce.windows import WINDOW_RULES, WindowRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb


class Hanging(NamedTuple):
    """What hung on lost questions, in one currency.

    Attributes:
        currency: ISO 4217 code; null where the shop does not tell it.
        carts: Attempts to buy that are without an order so far. However many carts and checkouts
            belong to one attempt, it is worth what the newest of them is. Null where checkouts
            and orders are not both loaded.
        cart_amount: Their value; null when no value is told.
        orders: Orders that the person placed later all the same, paid and not given back.
        order_amount: Their value, net of refunds; null when there are none.
    """

    currency: str | None
    carts: int | None
    cart_amount: Decimal | None
    orders: int
    order_amount: Decimal | None


@dataclass(frozen=True)
class LostQuestion:
    """One conversation whose window closed on a customer without an answer.

    Attributes:
        conversation_id: The conversation.
        channel: Where it was asked.
        entry_point: What brought the person into the conversation.
        campaign: The campaign of the ad that did; ``none`` without one, ``unknown`` where no export
            tells it.
        ad: That ad, likewise.
        asked_at: When the wait for an answer began, in UTC.
        closed_at: When the window closed, in UTC.
        is_tied: Whether anything in the shop is tied to the person. Of others nobody knows what
            hung on it, and nothing listed does not mean that nothing did.
        is_settled: Whether the time for carts and later orders is over; until then more may come.
        hanging: What hung on it, one entry per currency; empty when nothing is known to, and null
            where nothing could be, as no orders are loaded.
    """

    conversation_id: int
    channel: str
    entry_point: str
    campaign: str
    ad: str
    asked_at: dt.datetime
    closed_at: dt.datetime
    is_tied: bool
    is_settled: bool
    hanging: tuple[Hanging, ...] | None


_LEDGER = """
    with {states},
    lost as (
        select
            questions.conversation_id, questions.channel, questions.asked_at, questions.closes_at,
            timezone(rules.time_zone, timezone('UTC', questions.asked_at)) as asked_local,
            begun.contact_key, begun.entry_point,
            cuts.campaign, cuts.ad
        from ({questions}) as questions
        join conversations as begun using (conversation_id)
        join conversation_cuts as cuts using (conversation_id)
        cross join rules
        where questions.outcome = 'lost'
    ),
    tied as (
        select contact_key from order_contacts where match_rule <> 'none'
        union
        select contact_key from checkout_contacts where match_rule <> 'none'
    ),
    -- What the person bought by any cart within the time to recover one is not left any more.
    left_behind as (
        select
            contact_key, attempt_started_at,
            min(started_at) as first_at,
            max(started_at) + to_milliseconds(any_value(recovered_ms)) as lost_at,
            arg_max_null(currency, (started_at, platform, checkout_id)) as currency,
            arg_max_null(total_amount, (started_at, platform, checkout_id)) as amount
        from checkout_outcomes
        cross join rules
        where started_at <= $as_of
        group by contact_key, attempt_started_at
        having not coalesce(min(ordered_at) <= least($as_of, lost_at), false)
    ),
    -- Each of them once: with the newest question of the person that it can belong to.
    carts as (
        select
            arg_max(lost.conversation_id, (lost.asked_at, lost.conversation_id)) as conversation_id,
            any_value(left_behind.currency) as currency,
            any_value(left_behind.amount) as amount
        from left_behind
        join lost
            on lost.contact_key = left_behind.contact_key
            and left_behind.first_at <= lost.asked_at + $cart_days
            and left_behind.lost_at > lost.asked_at
        group by left_behind.contact_key, left_behind.attempt_started_at
    ),
    later as (
        select
            arg_max(lost.conversation_id, (lost.asked_at, lost.conversation_id)) as conversation_id,
            any_value(sold.currency) as currency,
            any_value(sold.net_amount) as amount
        from order_states as sold
        join lost
            on lost.contact_key = sold.contact_key
            and sold.ordered_at > lost.asked_at
            and sold.ordered_at <= lost.asked_at + $order_days
        where sold.is_sale
        group by sold.platform, sold.order_id
    ),
    hanging as (
        select
            conversation_id, currency,
            count(*) filter (what = 'cart') as n_carts,
            sum(amount) filter (what = 'cart') as cart_amount,
            count(*) filter (what = 'order') as n_orders,
            sum(amount) filter (what = 'order') as order_amount
        from (
            select *, 'cart' as what from carts
            union all
            select *, 'order' as what from later
        )
        group by conversation_id, currency
    )
    select
        lost.conversation_id, lost.channel, lost.entry_point, lost.campaign, lost.ad,
        lost.asked_at, lost.closes_at,
        lost.contact_key in (select contact_key from tied),
        lost.asked_at + greatest($cart_days, $order_days) <= $as_of,
        list(
            {{
                'currency': hanging.currency,
                'carts': n_carts,
                'cart_amount': cart_amount,
                'orders': n_orders,
                'order_amount': order_amount
            }}
            order by hanging.currency nulls last
        ) filter (n_carts is not null)
    from lost
    left join hanging using (conversation_id)
    where lost.asked_local >= $from_day and lost.asked_local < $to_day
    group by lost.*
    order by lost.asked_at, lost.conversation_id
"""


def lost_questions(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    answered_by: AnsweredBy = "any",
    cart_days: float = 1,
    order_days: float = 30,
    rules: Sequence[WindowRule] = WINDOW_RULES,
) -> list[LostQuestion]:
    """List the conversations whose window closed without an answer, and what hung on each.

    These are the questions that ``reply_windows`` counts as lost; some of them needed no answer.
    A cart hangs on a question if it was begun before it and could still be recovered by the rules
    when it was asked, or was begun soon after. Every attempt to buy and every order counts with
    one question only, the person's newest that it can belong to, so the ledgers of two periods
    can be added up.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the waits began.
        as_of: The instant whose knowledge counts, in UTC.
        answered_by: Whose message is an answer.
        cart_days: How long after the question a cart may have been begun, in days.
        order_days: How long after the question an order counts, in days.
        rules: The windows.

    Raises:
        UsageError: A number of days is negative.
        UnknownNameError: Nobody of that name answers.
    """
    check_choice("answered_by", answered_by, get_args(AnsweredBy))
    check_number("cart_days", cart_days, from_zero=True)
    check_number("order_days", order_days, from_zero=True)
    values = {
        **asked_values(period, as_of, rules),
        # A cart goes to one question of all, so all are looked at before the period is.
        "first_day": dt.date.min,
        "end_day": dt.date.max,
        "from_day": period.start,
        "to_day": period.end,
        "answered_by": answered_by,
        "cart_days": dt.timedelta(days=cart_days),
        "order_days": dt.timedelta(days=order_days),
    }
    sql = _LEDGER.format(states=states_before("order_states"), questions=QUESTIONS)
    topics = topics_told(con)
    unknown = {} if "carts_and_orders" in topics else {"carts": None, "cart_amount": None}

    def hung(found: Sequence[dict[str, Any]] | None) -> tuple[Hanging, ...] | None:
        # Without orders nobody knows which carts were left either.
        if "orders" not in topics:
            return None
        return tuple(Hanging(**{**one, **unknown}) for one in found or ())

    return [
        LostQuestion(*[*told, hung(hanging)])
        for *told, hanging in con.execute(sql, values).fetchall()
    ]


@dataclass(frozen=True)
class LostOnChannel:
    """The lost questions of one channel, added up.

    Attributes:
        channel: Where they were asked.
        questions: How many there are.
        untied: Those of people to whom nothing in the shop is tied.
        unsettled: Those on which more may come to hang.
        hanging: What hung on them, one entry per currency; amounts are never added across them.
            Null where no orders are loaded.
    """

    channel: str
    questions: int
    untied: int
    unsettled: int
    hanging: tuple[Hanging, ...] | None


def lost_by_channel(ledger: Iterable[LostQuestion]) -> list[LostOnChannel]:
    """Add a ledger of lost questions up, for each channel and currency.

    Args:
        ledger: The rows, each once.
    """
    rows = list(ledger)
    totals = []
    for channel in sorted({row.channel for row in rows}):
        here = [row for row in rows if row.channel == channel]
        is_known = all(row.hanging is not None for row in here)
        parts = [one for row in here for one in row.hanging or ()]
        codes = sorted({one.currency for one in parts}, key=lambda code: (code is None, code or ""))
        totals.append(
            LostOnChannel(
                channel=channel,
                questions=len(here),
                untied=sum(not row.is_tied for row in here),
                unsettled=sum(not row.is_settled for row in here),
                hanging=tuple(
                    _added([one for one in parts if one.currency == code], code) for code in codes
                )
                if is_known
                else None,
            )
        )
    return totals


def _added(parts: Sequence[Hanging], currency: str | None) -> Hanging:
    carts = [one.cart_amount for one in parts if one.cart_amount is not None]
    orders = [one.order_amount for one in parts if one.order_amount is not None]
    return Hanging(
        currency,
        _counted([one.carts for one in parts]),
        sum(carts, Decimal(0)) if carts else None,
        sum(one.orders for one in parts),
        sum(orders, Decimal(0)) if orders else None,
    )


def _counted(counts: Sequence[int | None]) -> int | None:
    known = [one for one in counts if one is not None]
    return sum(known) if known else None
