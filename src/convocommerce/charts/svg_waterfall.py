"""Drawing waterfalls: level bars for the ends, and arrows that lead from one to the other.

A step differs by colour, by where its arrow points and by the sign of its figure, so that none of
the three is needed alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from convocommerce.charts.canvas import SMALL, TEXT, Canvas
from convocommerce.charts.scale import Scale
from convocommerce.charts.text import clean, text_width, wrap
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.charts.waterfall import Bar, Waterfall

BAR_ROLES: Final[Mapping[str, str]] = {"total": "s0", "up": "s1", "down": "s2", "level": "s5"}
"""The colour of every kind of bar."""

_GAP: Final = 10.0
_THINNEST: Final = 2.0


def draw_waterfall(
    chart: Waterfall, canvas: Canvas, left: float, top: float, width: float
) -> float:
    """Draw the bars from ``top`` down and return where they end."""
    write = Formatter(canvas.language)
    bars = list(chart.bars(canvas.language))
    sizes = ["" if bar.n is None else f"n {write.count(bar.n)}" for bar in bars]
    size_room = max(text_width(text, SMALL) for text in sizes)
    if canvas.is_narrow:
        return _draw_below(bars, sizes, size_room, canvas, left, top, width)
    return _draw_beside(bars, sizes, size_room, canvas, left, top, width)


def _draw_beside(
    bars: list[Bar],
    sizes: list[str],
    size_room: float,
    canvas: Canvas,
    left: float,
    top: float,
    width: float,
) -> float:
    names = [clean(bar.name) for bar in bars]
    gutter = min(max(text_width(name, TEXT, bold=True) for name in names) + 4, width * 0.34)
    is_wrapped = any(len(wrap(name, gutter, TEXT, lines=2, bold=True)) > 1 for name in names)
    pitch, thick = (38.0 if is_wrapped else 32.0), 16.0
    text_room = max(text_width(_text(bar, canvas), TEXT, bold=True) for bar in bars)
    end = left + width - size_room - text_room - (2.4 if size_room else 1) * _GAP
    scale = _scale(bars, left + gutter + _GAP, end)
    places = [top + pitch * (i + 0.5) for i in range(len(bars))]
    canvas.line(scale(0), top, scale(0), top + pitch * len(bars), role="axis")
    for (bar, y), (_, below) in pairwise(zip(bars, places, strict=True)):
        if bar.last is not None:
            x = scale(bar.last)
            canvas.line(x, y + thick / 2, x, below - thick / 2, role="axis", dash="2 2")
    for bar, name, size, y in zip(bars, names, sizes, places, strict=True):
        canvas.block(
            left + gutter,
            y,
            name,
            gutter,
            lines=2,
            anchor="end",
            bold=bar.kind == "total",
            centre=True,
        )
        beyond = _draw_bar(bar, canvas, scale, y, thick)
        _write_text(bar, canvas, beyond + 8, y + TEXT * 0.35, "start")
        canvas.text(left + width, y + SMALL * 0.35, size, role="soft", size=SMALL, anchor="end")
    return top + pitch * len(bars)


def _draw_below(
    bars: list[Bar],
    sizes: list[str],
    size_room: float,
    canvas: Canvas,
    left: float,
    top: float,
    width: float,
) -> float:
    scale = _scale(bars, left, left + width)
    pitch, thick = 44.0, 12.0
    room = size_room + (8 if size_room else 0)
    for i, (bar, size) in enumerate(zip(bars, sizes, strict=True)):
        y = top + pitch * i + 14
        free = width - room - text_width(_text(bar, canvas), TEXT, bold=True) - _GAP
        canvas.text(left, y, bar.name, bold=bar.kind == "total", fit=free)
        _write_text(bar, canvas, left + width - room, y, "end")
        canvas.text(left + width, y, size, role="soft", size=SMALL, anchor="end")
        canvas.line(scale(0), y + 7, scale(0), y + 21, role="axis")
        _draw_bar(bar, canvas, scale, y + 14, thick)
    return top + pitch * len(bars)


def _draw_bar(bar: Bar, canvas: Canvas, scale: Scale, y: float, thick: float) -> float:
    """Draw one bar; return the place right of all of it."""
    ends = [scale(place) for place in (bar.first, bar.last) if place is not None]
    with canvas.group(bar.title(Formatter(canvas.language))):
        if bar.last is None:
            pass
        elif bar.first is None or abs(ends[0] - ends[1]) < _THINNEST:
            # Too short for an arrow, or it is not known where it would begin.
            place = min(max(ends[-1] - _THINNEST / 2, scale.start), scale.end - _THINNEST)
            canvas.rect(place, y - thick / 2, _THINNEST, thick, role=BAR_ROLES[bar.kind])
        elif bar.kind == "total":
            wide = abs(ends[1] - ends[0])
            canvas.rect(min(ends), y - thick / 2, wide, thick, role="s0", radius=2)
        else:
            canvas.path(_arrow(ends[0], ends[1], y, thick), role=BAR_ROLES[bar.kind], is_area=True)
    return max([scale(0), *ends])


def _arrow(first: float, last: float, y: float, thick: float) -> list[tuple[float, float]]:
    """Return the corners of a bar that ends in a point."""
    tip = min(abs(last - first), thick * 0.45) * (1 if last > first else -1)
    half = thick / 2
    return [
        (first, y - half),
        (last - tip, y - half),
        (last, y),
        (last - tip, y + half),
        (first, y + half),
    ]


def _write_text(bar: Bar, canvas: Canvas, x: float, y: float, anchor: str) -> None:
    role = "soft" if bar.last is None else "ink"
    canvas.text(x, y, _text(bar, canvas), bold=bar.last is not None, role=role, anchor=anchor)


def _text(bar: Bar, canvas: Canvas) -> str:
    return word("missing", canvas.language) if bar.last is None else bar.text


def _scale(bars: list[Bar], start: float, end: float) -> Scale:
    known = [place for bar in bars for place in (bar.first, bar.last) if place is not None]
    low, high = min(*known, 0.0), max(*known, 0.0)
    return Scale(low, high if high > low else low + 1, start, end)
