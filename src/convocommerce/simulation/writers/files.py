"""Writing files whose bytes are the same on every machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

CSV_BOM = "\ufeff"


def compact(value: object) -> str:
    """Return JSON on one line, with keys in the order given.

    >>> compact({"b": 1, "a": "é"})
    '{"b":1,"a":"é"}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines, each ended by a line feed."""
    write_text(path, "".join(f"{line}\n" for line in lines))


def write_page(path: Path, key: str, records: Iterable[object], **beside: object) -> None:
    """Write a page of an API: records under one key, one on each line, and what stands beside."""
    inside = ",\n".join(compact(record) for record in records)
    rest = "".join(f",\n{compact(name)}:{compact(value)}" for name, value in beside.items())
    write_text(path, f"{{{compact(key)}:[\n{inside}\n]{rest}}}\n")


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8 without touching its line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
