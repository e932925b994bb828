"""The kinds of pages there are: which days each is about, and what they are compared with."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.charts.text import clean
from convocommerce.errors import PeriodError, UnknownNameError, UsageError
from convocommerce.formatting import Formatter
from convocommerce.periods import Period, between
from convocommerce.wording import wording

if TYPE_CHECKING:
    import duckdb

USUAL = {"weekly": "last-week", "monthly": "last-month", "campaign": "last-28-days"}
"""Which days each kind is about when none are given."""

KINDS = tuple(USUAL)
"""The reports there are."""

AD_ENTRIES = ("ad", "inbox_ad", "lead_form", "sponsored_message")
"""The entry points that are paid for."""

_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Subject:
    """What a page is about.

    Attributes:
        kind: One of ``KINDS``.
        period: The days.
        campaign: The one campaign; null for all.
    """

    kind: str
    period: Period
    campaign: str | None = None

    @property
    def where(self) -> dict[str, tuple[str, ...]]:
        """The conversations it is about, as a filter: those that ads brought, or all."""
        if self.campaign is not None:
            return {"campaign": (self.campaign,)}
        return {"entry_point": AD_ENTRIES} if self.kind == "campaign" else {}

    @property
    def stem(self) -> str:
        """What its file is called, without language and ending."""
        named = [self.kind, self.period.name]
        if self.campaign is not None:
            named.insert(1, re.sub(r"[^a-z0-9]+", "-", self.campaign.lower()).strip("-") or "x")
        return "-".join(named)

    def title(self, language: str) -> str:
        """Return what stands above the page."""
        say, write = wording(language), Formatter(language)
        if self.kind == "weekly":
            week = write.week(self.period.start)
            return say("Conversations and sales, {days}").format(days=week)
        if self.kind == "monthly":
            month = write.month(self.period.start)
            return say("Conversations and sales, {days}").format(days=month)
        if self.campaign is None:
            return say("What ads brought")
        return say("What the campaign {name} brought").format(name=clean(self.campaign))


def check_days(kind: str, period: Period | None) -> Period:
    """Return the days of a page, called as that kind calls them.

    Args:
        kind: One of ``KINDS``.
        period: The days; null for all.

    Raises:
        PeriodError: They are none of that kind.
    """
    told = {
        "weekly": "one ISO week, such as 2026-W35",
        "monthly": "one calendar month, such as 2026-08",
        "campaign": "some days, such as 2026-08-03..2026-08-30",
    }[kind]
    if period is None:
        raise PeriodError(f"the {kind} report is about {told}, not all days")
    if kind == "campaign":
        return period
    if kind == "weekly":
        if period.n_days == 7 and period.start.weekday() == 0:
            return Period("{}-W{:02d}".format(*period.start.isocalendar()))
    elif (period.start, period.end) == _month(period):
        return Period(f"{period.start:%Y-%m}")
    raise PeriodError(f"the {kind} report is about {told}, and {period.name} is none")


def _month(period: Period) -> tuple[dt.date, dt.date]:
    month = Period(f"{period.start:%Y-%m}")
    return month.start, month.end


def days_back(period: Period) -> dt.timedelta:
    """Return how far back the days lie that a period is compared with: whole weeks.

    Both then have as many Mondays, Tuesdays and so on, and share no day.

    >>> days_back(Period("2026-W10")).days, days_back(Period("2026-03")).days
    (7, 35)
    """
    return -(-period.n_days // 7) * _WEEK


def days_before(period: Period) -> Period:
    """Return the days that a period is compared with.

    >>> days_before(Period("2026-W10")).name, days_before(Period("2026-03")).name
    ('2026-W09', '2026-01-25..2026-02-24')
    """
    back = days_back(period)
    before = between(period.start - back, period.end - back - dt.timedelta(days=1))
    if period.n_days == 7 and period.start.weekday() == 0:
        return Period("{}-W{:02d}".format(*before.start.isocalendar()))
    return before


def check_campaign(con: duckdb.DuckDBPyConnection, kind: str, campaign: str | None) -> None:
    """Check that a page may be about a campaign, and that there is one of that name.

    Raises:
        UnknownNameError: There is no such campaign; offers the nearest.
        UsageError: Only a campaign report is about one.
    """
    if campaign is None:
        return
    if kind != "campaign":
        raise UsageError(f"the {kind} report is about all campaigns; use the campaign report")
    rows = con.execute(
        """
        select campaign_name from ads where campaign_name is not null
        union
        select campaign_name from ad_totals where campaign_name is not null
        union
        select campaign_name from conversations where campaign_name is not null
        """
    ).fetchall()
    known = [name for (name,) in rows]
    if campaign not in known:
        raise UnknownNameError("campaign", campaign, known)
