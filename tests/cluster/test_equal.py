"""A lake ends where a database does: the same records, books, models and figures."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce import cluster
from convocommerce.building import ensure_built
from convocommerce.cluster.lakes import RECORDS, lake_at
from convocommerce.demo import SAMPLE_RULES
from convocommerce.errors import DatabaseError
from convocommerce.simulation import simulate
from convocommerce.warehouse import state_hash
from lakes import model_sums, put
from oracle_exports import draw_told_shop
from oracle_shops import DrawnShop, draw_shop
from tables import at, database_of

WHO_IS_WHO = ("threads", "order_contacts", "checkout_contacts", "identity_edges", "dropped_keys")


def rows(shop: cc.Shop, table: str) -> list[tuple[Any, ...]]:
    return sorted(shop.database.con.execute(f"from {table}").fetchall(), key=repr)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated shop, with what cannot be read and what cannot be understood beside it."""
    folder = simulate(tmp_path_factory.mktemp("simulated"), seed=20261128).exports
    (folder / "notes.txt").write_text("not an export", "utf-8")
    first = next(path for path in sorted(folder.rglob("*.ndjson")))
    lines = first.read_text("utf-8").splitlines(keepends=True)
    lines[3] = lines[3][: len(lines[3]) // 2] + "\n"
    first.write_text("".join(lines[:-1]) + lines[-1].rstrip(), "utf-8")
    return folder


@pytest.fixture(scope="module")
def shop(exports: Path) -> cc.Shop:
    shop = cc.open(":memory:")
    shop.rules = SAMPLE_RULES
    shop.load(exports)
    shop.build()
    return shop


@pytest.fixture(scope="module")
def lake(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lake") / "lake"
    cluster.load(path, exports, buckets=3)
    cluster.build(path, SAMPLE_RULES, buckets=5)
    return path


def test_a_simulated_shop_gives_the_same_records_and_models(shop: cc.Shop, lake: Path) -> None:
    with cc.open(lake) as found:
        assert state_hash(found.database.con) == state_hash(shop.database.con)
        assert model_sums(found.database) == model_sums(shop.database)
        assert model_sums(found.database)["conversations"][0] > 100
        for table in WHO_IS_WHO:
            assert rows(found, table) == rows(shop, table), table
        assert found.rules == SAMPLE_RULES
        assert not found.build()


def test_the_books_say_the_same_of_every_file(shop: cc.Shop, lake: Path) -> None:
    when = ["started_at", "finished_at"]
    with cc.open(lake) as found:
        told = found.loads().drop(columns=when)
        assert told.to_dict() == shop.loads().drop(columns=when).to_dict()
        assert told["n_quarantined"].sum() > 0
        assert rows(found, "quarantine") == rows(shop, "quarantine")
        assert rows(found, "load_reasons") == rows(shop, "load_reasons")


def test_nobody_is_erased_from_a_lake(lake: Path) -> None:
    with cc.open(lake) as found:
        with pytest.raises(DatabaseError, match="nobody can be erased from the lake"):
            found.erase("somebody")
        assert found.erasures().empty


def test_every_metric_says_the_same(shop: cc.Shop, lake: Path) -> None:
    with cc.open(lake) as found:
        for metric in cc.metrics():
            mine, theirs = (one.measure(metric, by="week") for one in (found, shop))
            assert mine.records() == theirs.records(), metric
        assert found.report("weekly").html() == shop.report("weekly").html()


@pytest.mark.parametrize(
    ("draw", "seed", "buckets"),
    [(draw_shop, 801, 3), (draw_shop, 802, 7), (draw_told_shop, 404, 3), (draw_told_shop, 811, 5)],
)
def test_drawn_shops_give_the_same_models(
    draw: Callable[[int], DrawnShop], seed: int, buckets: int, tmp_path: Path
) -> None:
    shop = draw(seed)
    with shop.database() as database:
        path = put(database, tmp_path / "lake", 4)
        ensure_built(database, shop.rules)
        built = cluster.build(path, shop.rules, buckets=buckets)
        assert built.models == model_sums(database)
        with cc.open(path) as found:
            assert model_sums(found.database) == built.models


def test_a_chat_in_tickets_of_two_buckets_is_held_once_as_anywhere(tmp_path: Path) -> None:
    """Only the first of its tickets holds it, which the bucket of the second must know."""
    base = {"platform": "zendesk", "business_id": "b", "channel": "zendesk", "created_at": at(0)}
    tickets = [
        base | {"ticket_id": f"t{number}", "customer_id": f"c{number}"} for number in range(8)
    ]
    told = {"platform": "zendesk", "happened_at": at(5)}
    copies = [
        told | {"event_id": f"e{number}", "ticket_id": f"t{number}", "kind": "chat", "chat_id": "x"}
        for number in range(8)
    ]
    said = told | {"event_id": "said", "ticket_id": "chat:x", "kind": "text", "text": "hallo"}
    said |= {"declared_role": "customer"}
    with database_of(tickets=tickets, ticket_events=[*copies, said]) as database:
        path = put(database, tmp_path / "lake", 2)
        ensure_built(database, SAMPLE_RULES)
        buckets = "select count(distinct contact_key % 3) from threads"
        assert database.con.execute(buckets).fetchall()[0][0] > 1
        assert database.con.execute("select case_id from ticket_messages").fetchall() == [("t0",)]
        assert cluster.build(path, SAMPLE_RULES, buckets=3).models == model_sums(database)


def test_loads_one_after_another_end_where_one_load_does(
    exports: Path, shop: cc.Shop, tmp_path: Path
) -> None:
    halves = (tmp_path / "a", tmp_path / "b")
    for number, path in enumerate(sorted(one for one in exports.rglob("*") if one.is_file())):
        target = halves[number % 2] / path.relative_to(exports)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    with cc.open(":memory:") as other:
        for half in (halves[1], halves[0], exports):
            theirs = other.load(half)
            mine = cluster.load(tmp_path / "lake", half, buckets=2)
            assert mine.files == theirs.files
        assert all(file.skipped for file in mine.files if file.read)
    cluster.build(tmp_path / "lake", SAMPLE_RULES)
    with cc.open(tmp_path / "lake") as found:
        assert state_hash(found.database.con) == state_hash(shop.database.con)
        assert model_sums(found.database) == model_sums(shop.database)


def test_an_object_store_holds_the_same(exports: Path, shop: cc.Shop) -> None:
    pytest.importorskip("fsspec", reason="fsspec reaches object stores and is not installed")
    some = exports / "shopify"
    cluster.load("memory://bucket/lake", some, buckets=2)
    cluster.build("memory://bucket/lake", SAMPLE_RULES)
    with cc.open(":memory:") as small, cc.open("memory://bucket/lake") as found:
        small.rules = SAMPLE_RULES
        small.load(some)
        small.build()
        assert model_sums(found.database) == model_sums(small.database)
        assert model_sums(small.database)["checkout_outcomes"][0] > 10


def test_orders_known_by_number_give_way_to_themselves_in_other_buckets(tmp_path: Path) -> None:
    """A CSV of orders knows numbers, the API their ids; the keys of the two lie apart."""
    made = simulate(tmp_path, seed=3, months=1, shapes="all")
    by_number, by_id = tmp_path / "without_ids.csv", made.exports / "shopify"
    with next((tmp_path / "other_shapes").rglob("*.csv")).open(encoding="utf-8-sig") as given:
        orders = [order | {"Id": ""} for order in csv.DictReader(given)]
    with by_number.open("w", encoding="utf-8", newline="") as written:
        lines = csv.DictWriter(written, list(orders[0]))
        lines.writeheader()
        lines.writerows(orders)
    known = "select count(*) from orders where starts_with(order_id, 'number:')"
    with cc.open(":memory:") as whole:
        whole.load(by_number)
        assert whole.database.con.execute(known).fetchall()[0][0] > 10
        whole.load(by_id)
        assert whole.database.con.execute(known).fetchall() == [(0,)]
        wanted = state_hash(whole.database.con)
    for number, loads in enumerate(([[by_number, by_id]], [[by_number], [by_id]])):
        lake = tmp_path / f"lake{number}"
        for load in loads:
            cluster.load(lake, load, buckets=5)
        cluster.build(lake)
        with cc.open(lake) as found:
            assert state_hash(found.database.con) == wanted


def test_a_lake_keeps_its_number_of_buckets(lake: Path, exports: Path) -> None:
    before = lake_at(lake).current(RECORDS)
    with pytest.raises(cc.ConvocommerceError, match="3 buckets and 4"):
        cluster.load(lake, exports, buckets=4)
    assert lake_at(lake).current(RECORDS) == before
