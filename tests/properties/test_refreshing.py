"""Models brought up to date load by load are those that building everything gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil
from random import Random
from typing import Any

import pytest

from convocommerce import erasing
from convocommerce.building import apart, ensure_built, refreshing
from convocommerce.records import TABLES
from convocommerce.rules import Rules
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse import Database, contact_sql, open_database, state_hash
from convocommerce.warehouse.memory import memory_limit_of
from oracle_compare import fetched
from oracle_exports import draw_told_shop
from oracle_shops import DrawnShop, Records, draw_shop
from tables import SENDERS, at, thread
from taking import erase, take

BUILT = (
    *sql_files("models"),
    *sql_files("references"),
    "threads",
    "order_contacts",
    "checkout_contacts",
    "identity_edges",
    "dropped_keys",
)


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all that is built, columns by name."""
    return {name: fetched(database, f"select {name} from {name}") for name in BUILT}


def built_anew(database: Database, rules: Rules) -> dict[str, list[tuple[Any, ...]]]:
    """Return what building everything from the same records gives."""
    with open_database(":memory:") as fresh:
        for name in TABLES:
            fresh.con.register("copied", database.con.sql(f"from {name}").to_arrow_table())
            fresh.con.execute(f"insert into {name} by name from copied")
            fresh.con.unregister("copied")
        ensure_built(fresh, rules)
        return everything(fresh)


def restated(random: Random, records: Records) -> Records:
    """Return some records told again in other words, by an export that tells more of them."""
    people = sorted({row["customer_id"] for row in records.get("messages", [])})
    found: Records = {}
    for name, rows in records.items():
        for row in random.sample(rows, len(rows) // 6):
            again = dict(row)
            if name == "messages":
                again |= {"detail": random.randrange(1, 4), "sent_at": row["sent_at"]}
                if random.random() < 0.3:
                    again["customer_id"] = random.choice(people)
                if random.random() < 0.3:
                    again["text"] = "we are away"
            elif name == "orders":
                again |= {"updated_at": at(random.randrange(10**7)), "total_amount": "7"}
                again["order_number"] = random.choice((row.get("order_number"), "#1"))
            elif name == "checkouts":
                again |= {"updated_at": at(random.randrange(10**7)), "completed_at": None}
            elif name == "tickets":
                again |= {"updated_at": at(random.randrange(10**7))}
                again["customer_id"] = random.choice((row.get("customer_id"), *people))
            elif name == "ad_days":
                again |= {"impressions": 10**9, "ad_name": "Renamed"}
            elif name == "people":
                again |= {"updated_at": at(random.randrange(10**7)), "role": "customer"}
            else:
                continue
            found.setdefault(name, []).append(again)
    deleted = random.sample(records.get("messages", []), 2)
    found["message_changes"] = [
        {"message_id": row["message_id"], "channel": row["channel"], "change": "deleted"}
        for row in deleted
    ]
    return found


def batches(random: Random, records: Records) -> list[Records]:
    """Return records told in several loads, in any order, some of them twice."""
    n = random.choice((2, 3, 4))
    found: list[Records] = [{} for _ in range(n)]
    for told in (records, restated(random, records)):
        for name, rows in told.items():
            for row in rows:
                for batch in random.choices(found, k=random.choice((1, 1, 1, 2))):
                    batch.setdefault(name, []).append(row)
    return found


@pytest.mark.parametrize(
    ("draw", "seed"),
    [
        *((draw_shop, seed) for seed in range(700, 703)),
        *((draw_told_shop, seed) for seed in range(720, 723)),
    ],
)
def test_any_sequence_of_loads_ends_where_building_everything_does(
    draw: Callable[[int], DrawnShop], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However much of these small shops is touched, only that is built again.
    monkeypatch.setattr(refreshing, "MOST", 1.1)
    shop, random = draw(seed), Random(seed)
    people = sorted({row["customer_id"] for row in shop.tables["messages"]})
    with open_database(":memory:") as database:
        for number, batch in enumerate(batches(random, shop.tables)):
            take(database, batch)
            if number and random.random() < 0.5:
                erase(database, random.choice(people))
            ensure_built(database, shop.rules)
            assert everything(database) == built_anew(database, shop.rules)
            assert not fetched(database, "from touched")


def erase_somebody(database: Database, rules: Rules, random: Random) -> str:
    """Erase one of the contacts, and return how they were shown."""
    contacts = fetched(database, "select distinct printf('%016x', contact_key) as c from threads")
    ((found,),) = random.sample(sorted(contacts), 1)
    erasing.erase(database, rules, found)
    return str(found)


@pytest.mark.parametrize(
    ("draw", "seed"),
    [
        *((draw_shop, seed) for seed in (740, 742)),
        *((draw_told_shop, seed) for seed in (750, 752)),
    ],
)
def test_any_sequence_of_loads_and_erasures_ends_where_building_everything_does(
    draw: Callable[[int], DrawnShop], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "MOST", 1.1)
    shop, random = draw(seed), Random(seed)
    with open_database(":memory:") as database:
        told = batches(random, shop.tables)
        for batch in told:
            take(database, batch)
            ensure_built(database, shop.rules)
            if not fetched(database, "from threads"):
                continue
            erase_somebody(database, shop.rules, random)
            assert not ensure_built(database, shop.rules)
            assert everything(database) == built_anew(database, shop.rules)
            assert not fetched(database, "from touched")
        # Told again, in another order, nobody comes back and nothing else changes.
        before = state_hash(database.con)
        for batch in random.sample(told, len(told)):
            take(database, batch)
        ensure_built(database, shop.rules)
        assert everything(database) == built_anew(database, shop.rules)
        for batch in told:
            take(database, batch)
        assert state_hash(database.con) == before


def small(n: int) -> Records:
    return {
        "messages": [
            {**row, "customer_id": f"p{person}", "message_id": f"{person}-{row['message_id']}"}
            for person in range(n)
            for row in thread([(60 * person, "c"), (60 * person + 30, "h")])
        ]
    }


def steps_of(database: Database, rules: Rules) -> Sequence[str]:
    found: list[str] = []
    ensure_built(database, rules, lambda name, _step, _steps: found.append(name))
    return found


def rowids(database: Database) -> set[tuple[Any, ...]]:
    return set(database.con.execute("select rowid, conversation_id from conversations").fetchall())


def test_a_load_leaves_the_models_of_everybody_else_as_they_are() -> None:
    rules = Rules(senders=SENDERS)
    with open_database(":memory:") as database:
        take(database, small(50))
        assert "conversations" in steps_of(database, rules)
        before = rowids(database)
        assert len(before) == 50
        take(database, {"messages": thread([(86_400 * 9, "c")], customer="p7")})
        assert steps_of(database, rules)[-1] == "models"
        assert len(before - rowids(database)) == 1
        assert len(rowids(database)) == 51
        assert steps_of(database, rules) == []


def numbers_of_tables(database: Database) -> dict[str, Any]:
    """Return of every table the number that it gets when it is made."""
    rows = database.con.execute("select table_name, table_oid from duckdb_tables()").fetchall()
    return dict(rows)


AD_DAY = {
    "ad_key": "a",
    "ad_id": "a",
    "campaign_name": "Spring",
    "day": at(0).date(),
    "last_day": at(0).date(),
}


def test_references_are_made_again_only_from_what_changed() -> None:
    rules = Rules(senders=SENDERS)
    with open_database(":memory:") as database:
        take(database, small(50) | {"ad_days": [AD_DAY]})
        ensure_built(database, rules)
        before = numbers_of_tables(database)
        take(database, {"messages": thread([(86_400 * 9, "c")], customer="p7")})
        ensure_built(database, rules)
        after = numbers_of_tables(database)
        made = {name for name in sql_files("references") if before[name] != after[name]}
        assert {"ads", "ad_totals", "shop_payments", "sent_texts"}.isdisjoint(made)
        assert "automatic_texts" in made


def test_a_file_that_does_not_tell_which_tables_changed_is_still_brought_up_to_date() -> None:
    rules = Rules(senders=SENDERS)
    with open_database(":memory:") as database:
        take(database, small(50))
        ensure_built(database, rules)
        take(database, {"ad_days": [AD_DAY]})
        database.con.execute("delete from touched where about = 'table'")
        ensure_built(database, rules)
        assert fetched(database, "select campaign_name from ads") == [("Spring",)]
        assert everything(database) == built_anew(database, rules)


def test_other_rules_build_everything() -> None:
    with open_database(":memory:") as database:
        take(database, small(9))
        ensure_built(database, Rules(senders=SENDERS))
        take(database, {"messages": thread([(99, "c")], customer="new")})
        assert "conversations" in steps_of(database, Rules(conversation_gap_hours=3))
        assert everything(database) == built_anew(database, Rules(conversation_gap_hours=3))


def test_a_load_of_much_builds_everything_once() -> None:
    rules = Rules(senders=SENDERS)
    with open_database(":memory:") as database:
        take(database, small(9))
        ensure_built(database, rules)
        take(database, small(40))
        ensure_built(database, rules)
        assert everything(database) == built_anew(database, rules)


def test_a_contact_too_large_for_a_part_is_not_built_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = Rules(senders=SENDERS)
    with open_database(":memory:") as database:
        take(database, small(9))
        ensure_built(database, rules)
        take(database, {"messages": thread([(86_400 * 9, "c")], customer="p7")})
        # The three messages of this contact are more than fit, as those of any other are not.
        many = memory_limit_of(database.con) / 2.5
        monkeypatch.setattr(apart, "BYTES_PER_MESSAGE_APART", many)
        monkeypatch.setattr(apart, "BYTES_PER_MESSAGE", many)
        assert any(step.startswith("models, part") for step in steps_of(database, rules))
        assert everything(database) == built_anew(database, rules)


def test_nothing_is_noted_before_there_are_models() -> None:
    with open_database(":memory:") as database:
        take(database, small(9))
        assert not fetched(database, "from touched")


def test_a_refresh_that_fails_leaves_models_and_what_was_touched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = Rules(senders=SENDERS)
    with open_database(":memory:") as database:
        take(database, small(40))
        ensure_built(database, rules)
        before = everything(database)
        take(database, {"messages": thread([(86_400, "c")], customer="p7")})
        with monkeypatch.context() as patched:
            patched.setattr(refreshing.touching, "forget", lambda _con: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                ensure_built(database, rules)
        assert everything(database) == before
        assert not fetched(
            database, "select table_name from duckdb_tables() where temporary and not internal"
        )
        ensure_built(database, rules)
        assert everything(database) == built_anew(database, rules)


@pytest.mark.parametrize(("draw", "seed"), [(draw_shop, 731), (draw_told_shop, 732)])
def test_part_after_part_builds_what_one_go_does(
    draw: Callable[[int], DrawnShop], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = draw(seed)
    with shop.database() as database:
        ensure_built(database, shop.rules)
        wanted = everything(database)
        in_order = "from thread_messages select contact_key, thread_key, t, message_key"
        ordered = fetched(database, in_order)
        database.con.execute("drop table built")
        # As if every message took so much memory that seven parts are needed.
        ((told,),) = database.con.execute(
            "select (select count(*) from messages) + (select count(*) from ticket_events)"
        ).fetchall()
        limit = memory_limit_of(database.con)
        monkeypatch.setattr(apart, "BYTES_PER_MESSAGE", 6.5 * limit / told)
        ((keys,),) = database.con.execute("select count(*) from identities").fetchall()
        for name, table in contact_sql.SLICED.items():
            sliced = replace(table, bytes_per_key=ceil(2.5 * limit / keys))
            monkeypatch.setitem(contact_sql.SLICED, name, sliced)
        steps = steps_of(database, shop.rules)
        assert steps[-1] == "models, part 7 of 7"
        assert len({step for step in steps if step.startswith("models")}) == 7
        assert everything(database) == wanted
        assert fetched(database, in_order) == ordered
        assert not fetched(database, "select 1 from duckdb_views() where not internal")


def test_a_small_memory_limit_asks_for_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "BYTES_PER_MESSAGE", 2000)
    rules = Rules(senders=SENDERS)
    with open_database(":memory:") as database:
        take(database, small(400))
        database.con.execute("set memory_limit = '1MB'")
        assert apart.steps_needed(database.con) == 2
        database.con.execute("set memory_limit = '1GB'")
        assert apart.steps_needed(database.con) == len(sql_files("models"))
        ensure_built(database, rules)
