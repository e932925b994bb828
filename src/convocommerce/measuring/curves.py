"""Counts per waiting time, from which curves with people still waiting are estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.errors import UsageError
from convocommerce.measuring.query import Query, facts
from convocommerce.metrics import CATALOGUE
from convocommerce.survival import Survival, kaplan_meier

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import ArrayLike

    from convocommerce.measuring.question import Question


@dataclass(frozen=True, eq=False)
class Waits:
    """How long the conversations of one group waited.

    Attributes:
        group: The values of the columns it is cut by.
        seconds: Distinct times, ascending.
        ended: How many were answered after each of them.
        left: How many were watched for that long without an answer, and not longer.
    """

    group: tuple[Any, ...]
    seconds: ArrayLike
    ended: ArrayLike
    left: ArrayLike

    def curve(self) -> Survival:
        """Estimate the share still waiting by each time."""
        return kaplan_meier(self.seconds, self.ended, self.left)


def waits(con: duckdb.DuckDBPyConnection, question: Question) -> tuple[list[Waits], Query]:
    """Count the answers, and those left without one, at every waiting time of every group.

    Args:
        con: A connection to a database with built models.
        question: A question about a metric that has a duration.

    Returns:
        The counts of each group, and the query that gave them.

    Raises:
        UsageError: The metric has no duration.
    """
    if not question.metric.duration:
        timed = ", ".join(metric.name for metric in CATALOGUE.values() if metric.duration)
        raise UsageError(f"{question.metric.name} has no duration; metrics that have one: {timed}")
    names = question.names
    group = ", ".join([*names, ""])
    lists = ", ".join(
        f"coalesce(list({one} order by seconds) filter (seconds is not null), []) as {one}"
        for one in ("seconds", "ended", "gone")
    )
    counted = (
        f"counted as (\nselect {group} coalesce(duration, observed) as seconds,"
        " count(duration) as ended, count(*) - count(duration) as gone\n"
        "from facts\ngroup by all\n)"
    )
    grouped = f" group by {', '.join(names)}" if names else ""
    query = facts(question).query(f"select {group} {lists}\nfrom counted{grouped}", [counted])
    # A list per group comes over as one run of numbers, not as a number at a time.
    table = query.arrow(con)
    groups = zip(*(table[name].to_pylist() for name in names), strict=True)
    columns = [table[name].combine_chunks() for name in ("seconds", "ended", "gone")]
    found = [
        Waits(values, *(one[row].values.to_numpy(zero_copy_only=False) for one in columns))
        for row, values in enumerate(groups if names else [()] * table.num_rows)
    ]
    return found, query
