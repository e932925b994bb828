"""Every metric once more, over rows that say what was known of each thing at the as-of.

``FIGURES`` has one entry for each metric of the catalogue; the house test holds it to that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scipy.stats import binom

Row = Mapping[str, Any]
States = Mapping[str, Sequence[Row]]
"""Rows by table: conversations, legs, waits, orders, attempts."""


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

WATCHED = "observed"
"""How long it is known that no answer had come."""

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


def waited(waits: Sequence[float | None], watched: Sequence[float], at: float) -> Figure:
    """A quantile with the unanswered as waiting, step by step from its definition."""
    ends = sorted({wait for wait in waits if wait is not None})
    seen = [
        (watch if wait is None else wait, wait is not None)
        for wait, watch in zip(waits, watched, strict=True)
    ]
    alive, spread, z = Fraction(1), Fraction(0), 1.959963984540054
    value = low = high = None
    for time in ends:
        risk = sum(stop >= time for stop, _ in seen)
        d = sum(stop == time and is_end for stop, is_end in seen)
        alive *= 1 - Fraction(d, risk)
        if value is None and alive <= 1 - Fraction(at).limit_denominator(100):
            value = time
        if risk > d:
            spread += Fraction(d, risk * (risk - d))
            share = float(alive)
            factor = math.exp(z * math.sqrt(spread) / abs(math.log(share)))
            low = time if low is None and share**factor <= 1 - at else low
            high = time if high is None and share ** (1 / factor) < 1 - at else high
    n_open = sum(wait is None for wait in waits)
    return Figure(value, len(seen), n_open, low, high)


def money(rows: Sequence[Row], by: Sequence[str], counts: Callable[[Row], bool]) -> Figures:
    found: Figures = {}
    for group, mine in groups([row for row in rows if counts(row)], [*by, "currency"]).items():
        total = sum((row["net_amount"] for row in mine), Decimal(0))
        found["net_revenue", group[-1], group[:-1]] = Figure(float(total), len(mine), 0)
    return found


def whole(rows: Sequence[Row]) -> list[Row]:
    """Those whose beginning the export does not leave out."""
    return [row for row in rows if not row["is_cut_off"]]


def durations(
    rows: Sequence[Row],
    by: Sequence[str],
    wait: Callable[[Row], float | None],
    age: Callable[[Row], float] | None = None,
    watched: Callable[[Row], float] | None = None,
) -> Figures:
    """Quantiles over those that ended; with ages also shares over those ended or old enough.

    With the times watched, also quantiles that count the others as waiting so long.
    """
    found: Figures = {}
    for group, mine in groups(rows, by).items():
        waits = [wait(row) for row in mine]
        ended = [one for one in waits if one is not None]
        n_open = len(mine) - len(ended)
        found["median", "seconds", group] = quantile(ended, 0.5, n_open)
        found["p90", "seconds", group] = quantile(ended, 0.9, n_open)
        if watched is not None:
            seen = [watched(row) for row in mine]
            found["km_median", "seconds", group] = waited(waits, seen, 0.5)
            found["km_p90", "seconds", group] = waited(waits, seen, 0.9)
        for name, limit in LIMITS.items() if age else ():
            assert age is not None
            k = sum(one <= limit for one in ended)
            n = sum(
                (one is not None and one <= limit) or age(row) >= limit
                for one, row in zip(waits, mine, strict=True)
            )
            found[name, "share", group] = share(k, n, len(mine) - n)
    return found


def first_response_time(
    states: States, by: Sequence[str], *, clock: str = "human", hours: str = "calendar"
) -> Figures:
    rows = whole(states["conversations"])
    return durations(
        [row for row in rows if row["tells_bots"]] if clock == "bot" else rows,
        by,
        lambda row: row[f"{clock}_{hours}_seconds"],
        lambda row: row[f"age_{hours}_seconds"],
        lambda row: row[f"{WATCHED}_{hours}_seconds"],
    )


def handed_over(states: States) -> list[Row]:
    return [row for row in whole(states["conversations"]) if row["is_handed_over"]]


def handoff_wait(states: States, by: Sequence[str], *, hours: str = "calendar") -> Figures:
    return durations(
        handed_over(states),
        by,
        lambda row: row[f"handoff_wait_{hours}_seconds"],
        lambda row: row[f"handoff_age_{hours}_seconds"],
    )


def bot_part(states: States, by: Sequence[str], *, hours: str = "calendar") -> Figures:
    return durations(handed_over(states), by, lambda row: row[f"bot_part_{hours}_seconds"])


def next_reply_time(states: States, by: Sequence[str], *, hours: str = "calendar") -> Figures:
    return durations(
        [row for row in whole(states["legs"]) if row["is_later"]],
        by,
        lambda row: row[f"human_{hours}_seconds"],
        lambda row: row[f"age_{hours}_seconds"],
        lambda row: row[f"{WATCHED}_{hours}_seconds"],
    )


def requester_wait(states: States, by: Sequence[str], *, hours: str = "calendar") -> Figures:
    return durations(
        whole(states["waits"]),
        by,
        lambda row: row[f"requester_wait_{hours}_seconds"],
        watched=lambda row: row[f"{WATCHED}_{hours}_seconds"],
    )


def resolution_time(states: States, by: Sequence[str], *, hours: str = "calendar") -> Figures:
    told = [row for row in whole(states["conversations"]) if row["tells_close"]]
    return durations(told, by, lambda row: row[f"resolution_{hours}_seconds"])


def of_the_closed(column: str) -> Callable[[States, Sequence[str]], Figures]:
    def figures(states: States, by: Sequence[str]) -> Figures:
        rows = states["conversations"]
        closed = [row for row in rows if row["resolution_calendar_seconds"] is not None]
        return shares(
            closed, by, "rate", lambda row: bool(row[column]), lambda row: row[column] is not None
        )

    return figures


def answered_by(states: States, by: Sequence[str]) -> Figures:
    def who(row: Row) -> str | None:
        if row["wait_state"] == "waiting":
            return None
        if row["human_calendar_seconds"] is not None:
            return "person"
        return "nobody" if row["bot_calendar_seconds"] is None else "bot_only"

    found: Figures = {}
    for name in ("person", "nobody"):
        found |= shares(
            whole(states["conversations"]),
            by,
            name,
            lambda row, name=name: who(row) == name,  # type: ignore[misc]  # bound in this round
            lambda row: who(row) is not None,
        )
    # Of the others it is not known whether it was a bot, and not open either.
    for group, mine in groups(whole(states["conversations"]), by).items():
        told = [who(row) for row in mine if row["tells_bots"]]
        n = len(told) - told.count(None)
        found["bot_only", "share", group] = share(told.count("bot_only"), n, told.count(None))
    return found


def conversation_count(states: States, by: Sequence[str]) -> Figures:
    return {
        ("count", "count", group): Figure(float(len(mine)), len(mine), 0)
        for group, mine in groups(states["conversations"], by).items()
    }


def conversion_of(*outcomes: str) -> Callable[[States, Sequence[str]], Figures]:
    def figures(states: States, by: Sequence[str]) -> Figures:
        talks = [row for row in states["conversations"] if row["tells_orders"]]
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
    rows = [row for row in states["attempts"] if row["grain"] == grain and row["tells_outcome"]]
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
        **{
            ("recovered_by_link", "share", group): share(
                sum(
                    row["state"] == "recovered" and row["is_recovered_by_link"]
                    for row in told
                    if row["is_settled"]
                ),
                sum(row["is_settled"] for row in told),
                sum(not row["is_settled"] for row in told),
            )
            for group, mine in groups(rows, by).items()
            for told in [[row for row in mine if row["tells_link"]]]
        },
    }


FIGURES: dict[str, Callable[..., Figures]] = {
    "first_response_time": first_response_time,
    "handoff_wait": handoff_wait,
    "bot_part": bot_part,
    "next_reply_time": next_reply_time,
    "requester_wait": requester_wait,
    "resolution_time": resolution_time,
    "reopened_rate": of_the_closed("is_reopened"),
    "one_touch_rate": of_the_closed("is_one_touch"),
    "answered_by": answered_by,
    "conversations": conversation_count,
    "in_chat_conversion": conversion_of("in_chat"),
    "assisted_conversion": conversion_of("assisted"),
    "conversion": conversion_of("in_chat", "assisted"),
    "cart_abandonment": cart_abandonment,
}
