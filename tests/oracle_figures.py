"""Every metric once more, over rows that say what was known of each thing at the as-of.

``FIGURES`` has one entry for each metric of the catalogue; the house test holds it to that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scipy.stats import binom

Row = Mapping[str, Any]
States = Mapping[str, Sequence[Row]]
"""Rows by table: conversations, orders, attempts."""


@dataclass(frozen=True)
class Figure:
    """One figure of one group."""

    value: float | None
    n: int
    n_open: int
    low: float | None = None
    high: float | None = None


Figures = dict[tuple[str, str, tuple[Any, ...]], Figure]
"""Figures by statistic, unit and group."""

LIMITS = {
    "within_5_minutes": 300,
    "within_15_minutes": 900,
    "within_1_hour": 3600,
    "within_24_hours": 86400,
}


def groups(rows: Sequence[Row], by: Sequence[str]) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = {} if by else {(): []}
    for row in rows:
        found.setdefault(tuple(row[name] for name in by), []).append(row)
    return found


def share(k: int, n: int, n_open: int) -> Figure:
    """A share with Wilson's interval, written as the roots of its quadratic equation."""
    if n == 0:
        return Figure(None, 0, n_open)
    z2, p = 1.959963984540054**2, k / n
    a, b, c = 1 + z2 / n, -(2 * p + z2 / n), p * p
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    return Figure(p, n, n_open, (-b - root) / (2 * a), (-b + root) / (2 * a))


def shares(
    rows: Sequence[Row],
    by: Sequence[str],
    name: str,
    counts: Callable[[Row], bool],
    decided: Callable[[Row], bool],
) -> Figures:
    return {
        (name, "share", group): share(
            sum(counts(row) for row in mine),
            sum(decided(row) for row in mine),
            sum(not decided(row) for row in mine),
        )
        for group, mine in groups(rows, by).items()
    }


def quantile(values: Sequence[float], at: float, n_open: int) -> Figure:
    """A quantile, linear between neighbours, bounded by order statistics."""
    values, n = sorted(values), len(values)
    if not n:
        return Figure(None, 0, n_open)
    place = at * (n - 1)
    below, above = values[math.floor(place)], values[math.ceil(place)]
    # The rth smallest lies below the quantile with probability P(B >= r), B binomial.
    lows = [r for r in range(1, n + 1) if binom.cdf(r - 1, n, at) <= 0.025]
    highs = [r for r in range(1, n + 1) if binom.sf(r - 1, n, at) <= 0.025]
    return Figure(
        below + (above - below) * (place - math.floor(place)),
        n,
        n_open,
        values[lows[-1] - 1] if lows else None,
        values[highs[0] - 1] if highs else None,
    )


def money(rows: Sequence[Row], by: Sequence[str], counts: Callable[[Row], bool]) -> Figures:
    found: Figures = {}
    for group, mine in groups([row for row in rows if counts(row)], [*by, "currency"]).items():
        total = sum((row["net_amount"] for row in mine), Decimal(0))
        found["net_revenue", group[-1], group[:-1]] = Figure(float(total), len(mine), 0)
    return found


def first_response_time(
    states: States, by: Sequence[str], *, clock: str = "human", hours: str = "calendar"
) -> Figures:
    """Quantiles over those answered; shares over those answered or old enough."""
    found: Figures = {}
    for group, mine in groups(states["conversations"], by).items():
        waits = [row[f"{clock}_{hours}_seconds"] for row in mine]
        ages = [row[f"age_{hours}_seconds"] for row in mine]
        ended = [wait for wait in waits if wait is not None]
        n_open = len(mine) - len(ended)
        found["median", "seconds", group] = quantile(ended, 0.5, n_open)
        found["p90", "seconds", group] = quantile(ended, 0.9, n_open)
        for name, limit in LIMITS.items():
            k = sum(wait <= limit for wait in ended)
            n = sum(
                (wait is not None and wait <= limit) or age >= limit
                for wait, age in zip(waits, ages, strict=True)
            )
            found[name, "share", group] = share(k, n, len(mine) - n)
    return found


def conversation_count(states: States, by: Sequence[str]) -> Figures:
    return {
        ("count", "count", group): Figure(float(len(mine)), len(mine), 0)
        for group, mine in groups(states["conversations"], by).items()
    }


def conversion_of(*outcomes: str) -> Callable[[States, Sequence[str]], Figures]:
    def figures(states: States, by: Sequence[str]) -> Figures:
        talks = states["conversations"]
        return {
            **shares(
                talks,
                by,
                "rate",
                lambda row: row["outcome"] in outcomes,
                lambda row: row["outcome"] != "pending",
            ),
            **shares(
                talks,
                by,
                "settled_rate",
                lambda row: row["is_settled"] and row["outcome"] in outcomes,
                lambda row: row["is_settled"],
            ),
            **money(states["orders"], by, lambda row: row["is_sale"] and row["credit"] in outcomes),
        }

    return figures


def cart_abandonment(states: States, by: Sequence[str], *, grain: str = "person") -> Figures:
    rows = [row for row in states["attempts"] if row["grain"] == grain]
    gone = ("abandoned", "recovered", "lost")

    return {
        **shares(
            rows, by, "rate", lambda row: row["state"] in gone, lambda row: row["state"] != "open"
        ),
        **shares(
            rows,
            by,
            "lost_rate",
            lambda row: row["is_settled"] and row["state"] == "lost",
            lambda row: row["is_settled"],
        ),
        **shares(
            rows,
            by,
            "recovered_rate",
            lambda row: row["is_settled"] and row["state"] == "recovered",
            lambda row: row["is_settled"],
        ),
    }


FIGURES: dict[str, Callable[..., Figures]] = {
    "first_response_time": first_response_time,
    "conversations": conversation_count,
    "in_chat_conversion": conversion_of("in_chat"),
    "assisted_conversion": conversion_of("assisted"),
    "conversion": conversion_of("in_chat", "assisted"),
    "cart_abandonment": cart_abandonment,
}
