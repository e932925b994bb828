"""How the engine plans statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@contextmanager
def joins_as_written(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let joins run in the order in which SQL names their tables, in the block.

    The engine takes every condition for one that one row in five meets, so after a few of them it
    expects a hundredth of all messages, and keeps all of them in memory to look up few threads.
    Models name the many rows first and what is looked up for them after.

    Args:
        con: A connection; others to the same database plan in the same way meanwhile.
    """
    # By a connection of its own: in a transaction that failed nothing can be set any more.
    with con.cursor() as setting:
        setting.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
        try:
            yield
        finally:
            setting.execute("reset disabled_optimizers")
