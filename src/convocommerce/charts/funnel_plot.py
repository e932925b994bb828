"""Funnel plots: shares against how many they rest on, with what chance alone would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convocommerce.charts.base import Chart, Rows, number, numbers
from convocommerce.charts.words import word
from convocommerce.errors import UsageError
from convocommerce.formatting import Formatter


@dataclass(frozen=True, kw_only=True)
class Point:
    """One of those compared.

    Attributes:
        name: Who or what it is.
        n: How many its share rests on.
        value: Its own share; None where it is not known.
        estimate: What its share is held to be, all others considered; None without one.
        low: Lower end of the estimate's interval.
        high: Upper end of it.
    """

    name: str
    n: float
    value: float | None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        """Make the values uniform."""
        for name in ("value", "estimate", "low", "high"):
            object.__setattr__(self, name, number(getattr(self, name)))


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Between which shares chance alone stays, by how many they rest on.

    Attributes:
        name: How many stay between them, such as ``95%``.
        n: How many a share rests on, ascending.
        low: The lower limit at each of them.
        high: The upper limit.

    Raises:
        UsageError: A column is longer or shorter than ``n``.
    """

    name: str
    n: Sequence[float]
    low: Sequence[float | None]
    high: Sequence[float | None]

    def __post_init__(self) -> None:
        """Make the columns uniform and check their lengths."""
        for name in ("n", "low", "high"):
            object.__setattr__(self, name, numbers(getattr(self, name)))
        if not len(self.n) == len(self.low) == len(self.high):
            raise UsageError(f"limits {self.name!r} need one low and one high for each n")


@dataclass(frozen=True, kw_only=True)
class FunnelPlot(Chart):
    """Shares of several groups between the limits of chance; no order is made of them.

    Attributes:
        points: Those compared.
        limits: The limits, the narrowest first.
        centre: The share of all together, which the limits lie around.
        centre_label: What it is.
        value_label: What the shares are.
        estimate_label: What the estimates are.
        n_label: What the shares rest on; stands under the axis.

    >>> points = [Point(name="a", n=40, value=0.5, estimate=0.45, low=0.3, high=0.6)]
    >>> FunnelPlot(title="Quick answers", points=points).rows().rows
    (('a', '50.0%', '45.0%', '(30.0–60.0%)', '40'),)
    """

    points: Sequence[Point]
    limits: Sequence[Limits] = ()
    centre: float | None = None
    centre_label: str = ""
    value_label: str = ""
    estimate_label: str = ""
    n_label: str = ""
    unit: str = "share"

    def __post_init__(self) -> None:
        """Make the sequences fixed."""
        super().__post_init__()
        self._set("points", tuple(self.points))
        self._set("limits", tuple(self.limits))
        self._set("centre", number(self.centre))

    @property
    def is_empty(self) -> bool:
        """Whether there is not a single share."""
        return all(point.value is None for point in self.points)

    @property
    def has_estimates(self) -> bool:
        """Whether any point has an estimate."""
        return any(point.estimate is not None for point in self.points)

    def rows(self, language: str = "en") -> Rows:
        """Return one row per point, in the order given."""
        write = Formatter(language)
        headings = [word("category", language), self.value_label or word("value", language)]
        columns = [
            [point.name for point in self.points],
            [write.value(point.value, self.unit) for point in self.points],
        ]
        if self.has_estimates:
            headings += [
                self.estimate_label or word("estimate", language),
                word("interval", language),
            ]
            columns += [
                [write.value(point.estimate, self.unit) for point in self.points],
                [write.interval(point.low, point.high, self.unit) for point in self.points],
            ]
        headings.append(word("n", language))
        columns.append([write.count(point.n) for point in self.points])
        return Rows(tuple(headings), tuple(zip(*columns, strict=True)))

    def summary(self, language: str = "en") -> str:
        """Return how many there are and every one's share; nobody is called the best."""
        write = Formatter(language)
        said = [word("funnel plot", language, k=len(self.points))]
        said += [point_text(self, point, write) + "." for point in self.points]
        return " ".join(said)


def point_text(chart: FunnelPlot, point: Point, write: Formatter) -> str:
    """Return what one point says: its share, its estimate with interval, and n."""
    said = f"{point.name}: {write.value(point.value, chart.unit)}"
    if point.estimate is not None:
        label = chart.estimate_label or word("estimate", write.language)
        said += (
            f", {label} {write.value(point.estimate, chart.unit)} "
            f"{write.interval(point.low, point.high, chart.unit)}"
        )
    return f"{said}, n {write.count(point.n)}"
