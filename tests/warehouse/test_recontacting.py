"""Who is who, worked out again for a few, is what working out everybody gives."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from convocommerce.building.whole import ensure_built
from convocommerce.records import TABLES
from convocommerce.rules import Rules
from convocommerce.warehouse import Database, open_database, recontacting
from convocommerce.warehouse.contacts import resolve_contacts
from oracle_compare import fetched
from oracle_shops import Records
from tables import at
from taking import erase, take

WHO_IS_WHO = (
    "threads",
    "order_contacts",
    "checkout_contacts",
    "identity_edges",
    "dropped_keys",
    "contact_keys",
    "thread_guests",
    "receipts",
    "rare_codes",
)
RULES = Rules(phone_country_code="31", people_per_key=4)
CODES = ("SPRING10", "LENTE-25", "VIP_ANNA", "WELCOME")


def people(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    return {name: fetched(database, f"select {name} from {name}") for name in WHO_IS_WHO}


def worked_out_anew(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with open_database(":memory:") as fresh:
        for name in TABLES:
            fresh.con.register("copied", database.con.sql(f"from {name}").to_arrow_table())
            fresh.con.execute(f"insert into {name} by name from copied")
            fresh.con.unregister("copied")
        resolve_contacts(fresh.con)
        return people(fresh)


def draw_batch(random: Random, size: int) -> Records:
    """Draw records of few people who show few keys, so that they meet, part and meet again."""
    found: Records = {}
    names = [f"p{number}" for number in range(14)]

    def key() -> dict[str, str]:
        kind = random.choice(
            (
                "email",
                "typed_email",
                "phone",
                "chat_id",
                "token",
                "link",
                "ref",
                "code",
                "shop_customer",
                "person",
                "payment",
            )
        )
        value = f"{kind}{random.randrange(4)}"
        if kind.endswith("email"):
            value = f"{random.choice('abcd')}@x.example"
        elif kind == "phone":
            value = f"06-1234567{random.randrange(4)}"
        elif kind == "code":
            value = random.choice(CODES)
        return {"key_kind": kind, "key_value": value}

    def customer() -> dict[str, str]:
        channel = random.choice(("messenger", "desk"))
        return {"channel": channel, "business_id": "b", "customer_id": random.choice(names)}

    for _ in range(size):
        what = random.randrange(7)
        at_ = at(random.randrange(10**6))
        if what == 0:
            who = customer()
            text = random.choice(
                (
                    None,
                    "hello",
                    f"use {random.choice(CODES)} today",
                    f"call me on 061234567{random.randrange(4)}",
                )
            )
            found.setdefault("messages", []).append(
                who
                | {
                    "message_id": f"m{random.randrange(60)}",
                    "sent_at": at_,
                    "detail": random.randrange(5),
                    "direction": random.choice(("in", "out")),
                    "text": text,
                    "case_id": f"t{random.randrange(6)}" if who["channel"] == "desk" else None,
                    "order_number": random.choice((None, None, "#1", "2", "#3")),
                }
            )
        elif what == 1:
            platform = random.choice(("shop", "other"))
            number = random.choice((None, "1", "#2", "3", "#4"))
            found.setdefault("orders", []).append(
                {
                    "platform": platform,
                    "order_id": f"o{random.randrange(8)}"
                    if number is None or random.random() < 0.7
                    else f"number:{number}",
                    "order_number": number,
                    "created_at": at_,
                    "updated_at": at_,
                }
            )
        elif what == 2:
            found.setdefault("checkouts", []).append(
                {"platform": "shop", "checkout_id": f"c{random.randrange(6)}", "created_at": at_}
            )
        elif what == 3:
            event = {
                "event_id": f"e{random.randrange(30)}",
                "ticket_id": random.choice(
                    (f"t{random.randrange(6)}", f"chat:{random.choice('xy')}")
                ),
                "happened_at": at_,
                "author_id": random.choice((*names, "agent")),
                "text": f"use {random.choice(CODES)}",
            }
            if random.random() < 0.3:
                event |= {"kind": "chat", "chat_id": random.choice("xy")}
                event["ticket_id"] = f"t{random.randrange(6)}"
            found.setdefault("ticket_events", []).append(event)
        elif what == 4:
            found.setdefault("tickets", []).append(
                {
                    "ticket_id": f"t{random.randrange(6)}",
                    "channel": "desk",
                    "business_id": "b",
                    "customer_id": random.choice((*names, None)),
                    "created_at": at_,
                    "updated_at": at_,
                }
            )
            found.setdefault("people", []).append(
                {
                    "person_id": random.choice(names),
                    "role": random.choice(("customer", "human")),
                    "updated_at": at_,
                }
            )
        else:
            kind = random.choice(("customer", "customer", "order", "checkout"))
            who = customer()
            subject = {
                "customer": ":".join(who.values()),
                "order": random.choice(
                    (f"shop:o{random.randrange(8)}", f"shop:number:{random.randrange(1, 5)}")
                ),
                "checkout": f"shop:c{random.randrange(6)}",
            }[kind]
            found.setdefault("identities", []).append(
                {"subject_kind": kind, "subject_id": subject} | key()
            )
    return found


# In 51 a code becomes rare that was said in a chat which a ticket only points to.
@pytest.mark.parametrize("seed", [*range(5), 51])
def test_whoever_a_load_touches_is_who_they_would_be_anyway(seed: int) -> None:
    random = Random(seed)
    n_done = 0
    with open_database(":memory:") as database:
        take(database, draw_batch(random, random.choice((5, 40))))
        ensure_built(database, RULES)
        for _ in range(8):
            take(database, draw_batch(random, random.choice((1, 1, 3, 10))))
            if random.random() < 0.2:
                erase(database, f"p{random.randrange(14)}")
            with database.transaction() as con:
                done = recontacting.update_contacts(con)
                n_done += done
                if not done:
                    resolve_contacts(con)
                con.execute("delete from touched")
            assert people(database) == worked_out_anew(database)
    assert n_done > 3


def test_a_load_of_strangers_leaves_everybody_else_alone() -> None:
    def says(who: str, number: int) -> dict[str, Any]:
        return {"customer_id": who, "message_id": f"{who}-{number}", "sent_at": at(number)}

    with open_database(":memory:") as database:
        take(database, {"messages": [says(f"p{number}", 0) for number in range(50)]})
        ensure_built(database, RULES)
        before = set(database.con.execute("select rowid, thread_key from threads").fetchall())
        take(database, {"messages": [says("p7", 1), says("new", 1)]})
        with database.transaction() as con:
            assert recontacting.update_contacts(con)
        after = set(database.con.execute("select rowid, thread_key from threads").fetchall())
        assert len(before - after) == 1
        assert len(after) == 51
