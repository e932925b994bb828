"""Where conversations begin and end, what a wait consists of, and what ended the unanswered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.measuring import answer, ask, states_before
from convocommerce.metrics import metric_named
from convocommerce.notes import limits_on, notes_on
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, at, database_of, thread

HOUR, DAY = 3600, 86_400
Events = Sequence[tuple[float, str]]


def talk(events: Events, customer: str = "ann", **more: Any) -> list[dict[str, Any]]:
    """Draw a thread; ``k`` is a close that the source tells."""
    drawn = thread([(t, "s" if code == "k" else code) for t, code in events], customer, **more)
    for message, (_, code) in zip(drawn, events, strict=True):
        if code == "k":
            message["kind"] = "close"
    return drawn


@contextmanager
def built(messages: list[dict[str, Any]], **rules: Any) -> Iterator[Database]:
    with database_of(messages=messages) as database:
        ensure_built(database, Rules(senders=SENDERS, **rules))
        yield database


def states_of(database: Database, table: str, as_of: float, columns: str) -> list[tuple[Any, ...]]:
    order = "asked_at, leg_id" if table == "leg_states" else "started_at, conversation_id"
    sql = f"with {states_before(table)} select {columns} from {table} order by {order}"
    return database.con.execute(sql, {"as_of": at(as_of)}).fetchall()


def states(database: Database, as_of: float, columns: str) -> list[tuple[Any, ...]]:
    return states_of(database, "conversation_states", as_of, columns)


def figures(database: Database, metric: str, as_of: float, **asked: Any) -> dict[str, Any]:
    question = ask(database.con, metric_named(metric), as_of=at(as_of), **asked)
    rows, _ = answer(database.con, question)
    return {row.statistic: (row.value, row.n, row.n_open) for row in rows}


BOUNDS: dict[str, tuple[Events, list[list[float]]]] = {
    "silence of the gap splits": ([(0, "c"), (60, "h"), (60 + DAY, "c")], [[0, 60], [60 + DAY]]),
    "a second less does not": ([(0, "c"), (60, "h"), (59 + DAY, "c")], [[0, 60, 59 + DAY]]),
    "a question keeps it open": ([(0, "c"), (9 * DAY, "h")], [[0, 9 * DAY]]),
    "so it does for the customer's own next message": (
        [(0, "c"), (9 * DAY, "c")],
        [[0, 9 * DAY]],
    ),
    "a bot's answer lets silence split": (
        [(0, "c"), (5, "b"), (5 + DAY, "h")],
        [[0, 5], [5 + DAY]],
    ),
    "unless the bot handed over": (
        [(0, "c"), (5, "b"), (9, "H"), (5 + DAY, "h")],
        [[0, 5, 9, 5 + DAY]],
    ),
    "an automatic reply answers nothing": ([(0, "c"), (1, "a"), (3 * DAY, "h")], [[0, 1, 3 * DAY]]),
    "a close and a customer split at once": (
        [(0, "c"), (60, "h"), (90, "k"), (91, "c")],
        [[0, 60, 90], [91]],
    ),
    "a close and a person do not": (
        [(0, "c"), (60, "h"), (90, "k"), (91, "h"), (92, "c")],
        [[0, 60, 90, 91, 92]],
    ),
    "a close splits even an unanswered question": ([(0, "c"), (9, "k"), (10, "c")], [[0, 9], [10]]),
    "system lines do not keep it alive": (
        [(0, "c"), (60, "h"), (DAY, "s"), (DAY + 60, "c")],
        [[0, 60], [DAY + 60]],
    ),
    "nor do notes and reactions": (
        [(0, "c"), (60, "h"), (DAY - 9, "n"), (DAY - 8, "r"), (DAY + 60, "c")],
        [[0, 60], [DAY + 60]],
    ),
    "a failed answer is none": ([(0, "c"), (60, "x"), (3 * DAY, "h")], [[0, 3 * DAY]]),
    "of one instant the source's order counts": (
        [(0, "c"), (0, "k"), (0, "c"), (0, "h")],
        [[0, 0], [0, 0]],
    ),
}


@pytest.mark.parametrize("case", BOUNDS)
def test_where_conversations_begin_and_end(case: str) -> None:
    events, wanted = BOUNDS[case]
    with built(talk(events)) as database:
        found = database.con.execute(
            "select list(epoch(sent_at)::bigint - epoch(timestamp '2026-03-02 09:00')::bigint "
            "order by position) from conversation_messages group by conversation_id "
            "order by min(sent_at), list(message_key order by position)[1] = min(message_key)"
        ).fetchall()
    assert sorted(times for (times,) in found) == sorted(wanted)


def test_what_the_business_opened_runs_from_the_customers_first_message() -> None:
    with built(talk([(0, "m"), (50, "c"), (80, "h")])) as database:
        assert states(database, DAY, "is_outbound, human_calendar_seconds") == [(True, 30)]


@pytest.mark.parametrize(("answer_code", "wanted"), [("hc", [None]), ("ch", [0.0])])
def test_within_one_second_an_answer_is_what_stands_after(
    answer_code: str, wanted: list[float | None]
) -> None:
    with built(talk([(0, code) for code in answer_code])) as database:
        assert [one for (one,) in states(database, 9, "human_calendar_seconds")] == wanted


SPLIT = (
    "human_calendar_seconds, bot_part_calendar_seconds, handoff_wait_calendar_seconds, "
    "human_opening_seconds, bot_part_opening_seconds, handoff_wait_opening_seconds"
)


def test_the_two_parts_of_a_wait_add_up_in_calendar_and_opening_time() -> None:
    # Open 09:00 to 17:00; asked at 09:00, handed over at 16:30, answered the next day at 09:10.
    events = [(0, "c"), (5, "b"), (27_000, "H"), (DAY + 600, "h")]
    with built(talk(events), opening_hours="Mo-Fr 09:00-17:00", time_zone="UTC") as database:
        assert states(database, 9 * DAY, SPLIT) == [
            (DAY + 600, 27_000, DAY + 600 - 27_000, 29_400, 27_000, 2_400)
        ]
        assert states(database, 26_999, SPLIT) == [(None,) * 6]
        assert states(database, 27_000, SPLIT) == [(None, 27_000, None, None, 27_000, None)]
        assert figures(database, "handoff_wait", 9 * DAY)["median"] == (DAY + 600 - 27_000, 1, 0)
        assert figures(database, "bot_part", 9 * DAY)["median"] == (27_000, 1, 0)
        assert figures(database, "handoff_wait", 27_400)["within_5_minutes"] == (0, 1, 0)
        assert figures(database, "handoff_wait", 27_200)["within_5_minutes"] == (None, 0, 1)


def test_a_hand_over_after_a_persons_answer_splits_nothing() -> None:
    with built(talk([(0, "c"), (60, "h"), (70, "H")])) as database:
        assert states(database, DAY, SPLIT) == [(60, None, None, 60, None, None)]


ENDS: dict[str, tuple[Events, str, float, tuple[str, float]]] = {
    "answered": ([(0, "c"), (60, "h")], "messenger", DAY, ("answered", 60)),
    "waiting": ([(0, "c")], "messenger", 500, ("waiting", 500)),
    "closed": ([(0, "c"), (90, "k")], "messenger", DAY, ("closed", 90)),
    "not yet closed": ([(0, "c"), (90, "k")], "messenger", 89, ("waiting", 89)),
    "answered after a close": (
        [(0, "c"), (90, "k"), (95, "h")],
        "messenger",
        DAY,
        ("answered", 95),
    ),
    "over by silence after a bot": (
        [(0, "c"), (5, "b")],
        "messenger",
        9 * DAY,
        ("closed", 5 + DAY),
    ),
    "handed over and lost": (
        [(0, "c"), (5, "b"), (9, "H")],
        "messenger",
        9 * DAY,
        ("window_lost", 7 * DAY),
    ),
    "the window's last instant": ([(0, "c")], "messenger", 7 * DAY, ("waiting", 7 * DAY)),
    "the window lost": ([(0, "c")], "messenger", 7 * DAY + 1, ("window_lost", 7 * DAY)),
    "every message opens it anew": (
        [(0, "c"), (6 * DAY, "c")],
        "messenger",
        12 * DAY,
        ("waiting", 12 * DAY),
    ),
    "and so does a reaction": (
        [(0, "c"), (6 * DAY, "r")],
        "messenger",
        20 * DAY,
        ("window_lost", 13 * DAY),
    ),
    "on WhatsApp a reaction does not": (
        [(0, "c"), (HOUR, "r")],
        "whatsapp",
        20 * DAY,
        ("window_lost", DAY),
    ),
    "mail has no window": ([(0, "c")], "email", 99 * DAY, ("waiting", 99 * DAY)),
    "answered though the window was lost": (
        [(0, "c"), (8 * DAY, "h")],
        "messenger",
        9 * DAY,
        ("answered", 8 * DAY),
    ),
}


@pytest.mark.parametrize("case", ENDS)
def test_the_unanswered_are_told_apart_by_what_ended_the_wait(case: str) -> None:
    events, channel, as_of, wanted = ENDS[case]
    with built(talk(events, channel=channel)) as database:
        found = states(
            database, as_of, "wait_state, observed_calendar_seconds, observed_opening_seconds"
        )
    assert found == [(*wanted, wanted[1])]


def test_answers_by_a_person_a_bot_only_and_nobody_add_up() -> None:
    messages = talk([(0, "c"), (5, "b"), (60, "h")], "person") + talk([(0, "c"), (5, "b")], "bot")
    messages += talk([(0, "c")], "nobody") + talk([(8 * DAY, "c")], "waiting")
    with built(messages) as database:
        found = figures(database, "answered_by", 8 * DAY + 60)
    third = pytest.approx(1 / 3)
    assert found == dict.fromkeys(("person", "bot_only", "nobody"), (third, 3, 1))


def test_every_later_question_counts_until_a_person_answers_it() -> None:
    events = [(0, "c"), (60, "h"), (100, "c"), (110, "c"), (115, "b"), (400, "h"), (500, "c")]
    with built(talk(events)) as database:
        assert figures(database, "next_reply_time", 600)["median"] == (300, 1, 1)
        assert figures(database, "next_reply_time", 800)["within_5_minutes"] == (0.5, 2, 0)
        assert figures(database, "requester_wait", 450)["median"] == (360, 1, 0)
        assert figures(database, "requester_wait", 600)["median"] == (None, 0, 1)


def test_later_questions_and_all_of_them_count_the_unanswered_as_waiting() -> None:
    """Of four second questions one is answered after 5 minutes; three are not, and were watched."""
    answered = talk([(0, "c"), (60, "h"), (100, "c"), (400, "h")], "answered")
    lost = talk([(0, "c"), (60, "h"), (100, "c")], "lost")
    closed = talk([(0, "c"), (60, "h"), (100, "c"), (190, "k")], "closed")
    bot = talk([(0, "c"), (60, "h"), (100, "c"), (105, "b")], "bot")
    with built([*answered, *lost, *closed, *bot]) as database:
        found = figures(database, "next_reply_time", 9 * DAY)
        assert found["median"] == (300, 1, 3)
        # At 300 s three are left at risk, so the curve falls to two thirds there, and no further.
        assert found["km_median"] == found["km_p90"] == (None, 4, 3)
        question = ask(database.con, metric_named("next_reply_time"), as_of=at(9 * DAY))
        rows, _ = answer(database.con, question)
        beyond = {row.statistic: row.beyond for row in rows}
        assert (beyond["km_median"], beyond["km_p90"]) == (7 * DAY, 7 * DAY)
        told = states_of(database, "leg_states", 9 * DAY, "wait_state, observed_calendar_seconds")
        assert sorted(told) == [
            ("answered", 60), ("answered", 60), ("answered", 60), ("answered", 60),
            ("answered", 300), ("closed", 90), ("closed", 5 + DAY), ("window_lost", 7 * DAY),
        ]  # fmt: skip
        # A close ends the customer's wait; without one it went on until nothing could follow.
        told = states_of(
            database,
            "requester_waits",
            9 * DAY,
            "requester_wait_calendar_seconds, observed_calendar_seconds, wait_state",
        )
        assert sorted(told, key=repr) == [
            (150, 150, "answered"),
            (360, 360, "answered"),
            (None, 60 + 7 * DAY, "window_lost"),
            (None, 65 + DAY, "closed"),
        ]
        assert figures(database, "requester_wait", 9 * DAY)["km_median"] == (360, 4, 2)


def test_later_questions_are_counted_in_opening_time_too() -> None:
    # Open 09:00 to 17:00; asked again on Monday at 16:00 and answered on Tuesday at 10:30.
    events = [(0, "c"), (60, "h"), (25_200, "c"), (DAY + 5_400, "h"), (DAY + 25_200, "c")]
    with built(talk(events), opening_hours="Mo-Fr 09:00-17:00", time_zone="UTC") as database:
        asked = {"options": {"hours": "opening"}}
        found = figures(database, "next_reply_time", DAY + 25_500, **asked)
        assert found["median"] == (9_000, 1, 1)
        assert found["within_5_minutes"] == (0, 2, 0)
        assert figures(database, "requester_wait", DAY + 9_000, **asked)["median"] == (9_060, 1, 0)
        # Asked on Tuesday at 16:00: by midnight an hour of opening time has passed.
        told = states_of(
            database,
            "leg_states",
            2 * DAY - 9 * HOUR,
            "age_calendar_seconds, age_opening_seconds, observed_opening_seconds",
        )
        assert told[-1] == (8 * HOUR, HOUR, HOUR)
        told = states_of(
            database, "requester_waits", 2 * DAY - 9 * HOUR, "observed_opening_seconds, n_waiting"
        )
        assert told == [(9_060 + HOUR, 1)]


def test_where_nobody_asked_nobody_waits() -> None:
    with built([]) as database:
        for metric in ("first_response_time", "next_reply_time", "requester_wait"):
            assert set(figures(database, metric, DAY).values()) == {(None, 0, 0)}, metric


def test_a_close_ends_the_wait_for_a_last_word() -> None:
    with built(talk([(0, "c"), (60, "h"), (100, "c"), (130, "k")])) as database:
        assert figures(database, "requester_wait", 120)["median"] == (None, 0, 1)
        assert figures(database, "requester_wait", 130)["median"] == (90, 1, 0)


def test_closes_reopenings_and_single_answers() -> None:
    once = talk([(0, "c"), (60, "h"), (70, "h"), (200, "k")], "once")
    again = talk([(0, "c"), (60, "h"), (300, "k"), (300 + DAY, "c")], "again")
    late = talk([(0, "c"), (60, "h"), (400, "k"), (401 + DAY, "c")], "late")
    twice = talk([(0, "c"), (60, "h"), (70, "c"), (80, "h"), (500, "k")], "twice")
    still = talk([(0, "c"), (60, "h")], "still")
    with built([*once, *again, *late, *twice, *still]) as database:
        as_of = DAY + 600
        resolved = figures(database, "resolution_time", as_of)
        assert resolved["median"] == (350, 4, 3)  # two returned and are open once more
        assert figures(database, "reopened_rate", as_of)["rate"] == (0.25, 4, 0)
        assert figures(database, "one_touch_rate", as_of)["rate"] == (0.5, 4, 0)
        # A second answer is decided at once, a return only when the gap is over.
        assert figures(database, "reopened_rate", 600)["rate"] == (None, 0, 4)
        assert figures(database, "one_touch_rate", 600)["rate"] == (0, 1, 3)


def test_a_conversation_whose_beginning_is_missing_has_no_time_to_its_close() -> None:
    cut = talk([(0, "c"), (60, "h"), (200, "k")], "cut")
    cut[0]["is_cut_off"] = True
    whole = talk([(0, "c"), (60, "h"), (90, "k")], "whole")
    with built([*cut, *whole]) as database:
        assert figures(database, "resolution_time", DAY)["median"] == (90, 1, 0)
        # That it was closed and not reopened is known all the same.
        assert figures(database, "reopened_rate", 2 * DAY)["rate"] == (0, 2, 0)


def test_where_no_export_tells_closes_nothing_is_known_of_them() -> None:
    messages = talk([(0, "c"), (60, "h")], export="messenger/webhooks")
    metrics = [metric_named(n) for n in ("resolution_time", "reopened_rate", "one_touch_rate")]
    with built(messages) as database:
        for metric in metrics:
            found = figures(database, metric.name, DAY)
            assert set(found.values()) == {(None, 0, 0)}, metric.name
            notes = notes_on(database.con, [metric], Rules(senders=SENDERS), None, at(DAY), "en")
            assert [note for note in notes if "messenger" in note and "closed" in note]
            topics = metric.rests_on
            limits = limits_on(database.con, topics, at(DAY), "en")
            said = [sentence for _, sentences in limits for sentence in sentences]
            assert "It does not say when a conversation was closed." in said


def test_the_end_of_a_chat_is_told_of_the_ticket_that_keeps_it() -> None:
    about = {"ticket_id": "chat:c1", "author_id": "ann"}
    events = [
        {"event_id": "0", "ticket_id": "1", "kind": "chat", "chat_id": "c1", "happened_at": at(0)},
        {"event_id": "1", "happened_at": at(0), **about},
        {"event_id": "2", "happened_at": at(60), **about, "author_id": "eva"},
        {"event_id": "3", "happened_at": at(90), "kind": "close", **about},
    ]
    ticket = {"ticket_id": "1", "customer_id": "ann", "created_at": at(0)}
    with database_of(tickets=[ticket], ticket_events=events) as database:
        ensure_built(database, Rules(senders=SENDERS))
        assert figures(database, "resolution_time", DAY)["median"] == (90, 1, 0)
        assert figures(database, "one_touch_rate", 2 * DAY)["rate"] == (1, 1, 0)
