"""Composes a report: asks the sections for their blocks and puts them in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from convocommerce.errors import PeriodError, UnknownNameError
from convocommerce.measuring import AsOf
from convocommerce.periods import Period
from convocommerce.reports import sections
from convocommerce.reports.blocks import Page, Section, Text
from convocommerce.reports.report import Report
from convocommerce.reports.span import Measurable, Span
from convocommerce.wording import phrases

KINDS = ("weekly",)
"""The reports there are."""

_BODY: tuple[Callable[[Span], Section], ...] = (
    sections.headline,
    sections.speed,
    sections.rhythm,
    sections.funnel,
    sections.entries,
    sections.abandonment,
    sections.channels,
)
_END: tuple[Callable[[Span], Section], ...] = (sections.quality, sections.definitions)


def compose(
    shop: Measurable,
    kind: str,
    *,
    period: Period | str | None = None,
    as_of: AsOf = None,
    language: str = "en",
) -> Report:
    """Compose a report.

    Args:
        shop: The shop it is about.
        kind: ``weekly``.
        period: The ISO week; the last whole one before the as-of when left out.
        as_of: The instant whose knowledge counts; the last one any record speaks of when left
            out.
        language: ``en`` or ``nl``.

    Raises:
        UnknownNameError: There is no such report or language.
        PeriodError: The period is no ISO week, or begins after the as-of.
        UsageError: Nothing is loaded and no as-of is given.
    """
    if kind not in KINDS:
        raise UnknownNameError("report", kind, KINDS)
    phrases(language)
    instant = shop.as_of(as_of)
    days = _iso_week(shop.period("last-week" if period is None else period, as_of))
    shop.build()
    span = Span(shop, days, instant, language)
    return Report(kind, days, _page(span))


def _page(span: Span) -> Page:
    say = span.say
    body = [make(span) for make in _BODY] if _has_anything(span) else [_nothing(span)]
    last = span.period.end - dt.timedelta(days=1)
    days = f"{span.write.date(span.period.start)} – {span.write.date(last)}"
    return Page(
        language=span.language,
        title=say("Conversations and sales, {week}").format(
            week=span.write.week(span.period.start)
        ),
        subtitle=f"{days}, {span.rules.time_zone}",
        words={"figures": say("The figures"), "contents": say("On this page")},
        sections=(sections.about(span), *body, *(make(span) for make in _END)),
    )


def _has_anything(span: Span) -> bool:
    """Tell whether anybody wrote or tried to buy in the week."""
    counted = span.rows("conversations", "count")
    tried = span.rows("cart_abandonment", "rate")
    return any(row.n or row.n_open for row in (*counted, *tried))


def _nothing(span: Span) -> Section:
    say = span.say
    told = say(
        "Nobody wrote and nobody tried to buy this week, as far as the loaded exports tell. If "
        "that is not so, load the exports of these days and compose the report again."
    )
    return Section("headline", say("A quiet week"), (Text(told, "call"),))


def _iso_week(period: Period | None) -> Period:
    if period is None:
        raise PeriodError("the weekly report is about one ISO week, such as 2026-W35, not all days")
    if period.n_days != 7 or period.start.weekday() != 0:
        raise PeriodError(
            f"the weekly report is about one ISO week, such as 2026-W35, and {period.name} is none"
        )
    return Period("{}-W{:02d}".format(*period.start.isocalendar()))
