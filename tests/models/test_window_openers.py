"""What lets a business write for how long: messages, reactions, clicks and the day's policy."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from convocommerce.building import ensure_built, ruling
from convocommerce.rules import Rules
from convocommerce.windows import WINDOW_RULES, WindowRule
from tables import SENDERS, T0, at, database_of, thread

MINUTE, HOUR, DAY = 60, 3600, 86_400
RULES = Rules(senders=SENDERS)


def windows(rules: Rules = RULES, **tables: Any) -> list[tuple[str, float]]:
    """Return each opener's message and the hours from it until its window closes."""
    with database_of(**tables) as database:
        ensure_built(database, rules)
        found = database.con.execute(
            "select message_id, opened_at, closes_at from window_openers "
            "join messages using (message_key) order by opened_at, message_id, closes_at"
        ).fetchall()
    return [(name, (closes - opened) / dt.timedelta(hours=1)) for name, opened, closes in found]


def said(seconds: float, code: str, name: str, **more: Any) -> dict[str, Any]:
    (message,) = thread([(seconds, code)], **more)
    return message | {"message_id": name}


def shifted(day: str, rows: list[dict[str, Any]], column: str) -> list[dict[str, Any]]:
    later = dt.datetime.fromisoformat(day) - T0
    return [row | {column: row[column] + later} for row in rows]


@pytest.mark.parametrize(
    ("channel", "day", "hours"),
    [
        # The tag for people's answers came on 4 March 2020.
        ("messenger", "2020-03-03T23:59:59.999", 24),
        ("messenger", "2020-03-04", 168),
        ("instagram", "2020-03-03T23:59:59.999", 24),
        ("instagram", "2020-03-04", 168),
        ("whatsapp", "2026-03-02", 24),
    ],
)
def test_the_policy_of_the_day_says_how_long(channel: str, day: str, hours: float) -> None:
    rows = shifted(day, [said(0, "c", "q", channel=channel)], "sent_at")
    assert windows(messages=rows) == [("q", hours)]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-31T23:59:59.999", 24), ("2026-04-01", 12)])
def test_a_policy_holds_until_the_day_of_the_next_one(
    monkeypatch: pytest.MonkeyPatch, day: str, hours: float
) -> None:
    first = WindowRule("whatsapp", "any", "any", None, 24)
    then = replace(first, since=dt.date(2026, 4, 1), hours=12)
    monkeypatch.setattr(ruling, "WINDOW_RULES", (first, then))
    rows = shifted(day, [said(0, "c", "q", channel="whatsapp")], "sent_at")
    assert windows(messages=rows) == [("q", hours)]


def test_a_channel_without_a_policy_has_no_windows() -> None:
    assert windows(messages=[said(0, "c", "q", channel="livechat")]) == []


def test_whatever_the_customer_writes_opens_and_nobody_else() -> None:
    """Before the answer and after it: a later question has its own window to be answered in."""
    messages = [
        said(0, "c", "1"),
        said(10, "b", "2"),
        said(20, "c", "3"),
        said(30, "c", "4"),
        said(30, "h", "5") | {"sequence": 1},
        said(40, "c", "6"),
    ]
    assert [name for name, _ in windows(messages=messages)] == ["1", "3", "4", "6"]


def test_a_conversation_knows_the_last_of_its_openers_and_its_windows() -> None:
    rows = shifted(
        "2026-09-28", [said(9, "c", "1"), said(99, "c", "2"), said(120, "h", "3")], "sent_at"
    )
    came = {"touchpoint_id": "t", "occurred_at": rows[0]["sent_at"]}
    with database_of(messages=rows, touchpoints=[came]) as database:
        ensure_built(database, RULES)
        found = database.con.execute(
            "select last_opened_at, window_closes_at from conversations"
        ).fetchall()
    week = dt.timedelta(days=7)
    assert found == [(rows[1]["sent_at"], rows[1]["sent_at"] + week)]


@pytest.mark.parametrize(
    ("channel", "opens"), [("messenger", True), ("instagram", True), ("whatsapp", False)]
)
def test_a_reaction_opens_like_a_message_on_channels_of_meta(channel: str, opens: bool) -> None:
    messages = [
        said(0, "c", "1", channel=channel),
        said(60, "r", "2", channel=channel),
        said(90, "r", "3", channel=channel, direction="out"),
        said(95, "r", "4", channel=channel, kind="text", declared_role="note"),
        said(100, "r", "5", channel=channel),
        said(100, "h", "6", channel=channel),
        said(101, "r", "7", channel=channel),
    ]
    found = [name for name, _ in windows(messages=messages)]
    assert found == (["1", "2", "5", "7"] if opens else ["1"])


def test_a_reaction_belongs_to_its_own_thread_and_the_conversation_begun_before_it() -> None:
    """Before any conversation it opens nothing; in the instant in which one begins, that one."""
    messages = [
        said(0, "r", "0"),
        said(60, "c", "1"),
        said(60, "r", "2"),
        said(90, "h", "3"),
        said(3 * DAY, "c", "4"),
        said(3 * DAY + 60, "r", "5"),
        said(70, "c", "6", customer="ben"),
        said(4 * DAY, "r", "7", customer="cas"),
    ]
    assert [name for name, _ in windows(messages=messages)] == ["1", "2", "6", "4", "5"]


def test_a_reaction_of_somebody_left_out_opens_nothing() -> None:
    messages = [said(0, "c", "1"), said(60, "r", "2"), said(9, "c", "3", customer="ben")]
    found = windows(Rules(senders=SENDERS, exclude_customers=("ann",)), messages=messages)
    assert [name for name, _ in found] == ["3"]


def test_the_time_of_a_reaction_by_a_clock_on_the_wall_is_read_in_the_rules_zone() -> None:
    """At 10:30 in Amsterdam it is 09:30 in UTC; a time that is in UTC already stays."""
    messages = [
        said(0, "c", "1"),
        said(1.5 * HOUR, "r", "2") | {"is_local": True},
        said(1.5 * HOUR, "r", "3"),
    ]
    with database_of(messages=messages) as database:
        ensure_built(database, Rules(senders=SENDERS, time_zone="Europe/Amsterdam"))
        sql = "select opened_at from window_openers order by 1"
        found = database.con.execute(sql).fetchall()
    assert found == [(at(0),), (at(30 * MINUTE),), (at(1.5 * HOUR),)]


def click(seconds: float, name: str = "t", **more: Any) -> dict[str, Any]:
    return {"touchpoint_id": name, "occurred_at": at(seconds), "ad_id": "ad1", **more}


@pytest.mark.parametrize(
    ("day", "touch", "ads", "is_long"),
    [
        ("2026-09-28", {}, [], True),
        ("2026-09-27T23:00", {}, [], False),
        ("2026-09-28", {"entry_point": "inbox_ad"}, [], True),
        ("2026-09-28", {"entry_point": "link"}, [], False),
        ("2026-09-28", {"entry_point": "sponsored_message"}, [], False),
        # The list of ads says better what form an ad had, but nothing of what was no ad.
        ("2026-09-28", {}, [{"entry_point": "inbox_ad"}], True),
        ("2026-09-28", {}, [{"entry_point": "sponsored_message"}], False),
        ("2026-09-28", {}, [{"entry_point": None}], True),
        ("2026-09-28", {"entry_point": "link"}, [{"entry_point": "ad"}], False),
    ],
)
def test_a_click_on_an_ad_opens_longer_from_the_policy_on(
    monkeypatch: pytest.MonkeyPatch, day: str, touch: Any, ads: Any, is_long: bool
) -> None:
    """Told with an ad's window of ten days, for that of people's answers is as long as it."""
    _lengthen(monkeypatch)
    messages = shifted(day, [said(0, "c", "q")], "sent_at")
    touches = shifted(day, [click(0, **touch)], "occurred_at")
    listed = [{"object_id": "ad1", **one} for one in ads]
    found = windows(messages=messages, touchpoints=touches, ad_objects=listed)
    assert found == [("q", 240 if is_long else 168)]


def test_only_the_first_message_after_each_click_opens_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One of two customers clicks twice, the second time as she writes; a reaction is none."""
    _lengthen(monkeypatch)
    day = "2026-10-01"
    messages = [
        said(0, "c", "1"),
        said(50, "c", "2"),
        said(100, "c", "3"),
        said(100, "c", "4") | {"sequence": 1},
        said(150, "c", "5"),
        said(160, "r", "7"),
        said(90, "c", "6", customer="ben"),
    ]
    touches = [click(0, "a"), click(100, "b")]
    found = windows(
        messages=shifted(day, messages, "sent_at"),
        touchpoints=shifted(day, touches, "occurred_at"),
    )
    assert [name for name, hours in found if hours == 240] == ["1", "3"]
    assert [name for name, hours in found if hours == 168] == ["2", "6", "4", "5", "7"]


def test_a_click_during_a_talk_opens_by_the_next_message(monkeypatch: pytest.MonkeyPatch) -> None:
    _lengthen(monkeypatch)
    messages = shifted("2026-10-01", [said(0, "c", "1"), said(50, "c", "2")], "sent_at")
    touches = shifted("2026-10-01", [click(20)], "occurred_at")
    found = windows(messages=messages, touchpoints=touches)
    assert found == [("1", 168), ("2", 240)]


def _lengthen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an ad's window of Messenger be ten days, so that it is seen beside that of people."""
    longer = [replace(one, hours=240) if one.entry == "ad" else one for one in WINDOW_RULES]
    monkeypatch.setattr(ruling, "WINDOW_RULES", tuple(longer))
