"""A receipt in a chat ties the chat to the order it names."""

from __future__ import annotations

import pytest

from convocommerce.building import ensure_built
from convocommerce.rules import Rules
from tables import at, database_of, thread


@pytest.mark.parametrize(
    ("numbers", "rule", "credit"),
    [(["#1042"], "token", "in_chat"), (["1042"], "token", "in_chat"), (["#1043"], "none", None)],
)
def test_a_receipt_is_a_link(numbers: list[str], rule: str, credit: str | None) -> None:
    messages = thread([(0, "c"), (60, "h")])
    messages[1] |= {"kind": "receipt", "order_number": "#1042"}
    orders = [
        {"order_id": f"o{place}", "order_number": number, "created_at": at(50)}
        for place, number in enumerate(numbers)
    ]
    database = database_of(messages=messages, orders=orders)
    ensure_built(database, Rules())
    found = database.con.execute("select match_rule, credit from conversions").fetchall()
    assert found == [(rule, credit)]


def test_a_number_of_two_orders_ties_neither() -> None:
    messages = thread([(0, "c")])
    messages[0] |= {"order_number": "1042"}
    orders = [
        {"order_id": "a", "order_number": "#1042", "created_at": at(50)},
        {"order_id": "b", "order_number": "1042", "created_at": at(50)},
    ]
    database = database_of(messages=messages, orders=orders)
    ensure_built(database, Rules())
    found = database.con.execute("select match_rule from conversions").fetchall()
    assert found == [("none",), ("none",)]
