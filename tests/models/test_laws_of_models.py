"""Models are local to a contact, blind to the order of records, and streamed in one pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.rules import Rules
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse import Database
from oracle_compare import fetched
from oracle_exports import draw_told_shop
from oracle_shops import DrawnShop, Records, contacts_of, draw_shop
from tables import SENDERS, database_of, thread

REFERENCES = (
    "rules",
    "calendars",
    "opening_slots",
    "calendar_uses",
    "senders",
    "inbox_apps",
    "excluded_customers",
    "automatic_texts",
    "told_by",
    "window_rules",
    "close_tellers",
    "botless_exports",
    "entry_tellers",
    "numbered_exports",
    "ads",
    "shop_payments",
)
"""Tables that say what holds for everybody."""

BY_THREAD = (
    "conversation_touchpoints",
    "ticket_messages",
    "clamped_messages",
    "ticket_calendars",
    "conversation_calendars",
    "leg_calendars",
)
"""Models whose rows name the thread and leave the contact to it."""

WHO_IS_WHO = ("threads", "order_contacts", "checkout_contacts")


def built(shop: DrawnShop) -> Database:
    database = shop.database()
    ensure_built(database, shop.rules)
    return database


def models(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of every model, columns by name."""
    return {name: fetched(database, f"select {name} from {name}") for name in sql_files("models")}


def own_records(shop: DrawnShop, database: Database, contacts: set[int]) -> Records:
    """Return the records of some contacts and nobody else's."""
    who = contacts_of(database)
    threads = {name for name, contact in who.threads.items() if contact in contacts}
    orders = {name[1] for name, (contact, _) in who.orders.items() if contact in contacts}
    checkouts = {name[1] for name, (contact, _) in who.checkouts.items() if contact in contacts}

    def is_theirs(row: dict[str, Any]) -> bool:
        if "customer_id" in row:
            return (row["channel"], row["business_id"], row["customer_id"]) in threads
        return row.get("order_id") in orders or row.get("checkout_id") in checkouts

    return {
        name: [row for row in rows if is_theirs(row)]
        for name, rows in shop.tables.items()
        if name not in ("identities", "ad_days")
    }


def numbered_talk(seed: int) -> DrawnShop:
    """Draw a shop in which some exports number messages whose stamps contradict that order."""
    shop = draw_told_shop(seed, people=20)
    for name in ("tickets", "ticket_events", "people", "deliveries"):
        shop.tables.pop(name, None)
    return shop


@pytest.mark.parametrize(
    ("draw", "seed"), [*((draw_shop, seed) for seed in range(300, 304)), (numbered_talk, 404)]
)
def test_models_of_some_contacts_are_those_contacts_rows_of_all_models(
    draw: Callable[[int], DrawnShop], seed: int
) -> None:
    shop = draw(seed)
    with built(shop) as whole:
        everyone = sorted(
            contact
            for (contact,) in whole.con.execute(
                "select contact_key from threads union select contact_key from order_contacts "
                "union select contact_key from checkout_contacts"
            ).fetchall()
        )
        some = set(Random(seed).sample(everyone, len(everyone) // 3))
        with database_of(**own_records(shop, whole, some)) as part:
            for name in (*REFERENCES, *WHO_IS_WHO):
                rows = whole.con.sql(f"from {name}").to_arrow_table()
                part.con.register("copied", rows)
                theirs = "where contact_key in $some" if name in WHO_IS_WHO else ""
                values = {"some": sorted(some)} if theirs else {}
                part.con.execute(f"create table {name} as from copied {theirs}", values)
                part.con.unregister("copied")
            for file in sql_files("models").values():
                part.con.execute(f"create table {file.name} as {file.sql}")
            for name in sql_files("models"):
                theirs = (
                    "thread_key in (select thread_key from threads where contact_key in $some)"
                    if name in BY_THREAD
                    else "contact_key in $some"
                )
                wanted = fetched(
                    whole, f"select {name} from {name} where {theirs}", {"some": sorted(some)}
                )
                assert fetched(part, f"select {name} from {name}") == wanted, name
        assert len(models(whole)["conversations"]) > 10


@pytest.mark.parametrize(
    ("draw", "seed"), [(draw_shop, 310), (draw_shop, 311), (draw_told_shop, 404)]
)
def test_the_order_of_records_changes_no_model(draw: Callable[[int], DrawnShop], seed: int) -> None:
    shop = draw(seed)
    with built(shop) as database:
        before = models(database)
        assert bool(before["clamped_messages"]) == (draw is draw_told_shop)
    for rows in shop.tables.values():
        Random(seed).shuffle(rows)
    shop.tables = dict(reversed(shop.tables.items()))
    with built(shop) as database:
        assert models(database) == before


def test_threads_are_cut_in_one_pass_that_sorts_nothing() -> None:
    file = sql_files("models")["conversation_messages"]
    with database_of(messages=thread([(0, "c"), (60, "h")])) as database:
        ensure_built(database, Rules(senders=SENDERS))
        plan = database.con.execute(f"explain (format json) {file.sql}").fetchall()[0][1]
    steps = set(re.findall(r'"name": ?"(\w+)"', plan))
    assert "STREAMING_WINDOW" in steps
    assert not steps & {"WINDOW", "ORDER_BY", "HASH_JOIN", "HASH_GROUP_BY"}


@pytest.mark.slow
def test_many_threads_on_several_processors_stay_in_order() -> None:
    """More rows than one vector or row group holds, so that order is not kept by chance."""
    messages = []
    for number in range(3000):
        events = [(0, "c"), (30, "b"), (40, "H"), (90_000, "h"), (90_060, "c"), (400_000, "h")]
        messages += thread(events, customer=f"p{number:05d}")
        messages += thread([(5, "c"), (6, "h"), (90_000, "c")], customer=f"q{number:05d}")
    Random(1).shuffle(messages)
    with database_of(messages=messages) as database:
        database.con.execute("set threads = 4")
        ensure_built(database, Rules(senders=SENDERS))
        counted = fetched(
            database,
            "select left(customer_id, 1), n_messages, epoch_ms(human_at) - epoch_ms(started_at), "
            "count(*) from conversations join threads using (thread_key) group by all",
        )
    # p: the hand-over keeps the customer waiting for a day, and so does the last question.
    assert counted == sorted(
        [("p", 5, 90_000_000, 3000), ("q", 2, 1000, 3000), ("q", 1, None, 3000)], key=repr
    )


def test_an_old_hand_over_does_not_keep_a_later_question_open() -> None:
    """A person answered before it; what the bot answers days later is answered."""
    day = 86_400
    messages = thread(
        [(0, "c"), (60, "h"), (70, "H"), (3 * day, "c"), (3 * day + 5, "b"), (6 * day, "c")]
    )
    with database_of(messages=messages) as database:
        ensure_built(database, Rules(senders=SENDERS))
        counted = fetched(database, "select n_messages from conversations")
    assert counted == [(1,), (2,), (2,)]


def test_a_hand_over_before_a_close_does_not_keep_a_later_question_open() -> None:
    day = 86_400
    messages = thread(
        [(0, "c"), (5, "b"), (10, "H"), (20, "s"), (day, "c"), (day + 5, "b"), (3 * day, "c")]
    )
    messages[3] |= {"kind": "close"}
    with database_of(messages=messages) as database:
        ensure_built(database, Rules(senders=SENDERS))
        counted = fetched(database, "select n_messages from conversations")
    assert counted == [(1,), (2,), (2,)]
