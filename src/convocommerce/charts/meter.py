"""Meters: one value each against a limit it must reach or stay below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convocommerce.charts.base import Chart, Rows, number
from convocommerce.charts.scale import bend
from convocommerce.charts.words import word
from convocommerce.errors import UsageError
from convocommerce.formatting import Formatter, check_unit

_DAY = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """One value and the limit it is held against.

    Attributes:
        name: What is measured.
        value: How much it is, in ``unit``; None where it is not known.
        limit: What it must reach, or stay at or below.
        unit: A unit as of a chart; each gauge has its own.
        is_lower_better: It must stay at or below the limit.
        verdict: In words, how it stands against the limit.
        n: How many the value rests on.

    Raises:
        UsageError: The limit is not above 0.
        UnknownNameError: The unit does not exist.
    """

    name: str
    value: float | None
    limit: float
    unit: str = "share"
    is_lower_better: bool = False
    verdict: str = ""
    n: int | None = None

    def __post_init__(self) -> None:
        """Make the value uniform and check the limit."""
        check_unit(self.unit)
        object.__setattr__(self, "value", number(self.value))
        if not self.limit > 0:
            raise UsageError(f"the limit of gauge {self.name!r} is {self.limit}; give one above 0")

    @property
    def end(self) -> float:
        """Where the gauge's scale ends: all of a share, a day, or room beyond value and limit."""
        if self.unit == "share":
            return 1.0
        if self.unit == "seconds":
            return max(_DAY, self.limit)
        return 1.25 * max(self.value or 0.0, self.limit)

    def part(self, value: float) -> float:
        """Return how far along the scale a value lies, from 0 to 1; times bend as on other axes.

        >>> Gauge(name="rate", value=0.8, limit=0.9).part(0.45)
        0.45
        """
        inside = min(max(value, 0.0), self.end)
        return bend(inside) / bend(self.end) if self.unit == "seconds" else inside / self.end

    def limit_text(self, write: Formatter) -> str:
        """Write the limit with its direction."""
        return f"{'≤' if self.is_lower_better else '≥'} {write.value(self.limit, self.unit)}"


@dataclass(frozen=True, kw_only=True)
class Meter(Chart):
    """Gauges, one below the other.

    Attributes:
        gauges: What is measured, in the order given.

    >>> Meter(title="Badge", gauges=[Gauge(name="rate", value=0.8, limit=0.9, n=20)]).rows().rows
    (('rate', '80.0%', '≥ 90.0%', '', '20'),)
    """

    gauges: Sequence[Gauge]

    def __post_init__(self) -> None:
        """Make the sequence fixed."""
        super().__post_init__()
        self._set("gauges", tuple(self.gauges))

    @property
    def is_empty(self) -> bool:
        """Whether no gauge has a value."""
        return all(gauge.value is None for gauge in self.gauges)

    def rows(self, language: str = "en") -> Rows:
        """Return one row per gauge."""
        write = Formatter(language)
        names = ("category", "value", "limit", "verdict", "n")
        return Rows(
            tuple(word(name, language) for name in names),
            tuple(
                (
                    gauge.name,
                    write.value(gauge.value, gauge.unit),
                    gauge.limit_text(write),
                    gauge.verdict,
                    write.count(gauge.n),
                )
                for gauge in self.gauges
            ),
        )

    def summary(self, language: str = "en") -> str:
        """Return every value with its limit and verdict."""
        write = Formatter(language)
        return " ".join(gauge_title(gauge, write) + "." for gauge in self.gauges)


def gauge_title(gauge: Gauge, write: Formatter) -> str:
    """Return what one gauge says: its value, limit, n and verdict."""
    value = (
        word("missing", write.language)
        if gauge.value is None
        else write.value(gauge.value, gauge.unit)
    )
    said = f"{gauge.name}: {value} ({gauge.limit_text(write)}"
    said += f", n {write.count(gauge.n)})" if gauge.n is not None else ")"
    return f"{said}, {gauge.verdict}" if gauge.verdict else said
