"""What the page says of the data behind it: every link, every kind of export, every limit once."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.notes import limits_on
from convocommerce.reports.sections.links import GROUPS, link_words
from convocommerce.warehouse.contacts import STAGES
from convocommerce.wording import wording
from reports.conftest import AFTER, DAY, Draw
from reports.pages import Page
from sales import HOUR, Sales
from tables import T0, fill

LINKS = link_words(wording("en"))
TICKET = {"platform": "zendesk", "channel": "web_chat", "business_id": "b"}


def limits(shop: cc.Shop, *topics: str, language: str = "en") -> dict[str, tuple[str, ...]]:
    return dict(limits_on(shop.database.con, topics, AFTER.replace(year=2027), language))


def test_every_way_of_linking_an_order_has_words() -> None:
    assert tuple(LINKS) == (*STAGES, "none")
    # And a part of the picture.
    assert [rule for rules in GROUPS for rule in rules] == [*STAGES, "none"]


def test_the_ways_of_linking_add_up_to_all_orders(shop: cc.Shop) -> None:
    report = shop.report(period="2026-W24")
    page = Page(report.html()).text
    found = shop.database.con.execute(
        "select distinct match_rule from order_contacts "
        "join orders using (platform, order_id) "
        "where created_at >= '2026-06-07 22:00' and created_at < '2026-06-14 22:00'"
    ).fetchall()
    for (rule,) in found:
        assert LINKS[rule] in page
    linked = [one for one in report.figures() if one["metric"] == "linked"]
    orders = [one for one in linked if one["statistic"] == "orders"]
    parts = [one["n"] for one in orders if one["group"]]
    (total,) = [one["n"] for one in orders if not one["group"]]
    n_hidden = len(found) - len(parts)
    assert total - 4 * n_hidden <= sum(parts) <= total - n_hidden


@pytest.mark.parametrize(
    ("language", "heading", "title", "sentence"),
    [
        (
            "en",
            "What the exports cannot tell",
            "Shopify abandoned checkouts (REST)",
            "Shopify removes old checkouts",
        ),
        (
            "nl",
            "Wat de exports niet kunnen vertellen",
            "Achtergelaten Shopify-afrekeningen (REST)",
            "Shopify verwijdert oude afrekeningen",
        ),
    ],
)
def test_the_page_names_exports_and_what_they_cannot_tell(
    shop: cc.Shop, language: str, heading: str, title: str, sentence: str
) -> None:
    page = Page(shop.report(period="2026-W24", language=language).html()).text
    section = page[page.index(heading) :]
    assert title in section
    assert section.count(sentence) == 1
    # Exports that were not loaded have no limits here.
    assert "Zendesk" not in section


def test_without_exports_there_is_nothing_to_say_about_them(draw: Draw) -> None:
    page = Page(draw([0, 1, 2]).report(period="2026-W10", as_of=AFTER).html()).text
    assert "What the exports cannot tell" not in page


def test_a_limit_that_exports_share_stands_once(draw: Draw) -> None:
    shop = draw([0.0])
    con = shop.database.con
    con.execute("update messages set export = 'messenger/archive' where customer_id = 'c0'")
    con.execute("update messages set export = 'whatsapp/chat_text' where customer_id <> 'c0'")
    found = limits(shop, "entry_points")
    assert found == {
        "Facebook or Instagram archive of messages; WhatsApp exported chat text": (
            "It does not say what brought a person into the conversation.",
        )
    }
    # What one of them has alone says how much of the messages it is about: two of five.
    alone = limits(shop, "employees", "entry_points")
    assert alone["Facebook or Instagram archive of messages (40% of the messages)"] == (
        "It names no employee.",
    )
    assert "Berichtenarchief van Facebook of Instagram (40% van de berichten)" in limits(
        shop, "employees", language="nl"
    )


def test_what_is_written_in_tickets_counts_as_messages_loaded(draw: Draw) -> None:
    shop = draw([])
    shop.database.con.execute("delete from messages")
    days = [day + hour / 24 for day in range(-7, 14) for hour in (1, 5)]
    when = [T0 + dt.timedelta(seconds=day * DAY) for day in days]
    tickets = [
        TICKET | {"ticket_id": f"t{no}", "customer_id": f"c{no}", "created_at": at}
        for no, at in enumerate(when)
    ]
    events = [
        {
            "platform": "zendesk", "event_id": f"{no}-{role}", "ticket_id": f"t{no}",
            "happened_at": at + dt.timedelta(minutes=2 * (role == "human")), "kind": "text",
            "author_id": f"c{no}", "declared_role": role, "sequence": 0,
        }
        for no, at in enumerate(when)
        for role in ("customer", "human")
    ]  # fmt: skip
    fill(shop.database, "tickets", tickets)
    fill(shop.database, "ticket_events", events)
    # One who wrote this week, and one who wrote the week before.
    shop.rules = cc.Rules(exclude_customers=("c28", "c14"))
    shop.database.con.execute("update state set revision = revision + 1")
    report = shop.report(period="2026-W11", as_of=AFTER)
    page = Page(report.html()).text
    assert "No messages are loaded." not in page
    assert "Last record 15 Mar 2026 14:02" in page
    assert [one for one in report.figures() if one["compared_with"]]
    (left_out,) = [one for one in report.figures() if one["statistic"] == "excluded_accounts"]
    assert left_out["value"] == 1


def drawn(**tables: list[dict[str, Any]]) -> Sales:
    sales = Sales()
    for number in range(12):
        sales.chat(f"p{number}", number * HOUR)
    for name, rows in tables.items():
        sales.tables.setdefault(name, []).extend(rows)
    return sales


def doubted(sales: Sales, **rules: Any) -> tuple[dict[str, Any], str]:
    """Return the figures of what was doubted, and the words of the page."""
    with sales.shop(**rules) as shop:
        report = shop.report(period="2026-W10", as_of=AFTER)
    told = {
        one["statistic"]: one["value"] for one in report.figures() if one["metric"] == "quality"
    }
    return told, Page(report.html()).text


def test_what_is_fine_asks_for_nothing() -> None:
    sales = drawn()
    for number in range(6):
        sales.order(f"p{number}", number * HOUR + 60)
    told, text = doubted(sales)
    assert (told["untied_orders"], told["untied_orders_of"]) == (0, 6)
    assert told["unknown_app_messages"] == told["cut_off_conversations"] == 0
    assert "Nothing here asks for anything to be done." in text
    assert "What to do about it" not in text


def test_what_is_doubted_says_what_to_do() -> None:
    sales = drawn()
    sales.say("p0", 600, "Hi", "h", app_id="someone new")
    sales.say("p1", 600, "Hi", "h", is_failed=True)
    sales.say("p2", 0, "Hi", is_cut_off=True, message_id="p2-0-first")
    # Seven orders of guests, and one of somebody who chatted.
    for number in range(7):
        sales.order(f"guest{number}", number * HOUR)
    sales.order("p3", 5 * HOUR)
    told, text = doubted(sales, exclude_customers=("p11",))
    assert (told["unknown_app_messages"], told["unknown_app_messages_of"]) == (1, 14)
    assert told["failed_messages"] == 1
    assert told["failed_messages_share"] == 1 / 14
    assert told["cut_off_conversations"] == 1
    assert (told["untied_orders"], told["untied_orders_share"]) == (7, 7 / 8)
    assert (told["excluded_accounts"], told["excluded_accounts_of"]) == (1, 12)
    advice = text[text.index("What to do about it") :]
    for sentence in (
        "Say in Rules.senders",
        "Load an export that reaches further back",
        "Send people from the chat to the shop by links",
        "Look at what the platform gives as its reason",
    ):
        assert sentence in advice
    assert "Look at the clock" not in advice


def test_clocks_that_disagree_are_counted() -> None:
    numbered = {"export": "intercom/conversations", "case_id": "case"}
    sales = drawn()
    for place, (when, code) in enumerate([(0, "c"), (900, "h"), (300, "c"), (1200, "h")]):
        sales.say("zoe", when, "Hi", code, sequence=place, **numbered)
    told, text = doubted(sales)
    assert (told["clock_order"], told["clock_order_of"]) == (1, 4)
    assert told["clock_order_share"] == 0.25
    assert told["clock_ahead"] == 0
    assert "Look at the clock of the system that writes the export" in text


def test_documents_that_were_not_understood_are_told_by_reason(tmp_path: Path) -> None:
    message = {"sender": {"id": "1"}, "recipient": {"id": "2"}, "timestamp": 1772442000000}
    good = {"object": "page", "entry": [{"id": "2", "messaging": [
        message | {"message": {"mid": "m1", "text": "Hi"}}]}]}  # fmt: skip
    bad = [{"object": "page", "entry": {}}, {"object": "page", "entry": ["x"]}]
    lines = [json.dumps(one) + "\n" for one in (good, *bad)]
    (tmp_path / "log.ndjson").write_text("".join(lines), "utf-8")
    with cc.open(":memory:") as shop:
        shop.load(tmp_path)
        found = dict(
            shop.database.con.execute(
                "select reason, sum(n) from load_reasons where outcome = 'quarantined' group by 1"
            ).fetchall()
        )
        report = shop.report(period="2026-W10", as_of=AFTER)
        dutch = Page(shop.report(period="2026-W10", as_of=AFTER, language="nl").html()).text
    told = {
        one["group"]["reason"]: one["value"]
        for one in report.figures()
        if one["metric"] == "quarantined"
    }
    assert told == found
    assert sum(found.values()) == 2
    text = Page(report.html()).text
    for reason in found:
        assert reason in text
        assert reason not in dutch
        assert wording("nl")(reason) in dutch


def test_links_are_counted_for_each_kind_of_thing_and_rule() -> None:
    sales = drawn()
    for number in range(8):
        sales.order(f"p{number}", number * HOUR + 60)
        sales.checkout(f"p{number}", number * HOUR + 30)
    for number in range(6):
        sales.order(f"guest{number}", number * HOUR, in_chat=False)
    with sales.shop() as shop:
        report = shop.report(period="2026-W10", as_of=AFTER)
    told = {
        (one["statistic"], one["group"].get("match_rule")): one["value"]
        for one in report.figures()
        if one["metric"] == "linked"
    }
    assert told["orders", "email"] == 8
    assert told["orders", "none"] == 6
    assert told["orders", None] == 14
    assert told["checkouts", "email"] == 8
    # Four conversations are too few to be shown, so the others are withheld with them.
    assert ("conversations", "email") not in told
    assert told["conversations", None] == 12
    (chart,) = [
        one.chart
        for section in report.page.sections
        if section.name == "quality"
        for one in section.blocks
        if one.kind == "chart"
    ]
    orders = [part.values[chart.categories.index("Orders")] for part in chart.parts]
    assert orders == pytest.approx([0, 8 / 14, 0, 6 / 14])
