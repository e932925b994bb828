"""Drawing endings: one share grows from the bottom, the other from the top, the rest is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.charts.canvas import SMALL, TEXT, Canvas
from convocommerce.charts.distribution import mark_label
from convocommerce.charts.endings import last_share
from convocommerce.charts.scale import Scale, bend
from convocommerce.charts.svg_trend import draw_legend
from convocommerce.charts.text import clean, text_width
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.charts.distribution import Curve
    from convocommerce.charts.endings import Endings

Places = list[tuple[float, float]]


def draw_endings(chart: Endings, canvas: Canvas, left: float, top: float, width: float) -> float:
    """Draw both curves from ``top`` down and return where they end."""
    write = Formatter(canvas.language)
    if canvas.is_narrow:
        top = draw_legend([curve.name for curve in chart.curves], canvas, left, top, width)
    room = 52.0
    if not canvas.is_narrow:
        names = [clean(curve.name) for curve in chart.curves]
        room += min(max(text_width(name, TEXT) for name in names), 150)
    start, end = left + 40, left + width - room
    top += 12
    bottom = top + (190 if canvas.is_narrow else 230)
    across, y = Scale(0, bend(chart.last), start, end), Scale(0, 1, bottom, top)
    for share in (0, 0.25, 0.5, 0.75, 1):
        canvas.line(start, y(share), end, y(share), role="axis" if share in (0, 1) else "rule")
        label = write.share(share, digits=0)
        canvas.text(start - 8, y(share) + 4, label, role="soft", size=SMALL, anchor="end")
    _draw_marks(chart, canvas, across, bottom, write)
    for index, (curve, is_falling) in enumerate(zip(chart.curves, (False, True), strict=True)):
        _draw_curve(curve, index, canvas, across, y, is_falling=is_falling)
    _draw_ends(chart, canvas, across, y, write)
    return _draw_sizes(chart, canvas, left, bottom + 22, width, write)


def _draw_marks(
    chart: Endings, canvas: Canvas, across: Scale, bottom: float, write: Formatter
) -> None:
    before = float("-inf")
    for mark in chart.marks:
        if mark > chart.last:
            continue
        label, x = mark_label(mark, write), across(bend(mark))
        canvas.line(x, bottom, x, bottom + 4, role="axis")
        half = text_width(label, SMALL) / 2
        if x - half > before + 4:
            canvas.text(x, bottom + 18, label, role="soft", size=SMALL, anchor="middle")
            before = x + half


def _steps(curve: Curve, shares: object, across: Scale, y: Scale, *, is_falling: bool) -> Places:
    """Return the corners of a step curve; one that falls hangs from the top."""
    values = shares if isinstance(shares, tuple) else ()
    if not any(share is not None for share in values):
        return []
    height, points = 0.0, [(across(0), y(1.0 if is_falling else 0.0))]
    for seconds, share in zip(curve.seconds, values, strict=True):
        if share is None:
            continue
        x = across(bend(seconds))
        points += [(x, y(1 - height if is_falling else height))]
        height = share
        points += [(x, y(1 - height if is_falling else height))]
    until = curve.until if curve.until is not None else curve.seconds[-1]
    points.append((max(across(bend(until)), points[-1][0]), points[-1][1]))
    return points


def _draw_curve(
    curve: Curve, index: int, canvas: Canvas, across: Scale, y: Scale, *, is_falling: bool
) -> None:
    role, edge = f"s{index}", y(1.0 if is_falling else 0.0)
    points = _steps(curve, curve.share, across, y, is_falling=is_falling)
    if not points:
        return
    area = [*points, (points[-1][0], edge), (points[0][0], edge)]
    canvas.path(area, role=role, is_area=True, opacity=0.12)
    upper = _steps(curve, curve.high, across, y, is_falling=is_falling)
    lower = _steps(curve, curve.low, across, y, is_falling=is_falling)
    if upper and lower:
        canvas.path([*upper, *reversed(lower)], role=role, is_area=True, opacity=0.22)
    write = Formatter(canvas.language)
    with canvas.group(f"{curve.name}: {write.share(last_share(curve))}"):
        canvas.path(points, role=role, width=2.25, dash="7 3" if is_falling else "")
        canvas.marker(*points[-1], index)


def _draw_ends(chart: Endings, canvas: Canvas, across: Scale, y: Scale, write: Formatter) -> None:
    x = across.end + 12
    shares = [last_share(curve) or 0.0 for curve in chart.curves]
    # The second is written in the middle of its part above, the first of its part below.
    places = [y(shares[0] / 2), y(1 - shares[1] / 2)]
    if places[0] - places[1] < 32:
        middle = sum(places) / 2
        places = [min(middle + 16, y(0)), max(middle - 16, y(1))]
    for index, (curve, place) in enumerate(zip(chart.curves, places, strict=True)):
        if last_share(curve) is None:
            continue
        value = write.share(last_share(curve))
        canvas.marker(x, place, index)
        canvas.text(x + 9, place + 4, value, bold=True)
        if not canvas.is_narrow:
            after = x + 9 + text_width(value, TEXT, bold=True) + 6
            canvas.text(x + 9, place + 19, curve.name, size=SMALL, fit=canvas.width - after + 40)
    between = y((shares[0] + 1 - shares[1]) / 2)
    is_roomy = y(shares[0]) - y(1 - shares[1]) > 24
    if chart.open_label and is_roomy:
        fit = across.end - across.start - 20
        place = across.start + 10
        early = y(0.5) if not shares[0] and not shares[1] else between
        canvas.text(place, early + 4, chart.open_label, role="soft", size=SMALL, fit=fit)


def _draw_sizes(
    chart: Endings, canvas: Canvas, left: float, top: float, width: float, write: Formatter
) -> float:
    """Write how many the curves rest on beneath the axis."""
    sizes = [curve.n for curve in chart.curves if curve.n is not None]
    if not sizes:
        return top
    canvas.text(
        left + width, top + 16, f"n {write.count(sizes[0])}", role="soft", size=SMALL, anchor="end"
    )
    return top + 18
