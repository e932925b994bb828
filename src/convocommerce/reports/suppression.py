"""Small groups are not shown, so that a page never tells about one person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from convocommerce.measuring import Row

Hidden = Literal["few", "withheld"]


def is_few(n: int, smallest: int) -> bool:
    """Tell whether so many are too few to be shown; nobody at all tells about nobody.

    >>> [is_few(n, 5) for n in (0, 1, 4, 5)]
    [False, True, True, False]
    """
    return 0 < n < smallest


def hidden(rows: Sequence[Row | None], smallest: int) -> list[Hidden | None]:
    """Decide which figures of one statistic are hidden, over all groups of a cut.

    A single hidden figure could be worked out from the total and the others, so the next smallest
    is withheld with it. Times do not add up, and nothing can be worked out from them.

    Args:
        rows: The same statistic of every group; null where a group has none.
        smallest: The fewest that a figure of a group may rest on.

    Returns:
        For each: ``few``, ``withheld``, or null when it is shown.
    """
    found: list[Hidden | None] = [
        "few" if row and _rests_on_few(row, smallest) else None for row in rows
    ]
    if found.count("few") != 1:
        return found
    others = [
        (row.n, place)
        for place, row in enumerate(rows)
        if row and row.unit != "seconds" and row.n and not found[place]
    ]
    if others:
        found[min(others)[1]] = "withheld"
    return found


def _rests_on_few(row: Row, smallest: int) -> bool:
    return is_few(row.n, smallest) or (row.n == 0 and is_few(row.n_open, smallest))
