"""What a file is, judged by its first bytes and never by its name alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from convocommerce.readers.chat_headers import is_chat
from convocommerce.readers.encodings import decode, encoding_of
from convocommerce.readers.headings import Dialect, dialect_of, shown

Format = Literal["ndjson", "json", "csv", "parquet", "chat_text", "empty", "unknown"]
Grow = Callable[[int], tuple[bytes, bool]]

HEAD = 64 << 10
_LONGEST_HEAD = 64 << 20
_LINES_LOOKED_AT = 50
_JSON_LIST = re.compile(r'\[\s*(?:[\[{"\]]|\Z|(?:-?\d[\d.eE+-]*|true|false|null)\s*(?:[,\]]|\Z))')
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
_SIGNATURES = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file, to be exported as CSV instead"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"OggS", "an audio file"),
    (b"ID3", "an audio file"),
    (b"{\\rtf", "an RTF text"),
)
_WORKBOOK = "an Excel workbook, to be exported as CSV instead"
_ZIP = b"PK\x03\x04"
_PARQUET = b"PAR1"


class Nature(NamedTuple):
    """What a file is: its format, the words for it, and how it is written if it is a CSV."""

    format: Format
    words: str
    dialect: Dialect | None = None


def nature_of(grow: Grow, name: str) -> Nature:
    """Return what a file is.

    Args:
        grow: Returns the first so many unpacked bytes, and whether that is all there is.
        name: The file's name, which decides between CSV and plain text in doubt.
    """
    head, is_whole = grow(HEAD)
    if head.startswith(_PARQUET):
        return Nature("parquet", "a Parquet file")
    words = _signature(head)
    if words is not None:
        return Nature("unknown", words)
    text = _text(head)
    size = HEAD
    while not is_whole and size < _LONGEST_HEAD and _needs_more(text):
        size *= 4
        head, is_whole = grow(size)
        text = _text(head)
    if not text.strip():
        return Nature("empty", "an empty file")
    # A few odd characters are damage; only many of them are no text.
    if len(_CONTROL.findall(text[:HEAD])) > 16 + len(text[:HEAD]) // 10:
        return Nature("unknown", "binary data")
    return _text_nature(text, is_whole, name)


def _signature(head: bytes) -> str | None:
    for magic, words in _SIGNATURES:
        if head.startswith(magic):
            return words
    if head[8:12] == b"DUCK":
        return "a DuckDB database"
    if head[4:8] == b"ftyp":
        return "a video or audio file"
    if head[:4] == b"RIFF":
        return "a WebP image" if head[8:12] == b"WEBP" else "an audio or video file"
    if head.startswith(_ZIP):
        return _zip_words(head)
    return None


def _zip_words(head: bytes) -> str:
    if b"[Content_Types].xml" in head or b"_rels/.rels" in head:
        folders = ((b"xl/", _WORKBOOK), (b"word/", "a Word document"))
        return next((words for folder, words in folders if folder in head), "an office document")
    return "a zip archive inside another archive, to be unpacked first"


def _text(head: bytes) -> str:
    encoding, mark = encoding_of(head)
    if encoding == "utf-8":
        return decode(head[mark:])[0]
    return head[mark:].decode(encoding, "replace")


def _needs_more(text: str) -> bool:
    """Whether the first line has not ended, or nothing is known of what follows it."""
    start = text.lstrip()
    if start and start[0] != "{":
        return False
    return not start.partition("\n")[2].strip()


def _text_nature(text: str, is_whole: bool, name: str) -> Nature:
    start = text.lstrip("\ufeff \t\r\n")
    if _is_line_by_line(start, is_whole):
        return Nature("ndjson", "JSON, one document per line")
    # Before JSON: the bracket around a date looks like a list that begins with a number.
    if is_chat(text):
        return Nature("chat_text", "an exported chat text")
    if start.startswith("{") or _JSON_LIST.match(start):
        return Nature("json", "JSON")
    if start[:200].lower().startswith(("<!doctype html", "<html")):
        return Nature("unknown", "an HTML page, to be exported as JSON or CSV instead")
    if start.startswith("<"):
        return Nature("unknown", "an XML or HTML text")
    whole_lines = text if is_whole else text[: max(text.rfind("\n"), text.rfind("\r"))]
    dialect = dialect_of(whole_lines, name)
    if dialect is not None:
        words = f"CSV with the columns {shown(dialect.headings)}"
        return Nature("csv", words, dialect)
    return Nature("unknown", "plain text")


def _is_line_by_line(start: str, is_whole: bool) -> bool:
    lines = start.split("\n", _LINES_LOOKED_AT)
    if not is_whole or len(lines) > _LINES_LOOKED_AT:
        lines = lines[:-1]  # may be half a line
    filled = [line for line in lines if line.strip()]
    if not filled or (len(filled) < 2 and is_whole):
        return False
    n_documents = sum(map(_is_document, filled))
    return n_documents * 2 >= len(filled)


def _is_document(line: str) -> bool:
    line = line.strip("\ufeff \t\r\n")
    # Of a page with a document on each line, no line but the last ends so.
    if not (line.startswith("{") and line.endswith("}")):
        return False
    try:
        json.loads(line, strict=False, parse_int=str)
    except json.JSONDecodeError:
        return False
    except RecursionError:
        return True  # too deep to parse, but an object as far as one sees
    return True
