"""Rows counted, and small tables made from values of Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def count(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    """Return how many rows there are in what follows ``from``."""
    return int(con.execute(f"select count(*) from {rows}").fetchall()[0][0])


def database_name(con: duckdb.DuckDBPyConnection) -> str:
    """Return the name of the database in use, as SQL writes it."""
    name = con.execute("select current_database()").fetchall()[0][0]
    return '"' + str(name).replace('"', '""') + '"'


def columns_of(con: duckdb.DuckDBPyConnection, rows: str) -> dict[str, str]:
    """Return the columns of a table or a query with their types."""
    return {row[0]: row[1] for row in con.execute(f"describe {rows}").fetchall()}


def write_rows(
    con: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Write rows as a table, in place of one of that name.

    Args:
        con: A connection.
        name: The table.
        columns: Its columns, each ``varchar`` or ``bigint``.
        rows: Its rows, values in the order of the columns.
    """
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    write_columns(con, name, columns, [list(column) for column in values])


def write_columns(
    con: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    values: Iterable[Any],
) -> None:
    """Write whole columns as a table, in place of one of that name.

    Args:
        con: A connection.
        name: The table.
        columns: Its columns, each ``varchar`` or ``bigint``.
        values: A list or array for each column, all of one length.
    """
    import pyarrow as pa

    declared = ", ".join(f"{column} {type_}" for column, type_ in columns.items())
    con.execute(f"create or replace table {name} ({declared})")
    arrow = {"varchar": pa.string(), "bigint": pa.int64()}
    table = pa.table(
        {
            column: pa.array(given, arrow[type_])
            for (column, type_), given in zip(columns.items(), values, strict=True)
        }
    )
    con.register("rows_of_rules", table)
    try:
        con.execute(f"insert into {name} select * from rows_of_rules")
    finally:
        con.unregister("rows_of_rules")
