"""A report as a short mail: the sentences and the headline figures, in text and in plain HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from convocommerce.charts.text import clean
from convocommerce.reports.blocks import Page, Section, Strip, Text, Tile
from convocommerce.wording import wording

# Mail programs drop style sheets, scripts and drawings, so every element carries its own style.
_FONT = "font-family:Arial,Helvetica,sans-serif;color:#1a1a1a;background:#ffffff"
_CELL = "padding:6px 12px 6px 0;text-align:left;vertical-align:top;border-bottom:1px solid #dddddd"
_SMALL = "color:#595959;font-size:13px"
_TOLD = ("warning", "headline", "alerts")
"""The sections that a mail tells; the page tells the rest."""
_NOTHING = "–"


@dataclass(frozen=True)
class Mail:
    """A message body in two forms that say the same.

    Attributes:
        subject: One line, without line ends.
        text: The plain text.
        html: The same as HTML that mail programs show: tables, no style sheet, no pictures.
    """

    subject: str
    text: str
    html: str


def mail(page: Page, link: str | None = None) -> Mail:
    """Return a page as a mail.

    Args:
        page: The page.
        link: Where the whole page is; must begin with ``https://`` or ``http://``.

    Raises:
        ValueError: The link is no web address.
    """
    if link is not None and not link.startswith(("https://", "http://")):
        raise ValueError("the link in a mail must begin with https:// or http://")
    told = [section for section in page.sections if section.name in _TOLD]
    subject = clean(page.title)
    return Mail(subject, _text(page, told, link), _html(page, told, link))


def headline_rows(language: str, strip: Strip) -> tuple[list[str], list[list[str]]]:
    """Return headings and cells of the headline figures."""
    say = wording(language)
    compared = [tile for tile in strip.tiles if tile.before]
    names = compared[0].names if compared else (say("Last week"), say("Difference"))
    headings = [say("Figure"), say("Now"), say("Interval and n"), *names, say("Verdict")]
    return headings, [_cells(tile) for tile in strip.tiles]


def _cells(tile: Tile) -> list[str]:
    before = tile.before.text if tile.before else _NOTHING
    change = " ".join((tile.change.text, *tile.change.below)) if tile.change else _NOTHING
    return [tile.title, tile.now.text, ", ".join(tile.now.below), before, change, tile.verdict]


def _text(page: Page, sections: list[Section], link: str | None) -> str:
    parts = [f"{clean(page.title)}\n{clean(page.subtitle)}"]
    for section in sections:
        parts.append(clean(section.title).upper())
        for block in section.blocks:
            if isinstance(block, Text):
                parts.append(_wrapped(block.text))
            elif isinstance(block, Strip):
                headings, rows = headline_rows(page.language, block)
                parts += [_told(headings, row) for row in rows]
    if link:
        parts.append(f"{wording(page.language)('The whole page')}: {link}")
    return "\n\n".join(parts) + "\n"


def _told(headings: list[str], row: list[str]) -> str:
    """Return one headline figure as lines that fit any mail program."""
    title, now, rests, before, change, verdict = row
    lines = [f"{title}: {now}", f"  {rests}"]
    if before != _NOTHING:
        lines.append(f"  {headings[3]}: {before}; {headings[4].lower()}: {change}")
    lines += [f"  {verdict}"] if verdict else []
    return "\n".join(_wrapped(line) for line in lines)


def _wrapped(line: str) -> str:
    indent = "  " if line.startswith("  ") else ""
    return textwrap.fill(clean(line.strip()), 76, initial_indent=indent, subsequent_indent=indent)


def _html(page: Page, sections: list[Section], link: str | None) -> str:
    body = [
        f'<h1 style="font-size:20px;margin:0">{escape(page.title)}</h1>',
        f'<p style="margin:0 0 16px;{_SMALL}">{escape(page.subtitle)}</p>',
    ]
    for section in sections:
        body.append(f'<h2 style="font-size:16px">{escape(section.title)}</h2>')
        body += _blocks(page, section)
    if link:
        say = wording(page.language)
        body.append(f'<p><a href="{escape(link)}">{escape(say("The whole page"))}</a></p>')
    return (
        f'<!doctype html>\n<html lang="{escape(page.language)}"><head><meta charset="utf-8">'
        f"<title>{escape(page.title)}</title></head>"
        f'<body style="margin:0;padding:16px;{_FONT}">{"".join(body)}</body></html>\n'
    )


def _blocks(page: Page, section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Text):
            style = _SMALL if block.tone == "note" else "font-size:15px"
            yield f'<p style="{style}">{escape(block.text)}</p>'
        elif isinstance(block, Strip):
            headings, rows = headline_rows(page.language, block)
            head = "".join(_cell("th", one) for one in headings)
            lines = ("".join(_cell("td", cell) for cell in row) for row in rows)
            yield (
                f'<table style="border-collapse:collapse;font-size:14px"><thead><tr>{head}</tr>'
                f"</thead><tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"
            )


def _cell(tag: str, text: str) -> str:
    return f'<{tag} style="{_CELL}">{escape(text)}</{tag}>'
