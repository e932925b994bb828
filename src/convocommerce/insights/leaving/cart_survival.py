"""How the share of carts that were ordered, or lost, grows with time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.measuring import facts
from convocommerce.survival import aalen_johansen, known, thinned

if TYPE_CHECKING:
    import duckdb

    from convocommerce.measuring import Question


@dataclass(frozen=True)
class CartCurve:
    """The shares of attempts to buy that were ordered and lost by each time.

    After Aalen and Johansen: an attempt that is lost cannot be ordered any more, and one that is
    neither so far counts for as long as it has been open. Where nothing is open, the shares are
    those of all attempts.

    Attributes:
        group: The values of the columns it is cut by.
        seconds: Times after the start at which anything was decided, ascending.
        ordered: The estimated share ordered by each of them.
        ordered_low: Lower end of its 95% interval; null at 0 and 1.
        ordered_high: Upper end of it.
        lost: The estimated share lost by each of them.
        lost_low: Lower end of its 95% interval; null at 0 and 1.
        lost_high: Upper end of it.
        n: How many attempts it rests on.
        n_ordered: How many of them were ordered.
        n_lost: How many of them were lost.
        until: The longest time that any of them was watched, in seconds.
    """

    group: tuple[Any, ...]
    seconds: Sequence[float]
    ordered: Sequence[float]
    ordered_low: Sequence[float | None]
    ordered_high: Sequence[float | None]
    lost: Sequence[float]
    lost_low: Sequence[float | None]
    lost_high: Sequence[float | None]
    n: int
    n_ordered: int
    n_lost: int
    until: float

    @property
    def n_open(self) -> int:
        """How many are neither ordered nor lost."""
        return self.n - self.n_ordered - self.n_lost


def cart_curves(con: duckdb.DuckDBPyConnection, question: Question) -> list[CartCurve]:
    """Estimate the shares ordered and lost by time, for each group of a question.

    An attempt is lost when the rules' time to recover it is over without an order. Intervals are
    on the log-log scale, with the variance of the delta method. At most 160 times are told, evenly
    spread over those at which anything was decided.

    Args:
        con: A connection to a database with built models.
        question: A question about cart abandonment; its grain says what an attempt is.
    """
    names = question.names
    group = ", ".join([*names, ""])
    columns = ("seconds", "ordered", "lost", "gone")
    lists = ", ".join(f"list({one} order by seconds) as {one}" for one in columns)
    grouped = f" group by {', '.join(names)}" if names else ""
    ends = (
        "ends as (\nselect *, case when state in ('bought', 'recovered') then bought_at"
        " when state = 'lost' then lost_at else $as_of end as until_at\nfrom facts\n)"
    )
    counted = (
        f"counted as (\nselect {group}"
        " (epoch_ms(until_at) - epoch_ms(started_at)) / 1000 as seconds,"
        " count(*) filter (state in ('bought', 'recovered')) as ordered,"
        " count(*) filter (state = 'lost') as lost,"
        " count(*) filter (state in ('open', 'abandoned')) as gone\n"
        "from ends\ngroup by all\n)"
    )
    query = facts(question).query(f"select {group} {lists}\nfrom counted{grouped}", [ends, counted])
    curves = []
    for *values, seconds, ordered, lost, left in query.run(con):
        if not seconds:
            continue
        told = aalen_johansen(seconds, [ordered, lost], left)
        kept = thinned(len(told.seconds))
        (ordered_low, lost_low), (ordered_high, lost_high) = (
            [[known(line[i]) for i in kept] for line in lines] for lines in (told.low, told.high)
        )
        curves.append(
            CartCurve(
                group=tuple(values),
                seconds=[float(told.seconds[i]) for i in kept],
                ordered=[float(told.share[0][i]) for i in kept],
                ordered_low=ordered_low,
                ordered_high=ordered_high,
                lost=[float(told.share[1][i]) for i in kept],
                lost_low=lost_low,
                lost_high=lost_high,
                n=told.n,
                n_ordered=told.n_ended[0],
                n_lost=told.n_ended[1],
                until=seconds[-1],
            )
        )
    return sorted(curves, key=lambda curve: tuple(map(str, curve.group)))
