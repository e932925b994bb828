"""All that each system tells of drawn tickets and chats, at any as-of, against plain Python."""

from __future__ import annotations

import dataclasses
import datetime as dt
from random import Random
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.periods import Period
from convocommerce.profiles import CaseTime, case_times, reconcile
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from desks import PEOPLE, ticket
from helpdesk_tables import Schedule
from opening_twin import open_seconds
from profile_chatwoot_twin import chatwoot
from profile_events import Desk, Row, Tables
from profile_reasons_twin import differences
from profile_twins import TWINS, meta_page
from tables import SENDERS, at, database_of, thread

DAY = 86400
OFFICE = Schedule(
    1, "Amsterdam", [(day * 1440 + 540, day * 1440 + 1020) for day in range(1, 6)], at(0)
)
RULES = Rules(senders=SENDERS, opening_hours="Mo-Fr 09:00-17:00", time_zone="Europe/Amsterdam")
KNOW_HOURS = ("canonical", "zendesk_native", "chatwoot", "intercom")
LISTS = ("reply_seconds", "resolution_seconds", "bot_resolution_seconds")
BLANK: Row = {
    field.name: [] if field.name in LISTS else None for field in dataclasses.fields(CaseTime)
}


def draw(random: Random) -> Tables:
    """Draw tickets and chats of every kind."""
    tables: Tables = {"messages": []}
    for number in range(45):
        for name, rows in draw_ticket(random, number).items():
            tables[name] = [*tables.get(name, []), *rows]
    tables["people"] = [
        *PEOPLE,
        *({"person_id": f"t{number}", "role": "customer"} for number in range(45) if number % 9),
    ]
    for number in range(35):
        events = draw_events(random, "ccchhebanmxHsr", 0, (0, 3, 600, 4000, DAY, 3 * DAY, 8 * DAY))
        talk = thread(events, customer=f"c{number}")
        if random.random() < 0.15:
            talk[0]["is_cut_off"] = True
        for message in talk:
            if message.get("app_id") == "helpdesk" and random.random() < 0.5:
                message["agent_id"] = random.choice(["eva", "joe"])
        tables["messages"] += talk
    return tables


def draw_events(
    random: Random, codes: str, begin: float, waits: tuple[float, ...]
) -> list[tuple[float, str]]:
    seconds, events = begin, []
    for _ in range(random.randint(1, 9)):
        code = random.choice(codes)
        if code in "SOH":
            # No two changes of a status in one instant: nothing says which came first.
            seconds += random.choice([0.6, 1, 2, 3])
        events.append((seconds, code))
        seconds += random.choice(waits)
        seconds += random.choice([0.7, 1]) if code in "SOH" else random.choice([0, 0, 0.4])
    return events


def draw_ticket(random: Random, number: int) -> Tables:
    codes = random.choice(["cccchhjunba", "cchhjuaBHSO", "chBHnS", "cchjxnOS", "hhjnc"])
    begin = random.choice([0, 0, -40, 7, 30 * DAY])
    events = draw_events(random, codes, begin, (0, 0, 1, 3, 600, 4000, DAY, 3 * DAY))
    created = random.choice([0, 0, events[0][0], events[0][0], events[-1][0], begin - 50])
    more: dict[str, Any] = {"customer_id": f"t{number}"}
    if random.random() < 0.1:
        more["customer_id"] = random.choice(["eva", "joe"])
    if random.random() < 0.35:
        more["status"] = random.choice(["open", "solved", "closed", "merged", "deleted"])
    one: Tables = ticket(events, number, created, **more)
    for event in one["ticket_events"]:
        if event.get("author_id") == "ann":
            event["author_id"] = f"t{number}"
    if random.random() < 0.6:
        draw_history(random, one, number, created)
    if random.random() < 0.3:
        draw_chat(random, one)
    return one


def draw_history(random: Random, one: Tables, number: int, created: float) -> None:
    """Draw changes of status between the seconds of what was said."""
    seconds = created + random.choice([0, 0, 0.05, 500])
    before: str | None = None
    for place in range(random.randint(1, 6)):
        status = random.choice(["new", "open", "pending", "hold", "solved", "open", "solved"])
        change = {"ticket_id": str(number), "event_id": f"{number}-s{place}", "status": status}
        change["changed_at"] = at(seconds + 0.013 * place)
        if random.random() < 0.6:
            change["status_before"] = before
        one["ticket_statuses"].append(change)
        before = status
        seconds += random.choice([1, 1.9, 65, 4000, DAY])
    if random.random() < 0.3:
        change = {"ticket_id": str(number), "event_id": f"{number}-z", "status": "closed"}
        one["ticket_statuses"].append({**change, "changed_at": at(seconds + DAY)})


def draw_chat(random: Random, one: Tables) -> None:
    """Make a ticket one of messaging, of which comments tell once more what its log tells."""
    one["tickets"][0]["is_messaging"] = True
    told = random.choice([("log",), ("chat",), ("log", "chat")])
    for event in one["ticket_events"]:
        if event.get("kind", "text") == "text" and random.random() < 0.8:
            event |= {"told_as": random.choice(told), "is_transcript": False}
            if random.random() < 0.2:
                event["kind"] = "attachment"


def spoken(database: Database, as_of: dt.datetime) -> list[Row]:
    found = database.con.execute(
        "select placed.*, placed.role::varchar as role, threads.channel, threads.business_id,"
        " threads.customer_id from conversation_messages as placed join threads using (thread_key)"
        " where placed.sent_at <= ? and placed.role not in ('handoff', 'close')",
        [as_of],
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, one, strict=True)) for one in found.fetchall()]


def comparable(told: Row, desk: Desk, profile: str) -> Row:
    """Complete a twin's row as every row is told."""
    told = BLANK | told
    case = next(one for one in desk.cases if one.name == told["case_id"])
    if told["conversation_ids"] is None:
        known = [one["conversation_id"] for one in case.conversations]
        own = profile in ("canonical", "meta_page")
        told["conversation_ids"] = [told["conversation_id"]] if own else sorted(known)
    if profile in KNOW_HOURS and told["reason"] is None:
        told["opening_seconds"] = open_seconds(OFFICE, told["started_at"], told["ended_at"])
    return {name: sorted(value) if name in LISTS else value for name, value in told.items()}


def rounded(value: Any) -> Any:
    """Leave out what sums of fractions of a second differ by."""
    return round(value, 6) if isinstance(value, float) else value


def key(told: Row) -> tuple[Any, ...]:
    return told["case_id"], told["conversation_id"] or 0, told["again"]


@pytest.fixture(scope="module", params=range(2))
def drawn(request: pytest.FixtureRequest) -> tuple[Random, Tables, Database]:
    random = Random(request.param)
    tables = draw(random)
    database = database_of(**tables)
    ensure_built(database, RULES)
    return random, tables, database


@pytest.mark.parametrize("profile", [*TWINS, "chatwoot", "meta_page"])
def test_all_that_is_told(drawn: tuple[Random, Tables, Database], profile: str) -> None:
    random, tables, database = drawn
    instants = sorted(
        {one["sent_at"] for one in tables["messages"]}
        | {one["happened_at"] for one in tables["ticket_events"]}
    )
    for as_of in (at(70 * DAY), random.choice(instants), random.choice(instants)):
        desk = Desk(database, tables, as_of)
        if profile == "meta_page":
            twin = meta_page(desk, spoken(database, as_of))
        else:
            twin = {**TWINS, "chatwoot": chatwoot}[profile](desk)
        wanted = sorted((comparable(one, desk, profile) for one in twin), key=key)
        rows = [dataclasses.asdict(one) for one in case_times(database.con, profile, None, as_of)]
        for one in rows:
            one |= {name: sorted(one[name]) for name in LISTS}
            one["conversation_ids"] = list(one["conversation_ids"])
        found = sorted(rows, key=key)
        assert [key(one) for one in found] == [key(one) for one in wanted]
        for mine, theirs in zip(found, wanted, strict=True):
            both = {name: (rounded(mine[name]), rounded(theirs[name])) for name in BLANK}
            differ = {name: (one, two) for name, (one, two) in both.items() if one != two}
            assert not differ, (mine["case_id"], as_of)


PAIRS = [
    ("canonical", "zendesk_native"), ("dbt_zendesk", "canonical"), ("canonical", "chatwoot"),
    ("gorgias", "canonical"), ("canonical", "meta_page"), ("plain", "intercom"),
    ("zendesk_native", "dbt_zendesk"), ("chatwoot", "gorgias"), ("meta_page", "plain"),
]  # fmt: skip


@pytest.mark.parametrize("names", PAIRS, ids="-".join)
def test_why_two_systems_part(
    drawn: tuple[Random, Tables, Database], names: tuple[str, str]
) -> None:
    _, tables, database = drawn
    as_of = at(70 * DAY)
    desk = Desk(database, tables, as_of)
    a, b = (case_times(database.con, name, None, as_of) for name in names)
    for clock in ("calendar", "opening"):
        for period in (None, Period("2026-03-02"), Period("2026-W10")):
            told = reconcile(database.con, *names, period, as_of, hours=clock)
            found = {
                (one.case_id, one.conversation_id, one.again): (
                    one.a_seconds,
                    one.b_seconds,
                    {part.reason: part.seconds for part in one.parts},
                )
                for one in told.differences
            }
            wanted = dict(differences(desk, (a, b), names, period, clock, open_between))
            assert found.keys() == wanted.keys()
            for key in found:
                assert found[key] == wanted[key], (clock, period, key)


def open_between(start: dt.datetime, end: dt.datetime) -> float:
    return open_seconds(OFFICE, start, end)
