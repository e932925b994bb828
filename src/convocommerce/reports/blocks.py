"""What a page is made of: figures, cells and blocks, free of how they are drawn."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from convocommerce.charts import Chart, Trend
from convocommerce.measuring import Row
from convocommerce.reports.options import Brand


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
            "beyond": self.row.beyond,
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
    """A paragraph; ``note`` is a quiet one, ``call`` one to notice, ``lead`` what matters most.

    Attributes:
        text: What it says.
        tone: ``plain``, ``note``, ``call`` or ``lead``.
        parts: The same in pieces, where some of them are figures; empty when none is.
    """

    kind: ClassVar[str] = "text"
    text: str
    tone: str = "plain"
    parts: tuple[str | Cell, ...] = ()


def told(template: str, /, **cells: str | Cell | Text) -> Text:
    """Return a sentence with figures in it.

    Args:
        template: The sentence, with a name in braces for each figure or word to be put in.
        **cells: What is put in; each figure keeps what it rests on.

    >>> told("It is {share}.", share=Cell("12%", ("n = 50",))).text
    'It is 12% (n = 50).'
    """
    parts: list[str | Cell] = []
    for before, name, _, _ in string.Formatter().parse(template):
        parts += [before] if before else []
        one = cells[name] if name is not None else ""
        parts += one.parts or (one.text,) if isinstance(one, Text) else [one]
    return joined(parts)


def listed(texts: Iterable[Text]) -> Text:
    """Return clauses as one, with semicolons between them."""
    parts: list[str | Cell] = []
    for one in texts:
        parts += [*(["; "] if parts else []), *(one.parts or (one.text,))]
    return joined(parts)


def joined(parts: Iterable[str | Cell], tone: str = "lead") -> Text:
    """Return pieces of text and figures as one paragraph."""
    pieces = tuple(one for one in parts if one != "")
    return Text("".join(_spelled(one) for one in pieces), tone, pieces)


def _spelled(piece: str | Cell) -> str:
    """Return a piece of a sentence as text, a figure with its interval and n."""
    if isinstance(piece, str):
        return piece
    return f"{piece.text} ({', '.join(piece.below)})" if piece.below else piece.text


@dataclass(frozen=True)
class TableBlock:
    """A table whose first column names the rows.

    Attributes:
        title: What it shows.
        headings: One per column.
        rows: Cells, one per heading.
        note: What must be known to read it.
        is_dense: It has many narrow columns.
        is_folded: It is shown when asked for.
        is_dated: Its rows are days, the newest last.
    """

    kind: ClassVar[str] = "table"
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    is_dense: bool = False
    is_folded: bool = False
    is_dated: bool = False


@dataclass(frozen=True)
class ChartBlock:
    """A picture and the table of what it shows, which may stand open beneath it."""

    kind: ClassVar[str] = "chart"
    chart: Chart
    table: TableBlock
    is_open: bool = False


@dataclass(frozen=True)
class Target:
    """What a headline figure should reach.

    Attributes:
        text: The target and whether it is met, in words.
        is_met: Whether it is; null when there is no figure to tell it by.
    """

    text: str
    is_met: bool | None


@dataclass(frozen=True)
class Tile:
    """One headline figure.

    Attributes:
        title: What it is.
        now: The figure and how it is written.
        before: The same in the days compared with; null when it is not compared.
        change: The difference; null when it is not compared.
        verdict: In words: beyond noise or within, or why it is not compared.
        tone: ``better``, ``worse``, ``changed`` or ``quiet``.
        names: The names of the lines: before, and difference.
        meaning: The place on the page that says what it means.
        target: What it should reach, where that is chosen.
        history: Its last weeks.
        usual: In words: between which values it usually lies, and whether it does now.
    """

    title: str
    now: Cell
    before: Cell | None
    change: Cell | None
    verdict: str
    tone: str
    names: tuple[str, str]
    meaning: str = ""
    target: Target | None = None
    history: Trend | None = None
    usual: Cell | None = None


@dataclass(frozen=True)
class Strip:
    """The headline figures, side by side."""

    kind: ClassVar[str] = "strip"
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Facts:
    """Names and what belongs to them: dates, rules, definitions, limits.

    Attributes:
        entries: The names, each with its texts.
        is_long: The texts are several and long.
        title: What they are about.
        anchors: A place on the page for each name, to link to; empty when there are none.
    """

    kind: ClassVar[str] = "facts"
    entries: tuple[tuple[str, tuple[str, ...]], ...]
    is_long: bool = False
    title: str = ""
    anchors: tuple[str, ...] = ()


Block = Text | TableBlock | ChartBlock | Strip | Facts


@dataclass(frozen=True)
class Section:
    """A part of the page with a title.

    Attributes:
        name: Its place on the page.
        title: What it is about.
        blocks: What it consists of.
        is_folded: It is shown when asked for, and in print.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]
    is_folded: bool = False


@dataclass(frozen=True)
class Page:
    """Everything a page says, in one language.

    Attributes:
        language: ``en`` or ``nl``.
        title: What stands on top.
        subtitle: The days it is about, with their zone.
        words: The few words of the frame around the blocks.
        sections: Its parts, in order.
        business: Whose page it is.
        lines: What must be known of it: as-of, how far the data reach, and its number.
        brand: How the business looks.
        build: The hash of all that it was made from.
        definitions: What its metrics and rules mean, as hashes and values, for the next page.
        why_empty: Why it has no figures of these days, in full sentences; empty where it has.
    """

    language: str
    title: str
    subtitle: str
    words: Mapping[str, str]
    sections: tuple[Section, ...]
    business: str = ""
    lines: tuple[str, ...] = ()
    brand: Brand = field(default_factory=Brand)
    build: str = ""
    definitions: Mapping[str, Any] = field(default_factory=dict)
    why_empty: tuple[str, ...] = ()

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
                shown = (tile.now, tile.before, tile.change, tile.usual)
                yield from (one for one in shown if one)
        case TableBlock():
            for row in block.rows:
                yield from row
        case ChartBlock():
            yield from _cells(block.table)
        case Text():
            yield from (one for one in block.parts if isinstance(one, Cell))
        case Facts():
            return
