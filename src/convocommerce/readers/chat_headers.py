"""How messages begin in an exported chat text: a stamp, and for what people said a name.

Phones write the stamp in the way of their country. One file is written in one way, so the way that
most of its lines share tells a new message from a line of a message that merely begins with a date.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from convocommerce.readers.chat_dates import Stamp
from convocommerce.readers.chat_people import clean_name

BLANK = " \t\r\n"
_LOOKED_AT = 200
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


class Header(NamedTuple):
    """The stamp at the start of a line, and how it is written."""

    line: int
    stamp: Stamp
    written: str
    rest: str
    style: str
    shape: tuple[str, ...]


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
    found = headers(lines)
    starts_so = bool(found) and found[0].line == 0
    if not starts_so and (len(found) < 3 or len(found) * 5 < len(lines)):
        return False
    authors = [author for header in found if (author := author_of(header.rest, {})[0])]
    is_log = all(one.casefold().rpartition(".")[2] in _LOG_LEVELS for one in authors)
    return not is_log and len(authors) * 4 >= len(found)


def headers(lines: Sequence[str]) -> list[Header]:
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


def _header(number: int, line: str) -> Header | None:
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
    half = found["half"].strip(f"{BLANK}\u00a0\u202f.")
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
    written = line[found.start("open") : found.end()].strip(f" []-–—:{BLANK}")
    return Header(number, stamp, written, line[found.end() :], f"{style} {order}", shape)


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


def names_in(rests: Sequence[str]) -> dict[str, str]:
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


def author_of(rest: str, known: dict[str, str]) -> tuple[str | None, str]:
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
