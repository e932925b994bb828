"""One piece of a job: what is sent to wherever it runs, and what comes back.

A task is a small value that can be pickled. It reads files, writes files under names that no other
task writes, and returns a small answer; so it can be lost and run again, or run twice at once, and
the lake is the same.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

import convocommerce.errors
from convocommerce.cluster.places import Place
from convocommerce.errors import ConvocommerceError, LakeError
from convocommerce.warehouse import LAYOUT_VERSION
from convocommerce.warehouse.connection import SESSION
from convocommerce.warehouse.files import CONFIG, spill_into
from convocommerce.warehouse.memory import limit_memory

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGE = Path(convocommerce.errors.__file__).parent


class Task(Protocol):
    """One piece of a job."""

    def work(self) -> Mapping[str, Any]:
        """Do it, and return what the one who sent it must know."""


@cache
def versions() -> dict[str, Any]:
    """Return what decides the bytes that a task writes: all who work on a lake must agree on it."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in (".py", ".sql"):
            digest.update(f"{path.relative_to(_PACKAGE)}\x1f".encode() + path.read_bytes())
    return {
        "package": importlib.metadata.version("convocommerce"),
        "layout": LAYOUT_VERSION,
        "code": digest.hexdigest()[:16],
        "duckdb": duckdb.__version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
    }


def perform(number: int, wanted: Mapping[str, Any], get: Callable[[], Task]) -> str:
    """Run a task where it was sent to, unless another version of the package is installed there.

    Args:
        number: The number of the task in its job.
        wanted: The versions of whoever sent it.
        get: Gives the task; asked only when the versions agree, for another version may not even
            be able to read it.

    Returns:
        The answer as JSON. What would fail again however often it is tried is an answer too.

    Raises:
        LakeError: It failed in a way that trying again may cure.
    """
    own = versions()
    found: dict[str, Any] = {"number": number, "versions": own}
    if own != wanted:
        return json.dumps(found)
    try:
        return json.dumps(found | {"answer": get().work()})
    except LakeError:
        raise
    except ConvocommerceError as error:
        return json.dumps(found | {"error": type(error).__name__, "message": str(error)})
    except duckdb.OutOfMemoryException:
        message = (
            f"task {number} needs more memory than it may use; nothing was changed, "
            "allow it more or split into more buckets; one contact is never split"
        )
        return json.dumps(found | {"error": "LakeError", "message": message})
    except duckdb.Error as error:
        # What DuckDB says may quote what it was working on, and this ends in the logs of a cluster.
        raise LakeError(f"task {number}: the database failed ({type(error).__name__})") from None
    except OSError as error:
        raise LakeError(f"task {number}: {error.strerror or type(error).__name__}") from None


@contextmanager
def driver(place: Place, memory_limit: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a database as ``bench`` does, for a step of whoever runs the job, with all processors.

    Raises:
        LakeError: The step failed; its words say nothing of the data.
    """
    try:
        with bench(place, memory_limit=memory_limit, threads=None) as con:
            yield con
    except duckdb.OutOfMemoryException:
        raise LakeError(
            "a step that looks at everything at once needs more memory than it may use; nothing "
            "was changed, allow the driver more"
        ) from None
    except duckdb.Error as error:
        raise LakeError(
            f"the database of the driver failed ({type(error).__name__}); nothing was changed"
        ) from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise LakeError(f"the driver could not write: {why}; nothing was changed") from None


@contextmanager
def bench(
    place: Place, *, memory_limit: str | None = None, threads: int | None = 1
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an empty database in memory that reads and writes the lake, with a disk to spill to.

    Args:
        place: Where the lake stands.
        memory_limit: The most memory to use, such as ``"2GB"``.
        threads: The most threads to use; null for as many as there are processors.
    """
    with tempfile.TemporaryDirectory(prefix="convocommerce-") as scratch:
        con = duckdb.connect(config=CONFIG)
        try:
            con.execute(SESSION)
            spill_into(con, Path(scratch))
            if threads is not None:
                con.execute(f"set threads = {int(threads)}")
            limit_memory(con, memory_limit)
            place.ready(con)
            yield con
        finally:
            con.close()
