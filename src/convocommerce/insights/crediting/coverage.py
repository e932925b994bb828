"""How much of what was bought and said could be tied together, by which rule, and how much not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.warehouse.contacts import STAGES

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

# A conversation counts under the strongest rule that ties its contact to any order or checkout.
_TIES = """
    with rules as (select unnest($stages) as rule, generate_subscripts($stages, 1) as strength),
    bought as (
        select contact_key, match_rule from order_contacts
        union all
        select contact_key, match_rule from checkout_contacts
    ),
    strongest as (
        select bought.contact_key, arg_min(rules.rule, rules.strength) as rule
        from bought join rules on rules.rule = bought.match_rule
        group by bought.contact_key
    ),
    tied as (
        select 'orders' as what, order_contacts.match_rule as rule, orders.created_at as instant
        from order_contacts join orders using (platform, order_id)
        union all
        select 'checkouts', checkout_contacts.match_rule, checkouts.created_at
        from checkout_contacts join checkouts using (platform, checkout_id)
        union all
        select 'conversations', coalesce(strongest.rule, 'none'), conversations.started_at
        from conversations left join strongest using (contact_key)
    )
    select what, rule, count(*) as n, sum(n) over (partition by what) as n_all
    from tied
    left join rules using (rule)
    where ($first is null or instant >= $first) and ($last is null or instant < $last)
    group by what, rule, rules.strength
    order by array_position(['orders', 'checkouts', 'conversations'], what), rules.strength
"""


@dataclass(frozen=True)
class Tie:
    """How many of something one rule ties.

    Attributes:
        what: ``orders``, ``checkouts`` or ``conversations``.
        rule: The kind of key that ties orders and checkouts to a chat, and conversations to
            anything bought or left behind; ``none`` when nothing does.
        n: How many.
        share: Which part of all of them, between 0 and 1.
    """

    what: str
    rule: str
    n: int
    share: float


def coverage(
    con: duckdb.DuckDBPyConnection,
    first: dt.datetime | None = None,
    last: dt.datetime | None = None,
) -> list[Tie]:
    """Return how many orders, checkouts and conversations each rule ties, the strongest first.

    Args:
        con: A connection to a database with built models.
        first: The first instant, in UTC, at which they began; all before ``last`` when left out.
        last: The instant, in UTC, before which they began; all from ``first`` on when left out.
    """
    rows = con.execute(_TIES, {"stages": list(STAGES), "first": first, "last": last}).fetchall()
    return [Tie(what, rule, n, n / n_all) for what, rule, n, n_all in rows]
