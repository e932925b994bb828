"""One build from beginning to end: load, build, look at the data, draw, publish and send."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from convocommerce.errors import (
    ConvocommerceError,
    SourceForbiddenError,
    SourceUnavailableError,
    UnknownNameError,
    UsageError,
)
from convocommerce.measuring import as_of_instant, local_day
from convocommerce.periods import Period
from convocommerce.publishing.audit import Check, Loaded, audit
from convocommerce.publishing.drawing import Drawn, draw
from convocommerce.publishing.edition import Edition
from convocommerce.publishing.keeping import Keep
from convocommerce.publishing.mailing import send
from convocommerce.publishing.outcome import Outcome, Told
from convocommerce.publishing.site import Published, Site
from convocommerce.publishing.telling import Log
from convocommerce.reports.kinds import USUAL
from convocommerce.shop import open as open_shop

if TYPE_CHECKING:
    from convocommerce.configuration import Configuration, Report, Source
    from convocommerce.shop import Shop


@dataclass(frozen=True)
class Order:
    """What a build is asked for, beside its configuration.

    Attributes:
        period: The days of every report, by name; each report's usual ones when left out.
        as_of: The day or instant whose knowledge counts, and from which relative periods count.
        reports: Kinds of reports; all that are configured when empty.
        languages: Languages in place of the configured ones.
        is_dry_run: Do everything but publish and send.
        is_forced: Publish although the data is not fit, with a warning on the page.
        wait: How many seconds to wait for another run to end.
        is_sent: Send mails to those who are configured.
        now: The instant the build takes place, in UTC; the clock's when left out.
    """

    period: str | None = None
    as_of: str | None = None
    reports: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    is_dry_run: bool = False
    is_forced: bool = False
    wait: float = 0
    is_sent: bool = False
    now: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))


def site_of(configuration: Configuration) -> Site:
    """Return the site that a configuration publishes into."""
    publish = configuration.publish
    return Site(
        publish.folder,
        configuration.business.name,
        configuration.business.languages,
        configuration.rules.time_zone,
        Keep(publish.keep, publish.keep_editions),
    )


def build(configuration: Configuration, order: Order, log: Log | None = None) -> Outcome:
    """Build the reports of a shop and publish them: all that are right, or nothing.

    Args:
        configuration: Whose reports, from which exports, and where to.
        order: Which of them, and how.
        log: Where it tells what it does; standard error when left out.

    Returns:
        What it came to. Data that is not fit and reports that failed are told there.

    Raises:
        UsageError: There is no such report, period or language.
        SourceUnavailableError: An export is not there, or may not be read.
        ExportError: What is there is no export that can be read.
        DatabaseLockedError, SiteLockedError: Another run is at it.
        DatabaseError, PublishingError: Something cannot be written; what was published stays.
        ConvocommerceError: The only report asked for failed.
    """
    site = site_of(configuration)
    held = contextlib.nullcontext() if order.is_dry_run else site.locked(order.wait)
    with (
        held,
        open_shop(configuration.business.database, lock_timeout=order.wait) as shop,
    ):
        return _Build(configuration, order, log or Log(), site, shop).run()


@dataclass(frozen=True)
class _Build:
    configuration: Configuration
    order: Order
    log: Log
    site: Site
    shop: Shop

    def run(self) -> Outcome:
        wanted = self._wanted()
        loaded = [self._load(source) for source in self.configuration.sources]
        if self.shop.rules != self.configuration.rules:
            self.shop.rules = self.configuration.rules
        self.shop.build()
        about = [(report, *self._days(report)) for report in wanted]
        checks = self._audit(loaded, {period: as_of for _, period, as_of in about})
        outcome = Outcome(
            "not fit",
            0,
            self.site.folder,
            self.order.is_dry_run,
            max(as_of for _, _, as_of in about),
            checks=tuple(checks),
            loaded=_documents(loaded),
        )
        stops = [one for one in checks if one.outcome == "stop"]
        if stops and not self.order.is_forced:
            return self._not_fit(outcome, stops)
        drawn = [self._draw(*one, stops) for one in about]
        failed = [one for one in drawn if one.error is not None]
        if len(failed) == len(drawn):
            assert failed[0].error is not None  # noqa: S101  # as chosen
            raise failed[0].error
        editions = [one.edition for one in drawn if one.edition is not None]
        published = self._publish(editions)
        outcome = replace(
            outcome,
            status="partly" if failed else "published" if published.changed else "unchanged",
            exit_code=4 if failed else 0,
            reports=tuple(_told(one, published) for one in drawn),
            changed=published.changed,
            removed=published.removed,
        )
        try:
            return replace(outcome, sent=self._send(drawn))
        except ConvocommerceError as error:
            # The pages are out; that the mail is not must not hide it.
            self.log.tell("send", str(error), "error")
            code = outcome.exit_code or error.exit_code
            return replace(outcome, exit_code=code, error=str(error))

    def _wanted(self) -> list[Report]:
        """Return the reports to build."""
        configured = self.configuration.reports
        if not configured:
            raise UsageError(
                f'{self.configuration.path} names no report; write [[reports]] with kind = "weekly"'
            )
        for kind in self.order.reports:
            if kind not in (known := {one.kind for one in configured}):
                raise UnknownNameError("report of this configuration", kind, known)
        return [
            one for one in configured if not self.order.reports or one.kind in self.order.reports
        ]

    def _load(self, source: Source) -> Loaded:
        """Load what is new in a source."""
        try:
            paths = source.paths()
            files = [
                file
                for path in paths
                for file in (path.rglob("*") if path.is_dir() else (path,))
                if file.stat() and file.is_file()
            ]
        except PermissionError as error:
            raise SourceForbiddenError(
                f"{error.filename or source.path} may not be read by this account; give it the "
                "right to read the exports"
            ) from None
        except OSError as error:
            raise SourceUnavailableError(
                f"{source.path} cannot be reached: {error.strerror}; nothing was published"
            ) from None
        if not files:
            raise SourceUnavailableError(
                f"there is no file at {source.path}; nothing was published, see whether the "
                "export was made and where it was put"
            )
        report = self.shop.load(*paths, mapping=source.mapping or ())
        counts = _documents([Loaded(source, report)])
        text = ", ".join(f"{n:,} {name}" for name, n in counts.items())
        self.log.tell("load", f"{source.path}: {text}", source=str(source.path), **counts)
        return Loaded(source, report)

    def _days(self, report: Report) -> tuple[Period, dt.datetime]:
        """Return the days that a report is about, and the instant whose knowledge counts.

        Without an as-of it is the last instant any record speaks of, so that the same data gives
        the same page. But nothing may have happened in the last hours of a period that is over:
        when records reach into its last day, its end counts, so that a week is not called
        unfinished for a quiet Sunday evening.
        """
        con, rules = self.shop.database.con, self.configuration.rules
        given = self.order.as_of
        now = self.order.now if given is None else as_of_instant(con, given, rules)
        name = self.order.period or USUAL[report.kind]
        if name == "all":
            raise UsageError("a report that is published is about a period, not about all days")
        period = Period(name, today=local_day(now, rules))
        if given is not None:
            return period, now
        through = as_of_instant(con, None, rules)
        midnight = dt.datetime.combine(period.end, dt.time(), ZoneInfo(rules.time_zone))
        end = midnight.astimezone(dt.UTC).replace(tzinfo=None)
        is_told_to_the_end = end - dt.timedelta(days=1) <= through < end <= now
        return period, end if is_told_to_the_end else through

    def _audit(self, loaded: Sequence[Loaded], periods: dict[Period, dt.datetime]) -> list[Check]:
        given, now = self.order.as_of, self.order.now
        con = self.shop.database.con
        if given is not None:
            now = as_of_instant(con, given, self.configuration.rules)
        checks = audit(con, self.configuration.audit, loaded, periods, now)
        levels = {"ok": "info", "told": "warning", "stop": "error"}
        for one in checks:
            level = levels[one.outcome]
            self.log.tell("audit", str(one), level, check=one.name, outcome=one.outcome)
        return checks

    def _not_fit(self, outcome: Outcome, stops: Sequence[Check]) -> Outcome:
        names = ", ".join(dict.fromkeys(one.name for one in stops))
        told = f"the data is not fit ({names}); nothing was published, --force publishes anyway"
        self.log.tell("audit", told, "error")
        is_quarantine = {one.name for one in stops} == {"quarantined"}
        return replace(outcome, exit_code=65 if is_quarantine else 3, error=told)

    def _draw(
        self, report: Report, period: Period, as_of: dt.datetime, stops: Sequence[Check]
    ) -> Drawn:
        languages = self.order.languages or self.configuration.languages_of(report)
        names = [one.name for one in stops]
        drawn = draw(
            self.shop, self.configuration, report, period, as_of, languages, names, self.site
        )
        if drawn.error is not None:
            self.log.tell("render", f"{drawn.kind} {drawn.period} failed: {drawn.error}", "error")
        else:
            self.log.tell("render", f"{drawn.kind} {drawn.period}: {', '.join(languages)}")
        return drawn

    def _publish(self, editions: Sequence[Edition]) -> Published:
        if self.order.is_dry_run:
            published = self.site.would_publish(editions)
        else:
            published = self.site.publish_locked(editions)
        for folder in published.left_out:
            told = "older than what is kept (publish.keep), so not published"
            self.log.tell("publish", f"{folder}: {told}", "warning")
        would = "would change" if self.order.is_dry_run else "changed"
        n = len(published.changed)
        self.log.tell("publish", f"{n:,} places of {self.site.folder} {would}", places=n)
        return published

    def _send(self, drawn: Sequence[Drawn]) -> int:
        """Send what people were not sent yet; a mail that fails is tried again by the next run."""
        to = self.configuration.mail
        if to is None or not self.order.is_sent or self.order.is_dry_run:
            return 0
        n = 0
        by_folder = {one.edition.folder: one for one in drawn if one.edition and one.mails}
        for edition in self.site.unsent([one.edition for one in by_folder.values() if one.edition]):
            mails = by_folder[edition.folder].mails
            n += send(to, self.configuration.publish.base_address, edition, mails)
            self.site.mark_sent(edition)
            self.log.tell("send", f"{edition.kind} {edition.period.name} was sent", mails=n)
        return n


def _documents(loaded: Sequence[Loaded]) -> dict[str, int]:
    names = ("read", "loaded", "duplicate", "ignored", "quarantined")
    return {name: sum(getattr(one.report, name) for one in loaded) for name in names}


def _told(drawn: Drawn, published: Published) -> Told:
    if drawn.edition is None:
        return Told(drawn.kind, drawn.period, "failed", error=str(drawn.error))
    folder = drawn.edition.folder
    if folder in published.left_out:
        status = "left out"
    elif any(place.startswith(folder) for place in published.changed):
        status = "published"
    else:
        status = "unchanged"
    return Told(drawn.kind, drawn.period, status, tuple(drawn.edition.titles), folder)
