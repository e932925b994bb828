"""Computes what was asked, with intervals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from convocommerce.absences import DATED, is_untold
from convocommerce.intervals import Interval, quantile_ranks, share_interval
from convocommerce.measuring.curves import waits
from convocommerce.measuring.query import Facts, Query, facts
from convocommerce.metrics import Dimension, Quantile, Share, Total, Waiting, Within

if TYPE_CHECKING:
    import duckdb

    from convocommerce.measuring.question import Question

Group = tuple[Any, ...]


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        metric: Name of the metric.
        statistic: Name of the statistic.
        title: What people call the statistic.
        unit: ``seconds``, ``share``, ``count`` or an ISO 4217 currency.
        group: The values of the columns it is cut by, in order.
        value: The figure; null when nothing was decided.
        low: Lower end of the 95% interval; null when it is open or there is none.
        high: Upper end of the 95% interval.
        n: How many it rests on.
        n_open: How many are still open.
        beyond: Where there is no value because too few came to an end so far: what it is greater
            than.
    """

    metric: str
    statistic: str
    title: str
    unit: str
    group: Group
    value: float | None
    low: float | None
    high: float | None
    n: int
    n_open: int
    beyond: float | None = None


def answer(con: duckdb.DuckDBPyConnection, question: Question) -> tuple[list[Row], list[Query]]:
    """Compute every statistic of a metric.

    Args:
        con: A connection to a database with built models.
        question: What is asked.

    Returns:
        The figures, ordered by group and then as the metric lists its statistics; and the queries
        that gave them.
    """
    statistics = question.metric.statistics
    # Quantiles take a second query for their intervals, and waits take one more.
    is_timed = any(isinstance(one, Quantile) for one in statistics)
    if is_timed and not any(isinstance(one, Share | Total) for one in statistics):
        columns = [*question.names, "duration", "age", "observed"]
        with facts(question, read=columns).worked_out(con, columns):
            return _answer(con, question)
    return _answer(con, question)


def _answer(con: duckdb.DuckDBPyConnection, question: Question) -> tuple[list[Row], list[Query]]:
    rows: list[Row] = []
    queries: list[Query] = []
    counted = [
        one for one in question.metric.statistics if isinstance(one, Quantile | Within | Share)
    ]
    if counted:
        found, made = _counted(con, question, counted)
        rows, queries = rows + found, queries + made
    waiting = [one for one in question.metric.statistics if isinstance(one, Waiting)]
    if waiting:
        found, query = _waiting(con, question, waiting)
        rows, queries = rows + found, [*queries, query]
    for statistic in question.metric.statistics:
        if isinstance(statistic, Total):
            found, query = _total(con, question, statistic)
            rows, queries = rows + found, [*queries, query]
    place = {one.name: number for number, one in enumerate(question.metric.statistics)}
    key = _group_order(question.by)
    return sorted(rows, key=lambda row: (key(row.group), place[row.statistic], row.unit)), queries


def _counted(
    con: duckdb.DuckDBPyConnection, question: Question, statistics: list[Quantile | Within | Share]
) -> tuple[list[Row], list[Query]]:
    """Compute quantiles, limits and shares, all in one aggregate query."""
    names = question.names
    computed = [sql for one in statistics for sql in aggregates(one)]
    about = facts(question, read=computed)
    query = about.query(f"select {', '.join([*names, *computed])}\nfrom facts{_grouped(names)}")
    rows = []
    for values in query.run(con):
        group = tuple(values[: len(names)])
        for number, one in enumerate(statistics):
            start = len(names) + 3 * number
            rows.append(_row(question, one, group, *values[start : start + 3]))
    quantiles = [one for one in statistics if isinstance(one, Quantile)]
    if not quantiles or not rows:
        return rows, [query]
    sizes = {row.n for row in rows if row.statistic == quantiles[0].name}
    bounds_query = _bounds_query(about, names, quantiles, sizes)
    bounds: dict[tuple[Group, str], Interval] = {}
    for values in bounds_query.run(con):
        for number, one in enumerate(quantiles):
            start = len(names) + 2 * number
            bounds[tuple(values[: len(names)]), one.name] = values[start], values[start + 1]
    bounded = []
    for row in rows:
        low, high = bounds.get((row.group, row.statistic), (row.low, row.high))
        bounded.append(replace(row, low=low, high=high))
    return bounded, [query, bounds_query]


def aggregates(statistic: Quantile | Within | Share) -> tuple[str, str, str]:
    """Return the SQL of a quantile or a count, of how many it rests on, and of the open ones."""
    match statistic:
        case Quantile(at=at):
            return (
                f"quantile_cont(duration, {at})",
                "count(duration)",
                "count(*) - count(duration)",
            )
        case Within(seconds=limit):
            decided = f"coalesce(duration <= {limit}, false) or coalesce(age >= {limit}, false)"
            counts, undecided = f"duration <= {limit}", f"not ({decided})"
        case Share(counts=counts, decided=decided, told=told):
            undecided = f"not ({decided})"
            if told != "true":
                decided, undecided = f"({decided}) and {told}", f"{undecided} and {told}"
    return (
        f"count(*) filter (({counts}) and ({decided}))",
        f"count(*) filter ({decided})",
        f"count(*) filter ({undecided})",
    )


def _row(
    question: Question,
    statistic: Quantile | Within | Share,
    group: Group,
    first: Any,
    n: int,
    n_open: int,
) -> Row:
    name, title = statistic.name, statistic.title
    if isinstance(statistic, Quantile):
        return Row(
            question.metric.name, name, title, "seconds", group, first, None, None, n, n_open
        )
    low, high = share_interval(first, n)
    value = first / n if n else None
    return Row(question.metric.name, name, title, "share", group, value, low, high, n, n_open)


def _bounds_query(
    about: Facts, names: list[str], quantiles: list[Quantile], sizes: set[int]
) -> Query:
    """Compose the search for the order statistics that bound each quantile.

    The ranks depend on how many values a group has, and on nothing else, so they are joined by
    that number.
    """
    ranks = ", ".join(
        "({})".format(
            ", ".join(
                "null::bigint" if one is None else str(one)
                for one in (n, *(rank for q in quantiles for rank in quantile_ranks(n, q.at)))
            )
        )
        for n in sorted(sizes)
    )
    sides = [f"{side}_{number}" for number in range(len(quantiles)) for side in ("low", "high")]
    bounds = [f"durations[{side}] as {side}" for side in sides]
    ranked = f"ranks (n, {', '.join(sides)}) as (\nvalues {ranks}\n)"
    # A list of each group, sorted once, costs a fifth of a running count over its values.
    listed = "list_sort(list(duration) filter (duration is not null)) as durations"
    sorted_once = (
        f"ordered as (\nselect {', '.join([*names, 'count(duration) as n', listed])}\n"
        f"from facts{_grouped(names)}\n)"
    )
    return about.query(
        f"select {', '.join([*names, *bounds])}\nfrom ordered\njoin ranks using (n)",
        [ranked, sorted_once],
    )


def _waiting(
    con: duckdb.DuckDBPyConnection, question: Question, statistics: list[Waiting]
) -> tuple[list[Row], Query]:
    """Compute quantiles over all, with those without an end as waiting."""
    groups, query = waits(con, question)
    rows = []
    for group in groups:
        curve = group.curve()
        for one in statistics:
            value, (low, high) = curve.quantile(one.at)
            rows.append(
                Row(
                    question.metric.name,
                    one.name,
                    one.title,
                    "seconds",
                    group.group,
                    value,
                    low,
                    high,
                    curve.n,
                    curve.n - curve.n_ended,
                    beyond=curve.until if value is None else None,
                )
            )
    return rows, query


def _total(
    con: duckdb.DuckDBPyConnection, question: Question, statistic: Total
) -> tuple[list[Row], Query]:
    """Compute a count, or a sum of money for each currency."""
    names = question.names
    grouped = names
    unit, value = "'count'", "count(*)::double"
    if statistic.amount:
        # Without a sale there is no currency either, while nothing counted is a count of 0.
        grouped = [*names, "unit"]
        unit, value = "coalesce(currency, 'unknown')", f"sum({statistic.amount})::double"
    query = facts(question, statistic.states, statistic.where, read=[unit, value]).query(
        f"select {', '.join([*names, f'{unit} as unit', f'{value} as value', 'count(*) as n'])}\n"
        f"from facts{_grouped(grouped)}"
    )
    found = query.run(con)
    # That there was none can only be said of days of which anything is told.
    is_none = not statistic.amount and bool(found) and not found[0][-1]
    untold = is_none and any(
        is_untold(con, topic, question.period, question.as_of)
        for topic in question.metric.needs
        if topic in DATED
    )
    rows = [
        Row(
            question.metric.name,
            statistic.name,
            statistic.title,
            str(values[-3]),
            tuple(values[: len(names)]),
            None if untold else values[-2],
            None,
            None,
            values[-1],
            0,
        )
        for values in found
    ]
    return rows, query


def _grouped(names: list[str]) -> str:
    return f"\ngroup by {', '.join(names)}" if names else ""


def _group_order(by: tuple[Dimension, ...]) -> Callable[[Group], tuple[Any, ...]]:
    """Return the sort key of groups: a dimension's own order first, then the value's."""

    def key(group: Group) -> tuple[Any, ...]:
        parts: list[tuple[int, Any]] = []
        for dimension, value in zip(by, group, strict=True):
            if value in dimension.order:
                parts.append((dimension.order.index(value), ""))
            else:
                plain = value.isoformat() if isinstance(value, dt.date) else value
                parts.append((len(dimension.order), plain))
        return tuple(parts)

    return key
