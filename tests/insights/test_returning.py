"""Who came back after a talk, and how that talk was answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.errors import UsageError
from convocommerce.insights import Returning, returning
from convocommerce.periods import Period
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from oracle_compare import built
from oracle_shops import draw_shop
from tables import SENDERS, at, database_of, thread

YEAR = Period("2026")
DAY = 86400
LATER = at(90 * DAY)
WEEK = dt.timedelta(days=7)


def found(
    *people: list[tuple[float, str]],
    period: Period = YEAR,
    as_of: dt.datetime = LATER,
    within: dt.timedelta = WEEK,
    **more: Any,
) -> list[Returning]:
    messages = [
        one for number, events in enumerate(people) for one in thread(events, f"p{number}", **more)
    ]
    database = database_of(messages=messages)
    ensure_built(database, Rules(senders=SENDERS))
    return returning(database.con, period, as_of, within=within)


QUICK, LATE, NEVER = "answered quickly", "answered late", "not answered"


def test_the_first_talk_of_three_people() -> None:
    first = Period("2026-03-02")
    rows = found(
        [(0, "c"), (60, "h"), (3 * DAY, "c")],
        [(0, "c"), (60, "h")],
        [(0, "c"), (301, "h"), (8 * DAY + 301, "c")],
        [(0, "c"), (3 * DAY, "c"), (3 * DAY + 60, "h")],
        period=first,
    )
    assert rows == [
        Returning(QUICK, 2, 1, 0, 2, 1),
        Returning(LATE, 1, 0, 0, 1, 0),
        # The answer came in the second talk, after they had come back without one.
        Returning(NEVER, 1, 1, 0, 1, 1),
    ]
    assert [row.share for row in rows] == [0.5, 0, 1]
    assert rows[0].interval[0] == pytest.approx(0.0945, abs=1e-4)
    assert rows[0].contact_share == 0.5


@pytest.mark.parametrize(("again", "back"), [(7 * DAY + 60, 1), (7 * DAY + 61, 0)])
def test_the_time_to_come_back_runs_from_the_last_message(again: float, back: int) -> None:
    (row,) = found([(0, "c"), (60, "h"), (again, "c")], period=Period("2026-03-02"))
    assert (row.talks, row.came_back) == (1, back)


def test_who_can_still_come_back_is_open() -> None:
    people = [(0, "c"), (60, "h")]
    assert found(people, as_of=at(7 * DAY + 59)) == [Returning(QUICK, 0, 0, 1, 0, 0)]
    assert found(people, as_of=at(7 * DAY + 60)) == [Returning(QUICK, 1, 0, 0, 1, 0)]
    assert found(people, as_of=at(7 * DAY))[0].share is None


def test_who_came_back_early_does_not_count_before_who_stayed_away_can() -> None:
    people = [[(0, "c"), (60, "h"), (2 * DAY, "c")], [(0, "c"), (60, "h")]]
    first = Period("2026-03-02")
    early = found(*people, period=first, as_of=at(3 * DAY))
    assert early == [Returning(QUICK, 0, 0, 2, 0, 0)]
    assert found(*people, period=first, as_of=at(8 * DAY))[0].share == 0.5


def test_one_person_with_two_talks_is_one_contact() -> None:
    events = [(0, "c"), (60, "h"), (2 * DAY, "c"), (2 * DAY + 60, "h")]
    assert found(events) == [Returning(QUICK, 2, 1, 0, 1, 1)]


def test_a_business_that_writes_first_brings_nobody_back() -> None:
    events = [(0, "c"), (60, "h"), (2 * DAY, "m"), (2 * DAY + 60, "c"), (2 * DAY + 90, "h")]
    first = found(events, period=Period("2026-03-02"))
    assert first == [Returning(QUICK, 1, 0, 0, 1, 0)]
    # The talk that it began is a talk of its own, answered after the person wrote.
    assert found(events, period=Period("2026-03-04")) == [Returning(QUICK, 1, 0, 0, 1, 0)]


def test_only_a_person_answers_and_nothing_before_the_question_does() -> None:
    assert found([(0, "c"), (60, "b")])[0].answer_state == NEVER
    assert found([(0, "h"), (60, "c")])[0].answer_state == NEVER
    assert found([(0, "m")]) == []
    assert found() == []


def test_there_must_be_time_to_come_back_in() -> None:
    with pytest.raises(UsageError, match="some time"):
        found([], within=dt.timedelta(0))


def counted_plainly(
    database: Database, gap: dt.timedelta, quick: dt.timedelta, as_of: dt.datetime
) -> dict[str, list[int]]:
    """Walk through what every contact and the business wrote, message by message."""
    lines: dict[Any, list[tuple[dt.datetime, str]]] = {}
    for contact, sent_at, role in database.con.execute(
        "select contact_key, sent_at, role::varchar from conversation_messages"
        " where role not in ('handoff', 'close') and sent_at <= ?"
        " order by contact_key, sent_at, conversation_id, position",
        [as_of],
    ).fetchall():
        lines.setdefault(contact, []).append((sent_at, role))
    found: dict[str, list[int]] = {}
    for line in lines.values():
        talks: list[list[tuple[dt.datetime, str]]] = []
        for one in line:
            if talks and one[0] - talks[-1][-1][0] < gap:
                talks[-1].append(one)
            else:
                talks.append([one])
        for number, talk in enumerate(talks):
            places = [place for place, (_, role) in enumerate(talk) if role == "customer"]
            if not places:
                continue
            asked_at = talk[places[0]][0]
            answers = [at for at, role in talk[places[0] :] if role == "human"]
            state = NEVER if not answers else QUICK if answers[0] - asked_at <= quick else LATE
            ended_at = talk[-1][0]
            back = any(
                later[0][1] == "customer" and later[0][0] - ended_at <= WEEK
                for later in talks[number + 1 :]
            )
            counts = found.setdefault(state, [0, 0, 0])
            is_decided = ended_at + WEEK <= as_of
            counts[0] += is_decided
            counts[1] += is_decided and back
            counts[2] += not is_decided
    return found


@pytest.mark.parametrize("seed", range(5))
def test_drawn_shops_walked_through_one_by_one(seed: int) -> None:
    shop = draw_shop(seed)
    database, _ = built(shop)
    gap = dt.timedelta(hours=shop.rules.conversation_gap_hours)
    quick = dt.timedelta(minutes=shop.rules.quick_answer_minutes)
    ever = Period("2000-01-01..2099-12-31")
    for as_of in (shop.instants[len(shop.instants) // 2], shop.instants[-1] + WEEK):
        rows = returning(database.con, ever, as_of, within=WEEK)
        assert {
            row.answer_state: [row.talks, row.came_back, row.open] for row in rows
        } == counted_plainly(database, gap, quick, as_of)
