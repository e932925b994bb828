"""What to do: rules over figures of the page, the one with most at stake first.

None of it says what would come of it. It points at what is there to be dealt with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from convocommerce.insights import (
    LostQuestion,
    lost_by_channel,
    lost_questions,
    page_response,
    unmet_demand,
)
from convocommerce.intervals import share_interval
from convocommerce.measuring import Row
from convocommerce.metrics import dimension_named
from convocommerce.reports.blocks import Text, told
from convocommerce.reports.cells import count_figure, figure_cell, name_cell
from convocommerce.reports.headlines import figure_of
from convocommerce.reports.sections.stretch import four_weeks
from convocommerce.reports.sentences import inline, mover
from convocommerce.reports.span import Span
from convocommerce.reports.tiles import told_headlines
from convocommerce.results.labels import BRANDS, group_label

_HOURS = 3
_MOST = 2


def what_to_do(span: Span) -> list[Text]:
    """Return what there is to do, a sentence each, with the figures that they rest on."""
    say = span.say
    found = list(_candidates(span))[:_MOST]
    if not found:
        return [Text(say("No figure of this page asks for something to be done."), "lead")]
    if len(found) == 1:
        return [told(say("To do: {thing}."), thing=found[0])]
    places = (say("To do first: {thing}."), say("Then: {thing}."))
    return [told(place, thing=one) for place, one in zip(places, found, strict=True)]


def _candidates(span: Span) -> Iterator[Text]:
    """Yield what there is to do, the most pressing first."""
    for make in (_look_at_mover, _answer_in_time, _reach_target, _staff_hours, _win_badge):
        one = make(span)
        if one is not None:
            yield one


def _look_at_mover(span: Span) -> Text | None:
    """Look first at the group that makes up most of a change for the worse."""
    found = mover(span)
    if found is None or found.part.now is None:
        return None
    better = found.told.headline.watched.better
    if better == "neither" or (found.difference > 0) == (better == "higher"):
        return None
    dimension = dimension_named(found.by)
    return told(
        span.say("look first at {by} {group} ({figure}: {now})"),
        by=span.say(dimension.title).lower(),
        group=name_cell(group_label(dimension, found.part.group[0], span.language)).text,
        figure=found.told.headline.title,
        now=inline(span.figure(found.part.now, [found.by]), span),
    )


def ledger(span: Span) -> list[LostQuestion]:
    """Return the questions of the days that were lost at closed windows, with what hung on them."""

    def made() -> list[LostQuestion]:
        where = span.subject.where
        rows = lost_questions(span.con, span.period, span.as_of)
        return [
            row
            for row in rows
            if row.entry_point in where.get("entry_point", (row.entry_point,))
            and row.campaign in where.get("campaign", (row.campaign,))
        ]

    return span.once("ledger", made)


def _answer_in_time(span: Span) -> Text | None:
    """Answer before windows close, where questions were lost at them."""
    rows = ledger(span)
    if not rows or span.is_few(len(rows)):
        return None
    say = span.say
    share = next(
        one.row for one in told_headlines(span) if one.headline.watched.metric == "reply_windows"
    )
    count = count_figure(span, "lost_questions", "count", float(len(rows)))
    text = told(
        say("answer before windows close: {n} questions were lost, {share}"),
        n=figure_cell(span, count, is_brief=True),
        share=inline(figure_of(span, share), span),
    )
    first, *others = sorted(lost_by_channel(rows), key=lambda one: -one.questions)
    if not span.is_few(first.questions) and all(one.questions < first.questions for one in others):
        channel = name_cell(BRANDS.get(first.channel, first.channel)).text
        text = told(say("{lost}, most of them on {channel}"), lost=text, channel=channel)
    return _with_carts(span, text, rows)


def _with_carts(span: Span, text: Text, rows: Sequence[LostQuestion]) -> Text:
    """Add what the carts were worth that were left open beside lost questions."""
    carts: dict[str, tuple[int, float]] = {}
    for one in (hanging for row in rows for hanging in row.hanging or ()):
        if one.carts and one.cart_amount is not None and one.currency:
            n, amount = carts.get(one.currency, (0, 0.0))
            carts[one.currency] = n + one.carts, amount + float(one.cart_amount)
    for currency, (n, amount) in sorted(carts.items()):
        if span.is_few(n):
            continue
        figure = count_figure(span, "lost_questions", "cart_amount", amount, unit=currency, n=n)
        text = told(
            span.say("{lost}, and carts left open beside them were worth {amount}"),
            lost=text,
            amount=inline(figure, span),
        )
    return text


def _reach_target(span: Span) -> Text | None:
    """Name the target that is missed beyond noise."""
    for one in told_headlines(span):
        watched, row = one.headline.watched, one.row
        target = span.options.targets.get(watched.key)
        if target is None or span.hides(row):
            continue
        # The interval, not the figure, tells that it is missed.
        end = row.high if watched.better == "higher" else row.low
        if end is None or (end >= target if watched.better == "higher" else end <= target):
            continue
        return told(
            span.say("reach the target of {target} for {figure}, now {now}"),
            figure=f"{one.headline.title[:1].lower()}{one.headline.title[1:]}",
            target=span.write.value(target, row.unit),
            now=inline(figure_of(span, row), span),
        )
    return None


def _staff_hours(span: Span) -> Text | None:
    """Name the hours in which most people wait for a person."""
    if span.subject.where:
        return None
    days = four_weeks(span)
    demand = unmet_demand(span.con, days, span.as_of)
    best, place, n = 0.0, (0, 0), 0
    for weekday in range(7):
        for hour in range(25 - _HOURS):
            hours = slice(hour, hour + _HOURS)
            length = sum(demand.seconds[weekday][hours])
            waiting = sum(demand.waited_seconds[weekday][hours]) / length if length else 0.0
            if waiting > best:
                best, place, n = waiting, (weekday, hour), max(demand.waits[weekday][hours])
    if best < 1 or span.is_few(n):
        return None
    weekday, hour = place
    figure = count_figure(
        span,
        "unmet_demand",
        "waiting",
        # As fine as people can be counted.
        round(best, 1),
        unit="number",
        n=n,
        group={"weekday": weekday + 1, "hour": hour},
        period=days.name,
    )
    return told(
        span.say("have a person answer on {weekday} between {first} and {last}: more people "
                 "waited then than in any other three hours of {days}, {waiting} at a time on "
                 "average"),
        days=f"{span.write.day(days.start)} – {span.write.date(days.end - dt.timedelta(days=1))}",
        weekday=span.write.weekday(weekday, is_short=False),
        first=f"{hour:02d}:00",
        last=f"{hour + _HOURS:02d}:00",
        waiting=inline(figure, span),
    )  # fmt: skip


def _win_badge(span: Span) -> Text | None:
    """Say how many answers a page lacks to be very responsive."""
    if span.subject.where:
        return None
    # What came after the days of the page is no part of how it stood at their end.
    pages = page_response(span.con, min(span.as_of, span.last))
    lacking = [one for one in pages if one.has_badge is False and one.answers_to_come]
    if not lacking:
        return None
    page = max(lacking, key=lambda one: one.badge_messages)
    if span.is_few(page.badge_messages):
        return None
    low, high = share_interval(page.badge_answered, page.badge_messages)
    rate = page.badge_answered / page.badge_messages
    name = "badge_rate"
    row = Row("page_response", name, name, "share", (), rate, low, high, page.badge_messages, 0)
    return told(
        span.say("answer {n} more messages in time to be called very responsive; of the last "
                 "seven days' {rate} were"),
        n=figure_cell(
            span,
            count_figure(span, "page_response", "answers_to_come", float(page.answers_to_come)),
            is_brief=True,
        ),
        rate=inline(span.figure(row), span),
    )  # fmt: skip
