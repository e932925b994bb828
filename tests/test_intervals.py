"""Intervals are those of the statistics libraries, and mean what they say."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, false_discovery_control, norm, quantile_test
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]  # no stubs
from statsmodels.stats.proportion import (  # type: ignore[import-untyped]  # has no stubs
    confint_proportions_2indep,
    proportion_confint,
)

from convocommerce.intervals import (
    Interval,
    difference_interval,
    difference_p,
    false_discovery,
    quantile_ranks,
    ratio_exceeds,
    ratio_interval,
    share_difference_p,
    share_interval,
)

SIZES = (1, 2, 5, 17, 40, 400, 12345)
SHARES = sorted({(k, n) for n in SIZES for k in (0, 1, n // 3, n // 2, n - 1, n) if k <= n})


@pytest.mark.parametrize(("k", "n"), SHARES)
def test_shares_have_wilsons_interval(k: int, n: int) -> None:
    low, high = proportion_confint(k, n, alpha=0.05, method="wilson")
    assert near(share_interval(k, n), (max(low, 0.0), min(high, 1.0)), abs=1e-12)


def near(found: Interval, told: tuple[float, float], **how: Any) -> bool:
    """Compare both ends."""
    return list(found) == pytest.approx(list(told), **how)


def test_nothing_counted_has_no_interval() -> None:
    assert share_interval(0, 0) == (None, None)


PAIRS = [
    (one, other)
    for one, other in product(SHARES, SHARES)
    if 2 < one[1] < 1000 and 2 < other[1] < 1000
]


@pytest.mark.parametrize(("one", "base"), PAIRS[::7])
def test_differences_of_shares_have_newcombes_interval(
    one: tuple[int, int], base: tuple[int, int]
) -> None:
    low, high = confint_proportions_2indep(*one, *base, method="newcomb", compare="diff")
    found = difference_interval(
        one[0] / one[1], share_interval(*one), base[0] / base[1], share_interval(*base)
    )
    assert near(found, (low, high), abs=1e-12)


@pytest.mark.parametrize(("one", "base"), PAIRS[::11])
def test_the_p_value_of_a_difference_is_the_level_at_which_its_interval_reaches_0(
    one: tuple[int, int], base: tuple[int, int]
) -> None:
    p_value = share_difference_p(*one, *base)
    assert p_value == share_difference_p(*base, *one)
    assert p_value is not None
    if one[0] * base[1] == base[0] * one[1]:
        assert p_value == 1.0
    elif p_value > 1e-12:
        ends = confint_proportions_2indep(
            *one, *base, method="newcomb", compare="diff", alpha=p_value
        )
        assert min(abs(end) for end in ends) == pytest.approx(0, abs=1e-6)


def test_nothing_counted_has_no_p_value() -> None:
    assert share_difference_p(0, 0, 1, 2) is None
    assert difference_p(0.0, (None, None)) == 1.0
    assert difference_p(-3.0, (-5.0, None)) is None


@given(st.floats(-50, 50).filter(lambda x: abs(x) > 1e-6), st.floats(0.01, 100))
def test_a_p_value_is_below_5_percent_exactly_when_the_interval_leaves_0_out(
    difference: float, reach: float
) -> None:
    p_value = difference_p(difference, (difference - reach, difference + reach))
    assert p_value == pytest.approx(2 * norm.sf(1.959963984540054 * abs(difference) / reach))
    if abs(abs(difference) - reach) > 1e-9:
        assert p_value is not None
        assert (p_value < 0.05) == (abs(difference) > reach)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_many_p_values_are_adjusted_as_the_statistics_libraries_do(p_values: list[float]) -> None:
    found = false_discovery(p_values)
    assert found == pytest.approx(list(false_discovery_control(p_values)))
    assert found == pytest.approx(list(multipletests(p_values, method="fdr_bh")[1]))


def test_no_p_values_need_no_adjusting() -> None:
    assert false_discovery([]) == []


FEW = [(k, n) for n in (1, 2, 5) for k in range(n + 1)]


@pytest.mark.parametrize(("one", "base"), list(product(FEW, FEW)))
def test_differences_of_a_handful_have_newcombes_interval_too(
    one: tuple[int, int], base: tuple[int, int]
) -> None:
    low, high = confint_proportions_2indep(*one, *base, method="newcomb", compare="diff")
    found = difference_interval(
        one[0] / one[1], share_interval(*one), base[0] / base[1], share_interval(*base)
    )
    assert near(found, (low, high), abs=1e-12)


def test_an_open_side_stays_open() -> None:
    low, high = difference_interval(5.0, (None, 9.0), 3.0, (2.0, 4.0))
    assert low is None
    assert high == pytest.approx(2.0 + math.hypot(4, 1))
    assert difference_interval(5.0, (4.0, None), 3.0, (None, None)) == (None, None)


RATIOS = [pair for pair in PAIRS if 0 < pair[0][0] < pair[0][1] and 0 < pair[1][0] < pair[1][1]]


@pytest.mark.parametrize(("one", "base"), RATIOS)
def test_ratios_have_the_score_interval(one: tuple[int, int], base: tuple[int, int]) -> None:
    low, high = ratio_interval(*one, *base)
    assert low is not None
    assert high is not None
    # Both ends are where the score test of that very ratio has a one-sided p-value of 2.5%.
    assert ratio_exceeds(*one, *base, low) == pytest.approx(0.025, abs=1e-9)
    assert ratio_exceeds(*one, *base, high) == pytest.approx(0.975, abs=1e-9)
    told = confint_proportions_2indep(*one, *base, method="score", compare="ratio")
    assert near((low, high), told, rel=1e-4)


@pytest.mark.parametrize(
    ("n", "k_base", "n_base"), [(1, 1, 2), (2, 1, 1), (5, 1, 50), (12, 3, 12), (400, 1, 400)]
)
def test_a_ratio_of_nobody_is_0_and_may_still_exceed_1(n: int, k_base: int, n_base: int) -> None:
    low, high = ratio_interval(0, n, k_base, n_base)
    _, told = confint_proportions_2indep(0, n, k_base, n_base, method="score", compare="ratio")
    assert low == 0.0
    assert high == pytest.approx(told.real, rel=1e-6)
    assert ratio_exceeds(0, n, k_base, n_base, told.real) == pytest.approx(0.975, abs=1e-6)


@pytest.mark.parametrize(("n", "n_base"), [(1, 1), (1, 40), (5, 5), (40, 12)])
def test_a_ratio_of_all_to_all_is_1_and_stays_uncertain(n: int, n_base: int) -> None:
    low, high = ratio_interval(n, n, n_base, n_base)
    assert low is not None
    assert high is not None
    assert low < 1 < high
    assert ratio_exceeds(n, n, n_base, n_base, low) == pytest.approx(0.025, abs=1e-9)
    assert ratio_exceeds(n, n, n_base, n_base, high) == pytest.approx(0.975, abs=1e-9)


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_a_ratio_lies_in_its_interval_and_turns_over_with_it(
    n: int, n_base: int, data: st.DataObject
) -> None:
    k, k_base = data.draw(st.integers(1, n)), data.draw(st.integers(1, n_base))
    low, high = ratio_interval(k, n, k_base, n_base)
    assert low is not None
    assert high is not None
    point = (k / n) / (k_base / n_base)
    assert low <= point * (1 + 1e-9)
    assert point <= high * (1 + 1e-9)
    low_back, high_back = ratio_interval(k_base, n_base, k, n)
    assert low_back == pytest.approx(1 / high, rel=1e-6)
    assert high_back == pytest.approx(1 / low, rel=1e-6)


def test_a_ratio_to_nobody_is_not_defined() -> None:
    assert ratio_interval(5, 50, 0, 50) == (None, None)
    assert ratio_exceeds(5, 50, 0, 50, 1.0) is None
    assert ratio_interval(0, 0, 3, 50) == (None, None)
    low, high = ratio_interval(0, 50, 5, 50)
    assert low == 0.0
    assert high is not None
    assert 0 < high < 1.5


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_ranks_hold_a_quantile_with_at_least_95_percent_and_are_the_tightest(p: float) -> None:
    for n in (*range(1, 120), 1000, 4321):
        low, high = quantile_ranks(n, p)
        # How many of n values fall below the quantile is binomial.
        below_low = 0.0 if low is None else float(binom.cdf(low - 1, n, p))
        above_high = 0.0 if high is None else float(binom.sf(high - 1, n, p))
        assert below_low <= 0.025 * (1 + 1e-12)
        assert above_high <= 0.025 * (1 + 1e-12)
        next_low = 1 if low is None else low + 1
        next_high = n if high is None else high - 1
        assert float(binom.cdf(next_low - 1, n, p)) > 0.025
        assert float(binom.sf(next_high - 1, n, p)) > 0.025


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_ranks_are_those_of_the_quantile_test(p: float) -> None:
    for n in (1, 2, 5, 6, 7, 20, 28, 29, 36, 40, 119):
        told = quantile_test(range(1, n + 1), p=p).confidence_interval(0.95)
        assert quantile_ranks(n, p) == tuple(None if math.isnan(one) else one for one in told)


def test_few_values_leave_the_sides_open() -> None:
    assert quantile_ranks(0, 0.5) == (None, None)
    assert quantile_ranks(5, 0.5) == (None, None)
    assert quantile_ranks(6, 0.5) == (1, 6)
    assert quantile_ranks(28, 0.9)[1] is None
    assert quantile_ranks(36, 0.9)[1] == 36
