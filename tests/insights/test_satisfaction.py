"""What was judged, on which scale, by whom it was answered, and how many judged at all."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.errors import UnknownNameError
from convocommerce.insights import (
    RatingResponse,
    Satisfaction,
    rating_response,
    satisfaction,
)
from convocommerce.periods import Period
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, at, database_of, thread

YEAR = Period("2026")
DAY = 86400
LATER = at(60 * DAY)

Row = dict[str, Any]


def shop(messages: list[Row], ratings: list[Row], **tables: list[Row]) -> Database:
    given = [
        {"rating_id": str(number), "rated_at": at(DAY), **row} for number, row in enumerate(ratings)
    ]
    database = database_of(messages=messages, ratings=given, **tables)
    ensure_built(database, Rules(senders=SENDERS))
    return database


def judged(
    database: Database, by: str | None = None, period: Period = YEAR, as_of: dt.datetime = LATER
) -> list[Satisfaction]:
    return satisfaction(database.con, period, as_of, by=by)


def responses(database: Database, by: str | None = None) -> list[RatingResponse]:
    return rating_response(database.con, YEAR, LATER, by=by)


def talk(who: str, wait: float | None = 60, agent: str = "eva", **more: Any) -> list[Row]:
    events = [(0, "c"), *([] if wait is None else [(wait, "h")])]
    return [
        {**one, "agent_id": agent if one["direction"] == "out" else None}
        for one in thread(events, who, **more)
    ]


def of(who: str, **more: Any) -> Row:
    return {"channel": "messenger", "business_id": "page", "customer_id": who, **more}


GOOD: Row = {"score": 1, "is_good": True}
BAD: Row = {"score": 0, "is_good": False}


def test_good_and_bad_have_a_share_and_no_mean() -> None:
    database = shop(talk("ann"), [of("ann", **GOOD), of("ann", **GOOD), of("ann", **BAD)])
    (row,) = judged(database)
    assert row == Satisfaction("all", "good_bad", 3, 3, 2, None)
    assert row.share == 2 / 3
    assert row.interval == (pytest.approx(0.2077, abs=1e-4), pytest.approx(0.9385, abs=1e-4))


def test_scales_are_never_mixed_and_tell_their_mean() -> None:
    ratings = [
        of("ann", scale="1_to_5", score=5, is_good=True),
        of("ann", scale="1_to_5", score=2, is_good=False),
        of("ann", scale="0_to_10", score=9),
    ]
    ten, five = judged(shop(talk("ann"), ratings))
    assert five == Satisfaction("all", "1_to_5", 2, 2, 1, 3.5)
    assert ten == Satisfaction("all", "0_to_10", 1, 0, 0, 9.0)
    assert (ten.share, ten.interval) == (None, (None, None))


def test_by_who_answered_and_how_soon() -> None:
    messages = [*talk("ann"), *talk("bob", 7200, "joe"), *talk("eve", None)]
    database = shop(
        messages,
        [of("ann", **GOOD), of("bob", **BAD), of("bob", agent_id="mia", **GOOD), of("eve", **BAD)],
    )
    agents = {row.group: (row.n, row.good) for row in judged(database, "agent")}
    assert agents == {"eva": (1, 1), "joe": (1, 0), "mia": (1, 1), "none": (1, 0)}
    speeds = {row.group: (row.n, row.good) for row in judged(database, "answer_speed")}
    assert speeds == {"within 5 min": (1, 1), "1 to 24 h": (2, 1), "not answered": (1, 0)}
    assert responses(database) == [RatingResponse("all", 2, 2)]
    assert responses(database, "agent") == [
        RatingResponse("eva", 1, 1),
        RatingResponse("joe", 1, 1),
    ]


def test_the_share_of_answered_conversations_that_were_judged() -> None:
    mail = [{**one, "channel": "email"} for one in talk("dan")]
    messages = [*talk("ann"), *talk("bob"), *talk("eve", None), *mail]
    (row,) = responses(shop(messages, [of("ann", **GOOD), of("ann", **BAD)]))
    # Nobody ever judged by mail, and nobody answered Eve.
    assert (row, row.share) == (RatingResponse("all", 2, 1), 0.5)
    assert responses(shop(messages, [])) == []


def test_a_judgement_belongs_to_the_last_conversation_before_it() -> None:
    messages = [
        *talk("ann"),
        *[
            {**one, "message_id": f"later-{n}", "sent_at": one["sent_at"] + dt.timedelta(days=3)}
            for n, one in enumerate(talk("ann", 7200, "joe"))
        ],
    ]
    early, late = of("ann", **GOOD), of("ann", rated_at=at(4 * DAY), **BAD)
    found = {row.group: row.good for row in judged(shop(messages, [early, late]), "agent")}
    assert found == {"eva": 1, "joe": 0}


def test_the_message_or_the_case_says_what_was_judged() -> None:
    messages = [*talk("ann"), *talk("bob", agent="joe", case_id="7")]
    by_message = {"message_id": "ann-0001", "channel": None, **GOOD}
    by_case = {"case_id": "7", **BAD}
    found = {row.group: row.n for row in judged(shop(messages, [by_message, by_case]), "agent")}
    assert found == {"eva": 1, "joe": 1}


def test_cases_of_another_system_with_the_same_number_are_not_meant() -> None:
    messages = talk("bob", agent="joe", case_id="7", export="chatwoot/conversations")
    database = shop(messages, [{"platform": "zendesk", "case_id": "7", **BAD}])
    assert [row.group for row in judged(database, "agent")] == ["unknown"]
    own = shop(messages, [{"platform": "chatwoot", "case_id": "7", **BAD}])
    assert [row.group for row in judged(own, "agent")] == ["joe"]


def test_tickets_are_judged_by_their_number() -> None:
    ticket = {"ticket_id": "7", "customer_id": "c1", "created_at": at(0)}
    events = [
        {"event_id": "1", "ticket_id": "7", "happened_at": at(0), "author_id": "c1"},
        {"event_id": "2", "ticket_id": "7", "happened_at": at(60), "author_id": "eva"},
    ]
    people = [{"person_id": "eva", "role": "human"}]
    database = shop(
        [], [{"case_id": "7", **GOOD}], tickets=[ticket], ticket_events=events, people=people
    )
    assert judged(database, "agent") == [Satisfaction("eva", "good_bad", 1, 1, 1, None)]
    assert responses(database) == [RatingResponse("all", 1, 1)]


def test_only_what_was_given_in_the_period_and_known_by_then() -> None:
    database = shop(talk("ann"), [of("ann", **GOOD)])
    assert judged(database, period=Period("2026-03-02")) == []
    assert judged(database, as_of=at(DAY - 1)) == []
    assert len(judged(database, period=Period("2026-03-03"), as_of=at(DAY))) == 1
    with pytest.raises(UnknownNameError):
        judged(database, "weather")
