"""The part of the facade about exports and the records made from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from convocommerce import checking, inspecting, loading
from convocommerce.shop.base import Base, frame
from convocommerce.showing import progress_bar

if TYPE_CHECKING:
    import pandas as pd

    from convocommerce.checking import Findings
    from convocommerce.warehouse import LoadReport


class Records(Base):
    """What was loaded, and how fit it is."""

    def load(
        self,
        *paths: str | Path,
        mapping: str | Path | Sequence[str | Path] = (),
        progress: Callable[[str, int, int], None] | None = None,
    ) -> LoadReport:
        """Load exports: files, folders or archives; the platforms are recognised from the files.

        Loading the same thing again changes nothing, in whatever order, split or packing.

        Args:
            *paths: What to load.
            mapping: TOML files that say what the columns of other files mean (see
                ``propose_mapping``); ``*.mapping.toml`` in the folders are found by themselves.
            progress: Called with a file's name, the bytes done and the bytes in all. Left out, a
                bar appears in a terminal, and in a notebook when there is much to load.

        Returns:
            What was read and what became of it, file by file.

        Raises:
            UnrecognisedExportError: A file named here is no export of a known platform.
            ExportError: An export lacks what makes it one.
            DatabaseError: The database could not take it; it is as it was before.
        """
        with progress_bar() as bar:
            return loading.load(
                self._database,
                list(paths),
                mappings=[mapping] if isinstance(mapping, str | Path) else mapping,
                progress=progress or bar,
            )

    def inspect(
        self, *paths: str | Path, mapping: str | Path | Sequence[str | Path] = ()
    ) -> inspecting.Inspection:
        """Say what exports are and hold, without loading them.

        Args:
            *paths: What to look at.
            mapping: As for ``load``.

        Raises:
            UnrecognisedExportError: A file named here is no export of a known platform; the
                message says what it looks like.
        """
        mappings = [mapping] if isinstance(mapping, str | Path) else mapping
        with progress_bar(of="looking") as bar:
            return inspecting.inspect(list(paths), mappings=mappings, progress=bar)

    def sources(self) -> pd.DataFrame:
        """Return every kind of export that can be read: what it gives and what it cannot tell."""
        return inspecting.supported()

    def held(self) -> dict[str, int]:
        """Return how many records of each canonical table the database holds."""
        from convocommerce.records import TABLES

        with self.database.reading() as con:
            return {
                name: con.execute(f"select count(*) from {name}").fetchall()[0][0]
                for name in TABLES
            }

    def loads(self) -> pd.DataFrame:
        """Return what came from where: read, loaded, duplicate, ignored and quarantined."""
        return self._kept(loading.load_history(self._database), "One file of one load.")

    def quarantined(self, *, text: bool = False) -> pd.DataFrame:
        """Return the documents that could not be used, with file, position and reason.

        Args:
            text: Also show their content, which may be personal.
        """
        found = loading.quarantined(self._database, text=text)
        return self._kept(found, "One document that could not be used.")

    def _kept(self, found: pd.DataFrame, meaning: str) -> pd.DataFrame:
        """Return a table of the books, saying why it is empty if it is."""
        from convocommerce.shop.tables import Table
        from convocommerce.wording import wording

        say = wording(self.language)
        table = Table(found)
        table.attrs["meaning"] = meaning
        why = say("There are none.") if self._has_loads() else say("Nothing is loaded yet.")
        table.attrs["notes"] = () if len(found) else (why,)
        return table

    def _has_loads(self) -> bool:
        """Whether anything was ever loaded."""
        with self.database.reading() as con:
            return bool(con.execute("from loads limit 1").fetchall())

    def check(self) -> Findings:
        """Look at everything that could make figures wrong: coverage, gaps, unknown senders."""
        with self.built() as con:
            return checking.check(con)

    def coverage(self) -> pd.DataFrame:
        """Return how much could be tied together, by which rule, and how much could not.

        Returns:
            A row per ``what`` (orders, checkouts, conversations) and ``rule``, with ``n`` and
            ``share``. Orders and checkouts are tied to a chat, conversations to anything bought
            or left behind; the rule ``none`` counts those that nothing ties.
        """
        from convocommerce.insights.crediting.coverage import Tie, coverage

        with self.built() as con:
            return frame(Tie, self.always(con, coverage, needs=("orders", "checkouts")))
