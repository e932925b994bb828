"""Exported chat texts: a stamp, a name and what was said, on as many lines as it took.

The phone writes these files for people, in its own language and with its own dates, so nothing is
the same everywhere. Three things are decided for a file as a whole, never for a line: how a
message begins, in which order dates are written, and who takes part. The documents then are::

    {"chat_at": "2026-09-25T14:03:22", "chat_stamp": "25-09-2026 14:03:22",
     "chat_clock": "seconds", "chat_dates": "dmy", "chat_dates_by": "values",
     "chat_kind": "private", "chat_with": "Sanne", "chat_owner": "Jas & Co",
     "author": "Sanne", "text": "Is de jas er nog?", "marked": false, "place": 0,
     "opens_cut": false}

``chat_at`` is the phone's own clock, without a zone; ``marked`` says that the text begins with the
invisible mark that iPhones put before what the app wrote itself; ``place`` counts the messages of
one instant.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from convocommerce.readers.batches import Row
from convocommerce.readers.chat_dates import order_of
from convocommerce.readers.chat_headers import BLANK, Header, author_of, headers, names_in
from convocommerce.readers.chat_people import Line, parties_of
from convocommerce.readers.encodings import Repairs, decode, notes_within
from convocommerce.readers.facts import Reading

BEFORE_FIRST = "stands before the first message"

_LONG_CHAT = 9_000  # from about here on the app leaves out the beginning


class _Message(NamedTuple):
    """One message: where it begins, its stamp, who is named, and what it says."""

    header: Header
    author: str | None
    text: str
    is_marked: bool


def frame(blocks: Iterator[bytes], name: str, reading: Reading) -> Iterator[Row]:
    """Give the messages of a chat text as documents, each on the line where it begins.

    The whole file is held in memory: what the dates of its last day tell counts for its first.

    Args:
        blocks: The file in UTF-8.
        name: The name of the file, which tells with whom the chat is.
        reading: Where blank lines and bytes of another encoding are noted.
    """
    text, repairs = decode(b"".join(blocks))
    if repairs:
        reading.found_other_bytes()
    lines = text.split("\n")
    starts = headers(lines)
    first = starts[0].line if starts else len(lines)
    for number, line in enumerate(lines[:first], start=1):
        if line.strip(f"\ufeff{BLANK}"):
            yield Row(number, 0, line.strip(BLANK), BEFORE_FIRST)
        elif number < len(lines):
            reading.n_blank += 1
    notes = _Notes(lines, repairs)
    for row, (start, end) in _documents(_messages(lines, starts), name, len(lines)):
        yield row._replace(repair=notes.of(start, end))


class _Notes:
    """What was repaired on which lines."""

    def __init__(self, lines: Sequence[str], repairs: Repairs) -> None:
        self._repairs = repairs
        self._starts = [0]
        if repairs:
            for line in lines:
                self._starts.append(self._starts[-1] + len(line) + 1)

    def of(self, start: int, end: int) -> str | None:
        """Return the notes of the lines from ``start`` up to ``end``."""
        if not self._repairs:
            return None
        return notes_within(self._repairs, self._starts[start], self._starts[end])


def _messages(lines: Sequence[str], starts: Sequence[Header]) -> list[_Message]:
    known = names_in([header.rest for header in starts])
    ends = [header.line for header in starts[1:]] + [len(lines)]
    found = []
    for header, end in zip(starts, ends, strict=False):
        author, first = author_of(header.rest, known)
        parts = [first, *(line.rstrip("\r") for line in lines[header.line + 1 : end])]
        text = "\n".join(parts).strip(BLANK)
        found.append(_Message(header, author, text, text.startswith("\u200e")))
    return found


def _documents(
    messages: Sequence[_Message], name: str, n_lines: int
) -> Iterator[tuple[Row, tuple[int, int]]]:
    by_app = [
        one.text for one in messages if one.author is None or one.is_marked or "<" in one.text
    ]
    order, evidence = order_of([one.header.stamp for one in messages], by_app)
    parties = parties_of(name, [Line(one.author, one.text, one.is_marked) for one in messages])
    is_cut = len(messages) >= _LONG_CHAT and not _is_notice(messages[0])
    places: Counter[str] = Counter()
    ends = [one.header.line for one in messages[1:]] + [n_lines]
    for number, (one, end) in enumerate(zip(messages, ends, strict=False)):
        stamp = one.header.stamp
        day = stamp.day(order) if order else None
        at = dt.datetime.combine(day, stamp.clock).isoformat() if day and stamp.clock else None
        document = {
            "chat_at": at,
            "chat_stamp": one.header.written,
            "chat_clock": one.header.shape[4],
            "chat_dates": order or evidence,
            "chat_dates_by": evidence,
            "chat_kind": parties.kind,
            "chat_with": parties.customer,
            "chat_owner": parties.owner,
            "author": one.author,
            "text": one.text,
            "marked": one.is_marked,
            "place": places[one.header.written],
            "opens_cut": is_cut and number == 0,
        }
        places[one.header.written] += 1
        line = one.header.line
        yield Row(line + 1, 0, json.dumps(document, ensure_ascii=False)), (line, end)


def _is_notice(message: _Message) -> bool:
    return message.author is None or message.is_marked
