"""Chatwoot's log, as it would be written: what starts the clock, and what stops it."""

from __future__ import annotations

from random import Random

import pytest

from convocommerce.profiles import CaseTime
from desks import desk, ticket, told

DAY = 86400
Events = list[tuple[float, str]]


def log(events: Events) -> CaseTime:
    (row,) = told(desk(ticket(events)), "chatwoot")
    return row


@pytest.mark.parametrize(
    ("events", "first"),
    [
        pytest.param([(0, "c"), (600, "h")], 600, id="plain"),
        pytest.param([(0, "h"), (3600, "c"), (3900, "h")], 0, id="the business begins"),
        pytest.param([(0, "c"), (3, "B"), (300, "H"), (900, "h")], 600, id="hand-over"),
        pytest.param([(0, "c"), (3, "B"), (900, "h")], 900, id="bot without a hand-over"),
        pytest.param([(0, "c"), (1800, "hold"), (3600, "open"), (3660, "h")], 60, id="put off"),
        pytest.param([(0, "c"), (600, "hold"), (3600, "c"), (3660, "h")], 60, id="woken"),
        pytest.param([(0, "c"), (600, "solved"), (5000, "c"), (5060, "h")], 60, id="written again"),
        pytest.param([(0, "c"), (600, "solved"), (900, "open"), (1000, "h")], 100, id="reopened"),
        pytest.param([(0, "c"), (100, "x"), (900, "h")], 100, id="refused"),
        pytest.param([(0, "c"), (10, "a"), (20, "n"), (900, "h")], 900, id="rules and notes"),
        pytest.param(
            [(0, "c"), (3, "B"), (60, "solved"), (5 * DAY, "c"), (5 * DAY + 600, "h")],
            5 * DAY + 540,
            id="solved by the bot and back to it",
        ),
        pytest.param([(0, "c"), (5, "B")], None, id="nobody"),
        pytest.param([(0, "c"), (300.4, "h")], 300, id="whole seconds"),
        pytest.param([(0, "c"), (60, "H"), (600, "h"), (700, "H"), (900, "h")], 540, id="once"),
    ],
)
def test_the_first_response(events: Events, first: float | None) -> None:
    assert log(events).calendar_seconds == first


@pytest.mark.parametrize(
    ("events", "waits"),
    [
        ([(0, "c"), (600, "h"), (900, "c"), (1000, "h")], (100,)),
        ([(0, "c"), (600, "h"), (700, "h")], ()),
        # The answer of a bot clears the wait as well: 350 and not 400.
        ([(0, "c"), (1, "h"), (1000, "c"), (1005, "B"), (1050, "c"), (1400, "h")], (350,)),
        ([(0, "c"), (1, "h"), (1000, "c"), (1005, "B"), (1400, "h")], ()),
        # So does solving.
        ([(0, "c"), (1, "h"), (1000, "c"), (1100, "solved"), (1400, "h")], ()),
        # A refused answer is one, a note is none.
        ([(0, "c"), (1, "h"), (1000, "c"), (1100, "n"), (1200, "x"), (1400, "h")], (200,)),
        ([(0, "c"), (1, "h"), (1000, "c"), (1200, "c"), (1400, "h")], (400,)),
    ],
)
def test_reply_times(events: Events, waits: tuple[float, ...]) -> None:
    assert log(events).reply_seconds == waits


def test_every_solving_counts_from_the_very_beginning() -> None:
    row = log([(0, "c"), (60, "h"), (600, "solved"), (86000, "c"), (87000, "solved")])
    assert row.resolution_seconds == (600, 87000)
    assert row.n_reopens == 1


def test_a_change_that_is_told_twice_is_one() -> None:
    one = ticket([(0, "c"), (60, "h"), (600, "solved")])
    one["ticket_events"] += ticket([(600.4, "S")], number=1)["ticket_events"]
    one["ticket_events"][-1]["event_id"] = "line"
    (row,) = told(desk(one), "chatwoot")
    assert row.resolution_seconds == (600,)


def replay(events: Events) -> tuple[int | None, list[int], list[int]]:
    """Walk through one log, keeping the state that the helpdesk keeps."""
    status, waiting, first = "open", 0.0, None
    has_bot = any(code in ("B", "H") for _, code in events)
    opened: list[float] = []
    bot_solved: list[float] = []
    handed, humans = False, 0
    replies: list[int] = []
    solved: list[int] = []
    waits: float | None = waiting
    for at, code in events:
        if code == "c":
            if status == "hold" or (status == "solved" and not has_bot):
                opened.append(at)
                status = "open"
            elif status == "solved":
                status = "pending"
            waits = at if waits is None else waits
        elif code in ("h", "x"):
            humans += 1
            if first is None:
                start = max(opened) if opened else bot_solved[-1] if bot_solved else 0
                first = int(at) - int(start)
            elif waits is not None:
                replies.append(int(at) - int(waits))
            waits = None
        elif code == "n":
            # A note is no answer, but then the bot did not solve it alone.
            humans += 1
        elif code == "B":
            waits = None
        elif code == "H" and not handed:
            handed = True
            opened.append(at)
            status = "open"
            waits = at if waits is None else waits
        elif code == "solved" and status != "solved":
            status = "solved"
            solved.append(int(at))
            waits = None
            if has_bot and not humans:
                bot_solved.append(at)
        elif code == "hold" and status == "open":
            status = "hold"
        elif code == "open" and status in ("hold", "solved", "pending"):
            status = "open"
            opened.append(at)
    return first, replies, solved


def random_log(random: Random) -> Events:
    """Draw a log that a helpdesk could have written: a status changes to another one only."""
    codes = random.choice(["cch", "cchx", "ccBh", "ccBhx"])
    events: Events = [(0, "c")]
    status, handed = "open", "B" not in codes
    has_bot = "B" in codes
    seconds = 0.0
    for _ in range(random.randint(1, 14)):
        seconds += random.choice([3, 7, 60, 3600, 86400])
        options = [*codes, "n", "a"]
        if status == "open":
            options += ["solved", "hold"]
        if status in ("hold", "solved"):
            options += ["open"]
        if not handed and status == "open":
            options += ["H"]
        code = random.choice(options)
        events.append((seconds, code))
        if code == "H":
            handed = True
        elif code in ("solved", "hold", "open"):
            status = code
        elif code == "c":
            status = {"hold": "open", "solved": "pending" if has_bot else "open"}.get(
                status, status
            )
        if code == "c" and status == "pending":
            # What the bot has again is handed over before anybody solves it.
            status = "bot"
        if status == "bot" and code in ("h", "x"):
            events.append((seconds + 1, "open"))
            seconds, status = seconds + 1, "open"
    return events


@pytest.mark.parametrize("seed", range(6))
def test_random_logs_against_walking_through_them(seed: int) -> None:
    random = Random(seed)
    logs = [random_log(random) for _ in range(60)]
    rows = told(desk(*(ticket(events, number) for number, events in enumerate(logs))), "chatwoot")
    found = {int(row.case_id.split(":")[1]): row for row in rows}
    for number, events in enumerate(logs):
        first, replies, solved = replay(events)
        row = found[number]
        said = (row.calendar_seconds, list(row.reply_seconds), list(row.resolution_seconds))
        assert said == (first, replies, solved), events
