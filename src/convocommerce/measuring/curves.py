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
    import numpy as np
    import pyarrow as pa
    from numpy.typing import ArrayLike, NDArray

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

    def ranked(self, rank: int | None) -> float | None:
        """Return the time of one who was answered, by its rank from 1; null for no rank."""
        import numpy as np

        if rank is None:
            return None
        return float(np.asarray(self.seconds)[np.searchsorted(np.cumsum(self.ended), rank)])


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
    # A sorted list per group takes a third of counting every distinct time, and comes over as one
    # run of numbers, not as a number at a time.
    lists = (
        "list_sort(list(duration) filter (duration is not null)) as ended",
        "list_sort(list(observed) filter (duration is null and observed is not null)) as gone",
    )
    grouped = f"\ngroup by {', '.join(names)}" if names else ""
    about = facts(question, read=lists)
    query = about.query(f"select {', '.join([*names, *lists])}\nfrom facts{grouped}")
    table = query.arrow(con)
    groups = zip(*(table[name].to_pylist() for name in names), strict=True)
    columns = [table[name].combine_chunks() for name in ("ended", "gone")]
    found = [
        Waits(values, *_counted(*(_numbers(one[row]) for one in columns)))
        for row, values in enumerate(groups if names else [()] * table.num_rows)
    ]
    return found, query


def _numbers(times: pa.ListScalar[Any]) -> NDArray[np.float64]:
    """Return a list of a table as numbers; a null list is one of nothing."""
    import numpy as np

    if not times.is_valid:
        return np.zeros(0)
    # Other than to_numpy, this does not import pandas.
    return np.from_dlpack(times.values).astype(np.float64, copy=False)


def _counted(
    ended: NDArray[np.float64], gone: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct times of two ascending runs, and how often each holds each of them."""
    import numpy as np

    seconds = np.unique(np.concatenate([ended, gone]))
    # How many came by each time, less how many had come by the time before it.
    counts = [np.diff(np.searchsorted(run, seconds, "right"), prepend=0) for run in (ended, gone)]
    return seconds, counts[0], counts[1]
