"""Credit of sales to what brought people in, shared over the touches before each sale.

Every model shares out exactly what was observed: the conversions of its credits add up to the
conversions of the paths, to the last bit and in any order, and their values to the value, to the
cent. First, last, linear, position and time decay are rules of thumb and look at paths that
converted. Markov and Shapley compare those with the paths that came to nothing.

Sources: E. Anderl, I. Becker, F. von Wangenheim and J. H. Schumann, "Mapping the customer
journey" (2016), for the removal effect; L. S. Shapley, "A value for n-person games" (1953).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from convocommerce.errors import UsageError
from convocommerce.insights.crediting.chain import removal_effects
from convocommerce.insights.crediting.credit import Credit, credited
from convocommerce.insights.crediting.joining import average_gains
from convocommerce.insights.crediting.paths import Path, merged


def first_touch(paths: Iterable[Path]) -> list[Credit]:
    """Credit each sale to the oldest touch.

    >>> from decimal import Decimal
    >>> first_touch([Path(("ad", "post", "link"), conversions=2, value=Decimal(90))])[0]
    Credit(channel='ad', conversions=2.0, value=Decimal('90.00'))
    """
    return _by_weight(paths, lambda path: [1.0] + [0.0] * (len(path.channels) - 1))


def last_touch(paths: Iterable[Path]) -> list[Credit]:
    """Credit each sale to the newest touch.

    >>> last_touch([Path(("ad", "post"), conversions=2), Path(("ad",), conversions=1)])[0]
    Credit(channel='post', conversions=2.0, value=Decimal('0.00'))
    """
    return _by_weight(paths, lambda path: [0.0] * (len(path.channels) - 1) + [1.0])


def linear(paths: Iterable[Path]) -> list[Credit]:
    """Credit each sale to all its touches alike; a channel met twice counts twice.

    >>> [c.conversions for c in linear([Path(("ad", "post", "ad", "ad"), conversions=1)])]
    [0.75, 0.25]
    """
    return _by_weight(paths, lambda path: [1 / len(path.channels)] * len(path.channels))


def position_based(paths: Iterable[Path], first: float = 0.4, last: float = 0.4) -> list[Credit]:
    """Credit set parts of each sale to the oldest and newest touch, the rest to those between.

    With nothing between, the two share everything in the proportion of their parts.

    Args:
        paths: The paths.
        first: The part of the oldest touch.
        last: The part of the newest touch.

    Raises:
        UsageError: The parts are negative or add up to more than the whole.

    >>> credits = position_based([Path(("ad", "post", "link"), conversions=1)])
    >>> [(c.channel, round(c.conversions, 6)) for c in credits]
    [('ad', 0.4), ('link', 0.4), ('post', 0.2)]
    """
    ends = first + last
    if not (first >= 0 and last >= 0 and ends <= 1):
        raise UsageError(f"first and last must be parts of one whole, not {first} and {last}")

    def weights(path: Path) -> list[float]:
        n = len(path.channels)
        if n == 1:
            return [1.0]
        if n == 2:
            return [first / ends, last / ends] if ends else [0.5, 0.5]
        return [first, *[(1 - ends) / (n - 2)] * (n - 2), last]

    return _by_weight(paths, weights)


def time_decay(paths: Iterable[Path], half_life_days: float = 7) -> list[Credit]:
    """Credit each sale to its touches, each weighing half of one that came a half-life later.

    Args:
        paths: The paths; those with sales and touches need ages.
        half_life_days: The half-life.

    Raises:
        UsageError: The half-life is not positive, or the ages of a path are not known.

    >>> path = Path(("ad", "post"), conversions=3, ages_days=(7.0, 0.0))
    >>> [(c.channel, c.conversions) for c in time_decay([path])]
    [('post', 2.0), ('ad', 1.0)]
    """
    if not 0 < half_life_days < math.inf:
        raise UsageError(f"a half-life must be a positive number of days, not {half_life_days}")

    def weights(path: Path) -> list[float]:
        if path.ages_days is None:
            raise UsageError("time decay needs the ages of the touches; ask for paths with ages")
        newest = min(path.ages_days)  # only differences count, and large ages would vanish
        raw = [0.5 ** ((age - newest) / half_life_days) for age in path.ages_days]
        return [one / math.fsum(raw) for one in raw]

    return _by_weight(paths, weights)


def markov(paths: Iterable[Path], order: int = 1) -> list[Credit]:
    """Credit channels by how many sales would be missed without them, in a Markov chain.

    People walk from touch to touch as often as the paths did and end in a sale or in nothing. The
    removal effect of a channel is the part of all sales that is lost when everybody who arrives
    at it ends in nothing. Sales and value are shared in proportion to the removal effects.
    The chain is solved, not simulated: what a walk reaches of a channel first, times the chance
    of a sale from there, is what its removal loses.

    Args:
        paths: The paths, with those that came to nothing.
        order: How many of the last touches the next step depends on.

    Raises:
        UsageError: The order is less than one.

    >>> paths = [
    ...     Path(("ad", "post"), conversions=1),
    ...     Path(("ad",), nulls=1),
    ...     Path(("post",), conversions=1),
    ... ]
    >>> [(c.channel, round(c.conversions, 6)) for c in markov(paths)]
    [('post', 1.333333), ('ad', 0.666667)]
    """
    if order < 1:
        raise UsageError(f"the order of a Markov chain is at least one, not {order}")
    paths = merged(paths)
    effects = removal_effects([path for path in paths if path.channels], order)
    whole = math.fsum(effects.values())
    shares = {name: effect / whole if whole else 0.0 for name, effect in effects.items()}
    sold = sum(path.conversions for path in paths if path.channels)
    earned = float(sum(path.value for path in paths if path.channels))
    return credited(
        paths,
        {name: share * sold for name, share in shares.items()},
        {name: share * earned for name, share in shares.items()},
    )


def shapley(paths: Iterable[Path], permutations: int = 2000, seed: int = 0) -> list[Credit]:
    """Credit channels with their Shapley value among the channels that people met.

    A group of channels is worth what people would have bought had they met only those of their
    channels that are in it: as often as people did who met exactly these. Where nobody did, it is
    as often as the best of the smaller groups that somebody met, so that what was never seen
    together neither helps nor harms; without any such group, nothing. A channel's credit is what
    it adds to that, over all orders in which the channels could join. Repeats and the order of
    touches do not count.

    People who met up to twelve channels are computed exactly; for more, orders are sampled, and
    credits still add up.

    Args:
        paths: The paths, with those that came to nothing: without them every set of channels
            that was met seems to sell always, and what was added to it seems worthless.
        permutations: How many orders to sample where there are more than twelve channels.
        seed: What the sampling starts from.

    Raises:
        UsageError: There would be less than one order to sample.

    >>> paths = [
    ...     Path(("ad",), conversions=10, nulls=90),
    ...     Path(("post", "ad"), conversions=6, nulls=14),
    ... ]
    >>> [(c.channel, round(c.conversions, 6)) for c in shapley(paths)]
    [('ad', 14.0), ('post', 2.0)]
    """
    if permutations < 1:
        raise UsageError(f"at least one order must be sampled, not {permutations}")
    paths = merged(paths)
    people: dict[frozenset[str], int] = defaultdict(int)
    won: dict[frozenset[str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for path in paths:
        n = path.conversions + path.nulls
        if path.channels and n:
            met = frozenset(path.channels)
            people[met] += n
            won[met][0] += path.conversions
            won[met][1] += float(path.value)
    parts: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for met, n in people.items():
        names = sorted(met)
        groups = [group for group in people if group <= met]
        members = [[names.index(name) for name in sorted(group)] for group in groups]
        sold, earned = (
            average_gains(
                [
                    (inside, won[group][of] / people[group])
                    for inside, group in zip(members, groups, strict=True)
                ],
                len(names),
                permutations,
                seed,
            )
            for of in (0, 1)
        )
        for name, one, other in zip(names, sold, earned, strict=True):
            parts[name].append((n * float(one), n * float(other)))
    return credited(
        paths,
        {name: math.fsum(one for one, _ in added) for name, added in parts.items()},
        {name: math.fsum(other for _, other in added) for name, added in parts.items()},
    )


ATTRIBUTION_MODELS: Mapping[str, Callable[[Iterable[Path]], list[Credit]]] = {
    "first": first_touch,
    "last": last_touch,
    "linear": linear,
    "position": position_based,
    "time_decay": time_decay,
    "markov": markov,
    "shapley": shapley,
}
"""Every model by its name, with its usual parameters."""


def clicked_or_seen(
    touches: Iterable[tuple[Literal["click", "view"], str, float]],
    click_days: float = 7,
    view_days: float = 1,
) -> str | None:
    """Return the ad that Meta's setting of 7-day click and 1-day view would credit.

    The newest click inside its window, or else the newest view inside its own. What Meta reports
    stands beside what was observed and is never added to it.

    Args:
        touches: Of each touch whether it was a click or a view, the ad, and its age in days at
            the sale; touches after the sale have negative ages and do not count.
        click_days: How old a click may be, inclusive.
        view_days: How old a view may be, inclusive.

    >>> clicked_or_seen([("click", "coat", 7.0), ("view", "hat", 0.5)])
    'coat'
    """
    eligible = [
        (kind != "click", age, ad)
        for kind, ad, age in touches
        if 0 <= age <= (click_days if kind == "click" else view_days)
    ]
    return min(eligible)[2] if eligible else None


def _by_weight(paths: Iterable[Path], weights: Callable[[Path], Sequence[float]]) -> list[Credit]:
    """Share each path's sales and value over its touches by weights that add up to one."""
    paths = merged(paths)
    sold: dict[str, list[float]] = defaultdict(list)
    earned: dict[str, list[float]] = defaultdict(list)
    for path in paths:
        if path.channels and path.conversions:
            for name, weight in zip(path.channels, weights(path), strict=True):
                sold[name].append(path.conversions * weight)
                earned[name].append(float(path.value) * weight)
    return credited(
        paths,
        {name: math.fsum(parts) for name, parts in sold.items()},
        {name: math.fsum(parts) for name, parts in earned.items()},
    )
