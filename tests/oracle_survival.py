"""Statistics with people still under way once more, from their definitions, over oracle rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from scipy.stats import norm

Z = float(norm.ppf(0.975))
Ended = tuple[float, int]
"""A time and which end came then, 0 for none so far."""


def cart_ends(rows: Iterable[Mapping[str, Any]], now: int) -> list[Ended]:
    """When each attempt was ordered (1) or lost (2), in seconds, or how long it is open (0)."""
    found = []
    for row in rows:
        match row["state"]:
            case "bought" | "recovered":
                until, end = row["bought_ms"], 1
            case "lost":
                until, end = row["lost_ms"], 2
            case _:
                until, end = now, 0
        found.append(((until - row["started_ms"]) / 1000, end))
    return found


def incidence(ended: Sequence[Ended], end: int) -> list[tuple[float, float, float | None, Any]]:
    """Times, the share that came to an end by each of them, and the ends of its interval."""
    times = sorted({time for time, which in ended if which})
    steps, alive = [], Fraction(1)
    for time in times:
        risk = sum(stop >= time for stop, _ in ended)
        here = sum(stop == time and which == end for stop, which in ended)
        every = sum(stop == time and which > 0 for stop, which in ended)
        steps.append((alive, risk, here, every))
        alive *= 1 - Fraction(every, risk)
    shares: list[Fraction] = []
    found = []
    for place, time in enumerate(times):
        before, risk, here, _ = steps[place]
        shares.append((shares[-1] if shares else Fraction(0)) + before * Fraction(here, risk))
        variance = Fraction(0)
        for (before, risk, here, every), share in zip(steps[: place + 1], shares, strict=True):
            rest = shares[-1] - share
            if risk > every:
                variance += rest**2 * Fraction(every, risk * (risk - every))
            variance += before**2 * Fraction(here * (risk - here), risk**3)
            variance -= 2 * rest * before * Fraction(here, risk**2)
        total = float(shares[-1])
        low = high = None
        if 0 < shares[-1] < 1:
            step = Z * math.sqrt(max(variance, 0)) / (total * -math.log(total))
            low, high = total ** math.exp(step), total ** math.exp(-step)
        found.append((time, total, low, high))
    return found
