"""How values are written: the same everywhere, in two languages, and never invented."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from convocommerce.errors import UnknownNameError
from convocommerce.formatting import (
    MISSING,
    Formatter,
    format_interval,
    format_value,
    is_missing,
)


@pytest.mark.parametrize(
    ("value", "unit", "english", "dutch"),
    [
        (0.615, "share", "61.5%", "61,5%"),
        (0, "share", "0.0%", "0,0%"),
        (45, "seconds", "45 s", "45 s"),
        (200, "seconds", "3 min 20 s", "3 min 20 s"),
        (7500, "seconds", "2 h 05 min", "2 u 05 min"),
        (273_600, "seconds", "3 d 4 h", "3 d 4 u"),
        (1234, "count", "1,234", "1.234"),
        (Decimal("1234.5"), "EUR", "€1,234.50", "€\xa01.234,50"),
        (1234.5, "JPY", "JP¥1,234", "JP¥\xa01.234"),
        (1234.567, "number", "1,234.57", "1.234,57"),
        (np.float32(0.5), "share", "50.0%", "50,0%"),
        (np.int64(12), "count", "12", "12"),
    ],
)
def test_a_value_is_written_by_its_unit(value: object, unit: str, english: str, dutch: str) -> None:
    assert format_value(value, unit, "en") == english
    assert format_value(value, unit, "nl") == dutch


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.2, "< 1 s"),
        (59.7, "1 min"),
        (60, "1 min"),
        (3599.6, "1 h"),
        (3600 + 29, "1 h"),
        (86_399, "1 d"),
        (86_400 + 1_800, "1 d 1 h"),
        (-200, "-3 min 20 s"),
    ],
)
def test_rounding_a_duration_never_shows_sixty_of_anything(seconds: float, text: str) -> None:
    assert Formatter().duration(seconds) == text


@pytest.mark.parametrize(
    "missing",
    [None, float("nan"), float("inf"), Decimal("NaN"), pd.NA, pd.NaT, np.float64("nan")],
)
@pytest.mark.parametrize("unit", ["share", "seconds", "count", "number", "EUR"])
def test_what_is_not_known_is_a_dash_and_not_zero(missing: object, unit: str) -> None:
    assert is_missing(missing)
    assert format_value(missing, unit) == MISSING


def test_an_interval_may_be_open_on_either_side() -> None:
    assert format_interval(0.551, 0.674, "share") == "(55.1–67.4%)"
    assert format_interval(0.551, 0.674, "share", "nl") == "(55,1–67,4%)"
    assert format_interval(60, 75, "seconds") == "(1 min – 1 min 15 s)"
    assert format_interval(None, 0.674, "share") == "(≤ 67.4%)"
    assert format_interval(0.551, None, "share") == "(≥ 55.1%)"
    assert format_interval(None, None, "share") == MISSING
    assert format_interval(-0.02, 0.03, "share") == "(-2.0 – 3.0%)"


def test_days_weeks_and_months() -> None:
    day = dt.date(2026, 3, 9)
    assert (Formatter("en").date(day), Formatter("nl").date(day)) == ("9 Mar 2026", "9 mrt 2026")
    assert Formatter("nl").week(dt.date(2026, 3, 4)) == "week 10, 2026"
    assert Formatter("en").week(dt.date(2025, 12, 29)) == "week 1, 2026"
    assert Formatter("en").date(None) == MISSING
    assert [Formatter("nl").weekday(i) for i in (0, 6)] == ["ma", "zo"]


def test_a_wrong_unit_or_language_names_the_right_ones() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'seconds'"):
        format_value(1, "second")
    with pytest.raises(UnknownNameError, match="known: en, nl"):
        Formatter("de")


@pytest.mark.parametrize(
    ("value", "unit", "english", "dutch"),
    [
        (200, "seconds", "+3 min 20 s", "+3 min 20 s"),
        (-7500, "seconds", "−2 h 05 min", "−2 u 05 min"),
        (-0.2, "seconds", "− < 1 s", "− < 1 s"),
        (0, "count", "±0", "±0"),
        (-0.115, "share", "−11.5 pp", "−11,5 %‑punt"),
        (Decimal("-2.5"), "EUR", "−€2.50", "−€\xa02,50"),
        (None, "seconds", MISSING, MISSING),
    ],
)
def test_a_difference_has_its_sign(value: object, unit: str, english: str, dutch: str) -> None:
    assert (Formatter("en").signed(value, unit), Formatter("nl").signed(value, unit)) == (
        english,
        dutch,
    )
