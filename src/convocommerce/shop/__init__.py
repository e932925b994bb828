"""The facade people hold: a shop and its database."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Self

from convocommerce.calling import check_choice, knows_its_names, methods_know_their_names, path_of
from convocommerce.cluster.lakes import is_lake
from convocommerce.erasing import finish_erasing
from convocommerce.markup import html_table
from convocommerce.shop.figures import Figures
from convocommerce.shop.records import Records
from convocommerce.shop.selling import Selling
from convocommerce.shop.service import Service
from convocommerce.warehouse import open_database
from convocommerce.wording import languages

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Shop", "open"]


@methods_know_their_names
class Shop(Records, Figures, Service, Selling):
    """A business whose conversations are measured, and the database that holds its records.

    Each method is one call downward; they stand apart by what they are about: ``Records``,
    ``Figures``, ``Service`` and ``Selling``.
    """

    def close(self) -> None:
        """Close the database and let others have it."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Shop({str(self.path)!r})"

    def _repr_html_(self) -> str:
        held = self.held()
        rows = [(name.replace("_", " "), f"{n:,}") for name, n in held.items() if n]
        return f"<p>{escape(repr(self))}</p>{html_table(('records', 'how many'), rows)}"


@knows_its_names
def open(  # noqa: A001  # convocommerce.open reads best
    path: str | Path,
    *,
    read_only: bool = False,
    language: str = "en",
    lock_timeout: float = 0.0,
    memory_limit: str | None = None,
) -> Shop:
    """Open a shop's database, making it when there is none.

    Args:
        path: The DuckDB file, ``:memory:``, or a lake: its folder or an address such as
            ``s3://bucket/lake``. A lake is for reading only (see ``convocommerce.cluster``).
        read_only: Look only; several may look at once while nobody writes.
        language: The language results show themselves in.
        lock_timeout: How many seconds to wait for somebody else to let go of it.
        memory_limit: The most memory to use, such as ``"2GB"``; four fifths of the machine's if
            not given. With less than the models need at once, they are built part by part.

    Raises:
        DatabaseLockedError: Somebody else holds it; the message says who and since when.
        NotADatabaseError: The file is something else.
        NewerDatabaseError: A newer version wrote it.
    """
    check_choice("language", language, languages())
    if not isinstance(path, str):
        path = path_of(path)
    if is_lake(path):
        from convocommerce.cluster.reading import open_lake

        return Shop(open_lake(path, memory_limit), language=language)
    database = open_database(
        path, read_only=read_only, lock_timeout=lock_timeout, memory_limit=memory_limit
    )
    if not read_only:
        finish_erasing(database)
    return Shop(database, language=language)
