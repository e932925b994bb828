"""Stacks: what wholes consist of, one level bar each, its parts in the same order everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convocommerce.charts.base import MOST, Chart, Rows, numbers, same_length
from convocommerce.charts.words import word
from convocommerce.errors import UsageError
from convocommerce.formatting import Formatter


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of every whole.

    Attributes:
        name: What the part is.
        values: Its size in each category; None where it is not known or not shown.
    """

    name: str
    values: Sequence[float | None]

    def __post_init__(self) -> None:
        """Make the values uniform."""
        object.__setattr__(self, "values", numbers(self.values))


@dataclass(frozen=True, kw_only=True)
class Stacks(Chart):
    """One level bar per category, cut into parts that add up.

    Attributes:
        categories: The name of each bar.
        parts: What every bar consists of, at most six.
        has_rest: The last part is what is left over, and is drawn in quiet grey.
        n: How many each whole rests on; empty when unknown.
        category_label: What the categories are; heads the first column of the table.
        most: How many bars are drawn, those that rest on most; null draws all. The table
            holds all in any case.

    Raises:
        UsageError: A part lacks values or has one below 0, or there are more than six.
        UnknownNameError: The unit does not exist.

    >>> parts = [Part(name="linked", values=[0.8]), Part(name="not", values=[0.2])]
    >>> Stacks(title="Orders", unit="share", categories=["all"], parts=parts).rows().rows
    (('all', '80.0%', '20.0%'),)
    """

    categories: Sequence[str]
    parts: Sequence[Part]
    n: Sequence[float | None] = ()
    category_label: str = ""
    has_rest: bool = True
    most: int | None = MOST

    def __post_init__(self) -> None:
        """Make the columns uniform and check them."""
        super().__post_init__()
        self._set("categories", tuple(str(name) for name in self.categories))
        self._set("parts", tuple(self.parts))
        self._set("n", numbers(self.n))
        count = len(self.categories)
        same_length("categories", count, n=self.n)
        if len(self.parts) > 6:
            raise UsageError(f"a bar of {len(self.parts)} parts cannot be read; give at most 6")
        for part in self.parts:
            if len(part.values) != count:
                raise UsageError(
                    f"part {part.name!r} has {len(part.values)} values and there are {count} "
                    "categories; give one for each"
                )
            if any(value is not None and value < 0 for value in part.values):
                raise UsageError(
                    f"part {part.name!r} has a value below 0, which no bar can be made of; "
                    "leave it out or show it in a table"
                )

    @property
    def is_empty(self) -> bool:
        """Whether there is not a single part above 0 to draw."""
        return not any(value for part in self.parts for value in part.values)

    def rows(self, language: str = "en") -> Rows:
        """Return one row per category, one column per part, then n."""
        write = Formatter(language)
        headings = [self.category_label or word("category", language)]
        columns: list[list[str]] = [list(self.categories)]
        for part in self.parts:
            headings.append(part.name)
            columns.append([write.value(value, self.unit) for value in part.values])
        if self.n:
            headings.append(word("n", language))
            columns.append([write.count(n) for n in self.n])
        return Rows(tuple(headings), tuple(zip(*columns, strict=True)))

    def summary(self, language: str = "en") -> str:
        """Return what each bar consists of."""
        write = Formatter(language)
        said = [word("stacks", language, k=len(self.categories))]
        for i, name in enumerate(self.categories):
            told = ", ".join(
                f"{part.name} {write.value(part.values[i], self.unit)}" for part in self.parts
            )
            said.append(f"{name}: {told}.")
        return " ".join(said)
