"""Endings: two ways in which something ends, by time, and what is still open between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from convocommerce.charts.base import Chart, Rows, numbers
from convocommerce.charts.distribution import Curve, mark_label
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter

ENDING_MARKS: Final = (600, 3_600, 14_400, 86_400, 259_200, 604_800, 2_592_000)
"""Times to name on the axis, in seconds: 10 minutes; 1 and 4 hours; 1, 3, 7 and 30 days."""


@dataclass(frozen=True, kw_only=True)
class Endings(Chart):
    """The shares that ended one way and the other by each time; one end rules out the other.

    The first grows from the bottom, the second from the top, and the room between them is what is
    still open, so both are read off one picture.

    Attributes:
        grown: The share that ended the first way, by time.
        lost: The share that ended the second way, by time.
        open_label: What is neither.
        marks: Times to name on the axis, ascending; those beyond what is known are left out.

    >>> curve = Curve(name="ordered", seconds=[600], share=[0.6], n=40)
    >>> other = Curve(name="lost", seconds=[86400], share=[0.3], n=40)
    >>> Endings(title="Carts", grown=curve, lost=other).rows().rows[1]
    ('1 h', '60.0%', '0.0%')
    """

    grown: Curve
    lost: Curve
    open_label: str = ""
    marks: Sequence[float] = ENDING_MARKS
    unit: str = "share"

    def __post_init__(self) -> None:
        """Make the marks uniform."""
        super().__post_init__()
        self._set("marks", tuple(sorted(m for m in numbers(self.marks) if m is not None)))

    @property
    def curves(self) -> tuple[Curve, Curve]:
        """Both curves, the one from the bottom first."""
        return self.grown, self.lost

    @property
    def is_empty(self) -> bool:
        """Whether neither curve has a value."""
        return all(share is None for curve in self.curves for share in curve.share)

    @property
    def last(self) -> float:
        """The end of the axis: where the curves end, or a little beyond the last mark shown."""
        times = [s for curve in self.curves for s in (*curve.seconds, curve.until or 0)]
        return max([*times, self.marks[0] if self.marks else 1.0])

    def rows(self, language: str = "en") -> Rows:
        """Return one row per time mark, then n; a column per curve."""
        write = Formatter(language)
        table = [
            (mark_label(mark, write), *(write.share(curve.at(mark)) for curve in self.curves))
            for mark in self.marks
            if mark <= self.last
        ]
        if any(curve.n is not None for curve in self.curves):
            table.append((word("n", language), *(write.count(curve.n) for curve in self.curves)))
        headings = (word("ended within", language), *(curve.name for curve in self.curves))
        return Rows(headings, tuple(table))

    def summary(self, language: str = "en") -> str:
        """Return which share had ended which way at the end of what is known."""
        write = Formatter(language)
        said = [word("endings", language)]
        for curve in self.curves:
            share = write.share(last_share(curve))
            said.append(f"{curve.name}: {share} ≤ {mark_label(self.last, write)}.")
        return " ".join(said)


def last_share(curve: Curve) -> float | None:
    """Return the last share that a curve tells, None when it tells none."""
    known = [share for share in curve.share if share is not None]
    return known[-1] if known else None
