"""The few questions that nobody but the business can answer, each with an answer to start from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from convocommerce.errors import RulesError
from convocommerce.opening import check_opening_hours, holiday_dates
from convocommerce.opening_text import check_zone
from convocommerce.starting import guessing
from convocommerce.starting.looking import Sighting

NONE = "none"
"""What is answered where there is nothing."""

Check = Callable[[str], str]
"""Returns an answer as it is kept, or raises `RulesError`."""


class Ask(Protocol):
    """Asks a question until its answer can be kept."""

    def __call__(self, question: str, default: str, check: Check) -> str:
        """Return the answer, as the check gives it back."""


@dataclass(frozen=True)
class Answers:
    """What the business says of itself.

    Attributes:
        name: What it is called.
        time_zone: IANA name of its zone.
        opening_hours: When people answer.
        holidays: Country whose public holidays are closed days; null for none.
        folder: Where pages are published.
    """

    name: str
    time_zone: str
    opening_hours: str
    holidays: str | None
    folder: str


def suggested(folder: Path, sighting: Sighting) -> Answers:
    """Return the answers to start from.

    Args:
        folder: Where the configuration is to stand; a business often calls a folder its own.
        sighting: What its exports tell.
    """
    zone = guessing.time_zone(sighting, guessing.system_zone())
    words = folder.absolute().name.replace("-", " ").replace("_", " ").split()
    return Answers(
        name=" ".join(word[:1].upper() + word[1:] for word in words if word.isprintable())
        or "My shop",
        time_zone=zone,
        opening_hours=guessing.USUAL_HOURS,
        holidays=guessing.holidays(guessing.country(sighting, zone)),
        folder="site",
    )


def put(ask: Ask, start: Answers) -> Answers:
    """Put the questions, one after the other."""
    name = ask("What is the business called?", start.name, _line)
    zone = ask("In which time zone does it live?", start.time_zone, _zone)
    country = ask(
        f"On which country's public holidays is it closed ({NONE} for none)?",
        start.holidays or NONE,
        _holidays,
    )
    closed = None if country == NONE else country

    def hours(text: str) -> str:
        check_opening_hours(_line(text), closed)
        return text.strip()

    return Answers(
        name=name,
        time_zone=zone,
        opening_hours=ask(
            "When do people answer, as in Mo-Fr 09:00-17:30; Sa 10:00-16:00?",
            start.opening_hours,
            hours,
        ),
        holidays=closed,
        folder=ask("Into which folder are pages published?", start.folder, _line),
    )


def _line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise RulesError("write one line of text")
    return text.strip()


def _zone(text: str) -> str:
    check_zone(text.strip())
    return text.strip()


def _holidays(text: str) -> str:
    if text.strip().lower() == NONE:
        return NONE
    holiday_dates(text.strip(), [2026])
    return text.strip()
