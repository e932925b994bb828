"""What was found out about the records, kept for as long as they stay as they are.

Beside its figures every question asks how far the records reach, what they tell of and which
senders nobody named. That takes looks at all messages, and gives the same until something is loaded
or the rules change. Inside ``remembering`` it is found out once for each state of the records.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    import duckdb

Found = TypeVar("Found")


@dataclass
class _Memory:
    """What is known of the records in one state."""

    state: tuple[Any, ...]
    known: dict[Hashable, Any] = field(default_factory=dict)


_MEMORIES: WeakKeyDictionary[duckdb.DuckDBPyConnection, _Memory] = WeakKeyDictionary()
_CURRENT: ContextVar[tuple[duckdb.DuckDBPyConnection, _Memory] | None] = ContextVar(
    "current", default=None
)


@contextmanager
def remembering(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Remember in the block what is found out; records and models must not change in it.

    Where nothing says in which state the records are, as in a lake, nothing is remembered.

    Args:
        con: The connection that it is found out on.
    """
    state = _state(con)
    if not state:
        yield
        return
    memory = _MEMORIES.get(con)
    if memory is None or memory.state != state:
        memory = _MEMORIES[con] = _Memory(state)
    token = _CURRENT.set((con, memory))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def remembered(
    con: duckdb.DuckDBPyConnection, about: Hashable, find_out: Callable[[], Found]
) -> Found:
    """Return something about the records, found out anew unless it is remembered.

    Args:
        con: The connection.
        about: What it is, with all that it depends on beside records and rules.
        find_out: Finds it out; what it returns must not be changed by anybody.
    """
    current = _CURRENT.get()
    if current is None or current[0] is not con:
        return find_out()
    known = current[1].known
    if about not in known:
        known[about] = find_out()
    found: Found = known[about]
    return found


_STATE = {
    "built": "select revision, meaning from built",
    "loads": "select max(load_id), max(finished_at) from loads",
    "state": "select revision from state",
}


def _state(con: duckdb.DuckDBPyConnection) -> tuple[Any, ...]:
    """Return which records there are, and of which of them and what rules the models were built."""
    names = ", ".join(f"'{name}'" for name in _STATE)
    tables = con.execute(
        f"select table_name from duckdb_tables() where not temporary and table_name in ({names})"
    ).fetchall()
    return tuple(tuple(con.execute(_STATE[name]).fetchall()) for (name,) in sorted(tables))
