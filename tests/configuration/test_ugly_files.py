"""Files that are no configuration, or hardly, are refused with what to do, and never crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from convocommerce.configuration import read_configuration
from convocommerce.configuration.toml_file import LARGEST
from convocommerce.errors import ConfigurationError

LEAST = b'[business]\nname = "Slof & Stukje \xe2\x82\xac"\n'


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "shop.toml"


def refusal() -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_configuration("shop.toml", environment={})
    assert caught.value.exit_code == 2
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "shop.toml is empty; convocommerce init writes one"),
        (b"\xef\xbb\xbf", "shop.toml is empty"),
        (b" \r\n# nothing\n", "shop.toml is empty"),
        (LEAST + b"# caf\xe9\n", "shop.toml:3:6: the byte 0xe9 is not UTF-8; save the file as"),
        (b"\xef\xbb\xbfa\xff", "shop.toml:1:2: the byte 0xff"),
        (LEAST.decode().encode("utf-16"), "shop.toml is UTF-16 and must be UTF-8; save it"),
        (LEAST + b"name = 'x'\n", "3:1: business.name is written twice, first at 2:1; leave one"),
        (LEAST + b"[business]\n", "3:2: business is written twice, first at 1:2; leave one of"),
        (LEAST + b"[[reports]]\na = 1\na = 2", "5:1: reports.a is written twice, first at 4:1"),
        (LEAST + b"[a]\n[[a]]\n", "shop.toml:4:"),
        (LEAST + b'a = "C:\\shop"\n', "a backslash begins an escape: write paths with /"),
        (LEAST + b"a = nl\n", 'texts stand in quotes: name = "value"'),
        (LEAST + b"a = \n", "shop.toml:3:5: this is not TOML"),
        (LEAST + b"just words\n", "shop.toml:3:6: this is not TOML: expected '='"),
        (LEAST + b'a = """never closed\n', "shop.toml:3:20: this is not TOML: unterminated"),
        (LEAST + b"a = [1, 2\n", "this is not TOML"),
        (LEAST + b"a\0 = 1", "this is not TOML"),
        (LEAST + b"a = " + b"9" * 5000, "this is not TOML"),
        (b"name: Slof & Stukje\n", "shop.toml:1:5: this is not TOML"),
        (b'{"business": {"name": "x"}}', "shop.toml:1:1: this is not TOML"),
        (b"a = " + b"[" * 100_000, "lists and tables stand too deeply"),
        (b"a = " + b"[" * 100 + b"]" * 100, "lists and tables stand too deeply"),
        (b".".join([b"a"] * 500) + b" = 1", "lists and tables stand too deeply"),
        (b"\x7fELF\x02\x01\x01" + bytes(100), "this is not TOML"),
    ],
)
def test_a_file_that_is_no_configuration(path: Path, data: bytes, said: str) -> None:
    path.write_bytes(data)
    assert said in refusal()


@pytest.mark.parametrize(
    "data",
    [LEAST, b"\xef\xbb\xbf" + LEAST, LEAST.replace(b"\n", b"\r\n"), LEAST.rstrip(b"\n")],
    ids=["plain", "mark", "windows", "no last line end"],
)
def test_ways_to_save_that_mean_the_same(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert read_configuration(path, environment={}).business.name == "Slof & Stukje €"


def test_places_are_right_behind_a_mark_and_windows_line_ends(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbfbusines.x = 1\r\n[publish]\r\nkep = 1\r\n")
    lines = refusal().split("\n  ")
    assert [line.partition(": ")[0] for line in lines[1:]] == [
        "shop.toml:1:1",
        "shop.toml:1:1",
        "shop.toml:3:1",
    ]


def test_no_file_says_how_to_get_one(path: Path) -> None:
    assert refusal() == (
        f"there is no file {path.name}; convocommerce init writes one to start from"
    )


def test_a_folder_and_what_is_no_plain_file(path: Path) -> None:
    path.mkdir()
    assert "shop.toml is a folder; give the file in it" in refusal()
    path.rmdir()
    os.mkfifo(path)
    assert "shop.toml is no plain file" in refusal()


def test_links_in_a_circle(path: Path) -> None:
    path.symlink_to("other.toml")
    Path("other.toml").symlink_to("shop.toml")
    assert "shop.toml cannot be read: Too many levels of symbolic links" in refusal()


def test_links_in_a_circle_among_sources(path: Path) -> None:
    path.write_bytes(LEAST + b"[[sources]]\npath = 'a'\n")
    Path("a").symlink_to("b")
    Path("b").symlink_to("a")
    assert "cannot be read: Too many levels of symbolic links" in refusal()


def test_a_large_file_is_not_even_read(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10 * LARGEST)
    assert "shop.toml has 10.0 MiB and a configuration at most 1" in refusal()


def test_names_too_long_for_a_file_system(path: Path) -> None:
    path.write_bytes(LEAST + b"[[sources]]\npath = '" + b"x" * 5000 + b"'\n")
    assert "File name too long" in refusal()
    with pytest.raises(ConfigurationError, match="cannot be read: File name too long"):
        read_configuration("x" * 5000, environment={})
    with pytest.raises(ConfigurationError, match="no path"):
        read_configuration("a\0b", environment={})


def test_the_command_says_all_of_it_and_ends_with_2(path: Path) -> None:
    path.write_bytes(b"[publish]\nkep = 3\n")
    done = subprocess.run(
        [sys.executable, "-m", "convocommerce", "check-config", "shop.toml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "convocommerce: shop.toml has 2 mistakes:",
        "  shop.toml:1:1: [business] is missing; it holds what every configuration needs",
        "  shop.toml:2:1: unknown key 'kep' in [publish], did you mean 'keep'?",
    ]
