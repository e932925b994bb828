"""What a page is made of: figures, cells and blocks, free of how they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from convocommerce.charts import Chart
from convocommerce.measuring import Row


@dataclass(frozen=True)
class Figure:
    """One number on the page, with all that says which one it is.

    Attributes:
        row: The number itself, its interval and what it rests on.
        period: Name of the period it is about.
        group: The columns it is cut by, with their values.
        options: The choices made for the metric's options.
        compared_with: Name of the other period, when the number is a difference.
    """

    row: Row
    period: str
    group: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    compared_with: str | None = None

    def record(self, section: str) -> dict[str, Any]:
        """Return it as one plain record."""
        return {
            "section": section,
            "metric": self.row.metric,
            "statistic": self.row.statistic,
            "options": dict(self.options),
            "group": dict(self.group),
            "period": self.period,
            "compared_with": self.compared_with,
            "unit": self.row.unit,
            "value": self.row.value,
            "low": self.row.low,
            "high": self.row.high,
            "n": self.row.n,
            "n_open": self.row.n_open,
        }


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: What it says.
        below: Smaller lines under it: interval, n.
        figure: The number it shows, if it shows one.
        is_quiet: It says why there is no number.
    """

    text: str
    below: tuple[str, ...] = ()
    figure: Figure | None = None
    is_quiet: bool = False


@dataclass(frozen=True)
class Text:
    """A paragraph; ``note`` is a quiet one, ``call`` one to notice."""

    kind: ClassVar[str] = "text"
    text: str
    tone: str = "plain"


@dataclass(frozen=True)
class TableBlock:
    """A table whose first column names the rows.

    Attributes:
        title: What it shows.
        headings: One per column.
        rows: Cells, one per heading.
        note: What must be known to read it.
        is_dense: It has many narrow columns.
    """

    kind: ClassVar[str] = "table"
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    is_dense: bool = False


@dataclass(frozen=True)
class ChartBlock:
    """A picture and the table of what it shows, which may stand open beneath it."""

    kind: ClassVar[str] = "chart"
    chart: Chart
    table: TableBlock
    is_open: bool = False


@dataclass(frozen=True)
class Tile:
    """One headline figure.

    Attributes:
        title: What it is.
        now: The figure and how it is written.
        before: The same a week before; null when it is not compared.
        change: The difference; null when it is not compared.
        verdict: In words: beyond noise or within, or why it is not compared.
        tone: ``better``, ``worse``, ``changed`` or ``quiet``.
        names: The names of the three lines: now, last week, difference.
    """

    title: str
    now: Cell
    before: Cell | None
    change: Cell | None
    verdict: str
    tone: str
    names: tuple[str, str]


@dataclass(frozen=True)
class Strip:
    """The headline figures, side by side."""

    kind: ClassVar[str] = "strip"
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Facts:
    """Names and what belongs to them: dates, rules, definitions, limits."""

    kind: ClassVar[str] = "facts"
    entries: tuple[tuple[str, tuple[str, ...]], ...]
    is_long: bool = False
    title: str = ""


Block = Text | TableBlock | ChartBlock | Strip | Facts


@dataclass(frozen=True)
class Section:
    """A part of the page with a title."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """Everything a page says, in one language.

    Attributes:
        language: ``en`` or ``nl``.
        title: What stands on top.
        subtitle: The days it is about, with their zone.
        words: The few words of the frame around the blocks.
        sections: Its parts, in order.
    """

    language: str
    title: str
    subtitle: str
    words: Mapping[str, str]
    sections: tuple[Section, ...]

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """Give every number on the page with the name of its section, in reading order."""
        for section in self.sections:
            for block in section.blocks:
                for cell in _cells(block):
                    if cell.figure is not None:
                        yield section.name, cell.figure


def _cells(block: Block) -> Iterator[Cell]:
    match block:
        case Strip():
            for tile in block.tiles:
                yield from (one for one in (tile.now, tile.before, tile.change) if one)
        case TableBlock():
            for row in block.rows:
                yield from row
        case ChartBlock():
            yield from _cells(block.table)
        case Text() | Facts():
            return
