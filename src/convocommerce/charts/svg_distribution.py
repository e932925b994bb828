"""Drawing distributions: step curves of the share answered, and what is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.charts.canvas import SMALL, TEXT, Canvas
from convocommerce.charts.distribution import LAST_MARK, TIME_MARKS, mark_label
from convocommerce.charts.scale import Scale, TimeScale, spread
from convocommerce.charts.svg_trend import draw_legend
from convocommerce.charts.text import clean, text_width
from convocommerce.charts.theme import DASHES
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.charts.distribution import Curve, Distribution


def draw_distribution(
    chart: Distribution, canvas: Canvas, left: float, top: float, width: float
) -> float:
    """Draw the curves from ``top`` down and return where they end."""
    if canvas.is_narrow and len(chart.curves) > 1:
        top = draw_legend([curve.name for curve in chart.curves], canvas, left, top, width)
    write = Formatter(canvas.language)
    start, room = left + 40, _label_room(chart, canvas)
    end = left + width - room
    top += 28 if chart.guides else 10
    bottom = top + (190 if canvas.is_narrow else 230)
    x, y = TimeScale(start, end), Scale(0, 1, bottom, top)
    for share in (0, 0.25, 0.5, 0.75, 1):
        canvas.line(start, y(share), end, y(share), role="axis" if share == 0 else "rule")
        label = write.share(share, digits=0)
        canvas.text(start - 8, y(share) + 4, label, role="soft", size=SMALL, anchor="end")
    _draw_marks(chart, canvas, x, top, bottom)
    for i, curve in enumerate(chart.curves):
        _draw_band(curve, i, canvas, x, y)
    for i, curve in enumerate(chart.curves):
        points = _steps(curve, curve.share, x, y)
        with canvas.group(_title(curve, write)):
            dash = DASHES[(i // 6) % len(DASHES)]
            if points:
                canvas.path(points, role=f"s{i % 6}", width=2.25, dash=dash)
                canvas.marker(*points[-1], i)
    _draw_ends(chart, canvas, x, y)
    bottom += 22
    if canvas.is_narrow:
        return _draw_below(chart, canvas, left, bottom, width)
    return bottom


def _draw_marks(
    chart: Distribution, canvas: Canvas, x: TimeScale, top: float, bottom: float
) -> None:
    write = Formatter(canvas.language)
    before = float("-inf")
    for mark in TIME_MARKS:
        label = mark_label(mark, write)
        canvas.line(x(mark), bottom, x(mark), bottom + 4, role="axis")
        half = text_width(label, SMALL) / 2
        if x(mark) - half > before + 4:
            canvas.text(x(mark), bottom + 18, label, role="soft", size=SMALL, anchor="middle")
            before = x(mark) + half
    for guide in chart.guides:
        canvas.line(x(guide), top - 4, x(guide), bottom, role="soft", width=1.25, dash="4 3")
        canvas.text(
            x(guide),
            top - 9,
            f"≤ {mark_label(guide, write)}",
            role="soft",
            size=SMALL,
            anchor="middle",
        )


def _draw_band(curve: Curve, index: int, canvas: Canvas, x: TimeScale, y: Scale) -> None:
    if not curve.low or not curve.high or None in (*curve.low, *curve.high):
        return
    upper, lower = _steps(curve, curve.high, x, y), _steps(curve, curve.low, x, y)
    if upper and lower:
        points = [*upper, *reversed(lower)]
        canvas.path(points, role=f"s{index % 6}", is_area=True, opacity=0.14)


def _steps(curve: Curve, shares: object, x: TimeScale, y: Scale) -> list[tuple[float, float]]:
    values = shares if isinstance(shares, tuple) else ()
    if not values:
        return []
    height, points = 0.0, [(x(0), y(0))]
    for seconds, share in zip(curve.seconds, values, strict=True):
        if share is None or seconds > LAST_MARK:
            continue
        points += [(x(seconds), y(height)), (x(seconds), y(share))]
        height = share
    until = LAST_MARK if curve.until is None else curve.until
    points.append((max(x(until), points[-1][0]), y(height)))
    return points


def _end_texts(curve: Curve, write: Formatter) -> tuple[str, str]:
    """Return the name line and the line of facts at a curve's end."""
    known = [share for share in curve.share if share is not None]
    ends = [s for s, t in zip(curve.share, curve.seconds, strict=True) if t <= LAST_MARK]
    shown = [share for share in ends if share is not None] or known[:0]
    facts = [f"n {write.count(curve.n)}"] if curve.n is not None else []
    if curve.open_share is not None:
        facts.append(f"{write.share(curve.open_share)} {word('open', write.language)}")
    return write.share(shown[-1]) if shown else write.share(None), " · ".join(facts)


def _label_room(chart: Distribution, canvas: Canvas) -> float:
    if canvas.is_narrow:
        return 66.0
    write, widest = Formatter(canvas.language), 60.0
    for curve in chart.curves:
        value, facts = _end_texts(curve, write)
        head = text_width(value, TEXT, bold=True) + 8 + text_width(clean(curve.name), TEXT)
        widest = max(widest, min(head, 210), *(text_width(f, SMALL) for f in facts.split(" · ")))
    return widest + 27


def _draw_ends(chart: Distribution, canvas: Canvas, x: TimeScale, y: Scale) -> None:
    write = Formatter(canvas.language)
    drawn = [
        (i, curve)
        for i, curve in enumerate(chart.curves)
        if any(share is not None for share in curve.share)
    ]
    wanted, lines = [], []
    for _, curve in drawn:
        wanted.append(_steps(curve, curve.share, x, y)[-1])
        facts = _end_texts(curve, write)[1]
        lines.append([] if canvas.is_narrow else facts.split(" · ") if facts else [])
    gap = 22.0 + 15.0 * max((len(text) for text in lines), default=0)
    places = spread([place[1] for place in wanted], gap, y(1) + 2, y(0) - gap + 14)
    for (index, curve), point, place, facts_lines in zip(drawn, wanted, places, lines, strict=True):
        value, left = _end_texts(curve, write)[0], x.end + 12
        if len(drawn) > 1:
            canvas.marker(x.end + 12, place, index)
            left += 9
        if abs(place - point[1]) > 3 or point[0] < x.end:
            canvas.line(point[0] + 6, point[1], x.end + 9, place, role="axis", width=0.75)
        canvas.text(left, place + 4, value, bold=True)
        if canvas.is_narrow:
            continue
        after = left + text_width(value, TEXT, bold=True) + 6
        canvas.text(after, place + 4, curve.name, fit=canvas.width - 14 - after)
        for k, text in enumerate(facts_lines):
            canvas.text(left, place + 19 + 15 * k, text, role="soft", size=SMALL)


def _draw_below(
    chart: Distribution, canvas: Canvas, left: float, top: float, width: float
) -> float:
    """Write each curve's n and open share under a narrow picture."""
    write, y = Formatter(canvas.language), top + 4
    for i, curve in enumerate(chart.curves):
        facts = _end_texts(curve, write)[1]
        if facts:
            y += 18
            canvas.marker(left + 6, y - 4, i)
            room = text_width(facts, SMALL) + 8
            canvas.text(left + 17, y, curve.name, size=SMALL, fit=width - room - 17)
            canvas.text(left + width, y, facts, role="soft", size=SMALL, anchor="end")
    return y


def _title(curve: Curve, write: Formatter) -> str:
    value, facts = _end_texts(curve, write)
    return f"{curve.name}: {value}" + (f", {facts}" if facts else "")
