"""How much of what was bought and said could be tied together, by which rule, and how much not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.warehouse.contacts import STAGES

if TYPE_CHECKING:
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
        select 'orders' as what, match_rule as rule from order_contacts
        union all
        select 'checkouts', match_rule from checkout_contacts
        union all
        select 'conversations', coalesce(strongest.rule, 'none')
        from conversations left join strongest using (contact_key)
    )
    select what, rule, count(*) as n, sum(n) over (partition by what) as n_all
    from tied
    left join rules using (rule)
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


def coverage(con: duckdb.DuckDBPyConnection) -> list[Tie]:
    """Return how many orders, checkouts and conversations each rule ties, the strongest first.

    Args:
        con: A connection to a database with built models.
    """
    rows = con.execute(_TIES, {"stages": list(STAGES)}).fetchall()
    return [Tie(what, rule, n, n / n_all) for what, rule, n, n_all in rows]
