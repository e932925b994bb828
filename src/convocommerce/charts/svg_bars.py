"""Drawing bars: level, one below the other, with the value at the bar's end and n at the edge.

Bars lie level because names then stay readable however long or many they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from convocommerce.charts.base import at
from convocommerce.charts.canvas import SMALL, TEXT, Canvas
from convocommerce.charts.scale import Scale
from convocommerce.charts.text import clean, text_width, wrap
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.charts.bars import Bars

_GAP: Final = 10.0


def draw_bars(chart: Bars, canvas: Canvas, left: float, top: float, width: float) -> float:
    """Draw the bars from ``top`` down and return where they end."""
    if canvas.is_narrow:
        bottom = _draw_stacked(chart, canvas, left, top, width)
    else:
        bottom = _draw_beside(chart, canvas, left, top, width)
    return _draw_legend(chart, canvas, left, bottom, width)


def _draw_beside(chart: Bars, canvas: Canvas, left: float, top: float, width: float) -> float:
    names = [clean(name) for name in chart.categories]
    gutter = min(max(text_width(name, TEXT) for name in names) + 4, width * 0.32)
    is_wrapped = any(len(wrap(name, gutter, TEXT, lines=2)) > 1 for name in names)
    pitch = 38.0 if is_wrapped else 24.0 if len(names) > 15 else 32.0
    thick = pitch * 0.5 if not is_wrapped else 16.0
    texts, sizes = _texts(chart, canvas.language)
    size_room = max(text_width(text, SMALL) for text in sizes)
    text_room = max(text_width(text, TEXT, bold=True) for text in texts)
    start = left + gutter + _GAP
    end = left + width - size_room - text_room - (2.4 if chart.n else 1) * _GAP
    scale = _scale(chart, start, end)
    for i, name in enumerate(names):
        y = top + pitch * (i + 0.5)
        canvas.block(left + gutter, y, name, gutter, lines=2, anchor="end", centre=True)
        beyond = _draw_bar(chart, canvas, i, scale, y, thick)
        is_known = chart.values[i] is not None
        canvas.text(
            beyond + 8, y + TEXT * 0.35, texts[i], bold=is_known, role="ink" if is_known else "soft"
        )
        canvas.text(left + width, y + SMALL * 0.35, sizes[i], role="soft", size=SMALL, anchor="end")
    bottom = top + pitch * len(names)
    _draw_levels(chart, canvas, scale, top, bottom)
    return bottom


def _draw_stacked(chart: Bars, canvas: Canvas, left: float, top: float, width: float) -> float:
    texts, sizes = _texts(chart, canvas.language)
    scale = _scale(chart, left, left + width)
    pitch, thick = 42.0, 11.0
    for i, name in enumerate(chart.categories):
        y = top + pitch * i + 14
        size_room = max(text_width(text, SMALL) for text in sizes) + (8 if chart.n else 0)
        room = size_room + text_width(texts[i], TEXT, bold=True) + _GAP
        canvas.text(left, y, name, fit=width - room)
        is_known = chart.values[i] is not None
        canvas.text(
            left + width - size_room,
            y,
            texts[i],
            anchor="end",
            bold=is_known,
            role="ink" if is_known else "soft",
        )
        canvas.text(left + width, y, sizes[i], role="soft", size=SMALL, anchor="end")
        _draw_bar(chart, canvas, i, scale, y + 13, thick)
        # Level lines stay beside the bars here, so that they never cross the names above.
        _draw_levels(chart, canvas, scale, y + 7, y + 19)
    return top + pitch * len(chart.categories)


def _draw_bar(chart: Bars, canvas: Canvas, i: int, scale: Scale, y: float, thick: float) -> float:
    """Draw one bar with what belongs to it; return the place right of all of it."""
    write, value, zero = Formatter(canvas.language), chart.values[i], scale(0)
    low, high, before = at(chart.low, i), at(chart.high, i), at(chart.comparison, i)
    beyond = zero
    with canvas.group(bar_title(chart, i, write)):
        if value is not None:
            place = scale(value)
            canvas.rect(
                min(zero, place), y - thick / 2, abs(place - zero), thick, role="s0", radius=2
            )
            beyond = max(beyond, place)
        if value is not None and low is not None and high is not None:
            canvas.whisker(scale(low), scale(high), y)
            beyond = max(beyond, scale(high))
        if before is not None:
            place = scale(before)
            canvas.rect(place - 1.25, y - thick / 2 - 3, 2.5, thick + 6, role="s1")
            beyond = max(beyond, place)
    return beyond


def _draw_levels(chart: Bars, canvas: Canvas, scale: Scale, top: float, bottom: float) -> None:
    canvas.line(scale(0), top, scale(0), bottom, role="axis")
    if chart.reference is not None:
        place = scale(chart.reference)
        canvas.line(place, top - 2, place, bottom + 2, role="soft", width=1.5, dash="4 3")


def _draw_legend(chart: Bars, canvas: Canvas, left: float, top: float, width: float) -> float:
    bottom = top
    if any(value is not None for value in chart.comparison):
        bottom += 24
        canvas.rect(left + 4, bottom - 11, 2.5, 14, role="s1")
        label = chart.comparison_label or word("comparison", canvas.language)
        canvas.text(left + 16, bottom, label, role="soft", size=SMALL, fit=width - 16)
    if chart.reference is not None:
        bottom += 24 if bottom == top else 18
        canvas.line(left + 5, bottom - 11, left + 5, bottom + 3, role="soft", width=1.5, dash="4 3")
        value = Formatter(canvas.language).value(chart.reference, chart.unit)
        label = chart.reference_label or word("reference", canvas.language)
        text = f"{label}: {value}"
        canvas.text(left + 16, bottom, text, role="soft", size=SMALL, fit=width - 16)
    return bottom


def _scale(chart: Bars, start: float, end: float) -> Scale:
    every = (*chart.values, *chart.low, *chart.high, *chart.comparison, chart.reference, 0.0)
    known = [value for value in every if value is not None]
    low, high = min(known), max(known)
    return Scale(low, high if high > low else low + 1, start, end)


def _texts(chart: Bars, language: str) -> tuple[list[str], list[str]]:
    write = Formatter(language)
    texts = [
        word("missing", language) if value is None else write.value(value, chart.unit)
        for value in chart.values
    ]
    sizes = [f"n {write.count(at(chart.n, i))}" if chart.n else "" for i in range(len(texts))]
    return texts, sizes


def bar_title(chart: Bars, i: int, write: Formatter) -> str:
    """Return what one bar says: its name, value, interval, n and comparison."""
    said = f"{chart.categories[i]}: {write.value(chart.values[i], chart.unit)}"
    if at(chart.low, i) is not None or at(chart.high, i) is not None:
        said += f" {write.interval(at(chart.low, i), at(chart.high, i), chart.unit)}"
    if chart.n:
        said += f", n {write.count(chart.n[i])}"
    if chart.comparison:
        label = chart.comparison_label or word("comparison", write.language)
        said += f"; {label}: {write.value(chart.comparison[i], chart.unit)}"
    return said
