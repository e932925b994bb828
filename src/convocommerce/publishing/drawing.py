"""Draws a report in its languages and formats, as an edition; one that fails stops no other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from convocommerce.errors import ConvocommerceError
from convocommerce.periods import Period
from convocommerce.publishing.edition import Edition
from convocommerce.publishing.site import Site
from convocommerce.publishing.telling import unexpected
from convocommerce.reports.blocks import Page, Section, Text
from convocommerce.reports.kinds import Subject
from convocommerce.wording import Say, wording

if TYPE_CHECKING:
    from convocommerce.configuration import Configuration, Report
    from convocommerce.reports import Report as Drawing
    from convocommerce.shop import Shop


@dataclass(frozen=True)
class Drawn:
    """A report, drawn or failed.

    Attributes:
        kind: What it is called on the site.
        period: The days it is about, by name.
        edition: What can be published; null when it failed.
        mails: The reports to send, by language; none unless they are wanted as mails.
        error: Why it failed.
    """

    kind: str
    period: str
    edition: Edition | None = None
    mails: Mapping[str, Drawing] = field(default_factory=dict)
    error: ConvocommerceError | None = None


def draw(
    shop: Shop,
    configuration: Configuration,
    report: Report,
    period: Period,
    as_of: dt.datetime,
    languages: Sequence[str],
    unfit: Sequence[str],
    site: Site,
) -> Drawn:
    """Draw a report in some languages.

    Args:
        shop: The shop, with built models.
        configuration: Name, look, targets and alerts.
        report: Which report, in which formats.
        period: The days it is about.
        as_of: The instant whose knowledge counts, in UTC.
        languages: The languages.
        unfit: The names of checks that the data did not pass, to be warned of on the page.
        site: Where the edition before stands; the page says what changed in its definitions.
    """
    try:
        subject = Subject(report.kind, period, report.campaign)
        before = site.edition_before(_kind(subject), period)
        drawings = {
            language: _warned(
                shop.report(
                    report.kind,
                    period=period,
                    as_of=as_of.replace(tzinfo=dt.UTC),
                    language=language,
                    campaign=report.campaign,
                    options=configuration.options(),
                    previous=None if before is None else before.about.get("definitions"),
                ),
                unfit,
            )
            for language in languages
        }
        edition = _edition(drawings, as_of, report.formats, unfit)
    except ConvocommerceError as error:
        return Drawn(report.kind, period.name, error=error)
    except Exception as error:  # noqa: BLE001  # whatever it is must not stop the other reports
        return Drawn(report.kind, period.name, error=unexpected(error))
    mails = drawings if "mail" in report.formats else {}
    return Drawn(edition.kind, edition.period.name, edition, mails)


def _edition(
    drawings: Mapping[str, Drawing],
    as_of: dt.datetime,
    formats: Sequence[str],
    unfit: Sequence[str],
) -> Edition:
    one = next(iter(drawings.values()))
    files = {
        name: data for drawing in drawings.values() for name, data in drawing.files(formats).items()
    }
    titles = {language: drawing.page.title for language, drawing in drawings.items()}
    about = {"definitions": one.page.definitions, "unfit": list(dict.fromkeys(unfit))}
    return Edition(_kind(one.subject), one.period, as_of, files, titles, about)


def _kind(subject: Subject) -> str:
    """Return what a report is called on a site: its kind and, where it is about one, its campaign.

    >>> _kind(Subject("campaign", Period("2026-08"), "Summer slippers"))
    'campaign-summer-slippers'
    """
    return subject.stem.removesuffix(f"-{subject.period.name}")


def _warned(drawing: Drawing, unfit: Sequence[str]) -> Drawing:
    """Return a report with a warning above everything else, when there is something to warn of."""
    if not unfit:
        return drawing
    say = wording(drawing.language)
    names = ", ".join(dict.fromkeys(_check_words(say).get(name, name) for name in unfit))
    told = say(
        "These figures were published although the data did not pass every check ({names}). Do not "
        "rely on them."
    ).format(names=names)
    warning = Section("warning", say("Not to be relied on"), (Text(told, "call"),))
    page: Page = replace(drawing.page, sections=(warning, *drawing.page.sections))
    return replace(drawing, page=page)


def _check_words(say: Say) -> dict[str, str]:
    return {
        "age": say("the age of the newest records"),
        "books": say("the count of documents"),
        "coverage": say("the days with messages"),
        "documents": say("the number of documents"),
        "files": say("files that are whole"),
        "platform": say("the platform of files"),
        "quarantined": say("documents that can be understood"),
        "senders": say("known senders"),
        "told twice": say("messages told once"),
        "volume": say("the usual number of messages"),
    }
