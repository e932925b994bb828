"""With whom a chat text is: which of its authors is the other party, for the phone it is from.

The owner of the phone is never named as such. The file is named after the other party, and the
lines that the app writes itself call the owner "you" and the other party by name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_TITLES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"whatsapp[\s_-]chat[\s_-](?:with|mit|met|med|kay)[\s_-](.+)",
        r"whatsapp(?:-|[\s_-])(?:unterhaltung[\s_-]mit|gesprek[\s_-]met|chatt[\s_-]med|samtale[\s_-]med)[\s_-](.+)",
        r"chat[\s_-](?:de|di)[\s_-]whatsapp[\s_-]con[\s_-](.+)",
        r"chat[\s_-]whatsapp[\s_-](?:con|dengan)[\s_-](.+)",
        r"conversa[\s_-](?:do|no)[\s_-]whatsapp[\s_-]com[\s_-](.+)",
        r"discussion[\s_-]whatsapp[\s_-]avec[\s_-](.+)",
        r"xat[\s_-]de[\s_-]whatsapp[\s_-]amb[\s_-](.+)",
        r"czat[\s_-]whatsapp[\s_-]z[\s_-](.+)",
        r"conversație[\s_-]whatsapp[\s_-]cu[\s_-](.+)",
        r"чат[\s_-]whatsapp[\s_-]с[\s_-](.+)",
        r"бесіда[\s_-]whatsapp[\s_-]з[\s_-](.+)",
        r"whatsapp-keskustelu[\s_-]henkilön[\s_-](.+)[\s_-]kanssa",
        r"(.+)[\s_-]ile[\s_-]whatsapp[\s_-]sohbeti",
        r"(?=.*whatsapp)[\w -]{8,30}? [-–] (.+)",
    )
)
_ENDING = re.compile(r"(?:\.(?:txt|zip|gz))+$", re.IGNORECASE)
_COPY = re.compile(r"\s*\(\d{1,3}\)$")
_PHONE = re.compile(r"\+?[\d\s().-]{7,25}")
_MARKS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_GROUP = re.compile(r"\bgr(?:oup|oep|upp|up)", re.IGNORECASE)
_OWN_DELETION = re.compile(
    r"(?:you deleted this message|(?:je|u) heb(?:t)? dit bericht verwijderd|"
    r"du hast diese nachricht gelöscht|vous avez supprimé ce message|"
    r"eliminaste este mensaje|hai eliminato questo messaggio|você apagou esta mensagem)\W*",
    re.IGNORECASE,
)
# The notice on encryption is the first line of a chat, and no other line of the app is that long.
_LONG_NOTICE = 60


class Line(NamedTuple):
    """One message or line of the app: who is named before it, what it says, and who wrote it."""

    author: str | None
    text: str
    is_marked: bool


class Parties(NamedTuple):
    """Who takes part in a chat.

    Attributes:
        kind: private, group or unknown.
        customer: The other party of a private chat.
        owner: Whose phone wrote the export; null when they never wrote.
    """

    kind: str
    customer: str | None = None
    owner: str | None = None


@lru_cache(maxsize=1024)
def clean_name(name: str) -> str:
    """Return a name without direction marks and with single spaces, as two phones agree on it."""
    return " ".join(unicodedata.normalize("NFC", _MARKS.sub("", name)).split())


def title_of(file: str) -> str | None:
    """Return the party that a file, or the archive or folder around it, is named after.

    >>> title_of("WhatsApp Chat - Sanne.zip/_chat.txt")
    'Sanne'
    """
    for part in reversed(file.split("/")):
        stem = _COPY.sub("", _ENDING.sub("", clean_name(part))).strip()
        for pattern in _TITLES:
            found = pattern.fullmatch(stem)
            if found:
                return found[1].strip()
    return None


def parties_of(file: str, lines: Sequence[Line]) -> Parties:
    """Return who takes part in a chat.

    Args:
        file: The name of the file.
        lines: What the file holds, in order.
    """
    authors = list(dict.fromkeys(line.author for line in lines if line.author))
    if len(authors) > 2 or any(_is_of_group(line) for line in lines):
        return Parties("group")
    title = title_of(file)
    customer = _named(title, authors)
    if customer is None and title is not None and len(authors) == 1:
        customer = title
    if customer is None:
        customer = _seen_in(lines, authors)
    if customer is None:
        return Parties("unknown")
    owner = next((author for author in authors if author != customer), None)
    return Parties("private", customer, owner)


def _is_of_group(line: Line) -> bool:
    """Return whether the app itself speaks of a group; its marks for files and polls do not."""
    is_app = line.author is None or (line.is_marked and not set("<:") & set(line.text))
    return is_app and _GROUP.search(line.text) is not None


def _named(title: str | None, authors: Sequence[str]) -> str | None:
    same = [author for author in authors if title and _key(author) == _key(title)]
    return same[0] if len(same) == 1 else None


def _key(name: str) -> str:
    """Return what file systems leave of a name: its letters and digits."""
    return "".join(mark for mark in name.casefold() if mark.isalnum()) or name


def _seen_in(lines: Sequence[Line], authors: Sequence[str]) -> str | None:
    """Return the other party by what the lines show; the clearest sign comes first."""
    others = dict(zip(authors, reversed(authors), strict=True)) if len(authors) == 2 else {}
    for line in lines:
        # Only the owner is told that they deleted something themselves.
        if line.author in others and _OWN_DELETION.fullmatch(_MARKS.sub("", line.text).strip()):
            return others[line.author]
    for line in lines:
        if line.author is None:
            said = clean_name(line.text)
            named = [one for one in authors if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", said)]
            if len(named) == 1:
                return named[0]
    first = lines[0] if lines else None
    if first and first.author and first.is_marked and len(first.text) > _LONG_NOTICE:
        return first.author
    # One's own number is never shown: a number is somebody who is not in the address book.
    numbers = [author for author in authors if _PHONE.fullmatch(author) or author.startswith("~")]
    return numbers[0] if len(numbers) == 1 else None
