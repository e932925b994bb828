"""The words people read, in their language.

English is written in the code; every other language is one file ``locales/<language>.po`` that
gives the same phrases, and nothing else is needed for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from convocommerce.errors import UnknownNameError

_LOCALES = Path(__file__).with_name("locales")

Say = Callable[[str], str]
"""Gives a phrase in one language."""


def languages() -> tuple[str, ...]:
    """Return the languages there are, English first."""
    return ("en", *sorted(path.stem for path in _LOCALES.glob("*.po")))


@cache
def phrases(language: str) -> dict[str, str]:
    """Return every phrase of a language by its English.

    Raises:
        UnknownNameError: There is no file for the language.
    """
    if language not in languages():
        raise UnknownNameError("language", language, languages())
    if language == "en":
        return {}
    from babel.messages.pofile import read_po

    with (_LOCALES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}


@cache
def wording(language: str) -> Say:
    """Return the function that says a phrase in a language; unknown phrases stay as they are.

    >>> wording("nl")("Conversations")
    'Gesprekken'

    Raises:
        UnknownNameError: There is no file for the language.
    """
    known = phrases(language)

    def say(phrase: str) -> str:
        return known.get(phrase, phrase)

    return say
