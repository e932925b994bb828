"""Bars: one value per category, with its interval, its n and what it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convocommerce.charts.base import MOST, Chart, Rows, at, extremes, number, numbers, same_length
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter


@dataclass(frozen=True, kw_only=True)
class Bars(Chart):
    """One bar per category, in the order given.

    Attributes:
        categories: The name of each bar.
        values: The length of each bar, in ``unit``.
        low: Lower end of each value's interval; empty when there are none.
        high: Upper end of each value's interval; empty when there are none.
        n: How many each value rests on; empty when unknown.
        comparison: What each value is compared with, such as the period before.
        comparison_label: What the comparison is.
        reference: One value that all bars are held against, such as a target.
        reference_label: What the reference is.
        category_label: What the categories are; heads the first column of the table.
        value_label: What the values are; heads their column.
        most: How many bars are drawn, those that rest on most; null draws all. The table
            holds all in any case.

    Raises:
        UsageError: A column does not have one value per category.
        UnknownNameError: The unit does not exist.

    >>> Bars(title="Sold", categories=["ad", "link"], values=[3, None]).rows().rows
    (('ad', '3'), ('link', '–'))
    """

    categories: Sequence[str]
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    n: Sequence[float | None] = ()
    comparison: Sequence[float | None] = ()
    comparison_label: str = ""
    reference: float | None = None
    reference_label: str = ""
    category_label: str = ""
    value_label: str = ""
    most: int | None = MOST

    def __post_init__(self) -> None:
        """Make the columns uniform and check their lengths."""
        super().__post_init__()
        self._set("categories", tuple(str(name) for name in self.categories))
        for name in ("values", "low", "high", "n", "comparison"):
            self._set(name, numbers(getattr(self, name)))
        self._set("reference", number(self.reference))
        count = len(self.categories)
        if len(self.values) != count:
            same_length("categories", count, values=self.values or (None,) * (count + 1))
        same_length(
            "categories", count, low=self.low, high=self.high, n=self.n, comparison=self.comparison
        )

    @property
    def is_empty(self) -> bool:
        """Whether no bar has a value."""
        return all(value is None for value in self.values)

    def rows(self, language: str = "en") -> Rows:
        """Return one row per category."""
        write = Formatter(language)
        headings = [
            self.category_label or word("category", language),
            self.value_label or word("value", language),
        ]
        columns = [list(self.categories), [write.value(v, self.unit) for v in self.values]]
        if self.low or self.high:
            headings.append(word("interval", language))
            columns.append(
                [
                    write.interval(at(self.low, i), at(self.high, i), self.unit)
                    for i in range(len(self.values))
                ]
            )
        if self.n:
            headings.append(word("n", language))
            columns.append([write.count(n) for n in self.n])
        if self.comparison:
            headings.append(self.comparison_label or word("comparison", language))
            columns.append([write.value(v, self.unit) for v in self.comparison])
        return Rows(tuple(headings), tuple(zip(*columns, strict=True)))

    def summary(self, language: str = "en") -> str:
        """Return how many bars there are and which are highest and lowest."""
        known = extremes(self.categories, self.values, self.unit, language)
        return f"{word('bars', language, k=len(self.categories))} {known}"
