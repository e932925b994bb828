"""Whether visitors are told that the page responds quickly, and what that would take."""

from __future__ import annotations

from collections.abc import Sequence

from convocommerce.charts import Gauge, Meter
from convocommerce.charts.text import clean
from convocommerce.insights import (
    PAGE_RULES,
    BadgeOutlook,
    PageResponse,
    badge_outlook,
    page_response,
)
from convocommerce.intervals import share_interval
from convocommerce.reports.blocks import Block, Cell, ChartBlock, Section, TableBlock, Text
from convocommerce.reports.cells import figure_cell, hidden_cell, name_cell, own_figure
from convocommerce.reports.span import Span


def badge(span: Span) -> Section:
    """Return, for each page on Messenger, how it stands against the rule and what it would take."""
    say = span.say
    title = say("Whether the page is called very responsive")
    # What came after the days of the page is no part of how it stood at their end.
    instant = min(span.as_of, span.last)
    found = {rule.name: page_response(span.con, instant, rule=rule) for rule in PAGE_RULES}
    pages = found[PAGE_RULES[0].name]
    if not pages:
        told = say("No messages of Messenger are loaded, and only pages there are given the badge.")
        return Section("badge", title, (Text(told),))
    outlooks = {one.business_id: one for one in badge_outlook(span.con, instant)}
    blocks: list[Block] = []
    for page in pages:
        name = say("Page {id}").format(id=clean(page.business_id))
        if not page.badge_messages or span.is_few(page.badge_messages):
            told = say(
                "{page}: too few people wrote in the last 7 days to tell how it stands."
            ).format(page=name)
            blocks.append(Text(told))
            continue
        variants = [
            one for rows in found.values() for one in rows if one.business_id == page.business_id
        ]
        told = (
            say("{page} would be called very responsive at the end of these days.")
            if page.has_badge
            else say("{page} would not be called very responsive at the end of these days.")
        )
        blocks.append(Text(told.format(page=name)))
        blocks.append(_meter(span, name, page, variants))
        outlook = outlooks.get(page.business_id)
        if outlook is not None:
            blocks.append(_steps(span, name, outlook))
    note = say(
        "Worked out from the business's own messages up to {moment}: the platform publishes no "
        "formula, and time away set in its inbox is in no export. Counted is a person's first "
        "message after a day of silence; answers by bots count."
    ).format(moment=span.moment(instant))
    return Section("badge", title, (*blocks, Text(note, "note")))


def _meter(
    span: Span, name: str, page: PageResponse, variants: Sequence[PageResponse]
) -> ChartBlock:
    say, rule = span.say, page.rule
    rate = page.badge_answered / page.badge_messages
    if page.answers_to_come == 0:
        short = say("Reached.")
    else:
        short = say("{n} more in a row must be answered in time.").format(
            n=span.write.count(page.answers_to_come)
        )
    if page.badge_time is None:
        late = say("Nothing was answered in time.")
    elif page.seconds_too_slow:
        late = say("{time} too slow.").format(time=span.write.duration(page.seconds_too_slow))
    else:
        late = say("Reached.")
    drawn = Meter(
        title=say("{page}: the last 7 days against the rule").format(page=name),
        gauges=[
            Gauge(
                name=say("Answered within 24 hours"),
                value=rate,
                limit=rule.badge_percent / 100,
                verdict=short,
                n=page.badge_messages,
            ),
            Gauge(
                name=say("Time to answer, mean of the fastest 90%"),
                value=page.badge_time,
                limit=float(rule.badge_seconds),
                unit="seconds",
                is_lower_better=True,
                verdict=late,
                n=page.badge_answered,
            ),
        ],
        caption=say("Tinted is where the badge is given; it takes both."),
    )
    return ChartBlock(drawn, _variants(span, drawn.title, variants))


def _variants(span: Span, title: str, pages: Sequence[PageResponse]) -> TableBlock:
    say = span.say
    names = {
        "fastest_90": say("The rule of today, as others quote it"),
        "same_day": say("2016: answered the same day, mean of all"),
        "median_2015": say("2015: median, at most 5 min"),
        "median_2017": say("2017: median, at most 15 min"),
    }
    lines = []
    for page in pages:
        group = {"page": page.business_id, "rule": page.rule.name}
        told = (
            ("badge_rate", "share", page.badge_answered, page.badge_messages),
            ("rate", "share", page.answered, page.messages),
        )
        times = (
            ("badge_time", page.badge_time, page.badge_answered),
            ("time", page.seconds, page.answered),
        )
        cells: list[Cell] = []
        for (statistic, unit, k, n), (timed, seconds, timed_n) in zip(told, times, strict=True):
            share = own_figure(
                span,
                "page_response",
                statistic,
                unit,
                k / n if n else None,
                n,
                share_interval(k, n),
                group=group,
            )
            time = own_figure(
                span, "page_response", timed, "seconds", seconds, timed_n, group=group
            )
            cells += [
                hidden_cell(span, "few") if span.is_few(figure.row.n) else figure_cell(span, figure)
                for figure in (share, time)
            ]
        has = {True: say("yes"), False: say("no"), None: "–"}[page.has_badge]
        lines.append((name_cell(names[page.rule.name]), Cell(has), *cells))
    headings = (
        say("Rule"),
        say("Badge"),
        say("Answered in time, 7 days"),
        say("Time, 7 days"),
        say("Answered in time, as shown"),
        say("Time, as shown"),
    )
    note = say(
        "As shown: over the 30 days before the last counted message. Under a rule the figures are "
        "counts of these messages and decide by themselves; the intervals tell how far such a week "
        "might have come out otherwise. Times of the fastest have none."
    )
    return TableBlock(title, headings, tuple(lines), note)


def _steps(span: Span, name: str, outlook: BadgeOutlook) -> TableBlock:
    say = span.say
    lines = []
    for step in outlook.steps:
        group = {"page": outlook.business_id, "days": step.days}
        figures = [
            own_figure(span, "badge_outlook", statistic, unit, value, step.to_come, group=group)
            for statistic, unit, value in (
                ("to_come", "count", float(step.to_come)),
                ("must_answer", "count", step.must_answer),
                ("within", "seconds", step.within_seconds),
            )
        ]
        cells = [figure_cell(span, figure, is_brief=True) for figure in figures]
        if step.must_answer is None:
            cells[1] = cells[2] = Cell(say("out of reach"), is_quiet=True)
        elif step.within_seconds is None:
            cells[2] = Cell(say("out of reach"), is_quiet=True)
        elif not step.must_answer:
            cells[2] = Cell("–", is_quiet=True)
        day = say("in 1 day") if step.days == 1 else say("in {n} days").format(n=step.days)
        lines.append((Cell(day[:1].upper() + day[1:]), *cells))
    headings = (
        say("To be called very responsive"),
        say("Messages to come"),
        say("Must be answered in time"),
        say("Each within"),
    )
    note = say(
        "If as many people write as in the last 7 days. What drops out of the 7 days looked back "
        "on is taken into account."
    )
    return TableBlock(
        say("{page}: what it would take").format(page=name), headings, tuple(lines), note
    )
