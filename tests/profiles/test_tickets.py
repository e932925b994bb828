"""What each system says of tickets drawn by hand, quirks included."""

from __future__ import annotations

from typing import Any

import pytest

from convocommerce.errors import UnknownNameError
from convocommerce.profiles import PROFILES, reconcile
from desks import LATER, desk, seconds_of, ticket, told
from tables import at, database_of, thread

DAY = 86400
Events = list[tuple[float, str]]


def cases(**wanted: dict[str, float | None]) -> list[Any]:
    return [
        pytest.param(profile, value, id=f"{name}-{profile}")
        for name, values in wanted.items()
        for profile, value in values.items()
    ]


def check(events: Events, wanted: dict[str, float | None], **more: Any) -> None:
    database = desk(ticket(events, **more))
    found = {}
    for profile in wanted:
        rows = told(database, profile)
        found[profile] = rows[0].calendar_seconds if rows else None
    assert found == wanted


def test_an_ordinary_ticket_is_the_same_everywhere() -> None:
    everybody = dict.fromkeys(set(PROFILES) - {"reported"}, 600.0)
    check([(0, "c"), (600, "h"), (900, "c"), (1000, "h")], everybody)


def test_an_answer_in_the_same_second() -> None:
    events: Events = [(0, "c"), (0, "h"), (500, "h")]
    check(events, {"canonical": 0, "zendesk_native": 0, "chatwoot": 0, "dbt_zendesk": 500})
    assert seconds_of(events[:2], "dbt_zendesk") is None


def test_a_ticket_that_an_agent_opens_waits_for_the_next_agent() -> None:
    events: Events = [(0, "h"), (3600, "c"), (3900, "h")]
    check(
        events,
        {
            "canonical": 300,
            "zendesk_native": 3900,
            "dbt_zendesk": 3900,
            "chatwoot": 0,
            "intercom": 300,
            "gorgias": None,
            "plain": None,
            # Somebody of the page wrote within the day before.
            "meta_page": None,
        },
    )
    # No customer need have written in between.
    check([(0, "h"), (700, "j")], {"zendesk_native": 700, "dbt_zendesk": 700, "canonical": None})


def test_a_ticket_that_only_an_agent_wrote_in_has_no_time() -> None:
    check([(0, "h")], {"zendesk_native": None, "dbt_zendesk": None, "chatwoot": 0})
    (row,) = told(desk(ticket([(0, "h")])), "zendesk_native")
    assert (row.reason, row.is_counted) == ("started by the business", False)


def test_a_note_before_the_first_comment_makes_that_comment_the_answer() -> None:
    check([(0, "n"), (600, "h"), (900, "h")], {"zendesk_native": 600, "dbt_zendesk": 600})
    check([(0, "c"), (60, "n"), (900, "h")], dict.fromkeys(set(PROFILES) - {"reported"}, 900.0))


def test_comments_of_people_who_are_not_listed() -> None:
    events: Events = [(0, "c"), (100, "u"), (600, "h")]
    check(events, {"canonical": 100, "zendesk_native": 100, "dbt_zendesk": 600})
    (row,) = told(desk(ticket([(0, "u")])), "dbt_zendesk")
    assert row.reason == "nobody known wrote"


def test_an_employee_who_asks_is_a_customer_and_for_the_package_an_agent() -> None:
    events: Events = [(0, "h"), (300, "h"), (600, "j")]
    wanted = {"canonical": 600.0, "zendesk_native": 600.0, "dbt_zendesk": 300.0}
    check(events, wanted, customer_id="eva")


def test_a_bot_under_the_number_of_an_agent() -> None:
    check(
        [(0, "c"), (3, "b"), (900, "h")],
        {
            "canonical": 900,
            "zendesk_native": 900,
            "dbt_zendesk": 3,
            "chatwoot": 900,
            "plain": 900,
            "meta_page": 3,
        },
    )


def test_a_chat_that_is_older_than_its_ticket() -> None:
    events: Events = [(-300, "c"), (-234, "h")]
    check(events, {"canonical": 66, "dbt_zendesk": -234, "zendesk_native": None})
    (row,) = told(desk(ticket(events)), "zendesk_native")
    assert row.reason == "answered before the ticket"


def test_rules_and_automatic_replies_answer_nobody() -> None:
    everybody = dict.fromkeys(set(PROFILES) - {"reported"}, 900.0)
    check([(0, "c"), (1, "a"), (900, "h")], everybody)


def test_the_log_of_a_chat_ticket_beats_its_comments() -> None:
    one = ticket([(600, "c"), (700, "h"), (0, "c"), (40, "h")], is_messaging=True)
    for event in one["ticket_events"][2:]:
        event |= {"told_as": "log", "is_transcript": False}
    assert [row.calendar_seconds for row in told(desk(one), "canonical")] == [40]
    assert [row.calendar_seconds for row in told(desk(one), "zendesk_native")] == [40]


@pytest.mark.parametrize("status", ["deleted", "merged"])
def test_tickets_that_are_gone_are_none_of_ours(status: str) -> None:
    wanted = {"canonical": None, "zendesk_native": 600.0, "dbt_zendesk": 600.0}
    check([(0, "c"), (600, "h")], wanted, status=status)


def test_samples_are_nobodys() -> None:
    database = desk(ticket([(0, "c"), (600, "h")], is_sample=True))
    assert [told(database, profile) for profile in PROFILES] == [[]] * len(PROFILES)


def test_a_ticket_without_a_customer() -> None:
    check([(0, "h"), (600, "j")], {"dbt_zendesk": 600, "canonical": None}, customer_id=None)


def test_what_comes_after_the_as_of_is_not_known() -> None:
    database = desk(ticket([(0, "c"), (600, "h")]))
    for profile in set(PROFILES) - {"reported"}:
        assert told(database, profile, as_of=at(599))[0].calendar_seconds is None, profile
        assert told(database, profile, as_of=at(600))[0].calendar_seconds == 600, profile
        assert told(database, profile, as_of=at(-1)) == [], profile


def test_waits_resolutions_and_touches_of_zendesk() -> None:
    events: list[tuple[float, str]] = [
        (0, "c"), (0, "new"), (600, "h"), (600, "open"), (660, "pending"), (900, "hold"),
        (1000, "solved"), (5000, "open"), (5600, "solved"), (90000, "closed"),
    ]  # fmt: skip
    (row,) = told(desk(ticket(events, status="closed")), "zendesk_native")
    assert (row.first_resolution_seconds, row.full_resolution_seconds) == (1000, 5600)
    assert (row.n_reopens, row.n_replies, row.is_one_touch) == (1, 1, True)
    assert row.requester_wait_seconds == 600 + 60 + 100 + 600
    assert (row.agent_wait_seconds, row.on_hold_seconds) == (240, 100)
    (open_again,) = told(desk(ticket(events)), "zendesk_native", as_of=at(5300))
    assert open_again.first_resolution_seconds == 1000
    assert open_again.full_resolution_seconds is None
    assert open_again.requester_wait_seconds == 600 + 60 + 100 + 300


def test_until_its_history_begins_a_ticket_was_new() -> None:
    one = ticket([(0, "c"), (500, "pending"), (700, "solved")])
    # Only the later change tells what was before it.
    one["ticket_statuses"][1]["status_before"] = "pending"
    (row,) = told(desk(one), "zendesk_native")
    assert (row.requester_wait_seconds, row.agent_wait_seconds) == (500, 200)


def test_a_conversation_whose_beginning_is_missing_has_no_opening_time_either() -> None:
    talk = thread([(0, "c"), (600, "h")])
    talk[0]["is_cut_off"] = True
    database = desk(messages=talk)
    (row,) = told(database, "canonical")
    assert (row.calendar_seconds, row.opening_seconds) == (None, None)
    found = reconcile(database.con, "canonical", "plain", None, LATER, hours="opening")
    assert (found.figure_a.n, found.figure_b.n) == (0, 1)


def test_in_messaging_one_touch_is_stricter_and_a_session_one_reply() -> None:
    events: Events = [(0, "new"), (0, "c"), (60, "h"), (70, "h"), (80, "solved")]
    one = ticket(events, is_messaging=True)
    for event in one["ticket_events"]:
        event |= {"told_as": "log", "is_transcript": False}
    (row,) = told(desk(one), "zendesk_native")
    assert (row.n_replies, row.is_one_touch) == (1, True)
    paused = ticket(
        [(0, "new"), (5, "pending"), (0, "c"), (60, "h"), (80, "solved")], is_messaging=True
    )
    for event in paused["ticket_events"]:
        event |= {"told_as": "log", "is_transcript": False}
    assert told(desk(paused), "zendesk_native")[0].is_one_touch is False


def test_the_package_counts_minutes_that_began_and_calls_reopened_tickets_one_touch() -> None:
    # 10 s and 65 s that cross a minute each: 1 and 2 minutes.
    events: Events = [
        (55, "c"),
        (55, "new"),
        (65, "open"),
        (125, "h"),
        (130, "solved"),
        (200, "open"),
        (230, "solved"),
    ]
    (row,) = told(desk(ticket(events, created=55, status="solved")), "dbt_zendesk")
    assert row.requester_wait_seconds == 60 * (1 + 1 + 0)
    assert (row.n_reopens, row.n_replies, row.is_one_touch) == (1, 1, True)
    assert (row.first_resolution_seconds, row.full_resolution_seconds) == (120, 180)


def test_every_leg_of_the_package() -> None:
    events: Events = [
        (0, "c"),
        (60, "c"),
        (100, "h"),
        (110, "h"),
        (200, "c"),
        (500, "h"),
        (600, "c"),
    ]
    (row,) = told(desk(ticket(events)), "dbt_zendesk")
    assert row.reply_seconds == (100, 300)


def test_without_a_history_waits_are_not_known() -> None:
    (row,) = told(desk(ticket([(0, "c"), (60, "h"), (100, "S")])), "zendesk_native")
    assert (row.first_resolution_seconds, row.requester_wait_seconds) == (100, None)


@pytest.mark.parametrize(
    ("profile", "value"),
    cases(
        bot={
            "canonical": 840, "zendesk_native": 600, "dbt_zendesk": -235, "chatwoot": 600,
            "intercom": 840, "gorgias": 840, "plain": 840, "meta_page": 5,
        }
    ),
)  # fmt: skip
def test_one_conversation_and_every_answer_to_it(profile: str, value: float) -> None:
    database = desk(messages=thread([(-240, "c"), (-235, "b"), (0, "H"), (600, "h")]))
    (row,) = told(database, profile)
    assert row.calendar_seconds == value
    assert row.conversation_ids == (row.conversation_id,)


def test_a_conversation_with_a_bot_alone_is_no_ticket() -> None:
    (row,) = told(desk(messages=thread([(0, "c"), (5, "b")])), "zendesk_native")
    assert (row.calendar_seconds, row.reason, row.started_at) == (None, "handled by a bot", None)


def test_later_conversations_of_a_ticket_are_counted_by_us_alone() -> None:
    database = desk(ticket([(0, "c"), (60, "h"), (70, "S"), (5 * DAY, "c"), (5 * DAY + 30, "h")]))
    assert [row.calendar_seconds for row in told(database, "canonical")] == [60, 30]
    (row,) = told(database, "zendesk_native")
    assert (row.calendar_seconds, len(row.conversation_ids)) == (60, 2)


def test_an_unknown_profile() -> None:
    database = database_of()
    with pytest.raises(UnknownNameError, match=r"'zendesk'.*zendesk_native"):
        told(database, "zendesk")
