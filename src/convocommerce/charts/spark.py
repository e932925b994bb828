"""A trend as a small picture beside a figure: its line, its usual range and its target.

It has no axis and no words: the figure stands beside it, and its weeks stand in a table. To a
screen reader it is one image, with the title and what is to be seen.
"""

from __future__ import annotations

import hashlib
from html import escape
from typing import TYPE_CHECKING, Final

from convocommerce.charts.canvas import Canvas, fixed, tag
from convocommerce.charts.text import clean
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.charts.trend import Trend

WIDTH: Final = 240.0
HEIGHT: Final = 52.0
_SIDE: Final = 6.0
_EDGE: Final = 7.0


def to_spark(chart: Trend, language: str = "en") -> str:
    """Draw the first line of a trend as a small picture without words.

    The last value stands out; it is hollow while its period is not complete. A missing value is
    a gap. Where there is not a single value nothing is drawn.

    Args:
        chart: What to draw.
        language: The language of what a screen reader hears.

    Returns:
        One ``<svg>`` element, or nothing.
    """
    if chart.is_empty:
        return ""
    canvas = Canvas(WIDTH, language)
    values = chart.series[0].values
    known = [value for value in (*values, *(chart.usual or ())) if value is not None]
    low, high = min(known), max(known)
    target = chart.target
    # A target far away would press the line flat; it stands in words beside the picture.
    if target is not None and 2 * low - high <= target <= 2 * high - low:
        low, high = min(low, target), max(high, target)
    else:
        target = None
    scale = (HEIGHT - 2 * _EDGE) / ((high - low) or 1.0)
    step = (WIDTH - 2 * _SIDE) / max(len(values) - 1, 1)

    def y(value: float) -> float:
        return HEIGHT - _EDGE - (value - low) * scale if high > low else HEIGHT / 2

    if chart.usual:
        bottom, top = (y(value) for value in chart.usual)
        canvas.rect(0, top, WIDTH, bottom - top, role="pale", radius=2)
        for edge in (bottom, top):
            canvas.line(0, edge, WIDTH, edge, role="rule")
    if target is not None:
        canvas.line(0, y(target), WIDTH, y(target), role="soft", dash="5 3")
    run: list[tuple[float, float]] = []
    for place, value in enumerate((*values, None)):
        if value is not None:
            run.append((_SIDE + place * step, y(value)))
            continue
        if len(run) > 1:
            canvas.path(run, role="s0", width=1.75)
        elif run:
            canvas.element("circle", class_="cc-s0", cx=run[0][0], cy=run[0][1], r=1.75)
        run = []
    if values[-1] is not None:
        x = _SIDE + (len(values) - 1) * step
        canvas.marker(x, y(values[-1]), 0, hollow=chart.is_partial)
    return _framed(chart, canvas)


def _framed(chart: Trend, canvas: Canvas) -> str:
    said = [chart.description(canvas.language)]
    if chart.usual:
        write = Formatter(canvas.language)
        ends = write.interval(*chart.usual, chart.unit)
        said.append(f"{chart.usual_label or word('usual', canvas.language)}: {ends}.")
    title, seen = clean(chart.title), clean(" ".join(said))
    body = canvas.content()
    key = "cs" + hashlib.sha256(f"{title}|{seen}|{body}".encode()).hexdigest()[:10]
    head = tag("title", escape(title), id=f"{key}-t") + tag("desc", escape(seen), id=f"{key}-d")
    return tag(
        "svg",
        head + body,
        xmlns="http://www.w3.org/2000/svg",
        class_="cc-spark",
        role="img",
        lang=canvas.language,
        aria_labelledby=f"{key}-t",
        aria_describedby=f"{key}-d",
        viewBox=f"0 0 {fixed(WIDTH)} {fixed(HEIGHT)}",
        width="100%",
    )
