"""Whether people who chat buy more often than people at the website's checkout, fairly compared.

The two are matched where they can be: conversations that show an intent to buy beside attempts to
buy on the website, on the same days, with the same time to order, without those who chatted, and
with the same mix of new and returning customers. What cannot be matched is said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from convocommerce.absences import topics_told
from convocommerce.calling import check_number
from convocommerce.insights.selling.ratios import (
    NOBODY_KNOWS,
    Buyers,
    Ratio,
    ratio_of,
    standardised,
)
from convocommerce.insights.selling.website import website_checkouts
from convocommerce.markup import Shown
from convocommerce.measuring import ask, facts, states_before
from convocommerce.metrics import metric_named

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period

SELLING_ENTRY_POINTS = (
    "ad",
    "sponsored_message",
    "inbox_ad",
    "link",
    "post",
    "shop",
    "lead_form",
)
"""What brings people into a chat to buy; who came by it, or sent a cart, showed that intent."""

KINDS = ("new", "returning")
"""Customers without and with a sale before, as far as the orders loaded tell."""

UNMATCHED = {
    "choice": (
        "People choose to chat; those who do may have wanted to buy more, or less, from the start."
    ),
    "intent": (
        "Intent is judged by what brought people and by carts they sent, not by what they wrote."
    ),
    "untied_chats": "Orders of people whose chat is tied to nothing in the shop cannot be seen.",
    "untied_checkouts": "Guests at the checkout who are tied to no chat may have chatted too.",
    "mix": "The mix of new and returning customers could not be made the same.",
    "visits": "Visits of the website have no person, so those who chatted are among them.",
    "orders": "No checkout or order of the website is there to compare with.",
}
"""What is not alike on the two sides, by a short name."""


@dataclass(frozen=True)
class ChatAgainstCheckout(Shown):
    """Chats beside the website's checkouts, with what was matched and what was not.

    Counts of chats are null where no messages or no orders are loaded, those of checkouts where
    not both they and orders are, or where no messages tell who chatted, and those of visits where
    no web analytics are.

    Attributes:
        claimed: The ratio that is claimed.
        verdict: ``supported`` when the whole interval lies above the claim, ``contradicted`` when
            it lies below, ``not enough data`` otherwise.
        basis: The ratio that the verdict rests on: ``standardised``, ``matched``, ``visits`` or
            ``none``.
        all_chats: Every conversation.
        chats: Conversations that show an intent to buy.
        all_checkouts: Every person's attempt to buy on the website.
        checkouts: Attempts of people who had not chatted.
        visits: Visits of the website with a checkout begun, from web analytics.
        chats_by_kind: ``chats`` of ``new`` and of ``returning`` customers.
        checkouts_by_kind: The same of ``checkouts``.
        naive: All conversations beside all attempts, as it is often told.
        matched: ``chats`` beside ``checkouts``.
        standardised: ``chats`` beside what ``checkouts`` would be with the same mix of new and
            returning customers; nulls where the mix could not be made the same.
        against_visits: ``chats`` beside ``visits``.
        left_out: Attempts, over or not, left out because the person had chatted.
        untied_chats: Of ``chats``, those of people tied to nothing in the shop.
        untied_checkouts: Of ``checkouts``, those of people who no key could tie to a chat.
        unmatched: Names in ``UNMATCHED`` of what is not alike on the two sides.
        notes: What a reader must know.
    """

    claimed: float
    verdict: str
    basis: str
    all_chats: Buyers
    chats: Buyers
    all_checkouts: Buyers
    checkouts: Buyers
    visits: Buyers
    chats_by_kind: Mapping[str, Buyers]
    checkouts_by_kind: Mapping[str, Buyers]
    naive: Ratio
    matched: Ratio
    standardised: Ratio
    against_visits: Ratio
    left_out: int | None
    untied_chats: int | None
    untied_checkouts: int | None
    unmatched: tuple[str, ...]
    notes: tuple[str, ...] = ()


_TIED = """
tied as (
    select contact_key from order_contacts where match_rule <> 'none'
    union
    select contact_key from checkout_contacts where match_rule <> 'none'
),
first_sales as (
    select contact_key, min(ordered_at) as bought_at
    from order_states
    where is_sale
    group by contact_key
)"""
_CHATS = """
select
    coalesce(first_sales.bought_at < facts.started_at, false) as is_returning,
    facts.entry_point in (select unnest($entry_points::varchar[]))
        or facts.conversation_id in (
            select placed.conversation_id
            from conversation_messages as placed
            join messages using (message_key)
            where placed.role = 'customer' and messages.kind = 'cart' and placed.sent_at <= $as_of
        ) as is_shopping,
    facts.contact_key in (select contact_key from tied) as is_tied,
    count(*) filter (facts.is_settled),
    count(*) filter (facts.is_settled and facts.outcome in ('in_chat', 'assisted')),
    count(*) filter (not facts.is_settled)
from facts
left join first_sales using (contact_key)
group by all
"""
# A person's attempt to buy may order for as long after its last checkout as a conversation may
# after its last message.
_CHECKOUTS = """
, attempts as (
    select
        contact_key,
        attempt_started_at as started_at,
        min(started_local) as started_local,
        max(started_at) + to_milliseconds(any_value(rules.attribution_ms)) as over_at,
        count(conversation_id) filter (
            conversation_id in (
                select conversation_id from conversations where first_customer_at <= $as_of
            )
        ) > 0 as has_chatted
    from checkout_outcomes
    cross join rules
    where started_at <= $as_of
        -- A shop of which only one of the two is loaded does not tell how attempts ended.
        and platform in (select platform from checkouts)
        and platform in (select platform from orders)
    group by contact_key, attempt_started_at
)
select
    coalesce(first_sales.bought_at < attempts.started_at, false) as is_returning,
    attempts.has_chatted,
    attempts.contact_key in (select contact_key from tied) as is_tied,
    count(*) filter (attempts.over_at <= $as_of),
    count(*) filter (
        attempts.over_at <= $as_of
        and exists (
            from order_states as sold
            where sold.is_sale
                and sold.contact_key = attempts.contact_key
                and sold.ordered_at >= attempts.started_at
                and sold.ordered_at <= attempts.over_at
        )
    ),
    count(*) filter (attempts.over_at > $as_of)
from attempts
left join first_sales using (contact_key)
where attempts.started_local >= $first_day and attempts.started_local < $end_day
group by all
"""

_Cell = tuple[bool, bool, bool, int, int, int]


def chat_against_checkout(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    claimed: float = 2.3,
    entry_points: Sequence[str] = SELLING_ENTRY_POINTS,
) -> ChatAgainstCheckout:
    """Compare how often chats and the website's checkouts end in a paid order.

    A conversation counts as bought when it is credited with a paid order under the rules; an
    attempt on the website when its person placed one within the same window. Both are counted only
    when that time is over.

    Args:
        con: A connection to a database with built models.
        period: The local days on which conversations and attempts began.
        as_of: The instant whose knowledge counts, in UTC.
        claimed: The ratio that is claimed; the true one must lie above it.
        entry_points: What brings people to buy.

    Raises:
        UsageError: What is claimed is no number above 0.
    """
    check_number("claimed", claimed)
    topics = topics_told(con)
    # Where nothing is told of orders or checkouts, that nobody bought or left is no finding; and
    # where nothing is told of chats, nobody knows who had chatted.
    talks = "messages" in topics
    chats = _chats(con, period, as_of, entry_points) if {"messages", "orders"} <= topics else None
    checkouts = _checkouts(con, period, as_of) if "carts_and_orders" in topics else None
    shopping = chats and [cell for cell in chats if cell[1]]
    alone = checkouts and [cell for cell in checkouts if not cell[1]] if talks else None
    chat, website = _added(shopping), _added(alone)
    told = website_checkouts(con, period, as_of)
    visits = Buyers(told.begun, told.bought, told.open)
    by_kind, base_by_kind = _by_kind(shopping), _by_kind(alone)
    found = ChatAgainstCheckout(
        claimed=claimed,
        verdict="not enough data",
        basis="none",
        all_chats=_added(chats),
        chats=chat,
        all_checkouts=_added(checkouts),
        checkouts=website,
        visits=visits,
        chats_by_kind=by_kind,
        checkouts_by_kind=base_by_kind,
        naive=ratio_of(_added(chats), _added(checkouts), claimed),
        matched=ratio_of(chat, website, claimed),
        standardised=standardised(by_kind, base_by_kind, claimed),
        against_visits=ratio_of(chat, visits, claimed),
        left_out=_counted(checkouts if talks else None, lambda cell: cell[1], (3, 5)),
        untied_chats=_counted(shopping, lambda cell: not cell[2], (3,)),
        untied_checkouts=_counted(alone, lambda cell: not cell[2], (3,)),
        unmatched=(),
    )
    return _judged(found)


def _chats(
    con: duckdb.DuckDBPyConnection, period: Period, as_of: dt.datetime, entry_points: Sequence[str]
) -> list[_Cell]:
    question = ask(con, metric_named("conversion"), as_of=as_of, period=period)
    query = facts(question).query(_CHATS, [_TIED])
    values = {**query.values, "entry_points": list(entry_points)}
    return [_cell(row) for row in replace(query, values=values).run(con)]


def _checkouts(con: duckdb.DuckDBPyConnection, period: Period, as_of: dt.datetime) -> list[_Cell]:
    rows = con.execute(
        f"with {states_before('order_states')},{_TIED}{_CHECKOUTS}",
        {"as_of": as_of, "first_day": period.start, "end_day": period.end},
    ).fetchall()
    return [_cell(row) for row in rows]


def _cell(row: Sequence[int]) -> _Cell:
    is_returning, flag, is_tied, n, bought, n_open = row
    return bool(is_returning), bool(flag), bool(is_tied), n, bought, n_open


def _added(cells: Sequence[_Cell] | None) -> Buyers:
    if cells is None:
        return NOBODY_KNOWS
    return Buyers(*(sum(cell[place] for cell in cells) for place in (3, 4, 5)))


def _by_kind(cells: Sequence[_Cell] | None) -> dict[str, Buyers]:
    return {
        kind: _added(cells and [cell for cell in cells if cell[0] == (kind == "returning")])
        for kind in KINDS
    }


def _counted(
    cells: Sequence[_Cell] | None, which: Callable[[_Cell], bool], places: Sequence[int]
) -> int | None:
    if cells is None:
        return None
    return sum(cell[place] for cell in cells if which(cell) for place in places)


def _judged(found: ChatAgainstCheckout) -> ChatAgainstCheckout:
    """Choose the fairest ratio there is, judge the claim by it, and say what is not alike."""
    bases = {
        "standardised": found.standardised,
        "matched": found.matched,
        "visits": found.against_visits,
    }
    # Where there are checkouts, visits of web analytics are no better base than they are.
    if found.checkouts.n:
        bases.pop("visits")
    basis = next((name for name, one in bases.items() if one.ratio is not None), "none")
    verdict = "not enough data"
    if basis != "none":
        low, high = bases[basis].low, bases[basis].high
        if low is not None and low > found.claimed:
            verdict = "supported"
        elif high is not None and high < found.claimed:
            verdict = "contradicted"
    holds = {
        "choice": True,
        "intent": True,
        "untied_chats": bool(found.untied_chats),
        "untied_checkouts": basis != "visits" and bool(found.untied_checkouts),
        "mix": basis != "standardised",
        "visits": basis == "visits",
        "orders": not found.checkouts.n and not found.visits.n,
    }
    unmatched = tuple(name for name in UNMATCHED if holds[name])
    return replace(found, basis=basis, verdict=verdict, unmatched=unmatched)
