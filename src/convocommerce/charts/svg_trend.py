"""Drawing trends: lines with bands, named at their ends, and n beneath each labelled period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from convocommerce.charts.base import at
from convocommerce.charts.canvas import SMALL, TEXT, Canvas
from convocommerce.charts.scale import Scale, axis_ticks, spread, tick_label
from convocommerce.charts.text import clean, text_width
from convocommerce.charts.theme import DASHES
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.charts.trend import Series, Trend

_MOST_MARKERS: Final = 30
_MOST_SIZES: Final = 3


@dataclass(frozen=True)
class _Plot:
    """Where things are: the box of the lines, a place per period and the scale upwards."""

    left: float
    right: float
    top: float
    bottom: float
    x: tuple[float, ...]
    y: Scale


def draw_trend(chart: Trend, canvas: Canvas, left: float, top: float, width: float) -> float:
    """Draw the lines from ``top`` down and return where they end."""
    if canvas.is_narrow and len(chart.series) > 1:
        top = draw_legend([line.name for line in chart.series], canvas, left, top, width)
    write = Formatter(canvas.language)
    ticks = axis_ticks(_every_value(chart), chart.unit)
    step = ticks[1] - ticks[0]
    labels = [tick_label(tick, step, chart.unit, write) for tick in ticks]
    gutter = max(max(text_width(label, SMALL) for label in labels) + 8, 22)
    plot = _layout(chart, canvas, left + gutter, top + 10, left + width, ticks)
    for tick, label in zip(ticks, labels, strict=True):
        y = plot.y(tick)
        role = "axis" if tick == 0 else "rule"
        canvas.line(plot.left, y, plot.right, y, role=role)
        canvas.text(plot.left - 8, y + 4, label, role="soft", size=SMALL, anchor="end")
    _draw_levels(chart, canvas, plot)
    for i, line in enumerate(chart.series):
        _draw_band(line, i, canvas, plot)
    for i, line in enumerate(chart.series):
        _draw_line(chart, line, i, canvas, plot)
    _draw_ends(chart, canvas, plot, left + width)
    return _draw_footnotes(chart, canvas, left, _draw_periods(chart, canvas, plot), width)


def draw_legend(names: list[str], canvas: Canvas, left: float, top: float, width: float) -> float:
    """Draw markers with names in rows from ``top`` down; return where they end."""
    x, y = left, top + 12.0
    for i, name in enumerate(names):
        room = min(text_width(clean(name), SMALL), width - 20) + 1
        if x > left and x + 18 + room > left + width:
            x, y = left, y + 19
        canvas.marker(x + 6, y - 4, i)
        canvas.text(x + 17, y, name, size=SMALL, fit=room)
        x += room + 36
    return y + 14


def _layout(
    chart: Trend, canvas: Canvas, left: float, top: float, edge: float, ticks: list[float]
) -> _Plot:
    room = max(text_width(text, TEXT, bold=True) for text in _end_texts(chart, canvas.language))
    if not canvas.is_narrow and len(chart.series) > 1:
        names = max(text_width(clean(line.name), SMALL) for line in chart.series)
        room = max(room, min(names, 130.0)) + 2
    right = edge - room - (20 if len(chart.series) > 1 else 14)
    bottom = top + (180.0 if canvas.is_narrow else 220.0)
    count, inset = len(chart.x), 14.0
    across = Scale(0, max(count - 1, 1), left + inset, right - inset)
    places = tuple(across(i) for i in range(count)) if count > 1 else ((left + right) / 2,)
    return _Plot(left, right, top, bottom, places, Scale(ticks[0], ticks[-1], bottom, top))


def _draw_levels(chart: Trend, canvas: Canvas, plot: _Plot) -> None:
    if chart.usual is not None:
        high, low = plot.y(max(chart.usual)), plot.y(min(chart.usual))
        canvas.rect(plot.left, high, plot.right - plot.left, low - high, role="axis", opacity=0.16)
    if chart.is_partial and len(plot.x) > 1:
        # The quiet ground behind an unfinished period keeps its dip from reading as a fall.
        start = plot.x[-1] - min((plot.x[-1] - plot.x[-2]) / 2, 40)
        with canvas.group(word("partial", canvas.language)):
            canvas.rect(start, plot.top, plot.right - start, plot.bottom - plot.top, role="pale")
            x = start + 6
            while x < plot.right:
                canvas.line(x, plot.top, x, plot.bottom, role="rule", width=1.5)
                x += 6
    if chart.target is not None:
        y = plot.y(chart.target)
        canvas.line(plot.left, y, plot.right, y, role="soft", width=1.5, dash="5 4")


def _draw_band(line: Series, index: int, canvas: Canvas, plot: _Plot) -> None:
    bounds = [
        (x, at(line.low, i), at(line.high, i)) for i, x in enumerate(plot.x[: len(line.values)])
    ]
    run: list[tuple[float, float, float]] = []
    for x, low, high in [*bounds, (0.0, None, None)]:
        if low is not None and high is not None:
            run.append((x, plot.y(low), plot.y(high)))
            continue
        if len(run) == 1:
            x_only, low_y, high_y = run[0]
            canvas.line(x_only, low_y, x_only, high_y, role=f"s{index % 6}", width=1.5)
        elif run:
            points = [(x, high_y) for x, _, high_y in run]
            points += [(x, low_y) for x, low_y, _ in reversed(run)]
            canvas.path(points, role=f"s{index % 6}", is_area=True, opacity=0.14)
        run = []


def _draw_line(chart: Trend, line: Series, index: int, canvas: Canvas, plot: _Plot) -> None:
    role, last = f"s{index % 6}", len(chart.x) - 1
    points = [
        None if value is None else (plot.x[i], plot.y(value)) for i, value in enumerate(line.values)
    ]
    dash = DASHES[(index // 6) % len(DASHES)]
    run: list[tuple[float, float]] = []
    for i, point in enumerate([*points, None]):
        is_unfinished = chart.is_partial and i == last
        if point is not None and not is_unfinished:
            run.append(point)
            continue
        if point is not None and run:
            canvas.path([run[-1], point], role=role, dash="4 4")
        if len(run) > 1:
            canvas.path(run, role=role, width=2.25, dash=dash)
        run = []
    write = Formatter(canvas.language)
    for i, point in enumerate(points):
        is_alone = not any(points[max(i - 1, 0) : i] + points[i + 1 : i + 2])
        if point is not None and (len(points) <= _MOST_MARKERS or is_alone or i == last):
            with canvas.group(point_title(chart, line, i, write)):
                canvas.marker(*point, index, hollow=chart.is_partial and i == last)


def _draw_ends(chart: Trend, canvas: Canvas, plot: _Plot, edge: float) -> None:
    texts = _end_texts(chart, canvas.language)
    ends = [_last(line) for line in chart.series]
    known = [i for i, end in enumerate(ends) if end is not None]
    is_named = not canvas.is_narrow and len(chart.series) > 1
    wanted = [plot.y(value) for _, value in filter(None, ends)]
    gap = 35.0 if is_named else 17.0
    places = spread(wanted, gap, plot.top, max(plot.bottom - gap / 2, plot.top))
    for i, y, true_y in zip(known, places, wanted, strict=True):
        end = ends[i]
        if end is None:
            continue
        if len(chart.series) == 1:
            canvas.text(plot.x[end[0]] + 11, y + 4, texts[i], bold=True)
            continue
        x = plot.right + 10
        canvas.line(plot.x[end[0]] + 7, true_y, x - 6, y, role="axis", width=0.75)
        canvas.marker(x, y, i)
        canvas.text(x + 9, y + 4, texts[i], bold=True)
        if is_named:
            name = chart.series[i].name
            canvas.text(x + 9, y + 18, name, role="soft", size=SMALL, fit=edge - x - 9)


def _draw_periods(chart: Trend, canvas: Canvas, plot: _Plot) -> float:
    """Write the periods and each line's n beneath; return where that ends."""
    labels = chart.labels(canvas.language, short=True)
    write = Formatter(canvas.language)
    sized = [(i, line) for i, line in enumerate(chart.series) if line.n][:_MOST_SIZES]
    widest = max(text_width(clean(label), SMALL) for label in labels)
    for _, line in sized:
        widest = max(widest, *(text_width(write.count(n), SMALL) for n in line.n))
    limit = (plot.right - plot.left) / 2
    pitch = plot.x[1] - plot.x[0] if len(plot.x) > 1 else limit
    every = max(1, -int(-(min(widest, limit) + 12) // pitch))
    # Counted from the last period, so that the newest one is always named.
    shown = range(len(labels) - 1, -1, -every)
    y = plot.bottom + 18
    for i in shown:
        canvas.text(plot.x[i], y, labels[i], role="soft", size=SMALL, anchor="middle", fit=limit)
    for row, (index, line) in enumerate(sized):
        y += 19 if row == 0 else 16
        if len(chart.series) > 1:
            canvas.marker(plot.left - 24, y - 4, index)
        canvas.text(plot.left - 8, y, "n", role="soft", size=SMALL, anchor="end")
        for i in shown:
            text = write.count(line.n[i])
            canvas.text(plot.x[i], y, text, role="soft", size=SMALL, anchor="middle")
    return y + 4


def _draw_footnotes(chart: Trend, canvas: Canvas, left: float, top: float, width: float) -> float:
    y, write = top + 6, Formatter(canvas.language)
    notes: list[tuple[str, str]] = []
    if chart.target is not None:
        label = chart.target_label or word("target", canvas.language)
        notes.append(("target", f"{label}: {write.value(chart.target, chart.unit)}"))
    if chart.usual is not None:
        label = chart.usual_label or word("usual", canvas.language)
        notes.append(
            ("usual", f"{label} {write.interval(min(chart.usual), max(chart.usual), chart.unit)}")
        )
    if chart.is_partial:
        notes.append(("partial", word("partial", canvas.language)))
    for kind, text in notes:
        y += 18
        if kind == "target":
            canvas.line(left, y - 4, left + 18, y - 4, role="soft", width=1.5, dash="5 4")
        elif kind == "usual":
            canvas.rect(left, y - 10, 18, 11, role="axis", opacity=0.16)
        else:
            canvas.marker(left + 9, y - 4, 0, hollow=True)
        canvas.text(left + 26, y, text, role="soft", size=SMALL, fit=width - 26)
    return y


def _every_value(chart: Trend) -> list[float | None]:
    levels = [chart.target, *(chart.usual or ())]
    return levels + [v for line in chart.series for v in (*line.values, *line.low, *line.high)]


def _last(line: Series) -> tuple[int, float] | None:
    known = [(i, value) for i, value in enumerate(line.values) if value is not None]
    return known[-1] if known else None


def _end_texts(chart: Trend, language: str) -> list[str]:
    ends = (_last(line) for line in chart.series)
    return [Formatter(language).value(end and end[1], chart.unit) for end in ends]


def point_title(chart: Trend, line: Series, i: int, write: Formatter) -> str:
    """Return what one point says: its line, period, value, interval and n."""
    period = chart.labels(write.language)[i]
    said = f"{line.name}, {period}: {write.value(line.values[i], chart.unit)}"
    if at(line.low, i) is not None or at(line.high, i) is not None:
        said += f" {write.interval(at(line.low, i), at(line.high, i), chart.unit)}"
    if line.n:
        said += f", n {write.count(line.n[i])}"
    if chart.is_partial and i == len(chart.x) - 1:
        said += f" ({word('partial mark', write.language)})"
    return said
