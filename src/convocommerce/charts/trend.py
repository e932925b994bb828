"""Trend: one or more lines over periods, with bands, targets and an unfinished last period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from convocommerce.charts.base import Chart, Rows, at, number, numbers, same_length
from convocommerce.charts.words import word
from convocommerce.errors import UnknownNameError
from convocommerce.formatting import Formatter

GRAINS = ("day", "week", "month")
"""The periods that a date on the axis can stand for."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line.

    Attributes:
        name: What the line is.
        values: One value per period; a missing one is a gap in the line.
        low: Lower end of each value's interval; empty when there are none.
        high: Upper end of each value's interval; empty when there are none.
        n: How many each value rests on; empty when unknown.
    """

    name: str
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    n: Sequence[float | None] = ()

    def __post_init__(self) -> None:
        """Make the columns uniform and check their lengths."""
        for name in ("values", "low", "high", "n"):
            object.__setattr__(self, name, numbers(getattr(self, name)))
        same_length("values", len(self.values), low=self.low, high=self.high, n=self.n)


@dataclass(frozen=True, kw_only=True)
class Trend(Chart):
    """Lines over equally spaced periods. Give every period, with None where nothing is known.

    Attributes:
        x: The periods in order: first days as dates, or labels as text.
        series: The lines.
        grain: What a date in ``x`` stands for: ``"day"``, ``"week"`` or ``"month"``.
        is_partial: The last period is not complete, so its value may still move.
        target: A value to reach, drawn as one level line.
        target_label: What the target is.
        usual: Lowest and highest value of the usual range, drawn as one level band.
        usual_label: What the band is.

    Raises:
        UsageError: A series does not have one value per period.
        UnknownNameError: The unit or the grain does not exist.

    >>> line = Series(name="messenger", values=[0.5, 0.6], n=[10, 20])
    >>> Trend(title="Answered", unit="share", x=["May", "June"], series=[line]).rows().rows
    (('May', '50.0%', '10'), ('June', '60.0%', '20'))
    """

    x: Sequence[date | str]
    series: Sequence[Series]
    grain: str = "week"
    is_partial: bool = False
    target: float | None = None
    target_label: str = ""
    usual: tuple[float, float] | None = None
    usual_label: str = ""

    def __post_init__(self) -> None:
        """Make the columns uniform and check their lengths."""
        super().__post_init__()
        if self.grain not in GRAINS:
            raise UnknownNameError("grain", self.grain, GRAINS)
        self._set("x", tuple(self.x))
        self._set("series", tuple(self.series))
        self._set("target", number(self.target))
        if self.usual is not None and None in numbers(self.usual):
            self._set("usual", None)
        for line in self.series:
            same_length("periods", len(self.x), values=line.values)

    @property
    def is_empty(self) -> bool:
        """Whether no line has a value."""
        return all(value is None for line in self.series for value in line.values)

    def labels(self, language: str = "en", *, short: bool = False) -> list[str]:
        """Return how each period is called.

        Args:
            language: ``"en"`` or ``"nl"``.
            short: For an axis, where ``week 10, 2026`` becomes ``wk 10``.
        """
        return [self._label(x, Formatter(language), short) for x in self.x]

    def rows(self, language: str = "en") -> Rows:
        """Return one row per period, with value, interval and n of every line."""
        write = Formatter(language)
        headings = [word("period", language)]
        columns = [self.labels(language)]
        for line in self.series:
            headings.append(line.name)
            columns.append([write.value(v, self.unit) for v in line.values])
            if line.low or line.high:
                headings.append(word("interval", language))
                columns.append(
                    [
                        write.interval(at(line.low, i), at(line.high, i), self.unit)
                        for i in range(len(line.values))
                    ]
                )
            if line.n:
                headings.append(word("n", language))
                columns.append([write.count(n) for n in line.n])
        if not self.x:
            return Rows(tuple(headings), ())
        if self.is_partial:
            columns[0][-1] += f" ({word('partial mark', language)})"
        full = [column or [write.value(None, self.unit)] * len(self.x) for column in columns]
        return Rows(tuple(headings), tuple(zip(*full, strict=True)))

    def summary(self, language: str = "en") -> str:
        """Return which lines there are, where each ends, and whether the last is complete."""
        write = Formatter(language)
        names = ", ".join(line.name for line in self.series)
        said = [word("trend", language, k=len(self.x), names=names)]
        for line in self.series:
            known = [value for value in line.values if value is not None]
            if known:
                last = write.value(known[-1], self.unit)
                said.append(word("ends", language, name=line.name, value=last))
        if self.is_partial:
            said.append(word("partial", language))
        return " ".join(said)

    def _label(self, x: date | str, write: Formatter, short: bool) -> str:
        if not isinstance(x, date):
            return str(x)
        if self.grain == "week":
            return f"wk {x.isocalendar().week}" if short else write.week(x)
        if self.grain == "month":
            return write.month(x)
        return write.day(x) if short else write.date(x)
