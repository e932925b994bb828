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
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from convocommerce.readers.batches import Row
from convocommerce.readers.chat_dates import Stamp, order_of
from convocommerce.readers.chat_people import Line, clean_name, parties_of
from convocommerce.readers.encodings import Repairs, decode, notes_within
from convocommerce.readers.facts import Reading

BEFORE_FIRST = "stands before the first message"

_LOOKED_AT = 200
_LONG_CHAT = 9_000  # from about here on the app leaves out the beginning
_LONGEST_NAME = 100
_M = "\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_START = re.compile(rf"[{_M}]*\[?[{_M}]*\d")
_DATE = (
    rf"(?P<a>\d{{1,4}})[{_M}]*(?P<sep>[./-])[{_M}\s]*(?P<b>\d{{1,2}})[{_M}]*(?P=sep)[{_M}\s]*"
    r"(?P<c>\d{1,4})\.?"
)
_TIME = r"(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2}))?(?P<half>[^\d\[\]:,،]{0,20}?)"
_WORD = r"(?P<word>[^\W\d_]{1,8}\.?\s*)?"
_CLOSE = r"(?P<close>\]|:(?=\s)|\s[-\u2013\u2014](?=\s))"
_DATE_FIRST = re.compile(
    rf"[{_M}]*(?P<open>\[?)[{_M}]*{_DATE}[{_M}]*[,،]?\s+{_WORD}{_TIME}{_CLOSE}"
)
_TIME_FIRST = re.compile(rf"[{_M}]*(?P<open>\[?)[{_M}]*{_TIME}[,،]\s+{_WORD}{_DATE}{_CLOSE}")
_LETTERS = re.compile(r"[\W\d_]+")
_QUOTES = re.compile('["“”„«»]')
_LOG_LEVELS = (
    "debug", "info", "notice", "warn", "warning", "error", "err", "critical", "fatal", "trace",
    "exception", "traceback",
)  # fmt: skip
_MORNING = (
    "am", "a", "vorm", "vormittags", "morgens", "früh", "smorgens", "snachts", "dumatin", "matin",
    "πμ", "öö", "ص", "오전", "上午", "午前", "凌晨", "清晨", "早上", "ap", "fm", "dop",
    "inthemorning",
)  # fmt: skip
_AFTERNOON = (
    "pm", "p", "nachm", "nachmittags", "mittags", "abends", "smiddags", "savonds", "delaprèsmidi",
    "dusoir", "soir", "μμ", "ös", "م", "오후", "下午", "午後", "晚上", "中午", "ip", "em", "odp",
    "intheafternoon", "intheevening",
)  # fmt: skip
_JOINING = ("klo", "kl", "at", "um", "om", "à", "às", "alle")


class _Header(NamedTuple):
    """The stamp at the start of a line, and how it is written."""

    line: int
    stamp: Stamp
    written: str
    rest: str
    style: str
    shape: tuple[str, ...]


class _Message(NamedTuple):
    """One message: where it begins, its stamp, who is named, and what it says."""

    header: _Header
    author: str | None
    text: str
    is_marked: bool


def is_chat(text: str) -> bool:
    """Return whether a text begins as exported chats do.

    >>> is_chat("27-08-2026 11:17 - Sanne: Hoi")
    True
    >>> is_chat("2026-08-27 11:17:00 - ERROR: no space left")
    False
    """
    lines = [line for line in text.split("\n", _LOOKED_AT * 5) if line.strip()][:_LOOKED_AT]
    if not lines or not any(_START.match(line) for line in lines):
        return False
    headers = _headers(lines)
    starts_so = bool(headers) and headers[0].line == 0
    if not starts_so and (len(headers) < 3 or len(headers) * 5 < len(lines)):
        return False
    authors = [author for header in headers if (author := _author(header.rest, {})[0])]
    is_log = all(one.casefold().rpartition(".")[2] in _LOG_LEVELS for one in authors)
    return not is_log and len(authors) * 4 >= len(headers)


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
    headers = _headers(lines)
    first = headers[0].line if headers else len(lines)
    for number, line in enumerate(lines[:first], start=1):
        if line.strip(f"\ufeff{_BLANK}"):
            yield Row(number, 0, line.strip(_BLANK), BEFORE_FIRST)
        elif number < len(lines):
            reading.n_blank += 1
    notes = _Notes(lines, repairs)
    for row, (start, end) in _documents(_messages(lines, headers), name, len(lines)):
        yield row._replace(repair=notes.of(start, end))


_BLANK = " \t\r\n"


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


def _headers(lines: Sequence[str]) -> list[_Header]:
    """Return the lines on which messages begin: all are written in the way that most are."""
    found = [
        header
        for number, line in enumerate(lines)
        if _START.match(line) and (header := _header(number, line))
    ]
    if not found:
        return found
    style = Counter(header.style for header in found).most_common(1)[0][0]
    found = [header for header in found if header.style == style]
    shape = Counter(header.shape for header in found).most_common(1)[0][0]
    # A line of a message can begin with a date too; without a name behind it, it must be exact.
    return [header for header in found if header.shape == shape or ": " in header.rest]


def _header(number: int, line: str) -> _Header | None:
    found = _DATE_FIRST.match(line)
    order = "date"
    if found is None:
        found, order = _TIME_FIRST.match(line), "time"
    if found is None:
        return None
    is_bracketed = found["close"] == "]"
    if is_bracketed != bool(found["open"]):
        return None
    word = _LETTERS.sub("", found["word"] or "").casefold()
    half = found["half"].strip(f"{_BLANK}\u00a0\u202f.")
    letters = _LETTERS.sub("", half).casefold()
    if word in _MORNING or word in _AFTERNOON:
        half, letters = found["word"].strip(), word
    elif word and word not in _JOINING and len(word) > 3:
        return None
    if letters and letters not in _MORNING and letters not in _AFTERNOON:
        return None
    stamp = Stamp((found["a"], found["b"], found["c"]), found["sep"], half, _clock(found, letters))
    shape = (
        order,
        found["sep"],
        "year first" if len(found["a"]) == 4 else "year last",
        str(len(found["c"]) > 2),
        "seconds" if found["s"] else "minutes",
        "half" if letters else "whole",
    )
    style = "bracket" if is_bracketed else re.sub("[–—]", "-", found["close"].strip())
    written = line[found.start("open") : found.end()].strip(f" []-–—:{_BLANK}")
    return _Header(number, stamp, written, line[found.end() :], f"{style} {order}", shape)


def _clock(found: re.Match[str], letters: str) -> dt.time | None:
    hour = int(found["h"])
    # Some phones write both 13:37 and PM; the half then adds nothing.
    if letters in _AFTERNOON and hour < 12:
        hour += 12
    elif letters in _MORNING and hour == 12:
        hour = 0
    try:
        return dt.time(hour, int(found["m"]), int(found["s"] or 0))
    except ValueError:
        return None


def _messages(lines: Sequence[str], headers: Sequence[_Header]) -> list[_Message]:
    known = _names([header.rest for header in headers])
    ends = [header.line for header in headers[1:]] + [len(lines)]
    found = []
    for header, end in zip(headers, ends, strict=False):
        author, first = _author(header.rest, known)
        parts = [first, *(line.rstrip("\r") for line in lines[header.line + 1 : end])]
        text = "\n".join(parts).strip(_BLANK)
        found.append(_Message(header, author, text, text.startswith("\u200e")))
    return found


def _names(rests: Sequence[str]) -> dict[str, str]:
    """Return the authors by what stands before the first colon; a name may hold colons itself."""
    behind: dict[str, list[str]] = {}
    for rest in rests:
        before, colon, after = rest.partition(": ")
        if colon:
            behind.setdefault(before, []).append(after)
    names = {}
    for before, afters in behind.items():
        second = {after.partition(": ")[0] for after in afters if ": " in after}
        is_longer = len(afters) > 2 and len(second) == 1 and all(": " in one for one in afters)
        names[before] = f"{before}: {second.pop()}" if is_longer else before
        if len(afters) == 1 and _QUOTES.search(before):
            del names[before]
    return names


def _author(rest: str, known: dict[str, str]) -> tuple[str | None, str]:
    """Return who a line names before its colon, and what follows; null if it names nobody."""
    rest = rest.rstrip("\r")
    before, colon, _ = rest.partition(": ")
    name = known.get(before, None if known else before) if colon else None
    if name is None and rest.endswith(":"):
        name = rest[:-1]
    if name is None:
        # Nothing but a mark can stand where a message was that may be seen once.
        name = next((one for one in known.values() if rest.startswith(f"{one}:")), None)
    if name is None or not clean_name(name) or len(name) > _LONGEST_NAME:
        return None, rest.strip()
    return clean_name(name), rest[len(name) + 1 :].removeprefix(" ")


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
