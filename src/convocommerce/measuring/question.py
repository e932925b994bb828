"""What is asked of a metric, checked against the catalogue before any SQL is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from convocommerce.building import data_beside, data_through
from convocommerce.errors import PeriodError, UnknownNameError, UsageError
from convocommerce.metrics import Dimension, Metric, dimension_named
from convocommerce.periods import Period
from convocommerce.remembering import remembered

if TYPE_CHECKING:
    import duckdb

    from convocommerce.rules import Rules

AsOf = dt.datetime | dt.date | str | None


@dataclass(frozen=True)
class Question:
    """What is asked of one metric.

    Attributes:
        metric: The metric.
        by: The columns it is cut by.
        where: Columns and the values they may have.
        period: The days of the cohort; null for all.
        options: The choice made for each of the metric's options.
        as_of: The instant whose knowledge counts, in UTC.
    """

    metric: Metric
    by: tuple[Dimension, ...]
    where: Mapping[str, tuple[Any, ...]]
    period: Period | None
    options: Mapping[str, str]
    as_of: dt.datetime

    @property
    def names(self) -> list[str]:
        """Names of the columns it is cut by."""
        return [dimension.name for dimension in self.by]

    def narrowed(self, cell: Mapping[str, Any]) -> Question:
        """Return the question about one cell of its own answer.

        Args:
            cell: Values of some or all of the columns it is cut by.

        Raises:
            UnknownNameError: It is not cut by such a column.
        """
        for name in cell:
            if name not in self.names:
                if not self.names:
                    raise UsageError(f"this result is cut by nothing, so it has no {name!r}")
                raise UnknownNameError("column of this result", name, self.names)
        return replace(self, where={**self.where, **{name: (one,) for name, one in cell.items()}})


def ask(
    con: duckdb.DuckDBPyConnection,  # noqa: ARG001  # whoever asks has one at hand
    metric: Metric,
    *,
    as_of: dt.datetime,
    by: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
    period: Period | None = None,
    options: Mapping[str, str] | None = None,
) -> Question:
    """Check what is asked of a metric.

    Args:
        con: A connection to a database with built models.
        metric: The metric.
        as_of: The instant whose knowledge counts, in UTC.
        by: Columns to cut by.
        where: Columns, each with the value or values it may have.
        period: The days of the cohort; null for all.
        options: Choices for the metric's options.

    Raises:
        UnknownNameError: A column, option or choice does not exist; offers the nearest.
        UsageError: A column is asked for twice, or a filter's value is not one of its column.
        PeriodError: The period begins after the as-of.
    """
    dimensions = tuple(dimension_named(name) for name in by)
    if len({dimension.name for dimension in dimensions}) != len(dimensions):
        raise UsageError(f"by names a column twice: {', '.join(by)}")
    if where is not None and not isinstance(where, Mapping):
        raise UsageError(f"where is {where!r} and must name columns, such as {{'channel': 'x'}}")
    filters = {}
    for name, wanted in (where or {}).items():
        dimension = dimension_named(name)
        several = isinstance(wanted, list | tuple | set | frozenset)
        values = tuple(wanted) if several else (wanted,)
        filters[name] = tuple(_typed(dimension, value) for value in values)
    chosen = {name: choices[0] for name, choices in metric.options.items()}
    for name, choice in (options or {}).items():
        if name not in metric.options:
            raise UnknownNameError(f"option of {metric.name}", name, metric.options)
        if choice not in metric.options[name]:
            raise UnknownNameError(name, choice, metric.options[name])
        chosen[name] = choice
    if period is not None:
        check_begun(period, as_of)
    return Question(metric, dimensions, filters, period, chosen, as_of)


def check_begun(period: Period, as_of: dt.datetime) -> None:
    """Check that a period has begun at an as-of, with a day's slack for time zones.

    Raises:
        PeriodError: It begins later.
    """
    if dt.datetime.combine(period.start, dt.time()) > as_of + dt.timedelta(days=1):
        raise PeriodError(
            f"the period {period} begins after the as-of {as_of:%Y-%m-%d %H:%M} UTC; name an "
            "earlier one, or load exports that reach so far"
        )


def _typed(dimension: Dimension, value: object) -> object:
    """Return a value as the column holds it: a day, a number, or a name."""
    if dimension.expression is None:
        return str(value)
    try:
        if dimension.name in ("hour", "weekday"):
            return int(str(value))
        return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(
            f"where {dimension.name} is {value!r}; an hour is 0 to 23, a weekday 1 (Monday) to 7, "
            "and a day, week or month is its first day, such as 2026-03-09"
        ) from None


def as_of_instant(con: duckdb.DuckDBPyConnection, as_of: AsOf, rules: Rules) -> dt.datetime:
    """Return the as-of as an instant in UTC, without a zone.

    Args:
        con: A connection to the database.
        as_of: An instant; a day, meaning its first moment in the rules' zone; or null for the
            last instant that any record speaks of, so that the clock never changes a figure.
            An instant without a zone is in the rules' zone.
        rules: The rules whose zone counts.

    Raises:
        UsageError: The text is neither a day nor an instant, or nothing is loaded yet.
    """
    if as_of is None:
        zone = rules.time_zone
        through = remembered(con, ("reach", zone), lambda: data_through(con, zone))
        through = through or data_beside(con)
        if not through:
            raise UsageError(
                "nothing is loaded yet: call load() with a folder of exports first, or run the "
                "command load"
            )
        return max(through.values())
    if isinstance(as_of, str):
        try:
            as_of = dt.datetime.fromisoformat(as_of)
        except ValueError:
            raise UsageError(
                f"as_of {as_of!r} is neither a day such as 2026-03-09 nor an instant such as "
                "2026-03-09T06:00+01:00"
            ) from None
    if not isinstance(as_of, dt.date):
        raise UsageError(
            f"as_of is {as_of!r} and must be a day, an instant, or the text of one such as "
            "'2026-03-09'"
        )
    if not isinstance(as_of, dt.datetime):
        as_of = dt.datetime.combine(as_of, dt.time())
    if not _FIRST_YEAR <= as_of.year <= _LAST_YEAR:
        raise UsageError(f"as_of {as_of:%Y-%m-%d} is not between {_FIRST_YEAR} and {_LAST_YEAR}")
    if as_of.tzinfo is None:
        as_of = as_of.replace(tzinfo=ZoneInfo(rules.time_zone))
    return as_of.astimezone(dt.UTC).replace(tzinfo=None)


_FIRST_YEAR, _LAST_YEAR = 1900, 9000
"""Days to look back or ahead stay days there."""


def local_day(instant: dt.datetime, rules: Rules) -> dt.date:
    """Return the local day of an instant in UTC."""
    return instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(rules.time_zone)).date()
