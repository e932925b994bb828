"""The days a report is about: what is asked of them, and what they may be compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from convocommerce.formatting import Formatter
from convocommerce.measuring import AsOf, Row, answer, ask
from convocommerce.metrics import metric_named
from convocommerce.periods import Period
from convocommerce.reports.blocks import Figure
from convocommerce.reports.building import build_hash
from convocommerce.reports.kinds import Subject, days_back, days_before
from convocommerce.reports.meanings import Definitions
from convocommerce.reports.options import Options
from convocommerce.reports.suppression import Hidden, hidden, is_few
from convocommerce.results import Result
from convocommerce.wording import wording

if TYPE_CHECKING:
    import duckdb

    from convocommerce.rules import Rules
    from convocommerce.warehouse import Database

Made = TypeVar("Made")

# A shop may have no order for a day or two; messages come every day.
_QUIET_DAYS = {"messages": 0, "orders": 2}
# What is written in a helpdesk's tickets are messages too.
_INSTANTS = {
    "messages": """
        select sent_at as instant from messages
        union all
        select happened_at from ticket_events where kind in ('text', 'attachment')
    """,
    "orders": "select created_at as instant from orders",
}


class Measurable(Protocol):
    """What a report needs of a shop."""

    @property
    def rules(self) -> Rules:
        """The rules in force."""

    @property
    def database(self) -> Database:
        """The open database."""

    def build(self) -> bool:
        """Build the models if they are too old."""

    def as_of(self, as_of: AsOf = None) -> dt.datetime:
        """Return an as-of as an instant in UTC."""

    def period(self, period: Period | str | None, as_of: AsOf = None) -> Period | None:
        """Return a period by its name."""


class Span:
    """Some days of a shop, as known at an as-of.

    They are compared with the days as many whole weeks earlier as they need not to overlap, as
    those were known at the same age. Conversations that sold are decided sooner than those that
    did not, so only days of the same age are comparable.

    Attributes:
        subject: What the page is about.
        period: The days.
        as_of: The instant whose knowledge counts, in UTC.
        before: The days they are compared with.
        back: How much earlier those are.
        as_of_before: So many local days before the as-of, in UTC.
        first: The first instant of the days, in UTC.
        last: The instant after them, in UTC.
        language: The language of the report.
        options: What the business chose for its pages.
        previous: What the page before took its figures to mean; null when that is not known.
        asked: Names of the metrics asked for so far.
    """

    def __init__(
        self,
        shop: Measurable,
        subject: Subject,
        as_of: dt.datetime,
        language: str,
        options: Options,
        previous: Definitions | None = None,
    ) -> None:
        """Look at some days; the models must be built."""
        period = subject.period
        self.shop = shop
        self.subject = subject
        self.period = period
        self.as_of = as_of
        self.language = language
        self.options = options
        self.previous = previous
        self.say = wording(language)
        self.write = Formatter(language)
        self.before = days_before(period)
        self.back = days_back(period)
        earlier = self.local(as_of) - self.back
        zone = ZoneInfo(shop.rules.time_zone)
        self.as_of_before = earlier.replace(tzinfo=zone).astimezone(dt.UTC).replace(tzinfo=None)
        self.first, self.last = (
            dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC).replace(tzinfo=None)
            for day in (period.start, period.end)
        )
        self.asked: set[str] = set()
        self._known: dict[tuple[Any, ...], Result] = {}
        self._made: dict[str, Any] = {}
        self._gaps = {table: self._gap(table) for table in _INSTANTS}

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection to the database."""
        return self.shop.database.con

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self.shop.rules

    def local(self, instant: dt.datetime) -> dt.datetime:
        """Return an instant in UTC as local time, without a zone."""
        zone = ZoneInfo(self.shop.rules.time_zone)
        return instant.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None)

    def moment(self, instant: dt.datetime) -> str:
        """Write an instant in UTC as local day and time."""
        local = self.local(instant)
        return f"{self.write.date(local.date())} {local:%H:%M}"

    def called(self, period: Period) -> str:
        """Write the name of some days: a week, a month, or the first and the last."""
        if "-W" in period.name:
            return self.write.week(period.start)
        if len(period.name) == len("2026-08"):
            return self.write.month(period.start)
        last = period.end - dt.timedelta(days=1)
        return f"{self.write.day(period.start)} – {self.write.date(last)}"

    @property
    def build(self) -> str:
        """The hash of all that the page is made from."""
        return self.once(
            "build",
            lambda: build_hash(self.con, self.rules, self.as_of, self.subject, self.options),
        )

    def before_called(self) -> str:
        """Name the days compared with, as the reader counts: last week, or so many earlier."""
        if self.back.days == self.period.n_days == 7:
            return self.say("Last week") if "-W" in self.period.name else self.say("A week earlier")
        weeks = self.write.count(self.back.days // 7)
        return self.say("{n} weeks earlier").format(n=weeks)

    def measure(
        self,
        metric: str,
        by: str | None = None,
        *,
        is_before: bool = False,
        options: Mapping[str, str] | None = None,
    ) -> Result:
        """Compute one metric over the days, or over those before at the same age."""
        chosen = dict(options or {})
        key = (metric, by, is_before, *sorted(chosen.items()))
        if key not in self._known:
            as_of = self.as_of_before if is_before else self.as_of
            period = self.before if is_before else self.period
            self._known[key] = self._ask(metric, by, period, as_of, chosen)
            self.asked.add(metric)
        return self._known[key]

    def _ask(
        self,
        metric: str,
        by: str | None,
        period: Period,
        as_of: dt.datetime,
        options: Mapping[str, str],
    ) -> Result:
        """Ask without the notes beside a result: the page says them once, for all its figures."""
        question = ask(
            self.con,
            metric_named(metric),
            as_of=as_of,
            by=[by] if by else (),
            where=self.subject.where,
            period=period,
            options=options,
        )
        rows, queries = answer(self.con, question)
        database = self.shop.database
        found = (tuple(rows), (question,), tuple(queries), self.rules, database)
        return Result(*found, language=self.language)

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """Return what is made for this page once, however many sections need it."""
        if name not in self._made:
            self._made[name] = make()
        found: Made = self._made[name]
        return found

    def rows(
        self,
        metric: str,
        statistic: str,
        by: str | None = None,
        *,
        is_before: bool = False,
        options: Mapping[str, str] | None = None,
    ) -> list[Row]:
        """Return one statistic of a metric: a row per group and, for money, per currency."""
        result = self.measure(metric, by, is_before=is_before, options=options)
        return [row for row in result.rows if row.statistic == statistic]

    def figure(
        self,
        row: Row,
        by: Sequence[str] = (),
        *,
        is_before: bool = False,
        options: Mapping[str, str] | None = None,
    ) -> Figure:
        """Return a number of the days with all that says which one it is."""
        period = self.before if is_before else self.period
        return Figure(row, period.name, dict(zip(by, row.group, strict=True)), options or {})

    def is_few(self, n: int | None) -> bool:
        """Tell whether so many are too few to be shown; of what is not known there are none."""
        return n is not None and is_few(n, self.options.smallest_group)

    def hides(self, row: Row) -> bool:
        """Tell whether a figure is of too small a group; a campaign's page is all of one group."""
        return bool(row.group or self.subject.where) and self.is_few(row.n or row.n_open)

    def hidden(self, rows: Sequence[Row | None]) -> list[Hidden | None]:
        """Decide which figures of one statistic are hidden, over all groups of a cut."""
        return hidden(rows, self.options.smallest_group)

    def why_not_compared(self, *tables: str) -> str | None:
        """Return why figures from these tables are not compared, or null when they are."""
        if self.local(self.as_of) < dt.datetime.combine(self.period.end, dt.time()):
            return self.say("These days are not over at the as-of.")
        return next((gap for table in tables if (gap := self._gaps[table])), None)

    def loaded_days(self, table: str) -> tuple[dt.date, dt.date] | None:
        """Return the first and the last local day of ``messages`` or ``orders``; null without."""
        return self.once(f"loaded:{table}", lambda: self._loaded_days(table))

    def _loaded_days(self, table: str) -> tuple[dt.date, dt.date] | None:
        first, last = self.con.execute(
            f"select min(instant), max(instant) from ({_INSTANTS[table]})"
        ).fetchall()[0]
        return None if first is None else (self.local(first).date(), self.local(last).date())

    def _gap(self, table: str) -> str | None:
        """Return what lacks of a table in the days or in those before."""
        loaded = self.loaded_days(table)
        is_orders = table == "orders"
        if loaded is None:
            return self.say("No orders are loaded." if is_orders else "No messages are loaded.")
        slack = dt.timedelta(days=_QUIET_DAYS[table])
        first_day, last_day = loaded
        if last_day + slack < self.period.end - dt.timedelta(days=1):
            told = (
                self.say("Orders are loaded up to {day} only.")
                if is_orders
                else self.say("Messages are loaded up to {day} only.")
            )
            return told.format(day=self.write.date(last_day))
        if first_day - slack > self.before.start:
            told = (
                self.say("Orders are loaded from {day} on, after the days compared with began.")
                if is_orders
                else self.say(
                    "Messages are loaded from {day} on, after the days compared with began."
                )
            )
            return told.format(day=self.write.date(first_day))
        return None
