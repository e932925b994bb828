"""The headline figures beside those of the week before, and what changed, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from convocommerce.measuring import Row
from convocommerce.metrics import metric_named
from convocommerce.notes import notes_on
from convocommerce.reports.blocks import Cell, Figure, Section, Strip, Text, Tile
from convocommerce.reports.cells import figure_cell
from convocommerce.reports.sections.definitions import METRICS
from convocommerce.reports.span import Span
from convocommerce.results import Change, change_between


@dataclass(frozen=True)
class _Wanted:
    """One headline figure: which, what it is called, and the tables it rests on."""

    metric: str
    statistic: str
    title: str
    tables: tuple[str, ...]


def headline(span: Span) -> Section:
    """Return the strip of headline figures under the sentence of what changed."""
    tiles, sentences = [], []
    for wanted in _wanted(span):
        for row in span.rows(wanted.metric, wanted.statistic) or [_nothing(wanted)]:
            tile, sentence = _tile(span, wanted, row)
            tiles.append(tile)
            if sentence:
                sentences.append(sentence)
    is_compared = any(tile.before for tile in tiles)
    # What makes the figures wrong or partial stands before them.
    notes = notes_on(
        span.con,
        [metric_named(name) for name in METRICS],
        span.rules,
        span.period,
        span.as_of,
        span.language,
    )
    warnings = [Text(note, "call") for note in notes]
    texts = [Text(_lead(span, sentences, is_compared=is_compared), "call")]
    if is_compared:
        told = span.say(
            "Last week stands as it was known seven days before the as-of, so that both weeks are "
            "of the same age."
        )
        texts.append(Text(told, "note"))
    if any(
        row.n_open
        for metric in ("in_chat_conversion", "assisted_conversion")
        for row in span.rows(metric, "settled_rate")
    ):
        told = span.say(
            "Conversion counts only conversations whose time to buy is over; the open ones would "
            "make it look too high, because who buys shows at once and who does not only later."
        )
        texts.append(Text(told, "note"))
    return Section(
        "headline", span.say("This week"), (*warnings, texts[0], Strip(tuple(tiles)), *texts[1:])
    )


def _wanted(span: Span) -> list[_Wanted]:
    say = span.say
    talk, sale, cart = ("messages",), ("messages", "orders"), ("orders",)
    frt = "first_response_time"
    return [
        _Wanted(frt, "within_5_minutes", say("Answered by a person within 5 min"), talk),
        _Wanted(frt, "median", say("First response time, median"), talk),
        _Wanted(frt, "p90", say("First response time, 90% within"), talk),
        _Wanted("in_chat_conversion", "settled_rate", say("In-chat conversion"), sale),
        _Wanted("assisted_conversion", "settled_rate", say("Assisted conversion"), sale),
        _Wanted("cart_abandonment", "rate", say("Cart abandonment"), cart),
        _Wanted("conversion", "net_revenue", say("Net revenue, in chat and assisted"), sale),
    ]


def _nothing(wanted: _Wanted) -> Row:
    unit = "count" if wanted.statistic == "net_revenue" else "share"
    return Row(wanted.metric, wanted.statistic, wanted.title, unit, (), None, None, None, 0, 0)


def _tile(span: Span, wanted: _Wanted, row: Row) -> tuple[Tile, str]:
    say = span.say
    names = (say("Last week"), say("Difference"))
    now = figure_cell(span, span.figure(row))
    reason = span.why_not_compared(*wanted.tables)
    if reason:
        return Tile(wanted.title, now, None, None, reason, "quiet", names), ""
    earlier = [
        one
        for one in span.rows(wanted.metric, wanted.statistic, is_before=True)
        if one.unit == row.unit
    ]
    if not earlier or earlier[0].value is None or row.value is None:
        verdict = say("Nothing to compare with.")
        return Tile(wanted.title, now, None, None, verdict, "quiet", names), ""
    change = change_between(row, earlier[0])
    before = figure_cell(span, span.figure(earlier[0], is_before=True))
    verdict, tone = _verdict(span, wanted, change)
    tile = Tile(wanted.title, now, before, _change_cell(span, change), verdict, tone, names)
    return tile, _sentence(span, wanted, change) if change.is_beyond_noise else ""


def _verdict(span: Span, wanted: _Wanted, change: Change) -> tuple[str, str]:
    say = span.say
    if change.low is None and change.high is None:
        is_sum = change.now.unit not in ("share", "seconds")
        return say("A sum has no interval.") if is_sum else say("Too few to tell."), "quiet"
    if not change.is_beyond_noise:
        return say("Within noise."), "quiet"
    better = metric_named(wanted.metric).better
    # A share answered in time is better when it is higher, though its metric is a time.
    if wanted.statistic.startswith("within"):
        better = "higher"
    is_up = (change.difference or 0) > 0
    if better == "neither":
        return say("Beyond noise."), "changed"
    if is_up == (better == "higher"):
        return say("Beyond noise: better."), "better"
    return say("Beyond noise: worse."), "worse"


def _change_cell(span: Span, change: Change) -> Cell:
    now = change.now
    row = replace(now, value=change.difference, low=change.low, high=change.high)
    figure = Figure(row, span.period.name, compared_with=span.before.name)
    below: tuple[str, ...] = ()
    if change.low is not None or change.high is not None:
        ends = (span.write.signed(change.low, now.unit), span.write.signed(change.high, now.unit))
        below = (span.say("({low} to {high})").format(low=ends[0], high=ends[1]),)
    return Cell(span.write.signed(change.difference, now.unit), below, figure)


def _sentence(span: Span, wanted: _Wanted, change: Change) -> str:
    before = change.before
    is_up = (change.difference or 0) > 0
    told = (
        span.say("{figure} rose from {before} to {now}")
        if is_up
        else span.say("{figure} fell from {before} to {now}")
    )
    return told.format(
        figure=f"{wanted.title[:1].lower()}{wanted.title[1:]}",
        before=span.write.value(before.value if before else None, change.now.unit),
        now=span.write.value(change.now.value, change.now.unit),
    )


def _lead(span: Span, sentences: list[str], *, is_compared: bool) -> str:
    say = span.say
    if sentences:
        return say("Changed beyond noise since last week: {changes}.").format(
            changes="; ".join(sentences)
        )
    if is_compared:
        return say("Nothing changed beyond noise since last week.")
    reason = span.why_not_compared("messages", "orders") or say("Nothing to compare with.")
    return say("This week is not compared with the week before. {reason}").format(reason=reason)
