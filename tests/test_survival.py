"""Curves, their intervals and tests between them are those of the statistics libraries."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import (  # type: ignore[import-untyped]  # has no stubs
    CumIncidenceRight,
    SurvfuncRight,
    survdiff,
)

from convocommerce.survival import aalen_johansen, kaplan_meier, log_rank
from survival_cases import counted, drawn, drawn_ends

SEEDS = range(40)


def same(found: Any, told: Any, tolerance: float = 1e-9) -> bool:
    return bool(np.allclose(found, told, rtol=tolerance, atol=tolerance, equal_nan=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_curve_is_kaplan_and_meiers_with_greenwoods_variance(seed: int) -> None:
    times, ended = drawn(seed)
    curve = kaplan_meier(*counted(times, ended))
    told = SurvfuncRight(times, ended)
    # The library also lists times at which somebody only left.
    at = np.searchsorted(told.surv_times, curve.seconds)
    assert same(curve.alive, told.surv_prob[at])
    assert (curve.n, curve.n_ended, curve.until) == (len(times), sum(ended), max(times))
    alive, error = told.surv_prob[at], told.surv_prob_se[at]
    known = alive > 1e-9
    alive, error = alive[known], error[known]
    middle, half = np.log(-np.log(alive)), stats.norm.ppf(0.975) * error / -(alive * np.log(alive))
    assert same(curve.low[known], np.exp(-np.exp(middle + half)))
    assert same(curve.high[known], np.exp(-np.exp(middle - half)))
    assert np.isnan(curve.low[~known]).all()


@pytest.mark.parametrize("at", [0.25, 0.5, 0.9])
@pytest.mark.parametrize("seed", SEEDS)
def test_quantiles_have_the_intervals_of_the_statistics_library(seed: int, at: float) -> None:
    times, ended = drawn(seed)
    curve = kaplan_meier(*counted(times, ended))
    told = SurvfuncRight(times, ended)
    value, (low, high) = curve.quantile(at)
    # The library waits until the curve is below the share; reaching it is enough for us.
    if not np.isclose(curve.alive, 1 - at).any():
        assert math.isnan(told.quantile(at)) if value is None else value == told.quantile(at)
    with np.errstate(all="ignore"):
        low_told, high_told = told.quantile_ci(at, method="cloglog")
    if math.isnan(low_told):
        # No time is in the interval: the curve falls past all of it in one step.
        assert low == high
        return
    assert low == low_told
    # Where nobody is left we know no variance, so the upper end stays open.
    is_end = curve.alive[-1] < 1e-9 and high_told == curve.seconds[-1]
    assert high is None if is_end or math.isinf(high_told) else high == high_told


def test_without_anybody_left_the_curve_is_the_share_that_waited() -> None:
    times = [1.0, 1.0, 2.0, 5.0, 5.0, 5.0, 8.0, 13.0]
    curve = kaplan_meier(*counted(times, [1] * 8))
    assert same(curve.alive, [6 / 8, 5 / 8, 2 / 8, 1 / 8, 0])
    assert curve.quantile(0.5)[0] == 5.0
    # Exactly half have been answered by the second of four.
    assert kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1], [0] * 4).quantile(0.5)[0] == 2.0


def test_a_curve_that_never_falls_that_far_has_no_quantile() -> None:
    curve = kaplan_meier([60, 3600], [4, 0], [0, 6])
    assert curve.quantile(0.5) == (None, (60.0, None))
    assert curve.until == 3600


def test_nobody_watched_and_nothing_happened() -> None:
    nobody = kaplan_meier([], [], [])
    assert (nobody.n, nobody.n_ended, nobody.until) == (0, 0, None)
    assert nobody.quantile(0.5) == (None, (None, None))
    nothing = kaplan_meier([5, 9], [0, 0], [1, 2])
    assert (nothing.n, nothing.n_ended, nothing.until) == (3, 0, 9.0)
    assert nothing.quantile(0.5) == (None, (None, None))


def test_one_answer_bounds_nothing() -> None:
    assert kaplan_meier([60], [1], [0]).quantile(0.5) == (60.0, (None, None))


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=30))
def test_a_curve_falls_and_lies_in_its_interval(people: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier(*counted([float(t) for t, _ in people], [int(e) for _, e in people]))
    assert all(one > other for one, other in pairwise([1.0, *curve.alive]))
    known = ~np.isnan(curve.low)
    assert (curve.low[known] <= curve.alive[known]).all()
    assert (curve.alive[known] <= curve.high[known]).all()


@pytest.mark.parametrize("k", [2, 3, 5])
@pytest.mark.parametrize("seed", range(15))
def test_log_rank_is_that_of_the_statistics_libraries(seed: int, k: int) -> None:
    groups = [drawn(100 * seed + number) for number in range(k)]
    found = log_rank([counted(*group) for group in groups])
    times, ended, which = (
        np.array([x for g in groups for x in g[0]]),
        np.array([x for g in groups for x in g[1]]),
        np.array([number for number, g in enumerate(groups) for _ in g[0]]),
    )
    statistic, p_value = survdiff(times, ended, which)
    assert found.statistic == pytest.approx(statistic, rel=1e-9)
    assert found.p_value == pytest.approx(p_value, rel=1e-9)
    assert found.degrees == k - 1
    assert sum(found.observed) == pytest.approx(sum(found.expected)) == ended.sum()
    if k == 2:
        told = stats.logrank(
            *(stats.CensoredData.right_censored(t, 1 - np.array(e)) for t, e in groups)
        )
        assert found.statistic == pytest.approx(told.statistic**2, rel=1e-9)
        assert found.p_value == pytest.approx(told.pvalue, rel=1e-9)


def test_log_rank_says_nothing_where_nothing_can_be_told() -> None:
    some = counted([1.0, 2.0, 3.0], [1, 1, 0])
    for groups in ([], [some], [some, ([], [], [])], [([5.0], [0], [3]), ([6.0], [0], [3])]):
        found = log_rank(groups)
        assert (found.statistic, found.p_value) == (None, None)
    # Two alike, and a third of whom nobody was watched for long enough to see anything.
    found = log_rank([some, some, ([0.5], [0], [4])])
    assert found.degrees == 1
    assert found.statistic == pytest.approx(0.0, abs=1e-12)


def test_who_left_at_the_time_of_an_end_was_still_watched() -> None:
    # Of two watched at 5, one ended and one left: half are left, not none.
    assert same(kaplan_meier([5], [1], [1]).alive, [0.5])


@pytest.mark.parametrize("seed", SEEDS)
def test_incidence_is_that_of_the_statistics_library(seed: int) -> None:
    times, ends = drawn_ends(seed)
    found = aalen_johansen(*counted(times, ends, 2))
    with np.errstate(all="ignore"):
        told = CumIncidenceRight(np.array(times), np.array(ends))
    at = np.searchsorted(told.times, found.seconds)
    for number in range(2):
        assert same(found.share[number], told.cinc[number][at])
        share, error = told.cinc[number][at], told.cinc_se[number][at]
        known = (share > 1e-9) & (share < 1 - 1e-9) & np.isfinite(error)
        step = stats.norm.ppf(0.975) * error[known] / (share[known] * -np.log(share[known]))
        assert same(found.low[number][known], share[known] ** np.exp(step), 1e-7)
        assert same(found.high[number][known], share[known] ** np.exp(-step), 1e-7)
    alive = 1 - sum(found.share)
    assert (alive > -1e-12).all()


def test_without_another_end_incidence_is_what_the_curve_leaves() -> None:
    times, ended = drawn(7)
    seconds, events, left = counted(times, ended)
    found = aalen_johansen(seconds, [events, [0] * len(events)], left)
    assert same(found.share[0], 1 - kaplan_meier(seconds, events, left).alive)
    assert found.n_ended == (sum(ended), 0)


def test_without_anybody_left_incidence_is_the_share_and_its_error_is_binomial() -> None:
    found = aalen_johansen([1, 2, 3, 4], [[10, 0, 15, 5], [0, 20, 0, 50]], [0] * 4)
    assert same(found.share[0], [0.1, 0.1, 0.25, 0.3])
    p = 0.25
    step = stats.norm.ppf(0.975) * math.sqrt(p * (1 - p) / 100) / (p * -math.log(p))
    assert found.low[0][2] == pytest.approx(p ** math.exp(step))
    assert found.high[0][2] == pytest.approx(p ** math.exp(-step))


def test_an_end_that_comes_first_is_not_a_chance_for_the_other() -> None:
    random = Random(5)
    times = [random.expovariate(1.0) for _ in range(400)]
    ends = [random.choice((1, 2, 2)) for _ in times]
    seconds, (orders, lost), left = counted(times, ends, 2)
    honest = aalen_johansen(seconds, [orders, lost], left)
    naive = kaplan_meier(seconds, orders, [a + b for a, b in zip(lost, left, strict=True)])
    assert honest.share[0][-1] == pytest.approx(ends.count(1) / 400)
    assert 1 - naive.alive[-1] > honest.share[0][-1] + 0.2


def test_nothing_ended_has_no_incidence() -> None:
    assert aalen_johansen([], [[], []], []).until is None
    found = aalen_johansen([9], [[0], [0]], [4])
    assert (found.n, found.n_ended, len(found.share[0])) == (4, (0, 0), 0)
