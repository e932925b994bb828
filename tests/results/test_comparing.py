"""Only like is set beside like; chance is counted once for all; segments add up to the whole."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import convocommerce as cc
from convocommerce.errors import UsageError
from convocommerce.intervals import share_interval
from convocommerce.measuring import Row
from convocommerce.results import Change, change_between, contributions, judged
from convocommerce.rules import Rules
from tables import SENDERS, fill, thread

DAY = 86400


@pytest.fixture(scope="module")
def shop() -> Iterator[cc.Shop]:
    """A conversation every six hours for eight weeks from Monday 2 March, answered ever later."""
    with cc.open(":memory:") as shop:
        messages = []
        for number in range(4 * 56):
            start, late = number * DAY / 4 - 9 * 3600 + 60, number >= 4 * 28
            wait = 900 if late and number % 3 else 60
            messages += thread(
                [(start, "c"), (start + wait, "h")],
                customer=f"c{number}",
                channel="messenger" if number % 2 else "instagram",
            )
        fill(shop.database, "messages", messages)
        shop.rules = Rules(senders=SENDERS)
        yield shop


FIRST, SECOND = "2026-03-02..2026-03-29", "2026-03-30..2026-04-26"


def test_whole_weeks_are_compared(shop: cc.Shop) -> None:
    now = shop.measure("first_response_time", period=SECOND, as_of="2026-04-27")
    changes = {one.now.statistic: one for one in now.compare(FIRST).changes}
    quick = changes["within_5_minutes"]
    assert quick.before is not None
    assert (quick.now.n, quick.before.n) == (112, 112)
    # 37 of 112 are quick now, and all were before.
    assert quick.difference == pytest.approx(37 / 112 - 1)
    assert quick.is_beyond_noise
    assert changes["km_median"].difference == 840
    assert changes["within_24_hours"].p_value == 1.0
    assert not changes["within_24_hours"].is_beyond_noise


@pytest.mark.parametrize(
    ("mine", "other", "as_of", "said"),
    [
        (
            "2026-04",
            "2026-03",
            "2026-05-01",
            "measure 2026-04-01..2026-04-28 and compare it with 2026-03-04..2026-03-31",
        ),
        ("2026-03-14", "2026-03-13", "2026-05-01", "compare it with 2026-03-07"),
        ("2026-04", "2026-03", "2026-04-27", "take days up to 2026-04-26"),
        ("2026-W10", "2026-W18", "2026-04-27", "not over at the as-of"),
    ],
)
def test_unlike_periods_are_refused_with_like_ones(
    shop: cc.Shop, mine: str, other: str, as_of: str, said: str
) -> None:
    result = shop.measure("conversations", period=mine, as_of=as_of)
    with pytest.raises(UsageError, match=said):
        result.compare(other)


def test_what_is_offered_instead_can_be_compared(shop: cc.Shop) -> None:
    told = shop.measure("conversations", period="2026-04-01..2026-04-26", as_of="2026-04-27")
    with pytest.raises(UsageError, match="same weekdays") as error:
        told.compare("2026-03")
    words = str(error.value).replace(",", "").split()
    mine, other = (one for one in words if ".." in one)
    assert shop.measure("conversations", period=mine, as_of="2026-04-27").compare(other).changes

    assert (mine, other) == ("2026-04-01..2026-04-21", "2026-03-11..2026-03-31")


def test_a_day_is_compared_with_the_same_weekday(shop: cc.Shop) -> None:
    day = shop.measure("conversations", period="2026-03-16", as_of="2026-04-27")
    assert day.compare("2026-03-09").changes[0].difference == 0


def test_a_period_without_anything_has_nothing_to_compare(shop: cc.Shop) -> None:
    result = shop.measure("first_response_time", period="2026-W10", as_of="2026-04-27")
    change = result.compare("2026-W09").changes[0]
    assert change.before is not None
    assert (change.before.n, change.before.value, change.difference) == (0, None, None)
    with pytest.raises(UsageError, match="cannot be compared"):
        shop.measure("conversion", period="2026-W11", by="week").compare("2026-W10")


def share(k: int, n: int, *group: str, statistic: str = "rate", unit: str = "share") -> Row:
    low, high = share_interval(k, n)
    return Row(
        "cart_abandonment",
        statistic,
        "Abandoned",
        unit,
        group,
        k / n if n else None,
        low,
        high,
        n,
        0,
    )


def test_chance_is_counted_once_for_all_that_is_shown() -> None:
    one = change_between(share(60, 100), share(45, 100))
    assert one.is_beyond_noise
    assert one.p_value is not None
    assert 0.03 < one.p_value < 0.05
    # The same among twenty that moved by nothing is what chance brings.
    still = [change_between(share(50, 100), share(50, 100)) for _ in range(19)]
    together = judged([one, *still])
    assert not together[0].is_beyond_noise
    assert together[0].p_adjusted == pytest.approx(min(1.0, 20 * one.p_value))
    assert [change.p_adjusted for change in together[1:]] == [1.0] * 19
    # What has no p-value is not counted.
    nothing = Change(share(0, 0), None, None, None, None)
    assert judged([one, nothing])[0].p_adjusted == one.p_value
    assert judged([one, nothing])[1].p_adjusted is None


def test_a_change_is_beyond_noise_alone_exactly_when_its_p_value_says_so() -> None:
    for k in range(101):
        change = change_between(share(k, 100), share(50, 100))
        assert change.p_value is not None
        assert change.is_beyond_noise == (change.p_value < 0.05)


def test_p_values_are_in_the_records(shop: cc.Shop) -> None:
    now = shop.measure("first_response_time", period=SECOND, by="channel", as_of="2026-04-27")
    records = now.compare(FIRST).records()
    p_values = [one["p_value"] for one in records if one["p_value"] is not None]
    adjusted = [one["p_adjusted"] for one in records if one["p_adjusted"] is not None]
    assert len(p_values) == len(adjusted) > 10
    assert all(one >= other for one, other in zip(adjusted, p_values, strict=True))


def test_a_whole_can_fall_while_every_segment_rises() -> None:
    # Of 100 mornings 80 and of 100 nights 20; then 30 mornings at 25 and 170 nights at 51.
    told = contributions(
        [share(25, 30, "morning"), share(51, 170, "night")],
        [share(80, 100, "morning"), share(20, 100, "night")],
    )
    assert told is not None
    assert (told.now, told.before) == (0.38, 0.5)
    assert told.difference == pytest.approx(-0.12)
    parts = {one.group: one for one in told.parts}
    morning, night = parts["morning",], parts["night",]
    # Half way: mornings are (0.15 + 0.5) / 2 of the whole, and the whole is 0.44.
    assert morning.rate == pytest.approx(0.325 * (25 / 30 - 0.8))
    assert morning.mix == pytest.approx(-0.35 * ((25 / 30 + 0.8) / 2 - 0.44))
    assert night.rate == pytest.approx(0.675 * 0.1)
    assert morning.mix < 0
    assert night.mix < 0
    assert sum(one.total for one in told.parts) == pytest.approx(told.difference)
    assert night.rate_low is not None
    assert night.rate_high is not None
    assert night.rate_low < night.rate < night.rate_high
    assert morning.mix_high is not None
    assert morning.mix_high < 0


Counts = dict[str, tuple[int, int]]
SEGMENTS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    max_size=6,
)


@given(SEGMENTS, SEGMENTS)
def test_parts_add_up_to_the_difference_and_turn_over_with_the_periods(
    now: Counts, before: Counts
) -> None:
    rows, rows_before = (
        [share(k, n, name) for name, (k, n) in side.items()] for side in (now, before)
    )
    told = contributions(rows, rows_before)
    sums = [tuple(map(sum, zip(*side.values(), strict=True))) for side in (now, before)]
    if not all(one and one[1] for one in sums):
        assert told is None
        return
    assert told is not None
    wanted = Fraction(*sums[0]) - Fraction(*sums[1])
    assert sum(one.total for one in told.parts) == pytest.approx(float(wanted), abs=1e-12)
    sizes = [abs(one.total) for one in told.parts]
    assert sizes == sorted(sizes, reverse=True)
    back = contributions(rows_before, rows)
    assert back is not None
    there = {one.group: one for one in back.parts}
    for one in told.parts:
        assert there[one.group].total == pytest.approx(-one.total, abs=1e-12)
        assert there[one.group].mix == pytest.approx(-one.mix, abs=1e-12)
        if one.rate_low is not None and one.rate_high is not None:
            assert one.rate_low - 1e-12 <= one.rate <= one.rate_high + 1e-12


def test_a_segment_that_came_or_went_only_mixes(shop: cc.Shop) -> None:
    told = contributions([share(5, 10, "a"), share(9, 10, "b")], [share(5, 10, "a")])
    assert told is not None
    (new, old) = told.parts
    assert (new.group, new.rate, new.before) == (("b",), 0.0, None)
    assert (new.rate_low, new.rate_high) == (None, None)
    assert new.total + old.total == pytest.approx(0.2)


def test_only_a_share_is_made_up_of_its_segments(shop: cc.Shop) -> None:
    median = [share(1, 2, "a", statistic="median", unit="seconds")]
    with pytest.raises(UsageError, match="only a share is made up"):
        contributions(median, median)
    with pytest.raises(UsageError, match="of one statistic"):
        contributions([share(1, 2, "a")], [share(1, 2, "a", statistic="lost_rate")])


def test_a_comparison_tells_which_group_moved_it(shop: cc.Shop) -> None:
    asked: dict[str, Any] = {"period": SECOND, "as_of": "2026-04-27"}
    compared = shop.measure("first_response_time", by="channel", **asked).compare(FIRST)
    told = compared.contributions("within_5_minutes")
    assert told is not None
    assert told.difference == pytest.approx(37 / 112 - 1)
    assert {one.group for one in told.parts} == {("messenger",), ("instagram",)}
    assert sum(one.total for one in told.parts) == pytest.approx(told.difference)
    first = compared.contributions()
    assert first is not None
    assert first == told
    with pytest.raises(UsageError, match="only a share"):
        compared.contributions("median")
    with pytest.raises(UsageError, match="no rates of any metric"):
        compared.contributions("rates")
    with pytest.raises(UsageError, match="cut by nothing"):
        shop.measure("first_response_time", **asked).compare(FIRST).contributions()


def test_a_group_that_is_gone_still_counts(shop: cc.Shop) -> None:
    # Before, everything was quick; of the slow ones there were none.
    asked: dict[str, Any] = {"by": "answer_speed", "as_of": "2026-04-27"}
    compared = shop.measure("first_response_time", period=FIRST, **asked).compare(SECOND)
    assert {row.group for row in compared.gone} == {("5 to 15 min",)}
    told = compared.contributions("within_5_minutes")
    assert told is not None
    assert told.difference == pytest.approx(1 - 37 / 112)
    assert sum(one.total for one in told.parts) == pytest.approx(told.difference)
