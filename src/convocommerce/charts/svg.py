"""Static pictures: one SVG text that needs no script, no style sheet and no network.

The same description gives the same bytes everywhere. Every part has colours as attributes, for
mail, print and files, and classes, for pages that include `THEME_CSS`. The root is one image to
a screen reader, with the title and what is to be seen as its name and description.
"""

from __future__ import annotations

import hashlib
from html import escape
from typing import TYPE_CHECKING, Final

from convocommerce.charts.bars import Bars
from convocommerce.charts.canvas import SMALL, Canvas, fixed, tag
from convocommerce.charts.cutting import cut
from convocommerce.charts.distribution import Distribution
from convocommerce.charts.dots import Dots
from convocommerce.charts.endings import Endings
from convocommerce.charts.funnel import Funnel
from convocommerce.charts.funnel_plot import FunnelPlot
from convocommerce.charts.heatmap import HeatMap
from convocommerce.charts.meter import Meter
from convocommerce.charts.stacks import Stacks
from convocommerce.charts.svg_bars import draw_bars
from convocommerce.charts.svg_distribution import draw_distribution
from convocommerce.charts.svg_dots import draw_dots
from convocommerce.charts.svg_endings import draw_endings
from convocommerce.charts.svg_funnel import draw_funnel
from convocommerce.charts.svg_funnel_plot import draw_funnel_plot
from convocommerce.charts.svg_heatmap import draw_heatmap
from convocommerce.charts.svg_meter import draw_meter
from convocommerce.charts.svg_stacks import draw_stacks
from convocommerce.charts.svg_trend import draw_trend
from convocommerce.charts.svg_waterfall import draw_waterfall
from convocommerce.charts.text import clean
from convocommerce.charts.theme import FONT
from convocommerce.charts.trend import Trend
from convocommerce.charts.waterfall import Waterfall
from convocommerce.charts.words import word
from convocommerce.errors import UsageError

if TYPE_CHECKING:
    from convocommerce.charts.base import Chart

WIDE: Final = 680
"""The usual width of a picture, for pages and notebooks."""

NARROW: Final = 360
"""The width for phones: labels stand above bars, legends above lines, weeks go downwards."""

_MARGIN: Final = 20.0


def to_svg(chart: Chart, language: str = "en", *, width: int = WIDE) -> str:
    """Draw a description as SVG.

    Args:
        chart: What to draw.
        language: ``"en"`` or ``"nl"``.
        width: Width of the drawing's own measure, at least 280; the picture itself always fills
            the width it is given. Under 480 the layout is the one for phones.

    Returns:
        One ``<svg>`` element, without an XML declaration, ending without a line break.

    Raises:
        UsageError: The width is too small, or the kind of chart is unknown.
        UnknownNameError: The language does not exist.

    >>> from convocommerce.charts import Bars
    >>> to_svg(Bars(title="Sold", categories=["ad"], values=[3]))[:36]
    '<svg xmlns="http://www.w3.org/2000/s'
    """
    chart = cut(chart, language)
    if width < 280:
        raise UsageError(f"a picture {width} wide cannot be read; give at least 280")
    canvas = Canvas(width, language)
    inner = width - 2 * _MARGIN
    y = _MARGIN + 13
    y += canvas.block(_MARGIN, y, chart.title, inner, lines=3, size=16, bold=True)
    y += 4
    if chart.is_empty:
        y = _draw_nothing(canvas, y, inner)
    else:
        y = _draw(chart, canvas, _MARGIN, y, inner)
    if chart.caption:
        y += 26
        lines = 12 if canvas.is_narrow else 8
        y += canvas.block(_MARGIN, y, chart.caption, inner, lines=lines, role="soft", size=SMALL)
        y -= SMALL
    return _frame(chart, canvas, y + _MARGIN)


def _draw(chart: Chart, canvas: Canvas, left: float, top: float, width: float) -> float:
    match chart:
        case Bars():
            return draw_bars(chart, canvas, left, top, width)
        case Trend():
            return draw_trend(chart, canvas, left, top, width)
        case Distribution():
            return draw_distribution(chart, canvas, left, top, width)
        case HeatMap():
            return draw_heatmap(chart, canvas, left, top, width)
        case Funnel():
            return draw_funnel(chart, canvas, left, top, width)
        case Dots():
            return draw_dots(chart, canvas, left, top, width)
        case Stacks():
            return draw_stacks(chart, canvas, left, top, width)
        case Endings():
            return draw_endings(chart, canvas, left, top, width)
        case FunnelPlot():
            return draw_funnel_plot(chart, canvas, left, top, width)
        case Meter():
            return draw_meter(chart, canvas, left, top, width)
        case Waterfall():
            return draw_waterfall(chart, canvas, left, top, width)
        case _:
            raise UsageError(f"no drawing is known for {type(chart).__name__}")


def _draw_nothing(canvas: Canvas, top: float, width: float) -> float:
    canvas.rect(_MARGIN, top, width, 96, role="pale", radius=6)
    canvas.text(
        canvas.width / 2,
        top + 52,
        word("no data", canvas.language),
        role="soft",
        anchor="middle",
    )
    return top + 96


def _frame(chart: Chart, canvas: Canvas, height: float) -> str:
    body = canvas.content()
    title, seen = clean(chart.title), clean(chart.description(canvas.language))
    # Names inside one page must differ between pictures and stay the same between builds.
    key = "cc" + hashlib.sha256(f"{title}|{seen}|{body}".encode()).hexdigest()[:10]
    head = (
        tag("title", escape(title) or "–", id=f"{key}-t")
        + tag("desc", escape(seen), id=f"{key}-d")
        + tag(
            "rect",
            class_="cc-ground",
            width=canvas.width,
            height=height,
            fill="#ffffff",
        )
    )
    return tag(
        "svg",
        head + body,
        xmlns="http://www.w3.org/2000/svg",
        class_="cc-chart",
        role="img",
        lang=canvas.language,
        aria_labelledby=f"{key}-t",
        aria_describedby=f"{key}-d",
        viewBox=f"0 0 {fixed(canvas.width)} {fixed(height)}",
        width="100%",
        font_family=FONT,
    )
