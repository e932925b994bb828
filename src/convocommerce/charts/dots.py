"""Dots: one value per category with its interval, on an even axis or one of ratios."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from convocommerce.charts.base import MOST, Chart, Rows, at, extremes, number, numbers, same_length
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

_MOST_DOUBLINGS: Final = 6


@dataclass(frozen=True, kw_only=True)
class Dots(Chart):
    """One dot per category with its interval, in the order given.

    A bar's length is measured from zero; a dot only has a place, so dots are for ratios and
    differences, where zero is no beginning.

    Attributes:
        categories: The name of each dot.
        values: Where each dot lies, in ``unit``.
        low: Lower end of each value's interval; None where it is open on that side.
        high: Upper end of each value's interval; None where it is open on that side.
        n: How many each value rests on; empty when unknown.
        is_log: Equal ratios look equal; what is not above 0 then lies beyond the axis.
        base: The value of no difference, drawn as one line: 1 for ratios, 0 for differences.
        base_label: What the base is.
        reference: One value that all dots are held against, such as a claim.
        reference_label: What the reference is.
        category_label: What the categories are; heads the first column of the table.
        value_label: What the values are; heads their column.
        is_difference: The values are differences: written with their sign, of shares in points.
        most: How many dots are drawn, those that rest on most; null draws all. The table
            holds all in any case.

    Raises:
        UsageError: A column does not have one value per category.
        UnknownNameError: The unit does not exist.

    >>> Dots(title="Ratio", unit="number", categories=["naive"], values=[2.5]).rows().rows
    (('naive', '2.5'),)
    """

    categories: Sequence[str]
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    n: Sequence[float | None] = ()
    is_log: bool = False
    base: float | None = None
    base_label: str = ""
    reference: float | None = None
    reference_label: str = ""
    category_label: str = ""
    value_label: str = ""
    is_difference: bool = False
    most: int | None = MOST

    def __post_init__(self) -> None:
        """Make the columns uniform and check their lengths."""
        super().__post_init__()
        self._set("categories", tuple(str(name) for name in self.categories))
        for name in ("values", "low", "high", "n"):
            self._set(name, numbers(getattr(self, name)))
        for name in ("base", "reference"):
            self._set(name, number(getattr(self, name)))
        count = len(self.categories)
        if len(self.values) != count:
            same_length("categories", count, values=self.values or (None,) * (count + 1))
        same_length("categories", count, low=self.low, high=self.high, n=self.n)

    @property
    def is_empty(self) -> bool:
        """Whether no dot has a value."""
        return all(value is None for value in self.values)

    def rows(self, language: str = "en") -> Rows:
        """Return one row per category."""
        write = Formatter(language)
        headings = [
            self.category_label or word("category", language),
            self.value_label or word("value", language),
        ]
        columns = [list(self.categories), [self.text(v, write) for v in self.values]]
        if self.low or self.high:
            headings.append(word("interval", language))
            ends = range(len(self.values))
            columns.append([self.interval(i, write) for i in ends])
        if self.n:
            headings.append(word("n", language))
            columns.append([write.count(n) for n in self.n])
        return Rows(tuple(headings), tuple(zip(*columns, strict=True)))

    def interval(self, i: int, write: Formatter) -> str:
        """Write the interval of one dot, nothing known as a dash."""
        low, high = at(self.low, i), at(self.high, i)
        if not self.is_difference or low is None or high is None:
            return write.interval(low, high, self.unit)
        return word(
            "between", write.language, low=self.text(low, write), high=self.text(high, write)
        )

    def text(self, value: float | None, write: Formatter) -> str:
        """Write one value, a difference with its sign."""
        return (write.signed if self.is_difference else write.value)(value, self.unit)

    def summary(self, language: str = "en") -> str:
        """Return how many dots there are, which are highest and lowest, and the reference."""
        write = Formatter(language)
        known = extremes(self.categories, self.values, self.unit, language, self.text)
        said = f"{word('dots', language, k=len(self.categories))} {known}"
        if self.reference is None:
            return said
        label = self.reference_label or word("reference", language)
        return f"{said} {label}: {self.text(self.reference, write)}."

    def ticks(self) -> list[float]:
        """Return round ticks that enclose the dots; the first and last are the axis' ends."""
        from convocommerce.charts.scale import axis_ticks

        every = (*self.values, *self.low, *self.high, self.base, self.reference)
        known = [value for value in every if value is not None]
        if not self.is_log:
            return axis_ticks(known, self.unit)
        return ratio_ticks([value for value in known if value > 0])


def ratio_ticks(values: Sequence[float]) -> list[float]:
    """Return ticks by doublings, or by tens where those are many, that enclose the values.

    >>> ratio_ticks([0.7, 3.8]), ratio_ticks([0.02, 40])
    ([0.5, 1.0, 2.0, 4.0], [0.01, 0.1, 1.0, 10.0, 100.0])
    """
    low, high = min(values, default=1.0), max(values, default=1.0)
    if high < low * 2:
        low, high = low / 2**0.5, high * 2**0.5
    step = 2.0
    if math.log2(high / low) > _MOST_DOUBLINGS:
        step = 10.0
    first = math.floor(math.log(low, step) + 1e-9)
    last = math.ceil(math.log(high, step) - 1e-9)
    return [round(step**k, 9) for k in range(first, last + 1)]
