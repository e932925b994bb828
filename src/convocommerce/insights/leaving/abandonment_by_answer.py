"""How many carts are lost after a quick answer, a late one, none at all, and without a question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from convocommerce.absences import topics_told
from convocommerce.errors import UnknownNameError
from convocommerce.intervals import (
    Interval,
    difference_interval,
    false_discovery,
    share_difference_p,
    share_interval,
)
from convocommerce.measuring import answer, ask
from convocommerce.metrics import dimension_named, metric_named

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period

QUICK = "answered quickly"
"""What every other answer is set beside."""

LATE_OR_NOT = "answered late or not"
"""Both that were answered late and that were not answered, where one of them alone is too few."""

_LATE = ("answered late", "not answered")
_STATISTICS = {"lost": "lost_rate", "abandoned": "rate", "recovered": "recovered_rate"}


_NO_INTERVAL: Interval = (None, None)


@dataclass(frozen=True)
class AbandonedAfter:
    """What became of attempts to buy, by how the conversation before them was answered.

    People who are answered quickly may differ in more than that from those who are not, so the
    difference tells what goes together and not what an answer does.

    Attributes:
        answer_state: ``answered quickly``, ``answered late``, ``not answered`` (the two
            together ``answered late or not``), or ``no conversation`` for those who asked nothing.
        decided: Attempts that are decided; this and all that follows is null where no messages, no
            checkouts or no orders are loaded.
        gone: Those of them that were lost, or abandoned or recovered if that was asked.
        open: Attempts too young to be judged.
        share: ``gone`` of ``decided``; null when nothing is decided.
        low: Lower end of its 95% interval (Wilson).
        high: Upper end of it.
        difference: ``share`` less that after a quick answer; null for those themselves, and
            when either is not known.
        difference_low: Lower end of its 95% interval (Newcombe).
        difference_high: Upper end of it.
        p_value: The level at which that interval reaches 0.
        p_adjusted: The same for all differences together, after Benjamini and Hochberg.
    """

    answer_state: str
    decided: int | None
    gone: int | None
    open: int | None
    share: float | None
    low: float | None
    high: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    p_value: float | None
    p_adjusted: float | None


def abandonment_by_answer(
    con: duckdb.DuckDBPyConnection,
    period: Period | None,
    as_of: dt.datetime,
    *,
    outcome: Literal["lost", "abandoned", "recovered"] = "lost",
    grain: str = "person",
    where: Mapping[str, Any] | None = None,
    smallest: int = 1,
) -> list[AbandonedAfter]:
    """Count attempts to buy by how the conversation before them was answered.

    The conversation is the contact's last one before the checkout or just after its start; what
    is quick the rules say.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the attempts began; null for all.
        as_of: The instant whose knowledge counts, in UTC.
        outcome: ``lost`` counts those never recovered, ``abandoned`` those ever left,
            ``recovered`` those ordered after that and in time.
        grain: ``person``, ``checkout`` or ``cart``.
        where: Columns, each with the value or values it may have.
        smallest: Where fewer than these were answered late, or not at all, the two are told
            together; the same for every outcome.

    Returns:
        One row for each of the answer states, in that order, also where nothing is counted.

    Raises:
        UnknownNameError: The outcome, the grain or a column does not exist.
    """
    if outcome not in _STATISTICS:
        raise UnknownNameError("outcome", outcome, _STATISTICS)
    question = ask(
        con,
        metric_named("cart_abandonment"),
        as_of=as_of,
        by=["answer_state"],
        where=where,
        period=period,
        options={"grain": grain},
    )
    states = dimension_named("answer_state").order
    if not {"messages", "carts_and_orders"} <= topics_told(con):
        return [AbandonedAfter(state, *[None] * 11) for state in states]
    rows, _ = answer(con, question)
    counts = {
        row.group[0]: (round((row.value or 0) * row.n), row.n, row.n_open)
        for row in rows
        if row.statistic == _STATISTICS[outcome]
    }
    if any(0 < row.n < smallest for row in rows if row.group[0] in _LATE):
        late = zip(*(counts.get(state, (0, 0, 0)) for state in _LATE), strict=True)
        gone, decided, n_open = (sum(both) for both in late)
        counts[LATE_OR_NOT] = gone, decided, n_open
        states = (states[0], LATE_OR_NOT, *(one for one in states[1:] if one not in _LATE))
    quick = counts.get(QUICK, (0, 0, 0))[:2]
    p_values = {
        state: p_value
        for state in states
        if state != QUICK
        and (p_value := share_difference_p(*counts.get(state, (0, 0, 0))[:2], *quick)) is not None
    }
    adjusted = dict(zip(p_values, false_discovery(list(p_values.values())), strict=True))
    found = []
    for state in states:
        gone, decided, n_open = counts.get(state, (0, 0, 0))
        low, high = share_interval(gone, decided)
        difference, ends = None, _NO_INTERVAL
        if state in p_values:
            share, base = gone / decided, quick[0] / quick[1]
            difference = share - base
            ends = difference_interval(share, (low, high), base, share_interval(*quick))
        found.append(
            AbandonedAfter(
                answer_state=state,
                decided=decided,
                gone=gone,
                open=n_open,
                share=gone / decided if decided else None,
                low=low,
                high=high,
                difference=difference,
                difference_low=ends[0],
                difference_high=ends[1],
                p_value=p_values.get(state),
                p_adjusted=adjusted.get(state),
            )
        )
    return found
