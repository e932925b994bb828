"""Drawing stacks: level bars cut into parts, each part's value above it where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from convocommerce.charts.base import at
from convocommerce.charts.canvas import SMALL, TEXT, Canvas
from convocommerce.charts.scale import Scale
from convocommerce.charts.text import clean, text_width
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.charts.stacks import Stacks

_THICK: Final = 18.0


def draw_stacks(chart: Stacks, canvas: Canvas, left: float, top: float, width: float) -> float:
    """Draw the bars from ``top`` down and return where they end."""
    write = Formatter(canvas.language)
    top = _draw_legend(chart, canvas, left, top, width)
    sizes = [
        f"n {write.count(at(chart.n, i))}" if chart.n else "" for i in range(len(chart.categories))
    ]
    room = max(text_width(text, SMALL) for text in sizes) + (12 if chart.n else 0)
    names = [clean(name) for name in chart.categories]
    is_beside = not canvas.is_narrow
    gutter = min(max(text_width(name, TEXT) for name in names) + 4, width * 0.3)
    start = left + gutter + 12 if is_beside else left
    end = left + width - (room if is_beside else 0)
    totals = [sum(part.values[i] or 0 for part in chart.parts) for i in range(len(names))]
    scale = Scale(0, max(*totals, 1e-12), start, end)
    pitch, above = (48.0, 18.0) if is_beside else (60.0, 32.0)
    for i, name in enumerate(names):
        y = top + pitch * i
        if is_beside:
            middle = y + above + _THICK / 2
            canvas.block(left + gutter, middle, name, gutter, lines=2, anchor="end", centre=True)
            place = middle + 4
        else:
            canvas.text(left, y + 12, name, bold=True, fit=width - room - 8)
            place = y + 12
        canvas.text(left + width, place, sizes[i], role="soft", size=SMALL, anchor="end")
        _draw_bar(chart, canvas, i, scale, y + above, write)
    return top + pitch * len(names)


def part_role(chart: Stacks, index: int) -> str:
    """Return the colour of a part: the last of several is grey if it is what is left over."""
    is_rest = chart.has_rest and index and index == len(chart.parts) - 1
    return "s5" if is_rest else f"s{index}"


def _draw_bar(
    chart: Stacks, canvas: Canvas, i: int, scale: Scale, y: float, write: Formatter
) -> None:
    reached, free = 0.0, scale.start
    shown = [(index, part) for index, part in enumerate(chart.parts) if part.values[i]]
    for index, part in shown:
        value = part.values[i] or 0.0
        first, last = scale(reached), scale(reached + value)
        reached += value
        text = write.value(value, chart.unit)
        with canvas.group(f"{chart.categories[i]}, {part.name}: {text}"):
            # A gap of ground parts neighbours also where their colours look alike.
            wide = max(last - first - 1.5, 0.75)
            canvas.rect(first, y, wide, _THICK, role=part_role(chart, index))
        # The last may be written beyond its end; others only where they have the room.
        edge = scale.end if (index, part) == shown[-1] else last - 4
        x = max(first, free)
        for label in (f"{part.name} {text}", text):
            if x + text_width(label, SMALL) <= edge:
                canvas.text(x, y - 5, label, size=SMALL)
                free = x + text_width(label, SMALL) + 8
                break


def _draw_legend(chart: Stacks, canvas: Canvas, left: float, top: float, width: float) -> float:
    x, y = left, top + 12.0
    for index, part in enumerate(chart.parts):
        room = min(text_width(clean(part.name), SMALL), width - 20) + 1
        if x > left and x + 18 + room > left + width:
            x, y = left, y + 19
        canvas.rect(x, y - 9, 11, 11, role=part_role(chart, index), radius=2)
        canvas.text(x + 17, y, part.name, size=SMALL, fit=room)
        x += room + 34
    return y + 10
