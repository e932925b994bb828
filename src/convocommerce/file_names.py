"""Names of files where others may read them: without the people that exports are named after."""

from __future__ import annotations

import hashlib
import re

MEDIA = ("image", "audio file", "video file")
"""How notes end that tell of pictures and recordings, which lie beside chats and are no exports."""

_OF_PEOPLE = re.compile(
    r"whats\W?app|(?:^|/)(?:inbox|message_requests|archived_threads|filtered_threads|e2ee_cutover)/",
    re.IGNORECASE,
)
"""Chats are saved under the name of who was talked with, and archives keep a folder for each."""

_ENDING = re.compile(r"\.\w{1,7}$", re.ASCII)


def is_of_people(name: str) -> bool:
    """Return whether a file that could not be read is likely named after people.

    >>> is_of_people("WhatsApp Chat - Noor Vos.zip"), is_of_people("orders_export.csv")
    (True, False)
    """
    return _OF_PEOPLE.search(name) is not None


def hidden(name: str, word: str) -> str:
    """Return a name that says what a file is, and that of two files tells them apart.

    >>> hidden("WhatsApp Chat with Noor Vos.txt", "chat_text")
    'chat_text-71a0d2f43f.txt'
    """
    ending = _ENDING.search(name)
    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    return f"{word}-{digest}{ending.group().lower() if ending else ''}"


def hidden_below(name: str, word: str) -> str:
    """Return such a name in the folders before the first that may itself be named after people.

    >>> hidden_below("all.zip/chats/WhatsApp Chat - Noor Vos/1.jpg", "unread").partition("-")[0]
    'all.zip/chats/unread'
    """
    found = _OF_PEOPLE.search(name)
    before = name[: found.end() if found.group().endswith("/") else found.start()] if found else ""
    return before[: before.rfind("/") + 1] + hidden(name, word)
