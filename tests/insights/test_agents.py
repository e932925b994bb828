"""Who answered how soon: credit, opening time, chance, and what stands for a name."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.errors import UsageError
from convocommerce.insights import Team, shown_as, team
from convocommerce.intervals import share_interval
from convocommerce.periods import Period
from convocommerce.rules import Rules
from convocommerce.shrinking import chance_limits, shrunken_shares
from tables import SENDERS, T0, at, database_of, thread

YEAR = Period("2026")
LATER = at(60 * 86400)
HOUR, DAY = 3600, 86400
DESK = "Mo-Fr 09:00-17:00"  # T0 is nine o'clock on a Monday

Row = dict[str, Any]


def chat(events: list[tuple[float, str, str | None]], customer: str) -> list[Row]:
    """Draw a thread whose answers are each by somebody: ``(seconds, code, who)``."""
    drawn = thread([(seconds, code) for seconds, code, _ in events], customer)
    return [{**one, "agent_id": who} for one, (_, _, who) in zip(drawn, events, strict=True)]


def told(
    *chats: list[tuple[float, str, str | None]],
    as_of: dt.datetime = LATER,
    period: Period = YEAR,
    rules: Rules | None = None,
    **more: Any,
) -> Team:
    messages = [one for number, events in enumerate(chats) for one in chat(events, f"c{number}")]
    database = database_of(messages=messages)
    ensure_built(database, rules or Rules(senders=SENDERS, opening_hours=DESK))
    return team(database.con, period, as_of, **more)


def counts(found: Team) -> dict[str, tuple[int, int]]:
    return {one.agent_id: (one.quick, one.answered) for one in found.agents}


def test_who_sends_the_answer_has_answered() -> None:
    found = told(
        # One question each by eva and joe in one conversation; joe's second message answers none.
        [(0, "c", None), (60, "h", "eva"), (90, "c", None), (600, "h", "joe"), (610, "h", "joe")],
        [(0, "c", None), (300, "h", "joe")],
    )
    assert counts(found) == {"eva": (1, 1), "joe": (1, 2)}
    assert (found.answered, found.quick, found.share) == (3, 2, 2 / 3)


def test_what_nobody_named_answered_is_nobodys() -> None:
    found = told(
        [(0, "c", None), (60, "h", None)],
        [(0, "c", None)],
        [(0, "c", None), (5, "b", None)],
        [(-HOUR, "c", None), (60, "h", "eva")],
        [(0, "c", None), (60, "h", "eva")],
    )
    assert counts(found) == {"eva": (1, 1)}
    assert (found.unnamed, found.unanswered, found.outside) == (1, 2, 1)


def test_waits_are_counted_in_opening_time() -> None:
    # Asked two minutes before closing, answered two minutes after opening the next day.
    evening = [(8 * HOUR - 120, "c", None), (DAY + 120, "h", "eva")]
    assert counts(told(evening)) == {"eva": (1, 1)}
    assert counts(told(evening, within=dt.timedelta(seconds=239))) == {"eva": (0, 1)}
    assert counts(told(evening, within=dt.timedelta(seconds=240))) == {"eva": (1, 1)}
    always = Rules(senders=SENDERS)
    assert counts(told(evening, rules=always)) == {"eva": (0, 1)}


def test_quick_is_what_the_rules_call_quick_unless_told() -> None:
    minute = [(0, "c", None), (60, "h", "eva")]
    assert told(minute).within == dt.timedelta(minutes=5)
    strict = Rules(senders=SENDERS, opening_hours=DESK, quick_answer_minutes=0.5)
    assert counts(told(minute, rules=strict)) == {"eva": (0, 1)}
    with pytest.raises(UsageError, match="more than no time"):
        told(minute, within=dt.timedelta(0))


def test_only_what_was_known_and_asked_in_the_period() -> None:
    one = [(0, "c", None), (60, "h", "eva")]
    assert counts(told(one, as_of=at(59))) == {}
    assert told(one, as_of=at(59)).unanswered == 1
    assert counts(told(one, period=Period("2025"))) == {}
    nothing = told(period=Period("2025"))
    assert (nothing.agents, nothing.share, nothing.answered) == ((), None, None)


def test_figures_are_those_of_the_shares() -> None:
    chats = [[(0, "c", None), (60 if i % 3 else 900, "h", "eva")] for i in range(12)]
    chats += [[(0, "c", None), (60 if i % 2 else 900, "h", "joe")] for i in range(8)]
    found = told(*chats)
    eva, joe = found.agents if found.agents[0].agent_id == "eva" else found.agents[::-1]
    assert (eva.quick, eva.answered, joe.quick, joe.answered) == (8, 12, 4, 8)
    assert eva.share_interval == share_interval(8, 12)
    estimates = shrunken_shares([(8, 12), (4, 8)])
    assert (eva.estimate, joe.estimate) == (estimates[0].value, estimates[1].value)
    assert eva.estimate_interval == estimates[0].interval
    assert joe.chance_interval == chance_limits(12 / 20, 8, 0.998)
    assert [eva.stands, joe.stands] == ["inside", "inside"]


def test_who_stands_apart_is_said_but_not_ranked() -> None:
    slow = [[(0, "c", None), (900, "h", "zed")] for _ in range(40)]
    quick = [[(0, "c", None), (60, "h", who)] for who in ("1001", "1002") for _ in range(60)]
    found = told(*slow, *quick)
    stands = {one.agent_id: one.stands for one in found.agents}
    assert stands == {"1001": "above", "1002": "above", "zed": "below"}
    names = [one.shown_as for one in found.agents]
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("agent_id", "is_shown"),
    [
        ("1234567", True),
        ("17841405060708091", True),
        ("agent:7", True),
        ("user-42", True),
        ("0b0a8f50-2c6e-4a8e-9a44-0d5f3f1e9b11", True),
        ("5f0c9d3b8e1a4c7d9e2f", True),
        ("anna", False),
        ("Anna Jansen", False),
        ("anna1990", False),
        ("deadbeefdeadbeef", False),
        ("jan@shop.example", False),
        ("+31612345678", False),
        ("31612345678", False),
        ("0612345678", False),
        ("agent:anna", False),
        ("", False),
    ],
)
def test_a_hash_stands_for_what_may_be_a_name(agent_id: str, is_shown: bool) -> None:
    shown = shown_as(agent_id)
    assert (shown == agent_id) is is_shown
    assert is_shown or (len(shown) == 6 and int(shown, 16) >= 0)


@pytest.mark.parametrize("seed", range(3))
def test_counted_again_minute_by_minute(seed: int) -> None:
    random = Random(seed)
    zone = dt.timedelta(hours=1)  # Amsterdam in the winter

    def is_open(minute: int) -> bool:
        local = T0 + dt.timedelta(minutes=minute) + zone
        return local.weekday() < 5 and 9 <= local.hour < 17

    chats, expected = [], dict.fromkeys(("7", "8", "9"), (0, 0))
    for _ in range(60):
        start = random.randrange(0, 5 * 24 * 60)
        length = random.choice((random.randrange(0, 12), random.randrange(0, 3000)))
        who = random.choice(("7", "8", "9"))
        chats.append([(60.0 * start, "c", None), (60.0 * (start + length), "h", who)])
        if is_open(start):
            quick, answered = expected[who]
            waited = sum(map(is_open, range(start, start + length)))
            expected[who] = (quick + (waited <= 10), answered + 1)
    rules = Rules(senders=SENDERS, opening_hours=DESK, time_zone="Europe/Amsterdam")
    found = told(*chats, rules=rules, within=dt.timedelta(minutes=10))
    assert counts(found) == expected
    assert found.outside == 60 - sum(n for _, n in expected.values())
