"""What to do: rules over figures of the page, the one with most at stake first.

None of it says what would come of it. It points at what is there to be dealt with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

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
from convocommerce.periods import between
from convocommerce.reports.blocks import Text, listed, told
from convocommerce.reports.cells import count_figure, figure_cell, name_cell
from convocommerce.reports.headlines import figure_of
from convocommerce.reports.sentences import inline, mover
from convocommerce.reports.span import Span
from convocommerce.reports.tiles import told_headlines
from convocommerce.results.labels import BRANDS, group_label

WEEKS_OF_DEMAND = 4
"""One week leaves too few in each hour; the maps of the week rest on as many."""

_HOURS = 3
_MOST = 2


def what_to_do(span: Span) -> Text:
    """Return the sentence of what there is to do, with the figures that it rests on."""
    found = list(_candidates(span))[:_MOST]
    if not found:
        return Text(span.say("No figure of this page asks for something to be done."), "lead")
    return told(span.say("To do: {things}."), things=listed(found))


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
    worst = max(lost_by_channel(rows), key=lambda one: (one.questions, one.channel))
    channel = BRANDS.get(worst.channel, worst.channel)
    n = figure_cell(
        span, count_figure(span, "lost_questions", "count", float(len(rows))), is_brief=True
    )
    share = next(
        one.row for one in told_headlines(span) if one.headline.watched.metric == "reply_windows"
    )
    carts = [one for one in worst.hanging if one.carts and one.cart_amount is not None]
    if not carts or span.is_few(carts[0].carts):
        return told(
            say("answer before windows close, most of all on {channel}: {n} questions were lost "
                "({share})"),
            channel=name_cell(channel).text,
            n=n,
            share=inline(figure_of(span, share), span),
        )  # fmt: skip
    largest = max(carts, key=lambda one: one.cart_amount or 0)
    amount = count_figure(
        span,
        "lost_questions",
        "cart_amount",
        float(largest.cart_amount or 0),
        unit=largest.currency or "number",
        n=largest.carts,
        group={"channel": worst.channel},
    )
    return told(
        say("answer before windows close, most of all on {channel}: {n} questions were lost "
            "({share}), and carts left open beside them were worth {amount}"),
        channel=name_cell(channel).text,
        n=n,
        share=inline(figure_of(span, share), span),
        amount=inline(amount, span),
    )  # fmt: skip


def _reach_target(span: Span) -> Text | None:
    """Name the target that is missed beyond noise."""
    for one in told_headlines(span):
        watched, row = one.headline.watched, one.row
        target = span.options.targets.get(watched.key)
        if target is None or (row.group and span.is_few(row.n)):
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
    last = span.period.end - dt.timedelta(days=1)
    first = span.period.end - dt.timedelta(days=7 * WEEKS_OF_DEMAND)
    days = between(min(first, span.period.start), last)
    demand = span.once("demand", lambda: unmet_demand(span.con, days, span.as_of))
    best, place = 0.0, (0, 0)
    for weekday in range(7):
        for hour in range(25 - _HOURS):
            waited = sum(demand.waited_seconds[weekday][hour : hour + _HOURS])
            length = sum(demand.seconds[weekday][hour : hour + _HOURS])
            if length and waited / length > best:
                best, place = waited / length, (weekday, hour)
    # Fewer than are shown of a group would be single people.
    if best < 1 or span.is_few(round(best * WEEKS_OF_DEMAND)):
        return None
    weekday, hour = place
    figure = count_figure(
        span,
        "unmet_demand",
        "waiting",
        # As fine as people can be counted.
        round(best, 1),
        unit="number",
        n=WEEKS_OF_DEMAND,
        group={"weekday": weekday + 1, "hour": hour},
        period=days.name,
    )
    return told(
        span.say("have a person answer on {weekday} between {first} and {last}, when on average "
                 "{waiting} people wait"),
        weekday=span.write.weekday(weekday, is_short=False),
        first=f"{hour:02d}:00",
        last=f"{hour + _HOURS:02d}:00",
        waiting=figure_cell(span, figure, is_brief=True),
    )  # fmt: skip


def _win_badge(span: Span) -> Text | None:
    """Say how many answers a page lacks to be very responsive."""
    if span.subject.where:
        return None
    pages = span.once("pages", lambda: page_response(span.con, span.as_of))
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
