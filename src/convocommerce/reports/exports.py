"""The figures of a page for machines: every number that is shown, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from convocommerce.reports.blocks import Page
from convocommerce.spreadsheets import csv_text

_FLAT = ("options", "group")
"""What a record holds several of; in a table it is one text."""


def figure_records(page: Page) -> list[dict[str, Any]]:
    """Return every number on the page, in reading order, as plain records."""
    return [figure.record(section) for section, figure in page.figures()]


def json_text(page: Page, about: Mapping[str, Any]) -> str:
    """Return what the page is about and every number on it, as JSON.

    Args:
        page: The page.
        about: What is to be known of the page as a whole.
    """
    told = {
        **about,
        "title": page.title,
        "subtitle": page.subtitle,
        "language": page.language,
        "sections": {section.name: section.title for section in page.sections},
        "figures": figure_records(page),
    }
    return json.dumps(told, ensure_ascii=False, indent=1, default=_plain, allow_nan=False) + "\n"


def figures_csv(page: Page) -> str:
    """Return every number on the page as CSV, a row each."""
    rows = list(_flat(figure_records(page)))
    return csv_text(_COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


def figures_parquet(page: Page) -> bytes:
    """Return every number on the page as a Parquet file, a row each."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number, whole, text = pa.float64(), pa.int64(), pa.string()
    types = {
        "value": number,
        "low": number,
        "high": number,
        "beyond": number,
        "n": whole,
        "n_open": whole,
    }
    schema = pa.schema([(name, types.get(name, text)) for name in _COLUMNS])
    rows = [
        {
            name: _number(value) if types.get(name) == number else value
            for name, value in row.items()
        }
        for row in _flat(figure_records(page))
    ]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, schema), sink, compression="zstd")
    return bytes(sink.getvalue())


_COLUMNS: Sequence[str] = (
    "section",
    "metric",
    "statistic",
    "options",
    "group",
    "period",
    "compared_with",
    "unit",
    "value",
    "low",
    "high",
    "n",
    "n_open",
    "beyond",
)


def _flat(records: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    for record in records:
        yield {
            name: json.dumps(record[name], ensure_ascii=False, default=_plain)
            if name in _FLAT
            else record[name]
            for name in _COLUMNS
        }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _plain(value: Any) -> Any:
    """Return what JSON has no word for: money as a number, days and the like as text."""
    return float(value) if isinstance(value, Decimal) else str(value)
