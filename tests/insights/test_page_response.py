"""What counts for a page's badge, what does not, and how far away the badge is."""

from __future__ import annotations

from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.errors import UnknownNameError
from convocommerce.insights.answering.page_response import PageResponse, page_response
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

HOUR = 3600
DAY = 86400

Row = dict[str, Any]


def pages(
    messages: list[Row], as_of: float = 3 * DAY, rule: str = "fastest_90", zone: str = "UTC"
) -> list[PageResponse]:
    database = database_of(messages=messages)
    ensure_built(database, Rules(senders=SENDERS, time_zone=zone))
    return page_response(database.con, at(as_of), rule=rule)


def page(
    messages: list[Row], as_of: float = 3 * DAY, rule: str = "fastest_90", zone: str = "UTC"
) -> PageResponse:
    (found,) = pages(messages, as_of, rule, zone)
    return found


def people(waits: list[float | None], start: float = 0, prefix: str = "p") -> list[Row]:
    return [
        one
        for number, wait in enumerate(waits)
        for one in thread(
            [(start, "c"), *([] if wait is None else [(start + wait, "h")])],
            customer=f"{prefix}{number}",
        )
    ]


@pytest.mark.parametrize(("silence", "counted"), [(DAY, 2), (DAY - 0.001, 1)])
def test_only_a_message_after_a_day_of_silence_counts(silence: float, counted: int) -> None:
    messages = thread([(0, "c"), (60, "h"), (60 + silence, "c"), (120 + silence, "h")])
    assert page(messages).messages == counted


def test_what_the_business_writes_breaks_the_silence_too() -> None:
    messages = thread([(0, "c"), (60, "h"), (DAY, "m"), (2 * DAY - 1, "c")])
    assert page(messages, 10 * DAY).messages == 1


@pytest.mark.parametrize(("wait", "answered"), [(DAY, 1), (DAY + 0.001, 0)])
def test_an_answer_counts_up_to_a_day(wait: float, answered: int) -> None:
    assert page(people([wait])).answered == answered


@pytest.mark.parametrize(("code", "answered"), [("b", 1), ("h", 1), ("a", 0), ("n", 0), ("x", 0)])
def test_bots_answer_and_greetings_do_not(code: str, answered: int) -> None:
    assert page(thread([(0, "c"), (5, code)])).answered == answered


def test_what_can_still_be_answered_is_not_held_against_the_page() -> None:
    messages = people([60, None])
    assert (page(messages, DAY).messages, page(messages, DAY).open) == (1, 1)
    after = page(messages, DAY + 0.001)
    assert (after.messages, after.answered, after.open) == (2, 1, 0)


def test_answers_after_the_instant_are_not_known() -> None:
    found = page(people([HOUR]), HOUR - 1)
    assert (found.messages, found.open, found.seconds, found.has_badge) == (0, 1, None, None)
    assert pages(people([HOUR]), -1) == []


def test_the_silence_before_a_cut_off_beginning_is_not_taken_for_granted() -> None:
    messages = thread([(0, "c"), (60, "h")], is_cut_off=True)
    assert pages(messages) == []


def test_the_rate_looks_back_a_month_or_at_the_last_ten() -> None:
    old, new = people([None] * 12), people([60] * 9, 40 * DAY, "q")
    assert page([*old, *new], 42 * DAY).messages == 10
    assert page([*old, *new, *people([60], 40 * DAY, "r")], 42 * DAY).rate == 1


def test_the_badge_looks_back_a_week() -> None:
    old, new = people([None] * 10), people([60], 20 * DAY, "q")
    assert page([*old, *new], 20 * DAY + 120).has_badge is True
    assert page([*old, *new], 20 * DAY + 120).rate == 1 / 11
    assert page([*old, *new], 27 * DAY).has_badge is True
    assert page([*old, *new], 27 * DAY + 0.001).has_badge is None


@pytest.mark.parametrize(
    ("waits", "missing", "seconds"),
    [
        ([60] * 9 + [None], 0, 0),
        ([60] * 8 + [None] * 2, 10, 0),
        ([None], 9, 0),
        ([900] * 3, 0, 0),
        ([901] * 3, 0, 1),
    ],
)
def test_how_far_away_the_badge_is(waits: list[float | None], missing: int, seconds: float) -> None:
    found = page(people(waits))
    assert (found.answers_to_come, found.seconds_too_slow) == (missing, seconds)
    assert found.has_badge is (missing == 0 and seconds == 0)
    if missing:
        assert page([*people(waits), *people([60] * missing, 1, "q")]).has_badge is True
        assert page([*people(waits), *people([60] * (missing - 1), 1, "q")]).has_badge is False


def test_the_slowest_tenth_is_left_out_and_never_more() -> None:
    assert page(people([60] * 9 + [7200])).seconds == 60
    assert page(people([60] * 10 + [7200, 7200])).seconds == pytest.approx((600 + 7200) / 11)
    assert page(people([100])).seconds == 100


def test_the_median_forgets_how_slow_the_slow_are() -> None:
    messages = people([60, 60, 400, 7200, 7200])
    assert page(messages, rule="median_2017").seconds == 400
    assert page(messages, rule="median_2017").has_badge is True
    assert page(messages, rule="median_2015").has_badge is False


def test_the_same_day_ends_at_local_midnight() -> None:
    messages = people([10 * HOUR], 12 * HOUR)  # from 21:00 to 07:00 UTC
    assert page(messages, 5 * DAY, "same_day").answered == 0
    assert page(messages, 5 * DAY, "same_day", "America/Los_Angeles").answered == 1
    assert page(messages, 5 * DAY).answered == 1


def test_every_page_answers_for_itself() -> None:
    other = [{**one, "business_id": "two"} for one in people([None], 0, "q")]
    found = pages([*people([60]), *other])
    assert [(one.business_id, one.rate) for one in found] == [("page", 1.0), ("two", 0.0)]


def test_a_wrong_name_is_told() -> None:
    with pytest.raises(UnknownNameError, match="median_2015"):
        pages([], rule="median_2014")
