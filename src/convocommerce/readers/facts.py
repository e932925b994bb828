"""What is known of a file once its documents were read to the end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileFacts:
    """What one file turned out to hold.

    Attributes:
        sha256: Hash, in hex, of the bytes as stored: of the file on disk (compressed, if it is
            gzip), or of a zip member as it was put into the archive.
        n_documents: Documents given, faulty ones included.
        n_blank: Lines (or CSV rows) that held nothing and are no documents.
        is_incomplete: Whether the file provably ends too early or cannot be read to its end.
            False is no promise: a file cut at a line end looks whole.
        incomplete_reason: Why, in a few words without any content; null if not incomplete.
        encoding: The encoding read: utf-8, utf-16-le, utf-16-be, utf-32-le, utf-32-be, or
            ``utf-8 and cp1252`` when some bytes were no UTF-8.
    """

    sha256: str
    n_documents: int
    n_blank: int
    is_incomplete: bool
    incomplete_reason: str | None
    encoding: str


@dataclass
class Reading:
    """The facts while they are still being gathered."""

    encoding: str = "utf-8"
    n_documents: int = 0
    n_blank: int = 0
    incomplete_reason: str | None = None

    def cut(self, reason: str) -> None:
        """Note that the file is incomplete; the first reason is the telling one."""
        self.incomplete_reason = self.incomplete_reason or reason

    def found_other_bytes(self) -> None:
        """Note that not every byte was in the encoding of the file."""
        if self.encoding == "utf-8":
            self.encoding = "utf-8 and cp1252"

    def close(self, sha256: str) -> FileFacts:
        """Return the facts, final."""
        return FileFacts(
            sha256=sha256,
            n_documents=self.n_documents,
            n_blank=self.n_blank,
            is_incomplete=self.incomplete_reason is not None,
            incomplete_reason=self.incomplete_reason,
            encoding=self.encoding,
        )
