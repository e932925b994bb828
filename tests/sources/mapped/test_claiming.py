"""Which mapping reads which file, and what becomes of mappings that cannot be used."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.errors import SourceDefinitionError, UnrecognisedExportError

ORDERS = """\
name = "{name}"
table = "orders"
[columns]
order_id = "{id}"
created_at = "placed"
"""
ROWS = "nr;code;placed\n1;a;2026-03-02T09:00:00Z\n2;b;2026-03-03T09:00:00Z\n"


def put(folder: Path, name: str = "till", column: str = "nr", stem: str = "c") -> Path:
    """Put a table and its mapping into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stem}.csv").write_text(ROWS)
    path = folder / f"{stem}.mapping.toml"
    path.write_text(ORDERS.format(name=name, id=column))
    return path


def ids(shop: cc.Shop) -> list[tuple[Any, ...]]:
    return shop.database.con.execute(
        "select platform, order_id from orders order by 1, 2"
    ).fetchall()


def test_a_mapping_that_was_found_reads_the_files_of_its_own_folder_only(tmp_path: Path) -> None:
    put(tmp_path / "a", "first", "nr")
    put(tmp_path / "b", "second", "code")
    with cc.open(":memory:") as shop:
        assert shop.load(tmp_path).failed == ()
        assert ids(shop) == [("first", "1"), ("first", "2"), ("second", "a"), ("second", "b")]


def test_the_nearest_mapping_reads_a_file(tmp_path: Path) -> None:
    put(tmp_path, "far", "nr")
    put(tmp_path / "deep" / "down", "near", "code")
    (tmp_path / "deep" / "c.csv").write_text(ROWS.replace("1;a", "7;g"))
    with cc.open(":memory:") as shop:
        shop.load(tmp_path)
        assert ids(shop) == [
            ("far", "1"), ("far", "2"), ("far", "7"), ("near", "a"), ("near", "b"),
        ]  # fmt: skip


def test_patterns_count_from_the_folder_of_the_mapping(tmp_path: Path) -> None:
    put(tmp_path / "shop", "till", stem="daily")
    (tmp_path / "shop" / "daily").mkdir()
    (tmp_path / "shop" / "daily.csv").rename(tmp_path / "shop" / "daily" / "march.csv")
    with zipfile.ZipFile(tmp_path / "shop" / "daily.zip", "w") as archive:
        archive.writestr("april.csv", ROWS.replace("1;a", "8;h"))
    with cc.open(":memory:") as shop:
        shop.load(tmp_path)
        assert ids(shop) == [("till", "1"), ("till", "2"), ("till", "8")]


def test_a_mapping_that_is_named_reads_files_anywhere(tmp_path: Path) -> None:
    named = put(tmp_path / "maps", "named", "code")
    put(tmp_path / "data" / "below", "found", "nr")
    for how in ({"mapping": named}, {}):
        with cc.open(":memory:") as shop:
            shop.load(tmp_path / "data", *([] if how else [named]), **how)
            assert ids(shop) == [("named", "a"), ("named", "b")]


def test_a_link_to_a_file_stands_where_the_link_does(tmp_path: Path) -> None:
    mapping = put(tmp_path / "maps")
    (tmp_path / "store").mkdir()
    stored = (tmp_path / "maps" / "c.csv").rename(tmp_path / "store" / "c.csv")
    kept = mapping.rename(tmp_path / "store" / "till.toml")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "c.csv").symlink_to(stored)
    (tmp_path / "data" / "c.mapping.toml").symlink_to(kept)
    (tmp_path / "linked").symlink_to(tmp_path / "data")
    for folder in ("data", "linked"):
        with cc.open(":memory:") as shop:
            shop.load(tmp_path / folder)
            assert ids(shop) == [("till", "1"), ("till", "2")]


def test_a_bad_mapping_in_a_folder_does_not_stop_the_others(tmp_path: Path) -> None:
    put(tmp_path / "good")
    bad = put(tmp_path / "bad", "other")
    bad.write_text(bad.read_text().replace("order_id", "ordr_id"))
    with cc.open(":memory:") as shop:
        report = shop.load(tmp_path)
        (failed,) = report.failed
        assert failed.file == "bad/c.mapping.toml"
        assert "did you mean 'order_id'" in (failed.note or "")
        assert ids(shop) == [("till", "1"), ("till", "2")]


def test_a_folder_with_nothing_but_a_bad_mapping_says_why(tmp_path: Path) -> None:
    bad = put(tmp_path)
    bad.write_text("table = ")
    with cc.open(":memory:") as shop, pytest.raises(UnrecognisedExportError, match="is not TOML"):
        shop.load(tmp_path)


def test_two_mappings_of_one_name_are_refused_and_both_named(tmp_path: Path) -> None:
    put(tmp_path / "a", column="nr")
    put(tmp_path / "b", column="code")
    put(tmp_path / "c", "third")
    with cc.open(":memory:") as shop:
        report = shop.load(tmp_path)
        assert [one.file for one in report.failed] == ["a/c.mapping.toml", "b/c.mapping.toml"]
        for one in report.failed:
            assert "a/c.mapping.toml and b/c.mapping.toml are two mappings called 'till'" in str(
                one.note
            )
        assert ids(shop) == [("third", "1"), ("third", "2")]


def test_two_named_mappings_of_one_name_stop_the_load(tmp_path: Path) -> None:
    one = put(tmp_path / "a", column="nr", stem="one")
    other = put(tmp_path / "b", column="code", stem="other")
    with (
        cc.open(":memory:") as shop,
        pytest.raises(SourceDefinitionError, match=r"one.mapping.toml and other.mapping.toml are"),
    ):
        shop.load(tmp_path / "a" / "one.csv", mapping=[one, other])


def test_equal_mappings_may_share_a_name(tmp_path: Path) -> None:
    put(tmp_path / "a")
    put(tmp_path / "b")
    (tmp_path / "b" / "c.csv").write_text(ROWS.replace("1;a", "9;i"))
    with cc.open(":memory:") as shop:
        assert shop.load(tmp_path).failed == ()
        assert ids(shop) == [("till", "1"), ("till", "2"), ("till", "9")]


def test_a_mapping_in_an_archive_is_told_not_to_be_used(tmp_path: Path) -> None:
    put(tmp_path / "a")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("x.mapping.toml", ORDERS.format(name="x", id="nr"))
        archive.writestr("x.json", json.dumps({"nr": "1", "placed": "2026-03-02T09:00:00Z"}))
    with cc.open(":memory:") as shop:
        notes = {one.file: one.note for one in shop.load(tmp_path).files}
        assert "put it beside the archive" in (notes["b.zip/x.mapping.toml"] or "")
        assert ids(shop) == [("till", "1"), ("till", "2")]
