"""What the page says of the data behind it: every link, every kind of export, every limit once."""

import datetime as dt

import pytest

import convocommerce as cc
from convocommerce.notes import limits_on
from convocommerce.reports.sections.quality import link_words
from convocommerce.warehouse.contacts import STAGES
from convocommerce.wording import wording
from reports.conftest import AFTER, DAY, Draw
from reports.pages import Page
from tables import T0, fill

LINKS = link_words(wording("en"))
TICKET = {"platform": "zendesk", "channel": "web_chat", "business_id": "b"}


def limits(shop: cc.Shop, *topics: str, language: str = "en") -> dict[str, tuple[str, ...]]:
    return dict(limits_on(shop.database.con, topics, AFTER.replace(year=2027), language))


def test_every_way_of_linking_an_order_has_words() -> None:
    assert tuple(LINKS) == (*STAGES, "none")


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
    orders = [one for one in report.figures() if one["metric"] == "orders"]
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
