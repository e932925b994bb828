"""The week a report is about: what is asked of it, and what it may be compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from convocommerce.formatting import Formatter
from convocommerce.measuring import AsOf, Row
from convocommerce.periods import Period
from convocommerce.reports.blocks import Figure
from convocommerce.wording import wording

if TYPE_CHECKING:
    import duckdb

    from convocommerce.results import Result
    from convocommerce.rules import Rules
    from convocommerce.warehouse import Database

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

    def measure(
        self,
        metrics: str | Sequence[str],
        *,
        period: Period | str | None = None,
        by: str | Sequence[str] = (),
        where: Mapping[str, Any] | None = None,
        as_of: AsOf = None,
        **options: str,
    ) -> Result:
        """Compute metrics."""


class Span:
    """One week of a shop, as known at an as-of.

    The week before is measured as it was known seven days earlier. Conversations that sold are
    decided sooner than those that did not, so only weeks of the same age are comparable.

    Attributes:
        period: The week.
        as_of: The instant whose knowledge counts, in UTC.
        before: The week before.
        as_of_before: Seven local days before the as-of, in UTC.
        first: The first instant of the week, in UTC.
        last: The instant after it, in UTC.
        language: The language of the report.
    """

    def __init__(self, shop: Measurable, period: Period, as_of: dt.datetime, language: str) -> None:
        """Look at a week; the models must be built."""
        self.shop = shop
        self.period = period
        self.as_of = as_of
        self.language = language
        self.say = wording(language)
        self.write = Formatter(language)
        self.before = period.previous()
        earlier = self.local(as_of) - dt.timedelta(days=7)
        zone = ZoneInfo(shop.rules.time_zone)
        self.as_of_before = earlier.replace(tzinfo=zone).astimezone(dt.UTC).replace(tzinfo=None)
        self.first, self.last = (
            dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC).replace(tzinfo=None)
            for day in (period.start, period.end)
        )
        self._known: dict[tuple[Any, ...], Result] = {}
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

    def measure(
        self,
        metric: str,
        by: str | None = None,
        *,
        is_before: bool = False,
        options: Mapping[str, str] | None = None,
    ) -> Result:
        """Compute one metric over the week, or over the week before at the same age."""
        chosen = dict(options or {})
        key = (metric, by, is_before, *sorted(chosen.items()))
        if key not in self._known:
            as_of = self.as_of_before if is_before else self.as_of
            self._known[key] = self.shop.measure(
                metric,
                period=self.before if is_before else self.period,
                by=by or (),
                where=None,
                as_of=as_of.replace(tzinfo=dt.UTC),
                **chosen,
            )
        return self._known[key]

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
        """Return a number of the week with all that says which one it is."""
        period = self.before if is_before else self.period
        return Figure(row, period.name, dict(zip(by, row.group, strict=True)), options or {})

    def why_not_compared(self, *tables: str) -> str | None:
        """Return why figures from these tables are not compared, or null when they are."""
        if self.local(self.as_of) < dt.datetime.combine(self.period.end, dt.time()):
            return self.say("The week is not over at the as-of.")
        return next((gap for table in tables if (gap := self._gaps[table])), None)

    def _gap(self, table: str) -> str | None:
        """Return what lacks of a table in either week."""
        first, last = self.con.execute(
            f"select min(instant), max(instant) from ({_INSTANTS[table]})"
        ).fetchall()[0]
        is_orders = table == "orders"
        if first is None:
            return self.say("No orders are loaded." if is_orders else "No messages are loaded.")
        slack = dt.timedelta(days=_QUIET_DAYS[table])
        first_day, last_day = self.local(first).date(), self.local(last).date()
        if last_day + slack < self.period.end - dt.timedelta(days=1):
            told = (
                self.say("Orders are loaded up to {day} only.")
                if is_orders
                else self.say("Messages are loaded up to {day} only.")
            )
            return told.format(day=self.write.date(last_day))
        if first_day - slack > self.before.start:
            told = (
                self.say("Orders are loaded from {day} on, after the week before began.")
                if is_orders
                else self.say("Messages are loaded from {day} on, after the week before began.")
            )
            return told.format(day=self.write.date(first_day))
        return None
