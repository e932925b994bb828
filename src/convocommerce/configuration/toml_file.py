"""A TOML file as values and the places where they stand."""

from __future__ import annotations

import codecs
import re
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convocommerce.configuration.mistakes import key_of, shown
from convocommerce.configuration.places import Place, Places, places_of
from convocommerce.errors import ConfigurationError

LARGEST = 1 << 20
"""Bytes that a file may have; one that people write is far smaller."""

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_REPEATED = ("Cannot overwrite a value", "Cannot declare", "Duplicate inline table key")
_START = "convocommerce init writes one to start from"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class TomlFile:
    """What a file holds.

    Attributes:
        path: Where it is.
        name: What people call it.
        values: What it says.
        places: Where each key stands.
    """

    path: Path
    name: str
    values: dict[str, Any]
    places: Places


def read_toml(path: Path, name: str | None = None) -> TomlFile:
    """Read a TOML file.

    A mark of the byte order at its beginning and lines that end as Windows ends them are taken.

    Args:
        path: The file.
        name: What people call it; the path when left out.

    Raises:
        ConfigurationError: There is no such file, it cannot be read, is too large, empty, not
            UTF-8 or not TOML; says where.
    """
    name = name or str(path)
    text = _text(path, name)
    try:
        values = tomllib.loads(text)
        places = places_of(text)
    except RecursionError:
        raise ConfigurationError(
            f"{name}: lists and tables stand too deeply inside one another"
        ) from None
    except ValueError as error:
        raise ConfigurationError(f"{name}:{_not_toml(text, str(error))}") from None
    if not values:
        raise ConfigurationError(f"{name} is empty; {_START}")
    return TomlFile(path, name, values, places)


def _text(path: Path, name: str) -> str:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise ConfigurationError(f"{name} is a folder; give the file in it")
        if not stat.S_ISREG(found.st_mode):
            raise ConfigurationError(f"{name} is no plain file")
        if found.st_size > LARGEST:
            raise ConfigurationError(
                f"{name} has {found.st_size / LARGEST:,.1f} MiB and a configuration at most 1; "
                "give another file"
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise ConfigurationError(f"there is no file {name}; {_START}") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "this is no path"
        raise ConfigurationError(f"{shown(name)[1:-1]} cannot be read: {why}") from None
    if data.startswith(_UTF16):
        raise ConfigurationError(f"{name} is UTF-16 and must be UTF-8; save it as that")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise ConfigurationError(
            f"{name}:{place}: the byte 0x{data[error.start]:02x} is not UTF-8; save the file as "
            "UTF-8"
        ) from None


def _not_toml(text: str, told: str) -> str:
    """Return where and why a text is not TOML, and the way out where one is known."""
    if told.startswith(_REPEATED) and (repeated := _repeated(text)):
        return repeated
    found = _AT.search(told)
    if found is None or found[1] is None:
        lines = text.splitlines() or [""]
        place = Place(len(lines), len(lines[-1]) + 1)
    else:
        place = Place(int(found[1]), int(found[2]))
    why = _AT.sub("", told) or "it is not TOML"
    hint = ""
    if "escape" in why.lower() or "'\\\\'" in why:
        hint = "; in \"...\" a backslash begins an escape: write paths with / or in '...'"
    elif why in ("Invalid value", "Expected newline or end of document after a statement"):
        hint = '; texts stand in quotes: name = "value"'
    elif "Invalid statement" in why or "Expected '='" in why:
        hint = '; a line is a key and a value, such as name = "value", or a table: [business]'
    return f"{place}: this is not TOML: {why[0].lower()}{why[1:]}{hint}"


def _repeated(text: str) -> str | None:
    """Return what stands twice and where, or null when that is not what is wrong."""
    try:
        twice = places_of(text).twice
    except (ValueError, RecursionError):
        return None
    if not twice:
        return None
    path, first, second = twice[0]
    key = key_of(path)
    several = f", or write [[{key}]] where several may stand" if path == path[:1] else ""
    return f"{second}: {key} is written twice, first at {first}; leave one of them out{several}"
