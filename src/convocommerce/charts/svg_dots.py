"""Drawing dots: level, one below the other, each with its interval, its value at the edge."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from convocommerce.charts.base import at
from convocommerce.charts.canvas import SMALL, TEXT, Canvas
from convocommerce.charts.scale import Scale, tick_label
from convocommerce.charts.text import clean, text_width, wrap
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.charts.dots import Dots

_GAP: Final = 12.0


class _Axis:
    """A scale that is even, or even in ratios, and never leaves its ends."""

    def __init__(self, chart: Dots, start: float, end: float) -> None:
        ticks = chart.ticks()
        self.is_log = chart.is_log
        self.scale = Scale(self._bent(ticks[0]), self._bent(ticks[-1]), start, end)

    def __call__(self, value: float) -> float:
        if self.is_log and value <= 0:
            return self.scale.start
        return self.scale(self._bent(value))

    def _bent(self, value: float) -> float:
        return math.log(value) if self.is_log else value


def draw_dots(chart: Dots, canvas: Canvas, left: float, top: float, width: float) -> float:
    """Draw the dots from ``top`` down and return where they end."""
    write = Formatter(canvas.language)
    names = [clean(name) for name in chart.categories]
    texts = [
        word("missing", canvas.language) if value is None else chart.text(value, write)
        for value in chart.values
    ]
    sizes = [f"n {write.count(at(chart.n, i))}" if chart.n else "" for i in range(len(names))]
    text_room = max(text_width(text, TEXT, bold=True) for text in texts)
    size_room = max(text_width(text, SMALL) for text in sizes) + (_GAP if chart.n else 0)
    gutter = min(max(text_width(name, TEXT) for name in names) + 4, width * 0.34)
    is_beside = not canvas.is_narrow
    start = left + gutter + _GAP if is_beside else left + 8
    end = left + width - (text_room + size_room + _GAP if is_beside else 8)
    axis = _Axis(chart, start, end)
    is_wrapped = any(len(wrap(name, gutter, TEXT, lines=2)) > 1 for name in names)
    pitch = (38.0 if is_wrapped else 32.0) if is_beside else 44.0
    bottom = top + pitch * len(names) + 6
    _draw_axis(chart, canvas, axis, top, bottom, write)
    edge = left + width
    for i, name in enumerate(names):
        y = top + pitch * i + (pitch / 2 if is_beside else 32)
        tone, is_known = (
            "ink" if chart.values[i] is not None else "soft",
            chart.values[i] is not None,
        )
        above = y if is_beside else y - 17
        if is_beside:
            canvas.block(left + gutter, y, name, gutter, lines=2, anchor="end", centre=True)
        else:
            # The ground under a name keeps the lines of the axis from crossing it.
            fit = width - text_room - size_room - _GAP
            canvas.rect(left, above - 8, width, 16, role="ground")
            canvas.text(left, above + 4, name, fit=fit)
        canvas.text(edge - size_room, above + 4, texts[i], anchor="end", bold=is_known, role=tone)
        canvas.text(edge, above + 4, sizes[i], role="soft", size=SMALL, anchor="end")
        _draw_dot(chart, canvas, i, axis, y, write)
    return _draw_legend(chart, canvas, left, bottom + 18, width, write)


def _draw_axis(
    chart: Dots, canvas: Canvas, axis: _Axis, top: float, bottom: float, write: Formatter
) -> None:
    ticks = chart.ticks()
    beyond = float("-inf")
    for tick in ticks:
        canvas.line(axis(tick), top, axis(tick), bottom, role="rule")
        label = tick_text(chart, tick, write)
        half = text_width(label, SMALL) / 2
        if axis(tick) - half > beyond + 6:
            canvas.text(axis(tick), bottom + 15, label, role="soft", size=SMALL, anchor="middle")
            beyond = axis(tick) + half
    if chart.base is not None:
        canvas.line(axis(chart.base), top, axis(chart.base), bottom, role="axis", width=1.5)
    if chart.reference is not None:
        place = axis(chart.reference)
        canvas.line(place, top - 2, place, bottom, role="soft", width=1.5, dash="4 3")


def _draw_dot(chart: Dots, canvas: Canvas, i: int, axis: _Axis, y: float, write: Formatter) -> None:
    value = chart.values[i]
    low, high = at(chart.low, i), at(chart.high, i)
    with canvas.group(dot_title(chart, i, write)):
        if low is not None or high is not None:
            first = axis.scale.start if low is None else axis(low)
            last = axis.scale.end if high is None else axis(high)
            canvas.line(first, y, last, y, role="s0", width=3)
            # An open side has no end stroke: the true value may lie anywhere beyond.
            for place, is_closed in ((first, low is not None), (last, high is not None)):
                if is_closed:
                    canvas.line(place, y - 5, place, y + 5, role="s0", width=1.5)
        if value is not None:
            canvas.marker(axis(value), y, 0, hollow=chart.is_log and value <= 0)


def _draw_legend(
    chart: Dots, canvas: Canvas, left: float, top: float, width: float, write: Formatter
) -> float:
    bottom = top
    for level, label, role, dash in (
        (chart.base, chart.base_label, "axis", ""),
        (
            chart.reference,
            chart.reference_label or word("reference", canvas.language),
            "soft",
            "4 3",
        ),
    ):
        if level is None or not label:
            continue
        bottom += 18
        canvas.line(left + 5, bottom - 11, left + 5, bottom + 3, role=role, width=1.5, dash=dash)
        # A difference of nothing is told by its name.
        is_nothing = chart.is_difference and not level
        text = label if is_nothing else f"{label}: {chart.text(level, write)}"
        canvas.text(left + 16, bottom, text, role="soft", size=SMALL, fit=width - 16)
    return bottom


def tick_text(chart: Dots, tick: float, write: Formatter) -> str:
    """Write a tick; those of ratios lie as far apart as they are large: each has its decimals."""
    if chart.is_log and chart.unit == "number":
        return write.number(tick, digits=3)
    if chart.is_difference:
        return write.number(0) if not tick else _signed(chart, tick, write)
    ticks = chart.ticks()
    return tick_label(tick, ticks[1] - ticks[0], chart.unit, write)


def _signed(chart: Dots, tick: float, write: Formatter) -> str:
    """Write a difference; points without their word, which stands beside every dot."""
    if chart.unit != "share":
        return chart.text(tick, write)
    return f"{'+' if tick > 0 else '−'}{write.number(abs(tick) * 100, digits=1)}"


def dot_title(chart: Dots, i: int, write: Formatter) -> str:
    """Return what one dot says: its name, value, interval and n."""
    said = f"{chart.categories[i]}: {chart.text(chart.values[i], write)}"
    if at(chart.low, i) is not None or at(chart.high, i) is not None:
        said += f" {chart.interval(i, write)}"
    if chart.n:
        said += f", n {write.count(chart.n[i])}"
    return said
