"""Drawing funnel plots: dots with their estimates between lines that narrow to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from convocommerce.charts.canvas import SMALL, Canvas
from convocommerce.charts.funnel_plot import point_text
from convocommerce.charts.scale import Scale, axis_ticks, tick_label
from convocommerce.charts.text import clean, text_width
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convocommerce.charts.funnel_plot import FunnelPlot, Limits

LIMIT_DASHES: Final = ("", "6 4", "2 3")
"""How the lines of limits are drawn, the narrowest first."""


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def plot_ticks(chart: FunnelPlot) -> tuple[list[float], list[float]]:
    """Return the ticks of the axis of sizes and of the axis of shares."""
    shares = [
        value
        for point in chart.points
        for value in (point.value, point.estimate, point.low, point.high)
    ]
    # Limits open very wide where n is small; they only count where a point is.
    fewest = min(point.n for point in chart.points)
    for limits in chart.limits:
        for n, *ends in zip(limits.n, limits.low, limits.high, strict=True):
            if n >= fewest:
                shares += ends
    ticks = axis_ticks([*shares, chart.centre], chart.unit)
    return axis_ticks([point.n for point in chart.points], "count", from_zero=True), ticks


def draw_funnel_plot(
    chart: FunnelPlot, canvas: Canvas, left: float, top: float, width: float
) -> float:
    """Draw the points and limits from ``top`` down and return where they end."""
    write = Formatter(canvas.language)
    across, up = plot_ticks(chart)
    top += 10
    bottom = top + (230 if canvas.is_narrow else 270)
    x, y = (
        Scale(across[0], across[-1], left + 44, left + width - 16),
        Scale(up[0], up[-1], bottom, top),
    )
    for share in up:
        canvas.line(x.start, y(share), x.end, y(share), role="axis" if share == up[0] else "rule")
        label = tick_label(share, up[1] - up[0], chart.unit, write)
        canvas.text(x.start - 8, y(share) + 4, label, role="soft", size=SMALL, anchor="end")
    for n in across:
        canvas.line(x(n), bottom, x(n), bottom + 4, role="axis")
        canvas.text(x(n), bottom + 18, write.count(n), role="soft", size=SMALL, anchor="middle")
    canvas.text(x.end, bottom + 34, chart.n_label or "n", role="soft", size=SMALL, anchor="end")
    for limits, dash in zip(chart.limits, LIMIT_DASHES, strict=False):
        _draw_limits(limits, canvas, x, y, dash)
    if chart.centre is not None:
        canvas.line(x.start, y(chart.centre), x.end, y(chart.centre), role="ink", width=1.25)
    taken = _draw_points(chart, canvas, x, y)
    _draw_names(chart, canvas, x, y, taken)
    return _draw_legend(chart, canvas, left, bottom + 38, width)


def _draw_limits(limits: Limits, canvas: Canvas, x: Scale, y: Scale, dash: str) -> None:
    low, high = min(y.low, y.high), max(y.low, y.high)
    for side in (limits.low, limits.high):
        points = [
            (x(n), y(share))
            for n, share in zip(limits.n, side, strict=True)
            if share is not None and x.low <= n <= x.high and low <= share <= high
        ]
        if len(points) > 1:
            canvas.path(points, role="axis", width=1.5, dash=dash)


def _draw_points(chart: FunnelPlot, canvas: Canvas, x: Scale, y: Scale) -> list[_Box]:
    write, taken = Formatter(canvas.language), []
    for point in chart.points:
        if point.value is None:
            continue
        place = x(point.n)
        with canvas.group(point_text(chart, point, write)):
            if point.estimate is not None and point.low is not None and point.high is not None:
                canvas.line(place, y(point.low), place, y(point.high), role="s0", width=1.25)
                for end in (point.low, point.high):
                    canvas.line(place - 3, y(end), place + 3, y(end), role="s0", width=1.25)
                canvas.marker(place, y(point.estimate), 0, hollow=True)
                taken.append(_Box(place - 3, y(point.high), place + 3, y(point.low)))
            canvas.marker(place, y(point.value), 0)
        taken.append(_Box(place - 5, y(point.value) - 5, place + 5, y(point.value) + 5))
    return taken


def _draw_names(chart: FunnelPlot, canvas: Canvas, x: Scale, y: Scale, taken: list[_Box]) -> None:
    """Write names beside their dots where there is room; all stand in the titles and the table."""
    for point in chart.points:
        if point.value is None:
            continue
        name, place, level = clean(point.name), x(point.n), y(point.value)
        wide = text_width(name, SMALL)
        ends = (level, level)
        if point.low is not None and point.high is not None:
            ends = (min(level, y(point.high)), max(level, y(point.low)))
        for box in _beside(place, level, ends, wide):
            is_inside = x.start <= box.left and box.right <= canvas.width - 4
            if is_inside and y.end <= box.top and not any(box.touches(one) for one in taken):
                # A thin ground parts the name from the lines it may lie on.
                canvas.rect(box.left, box.top + 1, wide, 12, role="ground", opacity=0.8)
                canvas.text(box.left, box.bottom - 3, name, size=SMALL)
                taken.append(box)
                break


def _beside(x: float, y: float, ends: tuple[float, float], wide: float) -> Sequence[_Box]:
    """Return where a name may stand: right or left of its dot, over or under its interval."""
    top, bottom = ends
    levels = ((y - 7, y + 7), (top - 20, top - 6), (bottom + 6, bottom + 20))
    sides = ((x + 8, x + 8 + wide), (x - 8 - wide, x - 8), (x - wide / 2, x + wide / 2))
    middle, over, under = levels
    right, left, centred = sides
    return [
        _Box(start, upper, end, lower)
        for (upper, lower), (start, end) in (
            (middle, right),
            (middle, left),
            *((level, side) for side in (centred, right, left) for level in (over, under)),
        )
    ]


def _draw_legend(chart: FunnelPlot, canvas: Canvas, left: float, top: float, width: float) -> float:
    entries: list[tuple[str, str]] = [("dot", chart.value_label or word("value", canvas.language))]
    if chart.has_estimates:
        entries.append(("ring", chart.estimate_label or word("estimate", canvas.language)))
    if chart.centre is not None:
        value = Formatter(canvas.language).value(chart.centre, chart.unit)
        label = chart.centre_label or word("reference", canvas.language)
        entries.append(("centre", f"{label}: {value}"))
    entries += [
        (dash or "line", limits.name)
        for limits, dash in zip(chart.limits, LIMIT_DASHES, strict=False)
    ]
    x, y = left, top + 12.0
    for kind, text in entries:
        room = min(text_width(clean(text), SMALL), width - 30) + 1
        if x > left and x + 28 + room > left + width:
            x, y = left, y + 19
        match kind:
            case "dot" | "ring":
                canvas.marker(x + 10, y - 4, 0, hollow=kind == "ring")
            case "centre":
                canvas.line(x, y - 4, x + 20, y - 4, role="ink", width=1.25)
            case dash:
                line = "" if dash == "line" else dash
                canvas.line(x, y - 4, x + 20, y - 4, role="axis", width=1.5, dash=line)
        canvas.text(x + 26, y, text, size=SMALL, fit=room)
        x += room + 42
    return y + 8
