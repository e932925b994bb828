"""Where the keys of a TOML file stand, which the reader of the standard library does not say.

Only texts that ``tomllib`` has read are looked at, so this knows no more of TOML than is needed to
walk from key to key; a test holds what it finds against what ``tomllib`` reads.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]
"""A key as the tables above it and itself; elements of lists by their number."""

DEEPEST = 32
"""How many keys may stand inside one another; a configuration needs five."""

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACES = re.compile(r"[ \t]*")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_TEXT = re.compile(
    r'"""(?:\\[\s\S]|(?!""")[^\\])*"{3,5}'
    r"|'''(?:(?!''')[\s\S])*'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
)
_PLAIN = re.compile(r"[^,\]}#\n]+")


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in a file: line and column, both counted from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


@dataclass(frozen=True)
class Places:
    """Where everything stands.

    Attributes:
        of: The place of every key, table and element of a list.
        twice: What stands twice: the key, its first place and its second.
    """

    of: dict[KeyPath, Place]
    twice: tuple[tuple[KeyPath, Place, Place], ...]

    def nearest(self, path: KeyPath) -> Place:
        """Return the place of a key, or of the nearest table above it that is written.

        >>> places_of("[a]").nearest(("a", "c"))
        Place(line=1, column=2)
        """
        while path and path not in self.of:
            path = path[:-1]
        return self.of.get(path, Place(1, 1))


def places_of(text: str) -> Places:
    """Return where the keys of a TOML text stand.

    Args:
        text: The text, as ``tomllib`` takes it.

    Raises:
        ValueError: The text is not TOML.
        RecursionError: Keys stand inside one another more than `DEEPEST` deep.

    >>> places_of("b.c = [1, 2]").of[("b", "c", 1)]
    Place(line=1, column=11)
    """
    walk = _Walk(text.replace("\r\n", "\n"))
    walk.document()
    return Places(
        {path: walk.place(at) for path, at in walk.found.items()},
        tuple((path, walk.place(a), walk.place(b)) for path, a, b in walk.twice),
    )


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[KeyPath, int] = {}
        self.twice: list[tuple[KeyPath, int, int]] = []
        self._lengths: dict[KeyPath, int] = {}
        self._written: set[KeyPath] = set()
        self._lines = [0, *(mark.end() for mark in re.finditer("\n", text))]

    def place(self, at: int) -> Place:
        line = bisect_right(self._lines, at)
        return Place(line, at - self._lines[line - 1] + 1)

    def document(self) -> None:
        table: KeyPath = ()
        self._take(_BLANK)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                self._pair(table)
            self._take(_BLANK)

    def _header(self) -> KeyPath:
        is_element = self.text.startswith("[[", self.at)
        self.at += 2 if is_element else 1
        self._take(_SPACES)
        path: KeyPath = ()
        start = self.at
        for name, start in self._key():
            path = (*self._inside(path), name)
            self.found.setdefault(path, start)
        if is_element:
            number = self._lengths.get(path, 0)
            self._lengths[path] = number + 1
            path = (*path, number)
            self.found[path] = start
        else:
            self._write(path, start)
        self._take(_SPACES)
        self._skip("]]" if is_element else "]")
        return path

    def _pair(self, table: KeyPath) -> None:
        path = table
        start = self.at
        for name, start in self._key():
            path = (*path, name)
            self.found.setdefault(path, start)
        self._write(path, start)
        self._take(_SPACES)
        self._skip("=")
        self._take(_SPACES)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        if len(path) > DEEPEST:
            raise RecursionError
        match self.text[self.at : self.at + 1]:
            case '"' | "'":
                self._take(_TEXT)
            case "[":
                self._items("]", path, is_table=False)
            case "{":
                self._items("}", path, is_table=True)
            case _:
                self._take(_PLAIN)

    def _items(self, end: str, path: KeyPath, *, is_table: bool) -> None:
        self.at += 1
        number = 0
        self._take(_BLANK)
        while not self.text.startswith(end, self.at):
            if is_table:
                self._pair(path)
            else:
                self.found[(*path, number)] = self.at
                self._value((*path, number))
            number += 1
            self._take(_BLANK)
            if not self.text.startswith(end, self.at):
                self._skip(",")
                self._take(_BLANK)
        self.at += 1

    def _key(self) -> list[tuple[str, int]]:
        parts: list[tuple[str, int]] = []
        while True:
            if len(parts) > DEEPEST:
                raise RecursionError
            start = self.at
            if self.text[start : start + 1] in ('"', "'"):
                name = str(tomllib.loads(f"key = {self._take(_TEXT)}")["key"])
            else:
                name = self._take(_BARE_KEY)
            parts.append((name, start))
            if (dot := _DOT.match(self.text, self.at)) is None:
                return parts
            self.at = dot.end()

    def _inside(self, path: KeyPath) -> KeyPath:
        """Return a table as later headers mean it: of a list, its last element."""
        return (*path, self._lengths[path] - 1) if path in self._lengths else path

    def _write(self, path: KeyPath, start: int) -> None:
        if path in self._written:
            self.twice.append((path, self.found[path], start))
        self._written.add(path)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"this is not TOML, at {self.place(self.at)}")
        self.at = found.end()
        return found[0]

    def _skip(self, mark: str) -> None:
        if not self.text.startswith(mark, self.at):
            raise ValueError(f"this is not TOML, at {self.place(self.at)}")
        self.at += len(mark)
