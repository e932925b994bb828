"""What bears the same name in another shop, ad set or campaign is something else."""

from __future__ import annotations

from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

RULES = Rules(senders=SENDERS)


def rows(sql: str, **tables: Any) -> list[tuple[Any, ...]]:
    with database_of(**tables) as database:
        ensure_built(database, RULES)
        return database.con.execute(sql).fetchall()


def shown(kind: str, subject: str, customer: str) -> dict[str, str]:
    return {
        "subject_kind": kind,
        "subject_id": subject,
        "key_kind": "email",
        "key_value": f"{customer}@example.com",
    }


SHOPS = ("shopify", "woocommerce")


def test_checkouts_of_two_shops_with_one_number_have_nothing_to_do_with_each_other() -> None:
    """In one it was taken up again and bought, in the other it was left; by the same person."""
    checkouts = [
        {"platform": name, "checkout_id": "1", "checkout_token": "t1", "created_at": at(0)}
        for name in SHOPS
    ]
    checkouts.append(
        {
            "platform": "shopify",
            "checkout_id": "2",
            "created_at": at(60),
            "recovers_checkout_id": "1",
            "completed_at": at(120),
        }
    )
    identities = [
        shown("checkout", f"{one['platform']}:{one['checkout_id']}", "ann") for one in checkouts
    ]
    found = rows(
        "select platform, checkout_id, completed_at, is_recovered_by_link from checkout_outcomes "
        "order by all",
        checkouts=checkouts,
        identities=identities,
    )
    assert found == [
        ("shopify", "1", at(120), True),
        ("shopify", "2", at(120), False),
        ("woocommerce", "1", None, False),
    ]


def test_an_order_of_another_shop_completes_no_checkout_and_repays_no_order() -> None:
    checkouts = [{"platform": "woocommerce", "checkout_id": "1", "checkout_token": "t1",
                  "created_at": at(0)}]  # fmt: skip
    orders = [
        {"platform": name, "order_id": "7", "checkout_token": token, "created_at": at(60)}
        for name, token in zip(SHOPS, ("t1", None), strict=True)
    ]
    identities = [shown("checkout", "woocommerce:1", "ann")]
    identities += [shown("order", f"{name}:7", "ann") for name in SHOPS]
    tables = {"checkouts": checkouts, "orders": orders, "identities": identities}
    found = rows(
        "select platform, checkout_id, completed_at from checkout_outcomes order by all", **tables
    )
    assert found == [("shopify", "order:7", at(60)), ("woocommerce", "1", None)]


@pytest.mark.parametrize(
    ("clicked", "listed", "told"),
    [
        ("ad", "sponsored_message", "sponsored_message"),
        ("ad", None, "ad"),
        # Only a click on an ad is told better by the list of ads.
        ("link", "sponsored_message", "link"),
    ],
)
def test_the_list_of_ads_says_what_form_a_clicked_ad_had(
    clicked: str, listed: str | None, told: str
) -> None:
    touch = {"touchpoint_id": "t", "occurred_at": at(0), "entry_point": clicked, "ad_id": "ad1"}
    ads = [{"object_id": "ad1", "name": "Coat", "campaign_id": "k1", "entry_point": listed}]
    found = rows(
        "select entry_point, ad_name, campaign_name from conversations",
        messages=thread([(0, "c"), (9, "h")]),
        touchpoints=[touch],
        ad_objects=ads,
    )
    assert found == [(told, "Coat", "k1")]


def test_of_several_touches_the_first_with_a_word_gives_it() -> None:
    touches = [
        {"touchpoint_id": "1", "occurred_at": at(0), "entry_point": "link"},
        {"touchpoint_id": "2", "occurred_at": at(1), "ad_id": "ad1", "ref": "spring"},
        {"touchpoint_id": "3", "occurred_at": at(2), "ad_id": "ad2", "ref": "summer"},
    ]
    found = rows(
        "select entry_point, ad_id, ref from conversations",
        messages=thread([(0, "c"), (9, "h")]),
        touchpoints=touches,
    )
    assert found == [("link", "ad1", "spring")]


def test_equal_words_count_as_told_twice_from_eight_letters_on() -> None:
    messages = [
        {**one, "text": text, "export": export}
        for customer, export in (("ann", "messenger/webhooks"), ("ben", "desk/comments"))
        for one, text in zip(
            thread([(0, "c"), (5, "c")], customer=customer), ("12345678", " 1234567"), strict=True
        )
    ]
    assert rows("select channel, exports, n_messages from told_twice", messages=messages) == [
        ("messenger", ["desk/comments", "messenger/webhooks"], 2)
    ]


def test_words_that_one_export_repeats_within_a_minute_are_not_told_twice() -> None:
    messages = [
        {**one, "text": text, "export": export}
        for one, text, export in zip(
            thread([(0, "c"), (5, "c"), (9, "c")]),
            ("where is my parcel", "where is my parcel", "never mind"),
            ("messenger/webhooks", "messenger/webhooks", "desk/comments"),
            strict=True,
        )
    ]
    assert rows("select * from told_twice", messages=messages) == []


def test_what_many_customers_write_makes_no_automatic_text_of_an_answer() -> None:
    messages = [
        {**one, "text": "Good morning"}
        for number in range(6)
        for one in thread([(0, "c")], customer=f"c{number}")
    ]
    answer = thread([(0, "c"), (2, "e")], customer="ann")
    messages += [{**one, "text": "good morning "} for one in answer]
    found = rows("select human_at from conversations where human_at is not null", messages=messages)
    assert found == [(at(2),)]
