"""How the share that has been answered grows with time, with the unanswered in it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce import survival
from convocommerce.charts import TIME_MARKS
from convocommerce.errors import UsageError
from convocommerce.markup import Shown
from convocommerce.measuring import facts, waits
from convocommerce.survival import known, thinned

if TYPE_CHECKING:
    import duckdb

    from convocommerce.measuring import Question
    from convocommerce.survival import Survival


@dataclass(frozen=True)
class AnsweredCurve:
    """The share answered by each time, after Kaplan and Meier.

    Those still waiting count as waiting for as long as they have waited, and are neither dropped
    nor taken for answered.

    Attributes:
        group: The values of the columns it is cut by.
        seconds: Times at which answers came, ascending.
        share: The estimated share answered by each of them.
        low: Lower end of the 95% interval of that share; null where nobody was left to tell.
        high: Upper end of it.
        n: How many conversations it rests on.
        n_open: How many of them are not answered.
        left_as: How many of those are still waiting, and how many were left for another reason.
        until: The longest time that anybody is known to have waited, in seconds.
    """

    group: tuple[Any, ...]
    seconds: Sequence[float]
    share: Sequence[float]
    low: Sequence[float | None]
    high: Sequence[float | None]
    n: int
    n_open: int
    left_as: Mapping[str, int]
    until: float


def answered_curves(con: duckdb.DuckDBPyConnection, question: Question) -> list[AnsweredCurve]:
    """Estimate the share answered by time, for each group of a question about a duration.

    Intervals are on the log-log scale, with Greenwood's variance.

    Args:
        con: A connection to a database with built models.
        question: A question about a metric that has a duration.
    """
    groups, _ = waits(con, question)
    left_as = _left_as(con, question)
    curves = []
    for one in groups:
        curve = _curve(one.group, one.curve(), left_as.get(one.group, {}))
        if curve is not None:
            curves.append(curve)
    return sorted(curves, key=lambda curve: tuple(map(str, curve.group)))


def pooled_curve(
    con: duckdb.DuckDBPyConnection, questions: Sequence[Question]
) -> AnsweredCurve | None:
    """Estimate one curve from several questions, such as weeks each known at the same age.

    Args:
        con: A connection to a database with built models.
        questions: Questions about a metric that has a duration, cut by nothing.

    Returns:
        The curve over the conversations of all of them; null when there are none.

    Raises:
        UsageError: The metric has no duration.
    """
    import numpy as np

    parts = [one for question in questions for one in waits(con, question)[0]]
    if not parts:
        return None
    seconds, place = np.unique(np.concatenate([one.seconds for one in parts]), return_inverse=True)
    ended, left = (
        np.bincount(place, weights=np.concatenate(counts), minlength=len(seconds))
        for counts in ([one.ended for one in parts], [one.left for one in parts])
    )
    left_as: Counter[str] = Counter()
    for question in questions:
        left_as.update(_left_as(con, question).get((), {}))
    return _curve((), survival.kaplan_meier(seconds, ended, left), dict(sorted(left_as.items())))


def _curve(
    group: tuple[Any, ...], curve: Survival, left_as: Mapping[str, int]
) -> AnsweredCurve | None:
    """Return a curve as it is read: by what is answered, with only the steps that show."""
    if curve.until is None:
        return None
    # What holds at the times people think in is kept exactly, however many steps there are.
    marks = (bisect_right(curve.seconds, mark) - 1 for mark in TIME_MARKS)
    kept = sorted({*thinned(len(curve.seconds)), *(place for place in marks if place >= 0)})
    return AnsweredCurve(
        group=group,
        seconds=[float(curve.seconds[i]) for i in kept],
        share=[float(1 - curve.alive[i]) for i in kept],
        low=[known(1 - curve.high[i]) for i in kept],
        high=[known(1 - curve.low[i]) for i in kept],
        n=curve.n,
        n_open=curve.n - curve.n_ended,
        left_as=left_as,
        until=curve.until,
    )


@dataclass(frozen=True)
class WaitingApart(Shown):
    """Whether the groups of a question wait equally long, by the log-rank test.

    Conversations of one person are taken for independent, which makes the p-value a little too
    small where a few people write often. Groups whose curves cross can differ without its showing.

    Attributes:
        groups: The values of the columns, of each group.
        answered: How many were answered in each group.
        expected: How many would have been if all waited alike.
        statistic: The chi-square statistic; null when there are no two groups to tell apart.
        degrees: Its degrees of freedom.
        p_value: How often chance alone would part the groups at least as far.
        notes: What a reader must know.
    """

    groups: tuple[tuple[Any, ...], ...]
    answered: tuple[int, ...]
    expected: tuple[float, ...]
    statistic: float | None
    degrees: int
    p_value: float | None
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is no group at all."""
        return not self.groups


def log_rank(con: duckdb.DuckDBPyConnection, question: Question) -> WaitingApart:
    """Test whether the groups of a question about a duration wait equally long.

    Args:
        con: A connection to a database with built models.
        question: A question about a metric that has a duration, cut by something.

    Raises:
        UsageError: The metric has no duration, or nothing tells groups apart.
    """
    if not question.by:
        raise UsageError("groups are told apart by a column: give by, such as 'channel'")
    groups, _ = waits(con, question)
    groups.sort(key=lambda one: tuple(map(str, one.group)))
    told = survival.log_rank([(one.seconds, one.ended, one.left) for one in groups])
    return WaitingApart(
        groups=tuple(one.group for one in groups),
        answered=told.observed,
        expected=told.expected,
        statistic=told.statistic,
        degrees=told.degrees,
        p_value=told.p_value,
    )


def _left_as(
    con: duckdb.DuckDBPyConnection, question: Question
) -> dict[tuple[Any, ...], dict[str, int]]:
    """Count, for each group, what became of those without an answer."""
    column = question.metric.left_as
    column = column.format(**question.options) if column else "'waiting'"
    group = ", ".join([*question.names, ""])
    query = facts(question).query(
        f"select {group} {column} as left_as, count(*)\nfrom facts\n"
        "where duration is null and observed is not null\ngroup by all\norder by all"
    )
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for *values, state, n in query.run(con):
        found.setdefault(tuple(values), {})[str(state)] = n
    return found
