"""Which files are found, in which order and under which names."""

from __future__ import annotations

import os

import pytest

from convocommerce.errors import ExportError
from convocommerce.readers import find_exports


def names(*paths) -> list[str]:
    return [file.name for file in find_exports(paths)]


def test_a_folder_is_listed_by_name_without_hidden_files(tmp_path):
    for name in ("shopify/orders.json", "a.csv", ".hidden", ".git/x.json", "meta/b/c.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    assert names(tmp_path) == ["a.csv", "meta/b/c.json", "shopify/orders.json"]
    assert names(str(tmp_path / "shopify")) == ["orders.json"]
    assert names(tmp_path / ".hidden") == [".hidden"]


def test_the_order_of_paths_is_kept_and_a_file_is_listed_once(tmp_path):
    for name in ("b.json", "a.json"):
        (tmp_path / name).write_text("{}")
    assert names(tmp_path / "b.json", tmp_path) == ["b.json", "a.json"]


def test_files_called_the_same_are_told_apart_by_folder(tmp_path):
    for name in ("x/orders.json", "y/orders.json", "z/x/orders.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    paths = [tmp_path / "x/orders.json", tmp_path / "y/orders.json", tmp_path / "z/x/orders.json"]
    assert names(*paths) == ["x/orders.json", "y/orders.json", "x/orders.json (2)"]


def test_names_are_printable_and_never_absolute(tmp_path):
    path = os.fsencode(tmp_path) + b"/bad\xff\x1b[31m\n.json"
    with open(path, "wb") as file:  # noqa: PTH123  a name of bytes, which Path does not take
        file.write(b"{}")
    (name,) = names(tmp_path)
    assert name.isprintable()
    assert not name.startswith("/")


def test_what_does_not_exist_or_is_no_file_is_told_without_its_folders(tmp_path):
    with pytest.raises(ExportError, match=r"^nothing\.json does not exist"):
        find_exports([tmp_path / "nothing.json"])
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ExportError, match="pipe is no file or folder"):
        find_exports([tmp_path / "pipe"])
    assert names(tmp_path) == []


def test_a_link_to_a_folder_is_not_followed(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.json").write_text("{}")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "a/broken").symlink_to(tmp_path / "gone")
    assert names(tmp_path) == ["a/x.json"]


def test_a_file_that_vanishes_is_an_export_error(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    (file,) = find_exports([tmp_path])
    (tmp_path / "a.json").unlink()
    with pytest.raises(ExportError, match=r"a\.json cannot be read"):
        file.format()
