"""The facade people hold: a shop and its database."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from convocommerce import building, checking, inspecting, loading
from convocommerce.errors import PeriodError
from convocommerce.measuring import AsOf, as_of_instant
from convocommerce.periods import Period
from convocommerce.results import Result, asked, period_of
from convocommerce.rules import Rules
from convocommerce.settings import store_rules, stored_rules
from convocommerce.showing import progress_bar
from convocommerce.warehouse import Database, LoadReport, open_database

if TYPE_CHECKING:
    import datetime as dt
    from types import TracebackType

    import pandas as pd

    from convocommerce.checking import Finding
    from convocommerce.insights.website import WebsiteCheckouts
    from convocommerce.reports import Report


class Shop:
    """A business whose conversations are measured, and the database that holds its records.

    Attributes:
        language: The language results show themselves in: ``en`` or ``nl``.
    """

    def __init__(self, database: Database, *, language: str = "en") -> None:
        """Hold an open database; use ``convocommerce.open`` to get one."""
        self._database = database
        self._rules = stored_rules(database.con)
        self.language = language

    @property
    def path(self) -> Path:
        """Where the database file stands."""
        return self._database.path

    @property
    def rules(self) -> Rules:
        """The choices of meaning in force; set other ones and every figure follows."""
        return self._rules

    @rules.setter
    def rules(self, rules: Rules) -> None:
        if not self._database.is_read_only:
            store_rules(self._database, rules)
        self._rules = rules

    def load(
        self,
        *paths: str | Path,
        mapping: str | Path | Sequence[str | Path] = (),
        progress: Callable[[str, int, int], None] | None = None,
    ) -> LoadReport:
        """Load exports: files, folders or archives; the platforms are recognised from the files.

        Loading the same thing again changes nothing, in whatever order, split or packing.

        Args:
            *paths: What to load.
            mapping: TOML files that say what the columns of other files mean (see
                ``propose_mapping``); ``*.mapping.toml`` in the folders are found by themselves.
            progress: Called with a file's name, the bytes done and the bytes in all. Left out, a
                bar appears in a terminal, and in a notebook when there is much to load.

        Returns:
            What was read and what became of it, file by file.

        Raises:
            UnrecognisedExportError: A file named here is no export of a known platform.
            ExportError: An export lacks what makes it one.
            DatabaseError: The database could not take it; it is as it was before.
        """
        with progress_bar() as bar:
            return loading.load(
                self._database,
                list(paths),
                mappings=[mapping] if isinstance(mapping, str | Path) else mapping,
                progress=progress or bar,
            )

    def inspect(
        self, *paths: str | Path, mapping: str | Path | Sequence[str | Path] = ()
    ) -> inspecting.Inspection:
        """Say what exports are and hold, without loading them.

        Args:
            *paths: What to look at.
            mapping: As for ``load``.

        Raises:
            UnrecognisedExportError: A file named here is no export of a known platform; the
                message says what it looks like.
        """
        mappings = [mapping] if isinstance(mapping, str | Path) else mapping
        with progress_bar(of="looking") as bar:
            return inspecting.inspect(list(paths), mappings=mappings, progress=bar)

    def sources(self) -> pd.DataFrame:
        """Return every kind of export that can be read: what it gives and what it cannot tell."""
        return inspecting.supported()

    def loads(self) -> pd.DataFrame:
        """Return what came from where: read, loaded, duplicate, ignored and quarantined."""
        return loading.load_history(self._database)

    def quarantined(self, *, text: bool = False) -> pd.DataFrame:
        """Return the documents that could not be used, with file, position and reason.

        Args:
            text: Also show their content, which may be personal.
        """
        return loading.quarantined(self._database, text=text)

    def build(self, progress: building.Progress | None = None) -> bool:
        """Build the models if they do not fit the records and rules; done by itself when asked.

        Returns:
            Whether anything was built.
        """
        return building.ensure_built(self._database, self._rules, progress)

    def as_of(self, as_of: AsOf = None) -> dt.datetime:
        """Return an as-of as an instant in UTC; left out, the last one any record speaks of."""
        return as_of_instant(self._database.con, as_of, self._rules)

    def period(self, period: Period | str | None, as_of: AsOf = None) -> Period | None:
        """Return a period by its name; relative names such as last-week count from the as-of."""
        return period_of(period, self.as_of(as_of), self._rules)

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
        """Compute one or more metrics.

        Args:
            metrics: Names from the catalogue, such as ``first_response_time``.
            period: The local days on which conversations (or attempts to buy) began; all when
                left out.
            by: What to cut by, such as ``["channel", "week"]``.
            where: What to keep, such as ``{"channel": "messenger"}``.
            as_of: The instant whose knowledge counts; the last one any record speaks of when left
                out.
            **options: Choices of a metric, such as ``clock="any"``, ``hours="opening"`` or
                ``grain="checkout"``.

        Raises:
            UnknownNameError: A metric, column, option or choice does not exist; offers the nearest.
            PeriodError: The period is not one, or begins after the as-of.
        """
        return asked(
            self._database,
            self._rules,
            metrics,
            period=period,
            by=by,
            where=where,
            as_of=as_of,
            options=options,
            language=self.language,
        )

    def ads(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Set what each campaign cost and claims beside what was observed in the chats.

        Args:
            period: The days; spend counts on the ad account's days.
            as_of: The instant whose knowledge counts.

        Returns:
            A row per campaign and currency: spend, conversations and connections claimed by the
            platform, conversations observed and answered, orders and net revenue credited to them,
            and whether the platform leaves these conversations out of its count.
        """
        from convocommerce.insights import AdRow, ads_to_orders

        instant = self.as_of(as_of)
        days = self._days(period, as_of)
        self.build()
        with self._database.reading() as con:
            rows = ads_to_orders(con, days, instant)
        return _frame(AdRow, rows)

    def restated_ads(self, period: Period | str) -> pd.DataFrame:
        """Return how the ad platform changed its own figures after it first gave them.

        Args:
            period: The ad account's days.

        Returns:
            A row per campaign and currency, the one with most restated days first.
        """
        from convocommerce.insights.ads import Restatement, restatements

        self.build()
        with self._database.reading() as con:
            return _frame(Restatement, restatements(con, self._days(period)))

    def website(self, period: Period | str, *, as_of: AsOf = None) -> WebsiteCheckouts:
        """Count the website's own checkouts and purchases, as web analytics saw them.

        Args:
            period: The local days on which checkouts were begun.
            as_of: The instant whose knowledge counts.

        Returns:
            The baseline to hold chats against: counts, the share abandoned and its interval.
        """
        from convocommerce.insights.website import website_checkouts

        instant = self.as_of(as_of)
        self.build()
        with self._database.reading() as con:
            return website_checkouts(con, self._days(period, as_of), instant)

    def _days(self, period: Period | str, as_of: AsOf = None) -> Period:
        days = self.period(period, as_of)
        if days is None:
            raise PeriodError("this needs a period, such as 2026-07")
        return days

    def coverage(self) -> pd.DataFrame:
        """Return how much could be tied together, by which rule, and how much could not.

        Returns:
            A row per ``what`` (orders, checkouts, conversations) and ``rule``, with ``n`` and
            ``share``. Orders and checkouts are tied to a chat, conversations to anything bought
            or left behind; the rule ``none`` counts those that nothing ties.
        """
        from convocommerce.insights.coverage import Tie, coverage

        self.build()
        with self._database.reading() as con:
            return _frame(Tie, coverage(con))

    def report(
        self,
        kind: str = "weekly",
        *,
        period: Period | str | None = None,
        as_of: AsOf = None,
        language: str | None = None,
    ) -> Report:
        """Compose a report for people who never see Python.

        Args:
            kind: ``weekly``.
            period: The week; the last whole one before the as-of when left out.
            as_of: The instant whose knowledge counts.
            language: ``en`` or ``nl``; the shop's own when left out.

        Raises:
            UnknownNameError: There is no such report or language.
        """
        from convocommerce.reports import compose

        return compose(self, kind, period=period, as_of=as_of, language=language or self.language)

    def check(self) -> list[Finding]:
        """Look at everything that could make figures wrong: coverage, gaps, unknown senders."""
        self.build()
        with self._database.reading() as con:
            return checking.check(con)

    def close(self) -> None:
        """Close the database and let others have it."""
        self._database.close()

    @property
    def database(self) -> Database:
        """The database, for those who want to write their own SQL over ``shop.database.con``."""
        return self._database

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Shop({str(self.path)!r})"


def _frame(row: type[Any], rows: Sequence[Any]) -> pd.DataFrame:
    """Return dataclasses as a frame, with its columns even when there are none."""
    import pandas as pd

    columns = [field.name for field in dataclasses.fields(row)]
    return pd.DataFrame([dataclasses.astuple(one) for one in rows], columns=pd.Index(columns))


def open(  # noqa: A001  # convocommerce.open reads best
    path: str | Path, *, read_only: bool = False, language: str = "en", lock_timeout: float = 0.0
) -> Shop:
    """Open a shop's database, making it when there is none.

    Args:
        path: The DuckDB file, or ``:memory:``.
        read_only: Look only; several may look at once while nobody writes.
        language: The language results show themselves in.
        lock_timeout: How many seconds to wait for somebody else to let go of it.

    Raises:
        DatabaseLockedError: Somebody else holds it; the message says who and since when.
        NotADatabaseError: The file is something else.
        NewerDatabaseError: A newer version wrote it.
    """
    return Shop(
        open_database(path, read_only=read_only, lock_timeout=lock_timeout), language=language
    )
