"""Opens a lake to be asked: a database in memory whose tables are the lake's files."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from convocommerce.cluster import routing
from convocommerce.cluster.lakes import BUILDS, RECORDS, lake_at, view
from convocommerce.cluster.loading import BOOKS
from convocommerce.cluster.places import quoted
from convocommerce.errors import LakeError
from convocommerce.records import TABLES
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse import schema
from convocommerce.warehouse.connection import SESSION, reading_from
from convocommerce.warehouse.failures import working_failure
from convocommerce.warehouse.files import CONFIG, remove_folder
from convocommerce.warehouse.memory import check_memory_limit, limit_memory

if TYPE_CHECKING:
    from convocommerce.warehouse import Database


def open_lake(lake: str | Path, memory_limit: str | None = None) -> Database:
    """Open what a lake holds now, for reading only.

    Whatever is loaded or built later is seen when the lake is opened again.

    Args:
        lake: The folder of the lake, or its address.
        memory_limit: The most memory to use, such as ``"2GB"``.

    Returns:
        The database: every table and model under its name. Large ones are read from the lake when
        they are asked for, and only the columns and rows that are needed.

    Raises:
        LakeError: There is no lake, nothing was built, or it has another layout.
    """
    check_memory_limit(memory_limit)
    whole = lake_at(lake)
    place = whole.place
    built = whole.current(BUILDS)
    if built is None:
        raise LakeError(
            f"nothing is built in the lake {place.root}; load exports and build it first"
        )
    records = whole.generation(RECORDS, built.about["records"])
    spill = Path(tempfile.mkdtemp(prefix="convocommerce-"), "spill")
    con = duckdb.connect(config=CONFIG)
    try:
        con.execute(SESSION)
        con.execute(f"set temp_directory = '{quoted(str(spill))}'")
        limit_memory(con, memory_limit)
        place.ready(con)
        schema.create(con)
        for table in TABLES:
            con.execute(f"drop table {table}")
            view(con, place, table, records.tables[table])
        for book in BOOKS:
            view(con, place, f"held_{book}", records.tables[book])
            con.execute(f"insert into {book} from held_{book}")
            con.execute(f"drop view held_{book}")
        large = {*sql_files("models"), *routing.CONTACT}
        for name, stored in built.tables.items():
            view(con, place, name, stored, kind="view" if name in large else "table")
        con.execute(
            "create table settings as select ? as rules", [json.dumps(built.about["rules"])]
        )
        con.execute(
            "create table built as select 0::bigint as revision, ? as meaning",
            [built.about["meaning"]],
        )
    except duckdb.Error as error:
        con.close()
        remove_folder(spill.parent)
        raise working_failure(error, Path(place.root)) from None
    return reading_from(con, Path(place.root), spill)
