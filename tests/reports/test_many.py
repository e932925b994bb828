"""A page about a thousand campaigns can be read: what is cut is said, and exports keep all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import convocommerce as cc
from convocommerce.reports import Report
from convocommerce.reports.cutting import MOST_ROWS
from reports.pages import Page
from sales import HOUR, Sales
from tables import at

MANY = 1_000
DAYS = "2026-03-02..2026-03-08"


@pytest.fixture(scope="module")
def shop() -> Iterator[cc.Shop]:
    """Campaigns of five people each, or six; the later ones cost more."""
    sales = Sales()
    for number in range(MANY):
        ad = {
            "ad_key": f"a{number}",
            "ad_id": f"ad {number}",
            "campaign_name": f"Campaign {number}",
        }
        days = {"day": "2026-03-02", "last_day": "2026-03-02", "spend_amount": 10 + number / 100}
        sales.tables["ad_days"].append({**ad, **days, "campaign_id": f"c{number}"})
        for person in range(6 if number % 20 == 0 else 5):
            entry = {"entry_point": "ad", "ad_id": f"ad {number}"}
            sales.chat(f"p{number}-{person}", person * HOUR, entry=entry)
    with sales.shop() as shop:
        yield shop


@pytest.fixture(scope="module", params=["en", "nl"])
def report(shop: cc.Shop, request: pytest.FixtureRequest) -> Report:
    return shop.report("campaign", period=DAYS, as_of=at(60 * 86400), language=request.param)


def test_a_picture_of_a_thousand_campaigns_shows_thirty(report: Report) -> None:
    picture = report["ads"].pictures[0]
    rests = {"en": r"970 more stand in the table", "nl": r"nog 970 staan in de tabel"}
    assert re.search(rests[report.language], picture.svg)
    assert len(re.findall(r"<title>Campaign \d+: ", picture.svg)) == 30
    html = report.html()
    # Every bar has its title twice: in the wide picture and in the one for phones.
    assert len(re.findall(r"<title>Campaign \d+: ", html)) == 2 * 30
    assert len(html) < 1_000_000


def test_tables_are_cut_with_the_way_to_all_and_exports_are_not(report: Report) -> None:
    text = " ".join(Page(report.html()).text.split())
    more = {
        "en": "950 more rows are not shown here: the exports of this page (JSON, CSV, Parquet) "
        "hold every figure.",
        "nl": "Nog 950 rijen staan hier niet: de exports van deze pagina (JSON, CSV, Parquet) "
        "bevatten elk cijfer.",
    }
    told = more[report.language]
    assert told in text
    assert told in " ".join(str(report["ads"]).split())
    assert told in report["ads"]._repr_html_()
    for section in ("ads", "entries"):
        (blocks,) = (one.blocks for one in report.page.sections if one.name == section)
        assert len(getattr(blocks[0], "table", blocks[0]).rows) == MANY
    spent = {
        one["group"]["campaign"]: one["value"]
        for one in report.figures()
        if (one["metric"], one["statistic"]) == ("ad_costs", "spend")
    }
    assert spent == {f"Campaign {n}": pytest.approx(10 + n / 100) for n in range(MANY)}
    assert report.to_csv().count("per_conversation") == MANY


def test_the_rows_shown_are_those_that_weigh_most(report: Report) -> None:
    html = report.html()
    ads = html[html.index('<section id="ads"') : html.index('<section id="attribution"')]
    names = re.findall(r'<th scope="row"><bdi>Campaign (\d+)</bdi>', ads)
    assert [int(name) for name in names] == list(range(MANY - 1, MANY - 1 - MOST_ROWS, -1))
    entries = html[html.index('<section id="entries"') : html.index('<section id="ads"')]
    shown = re.findall(r'<th scope="row"><bdi>ad (\d+)</bdi>', entries)
    assert len(shown) == MOST_ROWS
    assert all(int(name) % 20 == 0 for name in shown)
