"""Builds all models: in one go, or part after part of contacts where memory is short.

Every part is built in a database of its own in memory, which is given up after it. In the database
itself its tables would stay until the transaction ends, dropped or not, and all parts together
would take what no memory limit allows.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from convocommerce.building.parts import records_of
from convocommerce.errors import MemoryLimitError
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse.connection import SESSION
from convocommerce.warehouse.files import CONFIG, spill_into
from convocommerce.warehouse.memory import limit_memory, memory_limit_of
from convocommerce.warehouse.rows import columns_of, count

BYTES_PER_MESSAGE = 700
"""What building the models holds for each message at its height, measured with a million."""

MOST_BYTES = 8 << 30
"""How much the models of a part may hold, however much memory there is: twelve million messages.
Parts cost a third more, for their rows go there and back."""

MANY_PARTS = 36
"""From how many parts on setting messages apart costs less than looking at all for each part."""

_MANY_ROWS = ("threads", "messages")

_BATCH = 1 << 17
"""How many rows go from one database to the other at a time: about one group of the file's."""


def build_all(con: duckdb.DuckDBPyConnection, tell: Callable[[str, int], None]) -> None:
    """Build all models, in as many parts as the memory limit asks for.

    Args:
        con: A connection with records, contacts and references.
        tell: Told which model or part comes next, and its number from 1 on.
    """
    n = _parts_needed(con)
    if n > 1:
        _build_in_parts(con, n, tell)
        return
    for number, file in enumerate(sql_files("models").values(), start=1):
        tell(file.name, number)
        con.execute(f"create or replace table {file.name} as {file.sql}")


def steps_needed(con: duckdb.DuckDBPyConnection) -> int:
    """Return in how many steps ``build_all`` would go."""
    n = _parts_needed(con)
    return n if n > 1 else len(sql_files("models"))


def fits(con: duckdb.DuckDBPyConnection, messages: int) -> bool:
    """Return whether the models of so many messages may be built at once."""
    return messages * BYTES_PER_MESSAGE <= _most_bytes(con)


def _most_bytes(con: duckdb.DuckDBPyConnection) -> float:
    return min(memory_limit_of(con) / 2, MOST_BYTES)


def _parts_needed(con: duckdb.DuckDBPyConnection) -> int:
    """Return in how many parts to build, so that one fits into half the memory limit at most."""
    messages = count(con, "messages") + count(con, "ticket_events")
    n = max(1, math.ceil(messages * BYTES_PER_MESSAGE / _most_bytes(con)))
    # The number of groups divides that of parts, so what a key leaves over tells its group as well.
    return n + -n % _groups_of(n)


def _groups_of(n: int) -> int:
    """Return into how many groups so many parts are put."""
    return math.isqrt(n) if n >= MANY_PARTS else 1


def _build_in_parts(
    con: duckdb.DuckDBPyConnection, n: int, tell: Callable[[str, int], None]
) -> None:
    """Build the models of the contacts of one part after the other.

    Contacts fall into parts by their keys, which are evenly spread.
    """
    groups = _groups_of(n)
    done = 0
    with _share_of_memory(con) as memory:
        for group in range(groups):
            with _near(con, group, groups, memory // 4) as near:
                for number in range(group, n, groups):
                    done += 1
                    tell(f"models, part {done} of {n}", done)
                    put = _copy if done == 1 else _append
                    with _database(con, memory) as part:
                        _take(con, near, _records(n, number), part)
                        for file in sql_files("models").values():
                            part.execute(f"create table {file.name} as {file.sql}")
                            put(part, f"from {file.name}", con, file.name)


def _take(
    con: duckdb.DuckDBPyConnection,
    near: duckdb.DuckDBPyConnection,
    records: Mapping[str, str],
    part: duckdb.DuckDBPyConnection,
) -> None:
    """Give a part the records of its contacts, and what holds for everybody, which is small."""
    models = sql_files("models")
    read = {table for file in models.values() for table in file.reads} - set(models)
    for name in sorted(read):
        source = near if name in _MANY_ROWS else con
        _copy(source, records.get(name, f"from {name}"), part, name)


def _records(n: int, number: int) -> dict[str, str]:
    """Return by table the SQL of the records of one part of so many."""
    records = records_of(f"contact_key % {n} = {number}")
    # Ids are long, and models know messages by their keys.
    messages = f"select columns(lambda c: c <> 'message_id') from ({records['messages']})"
    return records | {"messages": messages}


@contextmanager
def _near(
    con: duckdb.DuckDBPyConnection, group: int, groups: int, memory: int
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Set apart the messages of a group of parts, so that no part has to look at all of them.

    Twice as many messages make twice as many parts: looking at all for each would cost four times.
    """
    if groups == 1:
        yield con
        return
    records = _records(groups, group)
    with _database(con, memory) as near:
        for name in _MANY_ROWS:
            _copy(con, records[name], near, name)
        yield near


@contextmanager
def _share_of_memory(con: duckdb.DuckDBPyConnection) -> Iterator[int]:
    """Leave memory to other databases while the block runs.

    Yields:
        How many bytes a part may use: half of all.

    Raises:
        MemoryLimitError: It was not enough.
    """
    limit = memory_limit_of(con)
    ((shown,),) = con.execute("select current_setting('memory_limit')").fetchall()
    # By a connection of its own: in a transaction that failed nothing can be set any more.
    with con.cursor() as setting:
        limit_memory(setting, f"{limit * 3 // 8}B")
        try:
            yield limit // 2
        except duckdb.OutOfMemoryException:
            raise MemoryLimitError(
                f"not enough memory to build the models, which may use {shown}; nothing was "
                "changed, open the database with a larger memory_limit or with none"
            ) from None
        finally:
            limit_memory(setting, f"{limit}B")


@contextmanager
def _database(con: duckdb.DuckDBPyConnection, memory: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an empty database in memory, which spills where the other one does.

    Args:
        con: The connection of the other one.
        memory: How many bytes it may use.
    """
    ((spill,),) = con.execute("select current_setting('temp_directory')").fetchall()
    with tempfile.TemporaryDirectory(prefix="part-", dir=spill or None) as folder:
        part = duckdb.connect(config=CONFIG)
        try:
            part.execute(SESSION)
            spill_into(part, Path(folder))
            limit_memory(part, f"{memory}B")
            yield part
        finally:
            part.close()


def _copy(
    source: duckdb.DuckDBPyConnection, sql: str, target: duckdb.DuckDBPyConnection, name: str
) -> None:
    """Put the rows of a query into a table of the other database, in place of one of that name."""
    columns = ", ".join(f'"{one}" {type_}' for one, type_ in columns_of(source, sql).items())
    target.execute(f"create or replace table {name} ({columns})")
    _append(source, sql, target, name)


def _append(
    source: duckdb.DuckDBPyConnection, sql: str, target: duckdb.DuckDBPyConnection, name: str
) -> None:
    """Put the rows of a query behind those of a table of the other database."""
    target.register("arriving", source.sql(sql).to_arrow_reader(_BATCH))
    try:
        target.execute(f"insert into {name} from arriving")
    finally:
        target.unregister("arriving")
