"""Periods are whole days, named as people name them."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convocommerce.errors import PeriodError
from convocommerce.periods import RELATIVE, Period, between, on_days

D = dt.date
MONDAY = D(2026, 3, 9)


@pytest.mark.parametrize(
    ("text", "name", "start", "end"),
    [
        ("2026", "2026", D(2026, 1, 1), D(2027, 1, 1)),
        ("2026-Q1", "2026-Q1", D(2026, 1, 1), D(2026, 4, 1)),
        ("2026q4", "2026-Q4", D(2026, 10, 1), D(2027, 1, 1)),
        ("2024-02", "2024-02", D(2024, 2, 1), D(2024, 3, 1)),
        ("2026-12", "2026-12", D(2026, 12, 1), D(2027, 1, 1)),
        ("2026-W01", "2026-W01", D(2025, 12, 29), D(2026, 1, 5)),
        ("2026W9", "2026-W09", D(2026, 2, 23), D(2026, 3, 2)),
        ("2026-W53", "2026-W53", D(2026, 12, 28), D(2027, 1, 4)),
        (" 2026-03-09 ", "2026-03-09", MONDAY, D(2026, 3, 10)),
        ("2026-03-01..2026-03-31", "2026-03-01..2026-03-31", D(2026, 3, 1), D(2026, 4, 1)),
        ("2026-03-01 to 2026-03-02", "2026-03-01..2026-03-02", D(2026, 3, 1), D(2026, 3, 3)),
        ("2026-03-01/2026-03-01", "2026-03-01..2026-03-01", D(2026, 3, 1), D(2026, 3, 2)),
    ],
)
def test_every_form_is_read(text: str, name: str, start: dt.date, end: dt.date) -> None:
    period = Period(text)
    assert (period.name, period.start, period.end) == (name, start, end)
    assert period.n_days == (end - start).days


@pytest.mark.parametrize(
    ("text", "today", "start", "end"),
    [
        ("yesterday", MONDAY, D(2026, 3, 8), MONDAY),
        ("this-week", D(2026, 3, 15), MONDAY, D(2026, 3, 16)),
        ("last-week", MONDAY, D(2026, 3, 2), MONDAY),
        ("last-week", D(2026, 3, 8), D(2026, 2, 23), D(2026, 3, 2)),
        ("this-month", MONDAY, D(2026, 3, 1), D(2026, 4, 1)),
        ("last-month", D(2026, 1, 31), D(2025, 12, 1), D(2026, 1, 1)),
        ("last-7-days", MONDAY, D(2026, 3, 2), MONDAY),
        ("last-28-days", MONDAY, D(2026, 2, 9), MONDAY),
    ],
)
def test_relative_names_count_from_the_day_given(
    text: str, today: dt.date, start: dt.date, end: dt.date
) -> None:
    period = Period(text, today=today)
    assert (period.start, period.end) == (start, end)
    assert Period(period.name) == period, "its name says the same without a day"


@pytest.mark.parametrize("text", RELATIVE)
def test_relative_names_need_a_day(text: str) -> None:
    with pytest.raises(PeriodError, match=f"'{text}' needs a day to count from"):
        Period(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "march",
        "2026-13",
        "2026-00",
        "2025-W53",
        "2026-Q5",
        "2026-02-30",
        "2026-03-01..tomorrow",
        "0000",
        "9999",
        "26-03",
    ],
)
def test_what_is_no_period_is_refused_with_the_forms_there_are(text: str) -> None:
    with pytest.raises(PeriodError, match=r"is not a period.*2026-W10") as caught:
        Period(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize("value", [202611, dt.date(2026, 11, 1), ("2026-11-01", "2026-11-30"), b""])
def test_what_is_no_text_is_refused_with_the_forms_too(value: Any) -> None:
    with pytest.raises(PeriodError, match=r"is not a period; write it as a text.*2026-W10"):
        Period(value)


def test_a_near_miss_is_offered_the_name_meant() -> None:
    with pytest.raises(PeriodError, match="did you mean 'last-week'"):
        Period("lastweek")


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PeriodError, match="ends before it begins"):
        Period("2026-03-02..2026-03-01")


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2026", "2025"),
        ("2026-Q1", "2025-Q4"),
        ("2026-03", "2026-02"),
        ("2026-W01", "2025-W52"),
        ("2021-W01", "2020-W53"),
        ("2026-03-01", "2026-02-28"),
        ("2026-03-01..2026-03-07", "2026-02-22..2026-02-28"),
    ],
)
def test_the_period_before_is_of_the_same_kind(text: str, before: str) -> None:
    assert Period(text).previous().name == before


FORMS = ("{0:%Y}", "{0:%Y-%m}", "{0:%G-W%V}", "{0}", "{0}..{1}")


@given(st.dates(D(1990, 1, 1), D(2090, 1, 1)), st.integers(0, 400), st.sampled_from(FORMS))
def test_periods_follow_one_another_without_a_gap(day: dt.date, more: int, form: str) -> None:
    period = Period(form.format(day, day + dt.timedelta(days=more)))
    assert period.start <= day < period.end
    for after, before in itertools.pairwise(
        [period, period.previous(), period.previous().previous()]
    ):
        assert before.end == after.start
    assert between(period.start, period.end - dt.timedelta(days=1)).n_days == period.n_days
    assert Period(period.name) == period


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Amsterdam", D(2026, 10, 25)),
        # Midnight comes twice.
        ("America/Havana", D(2026, 11, 1)),
        # A minute after midnight it was a minute past eleven again.
        ("America/St_Johns", D(2010, 11, 7)),
        # The day itself was left out.
        ("Pacific/Apia", D(2011, 12, 30)),
        ("Pacific/Kiritimati", D(2026, 3, 9)),
    ],
)
@pytest.mark.parametrize("days", [1, 2, 3, 9])
def test_an_instant_is_on_the_days_on_which_its_local_time_is(
    zone: str, day: dt.date, days: int
) -> None:
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    local = "timezone(rules.time_zone, timezone('UTC', sent_at))"
    ((n, n_on_days),) = con.execute(
        f"""
        with rules as (select $zone as time_zone)
        select
            count(*) filter ({on_days("sent_at")} is distinct from coalesce({local} >= $first_day
                and {local} < $end_day, false)),
            count(*) filter ({on_days("sent_at")})
        from generate_series(
            $first_day::timestamp - interval 5 days, $end_day::timestamp + interval 5 days,
            interval 10 minutes
        ) as series (sent_at)
        cross join rules
        """,
        {"zone": zone, "first_day": day, "end_day": day + dt.timedelta(days=days)},
    ).fetchall()
    assert n == 0
    assert n_on_days >= 144 * (days - 1)
