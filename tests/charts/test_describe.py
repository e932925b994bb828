"""What a description promises: fixed, checked, and readable as a table and as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from convocommerce.charts import (
    Bars,
    Curve,
    Distribution,
    Dots,
    Endings,
    Gauge,
    HeatMap,
    Limits,
    Part,
    Series,
    Shift,
    Stacks,
    Total,
    Trend,
    Waterfall,
)
from convocommerce.charts.dots import ratio_ticks
from convocommerce.charts.scale import axis_ticks, bend, spread
from convocommerce.charts.svg_heatmap import heat_bounds, heat_step
from convocommerce.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from types import ModuleType

    from convocommerce.charts import Chart


def test_every_chart_is_also_a_table_and_a_sentence(chart: Chart, language: str) -> None:
    table = chart.rows(language)
    assert all(len(row) == len(table.headings) for row in table.rows)
    assert chart.description(language).endswith((".", "meaning")) or chart.caption
    assert table.text().splitlines()[0].startswith(table.headings[0])


def test_the_table_holds_value_interval_and_n(samples: ModuleType) -> None:
    assert samples.NORMAL["bars"].rows("nl").rows[0] == (
        "ad",
        "61,0%",
        "(54,9–67,1%)",
        "1.234",
        "61,0%",
    )
    last = samples.NORMAL["trend"].rows("en").rows[-1]
    assert last[:4] == ("week 7, 2026 (not complete)", "€9.00", "(€9.00–€9.00)", "906")


def test_the_description_names_highest_and_lowest(samples: ModuleType) -> None:
    said = samples.NORMAL["bars"].description("nl")
    assert "Hoogste: ad, 61,0%." in said
    assert "Laagste: post, 0,0%." in said


def test_a_description_keeps_its_values_when_the_data_changes() -> None:
    values: Any = pd.Series([1.0, None])
    bars = Bars(title="t", categories=["a", "b"], values=values)
    values[0] = 99.0
    assert bars.values == (1.0, None)
    assert hash(bars) == hash(Bars(title="t", categories=["a", "b"], values=[1, None]))


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(UsageError, match="values has 1 values and there are 2 categories"):
        Bars(title="t", categories="ab", values=[1])
    with pytest.raises(UsageError, match="n has 1"):
        Bars(title="t", categories="ab", values=[1, 2], n=[1])
    with pytest.raises(UsageError, match="there are 3 periods"):
        Trend(title="t", x="abc", series=[Series(name="s", values=[1])])
    with pytest.raises(UsageError, match="different lengths"):
        HeatMap(title="t", values=[[1], [1, 2]])
    with pytest.raises(UsageError, match="ascending"):
        Curve(name="c", seconds=[2, 1], share=[0, 0])
    with pytest.raises(UsageError, match="low has 1 values and there are 2 categories"):
        Dots(title="t", categories="ab", values=[1, 2], low=[1])
    with pytest.raises(UsageError, match="part 'p' has 1 values and there are 2"):
        Stacks(title="t", categories="ab", parts=[Part(name="p", values=[1])])
    with pytest.raises(UsageError, match="limits '95%' need one low and one high"):
        Limits(name="95%", n=[1, 2], low=[0.1], high=[0.9, 1])
    with pytest.raises(UsageError, match="limit of gauge 'rate' is 0; give one above 0"):
        Gauge(name="rate", value=0.5, limit=0)
    with pytest.raises(UnknownNameError, match="unit"):
        Bars(title="t", unit="percent", categories="a", values=[1])


def test_a_bar_cannot_be_cut_into_what_is_below_nothing_or_into_too_many() -> None:
    with pytest.raises(UsageError, match="part 'net' has a value below 0"):
        Stacks(title="t", categories="a", parts=[Part(name="net", values=[-1])])
    with pytest.raises(UsageError, match="a bar of 7 parts"):
        Stacks(title="t", categories="a", parts=[Part(name="p", values=[1])] * 7)


def test_steps_that_do_not_lead_to_the_end_are_refused() -> None:
    step = Shift(name="s", value=5)
    with pytest.raises(UsageError, match="steps of 't' lead to 5 and its end is 6"):
        Waterfall(title="t", steps=[step], end=Total(name="b", value=6))
    # What is not known cannot be held against anything.
    Waterfall(title="t", steps=[Shift(name="s", value=None)], end=Total(name="b", value=6))


def test_a_level_that_is_given_wins_over_what_cannot_be_added(samples: ModuleType) -> None:
    chart = samples.GAPS["waterfall from nowhere"]
    assert chart.levels() == [None, 90, 60]
    assert chart.rows().rows == (
        ("a", "", "–", "0"),
        ("s", "–", "1 min 30 s", "4"),
        ("r", "−30 s", "1 min", "1"),
        ("b", "", "1 min", "4"),
    )
    assert samples.GAPS["waterfall"].levels() == [600, None, None]


def test_both_endings_stand_beside_each_other(samples: ModuleType) -> None:
    grown = Curve(name="ordered", seconds=[600], share=[0.6], n=40, until=90_000)
    lost = Curve(name="lost", seconds=[86_400], share=[0.3], n=40, until=90_000)
    table = Endings(title="t", grown=grown, lost=lost).rows()
    assert table.rows[2:] == (
        ("4 h", "60.0%", "0.0%"),
        ("24 h", "60.0%", "30.0%"),
        ("n", "40", "40"),
    )


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([2.0], [1, 2, 4]),
        ([1.4, 3.8], [1, 2, 4]),
        ([0.3, 1], [0.25, 0.5, 1]),
        ([0.01, 30], [0.01, 0.1, 1, 10, 100]),
        ([], [0.5, 1, 2]),
    ],
)
def test_ticks_of_ratios_are_doublings(values: list[float], ticks: list[float]) -> None:
    assert ratio_ticks(values) == pytest.approx(ticks)


def test_a_curve_says_nothing_beyond_what_was_followed() -> None:
    curve = Curve(name="c", seconds=[60, 600], share=[0.2, 0.5], until=3600, open_share=0.5)
    table = {row[0]: row[1] for row in Distribution(title="t", curves=[curve]).rows().rows}
    assert table["1 h"] == "50.0%"
    assert table["4 h"] == "–"
    assert table["Not answered yet"] == "50.0%"


@pytest.mark.parametrize(
    ("values", "unit", "ticks"),
    [
        ([0.1, 0.9], "share", [0, 0.25, 0.5, 0.75, 1]),
        ([0.58, 0.64], "share", [0.58, 0.6, 0.62, 0.64]),
        ([10, 3000], "seconds", [0, 900, 1800, 2700, 3600]),
        ([0, 3], "count", [0, 1, 2, 3]),
        ([0], "EUR", [0, 0.25, 0.5, 0.75, 1]),
        ([-3, 2], "number", [-4, -2, 0, 2]),
    ],
)
def test_ticks_are_round_and_enclose_the_values(
    values: list[float], unit: str, ticks: list[float]
) -> None:
    assert axis_ticks(values, unit) == pytest.approx(ticks)


def test_the_axis_of_waiting_time_grows_and_bends() -> None:
    marks = [bend(s) for s in (0, 60, 300, 900, 3_600, 14_400, 86_400, 259_200)]
    assert marks == sorted(marks)
    assert marks[0] == 0


def test_labels_are_moved_apart_but_stay_inside() -> None:
    assert spread([50, 50, 50], 10, 0, 60) == [40, 50, 60]


def test_heat_steps_cover_every_value() -> None:
    for chart in (
        HeatMap(title="t", unit="share", values=[[0, 0.37, 1.0]]),
        HeatMap(title="t", unit="seconds", values=[[4, 80, 4000, 90_000]]),
        HeatMap(title="t", unit="count", values=[[0, 3]]),
        HeatMap(title="t", unit="number", values=[[-3, -1]]),
    ):
        bounds = heat_bounds(chart)
        assert bounds == sorted(bounds)
        known = [v for row in chart.values for v in row if v is not None]
        assert bounds[0] <= min(known) <= max(known) <= bounds[-1]
        assert heat_step(max(known), bounds) <= 4
