"""Opening hours as people write them: read as meant, or refused with the piece that is wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from convocommerce.errors import RulesError
from convocommerce.opening import Hours, check_opening_hours, intervals_over_time, open_intervals
from convocommerce.opening_text import read_rules, split_zone

D = dt.date
Windows = dict[str, list[str]]


def windows(
    text: str, first: dt.date, days: int, closed: tuple[dt.date, ...] = ()
) -> dict[str, list[str]]:
    """Return the open time of some days in UTC, by the day on which each run begins."""
    last = first + dt.timedelta(days=days - 1)
    found: dict[str, list[str]] = {}
    for start, stop in open_intervals(text, closed, "UTC", first, last):
        span = (stop - dt.datetime.combine(start.date(), dt.time())) // dt.timedelta(minutes=1)
        run = f"{start:%H:%M}-{span // 60:02d}:{span % 60:02d}"
        found.setdefault(f"{start:%b %d}", []).append(run)
    return found


CHRISTMAS = D(2026, 12, 25)


@pytest.mark.parametrize(
    ("text", "first", "days", "expected"),
    [
        # However it is typed: dashes, spaces, capitals, one-digit hours, words.
        ("mo-fr 9:00 – 17:30", D(2026, 3, 6), 3, {"Mar 06": ["09:00-17:30"]}),
        (
            "MO - FR 09:00-12:00 , 13:00-17:00;",
            D(2026, 3, 6),
            1,
            {"Mar 06": ["09:00-12:00", "13:00-17:00"]},
        ),
        ("Mo-Su 09:00-17:00; sa,su Closed", D(2026, 3, 6), 3, {"Mar 06": ["09:00-17:00"]}),
        ("09:00-17:00", D(2026, 3, 7), 1, {"Mar 07": ["09:00-17:00"]}),
        # Nights, in both spellings, and windows that meet at midnight.
        ("Fr 21:00-26:00", D(2026, 3, 6), 2, {"Mar 06": ["21:00-26:00"]}),
        ("Fr 21:00-02:00", D(2026, 3, 6), 2, {"Mar 06": ["21:00-26:00"]}),
        ("Fr 21:00-24:00; Sa 00:00-02:00", D(2026, 3, 6), 2, {"Mar 06": ["21:00-26:00"]}),
        ("Fr 09:00-00:00", D(2026, 3, 6), 2, {"Mar 06": ["09:00-24:00"]}),
        ("Fr 20:00-44:00", D(2026, 3, 6), 2, {"Mar 06": ["20:00-44:00"]}),
        # Windows that overlap are one.
        ("Fr 09:00-12:00,11:00-17:00", D(2026, 3, 6), 1, {"Mar 06": ["09:00-17:00"]}),
        # A later rule takes the whole day; the night before it is worked to its end.
        (
            "Mo-Su 22:00-26:00; Sa off",
            D(2026, 3, 6),
            3,
            {"Mar 06": ["00:00-02:00", "22:00-26:00"], "Mar 08": ["22:00-24:00"]},
        ),
        # Weeks that run over Sunday, weekdays of a month, seasons.
        (
            "Sa-Mo 10:00-12:00",
            D(2026, 3, 6),
            4,
            {key: ["10:00-12:00"] for key in ("Mar 07", "Mar 08", "Mar 09")},
        ),
        ("Sa[1] 10:00-12:00", D(2026, 3, 1), 31, {"Mar 07": ["10:00-12:00"]}),
        ("Sa[-1] 10:00-12:00", D(2026, 3, 1), 31, {"Mar 28": ["10:00-12:00"]}),
        ("Mo-Su 09:00-17:00; Mar Sa 10:00-12:00", D(2026, 2, 28), 1, {"Feb 28": ["09:00-17:00"]}),
        ("Mo-Su 09:00-17:00; Mar Sa 10:00-12:00", D(2026, 3, 7), 1, {"Mar 07": ["10:00-12:00"]}),
        # Single days, every year or in one; ranges, over the turn of the year too.
        ("Mo-Su 09:00-17:00; Dec 24 09:00-13:00", D(2026, 12, 24), 1, {"Dec 24": ["09:00-13:00"]}),
        ("Mo-Su 09:00-17:00; 2026 May 05 off", D(2026, 5, 4), 2, {"May 04": ["09:00-17:00"]}),
        ("Mo-Su 09:00-17:00; 2026 May 05 off", D(2027, 5, 5), 1, {"May 05": ["09:00-17:00"]}),
        (
            "Mo-Su 09:00-17:00; Dec 24 - Jan 02 off",
            D(2026, 12, 23),
            12,
            {key: ["09:00-17:00"] for key in ("Dec 23", "Jan 03")},
        ),
        ("Mo-Su 09:00-17:00; Dec 24-26 off", D(2026, 12, 24), 4, {"Dec 27": ["09:00-17:00"]}),
        (
            "Mo-Su 09:00-17:00; 2026 Dec 30-2027 Jan 02 off",
            D(2026, 12, 29),
            6,
            {key: ["09:00-17:00"] for key in ("Dec 29", "Jan 03")},
        ),
        (
            "24/7; Dec 25 off",
            D(2026, 12, 24),
            3,
            {"Dec 24": ["00:00-24:00"], "Dec 26": ["00:00-24:00"]},
        ),
    ],
)
def test_hours_mean_what_people_write(
    text: str, first: dt.date, days: int, expected: Windows
) -> None:
    check_opening_hours(text, None)
    assert windows(text, first, days) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mo-Fr 09:00-17:00", {}),
        ("Mo-Fr 09:00-17:00; PH 10:00-11:00", {"Dec 25": ["10:00-11:00"]}),
        ("Mo-Fr,PH 09:00-17:00", {"Dec 25": ["09:00-17:00"]}),
        ("PH 10:00-11:00", {"Dec 25": ["10:00-11:00"]}),
        # A day that the hours name themselves is meant, whatever the list of holidays says;
        ("Mo-Fr 09:00-17:00; Dec 25 10:00-12:00", {"Dec 25": ["10:00-12:00"]}),
        ("Mo-Fr 09:00-17:00; 2026 Dec 25 10:00-12:00", {"Dec 25": ["10:00-12:00"]}),
        # a season, or the same day of another year, is not.
        ("Mo-Fr 09:00-17:00; Dec 10:00-12:00", {}),
        ("Mo-Fr 09:00-17:00; 2025 Dec 25 10:00-12:00", {}),
        # Said out loud, the later rule wins.
        ("Mo-Fr 09:00-17:00; Dec 25 10:00-12:00; PH off", {}),
    ],
)
def test_holidays_and_days_named_by_the_hours(text: str, expected: Windows) -> None:
    check_opening_hours(text, "NL")
    assert windows(text, CHRISTMAS, 1, (CHRISTMAS,)) == expected


REFUSED = [
    # What the text is for a person, and no hours.
    ("nine to five", "'nine to five' is not understood"),
    ("Mo-Fr 9-17", "'Mo-Fr 9-17' is not understood"),
    ("Mo-Fr 09.00-17.00", "is not understood"),
    ("Mo-Fr 9:00am-5:00pm", "is not understood"),
    ("Mon-Fri 09:00-17:00", "'Mon-Fri 09:00-17:00' is not understood"),
    ("Mo-Fr 09:00-17:00 (lunch 12-13)", "is not understood"),
    ("Mo-Fr 09:00", "is not understood"),
    ("Mo-Fr 09:00+", "is not understood"),
    ("Mo-Fr 09:00-17:00\x00", "is not understood"),
    ("2026-05-05 off; Mo-Fr 09:00-17:00", "'2026-05-05 off' is not understood"),
    # Days without hours are a whole day to some and nothing to others.
    ("Mo-Fr", "'Mo-Fr' is not understood"),
    # A comma between rules would give Saturday's hours to the working days.
    ("Mo-Fr 09:00-17:00, Sa 10:00-14:00", "with ';' between rules"),
    # What depends on more than a calendar.
    ("sunrise-sunset", "is not understood"),
    ("SH Mo-Fr 10:00-12:00", "is not understood"),
    ("Mo-Fr 09:00-17:00 || Sa 10:00-12:00", "is not understood"),
    # Times that are none.
    ("Mo-Fr 09:00-09:00", "09:00-09:00 has no length; write 00:00-24:00"),
    ("Mo-Fr 00:00-00:00", "00:00-00:00 has no length"),
    ("Mo-Fr 25:00-26:00", "25:00-26:00 opens after midnight; write it on the next day"),
    ("Mo-Fr 24:00-26:00", "opens after midnight"),
    ("Mo-Fr 09:00-48:01", "closes after 48:00"),
    ("Mo-Fr 09:00-72:00", "closes after 48:00"),
    ("Mo-Fr 09:00-40:00", "09:00-40:00 is longer than a day"),
    ("Mo-Fr 09:60-17:00", "09:60-17:00 has a minute beyond 59"),
    # Days that are none.
    ("Feb 30 off; Mo-Fr 09:00-17:00", "there is no Feb 30"),
    ("2025 Feb 29 off; Mo-Fr 09:00-17:00", "there is no 2025 Feb 29"),
    ("Dec 24-32 off; Mo-Fr 09:00-17:00", "there is no Dec 32"),
    ("Apr 00 off; Mo-Fr 09:00-17:00", "there is no Apr 00"),
    ("Dec 26-24 off; Mo-Fr 09:00-17:00", "Dec 26-24 ends before it begins"),
    ("2026 Dec 26-2026 Dec 24 off; Mo 09:00-17:00", "ends before it begins"),
    ("2027-2026 off; Mo-Fr 09:00-17:00", "2027-2026 ends before it begins"),
    # Hours that open nothing.
    ("", "cannot be read"),
    (" ; ; ", "cannot be read"),
    ("off", "never open"),
    ("Mo-Su closed", "never open"),
    ("Mo-Fr 09:00-17:00; Mo-Su off", "never open: later rules close"),
    # Words that contradict one another.
    ("Mo-Fr 24/7", "24/7 stands alone; write 00:00-24:00 in 'Mo-Fr 24/7'"),
    ("Mo-Fr 09:00-17:00; Dec PH off", "names both dates and public holidays"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_what_cannot_be_meant_is_refused_with_the_piece_and_the_rule(text: str, why: str) -> None:
    with pytest.raises(RulesError) as caught:
        check_opening_hours(text, "NL", "team_hours of 'night'")
    assert str(caught.value).startswith(f"team_hours of 'night' {text!r}")
    assert why in str(caught.value)


@pytest.mark.parametrize("text", [None, 24, ["Mo-Fr 09:00-17:00"]])
def test_hours_that_are_no_text_are_refused(text: object) -> None:
    with pytest.raises(RulesError, match="cannot be read"):
        check_opening_hours(text, None)  # type: ignore[arg-type]  # that is what is refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Europe/Berlin Mo-Fr 09:00-17:00", ("Europe/Berlin", "Mo-Fr 09:00-17:00")),
        ("  UTC 24/7", ("UTC", "24/7")),
        ("America/Argentina/Buenos_Aires 24/7", ("America/Argentina/Buenos_Aires", "24/7")),
        ("Mo-Fr 09:00-17:00", ("Asia/Tokyo", "Mo-Fr 09:00-17:00")),
        ("24/7", ("Asia/Tokyo", "24/7")),
        ("May off; Mo 09:00-12:00", ("Asia/Tokyo", "May off; Mo 09:00-12:00")),
    ],
)
def test_hours_may_begin_with_their_own_zone(text: str, expected: tuple[str, str]) -> None:
    assert split_zone(text, "Asia/Tokyo") == expected


def test_a_zone_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(RulesError, match=r"'Europe/Berln' is no IANA .*mean 'Europe/Berlin'"):
        split_zone("Europe/Berln 24/7", "UTC")


def test_hours_that_changed_hold_from_the_day_on_which_a_window_opens() -> None:
    changed = (
        Hours("Mo-Su 20:00-26:00", "UTC"),
        Hours("Mo-Su 08:00-12:00", "UTC", since=D(2026, 4, 1)),
        Hours("Mo-Su 08:00-12:00", "Asia/Tokyo", (D(2026, 4, 4),), since=D(2026, 4, 3)),
    )
    found = intervals_over_time(changed, D(2026, 3, 30), D(2026, 4, 5))
    assert [f"{start:%d %H:%M}-{stop:%d %H:%M}" for start, stop in found] == [
        "30 20:00-31 02:00",
        "31 20:00-01 02:00",
        "01 08:00-01 12:00",
        "02 08:00-02 12:00",
        "02 23:00-03 03:00",
        "04 23:00-05 03:00",
    ]


def test_a_window_that_closes_before_it_opens_is_a_night_only_for_half_a_day() -> None:
    assert read_rules("Mo 20:00-08:00")[0].spans == ((1200, 1920),)
    with pytest.raises(RulesError, match=r"17:30-09:00 closes before it opens.*17:30-33:00"):
        read_rules("Mo-Fr 17:30-09:00")
    assert read_rules("Mo 17:30-33:00")[0].spans == ((1050, 1980),)
