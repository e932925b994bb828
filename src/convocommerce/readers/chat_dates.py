"""In which order a chat text writes day, month and year: decided once for a whole file.

The order is nowhere stated, and a single ``03/04/26`` tells nothing. All dates of a file together
usually do: a number above twelve is no month, time runs forward, and days change faster than
months. Where they do not, the way the phone writes dates and what language its own lines are in
leave one reading; where even that leaves two, the answer is that it cannot be told.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

_FIRST_YEAR, _LAST_YEAR = 2009, 2099  # there are no chats from before the app
_DAY_FIRST_LANGUAGES = re.compile(
    r"versleuteld|\bTik\b|weggelaten|verwijderd|verschlüsselt|\bTippe|weggelassen|ausgeschlossen|"
    r"gelöscht|chiffr|Appuyez|\bomis\b|absente|supprimé|cifrad|\bToca\b|omitid|elimin|crittograf|"
    r"\bTocca\b|omess|criptograf|encriptad|\bToque\b|ocult",
    re.IGNORECASE,
)


class Stamp(NamedTuple):
    """What stands before a message, as it is written.

    Attributes:
        numbers: The three numbers of the date, in the order written.
        separator: What stands between them.
        half: What stands for the half of the day, as written; empty when nothing does.
        clock: The time of day; null when it is none.
    """

    numbers: tuple[str, str, str]
    separator: str
    half: str
    clock: dt.time | None

    def day(self, order: str) -> dt.date | None:
        """Return the day, read in an order such as ``dmy``; null when it is none."""
        return _day(self.numbers, order)


@lru_cache(maxsize=4096)
def _day(numbers: tuple[str, str, str], order: str) -> dt.date | None:
    found = {part: int(number) for part, number in zip(order, numbers, strict=True)}
    year = found["y"] + 2000 if found["y"] < 100 else found["y"]
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return dt.date(year, found["m"], found["d"])
    except ValueError:
        return None


def order_of(stamps: Sequence[Stamp], app_lines: Sequence[str]) -> tuple[str | None, str]:
    """Return the order of day, month and year in a file, and what tells it.

    Args:
        stamps: What stands before its messages, in the order of the file.
        app_lines: What the app itself wrote, which shows the language of the phone.

    Returns:
        ``dmy``, ``mdy`` or ``ymd`` and the evidence (``form``, ``values``, ``sequence``, ``pace``,
        ``locale``), or null and ``undecided``.
    """
    if not stamps:
        return None, "undecided"
    if sum(len(stamp.numbers[0]) > 2 for stamp in stamps) * 2 > len(stamps):
        return "ymd", "form"
    n_read = {
        order: sum(stamp.day(order) is not None for stamp in stamps)
        for order in ("dmy", "mdy", "ymd")
    }
    # A year in two digits looks like a day: only when nothing else can be read does it stand first.
    if n_read["ymd"] > n_read["dmy"] + n_read["mdy"]:
        return "ymd", "values"
    if n_read["dmy"] != n_read["mdy"]:
        return ("dmy" if n_read["dmy"] > n_read["mdy"] else "mdy"), "values"
    return (
        _told_by(_steps_back(stamps, "mdy"), _steps_back(stamps, "dmy"), "sequence")
        or _told_by(*_changes(stamps), "pace")
        or _told_by_locale(stamps, app_lines)
    )


def _told_by(day_first: int, month_first: int, how: str) -> tuple[str, str] | None:
    """Weigh what speaks for either order; what is not clearly more is no evidence."""
    if day_first >= 3 * month_first and day_first:
        return "dmy", how
    if month_first >= 3 * day_first and month_first:
        return "mdy", how
    return None


def _steps_back(stamps: Sequence[Stamp], order: str) -> int:
    """Count how often time runs back by more than a day, which speaks for the other order."""
    days = [day for stamp in stamps if (day := stamp.day(order))]
    return sum((before - after).days > 1 for before, after in pairwise(days))


def _changes(stamps: Sequence[Stamp]) -> tuple[int, int]:
    """Count how often only the first and only the second number changes: days change faster."""
    pairs = [(int(stamp.numbers[0]), int(stamp.numbers[1])) for stamp in stamps]
    steps = [(one, other) for one, other in pairwise(pairs) if one != other]
    first = sum(one[1] == other[1] for one, other in steps)
    second = sum(one[0] == other[0] for one, other in steps)
    # Two chats a month apart can do the same by chance; three steps hardly can.
    return (first, second) if max(first, second) >= 3 else (0, 0)


def _told_by_locale(stamps: Sequence[Stamp], app_lines: Sequence[str]) -> tuple[str | None, str]:
    stamp = stamps[0]
    letters = stamp.half.strip()
    is_padded = any(number.startswith("0") for one in stamps for number in one.numbers[:2])
    if stamp.separator in ".-" or any(map(_DAY_FIRST_LANGUAGES.search, app_lines)):
        return "dmy", "locale"
    # Only the American phone writes AM and PM in capitals behind a short date without zeros.
    if letters in ("AM", "PM"):
        is_american = len(stamp.numbers[2]) == 2 and not is_padded
        return ("mdy", "locale") if is_american else (None, "undecided")
    if letters or is_padded:
        return "dmy", "locale"
    return None, "undecided"
