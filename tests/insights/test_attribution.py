"""Every model shares out exactly what was observed, and shares it as its definition says."""

from __future__ import annotations

import math
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convocommerce.errors import UsageError
from convocommerce.insights import (
    ATTRIBUTION_MODELS,
    Credit,
    Path,
    clicked_or_seen,
    first_touch,
    last_touch,
    linear,
    markov,
    passing_over,
    position_based,
    shapley,
    time_decay,
)

RULES_OF_THUMB = ("first", "last", "linear", "position", "time_decay")


@st.composite
def drawn_paths(draw: st.DrawFn) -> list[Path]:
    """Draw paths over few channels, with ages, some empty, some that never happened."""
    paths = []
    for channels in draw(st.lists(st.lists(st.sampled_from("abcde"), max_size=6), max_size=12)):
        sold = draw(st.integers(0, 40))
        cents = draw(st.integers(0, 10**7)) if sold else 0
        ages = draw(
            st.lists(
                st.floats(0, 4000, allow_subnormal=False),
                min_size=len(channels),
                max_size=len(channels),
            )
        )
        value = Decimal(cents).scaleb(-2)
        nulls = draw(st.integers(0, 200))
        paths.append(Path(tuple(channels), sold, value, nulls, tuple(ages)))
    return paths


def shares(credited: list[Credit]) -> dict[str | None, float]:
    return {one.channel: one.conversions for one in credited}


@pytest.mark.parametrize("model", ATTRIBUTION_MODELS)
@given(paths=drawn_paths())
def test_credits_add_up_to_what_was_observed(model: str, paths: list[Path]) -> None:
    credited = ATTRIBUTION_MODELS[model](paths)
    sold = sum(path.conversions for path in paths)
    assert sum(one.conversions for one in credited) == sold
    assert sum(one.conversions for one in reversed(credited)) == sold
    assert sum(one.value for one in credited) == sum(path.value for path in paths)
    names = {name for path in paths for name in path.channels}
    assert {one.channel for one in credited} - {None} == names


@pytest.mark.parametrize("model", ATTRIBUTION_MODELS)
@given(paths=drawn_paths(), seed=st.integers(0, 99))
def test_how_paths_are_told_does_not_matter(model: str, paths: list[Path], seed: int) -> None:
    credit = ATTRIBUTION_MODELS[model]
    apart = [
        part
        for path in paths
        for part in (
            Path(path.channels, path.conversions, path.value, 0, path.ages_days),
            Path(path.channels, 0, Decimal(0), path.nulls, path.ages_days),
        )
    ]
    Random(seed).shuffle(apart)
    assert credit(apart) == credit(paths)


@pytest.mark.parametrize("model", RULES_OF_THUMB)
@given(paths=drawn_paths())
def test_a_channel_without_sales_is_credited_nothing(model: str, paths: list[Path]) -> None:
    converting = {name for path in paths if path.conversions for name in path.channels}
    for one in ATTRIBUTION_MODELS[model](paths):
        if one.channel is not None and one.channel not in converting:
            assert (one.conversions, one.value) == (0, 0)


@pytest.mark.parametrize("model", ATTRIBUTION_MODELS)
def test_a_single_channel_gets_everything(model: str) -> None:
    paths = [
        Path(("ad",), 2, Decimal("30.05"), 5, (1.0,)),
        Path(("ad", "ad", "ad"), 1, Decimal("9.99"), 2, (3.0, 2.0, 1.0)),
    ]
    assert ATTRIBUTION_MODELS[model](paths) == [Credit("ad", 3.0, Decimal("40.04"))]


@pytest.mark.parametrize("model", ATTRIBUTION_MODELS)
def test_sales_without_a_touch_are_nobodys(model: str) -> None:
    paths = [Path((), 7, Decimal("70.70"), ages_days=()), Path(("ad",), 1, Decimal(9), 3, (0.0,))]
    assert ATTRIBUTION_MODELS[model](paths) == [
        Credit("ad", 1.0, Decimal(9)),
        Credit(None, 7.0, Decimal("70.70")),
    ]


@pytest.mark.parametrize("model", ATTRIBUTION_MODELS)
def test_without_sales_nothing_is_credited(model: str) -> None:
    credit = ATTRIBUTION_MODELS[model]
    assert credit([]) == []
    assert credit([Path(("ad", "post"), nulls=3)]) == [
        Credit("ad", 0.0, Decimal(0)),
        Credit("post", 0.0, Decimal(0)),
    ]
    assert credit([Path(("ad",))]) == [Credit("ad", 0.0, Decimal(0))]


def test_a_cent_that_cannot_be_parted_goes_to_one() -> None:
    found = linear([Path(("ad", "link", "post"), 1, Decimal("0.10"))])
    assert sorted(one.value for one in found) == [Decimal("0.03")] * 2 + [Decimal("0.04")]
    fine = linear([Path(("ad", "post"), 1, Decimal("0.003"))])
    assert sorted(one.value for one in fine) == [Decimal("0.001"), Decimal("0.002")]


def test_repeats_count_by_place() -> None:
    paths = [Path(("ad", "ad", "post", "ad"), 10)]
    assert shares(first_touch(paths)) == {"ad": 10, "post": 0}
    assert shares(last_touch(paths)) == {"ad": 10, "post": 0}
    assert shares(linear(paths)) == {"ad": 7.5, "post": 2.5}
    assert shares(position_based(paths)) == pytest.approx({"ad": 9, "post": 1})
    assert shares(shapley(paths)) == {"ad": 5, "post": 5}


def test_positions_with_nothing_between() -> None:
    paths = [Path(("ad", "post"), 1)]
    assert shares(position_based(paths, first=0.3, last=0.1)) == pytest.approx(
        {"ad": 0.75, "post": 0.25}
    )
    assert shares(position_based(paths, first=0, last=0)) == {"ad": 0.5, "post": 0.5}


def test_decay_of_ages_beyond_any_float() -> None:
    path = Path(("ad", "post"), 1, ages_days=(1e6 + 1, 1e6))
    assert shares(time_decay([path], half_life_days=1)) == pytest.approx(
        {"ad": 1 / 3, "post": 2 / 3}
    )


def test_markov_by_hand() -> None:
    # Without ad only the walk by post alone is left: 1 of 3 instead of 2 of 3.
    paths = [Path(("ad", "post"), 1), Path(("ad",), nulls=1), Path(("post",), 1)]
    found = shares(markov(paths))
    assert found == pytest.approx({"ad": 2 / 3, "post": 4 / 3}, rel=1e-12)
    # In the second order, post after ad is another state than post alone.
    paths = [Path(("ad", "post"), 1), Path(("post",), 0, nulls=1), Path(("link",), 1)]
    assert shares(markov(paths, order=2)) == pytest.approx(
        {"ad": 2 / 3, "post": 2 / 3, "link": 2 / 3}
    )
    assert shares(markov(paths, order=1)) == pytest.approx({"ad": 0.4, "post": 0.8, "link": 0.8})


def walked(paths: list[Path], order: int, without: str | None) -> float:
    """The chance of a sale, walking the chain step by step until nobody is left on the way."""
    counts: dict[tuple[str, ...], dict[object, int]] = defaultdict(lambda: defaultdict(int))
    for path in paths:
        n, state = path.conversions + path.nulls, ()
        if not (n and path.channels):
            continue
        for name in path.channels:
            following = (*state, name)[-order:]
            counts[state][following] += n
            state = following
        counts[state]["sale"] += path.conversions
        counts[state]["nothing"] += path.nulls
    here: dict[tuple[str, ...], float] = {(): 1.0}
    sold = 0.0
    while math.fsum(here.values()) > 1e-13:
        there: dict[tuple[str, ...], float] = defaultdict(float)
        for state, mass in here.items():
            whole = sum(counts[state].values())
            for following, n in counts[state].items():
                if following == "sale":
                    sold += mass * n / whole
                elif isinstance(following, tuple) and following[-1] != without:
                    there[following] += mass * n / whole
        here = there
    return sold


@pytest.mark.parametrize("order", [1, 2, 3])
@given(paths=drawn_paths())
def test_markov_is_what_walking_finds(order: int, paths: list[Path]) -> None:
    sold = sum(path.conversions for path in paths if path.channels)
    if not sold:
        return
    names = sorted({name for path in paths for name in path.channels})
    whole = walked(paths, order, None)
    effects = {name: 1 - walked(paths, order, name) / whole for name in names}
    found = shares(markov(paths, order=order))
    for name in names:
        wanted = sold * effects[name] / sum(effects.values())
        assert found[name] == pytest.approx(wanted, abs=1e-6 * sold)


def played(paths: list[Path]) -> dict[str, Fraction]:
    """Shapley's value by letting the channels join in every possible order."""
    people: dict[frozenset[str], int] = defaultdict(int)
    sold: dict[frozenset[str], int] = defaultdict(int)
    for path in paths:
        people[frozenset(path.channels)] += path.conversions + path.nulls
        sold[frozenset(path.channels)] += path.conversions

    def rate(group: frozenset[str]) -> Fraction:
        if people.get(group):
            return Fraction(sold[group], people[group])
        return max(
            (Fraction(sold[met], n) for met, n in people.items() if n and met and met <= group),
            default=Fraction(0),
        )

    def worth(group: frozenset[str]) -> Fraction:
        return sum((n * rate(met & group) for met, n in people.items() if met & group), Fraction(0))

    names = sorted({name for path in paths for name in path.channels})
    orders = list(permutations(names))
    value = dict.fromkeys(names, Fraction(0))
    for one in orders:
        for place, name in enumerate(one):
            before = frozenset(one[:place])
            value[name] += worth(before | {name}) - worth(before)
    return {name: total / len(orders) for name, total in value.items()}


@given(paths=drawn_paths())
def test_shapley_is_what_every_order_of_joining_finds(paths: list[Path]) -> None:
    found = shares(shapley(paths))
    for name, wanted in played(paths).items():
        assert found[name] == pytest.approx(float(wanted), abs=1e-9)


def test_shapley_by_hand() -> None:
    paths = [Path(("ad",), 1, nulls=1), Path(("ad", "post", "link"), 9, nulls=1)]
    # Of the nine, ad adds five unless it comes last, who adds the rest: ad 2/3 * 5 + 1/3 * 9,
    # each other 1/3 * 4. The one sale of ad alone is its own.
    found = shares(shapley(paths))
    assert found == pytest.approx({"ad": 22 / 3, "post": 4 / 3, "link": 4 / 3})


NAMES = tuple(f"c{number:02d}" for number in range(13))


def test_shapley_of_many_channels_is_sampled_near_the_exact_value() -> None:
    paths = [
        Path(NAMES, 60, Decimal(600), nulls=40),
        Path(NAMES[:1], 30, Decimal(90), nulls=70),
        Path(NAMES[3:5], 10, Decimal(10), nulls=90),
    ]
    # The same by hand: of the 60, all wait for the last one to come; until then the rate is that
    # of c00 once it has come, or that of c03 and c04 once both have.
    exact = dict.fromkeys(NAMES, 30 / 13)
    exact["c00"] += 30 - 10 / 3 + 30
    for name in NAMES[3:5]:
        exact[name] += 10 / 6 + 5
    sampled = shapley(paths, permutations=20_000)
    assert shares(sampled) == pytest.approx(exact, abs=0.4)
    assert sum(one.conversions for one in sampled) == 100
    assert sum(one.value for one in sampled) == 700
    assert shapley(paths, seed=1) == shapley(paths[::-1], seed=1)
    assert shapley(paths, seed=1) != shapley(paths, seed=2)


def test_twelve_channels_are_exact() -> None:
    found = shares(shapley([Path(NAMES[:12], 60, nulls=40)], permutations=1))
    assert found == pytest.approx(dict.fromkeys(NAMES[:12], 5.0), rel=1e-12)


def test_shapley_shows_what_goes_with_fewer_sales() -> None:
    paths = [Path(("ad",), 50, nulls=50), Path(("ad", "post"), 10, nulls=90)]
    assert shares(shapley(paths)) == pytest.approx({"ad": 80.0, "post": -20.0})


def test_passing_over_keeps_paths_of_nothing_else() -> None:
    paths = [
        Path(("ad", "organic"), 1, Decimal(5), 1, (3.0, 1.0)),
        Path(("ad",), 2, Decimal(6), 0, (3.0,)),
        Path(("organic", "organic"), 4, Decimal(7), 2, (3.0, 1.0)),
    ]
    assert passing_over(paths, ["organic"]) == [
        Path(("ad",), 3, Decimal(11), 1, (3.0,)),
        paths[2],
    ]


def test_of_clicks_the_newest_counts_and_nothing_after_the_sale() -> None:
    assert clicked_or_seen([("click", "a", 3.0), ("click", "b", 2.0), ("view", "c", 0.1)]) == "b"
    assert clicked_or_seen([("click", "a", -0.1), ("view", "c", 1.0)]) == "c"
    assert clicked_or_seen([]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Path(("ad",), conversions=-1),
        lambda: Path(("ad",), nulls=-1),
        lambda: Path(("ad",), 1, Decimal(-1)),
        lambda: Path(("ad",), 0, Decimal(1)),
        lambda: Path(("ad",), 1, Decimal("NaN")),
        lambda: Path(("ad",), 1, ages_days=()),
        lambda: Path(("ad",), 1, ages_days=(-1.0,)),
        lambda: Path(("ad",), 1, ages_days=(math.nan,)),
        lambda: position_based([], first=0.7, last=0.4),
        lambda: position_based([], first=-0.1),
        lambda: time_decay([], half_life_days=0),
        lambda: time_decay([Path(("ad",), 1)]),
        lambda: markov([], order=0),
        lambda: shapley([], permutations=0),
    ],
)
def test_what_cannot_be_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(UsageError):
        wrong()
