"""Drawn waits for tests of curves: ties, many who left, and everything in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any


def drawn(seed: int) -> tuple[list[float], list[int]]:
    """Draw waits and whether each of them ended."""
    random = Random(seed)
    n = random.choice((8, 30, 120))
    grid, left = random.choice((1, 10, 1000)), random.choice((0.0, 0.3, 0.8))
    times = [1.0 + round(random.expovariate(0.2) * grid) / grid for _ in range(n)]
    ended = [int(random.random() >= left) for _ in times]
    ended[0] = 1
    return times, ended


def drawn_ends(seed: int) -> tuple[list[float], list[int]]:
    """Draw times and which of two ends came then, 0 for none so far."""
    random = Random(1000 + seed)
    times, ended = drawn(seed)
    ends = [one and random.choice((1, 1, 2)) for one in ended]
    return times, [1, 2, *ends[2:]]


def counted(times: Sequence[float], ends: Sequence[int], kinds: int = 1) -> tuple[Any, Any, Any]:
    """Count what happened at each time: the times, each end's counts, and who was left."""
    at = sorted(set(times))
    seen = Counter(zip(times, ends, strict=True))
    of = [[seen[time, kind] for time in at] for kind in range(1, kinds + 1)]
    return at, of[0] if kinds == 1 else of, [seen[time, 0] for time in at]
