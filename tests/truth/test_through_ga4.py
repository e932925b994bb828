"""What web analytics would have seen of the simulated shop is found again.

It sees neither browsers that block it nor, as visits, visitors who refuse cookies; so visits are
held against what was written of them, and purchases against the orders that truly were placed.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce import simulation
from convocommerce.insights import website_checkouts
from convocommerce.simulation.writers import ga4
from convocommerce.simulation.writers.registry import Sold

MONTH = cc.Period("2026-06")
AFTER = dt.datetime(2026, 7, 2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ga4.SeenVisits]:
    """The exports of a shop, with those of web analytics beside them."""
    folder = tmp_path_factory.mktemp("ga4")
    seen: list[ga4.SeenVisits] = []
    with pytest.MonkeyPatch.context() as patch:
        write_sales = simulation.write_sales

        def write_both(name: str, exports: Path, sold: Sold) -> None:
            write_sales(name, exports, sold)
            seen.append(ga4.write_visits(exports, sold))

        patch.setattr(simulation, "write_sales", write_both)
        summary = simulation.simulate(folder, seed=7, months=1)
    return summary.exports, seen[0]


def test_visits_and_purchases_are_those_that_were_seen(
    made: tuple[Path, ga4.SeenVisits],
) -> None:
    exports, seen = made
    with cc.open(":memory:") as shop:
        report = shop.load(exports)
        assert report.quarantined == 0
        shop.rules = cc.Rules(time_zone="Europe/Amsterdam")
        shop.build()
        con = shop.database.con
        found = website_checkouts(con, MONTH, AFTER)
        strangers = con.execute(
            "select count(*) from web_events left join orders using (order_number) "
            "where step = 'purchase' and (order_id is null or total_amount <> value_amount)"
        ).fetchall()
        lost = con.execute(
            "select count(*) from web_events where session_id is not null and utm_source is null"
        ).fetchall()
    assert found.begun == seen.begun > 100
    assert found.bought == seen.bought > 0
    assert found.open == 0
    assert found.visitless > 0
    assert strangers == [(0,)]
    # The final form of the last day wins over its intraday form.
    assert lost == [(0,)]
