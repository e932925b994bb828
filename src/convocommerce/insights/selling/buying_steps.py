"""How far conversations went on the way to an order: a question about a product, a cart, an order.

Whether somebody asked about a product is told by the words of the topics before a purchase, so it
is known only where an export keeps what people wrote.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from convocommerce.absences import topics_told
from convocommerce.intervals import Interval, share_interval
from convocommerce.measuring import facts
from convocommerce.topics import PRODUCT_TOPICS, topics_in

if TYPE_CHECKING:
    import duckdb

    from convocommerce.measuring import Question


@dataclass(frozen=True)
class BuyingSteps:
    """Conversations that were alike in asking about a product, and how far they went.

    Attributes:
        has_asked: The customer asked about a product; null where no words are kept.
        conversations: How many there were.
        carted: Those with a cart: sent into the chat, a checkout begun after it, or an order; null
            where checkouts and orders are not both loaded.
        carted_open: Those of them without an order whose time to order is not over; null likewise.
        ordered: Those credited with a paid order; this and what follows is null where no orders
            are loaded.
        open: Those without an order whose time to order is not over.
        settled: Those whose time to order is over.
        settled_ordered: Those of them that are credited with a paid order.
    """

    has_asked: bool | None
    conversations: int
    carted: int | None
    carted_open: int | None
    ordered: int | None
    open: int | None
    settled: int | None
    settled_ordered: int | None

    @property
    def settled_share(self) -> float | None:
        """The share of the settled that ordered; null when none is settled."""
        return _share(self.settled_ordered, self.settled)

    @property
    def settled_interval(self) -> Interval:
        """The 95% interval of that share (Wilson)."""
        return _interval(self.settled_ordered, self.settled)

    @property
    def carted_share(self) -> float | None:
        """The share with a cart so far; null without conversations."""
        return _share(self.carted, self.conversations)

    @property
    def carted_interval(self) -> Interval:
        """The 95% interval of that share (Wilson)."""
        return _interval(self.carted, self.conversations)


def _share(some: int | None, of: int | None) -> float | None:
    return some / of if some is not None and of else None


def _interval(some: int | None, of: int | None) -> Interval:
    return share_interval(some, of) if some is not None and of is not None else (None, None)


_SAID = """
texts as (
    select message_key, kind, text from messages
    union all
    select message_key, kind, text from ticket_messages
),
said as (
    select
        spoken.conversation_id,
        bool_or(texts.kind = 'cart') as has_cart,
        bool_or(texts.text is not null) as is_kept,
        bool_or(len({topics}) > 0) as has_asked
    from conversation_messages as spoken
    join texts using (message_key)
    where spoken.role = 'customer'
        and spoken.sent_at <= $as_of
        and spoken.conversation_id in (select conversation_id from facts)
    group by spoken.conversation_id
),
carts as (
    select distinct conversation_id from checkout_outcomes
    where started_at <= $as_of and conversation_id is not null
)"""
_STEPS = """
stepped as (
    select
        case when said.is_kept then said.has_asked end as has_asked,
        facts.outcome in ('in_chat', 'assisted') as is_ordered,
        is_ordered
            or coalesce(said.has_cart, false)
            or facts.conversation_id in (select conversation_id from carts) as is_carted,
        facts.outcome = 'pending' as is_open,
        facts.is_settled
    from facts
    left join said using (conversation_id)
)"""
_COUNTED = """
select
    has_asked,
    count(*),
    count(*) filter (is_carted),
    count(*) filter (is_carted and is_open),
    count(*) filter (is_ordered),
    count(*) filter (is_open),
    count(*) filter (is_settled),
    count(*) filter (is_settled and is_ordered)
from stepped
group by has_asked
order by has_asked desc nulls last
"""


def buying_steps(con: duckdb.DuckDBPyConnection, question: Question) -> list[BuyingSteps]:
    """Count how far the conversations of a question went on the way to an order.

    Args:
        con: A connection to a database with built models.
        question: A question about conversations.

    Returns:
        One row for those who asked about a product, one for those who did not, and one for those
        whose words are not kept; only those that are there.
    """
    topics, patterns = topics_in("texts.text", PRODUCT_TOPICS)
    query = facts(question).query(_COUNTED, [_SAID.format(topics=topics), _STEPS])
    query = replace(query, values={**query.values, **patterns})
    told = topics_told(con)
    found = [BuyingSteps(*row) for row in query.run(con)]
    if not {"checkouts", "orders"} <= told:
        found = [replace(one, carted=None, carted_open=None) for one in found]
    if "orders" not in told:
        unknown = {"ordered": None, "open": None, "settled": None, "settled_ordered": None}
        found = [BuyingSteps(**{**asdict(one), **unknown}) for one in found]
    return found
