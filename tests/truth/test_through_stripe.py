"""The shop's sales told through Stripe: sessions, charges and events.

It knows payments: an order that was never paid is at most a session, and that an order was
cancelled shows only in its refund.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from through import floored, known, loaded_through
from through_sales import order_states


def test_every_sale_and_every_checkout_is_what_it_truly_was(tmp_path: Path) -> None:
    with loaded_through(tmp_path, sales="stripe") as world:
        assert world.report.quarantined == 0
        found = order_states(world)
        paid = {row["order_number"][1:]: row for row in world.orders if row["paid"] == "true"}
        assert paid.keys() <= found.keys()
        for number, row in paid.items():
            mine = found[number]
            net = Decimal(row["total_amount"]) - Decimal(row["refunded_amount"])
            assert mine["net_amount"] == net, number
            assert mine["is_sale"] == (row["test"] == "false" and net > 0), number
            # The truth does not tell a typed address from one that a profile states.
            assert mine["match_rule"].removeprefix("typed_") == row["link"], number
            if row["cancelled"] == "false":
                assert (mine["credit"] if mine["is_sale"] else "none") == (row["kind"] or "none")
        for number in found.keys() - paid.keys():
            assert not found[number]["is_sale"]

        outcomes = {
            row["checkout_id"]: row
            for row in world.sql(
                "select checkout_id, started_at, completed_at, is_recovered_by_link "
                "from checkout_outcomes"
            )
        }
        tests = world.sql("select checkout_id from checkouts where is_test")
        left_out = {row["checkout_id"].removeprefix("cs_test_") for row in tests}
        assert not left_out & {name.removeprefix("cs_test_") for name in outcomes}
        n_again = 0
        for row in world.checkouts:
            if row["token"] in left_out:
                continue
            mine = outcomes[f"cs_live_{row['token']}"]
            done = known(row["completed_at"]) if row["completed_at"] else None
            assert mine["started_at"] == known(row["started_at"])
            if done is None or done <= world.end:
                assert floored(mine["completed_at"], 1) == done
            n_again += mine["is_recovered_by_link"]
        assert n_again > 0
