"""Counted paths: what people met before a sale, or before nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from convocommerce.errors import UsageError


@dataclass(frozen=True)
class Path:
    """The touches before a sale, or before nothing, and how often that happened.

    Attributes:
        channels: What each touch came by, the oldest first; empty where a sale had no touch.
        conversions: How many sales had this path.
        value: What those sales brought, in one currency.
        nulls: How many people had these touches and did not buy.
        ages_days: How long before the sale each touch was, in days; null when not known.

    Raises:
        UsageError: A count or value is negative, there is a value without a sale, or there are
            not as many ages as touches.
    """

    channels: tuple[str, ...]
    conversions: int = 0
    value: Decimal = Decimal(0)
    nulls: int = 0
    ages_days: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if self.conversions < 0 or self.nulls < 0:
            raise UsageError("a path cannot have happened less than never")
        if not self.value.is_finite() or self.value < 0 or (self.value and not self.conversions):
            raise UsageError(f"a path with {self.conversions} sales cannot be worth {self.value}")
        ages = self.ages_days
        if ages is not None and (
            len(ages) != len(self.channels) or not all(0 <= age < math.inf for age in ages)
        ):
            raise UsageError("a path needs one age per touch, none of them negative")


def passing_over(paths: Iterable[Path], channels: Iterable[str]) -> list[Path]:
    """Leave touches out that nobody chose, from paths that have others.

    This is what others call the last touch that is not direct. A path of nothing else stays.

    Args:
        paths: The paths.
        channels: What to leave out, such as ``("organic", "unknown")``.

    >>> path = Path(("ad", "organic"), conversions=1, ages_days=(2.0, 1.0))
    >>> passing_over([path], ["organic"])[0].channels
    ('ad',)
    """
    left_out = set(channels)
    kept = []
    for path in paths:
        places = [place for place, name in enumerate(path.channels) if name not in left_out]
        if places:
            ages = path.ages_days
            channels_left = tuple(path.channels[place] for place in places)
            ages_left = None if ages is None else tuple(ages[place] for place in places)
            kept.append(replace(path, channels=channels_left, ages_days=ages_left))
        else:
            kept.append(path)
    return merged(kept)


def merged(paths: Iterable[Path]) -> list[Path]:
    """Add equal paths up and sort them, so that nothing depends on how they were told.

    >>> merged([Path(("ad",), nulls=1), Path(("ad",), nulls=2)])[0].nulls
    3
    """
    found: dict[tuple[tuple[str, ...], tuple[float, ...] | None], Path] = {}
    for path in paths:
        key = (path.channels, path.ages_days)
        same = found.get(key)
        found[key] = (
            path
            if same is None
            else replace(
                path,
                conversions=path.conversions + same.conversions,
                value=path.value + same.value,
                nulls=path.nulls + same.nulls,
            )
        )
    return [found[key] for key in sorted(found, key=lambda key: (key[0], key[1] or ()))]
