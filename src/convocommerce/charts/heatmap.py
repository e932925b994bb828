"""Heat map: weekday by hour, where a cell without data never looks like a cell with zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convocommerce.charts.base import Chart, Rows, extremes, numbers
from convocommerce.charts.words import word
from convocommerce.errors import UsageError
from convocommerce.formatting import Formatter


@dataclass(frozen=True, kw_only=True)
class HeatMap(Chart):
    """A grid of values; without labels of its own it is a week, Monday first, by hour.

    Attributes:
        values: One sequence per row, one value per column; a missing value is an empty cell.
        n: How many each value rests on, in the same shape; empty when unknown.
        row_labels: Names of the rows; seven rows without names are weekdays.
        column_labels: Names of the columns; without names they are numbered from 00.
        row_heading: What the rows are; heads the first column of the table.
        missing_label: Why a cell is empty, in a word or two; that there is no data when left out.

    Raises:
        UsageError: Rows of different length, or labels or ``n`` of another shape.
        UnknownNameError: The unit does not exist.

    >>> HeatMap(title="Arrivals", values=[[0, None]], row_labels=["Mon"]).rows()
    Rows(headings=('Day', '00', '01'), rows=(('Mon', '0', '–'),))
    """

    values: Sequence[Sequence[float | None]]
    n: Sequence[Sequence[float | None]] = ()
    row_labels: Sequence[str] = ()
    column_labels: Sequence[str] = ()
    row_heading: str = ""
    missing_label: str = ""

    def __post_init__(self) -> None:
        """Make the grids uniform and check their shapes."""
        super().__post_init__()
        self._set("values", tuple(numbers(row) for row in self.values))
        self._set("n", tuple(numbers(row) for row in self.n))
        self._set("row_labels", tuple(map(str, self.row_labels)))
        self._set("column_labels", tuple(map(str, self.column_labels)))
        widths = {len(row) for row in self.values}
        if len(widths) > 1:
            raise UsageError(f"rows of a heat map have different lengths: {sorted(widths)}")
        if self.n and [len(row) for row in self.n] != [len(row) for row in self.values]:
            raise UsageError("n of a heat map must have the shape of its values")
        for name, labels, size in (
            ("row_labels", self.row_labels, len(self.values)),
            ("column_labels", self.column_labels, max(widths, default=0)),
        ):
            if labels and len(labels) != size:
                raise UsageError(f"{name} has {len(labels)} names for {size}")

    @property
    def is_empty(self) -> bool:
        """Whether no cell has a value."""
        return all(value is None for row in self.values for value in row)

    def row_names(self, language: str = "en") -> list[str]:
        """Return the names of the rows in a language."""
        if self.row_labels:
            return list(self.row_labels)
        if len(self.values) == 7:
            return [Formatter(language).weekday(day) for day in range(7)]
        return [str(i + 1) for i in range(len(self.values))]

    def column_names(self) -> list[str]:
        """Return the names of the columns."""
        width = len(self.values[0]) if self.values else 0
        return list(self.column_labels) or [f"{i:02d}" for i in range(width)]

    def missing(self, language: str = "en") -> str:
        """Return what an empty cell is called."""
        return self.missing_label or word("missing", language)

    def rows(self, language: str = "en") -> Rows:
        """Return the grid as a table."""
        write = Formatter(language)
        table = tuple(
            (name, *(write.value(value, self.unit) for value in row))
            for name, row in zip(self.row_names(language), self.values, strict=True)
        )
        heading = self.row_heading or word("day", language)
        return Rows((heading, *self.column_names()), table)

    def summary(self, language: str = "en") -> str:
        """Return the size of the grid and its highest and lowest cells."""
        columns = self.column_names()
        names = [f"{row} {column}" for row in self.row_names(language) for column in columns]
        flat = [value for row in self.values for value in row]
        size = word(
            "heat",
            language,
            rows=len(self.values),
            columns=len(columns),
            missing=sum(value is None for value in flat),
        )
        return f"{size} {extremes(names, flat, self.unit, language)}"
