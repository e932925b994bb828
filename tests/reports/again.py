"""The records of a loaded shop in plain Python, for figures that are worked out a second time.

Records and who is who are read from the database; conversations, waits, orders, attempts to buy
and every figure come from the oracle, which knows nothing of the package's SQL.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

import convocommerce as cc
from convocommerce.periods import Period
from oracle import Oracle
from oracle_shops import contacts_of
from oracle_talk import EPOCH, Conversation, Leg, millis
from tables import DEFAULTS

Row = dict[str, Any]
Key = tuple[str, str, tuple[tuple[str, Any], ...], str]
"""Metric, statistic, group and period of a figure."""
ZONE = ZoneInfo("Europe/Amsterdam")
DAY, HOUR = 86_400_000, 3_600_000
Z = 1.959963984540054


class Told(NamedTuple):
    """A figure as it was worked out again; ``near`` is how far off a drawn one may lie."""

    value: float | None
    n: int
    n_open: int = 0
    low: float | None = None
    high: float | None = None
    near: float = 0.0


Account = dict[Key, Told]


def key(metric: str, statistic: str, period: str, **group: Any) -> Key:
    return metric, statistic, tuple(sorted(group.items())), period


def count(n: float) -> Told:
    return Told(float(n), int(n))


def wilson(k: int, n: int) -> tuple[float | None, float | None]:
    if not n:
        return None, None
    low, high = proportion_confint(k, n, method="wilson")
    return float(low), float(high)


def share(k: int, n: int, n_open: int = 0) -> Told:
    return Told(k / n if n else None, n, n_open, *wilson(k, n))


def newcombe(k: int, n: int, k_base: int, n_base: int) -> tuple[float, float]:
    """The square-and-add interval of a difference of two shares."""
    (low, high), (low_base, high_base) = wilson(k, n), wilson(k_base, n_base)
    return square_and_add(k / n, (low, high), k_base / n_base, (low_base, high_base))


def square_and_add(one: float, ends: Any, base: float, base_ends: Any) -> tuple[float, float]:
    below = math.hypot(one - ends[0], base_ends[1] - base)
    above = math.hypot(ends[1] - one, base - base_ends[0])
    return one - base - below, one - base + above


def quantile(values: Sequence[float], p: float) -> Told:
    """A quantile between the two values it lies between, with order statistics around it."""
    ordered, n = sorted(values), len(values)
    place = p * (n - 1)
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    lows = [r for r in range(1, n + 1) if binom.cdf(r - 1, n, p) <= 0.025]
    highs = [r for r in range(1, n + 1) if binom.sf(r - 1, n, p) <= 0.025]
    return Told(
        below + (above - below) * (place - math.floor(place)),
        n,
        0,
        ordered[lows[-1] - 1] if lows else None,
        ordered[highs[0] - 1] if highs else None,
    )


def answered_by(waits: Sequence[tuple[float, bool]], mark: float) -> Told:
    """The share answered by a time, one answer at a time (Kaplan and Meier, log-log)."""
    alive, spread, low, high = 1.0, 0.0, None, None
    for seconds in sorted({one for one, ended in waits if ended and one <= mark}):
        risk = sum(one >= seconds for one, _ in waits)
        ends = sum(one == seconds and ended for one, ended in waits)
        alive *= 1 - ends / risk
        low = high = None
        if risk > ends:
            spread += ends / (risk * (risk - ends))
            reach = math.exp(Z * math.sqrt(spread) / abs(math.log(alive)))
            low, high = 1 - alive ** (1 / reach), 1 - alive**reach
    n_open = sum(not ended for _, ended in waits)
    return Told(1 - alive, len(waits), n_open, low, high)


def utc(local: dt.datetime) -> int:
    """Return a wall-clock time as milliseconds."""
    return millis(local.replace(tzinfo=ZONE).astimezone(dt.UTC).replace(tzinfo=None))


def local(at: int) -> dt.datetime:
    """Return milliseconds as a wall-clock time."""
    instant = EPOCH + dt.timedelta(milliseconds=at)
    return instant.replace(tzinfo=dt.UTC).astimezone(ZONE).replace(tzinfo=None)


def within(at: int, days: Period) -> bool:
    return days.start <= local(at).date() < days.end


def hours_of(day: dt.date) -> tuple[int, int] | None:
    """The opening hours of a day in minutes, written out; there are no holidays in these months."""
    number = day.weekday()
    if number == 6:
        return None
    return {3: (9 * 60, 21 * 60), 5: (10 * 60, 16 * 60)}.get(number, (9 * 60, 17 * 60 + 30))


def is_open(at: int) -> bool:
    now = local(at)
    hours = hours_of(now.date())
    return hours is not None and hours[0] <= now.hour * 60 + now.minute < hours[1]


def open_time() -> Callable[[int, int], int]:
    """Return open milliseconds between two instants."""
    begins, ends, sums = [], [], [0]
    day = dt.date(2026, 5, 1)
    while day < dt.date(2026, 9, 1):
        if hours := hours_of(day):
            midnight = dt.datetime.combine(day, dt.time())
            first, last = (utc(midnight + dt.timedelta(minutes=one)) for one in hours)
            begins.append(first)
            ends.append(last)
            sums.append(sums[-1] + last - first)
        day += dt.timedelta(days=1)

    def until(instant: int) -> int:
        place = bisect_right(begins, instant)
        if not place:
            return 0
        return sums[place - 1] + min(instant, ends[place - 1]) - begins[place - 1]

    return lambda start, stop: until(stop) - until(start)


class World:
    """A loaded shop in plain Python.

    Attributes:
        con: Its database.
        tables: Its records.
        oracle: What is known of them at any as-of.
        as_of: The instant of its page, and ``now`` the same in milliseconds.
        week: The days of the page.
        four: The four weeks that end with them.
    """

    def __init__(self, shop: cc.Shop, week: str) -> None:
        shop.build()
        self.con = shop.database.con
        self.tables: dict[str, list[Row]] = {name: self.rows_of(name) for name in DEFAULTS}
        self.contacts = contacts_of(shop.database)
        self.oracle = Oracle(self.tables, self.contacts, shop.rules, open_time())
        self.rules, self.as_of = shop.rules, shop.as_of()
        self.now = millis(self.as_of)
        self.week = Period(week)
        self.four = self.ending(self.week.end, 28)
        self.talks = [one for one in self.oracle.talks if one.first_customer_at is not None]

    def rows_of(self, sql: str) -> list[Row]:
        """Run a statement of our own over records."""
        found = self.con.execute(f"from {sql}" if " " not in sql else sql)
        names = [one[0] for one in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def ending(self, end: dt.date, days: int) -> Period:
        last = end - dt.timedelta(days=1)
        return Period(f"{end - dt.timedelta(days=days)}..{last}")

    def states(self, table: str, days: Period, *, weeks_ago: int = 0) -> list[Row]:
        """Return what began in some days, as it was known so many weeks before the as-of."""
        known = self.oracle.states(self.as_of - dt.timedelta(weeks=weeks_ago))[table]
        return [
            row
            for row in known
            if row["started_local"] is not None
            and days.start <= row["started_local"].date() < days.end
        ]

    def legs(self) -> Iterable[tuple[Conversation, Leg, int, int | None, str | None]]:
        """Give every wait: when it began, when a person ended it by the as-of, and who."""
        for talk in self.oracle.talks:
            for leg in talk.legs:
                asked, human = leg.said[0].at, leg.first("human")
                if asked > self.now:
                    continue
                if human is not None and human > self.now:
                    human = None
                who = next((one.agent_id for one in leg.said if one.role == "human"), None)
                yield talk, leg, asked, human, who

    def figure(self, metric: str, one: Mapping[str, Any], as_of: dt.datetime) -> Told:
        """Return a figure of the catalogue as the oracle tells it."""
        group = one["group"]
        found = self.oracle.ask(
            metric,
            as_of,
            by=list(group),
            period=Period(one["period"]),
            options=one["options"],
        )[one["statistic"], one["unit"], tuple(group.values())]
        return Told(found.value, found.n, found.n_open, found.low, found.high)
