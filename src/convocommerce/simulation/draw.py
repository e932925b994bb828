"""Chance that falls the same way on every machine and every version of Python.

Only ``random()`` and ``getrandbits()`` are used, whose sequences Python promises to keep, and only
the four exact operations of arithmetic: logarithms and powers may differ in the last bit between
machines, and one bit is enough to change a file.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Draw:
    """A stream of chance for one topic, independent of the streams of other topics.

    >>> Draw(7, "doc").whole(1, 6) == Draw(7, "doc").whole(1, 6)
    True
    """

    def __init__(self, seed: int, topic: str) -> None:
        """Begin the stream of one topic.

        Args:
            seed: The seed of the whole simulation.
            topic: What the stream is for; another topic gives another stream.
        """
        self._random = random.Random(f"{seed}/{topic}")  # noqa: S311 - must repeat, not be secret

    def unit(self) -> float:
        """Return a number from 0 up to but not including 1."""
        return self._random.random()

    def chance(self, probability: float) -> bool:
        """Return true with the given probability."""
        return self._random.random() < probability

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items, each equally likely."""
        return items[int(self._random.random() * len(items))]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """Return one of the items with probability in proportion to its weight."""
        total = 0.0
        for _, weight in items:
            # Not sum(): newer versions of Python round it differently.
            total += weight
        left = self._random.random() * total
        for item, weight in items:
            left -= weight
            if left < 0:
                return item
        return items[-1][0]

    def quantile(self, points: Sequence[float]) -> float:
        """Return a value whose quantiles, equally spaced from 0 to 1, are the given points.

        Args:
            points: At least two values, rising; the first is the least and the last the greatest.
        """
        place = self._random.random() * (len(points) - 1)
        index = int(place)
        return points[index] + (points[index + 1] - points[index]) * (place - index)

    def binomial(self, tries: int, probability: float) -> int:
        """Return how many of the tries succeed."""
        return sum(self._random.random() < probability for _ in range(tries))

    def letters(self, length: int) -> str:
        """Return letters, digits, hyphens and underscores, as platforms make ids of."""
        bits = self._random.getrandbits(6 * length)
        return "".join(_LETTERS[bits >> (6 * place) & 63] for place in range(length))

    def digits(self, length: int) -> str:
        """Return decimal digits of which the first is not 0."""
        return str(self.whole(1, 9)) + "".join(str(self.whole(0, 9)) for _ in range(length - 1))

    def hexadecimal(self, length: int) -> str:
        """Return lower-case hexadecimal digits."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"
