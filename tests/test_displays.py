"""What people hold shows itself: as HTML in a notebook, as short text in a terminal."""

import re
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce.checking import Finding, Findings

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def shop():
    with cc.open(":memory:") as shop:
        shop.load(
            ROOT / "data/sample/messenger/webhooks-2026-07.ndjson", ROOT / "data/sample/shopify"
        )
        shop.rules = cc.Rules.from_toml(ROOT / "data/rules.toml")
        yield shop


@pytest.mark.parametrize(
    "name", ["shop", "load", "inspection", "check", "rules", "result", "change"]
)
def test_it_shows_itself(shop: cc.Shop, name: str) -> None:
    exports = ROOT / "data/sample/messenger/webhooks-2026-07.ndjson"
    result = shop.measure("first_response_time", period="2026-W30", by="channel")
    shown = {
        "shop": lambda: shop,
        "load": lambda: shop.load(exports),
        "inspection": lambda: shop.inspect(exports),
        "check": shop.check,
        "rules": lambda: shop.rules,
        "result": lambda: result,
        "change": lambda: result.compare("2026-W29"),
    }[name]()
    html, text = shown._repr_html_(), repr(shown)
    assert html.startswith("<")
    assert "object at 0x" not in text
    assert len(text) < 12_000
    words = {"shop": "messages", "load": "webhooks", "inspection": "Who speaks", "check": "senders",
             "rules": "Europe/Amsterdam", "result": "Messenger", "change": "Messenger"}  # fmt: skip
    assert words[name] in html


def test_the_shop_tells_what_it_holds(shop: cc.Shop) -> None:
    counted = shop.database.con.execute("select count(*) from orders").fetchall()[0][0]
    assert shop.held()["orders"] == counted > 0
    assert f"{counted:,}" in shop._repr_html_()


def test_findings_are_fit_when_each_is() -> None:
    good, bad = Finding("a", "fine"), Finding("b", "<i>", is_fit=False)
    assert Findings([good]).is_fit
    assert not Findings([good, bad]).is_fit
    assert repr(Findings([good, bad])) == "ok    a: fine\nLOOK  b: <i>"
    assert "<i>" not in Findings([bad])._repr_html_()


@pytest.mark.parametrize("name", ["rhythm", "unmet_demand", "chat_against_checkout", "website"])
def test_what_has_many_facts_tells_them_line_by_line(shop: cc.Shop, name: str) -> None:
    found = getattr(shop, name)("2026-07")
    first, *lines = repr(found).splitlines()
    assert first == type(found).__name__
    assert any(re.match(r"  [a-z ]+: ", line) for line in lines)
    assert max(map(len, lines)) < 400
    assert "Decimal(" not in repr(found)
    for note in found.notes:
        assert note in repr(found)
