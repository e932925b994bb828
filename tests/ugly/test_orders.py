"""The same exports in any order, split and packing end in the same state and the same models."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

import convocommerce as cc
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse import state_hash

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
FILES = [
    SAMPLE / "messenger" / "webhooks-2026-06.ndjson",
    SAMPLE / "instagram" / "webhooks-2026-06.ndjson",
    SAMPLE / "shopify" / "orders-2026-06.json",
    SAMPLE / "shopify" / "checkouts-2026-06.json",
    SAMPLE / "meta_ads" / "insights-2026-06.json",
]
Pack = Callable[[Path, Random], list[Path]]


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def shuffled(folder: Path, random: Random) -> list[Path]:
    for path in FILES:
        content = path.read_bytes()
        if path.suffix == ".ndjson":
            lines = lines_of(path)
            random.shuffle(lines)
            content = b"".join(lines)
        (folder / f"{path.parent.name}-{path.name}").write_bytes(content)
    return [folder]


def split_and_overlapping(folder: Path, random: Random) -> list[Path]:
    loads = []
    for path in FILES:
        if path.suffix != ".ndjson":
            loads.append(path)
            continue
        lines = lines_of(path)
        for part in range(7):
            target = folder / f"{path.parent.name}-{part}.ndjson"
            target.write_bytes(b"".join(lines[part::7] + random.choices(lines, k=30)))
            loads.append(target)
    random.shuffle(loads)
    return loads


def compressed_backwards(folder: Path, random: Random) -> list[Path]:
    loads = []
    for number, path in enumerate(reversed(FILES)):
        target = folder / f"{number}.gz"
        target.write_bytes(gzip.compress(path.read_bytes()))
        loads.append(target)
    return loads


def in_one_archive(folder: Path, random: Random) -> list[Path]:
    target = folder / "all.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(FILES, key=lambda path: random.random()):
            archive.write(path, f"exports/{path.parent.name}/{path.name}")
    return [target]


NEED_A_HELPDESK = (
    "ticket_messages",
    "ticket_calendars",
    "conversation_calendars",
    "leg_calendars",
    "clamped_messages",
)
"""Models that are empty without tickets, hours of teams, or exports that number messages."""


def outcome(loads: list[Path], *, twice: bool = False) -> dict[str, str]:
    """Return the state and the hash of every model after some loads, one after the other."""
    with cc.open(":memory:") as shop:
        for path in loads:
            report = shop.load(path)
            assert report.quarantined == 0
        if twice:
            assert shop.load(*loads).loaded == 0
        shop.build()
        con = shop._database.con
        found = {"state": state_hash(con)}
        for name in sql_files("models"):
            rows = con.execute(f"select * from {name}").fetchall()
            text = "\n".join(sorted(map(repr, rows)))
            found[name] = hashlib.sha256(text.encode()).hexdigest()
            assert rows or name in NEED_A_HELPDESK
        return found


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    return outcome(FILES, twice=True)


@pytest.mark.parametrize(
    "pack", [shuffled, split_and_overlapping, compressed_backwards, in_one_archive]
)
def test_no_order_split_or_packing_changes_anything(
    tmp_path: Path, expected: dict[str, str], pack: Pack
):
    assert outcome(pack(tmp_path, Random(11))) == expected
