"""The shop's sales told through WooCommerce.

It keeps no carts that were left, so customers whom only such a cart ties to a chat stay unknown:
every order that is tied must be tied rightly, and those with the chat's own id must all be. It has
no mark for test orders; the simulated people throw theirs away, so they are no sales either.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from through import loaded_through
from through_sales import order_states

STRONG = ("chat_id", "token")


def test_every_order_is_worth_and_credited_what_it_truly_was(tmp_path: Path) -> None:
    with loaded_through(tmp_path, sales="woocommerce") as world:
        assert world.report.quarantined == 0
        found = order_states(world)
        told = {row["order_number"][1:]: row for row in world.orders}
        assert found.keys() == told.keys()
        n_credited = 0
        for number, row in told.items():
            mine = found[number]
            net = Decimal(row["total_amount"]) - Decimal(row["refunded_amount"])
            assert mine["net_amount"] == net, number
            is_sale = (row["paid"], row["cancelled"], row["test"]) == ("true", "false", "false")
            assert mine["is_sale"] == (is_sale and net > 0), number
            credit = mine["credit"] if mine["is_sale"] else "none"
            assert credit in (row["kind"] or "none", "none"), number
            if row["link"] in STRONG:
                assert mine["match_rule"] == row["link"]
                assert credit == (row["kind"] or "none")
            n_credited += credit != "none"
        assert n_credited > 0.9 * sum(bool(row["kind"]) for row in world.orders)
        assert world.sql("select count(*) as n from checkouts") == [{"n": 0}]
