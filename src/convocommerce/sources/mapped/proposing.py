"""A first mapping of a file, guessed from what its columns are called."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convocommerce.errors import UnknownNameError
from convocommerce.records import FILLED_BY_LOADING, TABLES
from convocommerce.sources.mapped.dates import are_clocks, are_days, formats_of
from convocommerce.sources.mapped.mapping import DEFAULTS, MADE, MIDNIGHT, TO_FILL_IN
from convocommerce.sources.mapped.words import (
    CALLED,
    DAYS,
    DIRECTIONS,
    KEYS,
    ROLES,
    SIDES,
    SIGNS,
    TIMES_OF_DAY,
)

_OF_SIGN = 0.4
"""What a word of its own counts for a table, beside the share of needed columns found."""

_OF_NAME = 0.2
"""What it counts on top in the name of the file, which says what all of its rows are."""

_MOST_WORDS = 8
_MOST_VALUES = 12


def propose(
    columns: Sequence[str], sample: Sequence[Mapping[str, Any]], *, name: str, table: str | None
) -> str:
    """Return the text of a mapping to start from, with what could not be guessed marked.

    Args:
        columns: The names of the file's columns, or the paths to the values of its objects.
        sample: Some of its rows, to see how times are written and which values a column has.
        name: What to call the source.
        table: The canonical table; the one that most columns fit when left out.

    Raises:
        UnknownNameError: There is no such table.

    >>> text = propose(["Call ID", "Started at", "Caller", "Direction"], [], name="calls",
    ...                table="messages")
    >>> print(text.partition("[columns]")[2].strip().splitlines()[0])
    customer_id = "Caller"
    """
    if table is not None and table not in DEFAULTS:
        raise UnknownNameError("table", table, DEFAULTS)
    file = _File(columns, sample)
    chosen = table or max(SIGNS, key=lambda one: _fit(one, file, name))
    declared = [c for c in TABLES[chosen].columns if c.name not in FILLED_BY_LOADING]
    guesses = _guesses(chosen, file)
    clocks = _clocks(chosen, guesses, file)
    lines = [f'name = "{name}"', f'table = "{chosen}"', '# time_zone = "Europe/Amsterdam"']
    lines += [_format_line(chosen, guesses, clocks, file), "", "[columns]"]
    given = {*DEFAULTS[chosen], MADE.get(chosen, "")}
    for column in declared:
        if column.name in guesses:
            clock = clocks.get(guesses[column.name]) if column.type == "TIMESTAMP" else None
            lines.append(_line(column.name, guesses[column.name], clock, file))
        elif column.required and column.name not in given:
            lines.append(f'{column.name} = "?"  # {column.meaning}')
    keys = {key: found for key, names in KEYS.items() if (found := file.called(names))}
    if keys:
        lines += ["", "[identities]"]
        lines += [
            f"{key} = {json.dumps(column, ensure_ascii=False)}" for key, column in keys.items()
        ]
    used = {*guesses.values(), *keys.values(), *clocks.values()}
    left = [column for column in columns if column not in used]
    lines += ["", f"# not used: {', '.join(left)}"] if left else []
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class _File:
    """What is known of the file: the names of its columns, and some rows."""

    columns: Sequence[str]
    sample: Sequence[Mapping[str, Any]]

    def called(self, names: Sequence[str]) -> str | None:
        """Return the column that bears one of some names, the first names first."""
        return next(iter(self.all_called(names)), None)

    def all_called(self, names: Sequence[str]) -> list[str]:
        plain = {_plain(column): column for column in reversed(self.columns)}
        return [plain[name] for name in names if name in plain]

    def values(self, column: str) -> list[str]:
        """Return what the sample has in a column, empty cells left out."""
        told = (str(_at(row, column)).strip() for row in self.sample)
        return [value for value in told if value not in ("", "None")]

    def words(self, column: str) -> list[str]:
        return sorted({value.lower() for value in self.values(column)})

    def tells(self, column: str, known: Mapping[str, str]) -> bool:
        """Return whether a column has few values, of which at least half are known words."""
        words = self.words(column)
        hits = sum(word in known for word in words)
        return 0 < len(words) <= _MOST_WORDS and hits * 2 >= len(words)


def _at(row: Mapping[str, Any], column: str) -> Any:
    """Return the value of a column, or at the end of a path."""
    if column in row:
        return row[column]
    value: Any = row
    for step in column.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return "" if value is None else value


def _guesses(table: str, file: _File) -> dict[str, str]:
    found = {}
    for column in TABLES[table].columns:
        own = column.name.replace("_", " ")
        called = file.all_called((own, *CALLED.get(column.name, ())))
        fitting = [name for name in called if _may_be(column.name, name, file)]
        if column.type == "TIMESTAMP":
            # A date alone, or a clock alone, is half an instant: what has both is better.
            fitting.sort(
                key=lambda name: are_days(file.values(name)) + are_clocks(file.values(name))
            )
        if fitting:
            found[column.name] = fitting[0]
    role = found.get("declared_role")
    if role is not None and table == "messages":
        found.setdefault("direction", role)
    return found


def _may_be(name: str, column: str, file: _File) -> bool:
    """Return whether the values of a column are such that its name can mean that."""
    is_role = file.tells(column, ROLES)
    if name == "customer_id":
        return not is_role
    if name == "declared_role" and _plain(column) in ("sender", "from", "who", "author"):
        return is_role
    if name == "direction" and _plain(column) == "type":
        return not file.values(column) or file.tells(column, DIRECTIONS)
    return True


def _fit(table: str, file: _File, name: str) -> tuple[float, int]:
    """Return how well a table fits: by the columns it needs and by words only it uses."""
    guesses = _guesses(table, file)
    given = (*DEFAULTS[table], MADE.get(table, ""))
    needed = [c.name for c in TABLES[table].columns if c.required and c.name not in given]
    share = sum(one in guesses for one in needed) / max(len(needed), 1)
    headings = {word for column in file.columns for word in _plain(column).split()}
    is_named = not SIGNS[table].isdisjoint(_plain(name).split())
    is_signed = is_named or not SIGNS[table].isdisjoint(headings)
    if not is_signed and table not in ("messages", "orders"):
        return -1.0, 0
    return share + _OF_SIGN * is_signed + _OF_NAME * is_named, len(set(guesses.values()))


def _clocks(table: str, guesses: Mapping[str, str], file: _File) -> dict[str, str]:
    """Return the column with the time of day that belongs to a column with only the day."""
    needed = [c.name for c in TABLES[table].columns if c.required and c.type == "TIMESTAMP"]
    day = next((guesses[name] for name in needed if name in guesses), None)
    if day is None:
        return {}
    others = [one for one in file.columns if one != day and _plain(one) in TIMES_OF_DAY]
    if file.sample:
        others = [one for one in others if are_clocks(file.values(one))]
        is_day = are_days(file.values(day))
    else:
        is_day = _plain(day) in DAYS
    return {day: others[0]} if is_day and others else {}


def _format_line(
    table: str, guesses: Mapping[str, str], clocks: Mapping[str, str], file: _File
) -> str:
    """Return how times are written, as a comment unless the sample leaves one way only."""
    types = {c.name: c.type for c in TABLES[table].columns}
    required = [c.name for c in TABLES[table].columns if c.required]
    timed = [name for name in guesses if types[name] in ("TIMESTAMP", "DATE")]
    first = [name for name in timed if name in required]
    for names in (timed, first):
        values = [value for name in names for value in _times(guesses[name], clocks, file)]
        fitting = formats_of(values)
        if len(fitting) == 1:
            return f'date_format = "{fitting[0]}"'
        if fitting:
            others = " or ".join(f'"{one}"' for one in fitting[1:])
            return f'# date_format = "{fitting[0]}"  # or {others}: the sample fits each'
    return '# date_format = "%d-%m-%Y %H:%M"'


def _times(column: str, clocks: Mapping[str, str], file: _File) -> list[str]:
    if column not in clocks:
        return file.values(column)
    pairs = ((_at(row, column), _at(row, clocks[column])) for row in file.sample)
    told = ((str(day).strip(), str(clock).strip()) for day, clock in pairs)
    whole = [f"{day} {clock}" for day, clock in told if day and clock]
    return [re.sub(MIDNIGHT, r"\1 \2", one) for one in whole]


def _plain(column: str) -> str:
    last = column.rsplit(".", 1)[-1] if " " not in column else column
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last)
    return re.sub(r"[\W_]+", " ", apart).strip().lower()


def _line(name: str, column: str, clock: str | None, file: _File) -> str:
    told = json.dumps(column, ensure_ascii=False)
    if clock is not None:
        return f"{name} = {{ columns = [{told}, {json.dumps(clock, ensure_ascii=False)}] }}"
    known: Mapping[str, str] = {}
    if name == "direction":
        is_role = file.tells(column, ROLES)
        known = {word: SIDES[role] for word, role in ROLES.items()} if is_role else DIRECTIONS
    elif name == "declared_role" and file.tells(column, ROLES):
        known = ROLES
    if not known:
        return f"{name} = {told}"
    words = file.words(column)[:_MOST_VALUES]
    means = {value: known.get(value, TO_FILL_IN) for value in words} or known
    pairs = ", ".join(
        f'{json.dumps(value, ensure_ascii=False)} = "{what}"' for value, what in means.items()
    )
    return f"{name} = {{ column = {told}, values = {{ {pairs} }} }}"
