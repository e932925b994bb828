"""How times are written, guessed from a sample."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import product

_DAYS = tuple(
    mark.join(parts)
    for mark in "-/."
    for parts in (
        ("%d", "%m", "%Y"), ("%m", "%d", "%Y"), ("%d", "%m", "%y"), ("%m", "%d", "%y"),
        ("%y", "%m", "%d"), ("%Y", "%m", "%d"),
    )
)  # fmt: skip
_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
FORMATS = (
    *_DAYS,
    *(f"{day} {clock}" for day, clock in product(_DAYS, _CLOCKS)),
    *(f"{day}, {clock}" for day, clock in product(_DAYS, _CLOCKS)),
    *(f"{clock} {day}" for day, clock in product(_DAYS, _CLOCKS)),
)
"""The common ways to write a day, with or without a clock, as ``strptime`` has them."""

_PLAIN = re.compile(
    r"\d{9,16}|(?:199|20\d)\d-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r"\s*(?:[+-]\d{2}(?::?\d{2})?|Z|UTC|GMT)?"
)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?")


def formats_of(values: Sequence[str]) -> tuple[str, ...]:
    """Return the formats in which every value can be read; none when none is needed or known.

    More than one fits where nothing in the sample tells days from months.

    >>> formats_of(["03-04-2026 09:12", "13-04-2026 10:00"])
    ('%d-%m-%Y %H:%M',)
    >>> formats_of(["03-04-2026", "04-05-2026"])
    ('%d-%m-%Y', '%m-%d-%Y')
    >>> formats_of(["2026-04-03T09:12:00Z"])
    ()
    """
    if not values or all(_PLAIN.fullmatch(value) for value in values):
        return ()
    return tuple(one for one in FORMATS if all(_fits(value, one) for value in values))


def are_clocks(values: Sequence[str]) -> bool:
    """Return whether values are times of a day, without the day."""
    return bool(values) and all(_CLOCK.fullmatch(value) for value in values)


def are_days(values: Sequence[str]) -> bool:
    """Return whether values are days, without a time or with midnight for one."""
    plain = [re.sub(r"[T ]00:00(?::00(?:\.0+)?)?$", "", value) for value in values]
    return bool(values) and all(any(_fits(value, day) for day in _DAYS) for value in plain)


def _fits(value: str, pattern: str) -> bool:
    try:
        datetime.strptime(value, pattern)  # noqa: DTZ007  # only whether it can be read counts
    except ValueError:
        return False
    return True
