"""Which calendar each clock of a conversation is read on, at and around the changes between two."""

from __future__ import annotations

from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.measuring import states_before
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

HOUR = 3600
EARLY = {"schedule_id": "early", "created_at": at(-9), "opening_hours": "Mo-Fr 09:00-17:00"}
LATE = {"schedule_id": "late", "created_at": at(-8), "opening_hours": "Mo-Fr 12:00-20:00"}
OWN = "Mo-Fr 09:00-12:00"
DESK = Rules(senders=SENDERS, hours_from="helpdesk", opening_hours=OWN)
CLOCKS: dict[str, dict[str, Any]] = {
    "acknowledged": {"declared_role": "auto"},
    "bot": {"declared_role": "bot"},
    "human": {"declared_role": "human"},
    "handoff": {"declared_role": "human", "kind": "handover"},
    "closed": {"kind": "close"},
}


def ticket(number: int, **more: Any) -> dict[str, Any]:
    told = {"ticket_id": str(number), "customer_id": f"p{number}", "created_at": at(0)}
    return {**told, **more}


def assigned(number: int, hours: float, name: str) -> dict[str, Any]:
    return {"ticket_id": str(number), "assigned_at": at(hours * HOUR), "schedule_id": name}


def asked(number: int, hours: float = 0, **more: Any) -> dict[str, Any]:
    told = {"event_id": f"q{number}", "author_id": f"p{number}", "happened_at": at(hours * HOUR)}
    return {"ticket_id": str(number), **told, **more}


def of_conversations(columns: str, rules: Rules = DESK, **tables: Any) -> list[tuple[Any, ...]]:
    with database_of(**tables) as database:
        ensure_built(database, rules)
        sql = f"select {columns} from conversations join threads using (thread_key)"
        return database.con.execute(f"{sql} order by threads.customer_id").fetchall()


# Asked on a Monday at 09:00; the second ticket goes to the late hours from 12:30 to 14:30.
OPEN_HOURS = [
    (3, [3, 3, 3, 3]),
    (3.5, [3.5, 0.5, 3.5, 3]),
    (5, [5, 2, 5, 3]),
    (5.5, [5.5, 5.5, 2.5, 3]),
    (9, [8, 8, 6, 3]),
]
SCHEDULED = {
    "schedules": [EARLY, LATE],
    "ticket_schedules": [
        assigned(2, 3.5, "late"),
        assigned(2, 5.5, "early"),
        assigned(3, 5.5, "late"),
    ],
}


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize(("hours", "open_hours"), OPEN_HOURS)
def test_a_clock_is_read_on_the_calendar_in_force_when_it_stopped(
    clock: str, hours: float, open_hours: list[float]
) -> None:
    """Of tickets that keep their hours, change there and back or late, and one of no schedule."""
    tickets = [ticket(1), ticket(2), ticket(3), ticket(4, platform="other")]
    stopped = [
        asked(number, hours, event_id=f"a{number}", sequence=1, author_id="eva", **CLOCKS[clock])
        for number in (1, 2, 3, 4)
    ]
    # Nobody hands over a ticket that no bot had.
    bots = [
        asked(number, event_id=f"b{number}", sequence=1, author_id=None, declared_role="bot")
        for number in (1, 2, 3, 4)
        if clock == "handoff"
    ]
    events = [*(asked(number) for number in (1, 2, 3, 4)), *bots, *stopped]
    others = [{**one, "platform": "other"} if one["ticket_id"] == "4" else one for one in events]
    found = of_conversations(
        f"{clock}_opening_ms / 3600000, asked_open_ms - first_value(asked_open_ms) over ()",
        tickets=tickets,
        ticket_events=others,
        **SCHEDULED,
    )
    assert [value for value, _ in found] == open_hours


@pytest.mark.parametrize(
    ("states", "column"),
    [
        ("conversation_states", "age_opening_seconds"),
        ("leg_states", "age_opening_seconds"),
        ("leg_states", "observed_opening_seconds"),
        ("requester_waits", "observed_opening_seconds"),
    ],
)
@pytest.mark.parametrize(("hours", "open_hours"), OPEN_HOURS)
def test_who_still_waits_has_waited_by_the_calendar_in_force_now(
    states: str, column: str, hours: float, open_hours: list[float]
) -> None:
    numbers = (1, 2, 3, 4)
    tickets = [ticket(number) for number in (1, 2, 3)] + [ticket(4, platform="other")]
    events = [asked(number, platform="other" if number == 4 else "desk") for number in numbers]
    with database_of(tickets=tickets, ticket_events=events, **SCHEDULED) as database:
        ensure_built(database, DESK)
        sql = f"""
            with {states_before(states)},
            whose as (
                select conversation_id, customer_id
                from conversations join threads using (thread_key)
            )
            select {column} / 3600 from {states} join whose using (conversation_id)
            order by customer_id
        """
        found = database.con.execute(sql, {"as_of": at(hours * HOUR)}).fetchall()
    assert [value for (value,) in found] == open_hours


@pytest.mark.parametrize(
    ("hours", "is_outside"),
    [
        (-0.001, [True, True, True]),
        (0, [False, False, False]),
        (2.75, [False, False, False]),
        (3, [False, True, False]),
        (3.5, [False, True, False]),
        (8, [True, True, False]),
        (11, [True, True, True]),
    ],
)
def test_whether_somebody_asked_outside_hours_is_by_the_calendar_at_that_instant(
    hours: float, is_outside: list[bool]
) -> None:
    """Tickets of the early hours, of no schedule, and one that went to the late hours at 12:30."""
    events = [asked(1, hours), asked(2, hours, platform="other"), asked(3, hours)]
    found = of_conversations(
        "is_outside_hours",
        tickets=[ticket(1), ticket(2, platform="other"), ticket(3)],
        ticket_events=events,
        schedules=[EARLY, LATE],
        ticket_schedules=[assigned(3, 3.5, "late")],
    )
    assert [value for (value,) in found] == is_outside


def test_a_helpdesk_without_schedules_follows_teams_and_one_with_them_does_not() -> None:
    """One stretch for each ticket that somebody's hours hold for, by the nearest of them."""
    team = {"team_id": "31", "channel": "email", "business_id": "shop"}
    tickets = [
        ticket(1, **team),
        ticket(2, **team, platform="other"),
        ticket(3, **{**team, "team_id": None}, platform="other"),
        ticket(4, channel="email", platform="other", team_id="none"),
        # A team named like a page, and a page named like a channel.
        ticket(5, channel="sms", business_id="email", platform="other", team_id="shop"),
        ticket(6, channel="sms", business_id="email", platform="other"),
        ticket(7, channel="sms", platform="other"),
    ]
    names = {
        "31": "Mo-Fr 09:00-10:00",
        "shop": "Mo-Fr 09:00-11:00",
        "email": "Mo-Fr 09:00-13:00",
        # Named like the helpdesks' schedules, which they are not.
        "other:": "24/7",
        "desk:": "24/7",
    }
    with database_of(tickets=tickets, schedules=[EARLY]) as database:
        rules = Rules(hours_from="helpdesk", opening_hours=OWN, team_hours=names)
        ensure_built(database, rules)
        found = database.con.execute(
            "select ticket_id, min(name), isfinite(from_at), isfinite(until_at) "
            "from ticket_calendars join calendar_uses using (calendar_id) "
            "group by all order by ticket_id"
        ).fetchall()
        rows = database.con.execute("select count(*) from ticket_calendars").fetchall()
    assert [one[:2] for one in found] == [
        ("1", "desk:"),
        ("2", "31"),
        ("3", "shop"),
        ("4", "email"),
        ("5", "shop"),
        ("6", "email"),
    ]
    assert rows == [(6,)]
    assert {one[2:] for one in found} == {(False, False)}


def test_a_case_that_two_systems_tell_follows_the_hours_of_one() -> None:
    """Told under one number by both, it is one thread; the first of the systems has schedules."""
    events = [asked(1), asked(1, 5, event_id="a1", author_id="eva", sequence=1)]
    found = of_conversations(
        "human_opening_ms / 3600000",
        tickets=[ticket(1), ticket(1, platform="other")],
        ticket_events=events,
        schedules=[LATE, EARLY | {"platform": "other"}],
        ticket_schedules=[assigned(1, 1, "late") | {"platform": "other"}],
    )
    assert found == [(2.0,)]


@pytest.mark.parametrize(
    ("mode", "hours"), [("single_at_end", [2, 6, 3]), ("all_schedules", [7, 6, 3])]
)
def test_stretches_before_the_question_add_nothing(mode: str, hours: list[float]) -> None:
    """Assigned before it was asked, and three times after; answered at 14:00 on the late hours."""
    rules = Rules(hours_from="helpdesk", schedule_mode=mode, opening_hours=OWN)
    night = {"schedule_id": "night", "created_at": at(-7), "opening_hours": "24/7"}
    answers = [
        asked(number, 6 if number == 2 else 5, event_id=f"a{number}", author_id="eva", sequence=1)
        for number in (1, 2, 3)
    ]
    found = of_conversations(
        "human_opening_ms / 3600000",
        rules,
        tickets=[ticket(1), ticket(2), ticket(3, platform="other")],
        ticket_events=[
            asked(1, -2), asked(2), asked(3, platform="other"),
            *answers[:2], answers[2] | {"platform": "other"},
        ],
        schedules=[EARLY, LATE, night],
        ticket_schedules=[
            assigned(1, -3, "night"),
            assigned(1, 1, "early"),
            # From 12:30 on the late hours: of the night's three hours, the early's two and a half
            # and the late's one and a half are open.
            assigned(1, 3.5, "late"),
        ],
    )  # fmt: skip
    assert [value for (value,) in found] == [pytest.approx(one) for one in hours]


def test_pages_that_share_a_channel_keep_their_own_hours() -> None:
    messages = [
        row
        for customer, page in (("a", "page"), ("b", "shop"))
        for row in thread([(0, "c"), (24 * HOUR, "h")], customer=customer, business_id=page)
    ]
    for names, hours in (
        ({"page": "Mo-Fr 09:00-10:00"}, [1, 3]),
        ({"messenger": "Mo-Fr 09:00-11:00", "page": "24/7"}, [24, 2]),
        ({"whatsapp": "24/7"}, [3, 3]),
    ):
        rules = Rules(senders=SENDERS, opening_hours=OWN, team_hours=names)
        found = of_conversations("human_opening_ms / 3600000", rules, messages=messages)
        assert [value for (value,) in found] == hours


@pytest.mark.parametrize(
    ("mode", "hours"), [("single_at_end", [2, 4.5, 2.5]), ("all_schedules", [4.5, 4.5, 2.5])]
)
def test_a_later_question_is_read_on_the_calendars_of_its_own_wait(
    mode: str, hours: list[float]
) -> None:
    """Asked again at 09:30 and answered at 14:00, with the hours of the ticket as before."""
    rules = Rules(hours_from="helpdesk", schedule_mode=mode, opening_hours=OWN)
    night = {"schedule_id": "night", "created_at": at(-7), "opening_hours": "24/7"}

    def said(number: int) -> list[dict[str, Any]]:
        more = {"platform": "other"} if number == 3 else {}
        told = [(-2, f"p{number}"), (-1, "eva"), (0.5, f"p{number}"), (5, "eva")]
        return [
            asked(number, hour, event_id=f"e{number}{place}", author_id=who, sequence=place, **more)
            for place, (hour, who) in enumerate(told)
        ]

    tables = {
        "tickets": [ticket(1), ticket(2), ticket(3, platform="other")],
        "ticket_events": [*said(1), *said(2), *said(3)],
        "schedules": [EARLY, LATE, night],
        "ticket_schedules": [
            assigned(1, -3, "night"),
            assigned(1, 1, "early"),
            # Half an hour of the night, two and a half of the early hours, one and a half of the
            # late ones.
            assigned(1, 3.5, "late"),
        ],
    }
    with database_of(**tables) as database:
        ensure_built(database, rules)
        found = database.con.execute(
            "select human_opening_ms / 3600000 from reply_legs join threads using (thread_key) "
            "where position > 1 order by threads.customer_id"
        ).fetchall()
    assert [value for (value,) in found] == [pytest.approx(one) for one in hours]
