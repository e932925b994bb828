"""From one system's figure to another's: a reason for every case, and steps that add up."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from convocommerce.errors import UnknownNameError
from convocommerce.measuring import answer, ask
from convocommerce.metrics import metric_named
from convocommerce.periods import Period
from convocommerce.profiles import PROFILES, REASONS, Part, Reconciliation, reconcile
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from desks import LATER, desk, ticket
from tables import SENDERS, thread

DAY = 86400
Events = list[tuple[float, str]]


def led(database: Database, a: str, b: str, **more: Any) -> Reconciliation:
    return reconcile(database.con, a, b, more.pop("period", None), LATER, **more)


def reasons(events: Events, b: str, a: str = "canonical", **more: Any) -> list[Any]:
    """Return the reasons of the one difference between two systems on one ticket."""
    found = led(desk(ticket(events, **more)), a, b).differences
    return [(part.reason, part.seconds) for case in found for part in case.parts]


@pytest.mark.parametrize(
    ("events", "b", "more", "parts"),
    [
        ([(0, "c"), (600, "h")], "dbt_zendesk", {}, []),
        ([(0, "c"), (0, "h"), (500, "h")], "dbt_zendesk", {}, [("same_second", 500)]),
        ([(0, "c"), (3, "b"), (900, "h")], "dbt_zendesk", {}, [("bot_time", -897)]),
        ([(0, "c"), (100, "u"), (600, "h")], "dbt_zendesk", {}, [("unknown_author", 500)]),
        ([(0, "h"), (3600, "c"), (3900, "h")], "chatwoot", {}, [("agent_initiated", -300)]),
        ([(0, "h"), (3600, "c"), (3900, "h")], "plain", {}, [("agent_initiated", None)]),
        (
            [(0, "h"), (700, "j"), (3600, "c"), (3900, "h")],
            "zendesk_native",
            {},
            [("agent_initiated", 3600 - 3200)],
        ),
        ([(0, "c"), (100, "x"), (900, "h")], "chatwoot", {}, [("failed_send", -800)]),
        ([(0, "c"), (100, "x")], "chatwoot", {}, [("failed_send", None)]),
        (
            [(0, "c"), (1800, "hold"), (3600, "open"), (3660, "h")],
            "chatwoot",
            {},
            [("reopened", -3600)],
        ),
        ([(0, "c"), (600, "H"), (900, "B"), (1000, "h")], "chatwoot", {}, [("hand_off", -600)]),
        ([(0, "c")], "intercom", {}, [("unanswered_dropped", None)]),
        ([(0, "c"), (2 * DAY, "h")], "meta_page", {}, [("too_late", None)]),
        (
            [(0, "c"), (600, "h")],
            "dbt_zendesk",
            {"status": "merged"},
            [("deleted_or_merged", None)],
        ),
        (
            [(0, "h"), (600, "j")],
            "dbt_zendesk",
            {"customer_id": None},
            [("unknown_customer", None)],
        ),
        (
            [(0, "h"), (300, "h"), (600, "j")],
            "dbt_zendesk",
            {"customer_id": "eva"},
            [("agent_as_requester", -300)],
        ),
        ([(-300, "c"), (-234, "h")], "zendesk_native", {}, [("before_ticket", None)]),
        (
            [(0, "c"), (60, "h"), (70, "S"), (5 * DAY, "c"), (5 * DAY + 9, "h")],
            "plain",
            {},
            [("reopened", None)],
        ),
        ([(0.2, "c"), (60.9, "h")], "chatwoot", {}, [("rounding", -0.7)]),
        ([(30, "c"), (60, "h")], "dbt_zendesk", {}, [("ticket_creation", 30)]),
        (
            [(0, "c"), (5, "b"), (600, "H"), (900, "h")],
            "dbt_zendesk",
            {"created": 600, "is_messaging": False},
            [("hand_off", -600), ("bot_time", -895)],
        ),
    ],
)
def test_the_reason(events: Events, b: str, more: dict[str, Any], parts: list[Any]) -> None:
    found = reasons(events, b, **more)
    assert [one[0] for one in found] == [one[0] for one in parts]
    assert [one[1] for one in found] == [pytest.approx(one[1]) for one in parts]


def test_the_day_on_which_a_case_counts() -> None:
    late = ticket([(10 * 3600, "c"), (20 * 3600, "h")], created=10 * 3600)
    found = led(desk(late), "canonical", "plain", period=Period("2026-03-02"))
    assert [case.parts for case in found.differences] == [(Part("cohort_date", None),)]
    assert (found.figure_a.n, found.figure_b.n) == (1, 0)
    other = led(desk(late), "canonical", "plain", period=Period("2026-03-03"))
    assert (other.figure_a.n, other.figure_b.n) == (0, 1)


def test_silence_cuts_the_same_talk_differently() -> None:
    events = [
        (0, "c"),
        (60, "h"),
        (2 * DAY, "c"),
        (2 * DAY + 90, "h"),
        (9 * DAY, "c"),
        (9 * DAY + 30, "h"),
    ]
    database = desk(messages=thread(events))
    found = reconcile(database.con, "canonical", "gorgias", None, LATER)
    assert [(case.a_seconds, case.b_seconds) for case in found.differences] == [(90, None)]
    assert [case.parts[0].reason for case in found.differences] == ["silence_rule"]
    assert (found.figure_a.n, found.figure_b.n) == (3, 2)


def test_an_answer_given_in_the_next_conversation() -> None:
    events = [(0, "c"), (5, "b"), (1.5 * DAY, "c"), (1.5 * DAY + 60, "h")]
    database = desk(messages=thread(events))
    found = reconcile(database.con, "gorgias", "canonical", None, LATER)
    told = {case.a_seconds: case.parts[0].reason for case in found.differences}
    assert told == {1.5 * DAY + 60: "silence_rule", None: "silence_rule"}
    assert found.unexplained == 0


def test_what_one_system_makes_no_ticket_of_is_not_of_another_day() -> None:
    database = desk(messages=thread([(0, "c"), (5, "b")]))
    found = reconcile(database.con, "zendesk_native", "canonical", None, LATER)
    assert [case.parts[0].reason for case in found.differences] == ["bot_time"]


def test_what_is_typed_in_the_platforms_own_app() -> None:
    database = desk(messages=thread([(0, "c"), (60, "e"), (900, "h")]))
    found = reconcile(database.con, "canonical", "gorgias", None, LATER)
    assert [case.parts for case in found.differences] == [(Part("outside_helpdesk", 840),)]


@pytest.mark.parametrize(
    ("events", "b", "parts"),
    [
        ([(0, "c"), (-3, "h"), (60, "h")], "intercom", [("clock_skew", 60)]),
        ([(0, "c"), (-3, "h"), (60, "h")], "plain", [("clock_skew", None)]),
        ([(0, "c"), (-3, "h")], "intercom", [("clock_skew", None)]),
        ([(0, "c"), (8, "b"), (5, "h")], "intercom", [("clock_skew", -3)]),
        ([(0, "h"), (-4, "c"), (60, "h")], "intercom", [("clock_skew", -56)]),
    ],
)
def test_stamps_that_contradict_the_order_of_messages(
    events: Events, b: str, parts: list[Any]
) -> None:
    numbered = {"export": "intercom/conversations", "case_id": "1"}
    found = led(desk(messages=thread(events, **numbered)), "canonical", b)
    told = [(part.reason, part.seconds) for case in found.differences for part in case.parts]
    assert told == parts


def test_the_vendors_own_screen() -> None:
    reported = [
        {"case_id": "1", "calendar_seconds": 600, "precision_seconds": 60},
        {"case_id": "2", "calendar_seconds": 660, "precision_seconds": 60},
    ]
    tickets = [
        ticket([(0, "c"), (wait, "h")], number) for number, wait in ((1, 600), (2, 629), (3, 9))
    ]
    found = led(desk(*tickets, reported_times=reported), "zendesk_native", "reported")
    told = {case.case_id: [part.reason for part in case.parts] for case in found.differences}
    assert told == {"desk:2": ["rounding"], "desk:3": ["not_reported"]}


def test_our_figure_is_the_one_that_is_measured() -> None:
    database = random_shop(Random(1))
    period = Period("2026-03")
    found = reconcile(database.con, "canonical", "zendesk_native", period, LATER)
    question = ask(database.con, metric_named("first_response_time"), as_of=LATER, period=period)
    rows, _ = answer(database.con, question)
    median = next(row for row in rows if row.statistic == "median")
    assert found.figure_a.median_seconds == pytest.approx(median.value)
    assert (found.figure_a.n, found.figure_a.n_open) == (median.n, median.n_open)


def random_shop(random: Random) -> Database:
    """Draw tickets and chats of every ugly kind."""
    tickets = []
    for number in range(40):
        seconds, events = 0.0, []
        for _ in range(random.randint(1, 8)):
            seconds += random.choice([0, 0, 0.4, 5, 600, 4000, DAY, 3 * DAY])
            events.append((seconds, random.choice("cccchhjunbBaxHSO")))
            if random.random() < 0.1:
                events.append((seconds, random.choice(["hold", "open", "solved"])))
        more: dict[str, Any] = {}
        if random.random() < 0.2:
            more["status"] = random.choice(["merged", "deleted", "closed"])
        if random.random() < 0.1:
            more["customer_id"] = random.choice([None, "eva", "joe"])
        created = random.choice([0, 0, 0, events[0][0], 700, -50])
        tickets.append(ticket(events, number, created, **more))
    messages = []
    for number in range(40):
        seconds, events = 0.0, []
        for _ in range(random.randint(1, 8)):
            seconds += random.choice([0, 3, 600, 4000, DAY, 3 * DAY, 8 * DAY])
            events.append((seconds, random.choice("ccchhebanmxH")))
        messages += thread(events, customer=f"c{number}")
    rules = Rules(senders=SENDERS, opening_hours="Mo-Fr 09:00-17:00", time_zone="Europe/Berlin")
    return desk(*tickets, rules=rules, messages=messages)


def check_adds_up(found: Reconciliation) -> None:
    before = found.figure_a
    for step in found.steps:
        assert step.before == before
        before = step.after
    assert before == found.figure_b
    assert [step.reason for step in found.steps] == [
        reason for reason in REASONS if reason in {step.reason for step in found.steps}
    ]
    assert found.cases == found.equal + len(found.differences)
    for case in found.differences:
        assert case.parts
        if case.seconds is not None:
            told = sum(part.seconds or 0 for part in case.parts)
            assert told == pytest.approx(case.seconds)
        assert (case.a_seconds, case.is_open_in_a) != (case.b_seconds, case.is_open_in_b)


@pytest.mark.parametrize("seed", range(2))
def test_steps_add_up_for_any_shop_and_any_two_systems(seed: int) -> None:
    database = random_shop(Random(seed))
    for b in PROFILES:
        for clock in ("calendar", "opening"):
            found = reconcile(database.con, "canonical", b, None, LATER, hours=clock)
            check_adds_up(found)
            assert found.unexplained <= found.cases // 20, (b, clock)
    check_adds_up(reconcile(database.con, "chatwoot", "dbt_zendesk", Period("2026-03"), LATER))
    same = reconcile(database.con, "plain", "plain", None, LATER)
    assert (same.differences, same.steps, same.figure_a) == ([], [], same.figure_b)


def test_one_case_explained() -> None:
    database = desk(messages=thread([(-240, "c"), (-235, "b"), (0, "H"), (600, "h")]))
    found = reconcile(database.con, "dbt_zendesk", "canonical", None, LATER)
    (case,) = found.differences
    assert found.explain(case.case_id) == [case]
    assert case.seconds == 840 + 235
    assert case.parts == (Part("hand_off", 240), Part("bot_time", 835))
    assert found.explain("conversation:0") == []


def test_names_that_do_not_exist() -> None:
    database = desk(ticket([(0, "c")]))
    with pytest.raises(UnknownNameError, match="unknown profile 'chatwot', did you"):
        led(database, "canonical", "chatwot")
    with pytest.raises(UnknownNameError, match="unknown hours"):
        led(database, "canonical", "chatwoot", hours="wall")
