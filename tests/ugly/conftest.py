"""What the hostile tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce.shop import Shop

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes one export."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / "exports" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Return a new shop in memory."""
    with cc.open(":memory:") as found:
        yield found
