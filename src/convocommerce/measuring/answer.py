"""Computes what was asked, with intervals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from convocommerce.absences import DATED, is_untold
from convocommerce.intervals import quantile_ranks, share_interval
from convocommerce.measuring.curves import Waits, waits
from convocommerce.measuring.query import Query, facts
from convocommerce.metrics import Dimension, Quantile, Share, Statistic, Total, Waiting, Within

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
    # Quantiles take a second query for their intervals, which waits are taken from as well.
    is_timed = any(isinstance(one, Quantile) for one in statistics)
    if is_timed and not any(isinstance(one, Share | Total) for one in statistics):
        columns = [*question.names, "duration", "age", "observed"]
        with facts(question, read=columns).worked_out(con, columns):
            return _answer(con, question)
    return _answer(con, question)


def _answer(con: duckdb.DuckDBPyConnection, question: Question) -> tuple[list[Row], list[Query]]:
    rows: list[Row] = []
    queries: list[Query] = []
    statistics = question.metric.statistics
    counted = [one for one in statistics if isinstance(one, Quantile | Within | Share)]
    if counted:
        rows, query = _counted(con, question, counted)
        queries.append(query)
    if any(isinstance(one, Quantile | Waiting) for one in statistics):
        groups, query = waits(con, question)
        rows = _bounded(rows, statistics, groups) + _waiting(question, groups)
        queries.append(query)
    for statistic in question.metric.statistics:
        if isinstance(statistic, Total):
            found, query = _total(con, question, statistic)
            rows, queries = rows + found, [*queries, query]
    place = {one.name: number for number, one in enumerate(question.metric.statistics)}
    key = _group_order(question.by)
    return sorted(rows, key=lambda row: (key(row.group), place[row.statistic], row.unit)), queries


def _counted(
    con: duckdb.DuckDBPyConnection, question: Question, statistics: list[Quantile | Within | Share]
) -> tuple[list[Row], Query]:
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
    return rows, query


def _bounded(
    rows: list[Row], statistics: Sequence[Statistic], groups: Sequence[Waits]
) -> list[Row]:
    """Return rows, quantiles among them with the order statistics that bound them.

    The ranks depend on how many times a group has, and on nothing else.
    """
    at = {one.name: one.at for one in statistics if isinstance(one, Quantile)}
    times = {group.group: group for group in groups}
    bounded = []
    for row in rows:
        if row.statistic in at and row.n:
            low, high = map(times[row.group].ranked, quantile_ranks(row.n, at[row.statistic]))
            bounded.append(replace(row, low=low, high=high))
        else:
            bounded.append(row)
    return bounded


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
            # Nothing is told of a filter by a null: it is as good as false.
            decided = f"count(*) filter (duration <= {limit} or age >= {limit})"
            return f"count(*) filter (duration <= {limit})", decided, f"count(*) - {decided}"
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


def _waiting(question: Question, groups: Sequence[Waits]) -> list[Row]:
    """Return the quantiles over all, with those without an end as waiting."""
    statistics = [one for one in question.metric.statistics if isinstance(one, Waiting)]
    rows = []
    for group in groups if statistics else ():
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
    return rows


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
