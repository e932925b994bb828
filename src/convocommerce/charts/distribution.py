"""Distribution: which share was answered within which time, and what is still open."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from convocommerce.charts.base import Chart, Rows, number, numbers, same_length
from convocommerce.charts.words import word
from convocommerce.errors import UsageError
from convocommerce.formatting import Formatter

TIME_MARKS: Final = (60, 300, 900, 3_600, 14_400, 86_400, 259_200)
"""The times people think in, in seconds: 1, 5 and 15 minutes; 1, 4 and 24 hours; 3 days."""

LAST_MARK: Final = TIME_MARKS[-1]
"""Where the axis ends, for every picture, so that pictures can be laid side by side."""


def mark_label(seconds: float, write: Formatter) -> str:
    """Write a waiting time; one day is "24 h", the window people know.

    >>> mark_label(86_400, Formatter("nl")), mark_label(60, Formatter("nl"))
    ('24 u', '1 min')
    """
    if seconds == 86_400:
        return write.duration(3_600).replace("1", "24")
    return write.duration(seconds)


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The share answered by each time, as steps: each share holds until the next time.

    Attributes:
        name: Whose curve it is.
        seconds: Times at which the share changes, ascending.
        share: The share of all, answered by then.
        low: Lower end of each share's interval; empty when there are none.
        high: Upper end of each share's interval; empty when there are none.
        n: How many the curve rests on.
        open_share: The share not answered at all yet.
        until: Seconds up to which the curve is known; None when it holds to the axis' end.
    """

    name: str
    seconds: Sequence[float]
    share: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    n: int | None = None
    open_share: float | None = None
    until: float | None = None

    def __post_init__(self) -> None:
        """Make the columns uniform and check their lengths."""
        seconds = numbers(self.seconds)
        if None in seconds or list(seconds) != sorted(s for s in seconds if s is not None):
            raise UsageError("seconds of a curve must be known and ascending")
        object.__setattr__(self, "seconds", seconds)
        for name in ("share", "low", "high"):
            object.__setattr__(self, name, numbers(getattr(self, name)))
        for name in ("open_share", "until"):
            object.__setattr__(self, name, number(getattr(self, name)))
        count = len(self.seconds)
        if len(self.share) != count:
            raise UsageError(f"a curve has {count} times and {len(self.share)} shares")
        same_length("times", count, low=self.low, high=self.high)

    def at(self, seconds: float) -> float | None:
        """Return the share answered by a time, None where the curve says nothing.

        >>> curve = Curve(name="all", seconds=[60, 600], share=[0.2, 0.5], until=3600)
        >>> curve.at(30), curve.at(300), curve.at(7200)
        (0.0, 0.2, None)
        """
        if not self.seconds or (self.until is not None and seconds > self.until):
            return None
        index = bisect_right(self.seconds, seconds) - 1
        return self.share[index] if index >= 0 else 0.0


@dataclass(frozen=True, kw_only=True)
class Distribution(Chart):
    """Curves of the share answered by time, on an axis of the times people think in.

    Attributes:
        curves: One per group.
        guides: Times in seconds to mark, such as a promise to answer within an hour.

    >>> curve = Curve(name="all", seconds=[60, 600], share=[0.2, 0.5], n=40, open_share=0.3)
    >>> Distribution(title="Waiting", curves=[curve]).rows().rows[0]
    ('1 min', '20.0%')
    """

    curves: Sequence[Curve]
    guides: Sequence[float] = ()
    unit: str = "share"

    def __post_init__(self) -> None:
        """Make the columns uniform."""
        super().__post_init__()
        self._set("curves", tuple(self.curves))
        self._set("guides", tuple(g for g in numbers(self.guides) if g is not None))

    @property
    def is_empty(self) -> bool:
        """Whether no curve has a value."""
        return all(share is None for curve in self.curves for share in curve.share)

    def rows(self, language: str = "en") -> Rows:
        """Return one row per time mark, then what is still open, then n; a column per curve."""
        write = Formatter(language)
        marks = sorted({*map(float, TIME_MARKS), *self.guides})
        table = [
            (mark_label(mark, write), *(write.share(curve.at(mark)) for curve in self.curves))
            for mark in marks
        ]
        if any(curve.open_share is not None for curve in self.curves):
            shares = (write.share(curve.open_share) for curve in self.curves)
            table.append((word("not answered", language), *shares))
        if any(curve.n is not None for curve in self.curves):
            table.append((word("n", language), *(write.count(curve.n) for curve in self.curves)))
        headings = (word("answered within", language), *(curve.name for curve in self.curves))
        return Rows(headings, tuple(table) if self.curves else ())

    def summary(self, language: str = "en") -> str:
        """Return, for every curve, the share answered within the hour and what is open."""
        write = Formatter(language)
        said = [word("curves", language, k=len(self.curves))]
        for curve in self.curves:
            line = f"{curve.name}: {write.share(curve.at(3600))} ≤ {write.duration(3600)}"
            if curve.open_share is not None:
                line += f", {write.share(curve.open_share)} {word('open', language)}"
            said.append(line + ".")
        return " ".join(said)
