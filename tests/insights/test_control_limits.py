"""Between which values a figure usually lies, held against sums done by hand."""

import datetime as dt
import itertools

import pytest

import convocommerce as cc
from convocommerce.insights import Limits, control_limits, limits_before, whole_weeks


def test_limits_are_those_worked_out_by_hand() -> None:
    # Mean 204 / 12 = 17. The moves 2 4 1 3 5 2 1 4 3 2 5 add up to 32, so their mean is 32 / 11.
    values = [17, 19, 15, 16, 19, 14, 16, 17, 21, 18, 20, 15]
    values[-1] = 204 - sum(values[:-1])
    assert values[-1] == 12
    moves = [2, 4, 1, 3, 5, 2, 1, 4, 3, 2, 8]
    assert [abs(b - a) for a, b in itertools.pairwise(values)] == moves
    found = control_limits(values)
    assert found is not None
    reach = 3 / 1.128 * 35 / 11
    assert (found.centre, found.n) == (17.0, 12)
    assert found.low == pytest.approx(17 - reach)
    assert found.high == pytest.approx(17 + reach)
    assert (round(found.low, 2), round(found.high, 2)) == (8.54, 25.46)


def test_no_limit_lies_where_no_value_can() -> None:
    found = control_limits([0.0, 0.9] * 4, least=0.0, most=1.0)
    assert found == Limits(0.45, 0.0, 1.0, 8)


def test_few_values_set_no_limits() -> None:
    assert control_limits([1, 2, 1, 2, 1, 2, 1]) is None
    assert control_limits([]) is None
    # Eight values of which no two follow each other tell nothing of how it moves.
    assert control_limits([1, None] * 8) is None


def test_a_missing_week_is_no_move() -> None:
    whole = [1, 2, 1, 2, 1, 2, 1, 2, 1]
    found = control_limits([*whole[:4], None, *whole[4:]])
    assert found is not None
    # Seven moves of 1; the step over the gap is not counted, and would have been one of 1 too.
    assert found.high - found.centre == pytest.approx(3 / 1.128)
    far = control_limits([1, 1, 1, 1, None, 9, 9, 9, 9])
    assert far is not None
    assert far.high == far.low == far.centre == 5.0


def test_a_week_sets_no_limit_for_itself() -> None:
    values = [10, 12] * 6 + [50]
    found = limits_before(values, 12)
    assert found is not None
    assert found.side(50) == "above"
    assert found == limits_before([*values[:12], -50], 12)
    # No more than twelve weeks count, so that a figure is not judged by a year ago.
    assert limits_before([999.0, *values], 13) == found
    assert limits_before(values, 7) is None


@pytest.mark.parametrize(
    ("last", "first", "end"),
    [("2026-03-09", "2026-02-23", "2026-03-09"), ("2026-03-15", "2026-02-23", "2026-03-09")],
)
def test_whole_weeks_end_with_one_that_is_over(last: str, first: str, end: str) -> None:
    weeks = whole_weeks(dt.date.fromisoformat(last), 2)
    assert weeks == cc.Period("2026-02-23..2026-03-08")
    assert (weeks.start.isoformat(), weeks.end.isoformat()) == (first, end)
