"""The part of the facade about exports and the records made from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from convocommerce import checking, erasing, inspecting, loading
from convocommerce.errors import DatabaseError
from convocommerce.shop.base import Base, frame
from convocommerce.showing import progress_bar
from convocommerce.sources.mapped import listed

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
                mappings=listed(mapping),
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
        with progress_bar(of="looking") as bar:
            return inspecting.inspect(list(paths), mapping=mapping, progress=bar)

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

    def erase(self, person: str, *, rehearse: bool = False) -> erasing.Erasure:
        """Erase a person, as privacy law lets people ask: from records, models and the file itself.

        All that is tied to them as one contact goes, on every channel: what was said, what became
        of it, tickets, ratings, identities, visits. Orders, refunds and checkouts stay in the
        books, without what names them. Whoever was erased stays erased: the same exports loaded
        again do not bring them back, nor does what they say later. Exports, backups, pages that
        were made before and tables of your own are not touched.

        Args:
            person: A contact or a conversation as ``conversations`` shows it, an e-mail address, a
                phone number, or the person's id on a platform.
            rehearse: Only say what would be erased.

        Returns:
            How many records of each table went or were emptied.

        Raises:
            UsageError: Nobody is known by that, or several contacts are.
            DatabaseError: The database is a lake or open for reading only, or open elsewhere in
                this process, or there is no room to write the file anew.
        """
        if self._database.is_read_only and not self.path.is_file():
            raise DatabaseError(
                f"nobody can be erased from the lake {self.path}; load it anew from exports that "
                "lack the person"
            )
        return erasing.erase(
            self._database, self._rules, person, rehearse=rehearse, language=self.language
        )

    def erasures(self) -> pd.DataFrame:
        """Return when how much was erased; of whom is not known any more."""
        return self._kept(erasing.erasures(self._database), "One person who was erased.")

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
