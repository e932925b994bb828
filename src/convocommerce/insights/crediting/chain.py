"""Markov chains of touches: what is lost when everybody who arrives at a channel buys nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from convocommerce.insights.crediting.paths import Path


def removal_effects(paths: Sequence[Path], order: int) -> dict[str, float]:
    """Return the part of the sales that each channel's removal loses; zeros without any sale.

    Args:
        paths: The paths, those that came to nothing included, each with a touch at least.
        order: How many of the last touches the next step depends on.
    """
    import numpy as np

    steps: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = defaultdict(int)
    sales: dict[tuple[str, ...], int] = defaultdict(int)
    passed: dict[tuple[str, ...], int] = defaultdict(int)
    start: tuple[str, ...] = ()
    for path in paths:
        n, state = path.conversions + path.nulls, start
        for name in path.channels if n else ():
            passed[state] += n
            following = (*state, name)[-order:]
            steps[state, following] += n
            state = following
        passed[state] += n
        sales[state] += path.conversions
    names = sorted({name for path in paths for name in path.channels})
    if not any(sales.values()):
        return dict.fromkeys(names, 0.0)
    states = sorted(state for state, n in passed.items() if n and state != start)
    place = {state: number for number, state in enumerate(states)}
    chain = np.eye(len(states))
    arrivals = np.zeros(len(states))
    for (state, following), n in steps.items():
        chance = n / passed[state]
        if state == start:
            arrivals[place[following]] = chance
        else:
            chain[place[state], place[following]] -= chance
    visits = np.linalg.inv(chain)
    sale = visits @ np.array([sales[state] / passed[state] for state in states])
    whole = float(arrivals @ sale)
    effects = dict.fromkeys(names, 0.0)
    for name in names:
        here = [number for number, state in enumerate(states) if state[-1] == name]
        if here:
            # Expected visits, set against those of somebody already there, leave the first one.
            first = np.linalg.solve(visits[np.ix_(here, here)].T, (arrivals @ visits)[here])
            effects[name] = max(0.0, float(first @ sale[here]) / whole)
    return effects
