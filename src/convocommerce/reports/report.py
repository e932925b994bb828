"""A report: a page that is composed, and can be shown, saved and read back as figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from convocommerce.calling import methods_know_their_names
from convocommerce.errors import UnknownNameError, UsageError
from convocommerce.periods import Period
from convocommerce.reports.blocks import Page
from convocommerce.reports.exports import (
    figure_records,
    figures_csv,
    figures_parquet,
    json_text,
)
from convocommerce.reports.kinds import Subject
from convocommerce.reports.mail import Mail, mail
from convocommerce.reports.part import Part
from convocommerce.reports.publish import write_whole
from convocommerce.reports.render import render

FORMATS = ("html", "json", "csv", "parquet", "mail")
"""What a report can be written as."""


@methods_know_their_names
@dataclass(frozen=True)
class Report:
    """A report in one language. The same inputs give the same bytes.

    Attributes:
        subject: The kind of report, the days and the campaign it is about.
        page: What it says.
    """

    subject: Subject
    page: Page

    @property
    def kind(self) -> str:
        """The kind of report: ``weekly``, ``monthly`` or ``campaign``."""
        return self.subject.kind

    @property
    def period(self) -> Period:
        """The days it is about."""
        return self.subject.period

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.page.language

    @property
    def file_name(self) -> str:
        """The name of its file, such as ``weekly-2026-W35-en.html``."""
        return f"{self.subject.stem}-{self.language}.html"

    @property
    def why_empty(self) -> tuple[str, ...]:
        """Why it has no figures of its days, in full sentences; empty where it has some."""
        return self.page.why_empty

    def html(self) -> str:
        """Return the page: one self-contained HTML file."""
        return render(self.page)

    def mail(self, link: str | None = None) -> Mail:
        """Return the sentences and headline figures as a short mail, in text and in plain HTML.

        Args:
            link: Where the whole page is, if it is somewhere.
        """
        return mail(self.page, link)

    def to_json(self) -> str:
        """Return every number on the page as JSON, with what the page is about."""
        about = {
            "report": self.kind,
            "period": self.period.name,
            "campaign": self.subject.campaign,
            "build": self.page.build,
            "definitions": self.page.definitions,
        }
        return json_text(self.page, about)

    def to_csv(self) -> str:
        """Return every number on the page as CSV; text that would run as a formula does not."""
        return figures_csv(self.page)

    def to_parquet(self) -> bytes:
        """Return every number on the page as a Parquet file."""
        return figures_parquet(self.page)

    def files(self, formats: Sequence[str] = ("html",)) -> dict[str, bytes]:
        """Return the report as files: their names and what is in them.

        Args:
            formats: Some of ``html``, ``json``, ``csv``, ``parquet`` and ``mail`` (two files).

        Raises:
            UnknownNameError: There is no such format.
            UsageError: No format is given.
        """
        if not formats:
            raise UsageError(f"a report needs a format: {', '.join(FORMATS)}")
        stem = self.file_name.removesuffix(".html")
        found: dict[str, bytes] = {}
        for name in formats:
            match name:
                case "html":
                    found[self.file_name] = self.html().encode()
                case "json":
                    found[f"{stem}.json"] = self.to_json().encode()
                case "csv":
                    found[f"{stem}.csv"] = self.to_csv().encode()
                case "parquet":
                    found[f"{stem}.parquet"] = self.to_parquet()
                case "mail":
                    told = self.mail()
                    found[f"{stem}.mail.txt"] = told.text.encode()
                    found[f"{stem}.mail.html"] = told.html.encode()
                case _:
                    raise UnknownNameError("format", name, FORMATS)
        return found

    def save(self, directory: str | Path, formats: Sequence[str] = ("html",)) -> Path:
        """Write the report into a folder, each file whole or not at all.

        Args:
            directory: The folder; it is made when there is none.
            formats: As for ``files``.

        Returns:
            The page, or the first file written where no page is asked for.

        Raises:
            OSError: The folder or a file cannot be written; older files are left as they were.
            UnknownNameError: There is no such format.
            UsageError: No format is given.
        """
        files = self.files(formats)
        written = [write_whole(Path(directory) / name, data) for name, data in files.items()]
        return written[0]

    def figures(self) -> list[dict[str, Any]]:
        """Return every number on the page, in reading order.

        Each is a record with its section, metric, statistic, options, group, period, the period
        it is ``compared_with`` when it is a difference, unit, value, low, high, n and n_open.
        """
        return figure_records(self.page)

    @property
    def sections(self) -> dict[str, str]:
        """The names of its sections and their titles, in reading order."""
        return {one.name: one.title for one in self.page.sections}

    def __getitem__(self, name: str) -> Part:
        """Return one section by its name, to be shown by itself.

        Raises:
            UnknownNameError: There is no such section; offers the nearest.
        """
        for section in self.page.sections:
            if section.name == name:
                return Part(section, self.language)
        raise UnknownNameError("section", name, tuple(self.sections))

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.sections)

    def __str__(self) -> str:
        return f"{self.page.title}, {self.page.subtitle}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def _repr_html_(self) -> str:
        return (
            f"<p><strong>{escape(str(self))}</strong>: "
            f"<code>.save(&quot;reports/&quot;)</code></p>"
            f'<iframe sandbox style="width:100%;height:48rem;border:1px solid #ccc" '
            f'title="{escape(self.page.title)}" srcdoc="{escape(self.html())}"></iframe>'
        )
