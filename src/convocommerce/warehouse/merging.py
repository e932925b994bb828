"""From staged records to the canonical tables, by the rule of ``records``.

Of all records with one key, the one with the greatest version wins, and among equals the one
with the greatest content hash, the text counting last. Whatever the order, the split or the
repetition of loads, the tables end up the same.

Nearly all records are new or exactly known, so the merge runs in passes over 64-bit keys: keys
met once and never before are inserted as they are, what is known word for word is dropped, and
only the records of the few keys that say different things are compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.errors import DatabaseError
from convocommerce.records import TABLES
from convocommerce.warehouse import erased, touching
from convocommerce.warehouse.rows import count
from convocommerce.warehouse.schema import content_hash, hash_sql, stored_columns

if TYPE_CHECKING:
    import duckdb

    from convocommerce.records import Table

_NUMBERED = "number:"
_FORGOTTEN = "text"
_LEAST = {"VARCHAR": "''", "TIMESTAMP": "timestamp '1970-01-01'", "DATE": "date '1970-01-01'"}


def merge(con: duckdb.DuckDBPyConnection) -> bool:
    """Merge every staged record, inside the caller's transaction.

    Afterwards the temporary table ``changed_documents`` holds the numbers of the documents that
    changed anything.

    Returns:
        Whether any canonical row changed.

    Raises:
        DatabaseError: Two different keys have the same 64-bit hash.
    """
    con.execute("create or replace temp table changed_documents (document_no bigint)")
    is_changed = erased.leave_out(con)
    _leave_out_known_orders(con)
    _remove_deleted_text(con)
    for table in TABLES.values():
        is_changed |= _merge_table(con, table)
    if is_changed:
        _drop_superseded_orders(con)
    return is_changed


def discard(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the temporary tables of a merge."""
    for name in (
        "changed_documents",
        "deleted",
        "incoming",
        "met",
        "disputed",
        "contenders",
        "left_out",
    ):
        con.execute(f"drop table if exists temp.{name}")


def key_sql(table: Table, alias: str) -> str:
    """Return the SQL of a row's 64-bit key.

    Not by the engine's own hash: ids that count up together collide under it.
    """
    if table.name == "messages":
        return f"{alias}.message_key"
    return hash_sql(_key_text(table, alias))


def _key_text(table: Table, alias: str) -> str:
    return " || chr(31) || ".join(f"{alias}.{name}::varchar" for name in table.key)


def _rank(table: Table, alias: str) -> str:
    """Return the SQL of what is compared between records of one key; null is the least.

    The text comes last and alone: it may have been forgotten in one record and not in the other,
    and must then not decide between records that differ in what is still known.
    """
    types = {column.name: column.type for column in table.columns}
    parts = []
    for number, name in enumerate(table.version):
        least = _LEAST.get(types[name], "0")
        parts.append(f"k{number} := {alias}.{name} is not null")
        parts.append(f"v{number} := coalesce({alias}.{name}, {least})")
    parts.append(f"h := {content_hash(table, alias, leave_out=_FORGOTTEN)}")
    if _FORGOTTEN in types:
        parts.append(f"t := coalesce({alias}.{_FORGOTTEN}, '')")
    return f"struct_pack({', '.join(parts)})"


def _merge_table(con: duckdb.DuckDBPyConnection, table: Table) -> bool:
    staged, name = f"staged_{table.name}", table.name
    if not count(con, staged):
        return False
    con.execute(
        "create or replace temp table incoming as "
        f"select s.rowid as staged_row, s.document_no, {key_sql(table, 's')} as k "
        f"from {staged} as s"
    )
    con.execute(
        f"""
        create or replace temp table met as
        select k from incoming group by k having count(*) > 1
        union
        select k from (select {key_sql(table, "t")} as k from {name} as t)
        semi join incoming using (k)
        """
    )
    # What is left out is little, and finding little is quick.
    con.execute(
        "create or replace temp table left_out as "
        "select staged_row from incoming semi join met using (k)"
    )
    if count(con, "met"):
        _choose_among_met(con, table)
    chosen = "incoming anti join left_out using (staged_row)"
    if not count(con, chosen):
        return False
    columns = ", ".join(stored_columns(table))
    con.execute(
        f"insert into {name} by name select {columns} from {staged} as s "
        "anti join left_out on left_out.staged_row = s.rowid"
    )
    touching.note(
        con,
        name,
        f"{staged} as changing where changing.rowid not in (select staged_row from left_out)",
    )
    con.execute(f"insert into changed_documents select distinct document_no from {chosen}")
    return True


def _choose_among_met(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Compare the records of keys met more than once; remove the ones that lost."""
    staged, name = f"staged_{table.name}", table.name
    con.execute(
        f"""
        create or replace temp table disputed as
        with told as (
            select {key_sql(table, "s")} as k, {content_hash(table, "s")} as h,
                false as is_known
            from {staged} as s where {key_sql(table, "s")} in (select k from met)
            union all
            select {key_sql(table, "t")}, {content_hash(table, "t")}, true
            from {name} as t where {key_sql(table, "t")} in (select k from met)
        )
        select k from told group by k having min(h) <> max(h) or not bool_or(is_known)
        """
    )
    con.execute(
        f"""
        create or replace temp table contenders as
        select i.staged_row, i.document_no, i.k, {_rank(table, "s")} as rank,
            {_key_text(table, "s")} as key_text
        from incoming as i
        semi join disputed on disputed.k = i.k
        join {staged} as s on s.rowid = i.staged_row
        union all
        select null, null, {key_sql(table, "t")}, {_rank(table, "t")}, {_key_text(table, "t")}
        from {name} as t
        where {key_sql(table, "t")} in (select k from disputed)
        """
    )
    if count(
        con,
        "(select k from contenders group by k having min(key_text) <> max(key_text))",
    ):
        raise DatabaseError(
            f"two different keys of {name} have the same 64-bit hash; nothing was changed, "
            "load these exports into separate databases"
        )
    # Where a known record is among the best, nothing changes.
    con.execute(
        """
        create or replace temp table winners as
        select c.k, arg_min(c.staged_row, (c.document_no, c.staged_row)) as staged_row
        from contenders as c
        join (select k, max(rank) as best from contenders group by k) as b on b.k = c.k
        where c.rank = b.best
        group by c.k
        having count(*) = count(c.staged_row)
        """
    )
    touching.note(
        con,
        name,
        f"{name} as changing where {key_sql(table, 'changing')} in (select k from winners)",
    )
    con.execute(f"delete from {name} as t where {key_sql(table, 't')} in (select k from winners)")
    con.execute("delete from left_out where staged_row in (select staged_row from winners)")
    con.execute("drop table temp.winners")


def _leave_out_known_orders(con: duckdb.DuckDBPyConnection) -> None:
    """Drop staged orders that are known only by number where the shop's own id is known."""
    con.execute(
        f"""
        delete from staged_orders where starts_with(order_id, '{_NUMBERED}')
        and (platform, substr(order_id, {len(_NUMBERED) + 1})) in (
            select (platform, order_number) from orders
            where not starts_with(order_id, '{_NUMBERED}') and order_number is not null
            union all
            select (platform, order_number) from staged_orders
            where not starts_with(order_id, '{_NUMBERED}') and order_number is not null
        )
        """
    )


def _drop_superseded_orders(con: duckdb.DuckDBPyConnection) -> None:
    superseded = f"""
        starts_with(order_id, '{_NUMBERED}')
        and (platform, substr(order_id, {len(_NUMBERED) + 1})) in (
            select (platform, order_number) from orders
            where not starts_with(order_id, '{_NUMBERED}') and order_number is not null
        )
    """
    touching.note(con, "orders", f"orders as changing where {superseded}")
    con.execute(f"delete from orders where {superseded}")


def _remove_deleted_text(con: duckdb.DuckDBPyConnection) -> None:
    """Forget what was said in messages that were deleted, whichever arrived first.

    Done before records are compared, so that a deleted message that arrives again says exactly
    what is known of it.
    """
    con.execute(
        f"""
        create or replace temp table deleted as
        select channel, message_id, {hash_sql("channel || chr(31) || message_id")} as message_key
        from (
            select channel, message_id from message_changes where change = 'deleted'
            union
            select channel, message_id from staged_message_changes where change = 'deleted'
        )
        """
    )
    if not count(con, "deleted"):
        return
    touching.note(
        con,
        "messages",
        "messages as changing where text is not null "
        "and message_key in (select message_key from deleted)",
    )
    for stage in ("", "staged_"):
        con.execute(
            f"update {stage}messages set text = null "
            "where text is not null and message_key in (select message_key from deleted)"
        )
        con.execute(
            f"update {stage}message_changes set text = null where text is not null "
            "and (channel, message_id) in (select (channel, message_id) from deleted)"
        )
