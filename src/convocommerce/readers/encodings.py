"""Which encoding a file is in, and text from bytes that never fails.

Bytes that are no UTF-8 are read as cp1252 one run at a time, so one bad line, or one bad word in a
good line, does not bend its healthy neighbours. Every repair is noted with its place.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from convocommerce.readers.facts import Reading

READ_AS_CP1252 = "read as cp1252"
BYTES_REPLACED = "undecodable bytes replaced"
SURROGATE_REPLACED = "lone surrogate replaced"
SURROGATES_JOINED = "surrogate pair joined"

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the same bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 1024
_ESCAPED = re.compile("[\udc80-\udcff]+")
_ENCODED_SURROGATES = re.compile(rb"(?:\xed[\xa0-\xbf][\x80-\xbf])+")

Repairs = Sequence[tuple[int, str]]


def encoding_of(head: bytes) -> tuple[str, int]:
    r"""Return the encoding and the length of its byte order mark.

    >>> encoding_of(b"\xef\xbb\xbf{}")
    ('utf-8', 3)
    >>> encoding_of('{"id": 1}'.encode("utf-16-be"))
    ('utf-16-be', 0)
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, len(mark)
    sample = head[:_SAMPLE]
    n_even, n_odd = sample[0::2].count(0), sample[1::2].count(0)
    enough = max(1, len(sample) // 2 * 3 // 10)
    if len(sample) >= 2 and n_odd >= enough and n_odd > 4 * n_even:
        return "utf-16-le", 0
    if len(sample) >= 2 and n_even >= enough and n_even > 4 * n_odd:
        return "utf-16-be", 0
    return "utf-8", 0


def as_utf8(blocks: Iterator[bytes], encoding: str, mark: int, reading: Reading) -> Iterator[bytes]:
    """Give the blocks in UTF-8, without the byte order mark.

    Bytes that are no UTF-8 in a UTF-8 file pass through; they are repaired where their document
    is known. Half a character at the very end marks the reading as incomplete.
    """
    reading.encoding = encoding
    # Lone surrogates must not stop the file: they pass, and are repaired per document.
    errors = "replace" if encoding.startswith("utf-32") else "surrogatepass"
    decoder = codecs.getincrementaldecoder(encoding)(errors) if encoding != "utf-8" else None
    for block in blocks:
        kept = block[mark:] if mark else block
        mark = max(0, mark - len(block))
        if decoder is not None:
            kept = decoder.decode(kept).encode("utf-8", "surrogatepass")
        if kept:
            yield kept
    if decoder is not None:
        try:
            rest = decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            reading.cut("the file ends inside a character")
            return
        if rest:
            yield rest.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> tuple[str, Repairs]:
    r"""Return the text of bytes that should be UTF-8, and where it had to be repaired.

    >>> decode(b"caf\xe9")
    ('café', [(3, 'read as cp1252')])
    """
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        return _decode_repairing(data)


def _decode_repairing(data: bytes) -> tuple[str, Repairs]:
    escaped = data.decode("utf-8", "surrogateescape")
    parts: list[str] = []
    repairs: list[tuple[int, str]] = []
    start = length = 0
    for run in _ESCAPED.finditer(escaped):
        parts.append(escaped[start : run.start()])
        length += run.start() - start
        text, note = _read_stray(run.group().encode("utf-8", "surrogateescape"))
        repairs.append((length, note))
        parts.append(text)
        length += len(text)
        start = run.end()
    parts.append(escaped[start:])
    return "".join(parts), repairs


def _read_stray(raw: bytes) -> tuple[str, str]:
    if _ENCODED_SURROGATES.fullmatch(raw):
        # Emoji written as two surrogates of three bytes each, as some databases do.
        halves = raw.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
        text = halves.decode("utf-16-le", "replace")
        return text, SURROGATE_REPLACED if "\ufffd" in text else SURROGATES_JOINED
    text = raw.decode("cp1252", "replace")
    return text, BYTES_REPLACED if "\ufffd" in text else READ_AS_CP1252


def notes_within(repairs: Repairs, start: int, end: int) -> str | None:
    """Return the notes of the repairs between two places in the text, each once; or null."""
    if not repairs:
        return None
    first = bisect_left(repairs, (start, ""))
    last = bisect_left(repairs, (end, ""), lo=first)
    return "; ".join(dict.fromkeys(note for _, note in repairs[first:last])) or None
