"""A figure week by week: all weeks by one query, as they are known at one instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from convocommerce.insights.answering.reply_windows import QUESTIONS
from convocommerce.insights.answering.window_rules import asked_values
from convocommerce.intervals import share_interval
from convocommerce.measuring import Row, answer, ask
from convocommerce.metrics import metric_named
from convocommerce.periods import Period, between
from convocommerce.windows import WINDOW_RULES

if TYPE_CHECKING:
    import duckdb

Weeks = dict[dt.date, Row]
"""A figure by the Monday of its week; a week in which nothing was counted is not in it."""

_LOST = """
    select
        {group}
        count(*) filter (outcome = 'lost'), count(*) filter (outcome <> 'open'),
        count(*) filter (outcome = 'open')
    from (
        select
            asked.*,
            date_trunc('week', timezone(rules.time_zone, timezone('UTC', asked.asked_at)))::date
                as week
        from ({questions}) as asked
        cross join rules
    ) as asked
    join conversations as begun using (conversation_id)
    where {where}
    group by all
"""


def weeks_of(
    con: duckdb.DuckDBPyConnection,
    metric: str,
    statistic: str,
    period: Period,
    as_of: dt.datetime,
    *,
    by: str | None = None,
    where: Mapping[str, Any] | None = None,
    options: Mapping[str, str] | None = None,
) -> dict[tuple[Any, str], Weeks]:
    """Return a figure in every week of a period, for every group and unit.

    All weeks stand as they are known at the as-of. What takes days to show, such as revenue, is
    therefore still growing in the newest of them.

    Args:
        con: A connection to a database with built models.
        metric: Name of the metric.
        statistic: Name of its statistic.
        period: The days, whole weeks.
        as_of: The instant whose knowledge counts, in UTC.
        by: What else to cut by.
        where: Columns, each with the value or values it may have.
        options: Choices for the metric's options.

    Returns:
        The weeks by group (null without ``by``) and unit, which differs for money alone.
    """
    whole = metric_named(metric)
    # Of all statistics the one asked for is computed.
    one = replace(whole, statistics=tuple(s for s in whole.statistics if s.name == statistic))
    question = ask(
        con,
        one,
        as_of=as_of,
        by=["week", *([by] if by else [])],
        where=where,
        period=period,
        options=options,
    )
    rows, _ = answer(con, question)
    found: dict[tuple[Any, str], Weeks] = {}
    for row in rows:
        group = row.group[1] if by else None
        found.setdefault((group, row.unit), {})[row.group[0]] = replace(row, group=row.group[1:])
    return found


def lost_weeks(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    where: Mapping[str, Sequence[str]] | None = None,
) -> Weeks:
    """Return the share of questions lost at closed windows, in every week they were asked in.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the questions were asked, whole weeks.
        as_of: The instant whose knowledge counts, in UTC.
        where: ``entry_point`` or ``campaign``, with the values it may have.
    """
    found = _lost(con, period, as_of, "week,", where)
    return {week: _lost_row(*counts) for week, *counts in found}


def lost_share(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    where: Mapping[str, Sequence[str]] | None = None,
) -> Row:
    """Return the share of the decided questions of a period that were lost at closed windows.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the questions were asked.
        as_of: The instant whose knowledge counts, in UTC.
        where: ``entry_point`` or ``campaign``, with the values it may have.
    """
    found = _lost(con, period, as_of, "", where)
    return _lost_row(*found[0]) if found else _lost_row(0, 0, 0)


def _lost(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    group: str,
    where: Mapping[str, Sequence[str]] | None,
) -> list[tuple[Any, ...]]:
    columns = {"entry_point": "begun.entry_point", "campaign": "begun.campaign_name"}
    conditions = [
        f"list_contains($only_{name}, {columns[name]})" for name in sorted(where or {})
    ] or ["true"]
    values: dict[str, Any] = {
        **asked_values(period, as_of, WINDOW_RULES),
        "answered_by": "any",
        **{f"only_{name}": list(one) for name, one in (where or {}).items()},
    }
    sql = _LOST.format(group=group, questions=QUESTIONS, where=" and ".join(conditions))
    return con.execute(sql, values).fetchall()


def _lost_row(lost: int, decided: int, n_open: int) -> Row:
    low, high = share_interval(lost, decided)
    value = lost / decided if decided else None
    title = "Lost at closed windows"
    return Row("reply_windows", "lost_share", title, "share", (), value, low, high, decided, n_open)


def whole_weeks(last: dt.date, n: int) -> Period:
    """Return so many whole weeks, up to the last that is over by a day.

    >>> whole_weeks(dt.date(2026, 3, 11), 2)
    Period('2026-02-23..2026-03-08': 2026-02-23 to 2026-03-08)
    """
    end = last - dt.timedelta(days=last.weekday())
    return between(end - dt.timedelta(days=7 * n), end - dt.timedelta(days=1))
