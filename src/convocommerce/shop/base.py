"""What every part of the facade stands on: the database and the rules."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from convocommerce import building
from convocommerce.absences import reasons
from convocommerce.calling import check_choice, check_number
from convocommerce.errors import PeriodError, RulesError, UnknownNameError
from convocommerce.insights.needs import NEEDS
from convocommerce.measuring import AsOf, as_of_instant, ask, check_begun
from convocommerce.metrics import metric_named
from convocommerce.results import period_of
from convocommerce.rules import Rules
from convocommerce.settings import store_rules, stored_rules
from convocommerce.wording import languages, wording

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pandas as pd

    from convocommerce.periods import Period
    from convocommerce.warehouse import Database

Told = TypeVar("Told")

_FOR_THE_PARTS = frozenset(
    ("always", "answer", "answer_about", "answer_now", "built", "days_if_any", "days_of", "noted")
)
"""What the parts of the facade share, and nobody who types ``shop.`` looks for."""


class Base:
    """A business's database, and the rules its figures follow.

    Attributes:
        language: The language results show themselves in: ``en`` or ``nl``.
    """

    def __init__(self, database: Database, *, language: str = "en") -> None:
        """Hold an open database; use ``convocommerce.open`` to get one."""
        self._database = database
        self._rules = stored_rules(database.con)
        self.language = language

    def __setattr__(self, name: str, value: object) -> None:
        """Set what a shop has; a slip such as ``shop.rule`` would change nothing without a word."""
        if not name.startswith("_") and name != "language" and not hasattr(type(self), name):
            raise UnknownNameError("setting of a shop", name, ("language", "rules"))
        if name == "language":
            check_choice("language", value, languages())
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in _FOR_THE_PARTS]

    @property
    def path(self) -> Path:
        """Where the database file stands."""
        return self._database.path

    @property
    def database(self) -> Database:
        """The database, for those who want to write their own SQL over ``shop.database.con``."""
        return self._database

    @property
    def rules(self) -> Rules:
        """The choices of meaning in force; set other ones and every figure follows."""
        return self._rules

    @rules.setter
    def rules(self, rules: Rules) -> None:
        if not isinstance(rules, Rules):
            raise RulesError(
                f"rules are set to a {type(rules).__name__} and must be Rules, such as "
                "Rules(time_zone='Europe/Amsterdam'), or Rules.from_toml(path)"
            )
        if not self._database.is_read_only:
            store_rules(self._database, rules)
        self._rules = rules

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

    @contextmanager
    def built(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a connection to read from, with models that fit the records and the rules."""
        self.build()
        with self._database.reading() as con:
            yield con

    def days_if_any(self, period: Period | str | None, as_of: AsOf = None) -> Period | None:
        """Return a period that may be left out.

        Raises:
            PeriodError: It begins after the as-of.
        """
        days = self.period(period, as_of)
        if days is not None:
            check_begun(days, self.as_of(as_of))
        return days

    def days_of(self, period: Period | str, as_of: AsOf = None) -> Period:
        """Return a period that must be given.

        Raises:
            PeriodError: There is none, or it begins after the as-of.
        """
        days = self.period(period, as_of)
        if days is None:
            raise PeriodError("this needs a period, such as 2026-07")
        check_begun(days, self.as_of(as_of))
        return days

    def answer(
        self, insight: Callable[..., Told], period: Period | str, as_of: AsOf, **options: Any
    ) -> Told:
        """Return what an insight says of a period, over models that fit records and rules."""
        instant = self.as_of(as_of)
        days = self.days_of(period, as_of)
        with self.built() as con:
            found = insight(con, days, instant, **options)
            return self.noted(con, insight, found, days, instant)

    def answer_now(
        self, insight: Callable[..., Told], as_of: AsOf, *, channel: str, **options: Any
    ) -> Told:
        """Return what an insight says of a channel looking back from the as-of."""
        instant = self.as_of(as_of)
        with self.built() as con:
            found = insight(con, instant, channel=channel, **options)
            return self.noted(con, insight, found, None, instant, channel=channel)

    def always(
        self,
        con: duckdb.DuckDBPyConnection,
        insight: Callable[..., Told],
        *,
        needs: Sequence[str] = (),
    ) -> Told:
        """Return what an insight says of everything loaded, whenever it was."""
        return self.noted(con, insight, insight(con), None, None, needs=needs)

    def noted(
        self,
        con: duckdb.DuckDBPyConnection,
        insight: Callable[..., Told],
        found: Told,
        period: Period | None,
        as_of: dt.datetime | None,
        *,
        needs: Sequence[str] = (),
        none: str = "",
        channel: str | None = None,
    ) -> Told:
        """Return what an insight found, with what no record tells of it and why it is empty.

        Args:
            con: A connection to a database with built models.
            insight: The insight, whose needs are known.
            found: What it found.
            period: The local days it was asked about.
            as_of: The instant whose knowledge counts, in UTC.
            needs: What else it needs to be told.
            none: Why there is nothing, where all of that is told.
            channel: The one channel it is about.
        """
        from convocommerce.shop.tables import Several

        say = wording(self.language)
        wanted = list(dict.fromkeys((*NEEDS[insight.__name__], *needs)))
        notes = reasons(con, wanted, self.language, period=period, as_of=as_of)
        if not notes and _is_empty(found):
            if channel is not None and not _is_told_on(con, channel):
                notes = (say("No messages on {channel} are loaded.").format(channel=channel),)
            elif none:
                notes = (say(none),)
            else:
                notes = (
                    say("There are none in these days.") if period else say("There are none."),
                )
        if isinstance(found, list):
            return cast("Told", Several(found, notes))
        return cast("Told", dataclasses.replace(cast("Any", found), notes=notes))

    def answer_about(
        self,
        insight: Callable[..., Told],
        metric: str,
        by: str | None,
        period: Period | str | None,
        as_of: AsOf,
        options: Mapping[str, str],
    ) -> Told:
        """Return what an insight says of a question about a metric."""
        instant = self.as_of(as_of)
        days = self.period(period, as_of)
        with self.built() as con:
            question = ask(
                con,
                metric_named(metric),
                as_of=instant,
                by=[by] if by else [],
                period=days,
                options=options,
            )
            needs, none = question.metric.needs, question.metric.none_means
            found = insight(con, question)
            return self.noted(con, insight, found, days, instant, needs=needs, none=none)


def length(**given: float | None) -> dt.timedelta | None:
    """Return a time that is given as a number, under a name that ends in its unit; null as null.

    Raises:
        UsageError: It is no number above 0, or so large that no shop is so old.

    >>> length(within_days=1.5)
    datetime.timedelta(days=1, seconds=43200)
    """
    ((name, value),) = given.items()
    if value is None:
        return None
    check_number(name, value)
    return dt.timedelta(**{name.rpartition("_")[2]: value})


def _is_told_on(con: duckdb.DuckDBPyConnection, channel: str) -> bool:
    return bool(con.execute("from threads where channel = ? limit 1", [channel]).fetchall())


def _is_empty(found: object) -> bool:
    return not found if isinstance(found, list) else getattr(found, "is_empty", False)


def frame(
    row: type[Any], rows: Sequence[Any], notes: tuple[str, ...] | None = None
) -> pd.DataFrame:
    """Return dataclasses as a frame, with its columns even when there are none.

    Properties are columns too, and an interval is two: its lower and its upper end. Conversations
    are known as in ``Result.conversations``. What a row means stands in ``attrs["meaning"]``, and
    what a reader must know in ``attrs["notes"]``; the frame shows both below itself.
    """
    from convocommerce.shop.tables import Table

    names = [field.name for field in dataclasses.fields(row)]
    names += [name for name, one in vars(row).items() if isinstance(one, property)]
    columns: dict[str, list[Any]] = {}
    for name in names:
        values = [getattr(one, name) for one in rows]
        if "interval" in name:
            ends = [value or (None, None) for value in values]
            columns[f"{name}_low"] = [low for low, _ in ends]
            columns[f"{name}_high"] = [high for _, high in ends]
        elif name == "conversation_id":
            columns[name] = [None if value is None else f"{value:016x}" for value in values]
        elif name == "conversation_ids":
            columns[name] = [tuple(f"{one:016x}" for one in value) for value in values]
        else:
            # What has a name of its own, such as a rule, is shown by it.
            columns[name] = [getattr(value, "name", value) for value in values]
    found = Table(columns)
    found.attrs["meaning"] = (row.__doc__ or "").partition("\n")[0]
    found.attrs["notes"] = getattr(rows, "notes", ()) if notes is None else notes
    return found
