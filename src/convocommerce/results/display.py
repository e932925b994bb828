"""A result as a table, in a notebook and in a terminal."""

from __future__ import annotations

from html import escape
from typing import Any

from convocommerce.measuring import Row
from convocommerce.results.figures import Figures
from convocommerce.results.labels import aligned, figure_text, group_label
from convocommerce.wording import wording

_MOST_ROWS = 60
_WIDEST = 120
"""Characters that a line of plain text may have; a wider table is written as a list."""
_CELL = "text-align:right;vertical-align:top;padding:4px 12px"
_SMALL = "font-size:85%;opacity:.75"


def html_table(result: Figures) -> str:
    """Return the result as HTML: a row per group, a column per statistic, and the caption."""
    say = wording(result.language)
    parts = []
    for question in result.questions:
        headings, rows = _pivot(result, question.metric.name)
        head = "".join(f'<th style="{_CELL}">{escape(one)}</th>' for one in headings)
        body = []
        for labels, figures in rows[:_MOST_ROWS]:
            cells = [
                f'<th style="text-align:left;padding:4px 12px">{escape(one)}</th>' for one in labels
            ]
            for figure in figures:
                value, interval, rests = _texts(figure, result.language)
                small = "<br>".join(escape(one) for one in (interval, rests) if one)
                cells.append(
                    f'<td style="{_CELL}">{escape(value)}<div style="{_SMALL}">{small}</div></td>'
                )
            body.append(f"<tr>{''.join(cells)}</tr>")
        more = len(rows) - _MOST_ROWS
        if more > 0:
            span = len(headings)
            note = say("and {n} more rows: use to_pandas(), or the format csv").format(n=more)
            body.append(f'<tr><td colspan="{span}">{escape(note)}</td></tr>')
        title = escape(say(question.metric.title))
        parts.append(
            f'<table><caption style="text-align:left;font-weight:600">{title}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
        )
    caption = "<br>".join(escape(line) for line in result.caption.splitlines())
    return f'<div>{"".join(parts)}<p style="{_SMALL};max-width:60em">{caption}</p></div>'


def text_table(result: Figures) -> str:
    """Return the result as aligned plain text."""
    say = wording(result.language)
    parts = []
    for question in result.questions:
        headings, rows = _pivot(result, question.metric.name)
        told = [
            (labels, [_texts(figure, result.language) for figure in figures])
            for labels, figures in rows[:_MOST_ROWS]
        ]
        joined = [
            [*labels, *(" ".join(filter(None, texts)) for texts in cells)] for labels, cells in told
        ]
        table = aligned([headings, *joined])
        if max(map(len, table.splitlines())) > _WIDEST:
            table = _list(headings, told)
        parts.append(f"{say(question.metric.title)}\n{table}")
        if len(rows) > _MOST_ROWS:
            note = say("and {n} more rows: use to_pandas(), or the format csv")
            parts.append(note.format(n=len(rows) - _MOST_ROWS))
    return "\n\n".join(parts)


def _list(headings: list[str], rows: list[tuple[list[str], list[tuple[str, str, str]]]]) -> str:
    """Return a table as a list: under each group its figures, one a line."""
    lines = [
        [title, *texts]
        for labels, cells in rows
        for title, texts in zip(headings[len(labels) :], cells, strict=True)
    ]
    shown = iter(aligned(lines).splitlines())
    found = []
    for labels, cells in rows:
        if labels:
            found.append(", ".join(labels))
        found += [("  " if labels else "") + next(shown) for _ in cells]
    return "\n".join(found)


def _texts(figure: Row | None, language: str) -> tuple[str, str, str]:
    return figure_text(figure, language) if figure else ("–", "", "")


def _pivot(
    result: Figures, metric: str
) -> tuple[list[str], list[tuple[list[str], list[Row | None]]]]:
    """Return headings, and per group its labels and its figure for each statistic."""
    say = wording(result.language)
    question = next(one for one in result.questions if one.metric.name == metric)
    rows = [row for row in result.rows if row.metric == metric]
    columns: dict[tuple[str, str], str] = {}
    for statistic in question.metric.statistics:
        for row in rows:
            if row.statistic == statistic.name:
                title = say(row.title)
                is_money = row.unit not in ("share", "seconds", "count")
                columns[row.statistic, row.unit] = f"{title} ({row.unit})" if is_money else title
    groups: dict[tuple[Any, ...], dict[tuple[str, str], Row]] = {}
    for row in rows:
        groups.setdefault(row.group, {})[row.statistic, row.unit] = row
    table = [
        (
            [
                group_label(dimension, value, result.language)
                for dimension, value in zip(question.by, group, strict=True)
            ],
            [figures.get(column) for column in columns],
        )
        for group, figures in groups.items()
    ]
    return [*(say(one.title) for one in question.by), *columns.values()], table
