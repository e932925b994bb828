"""One file as a platform gave it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from io import BytesIO, FileIO
from typing import IO, TYPE_CHECKING, Any

from convocommerce.errors import ExportError, UsageError
from convocommerce.readers import sampling
from convocommerce.readers.encodings import as_utf8, decode, encoding_of
from convocommerce.readers.facts import FileFacts, Reading
from convocommerce.readers.formats import Format, Nature, nature_of
from convocommerce.readers.streams import GZIP_MAGIC, Content, Progress, Stored

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

_BLOCK = 2 << 20
_SAMPLE_OF_LINES = 256 << 10


class ExportFile:
    """One file, or one member of an archive, as a platform gave it.

    Attributes:
        name: What people see: relative and stable, such as ``exports.zip/orders.csv``.
        size: Bytes as stored, compressed if the file is.
        path: Where it stands, links of folders followed; a member of an archive stands below the
            archive, as if that were a folder.
    """

    def __init__(self, name: str, size: int, open_stored: Callable[[], Stored], path: Path) -> None:
        """Describe a file; nothing is read yet.

        Args:
            name: What people see.
            size: Bytes as stored.
            open_stored: Opens the stored bytes from the beginning, once per reading.
            path: Where it stands.
        """
        self.name = name
        self.size = size
        self.path = path
        self._open = open_stored
        self._facts: FileFacts | None = None
        self._beginning: tuple[bytes, bool] | None = None

    def __repr__(self) -> str:
        return f"ExportFile({self.name!r}, {self.size} bytes)"

    def format(self) -> Format:
        """Return how the file is framed, judged by its content.

        Raises:
            ExportError: The file cannot be opened.
        """
        return self._nature.format

    def looks_like(self) -> str:
        """Return what the file seems to be, in words for an error message.

        Raises:
            ExportError: The file cannot be opened.
        """
        return self._nature.words

    def headings(self) -> list[str]:
        """Return the headings of a CSV or Parquet file, each name once; none for other formats.

        Raises:
            ExportError: The file cannot be opened.
        """
        if self.format() == "parquet":
            return list(self._parquet_columns)
        dialect = self._nature.dialect
        return list(dialect.headings) if dialect else []

    def sample(
        self, limit: int = 20, envelope_keys: Collection[str] = ()
    ) -> list[Mapping[str, Any]]:
        """Return the first documents as parsed objects, to recognise the file by.

        Documents that cannot be parsed, or are no objects, are left out.

        Args:
            limit: How many at most.
            envelope_keys: Keys under which a page of an API holds its documents.

        Raises:
            ExportError: The file cannot be opened.
        """
        return self.samples([envelope_keys], limit)[0]

    def samples(
        self, ways: Sequence[Collection[str]], limit: int = 20
    ) -> list[list[Mapping[str, Any]]]:
        """Return the first documents once for every way in which pages may be unwrapped.

        The beginning is read once, and parsed again only for keys that it holds.

        Args:
            ways: The keys under which a page holds its documents, once for each sample.
            limit: How many documents at most in each sample.

        Raises:
            ExportError: The file cannot be opened.
        """
        if self.format() in ("empty", "unknown"):
            return [[] for _ in ways]
        if self.format() == "json":
            return sampling.of_json(self._text_of_head, ways, limit)
        if self.format() == "ndjson":
            return sampling.of_lines(self._first_rows(), ways, limit)
        # No other format has pages.
        texts = self._first_of_chat() if self.format() == "chat_text" else self._first_rows()
        found = sampling.objects(texts, limit)
        return [found for _ in ways]

    def documents(
        self,
        *,
        envelope_keys: Collection[str] = (),
        rename: Callable[[str], str | None] | None = None,
        constants: Mapping[str, str] | None = None,
        batch_bytes: int = 32 << 20,
        progress: Progress | None = None,
    ) -> Iterator[pa.Table]:
        """Give every document with its place, in tables.

        The columns are ``position`` (physical line of an NDJSON document or CSV row, counted from
        1; else the number of the document in the file), ``part`` (number inside a page that
        stands on one line, else 0), ``text`` (the JSON as it stood; a CSV row as an object of
        strings without its empty cells), ``fault`` (why the document cannot be used, else null)
        and ``repair`` (what was repaired, else null). The text of a faulty document is what could
        be kept, at most 1 MiB.

        Args:
            envelope_keys: Keys under which a page of an API holds its documents; what else the
                page holds is left behind.
            rename: Gives the name for a CSV heading, or null to leave the column out. Of two
                columns with one name, the first filled cell counts.
            constants: Cells added to every CSV row that does not have them itself.
            batch_bytes: About how many bytes one table holds.
            progress: Told how many stored bytes were read so far.

        Raises:
            ExportError: The file cannot be read, or is nothing that holds documents.
        """
        if batch_bytes < 1:
            raise UsageError(f"batch_bytes is {batch_bytes}, must be at least 1")
        self._facts = None
        reading = Reading()
        content = Content(self.name, self._open, reading, progress)
        tables = self._tables(content, reading, envelope_keys, rename, constants, batch_bytes)
        for table in tables:
            reading.n_documents += table.num_rows
            yield table
        self._facts = reading.close(content.sha256)

    def forget_beginning(self) -> None:
        """Let go of the first bytes, which are kept while one looks at what a file is."""
        self._beginning = None

    def sha256(self) -> str:
        """Return the hash of the bytes as stored, read for nothing else.

        Raises:
            ExportError: The file cannot be opened.
        """
        content = Content(self.name, self._open, Reading())
        for _ in content.blocks(_BLOCK):
            pass
        return content.sha256

    @property
    def facts(self) -> FileFacts:
        """What the file turned out to hold.

        Raises:
            UsageError: Its documents were not read to the end yet.
        """
        if self._facts is None:
            raise UsageError(f"the facts of {self.name} are known once its documents were all read")
        return self._facts

    @cached_property
    def _nature(self) -> Nature:
        found = nature_of(self._head, self.name)
        if found.format == "empty" and self._damage is not None:
            return Nature("unknown", "a damaged compressed file")
        return found

    @cached_property
    def _encoding(self) -> tuple[str, int]:
        return encoding_of(self._head(1024)[0])

    @cached_property
    def _damage(self) -> str | None:
        """Why not even the beginning can be read, if so."""
        reading = Reading()
        for _ in Content(self.name, self._open, reading).blocks(1024):
            return None
        return reading.incomplete_reason

    def _parquet_tables(
        self,
        content: Content,
        reading: Reading,
        rename: Callable[[str], str | None] | None,
        constants: Mapping[str, str] | None,
        batch_bytes: int,
    ) -> Iterator[pa.Table]:
        from convocommerce.readers import batches, parquet_rows

        # Its list of columns stands at the end, so the bytes are hashed first and read after.
        for _ in content.blocks(_BLOCK):
            pass
        with self._seekable() as file:
            tables = parquet_rows.frame(file, rename, constants, reading)
            yield from batches.gathered(tables, batch_bytes)

    @cached_property
    def _parquet_columns(self) -> list[str]:
        from convocommerce.readers import parquet_rows

        with self._seekable() as file:
            return parquet_rows.columns_of(file, self.name)

    def _seekable(self) -> IO[bytes]:
        """Return the unpacked content as a file in which one can move about."""
        stored = self._open()
        if isinstance(stored, FileIO) and not stored.read(2).startswith(GZIP_MAGIC):
            stored.seek(0)
            return stored
        stored.close()
        return BytesIO(b"".join(Content(self.name, self._open, Reading()).blocks(_BLOCK)))

    def _head(self, size: int) -> tuple[bytes, bool]:
        """Return the first ``size`` bytes, and whether they are all; read once for each size."""
        head, is_whole = self._beginning or (b"", False)
        if not is_whole and len(head) < size:
            blocks = Content(self.name, self._open, Reading()).blocks(size)
            head = next(blocks, b"")
            is_whole = len(head) < size or next(blocks, b"") == b""
            self._beginning = head, is_whole
        return head[:size], is_whole and len(head) <= size

    def _first_rows(self) -> Iterator[str]:
        for table in self.documents(batch_bytes=_SAMPLE_OF_LINES):
            for row in table.select(["text", "fault"]).to_pylist():
                if row["fault"] is None:
                    yield row["text"]

    def _text_of_head(self, size: int) -> tuple[str, bool]:
        """Return the first ``size`` bytes as text, and whether they are all."""
        head, is_whole = self._head(size)
        blocks = as_utf8(iter([head]), *self._encoding, Reading())
        return decode(b"".join(blocks))[0], is_whole

    def _first_of_chat(self) -> Iterator[str]:
        """Give the first messages of a chat text; to read them as they are, all must be read."""
        from convocommerce.readers.chat_text import frame

        head, is_whole = self._head(_SAMPLE_OF_LINES)
        whole_lines = head if is_whole else head[: head.rfind(b"\n") + 1]
        blocks = as_utf8(iter([whole_lines]), *self._encoding, Reading())
        yield from (row.text for row in frame(blocks, self.name, Reading()) if not row.fault)

    def _tables(
        self,
        content: Content,
        reading: Reading,
        envelope_keys: Collection[str],
        rename: Callable[[str], str | None] | None,
        constants: Mapping[str, str] | None,
        batch_bytes: int,
    ) -> Iterator[pa.Table]:
        nature = self._nature
        if nature.format == "unknown":
            raise ExportError(f"{self.name} is {nature.words} and holds no documents to read")
        if nature.format == "parquet":
            yield from self._parquet_tables(content, reading, rename, constants, batch_bytes)
            return
        # Arrow is heavy and only needed once something is really read.
        from convocommerce.readers import batches, chat_text, csv_rows, json_file, ndjson

        # Small blocks stay in the processor's cache, which makes framing several times faster.
        block = min(batch_bytes, _BLOCK)
        blocks = as_utf8(content.blocks(block), *self._encoding, reading)
        if nature.format == "ndjson":
            tables = ndjson.frame(blocks, envelope_keys, reading)
            yield from batches.gathered(tables, batch_bytes)
        elif nature.dialect is not None:
            rows = csv_rows.frame(blocks, nature.dialect, rename, constants, reading)
            yield from batches.batched(rows, batch_bytes)
        elif nature.format == "chat_text":
            rows = chat_text.frame(blocks, self.name, reading)
            yield from batches.batched(rows, batch_bytes)
        else:
            rows = json_file.frame(blocks, envelope_keys, reading)
            yield from batches.batched(rows, batch_bytes)
