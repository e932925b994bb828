"""Stamps that contradict the order in which a source numbers what was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.insights import clock_skews, count_skews
from convocommerce.measuring import answer, ask
from convocommerce.metrics import metric_named
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, at, database_of, thread

DAY = 86_400
FAR = 4000 * DAY
NUMBERED = "intercom/conversations"
Events = Sequence[tuple[float, str]]


def case(events: Events, name: str = "ann", **more: Any) -> list[dict[str, Any]]:
    """Draw one case as its source lists it; ``k`` is a close."""
    drawn = thread(
        [(t, "s" if code == "k" else code) for t, code in events],
        name,
        **{"case_id": f"case of {name}", "export": NUMBERED, **more},
    )
    for message, (_, code) in zip(drawn, events, strict=True):
        if code == "k":
            message["kind"] = "close"
    return drawn


@contextmanager
def built(messages: list[dict[str, Any]], **rules: Any) -> Iterator[Database]:
    with database_of(messages=messages) as database:
        ensure_built(database, Rules(senders=SENDERS, **rules))
        yield database


def said(database: Database) -> list[tuple[float, str]]:
    """Return when and by whom everything was said, as the models have it."""
    return database.con.execute(
        "select (epoch_ms(sent_at) - epoch_ms($start::timestamp)) / 1000, role::varchar "
        "from conversation_messages order by sent_at, position",
        {"start": at(0)},
    ).fetchall()


def figures(database: Database, metric: str, as_of: float) -> dict[str, Any]:
    question = ask(database.con, metric_named(metric), as_of=at(as_of))
    rows, _ = answer(database.con, question)
    return {row.statistic: (row.value, row.n, row.n_open) for row in rows}


CASES: dict[str, tuple[Events, list[tuple[float, str]], int]] = {
    "an answer listed after the question comes at its time": (
        [(0, "c"), (-3, "h"), (60, "h")],
        [(0, "c"), (0, "h"), (60, "h")],
        1,
    ),
    "the tolerance itself is still a clock": (
        [(0, "c"), (-10, "h")],
        [(0, "c"), (0, "h")],
        1,
    ),
    "more than it is a late import, and stamps are believed": (
        [(0, "c"), (-10.001, "h")],
        [(-10.001, "h"), (0, "c")],
        0,
    ),
    "several keep the order of the list": (
        [(0, "c"), (-3, "h"), (-5, "c"), (-1, "b")],
        [(0, "c"), (0, "h"), (0, "c"), (0, "b")],
        3,
    ),
    "what is listed first keeps its time": (
        [(0, "c"), (60, "h"), (58, "c"), (61, "h")],
        [(0, "c"), (60, "h"), (60, "c"), (61, "h")],
        1,
    ),
    "the latest before counts, whoever said it": (
        [(0, "c"), (8, "b"), (4, "c"), (2, "h")],
        [(0, "c"), (8, "b"), (8, "c"), (8, "h")],
        2,
    ),
    "a close follows the answer it came with": (
        [(0, "c"), (-2, "h"), (-2, "k")],
        [(0, "c"), (0, "h"), (0, "k")],
        2,
    ),
    "a stamp in the far future moves nobody and hides no clock": (
        [(0, "c"), (FAR, "b"), (7, "c"), (5, "h")],
        [(0, "c"), (7, "c"), (7, "h"), (FAR, "b")],
        1,
    ),
    "what was imported late moves nobody either": (
        [(0, "c"), (60, "h"), (-9 * DAY, "c"), (59, "c")],
        [(-9 * DAY, "c"), (0, "c"), (60, "h"), (60, "c")],
        1,
    ),
}
NAMES = {"c": "customer", "h": "human", "b": "bot", "k": "close"}


@pytest.mark.parametrize("name", CASES)
def test_a_clock_a_little_behind_is_clamped_to_the_list(name: str) -> None:
    events, wanted, n_clamped = CASES[name]
    with built(case(events)) as database:
        assert said(database) == [(t, NAMES[code]) for t, code in wanted]
        assert sum(one.is_clamped for one in clock_skews(database.con)) == n_clamped


def test_a_clamped_wait_is_none_at_all_and_listed_with_how_far_it_was_moved() -> None:
    skewed = case([(0, "c"), (-3, "h"), (60, "h"), (70, "k")])
    honest = case([(0, "c"), (60, "h"), (70, "k")], "bob")
    with built([*skewed, *honest]) as database:
        assert figures(database, "first_response_time", 100)["median"] == (30, 2, 0)
        assert figures(database, "one_touch_rate", 2 * DAY)["rate"] == (1, 2, 0)
        (found,) = clock_skews(database.con)
        assert (found.kind, found.role, found.seconds) == ("order", "human", 3)
        assert (found.position, found.other_position) == (2, 1)
        assert (found.sent_at, found.is_clamped) == (at(-3), True)
        told = database.con.execute("select min(sent_at) from messages").fetchall()
        assert told == [(at(-3),)]


def test_what_was_imported_late_is_listed_but_keeps_its_time() -> None:
    with built(case([(0, "c"), (60, "h"), (-DAY, "c")])) as database:
        (found,) = clock_skews(database.con)
        assert (found.seconds, found.role, found.is_clamped) == (DAY + 60, "customer", False)
        assert (found.position, found.other_position) == (1, 3)


def test_a_close_that_came_with_a_clamped_answer_still_ends_the_conversation() -> None:
    with built(case([(0, "c"), (-2, "h"), (-2, "k")])) as database:
        assert figures(database, "resolution_time", 10)["median"] == (0, 1, 0)


def test_what_has_no_place_in_the_list_is_not_put_in_its_order() -> None:
    """Changes of status carry no number; one five seconds before a message stays before it."""
    messages = case([(0, "c"), (60, "h"), (100, "k"), (105, "c")])
    messages[2]["sequence"] = 2_000_000_001
    with built(messages) as database:
        assert (100, "close") in said(database)
        assert clock_skews(database.con) == []


def test_order_that_only_breaks_ties_contradicts_no_clock() -> None:
    for export in ("messenger/webhooks", None):
        with built(case([(0, "c"), (-3, "h")], export=export)) as database:
            assert said(database) == [(-3, "human"), (0, "customer")]
            assert clock_skews(database.con) == []


def test_each_case_is_a_list_of_its_own() -> None:
    first = case([(0, "c"), (60, "h")], case_id="1")
    second = case([(-5, "c"), (55, "h")], case_id="2")
    for number, message in enumerate(second):
        message |= {"message_id": f"second {number}", "sequence": 10 + number}
    with built([*first, *second]) as database:
        assert sorted(t for t, _ in said(database)) == [-5, 0, 55, 60]
        assert clock_skews(database.con) == []


@pytest.mark.parametrize(("tolerance", "moved_to"), [(0, -3), (2.9, -3), (3, 0), (3600, 0)])
def test_how_far_clocks_may_be_apart_is_a_rule(tolerance: float, moved_to: float) -> None:
    with built(case([(0, "c"), (-3, "h")]), clock_tolerance_seconds=tolerance) as database:
        assert (moved_to, "human") in said(database)
        (found,) = clock_skews(database.con)
        assert found.is_clamped == (moved_to == 0)


def test_what_stands_in_tickets_is_clamped_too() -> None:
    ticket = {"ticket_id": "7", "customer_id": "ann", "created_at": at(0)}
    events = [
        {
            "event_id": f"{number}",
            "ticket_id": "7",
            "happened_at": at(t),
            "sequence": number,
            "author_id": author,
            "export": "chatwoot/conversations",
        }
        for number, (t, author) in enumerate([(0, "ann"), (-1, "bea"), (20, "ann")])
    ]
    with database_of(tickets=[ticket], ticket_events=events) as database:
        ensure_built(database, Rules())
        assert said(database) == [(0, "customer"), (0, "human"), (20, "customer")]
        assert [one.is_clamped for one in clock_skews(database.con)] == [True]


def test_skews_of_some_days_are_counted() -> None:
    events: Events = [(0, "c"), (900, "h"), (300, "c"), (1200, "h")]
    messages = case(events) + thread([(0, "c"), (60, "h")], "bob")
    with built(messages) as database:
        found = count_skews(database.con, at(0), at(DAY))
        assert (found.order, found.ordered, found.ahead, found.messages) == (1, 4, 0, 6)
        later = count_skews(database.con, at(DAY), at(2 * DAY))
        assert (later.order, later.ordered, later.ahead, later.messages) == (0, 0, 0, 0)
