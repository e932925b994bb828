"""A mapping: which files it is for, which canonical table they become, and from which columns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from convocommerce.errors import SourceDefinitionError, UnknownNameError
from convocommerce.records import FILLED_BY_LOADING, TABLES
from convocommerce.sources.mapped.vocabularies import VOCABULARIES

SUFFIX = ".mapping.toml"
"""How the name of a mapping ends that loading finds by itself, in the folder of its files."""

IDENTITY_KINDS = (
    "chat_id", "person", "token", "payment", "link", "shop_customer", "email", "phone", "code",
    "ref",
)  # fmt: skip

# What a column is taken to be when a mapping does not say; names of the mapping stand in braces.
DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "messages": {"business_id": "{name}", "channel": "{name}", "sequence": "0", "kind": "text"},
    "message_changes": {"channel": "{name}", "revision": "0"},
    "touchpoints": {"business_id": "{name}", "channel": "{name}", "sequence": "0"},
    "ratings": {"platform": "{name}"},
    "orders": {"platform": "{name}"},
    "refunds": {"platform": "{name}"},
    "checkouts": {"platform": "{name}"},
    "ad_days": {"platform": "{name}", "breakdown": "none"},
}

# The ids that can be made from the content when a file has none.
MADE = {
    "messages": "message_id",
    "touchpoints": "touchpoint_id",
    "ratings": "rating_id",
    "refunds": "refund_id",
}

PAGE_KEYS = ("data", "items", "results", "records")
"""Under which keys a page of an unknown API holds its objects."""

MIDNIGHT = r"^(\S+)[T ]00:00(?::00(?:\.0+)?)? (\d{1,2}:\d{2})"
"""A day kept as the instant at which it begins, with the time of day behind it."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEYS = {"name", "title", "files", "table", "time_zone", "date_format", "columns", "identities"}
_CELL_KEYS = {"column", "columns", "value", "values", "default"}

TO_FILL_IN = "?"
"""What stands in a proposal where somebody must decide."""


@dataclass(frozen=True)
class Cell:
    """Where the value of one canonical column comes from.

    Attributes:
        columns: The column of the file, or the path to a value in an object, parted by dots.
            Several are joined by a space: a date and a time of day make an instant.
        value: A constant, for a column that the file does not have.
        values: What single values of the file mean here, in lower case.
        default: What every other value means; kept as it is when ``values`` is empty, and unknown
            when it is not.
    """

    columns: tuple[str, ...] = ()
    value: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None


@dataclass(frozen=True)
class FileMapping:
    """How files that no platform writes become records.

    Attributes:
        name: What the source is called, in lower_snake_case; also its channel or platform.
        title: What people call it.
        table: The canonical table that its rows become.
        columns: Where each canonical column comes from.
        identities: By which keys the customer, order or checkout can be known: kind and column.
        files: Patterns of the names of its files, such as ``calls-*.csv``.
        time_zone: The zone of times that are written without one; null for UTC.
        date_format: How times are written, as ``strptime`` has it; null for ISO and epochs.
        origin: The file it was read from, for messages.
        folder: Below which folder its files stand; null when they can stand anywhere.
    """

    name: str
    title: str
    table: str
    columns: Mapping[str, Cell]
    identities: Mapping[str, Cell] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    time_zone: str | None = None
    date_format: str | None = None
    origin: str = "mapping"
    folder: Path | None = None

    def claims(self, file_name: str, path: Path | None = None) -> bool:
        """Return whether a file is read by this mapping.

        Args:
            file_name: Its name, as people see it.
            path: Where it stands; asked for when the mapping is bound to a folder.
        """
        names = {file_name, file_name.rsplit("/", 1)[-1]}
        if self.folder is not None:
            if path is None or not path.is_relative_to(self.folder):
                return False
            names = {path.name, path.relative_to(self.folder).as_posix()}
        return any(fnmatch(name, one) for name in names for one in self.files)

    def means_the_same(self, other: FileMapping) -> bool:
        """Return whether another mapping makes the same of a file; where it stands aside."""
        return _meaning(self) == _meaning(other)

    def unreachable(self) -> str | None:
        """Return the first path into an object that leads nowhere: through nothing or a value."""
        names = self.needed()
        for name in names:
            if not all(name.split(".")) or any(one.startswith(f"{name}.") for one in names):
                return name
        return None

    def needed(self) -> tuple[str, ...]:
        """Return every column of the file that is read, each once."""
        cells = (*self.columns.values(), *self.identities.values())
        return tuple(dict.fromkeys(column for cell in cells for column in cell.columns))


def listed(mapping: str | Path | Sequence[str | Path]) -> Sequence[str | Path]:
    """Return the mappings that are named, whether one or several are."""
    return [mapping] if isinstance(mapping, str | Path) else mapping


def read_mapping(path: str | Path) -> FileMapping:
    """Read a mapping from its TOML file.

    Without ``files`` it is for the files whose name begins as its own does: ``calls.mapping.toml``
    for ``calls.csv`` and ``calls.parquet``.

    Raises:
        SourceDefinitionError: The file is no mapping; says what is wrong and where.
        UnknownNameError: It names a table, column or key that there is not; offers the nearest.
    """
    path = Path(path)
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SourceDefinitionError(f"{path.name} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceDefinitionError(f"{path.name} is not TOML: {error}") from None
    except RecursionError:
        raise SourceDefinitionError(f"{path.name} is not TOML: it is nested too deeply") from None
    stem = path.name.removesuffix(SUFFIX).removesuffix(".toml")
    return mapping_of(told, stem=stem, origin=path.name)


def mapping_of(told: Mapping[str, Any], *, stem: str, origin: str) -> FileMapping:
    """Make a mapping from what a TOML file says.

    Args:
        told: The parsed file.
        stem: The name of the file without its endings, which names what it leaves out.
        origin: The name of the file, for messages.
    """
    for key in told:
        if key not in _KEYS:
            raise UnknownNameError(f"key of {origin}", key, _KEYS)
    name = told.get("name", re.sub(r"\W+", "_", stem.lower()).strip("_"))
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SourceDefinitionError(f"{origin}: name is {name!r} and must be lower_snake_case")
    table = str(told.get("table"))
    if table not in DEFAULTS:
        raise UnknownNameError(f"table of {origin}", table, DEFAULTS)
    zone, pattern = _text(told, "time_zone", origin), _text(told, "date_format", origin)
    if zone is not None:
        _check_zone(zone, origin)
    if pattern is not None:
        _check_pattern(pattern, origin)
    files = told.get("files", [f"{stem}.*", f"{stem}/*"])
    files = [files] if isinstance(files, str) else files
    if not isinstance(files, list) or not all(isinstance(one, str) and one for one in files):
        raise SourceDefinitionError(f"{origin}: files must be one or more patterns of names")
    columns = _cells(told, "columns", origin)
    known = [c.name for c in TABLES[table].columns if c.name not in FILLED_BY_LOADING]
    for column in columns:
        if column not in known:
            raise UnknownNameError(f"column of {table} in {origin}", column, known)
    identities = _cells(told, "identities", origin)
    for kind in identities:
        if kind not in IDENTITY_KINDS:
            raise UnknownNameError(f"kind of identity in {origin}", kind, IDENTITY_KINDS)
    mapping = FileMapping(
        name=name,
        title=_text(told, "title", origin) or name.replace("_", " ").capitalize(),
        table=table,
        columns=columns,
        identities=identities,
        files=tuple(one for one in files if not one.endswith(SUFFIX)),
        time_zone=zone,
        date_format=pattern,
        origin=origin,
    )
    _check_required(mapping)
    _check_words(mapping)
    _check_types(mapping)
    return mapping


def _check_required(mapping: FileMapping) -> None:
    table = TABLES[mapping.table]
    given = {*mapping.columns, *DEFAULTS[mapping.table], MADE.get(mapping.table, "")}
    missing = [c.name for c in table.columns if c.required and c.name not in given]
    if missing:
        raise SourceDefinitionError(
            f"{mapping.origin}: a record of {table.name} needs {', '.join(missing)}; "
            "say under [columns] where they come from"
        )


def _check_words(mapping: FileMapping) -> None:
    """Refuse what was left open, and words that a column with a closed vocabulary cannot hold."""
    vocabularies = VOCABULARIES.get(mapping.table, {})
    sections = (("columns", mapping.columns), ("identities", mapping.identities))
    for section, cells in sections:
        for name, cell in cells.items():
            means = [cell.value, cell.default, *cell.values.values()]
            words = [word for word in means if word is not None]
            if TO_FILL_IN in (*cell.columns, *words):
                raise SourceDefinitionError(
                    f"{mapping.origin}: {section}.{name} is not filled in yet; put what is meant "
                    f"in the place of {TO_FILL_IN!r}, or leave it out"
                )
            known = vocabularies.get(name) if section == "columns" else None
            unknown = [word for word in words if known is not None and word not in known]
            if known is not None and unknown:
                raise UnknownNameError(f"{name} of {mapping.origin}", unknown[0], known)


def _check_types(mapping: FileMapping) -> None:
    """Refuse a constant that is not of its column's type."""
    with duckdb.connect() as con:
        for column in TABLES[mapping.table].columns:
            told = mapping.columns.get(column.name, Cell()).value
            if told is not None and con.execute(
                f"select try_cast(? as {column.type}) is null", [told]
            ).fetchone() == (True,):
                raise SourceDefinitionError(
                    f"{mapping.origin}: columns.{column.name} is {told!r} and must be a "
                    f"{column.type.partition('(')[0].lower()}"
                )


def _meaning(mapping: FileMapping) -> FileMapping:
    return replace(mapping, title="", files=(), origin="", folder=None)


def _cells(told: Mapping[str, Any], key: str, origin: str) -> dict[str, Cell]:
    section = told.get(key, {})
    if not isinstance(section, dict):
        raise SourceDefinitionError(f"{origin}: [{key}] must be a table")
    return {name: _cell(value, f"{origin}: {key}.{name}") for name, value in section.items()}


def _cell(value: object, where: str) -> Cell:
    if isinstance(value, str) and value:
        return Cell(columns=(value,))
    if not isinstance(value, dict):
        raise SourceDefinitionError(
            f"{where} must be the name of a column, or a table with column or value"
        )
    for name in value:
        if name not in _CELL_KEYS:
            raise UnknownNameError(f"key of {where}", name, _CELL_KEYS)
    if sum(name in value for name in ("column", "columns", "value")) != 1:
        raise SourceDefinitionError(f"{where} must have either a column or a value")
    columns = value.get("columns", [value["column"]] if "column" in value else [])
    if not isinstance(columns, list) or not all(isinstance(one, str) and one for one in columns):
        raise SourceDefinitionError(f"{where} must name one column, or a list of columns")
    if not columns and "value" not in value:
        raise SourceDefinitionError(f"{where}.columns must name at least one column")
    values = value.get("values", {})
    if not isinstance(values, dict):
        raise SourceDefinitionError(f"{where}.values must say what single values mean")
    plain = {name: str(value[name]) for name in ("value", "default") if name in value}
    return Cell(
        columns=tuple(columns),
        value=plain.get("value"),
        values={str(told).strip().lower(): str(means) for told, means in values.items()},
        default=plain.get("default"),
    )


def _text(told: Mapping[str, Any], key: str, origin: str) -> str | None:
    value = told.get(key)
    if value is not None and (not isinstance(value, str) or not value):
        raise SourceDefinitionError(f"{origin}: {key} is {value!r} and must be a text")
    return value


def _check_zone(zone: str, origin: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SourceDefinitionError(f"{origin}: time_zone {zone!r} is no IANA time zone") from None


def _check_pattern(pattern: str, origin: str) -> None:
    try:
        with duckdb.connect() as con:
            con.execute("select try_strptime('', $pattern)", {"pattern": pattern}).fetchall()
    except duckdb.Error:
        raise SourceDefinitionError(
            f"{origin}: date_format {pattern!r} is none; write it like '%d-%m-%Y %H:%M'"
        ) from None
