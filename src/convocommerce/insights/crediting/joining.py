"""Shapley's sum: what each of a set of channels adds, over the orders in which they could join."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatArray: TypeAlias = npt.NDArray[np.float64]

MOST_EXACT = 12
"""Up to how many channels every order of joining is counted."""

Rate = tuple[list[int], float]
"""A group of channels by their numbers, and its worth."""


def average_gains(rates: Sequence[Rate], size: int, permutations: int, seed: int) -> FloatArray:
    """Return what each channel adds on average to the worth of those that joined before.

    A group without a worth of its own is worth as much as the best group inside it.

    Args:
        rates: The groups that have a worth of their own, none of it negative.
        size: How many channels there are.
        permutations: How many orders to sample where there are more than ``MOST_EXACT``.
        seed: What the sampling starts from.

    Returns:
        One gain per channel; together they are the worth of all channels.

    >>> average_gains([([0], 1.0), ([0, 1], 4.0)], 2, 1, 0)
    array([2.5, 1.5])
    """
    if size <= MOST_EXACT:
        return _counted(rates, size)
    return _sampled(rates, size, permutations, seed)


def _counted(rates: Sequence[Rate], size: int) -> FloatArray:
    """Return what each channel adds on average, over every order of joining."""
    import numpy as np

    worth = np.zeros(2**size)
    masks = [sum(1 << member for member in members) for members, _ in rates]
    for mask, (_, rate) in zip(masks, rates, strict=True):
        worth[mask] = rate
    for member in range(size):
        halves = worth.reshape(-1, 2, 1 << member)
        np.maximum(halves[:, 1], halves[:, 0], out=halves[:, 1])
    for mask, (_, rate) in zip(masks, rates, strict=True):
        worth[mask] = rate
    groups = np.arange(2**size)
    others = np.bitwise_count(groups)
    weights = np.array([1 / (size * math.comb(size - 1, k)) for k in range(size)] + [0.0])
    added = np.zeros(size)
    for member in range(size):
        without = groups[groups & (1 << member) == 0]
        gain = worth[without | (1 << member)] - worth[without]
        added[member] = weights[others[without]] @ gain
    return added


def _sampled(rates: Sequence[Rate], size: int, permutations: int, seed: int) -> FloatArray:
    """Return what each channel adds on average, over sampled orders of joining."""
    import numpy as np

    joined = np.random.default_rng(seed).permuted(
        np.tile(np.arange(size), (permutations, 1)), axis=1
    )
    place = np.argsort(joined, axis=1)
    rows = np.arange(permutations)
    worth = np.zeros((permutations, size))
    complete = [place[:, members].max(axis=1) for members, _ in rates]
    for at, (_, rate) in zip(complete, rates, strict=True):
        worth[rows, at] = np.maximum(worth[rows, at], rate)
    worth = np.maximum.accumulate(worth, axis=1)
    for at, (members, rate) in zip(complete, rates, strict=True):
        worth[at == len(members) - 1, len(members) - 1] = rate
    gain = np.diff(worth, axis=1, prepend=0.0)
    added: FloatArray = gain[rows[:, None], place].mean(axis=0)
    return added
