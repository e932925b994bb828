"""Drawing funnels: a level bar per step, and how many go on between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.charts.canvas import SMALL, TEXT, Canvas
from convocommerce.charts.scale import Scale
from convocommerce.charts.text import clean, text_width, wrap
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.charts.funnel import Funnel, Stage


def draw_funnel(chart: Funnel, canvas: Canvas, left: float, top: float, width: float) -> float:
    """Draw the steps from ``top`` down and return where they end."""
    write = Formatter(canvas.language)
    names = [clean(stage.name) for stage in chart.stages]
    is_beside = not canvas.is_narrow
    gutter = min(max(text_width(name, TEXT) for name in names) + 14, width * 0.32)
    start = left + gutter if is_beside else left
    room = max(
        text_width(write.count(s.count), TEXT, bold=True) + text_width(_share(s, write), TEXT) + 4
        for s in chart.stages
    )
    known = [stage.count for stage in chart.stages if stage.count is not None]
    end = left + width - room - 24 if is_beside else left + width
    scale = Scale(0, max(*known, 1), start, end)
    thick, between, above = 26.0, 24.0, (0.0 if is_beside else 19.0)
    y = top
    for i, stage in enumerate(chart.stages):
        if i:
            _draw_passage(chart.stages[i - 1], stage, canvas, scale, y, y + between)
            y += between
        if is_beside:
            two = len(wrap(names[i], gutter - 12, TEXT, lines=2)) > 1
            canvas.block(
                start - 12,
                y + thick / 2 + (0.5 if two else 0),
                names[i],
                gutter - 12,
                lines=2,
                anchor="end",
                centre=True,
            )
        else:
            canvas.text(left, y + 12, names[i], fit=width - room - 20)
        _draw_stage(stage, canvas, scale, y + above, thick, left + width)
        y += above + thick
    return y


def _draw_stage(
    stage: Stage, canvas: Canvas, scale: Scale, y: float, thick: float, edge: float
) -> None:
    write = Formatter(canvas.language)
    count = write.count(stage.count) if stage.count is not None else "–"
    share = _share(stage, write)
    with canvas.group(f"{stage.name}: {count} {share}".rstrip()):
        if stage.count is not None:
            canvas.rect(
                scale.start, y, max(scale(stage.count) - scale.start, 1), thick, role="s0", radius=2
            )
    if canvas.is_narrow:
        canvas.text(edge, y - 7, share, role="soft", anchor="end")
        x = edge - text_width(share, TEXT) - (4 if share else 0)
        canvas.text(x, y - 7, count, bold=True, anchor="end")
        return
    x = (scale(stage.count) if stage.count is not None else scale.start) + 8
    canvas.text(x, y + thick / 2 + 4, count, bold=True)
    x += text_width(count, TEXT, bold=True) + 4
    canvas.text(x, y + thick / 2 + 4, share, role="soft")


def _draw_passage(
    before: Stage, after: Stage, canvas: Canvas, scale: Scale, top: float, bottom: float
) -> None:
    if before.count is not None and after.count is not None:
        is_beside = not canvas.is_narrow
        if is_beside:
            corners = [
                (scale.start, top),
                (scale(before.count), top),
                (scale(after.count), bottom),
                (scale.start, bottom),
            ]
            canvas.path(corners, role="s0", is_area=True, opacity=0.12)
    if after.step_share is not None:
        write = Formatter(canvas.language)
        share = write.share(after.step_share)
        text = "↓ " + word("from previous", canvas.language, share=share)
        middle = (top + bottom) / 2 + 4
        canvas.text(scale.start + 8, middle, text, role="soft", size=SMALL)


def _share(stage: Stage, write: Formatter) -> str:
    return f"· {write.share(stage.share)}" if stage.share is not None else ""
