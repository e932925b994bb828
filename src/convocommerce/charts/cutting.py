"""How many categories a picture shows: as many as a person can still read, those that weigh most.

A picture of a thousand bars takes seconds to draw and tells nothing. What is left out is said in
the picture, and stays in the table behind it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from convocommerce.charts.bars import Bars
from convocommerce.charts.dots import Dots
from convocommerce.charts.stacks import Stacks
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convocommerce.charts.base import Chart

_COLUMNS = ("categories", "values", "low", "high", "n", "comparison")


def cut(chart: Chart, language: str) -> Chart:
    """Return what is drawn of a description: all of it, or the categories that weigh most.

    Those that rest on most are kept, in their own order; where that is not known, the largest.
    The caption then begins with how many are left out.

    Args:
        chart: The description.
        language: ``"en"`` or ``"nl"``.
    """
    if not isinstance(chart, Bars | Dots | Stacks) or chart.most is None:
        return chart
    n_left = len(chart.categories) - chart.most
    if n_left <= 0:
        return chart
    sizes = _sizes(chart)
    # Sorting keeps the order of equals, so that the first of them stay.
    places = sorted(sorted(range(len(sizes)), key=lambda i: -sizes[i])[: chart.most])

    def kept(column: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(column[i] for i in places) if column else ()

    columns: dict[str, Any] = {
        name: kept(getattr(chart, name)) for name in _COLUMNS if hasattr(chart, name)
    }
    if isinstance(chart, Stacks):
        columns["parts"] = tuple(replace(part, values=kept(part.values)) for part in chart.parts)
    write = Formatter(language)
    key = "cut by n" if any(chart.n) else "cut by value"
    said = word(key, language, k=write.count(chart.most), rest=write.count(n_left))
    return replace(chart, **columns, caption=f"{said} {chart.caption}".strip())


def _sizes(chart: Bars | Dots | Stacks) -> list[float]:
    if any(chart.n):
        return [n or 0.0 for n in chart.n]
    if isinstance(chart, Stacks):
        columns = [part.values for part in chart.parts]
        return [sum(value or 0.0 for value in values) for values in zip(*columns, strict=True)]
    return [abs(value or 0.0) for value in chart.values]
