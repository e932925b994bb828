"""Picture: a chart that every viewer can show, as a figure, as SVG or as a table of text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from convocommerce.charts.interactive import to_plotly
from convocommerce.charts.svg import NARROW, to_svg
from convocommerce.charts.text import clean
from convocommerce.charts.theme import FONT, THEME_CSS
from convocommerce.errors import UsageError
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from convocommerce.charts.base import Chart

_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
_PAGE_CSS: Final = (
    f"body{{margin:0 auto;max-width:52rem;padding:1rem;background:var(--cc-ground);"
    f"color:var(--cc-ink);font:16px/1.5 {FONT}}}"
    ".narrow{display:none}"
    "@media screen and (max-width:34rem){.wide{display:none}.narrow{display:block}}"
    "details{margin-top:1.5rem;overflow-x:auto}table{border-collapse:collapse;font-size:.875rem}"
    "th,td{padding:.25rem .75rem;text-align:right;border-bottom:1px solid var(--cc-rule)}"
    "th:first-child,td:first-child{text-align:left;padding-left:0}"
)
_TABLE: Final = {"en": "The figures", "nl": "De cijfers"}


@dataclass(frozen=True)
class Picture:
    """A chart in one language, ready to be shown or saved.

    In a notebook it offers an interactive figure, a static picture and a table of text at once,
    so that something is seen in viewers that cannot draw the figure, too.

    Attributes:
        chart: The description drawn.
        language: ``"en"`` or ``"nl"``.

    >>> from convocommerce.charts import Bars
    >>> print(Picture(Bars(title="Sold", categories=["ad", "link"], values=[3, 12])))
    Sold
    Category  Value
    ad            3
    link         12
    """

    chart: Chart
    language: str = "en"

    def __post_init__(self) -> None:
        Formatter(self.language)

    @cached_property
    def figure(self) -> go.Figure:
        """The plotly figure; changes made to it are shown."""
        return to_plotly(self.chart, self.language)

    @cached_property
    def svg(self) -> str:
        """The static picture."""
        return to_svg(self.chart, self.language)

    def save(self, path: str | Path) -> Path:
        """Write the static picture to a file and return its path.

        Args:
            path: Ends in ``.svg`` for the picture alone, or in ``.html`` for a page that also
                holds the table, follows the reader's dark mode and fits a phone. Neither holds
                a script or fetches anything.

        Raises:
            UsageError: The file's ending is neither.
        """
        target = Path(path)
        match target.suffix.lower():
            case ".svg":
                text = '<?xml version="1.0" encoding="UTF-8"?>\n' + self.svg + "\n"
            case ".html" | ".htm":
                text = self._page()
            case other:
                raise UsageError(f"a picture cannot be saved as {other!r}; use .svg or .html")
        target.write_text(text, encoding="utf-8", newline="\n")
        return target

    def __str__(self) -> str:
        """Return the title and the table in plain text."""
        return f"{clean(self.chart.title)}\n{self.chart.rows(self.language).text()}"

    __repr__ = __str__

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return every form at once; the viewer takes the best one it can show."""
        del include, exclude
        figure = json.loads(self.figure.to_json())
        figure["config"] = {"displaylogo": False, "displayModeBar": False}
        return {
            "application/vnd.plotly.v1+json": figure,
            "image/svg+xml": self.svg,
            "text/plain": str(self),
        }

    def _page(self) -> str:
        table = self.chart.rows(self.language)
        head = "".join(f'<th scope="col">{escape(clean(text))}</th>' for text in table.headings)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(clean(cell))}</td>" for cell in row) + "</tr>\n"
            for row in table.rows
        )
        narrow = to_svg(self.chart, self.language, width=NARROW)
        return (
            f'<!doctype html>\n<html lang="{self.language}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(clean(self.chart.title))}</title>\n"
            f"<style>{THEME_CSS}{_PAGE_CSS}</style>\n</head>\n<body>\n<main>\n"
            f'<div class="wide">{self.svg}</div>\n<div class="narrow">{narrow}</div>\n'
            f"<details><summary>{_TABLE[self.language]}</summary>\n"
            f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></details>\n"
            "</main>\n</body>\n</html>\n"
        )
