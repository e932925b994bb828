"""Drawing meters: a bar on a track whose good side is tinted, with a tick at the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from convocommerce.charts.canvas import SMALL, TEXT, Canvas
from convocommerce.charts.meter import gauge_title
from convocommerce.charts.text import text_width
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.charts.meter import Gauge, Meter

_TRACK: Final = 20.0
_BAR: Final = 9.0


def draw_meter(chart: Meter, canvas: Canvas, left: float, top: float, width: float) -> float:
    """Draw the gauges from ``top`` down and return where they end."""
    y = top + 4
    for gauge in chart.gauges:
        y = _draw_gauge(gauge, canvas, left, y, width)
    return y - 12


def _draw_gauge(gauge: Gauge, canvas: Canvas, left: float, top: float, width: float) -> float:
    write = Formatter(canvas.language)
    is_known = gauge.value is not None
    text = write.value(gauge.value, gauge.unit) if is_known else word("missing", write.language)
    size = f"n {write.count(gauge.n)}" if gauge.n is not None else ""
    y = top + TEXT
    edge = left + width
    canvas.text(edge, y, size, role="soft", size=SMALL, anchor="end")
    edge -= text_width(size, SMALL) + (8 if size else 0)
    canvas.text(edge, y, text, bold=is_known, role="ink" if is_known else "soft", anchor="end")
    edge -= text_width(text, TEXT, bold=True) + 10
    canvas.text(left, y, gauge.name, fit=edge - left)
    y += 8
    limit = left + width * gauge.part(gauge.limit)
    with canvas.group(gauge_title(gauge, write)):
        canvas.rect(left, y, width, _TRACK, role="pale", radius=3)
        first, last = (left, limit) if gauge.is_lower_better else (limit, left + width)
        canvas.rect(first, y, last - first, _TRACK, role="s2", opacity=0.28)
        if gauge.value is not None:
            reach = max(width * gauge.part(gauge.value), 2.0)
            canvas.rect(left, y + (_TRACK - _BAR) / 2, reach, _BAR, role="s0", radius=2)
        canvas.line(limit, y - 3, limit, y + _TRACK + 3, role="ink", width=2)
    y += _TRACK + 16
    mark = gauge.limit_text(write)
    half = text_width(mark, SMALL) / 2
    middle = min(max(limit, left + half), left + width - half)
    canvas.text(middle, y, mark, role="soft", size=SMALL, anchor="middle")
    # The verdict takes the side of the limit that has more room.
    if middle - left > width / 2:
        canvas.text(left, y, gauge.verdict, size=SMALL, fit=middle - half - 8 - left)
    else:
        room = left + width - middle - half - 8
        canvas.text(left + width, y, gauge.verdict, size=SMALL, anchor="end", fit=room)
    return y + 26
