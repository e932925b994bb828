"""A picture of very many groups shows those that weigh most and says how many it leaves out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from convocommerce.charts import Bars, Dots, Part, Picture, Stacks, to_plotly, to_svg

if TYPE_CHECKING:
    from collections.abc import Callable

    from convocommerce.charts import Chart

MANY = 1_000
NAMES = [f"campaign {i}" for i in range(MANY)]
# The later a campaign comes, the more stands behind it and the smaller its value.
VALUES = [1 - i / MANY for i in range(MANY)]
SIZES = list(range(1, MANY + 1))


def bars(**more: object) -> Bars:
    return Bars(title="Sold", categories=NAMES, values=VALUES, **more)  # type: ignore[arg-type]


def dots(**more: object) -> Dots:
    return Dots(title="Sold", categories=NAMES, values=VALUES, **more)  # type: ignore[arg-type]


def stacks(**more: object) -> Stacks:
    parts = [Part(name="a", values=VALUES), Part(name="b", values=[1 - v for v in VALUES])]
    return Stacks(title="Sold", categories=NAMES, parts=parts, **more)  # type: ignore[arg-type]


def drawn(chart: Chart) -> list[str]:
    picture = to_svg(chart)
    return [name for name in NAMES if f">{name}<" in picture]


@pytest.mark.parametrize("make", [bars, dots, stacks])
def test_those_that_rest_on_most_are_drawn_in_their_order(make: Callable[..., Chart]) -> None:
    chart = make(n=SIZES)
    assert drawn(chart) == NAMES[-30:]
    figure = to_plotly(chart)
    assert len(figure.layout.yaxis.ticktext) == 30
    text = "The 30 that rest on most are drawn; 970 more stand in the table."
    for told in (to_svg(chart), str(figure.layout.annotations[0].text)):
        assert text in told.replace("<br>", " ")
    assert len(chart.rows().rows) == MANY


def test_without_sizes_the_largest_are_drawn() -> None:
    assert drawn(bars()) == NAMES[:30]
    assert drawn(bars(n=[None] * MANY)) == NAMES[:30]
    debts = replace(bars(), values=[-i for i in range(MANY)])
    assert drawn(debts) == NAMES[-30:]
    assert "The 30 largest are drawn; 970 more stand in the table." in to_svg(debts)


def test_the_caption_stands_after_what_is_left_out_in_both_languages() -> None:
    chart = bars(n=SIZES, caption="Betekenis.")
    told = "De 30 die op de meeste rusten zijn getekend; nog 970 staan in de tabel. Betekenis."
    assert told in to_svg(chart, "nl")


def test_all_are_drawn_when_asked_for() -> None:
    assert drawn(bars(n=SIZES, most=None)) == NAMES
    assert "more stand in the table" not in to_svg(bars(most=None))
    few = Bars(title="Sold", categories=NAMES[:30], values=VALUES[:30])
    assert drawn(few) == NAMES[:30]
    assert "more stand in the table" not in to_svg(few)


def test_the_table_of_a_picture_holds_all() -> None:
    table = str(Picture(bars(n=SIZES)))
    assert all(f"{name} " in table for name in NAMES)
