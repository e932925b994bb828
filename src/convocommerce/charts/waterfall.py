"""Waterfall: how one figure becomes another, one step at a time, or of what parts it is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isclose
from typing import NamedTuple

from convocommerce.charts.base import Chart, Rows, number
from convocommerce.charts.words import word
from convocommerce.errors import UsageError
from convocommerce.formatting import Formatter


@dataclass(frozen=True, kw_only=True)
class Total:
    """The figure at one end of a waterfall.

    Attributes:
        name: What it is the figure of.
        value: The figure; None where there is none.
        n: How many it rests on; None when unknown.
    """

    name: str
    value: float | None
    n: float | None = None

    def __post_init__(self) -> None:
        """Make the values uniform."""
        for name in ("value", "n"):
            object.__setattr__(self, name, number(getattr(self, name)))


@dataclass(frozen=True, kw_only=True)
class Shift:
    """One step of a waterfall.

    Attributes:
        name: What moves the figure.
        value: By how much, with its sign; None where there is no figure before or after it.
        level: The figure after it; when left out, the figure before it and ``value`` together.
        n: How many the step concerns; None when unknown.
    """

    name: str
    value: float | None
    level: float | None = None
    n: float | None = None

    def __post_init__(self) -> None:
        """Make the values uniform."""
        for name in ("value", "level", "n"):
            object.__setattr__(self, name, number(getattr(self, name)))


class Bar(NamedTuple):
    """One bar of a waterfall as it is drawn.

    Attributes:
        name: What it is.
        first: Where it begins; None where that is not known.
        last: Where it ends.
        text: Its figure, or its step with its sign.
        n: How many it rests on or concerns.
        kind: ``total``, or where a step leads: ``up``, ``down`` or ``level``.
    """

    name: str
    first: float | None
    last: float | None
    text: str
    n: float | None
    kind: str

    def title(self, write: Formatter) -> str:
        """Return what the bar says of itself."""
        size = "" if self.n is None else f", n {write.count(self.n)}"
        return f"{self.name}: {self.text}{size}"


@dataclass(frozen=True, kw_only=True)
class Waterfall(Chart):
    """Steps that lead from one figure to another, each beginning where the one before ended.

    Attributes:
        steps: The steps in their order.
        start: The figure they lead from; when left out they begin at 0, as parts of a whole do.
        end: The figure they lead to; may be left out.
        value_label: What the figure is; heads its column of the table.
        n_label: What n counts; heads its column of the table.

    Raises:
        UsageError: The steps do not lead to the end.
        UnknownNameError: The unit does not exist.

    >>> chart = Waterfall(
    ...     title="Two clocks",
    ...     unit="seconds",
    ...     start=Total(name="a", value=60, n=9),
    ...     steps=[Shift(name="bot", value=-15, n=2)],
    ...     end=Total(name="b", value=45, n=9),
    ... )
    >>> print(chart.rows().text())
    Step  Change  Value  n
    a             1 min  9
    bot    −15 s   45 s  2
    b               45 s  9
    """

    steps: Sequence[Shift]
    start: Total | None = None
    end: Total | None = None
    value_label: str = ""
    n_label: str = ""

    def __post_init__(self) -> None:
        """Copy the steps and check that they lead to the end."""
        super().__post_init__()
        self._set("steps", tuple(self.steps))
        last, end = self.levels()[-1], None if self.end is None else self.end.value
        if last is not None and end is not None and not isclose(last, end, abs_tol=1e-6):
            raise UsageError(
                f"the steps of {self.title!r} lead to {last:g} and its end is {end:g}; "
                "give every step, or the level it leads to"
            )

    @property
    def is_empty(self) -> bool:
        """Whether neither an end nor a step has a figure."""
        ends = [one.value for one in (self.start, self.end) if one is not None]
        moved = [value for step in self.steps for value in (step.value, step.level)]
        return all(value is None for value in (*ends, *moved))

    def levels(self) -> list[float | None]:
        """Return the figure before the first step and after every one."""
        found = [0.0 if self.start is None else self.start.value]
        for step in self.steps:
            before, level = found[-1], step.level
            if level is None and before is not None and step.value is not None:
                level = before + step.value
            found.append(level)
        return found

    def bars(self, language: str = "en") -> Iterator[Bar]:
        """Give every bar from the first to the last."""
        write = Formatter(language)
        if self.start is not None:
            yield self._total(self.start, write)
        for step, (before, after) in zip(self.steps, pairwise(self.levels()), strict=True):
            value = step.value or 0
            kind = "up" if value > 0 else "down" if value < 0 else "level"
            text = write.signed(step.value, self.unit)
            yield Bar(step.name, before, after, text, step.n, kind)
        if self.end is not None:
            yield self._total(self.end, write)

    def rows(self, language: str = "en") -> Rows:
        """Return one row per bar: the change, the figure after it, and n where it is known."""
        write = Formatter(language)
        bars = list(self.bars(language))
        headings = [
            word("step", language),
            word("change", language),
            self.value_label or word("value", language),
        ]
        columns = [
            [bar.name for bar in bars],
            ["" if bar.kind == "total" else bar.text for bar in bars],
            [write.value(bar.last, self.unit) for bar in bars],
        ]
        if any(bar.n is not None for bar in bars):
            headings.append(self.n_label or word("n", language))
            columns.append([write.count(bar.n) for bar in bars])
        return Rows(tuple(headings), tuple(zip(*columns, strict=True)))

    def summary(self, language: str = "en") -> str:
        """Return every bar with its figure or its change."""
        said = [word("waterfall", language, k=len(self.steps))]
        said += [f"{bar.name}: {bar.text}." for bar in self.bars(language)]
        return " ".join(said)

    def _total(self, total: Total, write: Formatter) -> Bar:
        return Bar(
            total.name, 0.0, total.value, write.value(total.value, self.unit), total.n, "total"
        )
