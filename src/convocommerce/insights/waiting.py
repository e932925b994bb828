"""How the share that has been answered grows with time, with the unanswered in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.measuring import facts

if TYPE_CHECKING:
    import duckdb

    from convocommerce.measuring import Question

_MOST_STEPS = 160


@dataclass(frozen=True)
class AnsweredCurve:
    """The share answered by each time, after Kaplan and Meier.

    Those still waiting count as waiting for as long as they have waited, and are neither dropped
    nor taken for answered.

    Attributes:
        group: The values of the columns it is cut by.
        seconds: Times at which answers came, ascending.
        share: The estimated share answered by each of them.
        n: How many conversations it rests on.
        n_open: How many of them are not answered.
        until: The longest time that anybody is known to have waited, in seconds.
    """

    group: tuple[Any, ...]
    seconds: Sequence[float]
    share: Sequence[float]
    n: int
    n_open: int
    until: float


def answered_curves(con: duckdb.DuckDBPyConnection, question: Question) -> list[AnsweredCurve]:
    """Estimate the share answered by time, for each group of a question about a duration.

    Args:
        con: A connection to a database with built models.
        question: A question about a metric that has a duration.
    """
    names = question.names
    group = ", ".join([*names, ""])
    within = f"partition by {', '.join(names)}" if names else ""
    query = facts(question).query(
        f"select {group} list(seconds order by seconds) filter (ended > 0),"
        " list(greatest(0, 1 - alive) order by seconds) filter (ended > 0),"
        " sum(ended)::bigint, sum(left_open)::bigint, max(seconds)\n"
        f"from survival{' group by ' + ', '.join(names) if names else ''}",
        [
            (
                f"ends as (\nselect {group} coalesce(duration, age) as seconds,"
                " count(duration) as ended, count(*) - count(duration) as left_open\n"
                "from facts\nwhere coalesce(duration, age) is not null\ngroup by all\n)"
            ),
            (
                f"risk as (\nselect *, sum(ended + left_open) over ({within} order by seconds desc)"
                " as at_risk\nfrom ends\n)"
            ),
            (
                "survival as (\nselect *, exp(sum(case when ended = at_risk then -1e9"
                f" else ln(1 - ended / at_risk) end) over ({within} order by seconds)) as alive\n"
                "from risk\n)"
            ),
        ],
    )
    curves = []
    for values in query.run(con):
        seconds, share, ended, left_open, until = values[len(names) :]
        kept = _thinned(len(seconds or ()))
        curves.append(
            AnsweredCurve(
                group=tuple(values[: len(names)]),
                seconds=[float(seconds[i]) for i in kept],
                share=[float(share[i]) for i in kept],
                n=ended + left_open,
                n_open=left_open,
                until=float(until),
            )
        )
    return sorted(curves, key=lambda curve: tuple(map(str, curve.group)))


def _thinned(steps: int) -> list[int]:
    """Return at most so many positions, evenly spread, with the last among them."""
    if steps <= _MOST_STEPS:
        return list(range(steps))
    return sorted({round(i * (steps - 1) / (_MOST_STEPS - 1)) for i in range(_MOST_STEPS)})
