"""A report: a page that is composed, and can be shown, saved and read back as figures."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from convocommerce.periods import Period
from convocommerce.reports.blocks import Page
from convocommerce.reports.publish import write_whole
from convocommerce.reports.render import render


@dataclass(frozen=True)
class Report:
    """A report in one language. The same inputs give the same bytes.

    Attributes:
        kind: ``weekly``.
        period: The days it is about.
        page: What it says.
    """

    kind: str
    period: Period
    page: Page

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.page.language

    @property
    def file_name(self) -> str:
        """The name of its file, such as ``weekly-2026-W35-en.html``."""
        return f"{self.kind}-{self.period.name}-{self.language}.html"

    def html(self) -> str:
        """Return the page: one self-contained HTML file without scripts."""
        return render(self.page)

    def save(self, directory: str | Path) -> Path:
        """Write the page into a folder, whole or not at all.

        Args:
            directory: The folder; it is made when there is none.

        Returns:
            The file written.

        Raises:
            OSError: The folder or the file cannot be written; an older file is left as it was.
        """
        return write_whole(Path(directory) / self.file_name, self.html())

    def figures(self) -> list[dict[str, Any]]:
        """Return every number on the page, in reading order.

        Each is a record with its section, metric, statistic, options, group, period, the period
        it is ``compared_with`` when it is a difference, unit, value, low, high, n and n_open.
        """
        return [figure.record(section) for section, figure in self.page.figures()]

    def __str__(self) -> str:
        return f"{self.page.title}, {self.page.subtitle}"

    def _repr_html_(self) -> str:
        return (
            f"<p><strong>{escape(str(self))}</strong>: "
            f"<code>.save(&quot;reports/&quot;)</code></p>"
            f'<iframe sandbox style="width:100%;height:48rem;border:1px solid #ccc" '
            f'title="{escape(self.page.title)}" srcdoc="{escape(self.html())}"></iframe>'
        )
