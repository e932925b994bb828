"""What every description of a picture shares: title, unit, caption, table and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from convocommerce.errors import UsageError
from convocommerce.formatting import Formatter, check_unit, is_missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


MOST: Final = 30
"""How many categories a picture draws unless told: as many as are still told apart."""


class Rows(NamedTuple):
    """A small table as it is read: every cell is already text in one language.

    Attributes:
        headings: One per column.
        rows: One tuple per row, each as long as ``headings``.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        """Return the table in plain text, its columns aligned: words left, figures right.

        >>> print(Rows(("Channel", "n"), (("messenger", "12"), ("instagram", "3"))).text())
        Channel     n
        messenger  12
        instagram   3
        """
        lines = [self.headings, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.headings))]
        return "\n".join(
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What a picture shows, free of how it is drawn.

    Nothing is computed from the values: intervals, shares and sizes come in. A value that is
    None, NaN or infinite is a gap, which is never drawn as zero.

    Attributes:
        title: What the picture shows, as a heading.
        unit: ``"share"``, ``"seconds"``, ``"count"``, ``"number"`` or a currency code.
        caption: Meaning, rules and as-of, printed beneath.
    """

    title: str
    unit: str = "count"
    caption: str = ""

    def __post_init__(self) -> None:
        """Check the unit; a subclass also makes its values uniform."""
        check_unit(self.unit)

    @property
    def is_empty(self) -> bool:
        """Whether there is not a single value to draw."""
        raise NotImplementedError

    def rows(self, language: str = "en") -> Rows:
        """Return every value of the picture as a table of text."""
        raise NotImplementedError

    def summary(self, language: str = "en") -> str:
        """Return what is to be seen, in a sentence or two, without the caption."""
        raise NotImplementedError

    def description(self, language: str = "en") -> str:
        """Return what a person who cannot see the picture should hear after its title."""
        from convocommerce.charts.words import word

        seen = word("no data", language) + "." if self.is_empty else self.summary(language)
        return f"{seen} {self.caption}".strip()

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


def numbers(values: Iterable[object]) -> tuple[float | None, ...]:
    """Return values as floats, with None for each that is missing.

    >>> numbers([1, float("nan"), None])
    (1.0, None, None)
    """
    return tuple(number(value) for value in values)


def number(value: object) -> float | None:
    """Return one value as a float, or None when it is missing."""
    return None if is_missing(value) else float(value)  # type: ignore[arg-type]  # numpy, Decimal


def same_length(what: str, length: int, **columns: Sequence[object]) -> None:
    """Check that every column that is given at all has the expected length.

    Raises:
        UsageError: A column is longer or shorter.
    """
    for name, column in columns.items():
        if column and len(column) != length:
            raise UsageError(
                f"{name} has {len(column)} values and there are {length} {what}; "
                "give one for each, or leave it out"
            )


def at(values: Sequence[float | None], index: int) -> float | None:
    """Return the value at a position, or None where the column was left out."""
    return values[index] if values else None


def extremes(
    names: Sequence[str],
    values: Sequence[float | None],
    unit: str,
    language: str,
    text: Callable[[float | None, Formatter], str] | None = None,
) -> str:
    """Return the sentences that name the highest and the lowest value, written as told."""
    from convocommerce.charts.words import word

    write = Formatter(language)

    def written(value: float) -> str:
        return text(value, write) if text else write.value(value, unit)

    known = [(value, i) for i, value in enumerate(values) if value is not None]
    if not known:
        return ""
    top, bottom = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
    said = [word("highest", language, name=names[top[1]], value=written(top[0]))]
    if len(known) > 1:
        said.append(word("lowest", language, name=names[bottom[1]], value=written(bottom[0])))
    return " ".join(said)
