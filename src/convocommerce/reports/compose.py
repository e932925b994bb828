"""Composes a report: asks the sections for their blocks and puts them in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from convocommerce.absences import is_untold, reasons
from convocommerce.charts.text import clean
from convocommerce.errors import UnknownNameError, UsageError
from convocommerce.measuring import AsOf, keeping
from convocommerce.periods import Period
from convocommerce.reports import sections
from convocommerce.reports.blocks import Page, Section, Text
from convocommerce.reports.headlines import JUDGED_BY, SHOWN_WEEKS
from convocommerce.reports.kinds import KINDS, USUAL, Subject, check_campaign, check_days
from convocommerce.reports.meanings import Definitions, definitions_of
from convocommerce.reports.options import Options
from convocommerce.reports.report import Report
from convocommerce.reports.span import Measurable, Span
from convocommerce.wording import phrases

_ALL = KINDS
_BUSINESS = ("weekly", "monthly")

SECTIONS: tuple[tuple[Callable[[Span], Section], tuple[str, ...], bool], ...] = (
    # the section           the kinds that have it   whether also when nobody wrote
    (sections.headline, _ALL, False),
    (sections.alerts, _ALL, False),
    (sections.about, _ALL, True),
    (sections.speed, _ALL, False),
    (sections.waits, _ALL, False),
    (sections.rhythm, _BUSINESS, False),
    (sections.badge, _BUSINESS, False),
    (sections.lost, _BUSINESS, False),
    (sections.funnel, _ALL, False),
    (sections.revenue, _ALL, False),
    (sections.checkout, _BUSINESS, False),
    (sections.entries, _ALL, False),
    (sections.ads, _ALL, False),
    (sections.attribution, _ALL, False),
    (sections.abandonment, _ALL, False),
    (sections.channels, _ALL, False),
    (sections.weeks, _ALL, False),
    (sections.team, _BUSINESS, False),
    (sections.quality, _ALL, True),
    (sections.definitions, _ALL, True),
)
"""The parts of every page, in reading order.

A campaign page holds those alone whose figures are about the conversations that ads brought.
"""

_LOOKED_BACK = dt.timedelta(weeks=SHOWN_WEEKS + JUDGED_BY)
"""How far before its days a page looks back to say what is usual."""


def compose(
    shop: Measurable,
    kind: str,
    *,
    period: Period | str | None = None,
    as_of: AsOf = None,
    language: str = "en",
    campaign: str | None = None,
    options: Options | None = None,
    previous: Definitions | None = None,
) -> Report:
    """Compose a report.

    Args:
        shop: The shop it is about.
        kind: ``weekly``, ``monthly`` or ``campaign``.
        period: The ISO week, the month, or any days; the last whole week or month before the
            as-of, or the last 28 days, when left out.
        as_of: The instant whose knowledge counts; the last one any record speaks of when left
            out.
        language: ``en`` or ``nl``.
        campaign: The one campaign that a campaign report is about; all when left out.
        options: Name, targets, alerts and look; as they come when left out.
        previous: ``definitions`` in the JSON of the page before, to say what changed in them.

    Raises:
        UnknownNameError: There is no such report, language or campaign.
        PeriodError: The period is none of that kind, or begins after the as-of.
        UsageError: Nothing is loaded and no as-of is given, or a campaign is named for another
            report.
    """
    if options is not None and not isinstance(options, Options):
        raise UsageError(f"options is a {type(options).__name__} and must be Options(...)")
    if kind not in KINDS:
        raise UnknownNameError("report", kind, KINDS)
    phrases(language)
    instant = shop.as_of(as_of)
    days = check_days(kind, shop.period(USUAL[kind] if period is None else period, as_of))
    shop.build()
    check_campaign(shop.database.con, kind, campaign)
    subject = Subject(kind, days, campaign)
    span = Span(shop, subject, instant, language, options or Options(), previous)
    with keeping(span.con, days.start - _LOOKED_BACK):
        return Report(subject, _page(span))


def _page(span: Span) -> Page:
    say = span.say
    quiet = _nothing(span)
    made = [
        make(span)
        for make, kinds, always in SECTIONS
        if span.subject.kind in kinds and (always or quiet is None)
    ]
    if quiet is not None:
        made.insert(0, quiet)
    last = span.period.end - dt.timedelta(days=1)
    days = f"{span.write.date(span.period.start)} – {span.write.date(last)}"
    return Page(
        language=span.language,
        title=span.subject.title(span.language),
        subtitle=f"{days}, {span.rules.time_zone}",
        words={
            "figures": say("The figures"),
            "contents": say("On this page"),
            "open": say("Show all figures"),
            "close": say("Hide all figures"),
            "meaning": say("what it means"),
        },
        sections=tuple(made),
        business=clean(span.options.business),
        lines=(
            say("As of {moment}").format(moment=span.moment(span.as_of)),
            sections.fresh_line(span),
            say("Build {build}").format(build=span.build[:12]),
        ),
        brand=span.options.brand,
        build=span.build,
        definitions=definitions_of(span.asked, span.rules),
        why_empty=_words(quiet),
    )


def _words(quiet: Section | None) -> tuple[str, ...]:
    return tuple(one.text for one in quiet.blocks if isinstance(one, Text)) if quiet else ()


def _nothing(span: Span) -> Section | None:
    """Return why a page has no figures: nobody did anything, or so few that it tells of them."""
    say = span.say
    counted = sum(row.n for row in span.rows("conversations", "count"))
    tried = sum(row.n + row.n_open for row in span.rows("cart_abandonment", "rate"))
    if span.subject.where and span.is_few(counted):
        few = say(
            "Fewer than {n} conversations came of it in these days, and figures of so few are not "
            "shown."
        )
        text = few.format(n=span.options.smallest_group)
        return Section("headline", say("Too few to tell"), (Text(text, "call"),))
    bought = span.con.execute(
        "from orders where created_at >= ? and created_at < ? limit 1", [span.first, span.last]
    ).fetchall()
    if counted or tried or bought:
        return None
    needs = ("messages", "orders", "checkouts")
    why = reasons(span.con, needs, span.language, period=span.period, as_of=span.as_of)
    if all(is_untold(span.con, need, span.period, span.as_of) for need in needs):
        title = say("No data")
        told = say(
            "Nothing is known of these days, so there are no figures. Load the exports of these "
            "days and compose the report again."
        )
    else:
        title = say("Quiet days")
        told = say(
            "Nobody wrote and nobody tried to buy in these days, as far as the loaded exports "
            "tell. If that is not so, load the exports of these days and compose the report again."
        )
    texts = tuple(Text(one, "call") for one in (*why, told))
    return Section("headline", title, texts)
