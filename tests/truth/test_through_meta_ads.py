"""The ad account of the simulated shop, read beside its reports, names what the reports name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import convocommerce as cc
from convocommerce.insights import ads_to_orders
from convocommerce.simulation import simulate
from convocommerce.simulation.world import ADS
from convocommerce.simulation.writers import meta_ads

AFTER = dt.datetime(2026, 7, 2)


def test_the_account_and_its_reports_agree(tmp_path: Path) -> None:
    made = simulate(tmp_path, seed=7, months=1)
    with cc.open(":memory:") as shop:
        shop.load(made.exports / "meta_ads")
        shop.build()
        con = shop.database.con
        before = con.execute(
            "select ad_id, ad_name, campaign_id, campaign_name from ads order by ad_id"
        ).fetchall()
        meta_ads.write_objects(made.exports / "meta_ads")
        report = shop.load(made.exports / "meta_ads")
        assert (report.quarantined, report.ignored) == (0, 0)
        shop.build()
        after = con.execute(
            "select ad_id, ad_name, campaign_id, campaign_name from ads order by ad_id"
        ).fetchall()
        forms = con.execute("select distinct entry_point from ads").fetchall()
        levels = dict(con.execute("select level, count(*) from ad_objects group by 1").fetchall())
        rows = ads_to_orders(con, cc.Period("2026-06"), AFTER)
    assert before == after
    assert forms == [("ad",)]
    assert levels == {
        "account": 1,
        "campaign": len({ad.campaign_id for ad in ADS}),
        "adset": len({ad.adset_id for ad in ADS}),
        "ad": len(ADS),
    }
    assert {(row.currency, row.time_zone) for row in rows} == {("EUR", "Europe/Amsterdam")}
