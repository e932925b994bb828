"""One figure in two periods: the difference, its interval, and whether it is more than noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from convocommerce.intervals import (
    difference_interval,
    difference_p,
    false_discovery,
    share_difference_p,
)
from convocommerce.measuring import Row
from convocommerce.metrics import metric_named

_LEVEL = 0.05


@dataclass(frozen=True)
class Change:
    """One figure in two periods.

    Attributes:
        now: The figure.
        before: The figure of the other period; null when there was none.
        difference: ``now`` less ``before``; null when either is missing.
        low: Lower end of the difference's 95% interval; null when it is open or there is none.
            Newcombe's for shares; for quantiles their own intervals, of order statistics or of
            Kaplan and Meier's curve, are put together the same way.
        high: Upper end of it.
        p_value: How often chance alone would part the two at least as far: the level at which the
            interval reaches 0; null when there is no interval on the side of 0.
        p_adjusted: The same, made larger for all that is shown together, after Benjamini and
            Hochberg; null while it stands alone.
    """

    now: Row
    before: Row | None
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None = None
    p_adjusted: float | None = None

    @property
    def is_beyond_noise(self) -> bool:
        """Whether the interval leaves out 0, also when all that is shown together is counted."""
        is_apart = (self.low is not None and self.low > 0) or (
            self.high is not None and self.high < 0
        )
        return is_apart and (self.p_adjusted is None or self.p_adjusted <= _LEVEL)


def change_between(now: Row, before: Row | None) -> Change:
    """Return the change from one figure to another, with its interval where both have one."""
    if before is None or now.value is None or before.value is None:
        return Change(now, before, None, None, None)
    difference = now.value - before.value
    if now.unit not in ("share", "seconds") or _is_biased(now, before):
        return Change(now, before, difference, None, None)
    low, high = difference_interval(
        now.value, (now.low, now.high), before.value, (before.low, before.high)
    )
    if now.unit == "share":
        counts = (round(row.value * row.n) for row in (now, before) if row.value is not None)
        k, k_before = counts
        p_value = share_difference_p(k, now.n, k_before, before.n)
    else:
        p_value = difference_p(difference, (low, high))
    return Change(now, before, difference, low, high, p_value)


def judged(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return changes with their p-values made larger for being shown together.

    Args:
        changes: All that is shown side by side; those without a p-value are not counted.
    """
    told = [(place, one.p_value) for place, one in enumerate(changes) if one.p_value is not None]
    found = list(changes)
    for (place, _), adjusted in zip(told, false_discovery([p for _, p in told]), strict=True):
        found[place] = replace(found[place], p_adjusted=adjusted)
    return tuple(found)


def _is_biased(now: Row, before: Row) -> bool:
    """Whether open cases bias a share, which then has no honest interval at two ages."""
    is_so_far = now.statistic == "rate" and (now.n_open or before.n_open)
    return bool(is_so_far and metric_named(now.metric).while_open)
