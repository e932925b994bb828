"""Opening hours are wall-clock time turned into exact instants, whatever the clock does."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convocommerce.errors import RulesError
from convocommerce.opening import Slots, check_opening_hours, holiday_dates, open_intervals, slots

D = dt.date
HOUR = dt.timedelta(hours=1)
MS = dt.timedelta(milliseconds=1)


def hours_open(
    text: str,
    zone: str,
    first: dt.date,
    last: dt.date | None = None,
    closed: tuple[dt.date, ...] = (),
) -> float:
    found = open_intervals(text, closed, zone, first, last or first)
    return sum((stop - start for start, stop in found), dt.timedelta()) / HOUR


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "zone", "first", "last", "hours"),
    [
        # A day with and without its hour, in Amsterdam and New York.
        ("24/7", "Europe/Amsterdam", D(2026, 3, 29), None, 23),
        ("24/7", "Europe/Amsterdam", D(2026, 10, 25), None, 25),
        ("24/7", "America/New_York", D(2026, 3, 8), None, 23),
        ("24/7", "America/New_York", D(2026, 11, 1), None, 25),
        # Half an hour on Lord Howe Island; midnight itself is skipped in Beirut.
        ("24/7", "Australia/Lord_Howe", D(2026, 10, 4), None, 23.5),
        ("24/7", "Australia/Lord_Howe", D(2026, 4, 5), None, 24.5),
        ("24/7", "Asia/Beirut", D(2026, 3, 29), None, 23),
        # Windows that hold the change, end inside it, or begin inside it.
        ("Mo-Su 01:00-04:00", "Europe/Amsterdam", D(2026, 3, 29), None, 2),
        ("Mo-Su 01:00-02:30", "Europe/Amsterdam", D(2026, 3, 29), None, 1),
        ("Mo-Su 02:30-04:00", "Europe/Amsterdam", D(2026, 3, 29), None, 1),
        ("Mo-Su 02:10-02:50", "Europe/Amsterdam", D(2026, 3, 29), None, 0),
        ("Mo-Su 01:00-04:00", "Europe/Amsterdam", D(2026, 10, 25), None, 4),
        ("Mo-Su 02:30-04:00", "Europe/Amsterdam", D(2026, 10, 25), None, 2.5),
        # A night shift over the change belongs to the evening on which it begins.
        ("Sa 22:00-06:00", "Europe/Amsterdam", D(2026, 3, 28), D(2026, 3, 29), 7),
        ("Sa 22:00-06:00", "Europe/Amsterdam", D(2026, 10, 24), D(2026, 10, 25), 9),
        ("Sa 21:00-26:00", "Europe/Amsterdam", D(2026, 5, 2), D(2026, 5, 3), 5),
        # Samoa had no 30 December 2011.
        ("24/7", "Pacific/Apia", D(2011, 12, 29), D(2011, 12, 31), 48),
        ("Mo-Su 09:00-17:00", "Pacific/Apia", D(2011, 12, 29), D(2011, 12, 31), 16),
        ("Fr 09:00-17:00", "Pacific/Apia", D(2011, 12, 29), D(2011, 12, 31), 0),
        # Weeks, lunch breaks, single days, never.
        ("Mo-Fr 09:00-17:30", "Europe/Amsterdam", D(2026, 3, 2), D(2026, 3, 8), 42.5),
        ("Mo-Fr 09:00-12:00,13:00-17:00", "UTC", D(2026, 3, 2), D(2026, 3, 8), 35),
        ("Mo-Fr 09:00-17:30; Th 09:00-21:00", "UTC", D(2026, 3, 2), D(2026, 3, 8), 46),
        ("Mo-Su 09:00-17:00; Sa,Su off", "UTC", D(2026, 3, 2), D(2026, 3, 8), 40),
        ("Mo-Su 00:00-24:00", "UTC", D(2026, 3, 2), D(2026, 3, 8), 168),
    ],
)
def test_open_hours_are_those_of_the_clock_on_the_wall(
    text: str, zone: str, first: dt.date, last: dt.date | None, hours: float
) -> None:
    assert hours_open(text, zone, first, last) == hours


KINGS_DAY = D(2026, 4, 27)  # a Monday


@pytest.mark.parametrize(
    ("text", "first", "last", "hours"),
    [
        ("Mo-Fr 09:00-17:00", KINGS_DAY, KINGS_DAY, 0),
        ("24/7", KINGS_DAY, KINGS_DAY, 0),
        ("Mo-Fr 09:00-17:00; PH off", KINGS_DAY, KINGS_DAY, 0),
        ("Mo-Fr 09:00-17:00; PH 10:00-12:00", KINGS_DAY, KINGS_DAY, 2),
        ("Mo-Fr,PH 09:00-17:00", KINGS_DAY, KINGS_DAY, 8),
        ("PH,Mo-Fr 09:00-17:00", KINGS_DAY, KINGS_DAY, 8),
        ("Mo-Fr 09:00-17:00", D(2026, 4, 27), D(2026, 5, 1), 32),
        # The night before the holiday is worked to its end; the holiday's own night is not.
        ("Mo-Su 22:00-06:00", D(2026, 4, 26), D(2026, 4, 27), 6 + 2 + 6),
        ("Mo-Su 22:00-06:00", D(2026, 4, 27), D(2026, 4, 28), 6 + 2),
    ],
)
def test_holidays_are_closed_unless_the_hours_speak_of_them(
    text: str, first: dt.date, last: dt.date, hours: float
) -> None:
    assert hours_open(text, "Europe/Amsterdam", first, last, (KINGS_DAY,)) == hours


def test_intervals_are_instants_in_utc_that_neither_touch_nor_overlap() -> None:
    found = open_intervals(
        "Mo-Su 09:00-12:00,12:00-17:00", [], "Europe/Amsterdam", D(2026, 3, 28), D(2026, 3, 29)
    )
    assert found == [
        (utc("2026-03-28 08:00"), utc("2026-03-28 16:00")),
        (utc("2026-03-29 07:00"), utc("2026-03-29 15:00")),
    ]


def test_holidays_come_from_the_country_or_its_part() -> None:
    assert KINGS_DAY in holiday_dates("NL", [2026])
    assert D(2026, 1, 6) in holiday_dates("DE-BY", [2026])
    assert D(2026, 1, 6) not in holiday_dates("DE-BE", [2026])
    assert holiday_dates(None, [2026]) == {}


@pytest.mark.parametrize("text", ["", " ; ", "nine to five", "Mo-Fr 09:00-"])
def test_what_is_no_opening_hours_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(RulesError, match=r"cannot be read; write them like 'Mo-Fr") as caught:
        check_opening_hours(text, None)
    assert repr(text) in str(caught.value)


def test_hours_on_holidays_need_a_country() -> None:
    with pytest.raises(RulesError, match="set holidays to a country"):
        check_opening_hours("Mo-Fr 09:00-17:00; PH off", None)


HOURS = (
    "24/7",
    "Mo-Fr 09:00-17:30; Th 09:00-21:00",
    "Mo-Su 22:00-06:00",
    "Mo-Fr 08:07-12:13,13:00-17:00",
    "Sa 00:00-24:00",
    "Mo-Su 02:10-02:50",
)
ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
FIRST, LAST = utc("2026-03-01"), utc("2026-04-12")


def table(text: str, zone: str) -> Slots:
    day = dt.timedelta(days=2)
    found = open_intervals(text, [], zone, (FIRST - day).date(), (LAST + day).date())
    return slots(found, FIRST, LAST)


TABLES = {(text, zone): table(text, zone) for text in HOURS for zone in ZONES}


def rows_of(found: Slots) -> list[tuple[int, int, int, int]]:
    columns = (found.slot, found.before_ms, found.opens_ms, found.closes_ms)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def open_before(found: Slots, instant: dt.datetime) -> int:
    """Look up the open milliseconds before an instant, as the models do."""
    t = (instant - dt.datetime(1970, 1, 1)) // MS
    slot, before, opens, closes = rows_of(found)[t // found.length_ms - found.slot[0]]
    assert slot == t // found.length_ms
    return before + max(0, min(t, closes) - opens)


instants = st.integers(0, (LAST - FIRST) // MS).map(lambda ms: FIRST + ms * MS)


@given(st.sampled_from(sorted(TABLES)), st.lists(instants, min_size=3, max_size=3))
def test_open_time_adds_up_and_is_never_negative_nor_more_than_time(
    which: tuple[str, str], moments: list[dt.datetime]
) -> None:
    found = TABLES[which]
    a, b, c = sorted(moments)
    ab, bc, ac = (
        open_before(found, stop) - open_before(found, start)
        for start, stop in ((a, b), (b, c), (a, c))
    )
    assert ab + bc == ac
    assert 0 <= ab <= (b - a) // MS
    if which[0] == "24/7":
        assert ac == (c - a) // MS


@given(st.sampled_from(sorted(TABLES)), instants, st.integers(0, 3 * 86_400_000))
def test_looking_up_gives_the_overlap_with_the_intervals(
    which: tuple[str, str], start: dt.datetime, length: int
) -> None:
    text, zone = which
    stop = min(start + length * MS, LAST)
    found = open_intervals(
        text,
        [],
        zone,
        start.date() - dt.timedelta(days=2),
        stop.date() + dt.timedelta(days=2),
    )
    zero = dt.timedelta()
    overlap = sum((max(zero, min(b, stop) - max(a, start)) for a, b in found), zero)
    looked_up = open_before(TABLES[which], stop) - open_before(TABLES[which], start)
    assert looked_up == overlap // MS


@pytest.mark.parametrize("zone", ZONES)
def test_every_open_instant_is_inside_the_hours_on_the_wall(zone: str) -> None:
    found = open_intervals("Mo-Fr 09:00-17:30", [], zone, FIRST.date(), LAST.date())
    assert all(before[1] < after[0] for before, after in pairwise(found))
    assert len(found) == 30
    for start, stop in found:
        begins, ends = (
            one.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)) for one in (start, stop)
        )
        assert (begins.time(), ends.time()) == (dt.time(9), dt.time(17, 30))
        assert begins.date() == ends.date()
        assert begins.isoweekday() <= 5


def test_slots_have_no_gap_and_hold_one_run_of_open_time_each() -> None:
    for found in TABLES.values():
        rows = rows_of(found)
        numbers = [row[0] for row in rows]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        for (slot, before, opens, closes), (_, after, _, _) in pairwise(rows):
            assert slot * found.length_ms <= opens <= closes <= (slot + 1) * found.length_ms
            assert after == before + closes - opens
    assert TABLES["24/7", "UTC"].length_ms == 43_200_000
    assert TABLES["Mo-Fr 08:07-12:13,13:00-17:00", "UTC"].length_ms == 3_600_000
