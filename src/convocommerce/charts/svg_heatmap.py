"""Drawing heat maps: five steps of one colour; a cell without data is an empty outline."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from convocommerce.charts.canvas import SMALL, Canvas, paint
from convocommerce.charts.scale import axis_ticks
from convocommerce.charts.text import clean, text_width
from convocommerce.charts.theme import HEAT_STEPS
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.charts.heatmap import HeatMap

_TIMES = (15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800)


def draw_heatmap(chart: HeatMap, canvas: Canvas, left: float, top: float, width: float) -> float:
    """Draw the cells from ``top`` down and return where they end."""
    rows, columns = chart.row_names(canvas.language), chart.column_names()
    values, sizes = chart.values, chart.n
    if canvas.is_narrow and len(columns) > 12 and len(rows) <= 10:
        # A week goes downwards on a phone: hours as rows leave room for every cell.
        rows, columns = columns, rows
        values = tuple(zip(*values, strict=True))
        sizes = tuple(zip(*sizes, strict=True)) if sizes else ()
    gutter = min(max(text_width(clean(name), SMALL) for name in rows) + 10, width * 0.3)
    across = (width - gutter) / len(columns)
    down = min(max(across, 22.0), 26.0)
    start, y = left + gutter, top + 18
    _draw_column_names(columns, canvas, start, top + 10, across)
    bounds = heat_bounds(chart)
    write = Formatter(canvas.language)
    texts = [[_short(value, chart.unit, write) for value in row] for row in values]
    is_written = all(text_width(t, 10) <= across - 4 for row in texts for t in row)
    for i, name in enumerate(rows):
        middle = y + down / 2 + 4
        canvas.text(start - 8, middle, name, role="soft", size=SMALL, anchor="end", fit=gutter - 8)
        for k, value in enumerate(values[i]):
            n = sizes[i][k] if sizes else None
            said = f"{name} {columns[k]}: " + (
                write.value(value, chart.unit)
                if value is not None
                else chart.missing(write.language)
            )
            with canvas.group(said + (f", n {write.count(n)}" if sizes else "")):
                x = start + k * across
                step = _draw_cell(value, bounds, canvas, x, y, across, down)
                if is_written and value is not None:
                    role = "on" if step == len(HEAT_STEPS) - 1 else "ink"
                    canvas.text(
                        x + across / 2,
                        y + down / 2 + 3.5,
                        texts[i][k],
                        role=role,
                        size=10,
                        anchor="middle",
                    )
        y += down
    return _draw_legend(chart, bounds, canvas, start, y + 14, width - gutter)


def heat_bounds(chart: HeatMap) -> list[float]:
    """Return the ends of the five steps: even, or times people think in for seconds.

    The first is the start of the palest step and the last the end of the strongest.
    """
    known = [value for row in chart.values for value in row if value is not None]
    low, high = min(min(known), 0.0), max(known)
    steps = len(HEAT_STEPS)
    if chart.unit == "seconds" and low == 0:
        inner = [float(t) for t in _TIMES if min(known) < t < high]
        if len(inner) >= steps - 1:
            picks = [inner[round(k * (len(inner) - 1) / (steps - 2))] for k in range(steps - 1)]
            return [0.0, *picks, next((float(t) for t in _TIMES if t >= high), high)]
    if low == 0:
        ticks = axis_ticks([high], chart.unit, ticks=steps, from_zero=True)
        high = ticks[-1] if chart.unit != "count" else max(high, steps)
    high = high if high > low else low + 1
    if chart.unit == "count":
        size = -(-(high - low) // steps)
        return [low + size * k for k in range(steps + 1)]
    return [low + (high - low) * k / steps for k in range(steps + 1)]


def heat_step(value: float, bounds: list[float]) -> int:
    """Return which of the five steps a value falls into.

    >>> heat_step(0.5, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    2
    """
    return min(max(bisect_right(bounds, value) - 1, 0), len(bounds) - 2)


def _draw_column_names(
    names: list[str], canvas: Canvas, left: float, y: float, across: float
) -> None:
    widest = max(text_width(clean(name), SMALL) for name in names)
    every = 1
    if widest + 4 > across:
        every = 3 if across * 3 > widest + 4 else 6
    for k in range(0, len(names), every):
        canvas.text(
            left + (k + 0.5) * across,
            y,
            names[k],
            role="soft",
            size=SMALL,
            anchor="middle",
            fit=across * every - 4,
        )


def _draw_cell(
    value: float | None,
    bounds: list[float],
    canvas: Canvas,
    x: float,
    y: float,
    across: float,
    down: float,
) -> int:
    if value is None:
        canvas.element(
            "rect",
            class_="cc-axis-line",
            x=x + 2,
            y=y + 2,
            width=across - 4,
            height=down - 4,
            rx=2,
            fill="none",
            stroke=paint("axis"),
            stroke_width=0.6,
            stroke_dasharray="2 2",
        )
        return 0
    step = heat_step(value, bounds)
    canvas.rect(x + 1, y + 1, across - 2, down - 2, role="s0", opacity=HEAT_STEPS[step], radius=2)
    return step


def _draw_legend(
    chart: HeatMap, bounds: list[float], canvas: Canvas, left: float, y: float, width: float
) -> float:
    write = Formatter(canvas.language)
    texts = [_bound(bound, chart.unit, write) for bound in bounds]
    pitch = min(max(max(text_width(text, SMALL) for text in texts) + 10, 44.0), width / 5)
    for k, opacity in enumerate(HEAT_STEPS):
        canvas.rect(left + k * pitch + 1, y, pitch - 2, 10, role="s0", opacity=opacity, radius=2)
    for k, text in enumerate(texts):
        anchor = "start" if k == 0 else "middle"
        x = min(left + k * pitch, left + width - text_width(text, SMALL) / 2) if k else left
        canvas.text(x, y + 24, text, role="soft", size=SMALL, anchor=anchor)
    missing = chart.missing(canvas.language)
    x = left + 5 * pitch + 34
    if any(value is None for row in chart.values for value in row):
        if x + 26 + text_width(missing, SMALL) > left + width:
            x, y = left, y + 36
        _draw_cell(None, bounds, canvas, x, y - 5, 22, 20)
        canvas.text(x + 28, y + 9, missing, role="soft", size=SMALL)
        return y + (24 if x > left else 16)
    return y + 26


def _short(value: float | None, unit: str, write: Formatter) -> str:
    if value is None:
        return ""
    if unit == "share":
        return write.share(value, digits=0).removesuffix("%")
    return write.value(value, unit)


def _bound(value: float, unit: str, write: Formatter) -> str:
    if unit == "share":
        return write.share(value, digits=0)
    return write.value(value, unit)
