"""One section of a report by itself, for a notebook or a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from convocommerce.charts import Picture, to_svg
from convocommerce.charts.text import clean
from convocommerce.reports.blocks import ChartBlock, Facts, Section, Strip, TableBlock, Text
from convocommerce.reports.cutting import left_out, shown_rows
from convocommerce.reports.mail import headline_rows
from convocommerce.results.labels import aligned

_CELL = "text-align:right;vertical-align:top;padding:4px 12px"
_FIRST = "text-align:left;vertical-align:top;padding:4px 12px"
_SMALL = "font-size:85%;opacity:.75"


@dataclass(frozen=True, repr=False)
class Part:
    """A section of a report: its words, pictures and tables, as on the page.

    Attributes:
        section: What it says.
        language: The language it is written in.
    """

    section: Section
    language: str

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures of the section, each by itself."""
        charts = (one.chart for one in self.section.blocks if isinstance(one, ChartBlock))
        return tuple(Picture(chart, self.language) for chart in charts)

    def __str__(self) -> str:
        return "\n\n".join((self.section.title, *self._texts()))

    __repr__ = __str__

    def _texts(self) -> Iterator[str]:
        for block in self.section.blocks:
            match block:
                case Text():
                    yield clean(block.text)
                case ChartBlock():
                    yield _text_of(block.table, self.language)
                case TableBlock():
                    yield _text_of(block, self.language)
                case Strip():
                    headings, rows = headline_rows(self.language, block)
                    yield aligned([headings, *rows])
                case Facts():
                    yield "\n".join(
                        f"{clean(name)}: {clean('; '.join(texts))}" for name, texts in block.entries
                    )

    def _repr_html_(self) -> str:
        title = escape(self.section.title)
        return f'<div><h3 style="margin-bottom:4px">{title}</h3>{"".join(self._elements())}</div>'

    def _elements(self) -> Iterator[str]:
        for block in self.section.blocks:
            match block:
                case Text():
                    style = _SMALL if block.tone == "note" else ""
                    yield f'<p style="max-width:60em;{style}">{escape(block.text)}</p>'
                case ChartBlock():
                    yield f'<div style="max-width:52em">{to_svg(block.chart, self.language)}</div>'
                    told = _html_of(block.table, self.language)
                    name = escape(block.table.title)
                    yield f"<details><summary>{name}</summary>{told}</details>"
                case TableBlock():
                    yield f"<h4>{escape(block.title)}</h4>{_html_of(block, self.language)}"
                case Strip():
                    headings, rows = headline_rows(self.language, block)
                    yield _table(headings, [[escape(cell) for cell in row] for row in rows])
                case Facts():
                    rows = [
                        [escape(name), "<br>".join(escape(text) for text in texts)]
                        for name, texts in block.entries
                    ]
                    yield _table([], rows)


def _text_of(table: TableBlock, language: str) -> str:
    rows = [[" ".join((cell.text, *cell.below)) for cell in row] for row in shown_rows(table)]
    told = aligned([list(table.headings), *rows])
    return "\n".join(
        one for one in (table.title, told, left_out(table, language), table.note) if one
    )


def _html_of(table: TableBlock, language: str) -> str:
    rows = [
        [
            escape(cell.text)
            + "".join(f'<div style="{_SMALL}">{escape(line)}</div>' for line in cell.below)
            for cell in row
        ]
        for row in shown_rows(table)
    ]
    texts = filter(None, (left_out(table, language), table.note))
    note = "".join(f'<p style="{_SMALL};max-width:60em">{escape(text)}</p>' for text in texts)
    return _table(list(table.headings), rows) + note


def _table(headings: list[str], rows: list[list[str]]) -> str:
    """Return a table; its headings are text, its cells markup that is made here."""
    head = "".join(f'<th style="{_CELL}">{escape(one)}</th>' for one in headings)
    body = "".join(
        "<tr>"
        f'<th style="{_FIRST}">{row[0]}</th>'
        + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
