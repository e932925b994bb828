"""The tables of the database file, made from ``records``, and how older files are lifted.

Big tables carry no primary key and no index: uniqueness is kept by the way records are merged
(``merging``). Beside the declared columns they carry 64-bit keys made from the text ids, because
joins and sorts over integers cost half of those over text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.errors import DatabaseError, NewerDatabaseError, NotADatabaseError
from convocommerce.records import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from convocommerce.records import Table

LAYOUT_VERSION = 4
"""The layout this package writes and reads.

Layout 1 was never released and is not lifted: its records lack what newer reading tells of them.
"""

TOUCHED = "create table touched (about varchar not null, name varchar, key ubigint);"
"""What loads changed since the models were built: its kind, and its id or its 64-bit key."""

ERASED = """
create table erased (key ubigint not null);
create table erasure_salt (salt varchar not null);
create table erasures (
    erased_at timestamp not null, package_version varchar not null, n_removed bigint not null,
    n_emptied bigint not null, is_file_rewritten boolean not null
);
"""
"""Marks of what was erased, what they are salted with, and when how much was (``erased``)."""

MIGRATIONS: dict[int, str] = {3: f"{TOUCHED} drop table if exists built;", 4: ERASED}
"""The SQL that lifts a file from the layout before to the layout of the key."""


def hash_sql(text: str) -> str:
    """Return the SQL of the 64-bit hash of a text: what ``md5_number_lower`` gives.

    That macro goes by way of a text of zeros and ones and takes three times as long.
    """
    return f"(md5_number({text}) >> 64)::ubigint"


CUSTOMER_KEY = hash_sql("channel || chr(31) || business_id || chr(31) || customer_id")
"""The key of a person on one channel of one business."""

THREAD_KEY = hash_sql(
    "channel || chr(31) || business_id || chr(31) || coalesce('case' || chr(31) || case_id, "
    "customer_id)"
)
"""The key of a thread: the case where the platform's threads end, else the person's line."""


def subject_key(kind: str, name: str) -> str:
    """Return the SQL of the key of a customer, an order or a checkout, from SQL of kind and name.

    A customer's name is channel, business and customer with colons between.
    """
    parts = rf"regexp_replace({name}, '^([^:]+):([^:]+):', '\1' || chr(31) || '\2' || chr(31))"
    other = hash_sql(f"{kind} || chr(31) || {name}")
    return f"case when {kind} = 'customer' then {hash_sql(parts)} else {other} end"


KEY_COLUMNS: dict[str, dict[str, str]] = {
    "messages": {
        "message_key": hash_sql("channel || chr(31) || message_id"),
        "thread_key": THREAD_KEY,
    },
    "touchpoints": {"thread_key": THREAD_KEY},
}
"""The 64-bit keys that a table carries beside its declared columns, and how they are made."""

BOOKKEEPING = """
create table layout (version integer not null);
create table state (revision bigint not null);
create table loads (
    load_id bigint not null, started_at timestamp not null, finished_at timestamp not null,
    package_version varchar not null
);
create table load_files (
    load_id bigint not null, file varchar not null, sha256 varchar, bytes bigint, source varchar,
    kind varchar, n_read bigint not null, n_loaded bigint not null, n_duplicate bigint not null,
    n_ignored bigint not null, n_quarantined bigint not null, n_repaired bigint not null,
    is_incomplete boolean not null, note varchar, meaning varchar, is_failed boolean not null,
    is_skipped boolean not null
);
create table load_reasons (
    load_id bigint not null, file varchar not null, outcome varchar not null,
    reason varchar not null, n bigint not null
);
create table quarantine (
    load_id bigint not null, file varchar not null, position bigint not null,
    part integer not null, reason varchar not null, text varchar
);
"""


def content_hash(table: Table, alias: str, *, leave_out: str | None = None) -> str:
    """Return the SQL of the hash of the declared columns of a row, all or all but one."""
    names = [name for name in table.column_names() if name != leave_out]
    parts = ", ".join(f"coalesce({alias}.{name}::varchar, chr(30))" for name in names)
    return hash_sql(f"concat_ws(chr(31), {parts})")


def stored_columns(table: Table) -> dict[str, str]:
    """Return every stored column of a table with its type: declared, then keys."""
    declared = {column.name: column.type for column in table.columns}
    return declared | dict.fromkeys(KEY_COLUMNS.get(table.name, {}), "UBIGINT")


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Make every table in an empty database."""
    for table in TABLES.values():
        required = {column.name for column in table.columns if column.required}
        columns = ", ".join(
            f"{name} {type_}{' not null' if name in required else ''}"
            for name, type_ in stored_columns(table).items()
        )
        con.execute(f"create table {table.name} ({columns})")
    con.execute(BOOKKEEPING + TOUCHED + ERASED)
    con.execute("insert into layout values (?)", [LAYOUT_VERSION])
    con.execute("insert into state values (0)")


def layout_version(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Return the layout of an open file.

    Raises:
        NotADatabaseError: The file is a DuckDB database of something else.
        NewerDatabaseError: A newer version of this package wrote it.
    """
    known = con.execute(
        "select count(*) from duckdb_tables() where not internal and not temporary "
        "and (table_name, column_count) = ('layout', 1) and schema_name = 'main'"
    ).fetchall()
    rows = con.execute("select version from layout").fetchall() if known[0][0] else []
    if len(rows) != 1 or not isinstance(rows[0][0], int):
        raise NotADatabaseError(
            f"{path} is a DuckDB database, but not one of convocommerce; it was left as it is"
        )
    version = rows[0][0]
    if version > LAYOUT_VERSION:
        raise NewerDatabaseError(
            f"{path} has layout {version} and this version of convocommerce knows layouts up to "
            f"{LAYOUT_VERSION}; upgrade convocommerce to open it"
        )
    return version


def migrate(con: duckdb.DuckDBPyConnection, version: int, path: Path) -> None:
    """Lift a file from an older layout to the present one, inside the caller's transaction.

    Raises:
        DatabaseError: The way up from that layout is not known.
    """
    for target in range(version + 1, LAYOUT_VERSION + 1):
        if target not in MIGRATIONS:
            raise DatabaseError(
                f"{path} has layout {version}, which is too old to be lifted to {LAYOUT_VERSION}; "
                "build a new database from the exports"
            )
        con.execute(MIGRATIONS[target])
        con.execute("update layout set version = ?", [target])
