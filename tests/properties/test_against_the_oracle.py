"""Drawn shops: every model, every state and every figure is what the plain oracle says."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, product
from random import Random

import pytest

from convocommerce.building import ensure_built
from convocommerce.metrics import CATALOGUE, DIMENSIONS
from convocommerce.periods import Period
from convocommerce.warehouse import Database
from oracle import Oracle
from oracle_compare import (
    MODELS,
    STATES,
    assert_same_figures,
    built,
    fetched,
    found_figures,
    found_states,
    model_rows,
    oracle_states,
    ordered,
)
from oracle_exports import draw_told_shop
from oracle_shops import DrawnShop, Records, contacts_of, draw_shop

DAY = dt.timedelta(days=1)
SEEDS = range(12)


def as_ofs(shop: DrawnShop, n: int) -> list[dt.datetime]:
    """Instants at which things happen, one before everything, one long after."""
    drawn = Random(shop.seed).sample(shop.instants, n)
    edges = [
        one + dt.timedelta(milliseconds=Random(shop.seed).choice((-1, 0, 1, 300_000, 3_600_000)))
        for one in drawn
    ]
    return [shop.instants[0] - DAY, *drawn, *edges, *turns(shop), shop.instants[-1] + 40 * DAY]


def turns(shop: DrawnShop) -> list[dt.datetime]:
    """Instants at which something pending, open or abandoned stops being so."""
    random, rules = Random(shop.seed), shop.rules
    said = random.choice(shop.tables["messages"])["sent_at"]
    begun = random.choice(shop.tables["checkouts"])["created_at"]
    return [
        said + rules.attribution_window_days * DAY,
        begun + rules.recovered_within_days * DAY,
        begun + rules.checkout_abandoned_after_minutes * DAY / 1440,
        begun + rules.cart_abandoned_after_minutes * DAY / 1440,
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_models_and_states_are_what_the_oracle_says(seed: int) -> None:
    shop = draw_shop(seed, people=30)
    database, oracle = built(shop)
    with database:
        told = model_rows(oracle)
        for name, sql in MODELS.items():
            assert fetched(database, sql) == told[name], name
        for as_of in as_ofs(shop, 2):
            assert found_states(database, as_of) == oracle_states(oracle, as_of), as_of


@pytest.mark.parametrize("seed", range(400, 408))
def test_what_exports_and_tickets_tell_is_what_the_oracle_says(seed: int) -> None:
    shop = draw_told_shop(seed, people=20)
    database, oracle = built(shop)
    with database:
        told = model_rows(oracle)
        for name, sql in MODELS.items():
            assert fetched(database, sql) == told[name], name
        late = shop.instants[-1] + 40 * DAY
        for as_of in (*Random(seed).sample(shop.instants, 2), late):
            assert found_states(database, as_of) == oracle_states(oracle, as_of), as_of
            assert_same_figures(
                found_figures(database, "first_response_time", as_of, ("entry_point",)),
                oracle.ask("first_response_time", as_of, ("entry_point",)),
            )


@pytest.fixture(scope="module")
def busy() -> Iterator[tuple[DrawnShop, Database, Oracle]]:
    shop = draw_shop(1001, people=60)
    database, oracle = built(shop)
    with database:
        yield shop, database, oracle


ASKED = [
    pytest.param(metric, dict(zip(CATALOGUE[metric].options, chosen, strict=True)))
    for metric in CATALOGUE
    for chosen in product(*CATALOGUE[metric].options.values())
]


@pytest.mark.parametrize(("metric", "options"), ASKED)
def test_every_figure_by_every_dimension_is_what_the_oracle_says(
    busy: tuple[DrawnShop, Database, Oracle], metric: str, options: dict[str, str]
) -> None:
    shop, database, oracle = busy
    middle = shop.instants[len(shop.instants) // 2]
    late = shop.instants[-1] + 40 * DAY
    is_default = all(one == CATALOGUE[metric].options[name][0] for name, one in options.items())
    asked = [((), middle), (("channel", "week"), middle)]
    if is_default:
        # Two at a time and each at one as-of, which of them changes from metric to metric.
        names = list(DIMENSIONS)
        pairs = [tuple(names[place : place + 2]) for place in range(0, len(names), 2)]
        turn = list(CATALOGUE).index(metric)
        whens = (late, middle) if turn % 2 else (middle, late)
        asked = [((), middle), ((), late), *zip(pairs, cycle(whens), strict=False)]
    for by, as_of in asked:
        assert_same_figures(
            found_figures(database, metric, as_of, by, options=options),
            oracle.ask(metric, as_of, by, options=options),
        )


@pytest.mark.parametrize("metric", CATALOGUE)
def test_a_period_and_a_filter_keep_only_their_own(
    busy: tuple[DrawnShop, Database, Oracle], metric: str
) -> None:
    shop, database, oracle = busy
    as_of = shop.instants[-1] + DAY
    week = Period("2026-W11")
    filters: list[dict[str, list[object]]] = [
        {"channel": ["messenger"]},
        {"weekday": [2, 3], "contact_kind": ["new"]},
    ]
    for where in filters:
        assert_same_figures(
            found_figures(database, metric, as_of, ("entry_point",), period=week, where=where),
            oracle.ask(metric, as_of, ("entry_point",), where, week),
        )


@pytest.mark.parametrize("metric", CATALOGUE)
def test_before_everything_nothing_is_known_and_nothing_breaks(
    busy: tuple[DrawnShop, Database, Oracle], metric: str
) -> None:
    shop, database, _ = busy
    early = shop.instants[0] - DAY
    assert found_figures(database, metric, early, ("channel", "week")) == {}
    figures = found_figures(database, metric, early)
    assert {(one.value or 0.0, one.n, one.n_open) for one in figures.values()} == {(0.0, 0, 0)}


UNTIL = {
    "conversations": [
        "conversation_id",
        "human_calendar_seconds",
        "any_opening_seconds",
        "age_calendar_seconds",
        "wait_state",
        "observed_opening_seconds",
        "handoff_wait_calendar_seconds",
        "outcome",
        "agent",
        "first_responder",
        "answer_state",
        "contact_kind",
    ],
    "legs": ["leg_id", "is_later", "human_opening_seconds", "age_calendar_seconds", "wait_state"],
    "waits": ["conversation_id", "requester_wait_calendar_seconds", "observed_opening_seconds"],
    "orders": ["order_id", "credit", "conversation_id", "net_amount", "is_sale", "answer_speed"],
    "attempts": ["grain", "attempt_id", "contact_key", "state", "started_local"],
}


@pytest.mark.parametrize("seed", range(200, 204))
def test_an_earlier_as_of_sees_nothing_of_what_came_later(seed: int) -> None:
    """The same as if the records ended there, for conversations, waits, credit and attempts."""
    shop = draw_shop(seed, people=30)
    # Whether a text is automatic is learnt from all that was ever sent.
    shop.rules = replace(shop.rules, automatic_reply_people=10**6)
    for order in shop.tables["orders"]:
        order.pop("refunded_amount", None)  # money without a date is known at once
    with shop.database() as database:
        ensure_built(database, shop.rules)
        contacts = contacts_of(database)
        for as_of in as_ofs(shop, 3):
            ended = Oracle(until(shop.tables, as_of), contacts, shop.rules, shop.open_time)
            found = found_states(database, as_of)
            for name, rows in ended.states(as_of).items():
                columns = STATES[name][1]
                places = [columns.index(column) for column in UNTIL[name]]
                mine = ordered([row[place] for place in places] for row in found[name])
                told = ordered([row[column] for column in UNTIL[name]] for row in rows)
                assert mine == told, (name, as_of)


def until(tables: Records, as_of: dt.datetime) -> Records:
    """Return the records of a shop whose exports end at an instant."""
    happens = {"messages": "sent_at", "touchpoints": "occurred_at", "refunds": "refunded_at"}
    later = ("completed_at", "cancelled_at")
    return {
        name: [
            {
                column: None if column in later and value is not None and value > as_of else value
                for column, value in row.items()
            }
            for row in rows
            if row.get(happens.get(name, "created_at"), as_of) <= as_of
        ]
        for name, rows in tables.items()
    }


def test_the_draw_is_rich_enough_to_mean_something() -> None:
    seen: Counter[tuple[str, object]] = Counter()
    for seed in SEEDS[:6]:
        shop = draw_shop(seed, people=30)
        database, oracle = built(shop)
        database.close()
        for as_of in as_ofs(shop, 5):
            states = oracle.states(as_of)
            seen.update(("outcome", row["outcome"]) for row in states["conversations"])
            seen.update(("speed", row["answer_speed"]) for row in states["conversations"])
            for name in ("wait_state", "is_handed_over", "is_reopened", "is_one_touch"):
                seen.update((name, row[name]) for row in states["conversations"])
            seen.update(("is_later", row["is_later"]) for row in states["legs"])
            seen.update(("credit", row["credit"]) for row in states["orders"] if row["is_sale"])
            seen.update((row["grain"], row["state"]) for row in states["attempts"])
            seen.update(("link", row["is_recovered_by_link"]) for row in states["attempts"])
    attempts = ("open", "bought", "abandoned", "recovered", "lost")
    wanted = {
        *product(["outcome"], ["in_chat", "assisted", "pending", "none"]),
        *product(["wait_state"], ["answered", "waiting", "closed", "window_lost"]),
        *product(["is_handed_over", "is_later"], [True, False]),
        *product(["is_reopened", "is_one_touch"], [True, False, None]),
        *product(["credit"], ["in_chat", "assisted", "none"]),
        *product(["checkout", "cart", "person"], attempts),
        *product(["speed"], ["within 5 min", "15 to 60 min", "after 24 h", "not answered"]),
        ("link", True),
    }
    assert {one: seen[one] for one in wanted if seen[one] < 3} == {}
