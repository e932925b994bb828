"""What changed, and the segment that moved it: sentences of which every clause has its figure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convocommerce.insights import limits_before
from convocommerce.intervals import false_discovery, share_difference_p
from convocommerce.measuring import Row
from convocommerce.metrics import dimension_named
from convocommerce.reports.blocks import Cell, Figure, Text, joined, listed, told
from convocommerce.reports.cells import name_cell
from convocommerce.reports.headlines import figure_of, is_settled, mondays, weeks_of_figure
from convocommerce.reports.span import Span
from convocommerce.reports.tiles import (
    Told,
    bounds_of,
    change_cell,
    told_headlines,
    week_name,
)
from convocommerce.results.contributing import Contribution, contributions
from convocommerce.results.labels import figure_text, group_label

_CUTS = ("channel", "entry_point", "first_responder")
"""The cuts whose groups a manager can do something about."""

_MOST_TOLD = 3
_LEVEL = 0.05


@dataclass(frozen=True)
class Mover:
    """A group that makes up much of a change.

    Attributes:
        told: The headline figure that changed.
        by: The column.
        part: What the group added to the change.
        difference: The whole change, of all groups together.
        is_mix: Whether the change of how many it has made up more than its own.
        size: How much of all that is decided the group is, on average of both periods.
        p_value: How often chance alone would part the group as far from what it was.
    """

    told: Told
    by: str
    part: Contribution
    difference: float
    is_mix: bool
    size: float
    p_value: float

    @property
    def share(self) -> float:
        """How much of the whole change the group makes up."""
        return self.part.total / self.difference


def beyond_noise(span: Span) -> list[Told]:
    """Return the headline figures that changed beyond noise, the surest first."""
    found = [one for one in told_headlines(span) if one.change and one.change.is_beyond_noise]
    return sorted(found, key=lambda one: one.change.p_adjusted or 0.0 if one.change else 1.0)


def inline(figure: Figure, span: Span) -> Cell:
    """Return a figure as it stands in a sentence: with its interval and n after it."""
    value, interval, rests = figure_text(figure.row, span.language)
    after = ", ".join(part for part in (interval.strip("()"), rests) if part)
    return Cell(value, (after,), figure)


def what_changed(span: Span) -> Text:
    """Return the sentence of what changed since the days before, beyond noise."""
    say = span.say
    compared = [one for one in told_headlines(span) if one.change]
    if not compared:
        reason = span.why_not_compared("messages", "orders") or say("Nothing to compare with.")
        text = say("Not compared with the days before. {reason}").format(reason=reason)
        return Text(text, "lead")
    since = {"since": span.before_called().lower()}
    changed = beyond_noise(span)
    if not changed:
        text = say("Nothing changed beyond noise against {since}.").format(**since)
        return Text(text, "lead")
    changes = listed(_change_text(span, one) for one in changed[:_MOST_TOLD])
    return told(say("Changed beyond noise against {since}: {changes}."), changes=changes, **since)


def _change_text(span: Span, one: Told) -> Text:
    change = one.change
    if change is None or change.before is None:
        return Text("")
    is_up = (change.difference or 0) > 0
    template = (
        span.say("{figure} rose from {before} to {now}, a difference of {change}")
        if is_up
        else span.say("{figure} fell from {before} to {now}, a difference of {change}")
    )
    return told(
        template,
        figure=f"{one.headline.title[:1].lower()}{one.headline.title[1:]}",
        before=inline(figure_of(span, change.before, is_before=True), span),
        now=inline(figure_of(span, change.now), span),
        change=_unsigned(change_cell(span, change)),
    )


def _unsigned(cell: Cell) -> Cell:
    return replace(cell, below=tuple(one.strip("()") for one in cell.below))


def mover(span: Span) -> Mover | None:
    """Return the group that makes up most of the surest change of a share, if one stands out."""
    return span.once("mover", lambda: _mover(span))


def _mover(span: Span) -> Mover | None:
    changed = [
        one
        for one in beyond_noise(span)
        if one.row.unit == "share" and one.headline.watched.metric != "reply_windows"
    ]
    if not changed:
        return None
    first = changed[0]
    found = [one for by in _CUTS for one in _parts_of(span, first, by)]
    adjusted = false_discovery([one.p_value for one in found])
    sure = [
        one
        for one, p_value in zip(found, adjusted, strict=True)
        if p_value <= _LEVEL and _stands_out(one)
    ]
    return max(sure, key=lambda one: one.share, default=None)


def _stands_out(one: Mover) -> bool:
    """Tell whether a group makes up most of a change, and more than its size lets expect."""
    return one.share >= max(0.5, 1.25 * one.size)


def _parts_of(span: Span, one: Told, by: str) -> list[Mover]:
    watched = one.headline.watched
    if watched.metric == "abandonment_after_no_answer":
        return []
    now = span.rows(watched.metric, watched.statistic, by)
    before = span.rows(watched.metric, watched.statistic, by, is_before=True)
    # Where all belong to one group, it is no segment.
    split = contributions(now, before)
    if split is None or not split.difference or len(split.parts) < 2:
        return []
    sizes = sum(row.n for row in now), sum(row.n for row in before)
    found = []
    for part in split.parts:
        if part.now is None or part.before is None:
            continue
        is_mix = abs(part.mix) > abs(part.rate)
        p_value = _p_of(part.now, part.before, sizes, is_mix=is_mix)
        size = (part.now.n / sizes[0] + part.before.n / sizes[1]) / 2
        if p_value is not None and not (span.is_few(part.now.n) or span.is_few(part.before.n)):
            found.append(Mover(one, by, part, split.difference, is_mix, size, p_value))
    return found


def _p_of(now: Row, before: Row, sizes: tuple[int, int], *, is_mix: bool) -> float | None:
    if is_mix:
        return share_difference_p(now.n, sizes[0], before.n, sizes[1])
    counts = [round((row.value or 0) * row.n) for row in (now, before)]
    return share_difference_p(counts[0], now.n, counts[1], before.n)


def what_moved(span: Span) -> Text | None:
    """Return the sentence of the group that moved a figure, or of the usual range of the weeks."""
    changed = beyond_noise(span)
    if not changed:
        return _against_usual(span)
    found = mover(span)
    if found is None:
        if not any(one.row.unit == "share" for one in changed):
            return None
        told_text = span.say(
            "No single channel, entry point or first responder makes up most of it beyond noise."
        )
        return Text(told_text, "lead")
    part, say = found.part, span.say
    if part.now is None or part.before is None:
        return None
    dimension = dimension_named(found.by)
    label = group_label(dimension, part.group[0], span.language)
    shared: dict[str, str | Cell] = {
        "figure": f"{found.told.headline.title[:1].lower()}{found.told.headline.title[1:]}",
        "by": say(dimension.title).lower(),
        "group": name_cell(label).text,
        "part": _part_cell(span, found),
        "whole": span.write.signed(found.difference, "share"),
    }
    if not found.is_mix:
        template = say(
            "Of the change in {figure}, {part} of {whole} lies with {by} {group}: there it was "
            "{before} and is {now}."
        )
        figures: dict[str, str | Cell] = {
            "before": inline(span.figure(part.before, [found.by], is_before=True), span),
            "now": inline(span.figure(part.now, [found.by]), span),
        }
        return told(template, **shared, **figures)
    template = say(
        "Of the change in {figure}, {part} of {whole} is that {by} {group} went from {before} to "
        "{now} of all; there it is {level}."
    )
    return told(
        template,
        **shared,
        before=inline(_weight(span, found, is_before=True), span),
        now=inline(_weight(span, found, is_before=False), span),
        level=inline(span.figure(part.now, [found.by]), span),
    )


def _part_cell(span: Span, found: Mover) -> Cell:
    """Return how much of a change a group makes up, with the interval of the larger part."""
    part = found.part
    low, high = (part.mix_low, part.mix_high) if found.is_mix else (part.rate_low, part.rate_high)
    value = part.mix if found.is_mix else part.rate
    row = replace(
        found.told.row,
        statistic=f"{found.told.row.statistic}_{'mix' if found.is_mix else 'own'}",
        value=value,
        low=low,
        high=high,
    )
    figure = Figure(
        row, span.period.name, {found.by: part.group[0]}, compared_with=span.before.name
    )
    ends = span.say("{low} to {high}").format(
        low=span.write.signed(low, "share"), high=span.write.signed(high, "share")
    )
    return Cell(span.write.signed(value, "share"), (ends,), figure)


def _weight(span: Span, found: Mover, *, is_before: bool) -> Figure:
    """Return how much of all that is decided belongs to a group."""
    from convocommerce.intervals import share_interval

    watched = found.told.headline.watched
    rows = span.rows(watched.metric, watched.statistic, found.by, is_before=is_before)
    mine = next(row for row in rows if row.group == found.part.group)
    n = sum(row.n for row in rows)
    low, high = share_interval(mine.n, n)
    row = replace(
        mine, statistic="part_of_all", value=mine.n / n, low=low, high=high, n=n, n_open=0
    )
    return span.figure(row, [found.by], is_before=is_before)


def _against_usual(span: Span) -> Text | None:
    """Return the sentence of which headline figures lie outside their usual range of weeks."""
    say, days = span.say, mondays(span)
    judged, outside = 0, []
    for one in told_headlines(span):
        watched = one.headline.watched
        weeks = weeks_of_figure(span, watched).get((None, one.row.unit), {})
        row = weeks.get(days[-1]) if days else None
        if row is None or row.value is None or not is_settled(span, watched, days[-1]):
            continue
        if span.hides(row):
            continue
        values = [weeks[day].value if day in weeks else None for day in days]
        least, most = bounds_of(row.unit)
        limits = limits_before(values, len(days) - 1, least=least, most=most)
        if limits is None:
            continue
        judged += 1
        if limits.side(row.value):
            figure = Figure(row, week_name(days[-1]), figure_of(span, row).group)
            name = f"{one.headline.title[:1].lower()}{one.headline.title[1:]}"
            outside.append(joined([f"{name}, ", inline(figure, span)]))
    if not judged:
        return None
    if not outside:
        text = say("Each of the {n} figures with enough weeks lies within its usual range.")
        return Text(text.format(n=span.write.count(judged)), "lead")
    return told(say("Outside the usual range of its weeks: {figures}."), figures=listed(outside))
