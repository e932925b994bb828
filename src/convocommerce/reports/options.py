"""What a business chooses for its pages: its name and look, targets, alerts, and how small is few.

None of it changes a figure. What changes figures is in the rules.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

from convocommerce.calling import made_of
from convocommerce.errors import UnknownNameError, UsageError
from convocommerce.measuring import unit_of
from convocommerce.metrics import CALENDAR, CATALOGUE, DIMENSIONS

OWN_FIGURES: Mapping[str, Mapping[str, str]] = {
    "reply_windows": {"lost_share": "share"},
    "abandonment_after_no_answer": {"rate": "share"},
}
"""Figures of the page that the catalogue of metrics does not hold, with their units."""

FEWEST = 2
"""The smallest group that may be chosen: a figure of one person is never shown."""

_LOGO_BYTES = 200_000
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@made_of("part of a brand")
@dataclass(frozen=True)
class Brand:
    """How a business looks.

    Attributes:
        accent: Its colour, such as ``#0b62a8``; the page's own when empty.
        logo: A PNG or JPEG picture of at most 200 kB, which becomes part of the page.
    """

    accent: str = ""
    logo: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Check the colour and the picture.

        Raises:
            UsageError: The colour is not written as ``#0b62a8``, or the logo is no small PNG or
                JPEG picture.
        """
        if self.accent and not re.fullmatch(r"#[0-9a-fA-F]{6}", self.accent):
            raise UsageError(f"brand accent {self.accent!r} is no colour such as '#0b62a8'")
        if self.logo is not None and not isinstance(self.logo, bytes):
            raise UsageError(
                f"brand logo is a {type(self.logo).__name__} and must be the bytes of a picture, "
                "such as Path('logo.png').read_bytes()"
            )
        if self.logo is not None and self.logo_type is None:
            raise UsageError("brand logo is neither a PNG nor a JPEG picture; save it as one")
        if self.logo is not None and len(self.logo) > _LOGO_BYTES:
            raise UsageError(
                f"brand logo has {len(self.logo):,} bytes and may have {_LOGO_BYTES:,}; "
                "save it smaller"
            )

    @property
    def logo_type(self) -> str | None:
        """The media type of the logo; null without one, or when it is none that is known."""
        found = (kind for start, kind in _PICTURES.items() if (self.logo or b"").startswith(start))
        return next(found, None)


@made_of("part of an alert")
@dataclass(frozen=True)
class AlertRule:
    """When a figure calls for attention.

    Attributes:
        metric: The metric, of the catalogue or of ``OWN_FIGURES``.
        statistic: Its statistic.
        below: It is lower than this: a share between 0 and 1, seconds, or money.
        above: It is higher than this.
        unusual: It lies outside what weeks before let expect (control limits).
        by: A column; then every group of it is watched by itself.
    """

    metric: str
    statistic: str
    below: float | None = None
    above: float | None = None
    unusual: bool = False
    by: str | None = None

    def __post_init__(self) -> None:
        """Check the names and limits.

        Raises:
            UnknownNameError: There is no such metric, statistic or column; offers the nearest.
            UsageError: No limit is given, or one that the figure can never pass.
        """
        unit = unit_named(self.metric, self.statistic)
        name = f"alert on {self.metric}.{self.statistic}"
        if self.below is None and self.above is None and not self.unusual:
            raise UsageError(f"the {name} needs below, above or unusual")
        for side, limit in (("below", self.below), ("above", self.above)):
            if limit is not None:
                check_limit(f"{side} of the {name}", limit, unit)
        if self.by is None:
            return
        if self.metric in OWN_FIGURES:
            raise UsageError(f"the {name} cannot be cut by {self.by!r}: leave by out")
        known = [one for one in DIMENSIONS if one not in CALENDAR]
        if self.by not in known:
            raise UnknownNameError("column to cut an alert by", self.by, known)


@made_of("option of reports")
@dataclass(frozen=True)
class Options:
    """What a business chooses for its pages.

    Attributes:
        business: Its name, as it stands above the page.
        targets: What a figure should reach, by ``metric.statistic``, such as
            ``{"first_response_time.within_5_minutes": 0.9}``. Shares are between 0 and 1. Whether
            it should be higher or lower, the metric says. Those of headline figures stand in their
            tiles, all others in a table below the alerts.
        alerts: What calls for attention; without any, unusual changes of the headline figures do.
        smallest_group: The fewest that a figure of a group may rest on to be shown; at least 2.
        brand: Its look.
    """

    business: str = ""
    targets: Mapping[str, float] = field(default_factory=dict)
    alerts: tuple[AlertRule, ...] = ()
    smallest_group: int = 5
    brand: Brand = Brand()

    def __post_init__(self) -> None:
        """Check every name and number.

        Raises:
            UnknownNameError: A target is of no known figure; offers the nearest.
            UsageError: A number is one it cannot be, or a target of a figure of which neither way
                is better.
        """
        if not isinstance(self.business, str):
            raise UsageError(f"business is {self.business!r} and must be a name")
        for name, target in self.targets.items():
            metric, dot, statistic = name.partition(".")
            if not dot:
                raise UnknownNameError("target", name, _names())
            check_limit(f"target {name}", target, unit_named(metric, statistic))
            if name not in aims():
                raise UsageError(
                    f"the target {name} cannot be met or missed, as neither way is better: set an "
                    f"alert below or above a value; targets can have {', '.join(aims())}"
                )
        if type(self.smallest_group) is not int or self.smallest_group < FEWEST:
            raise UsageError(
                f"smallest_group is {self.smallest_group!r} and must be a whole number from "
                f"{FEWEST} on: a figure of one person is never shown"
            )
        object.__setattr__(self, "targets", MappingProxyType(dict(self.targets)))
        object.__setattr__(self, "alerts", tuple(self.alerts))

    def fingerprint(self) -> str:
        """Return a hash of every choice; equal choices have equal ones."""
        plain = replace(self, brand=Brand(self.brand.accent), targets={})
        values: dict[str, Any] = {
            **{name: one for name, one in vars(plain).items() if name not in ("brand", "alerts")},
            "targets": {name: float(one) for name, one in sorted(self.targets.items())},
            "alerts": [asdict(one) for one in self.alerts],
            "accent": self.brand.accent,
            "logo": hashlib.sha256(self.brand.logo or b"").hexdigest(),
        }
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def unit_named(metric: str, statistic: str) -> str:
    """Return the unit of a figure: ``share``, ``seconds``, ``count`` or money.

    Raises:
        UnknownNameError: There is no such metric or statistic; offers the nearest.
    """
    if metric in OWN_FIGURES:
        known = dict(OWN_FIGURES[metric])
    elif metric in CATALOGUE:
        known = {one.name: unit_of(one) for one in CATALOGUE[metric].statistics}
    else:
        raise UnknownNameError("metric", metric, [*CATALOGUE, *OWN_FIGURES])
    if statistic not in known:
        raise UnknownNameError(f"statistic of {metric}", statistic, known)
    return known[statistic]


def better_of(metric: str, statistic: str) -> str:
    """Return which way a figure is better: ``lower``, ``higher`` or ``neither``."""
    if statistic.startswith(("within", "recovered")):
        # A share answered in time or come back is better when it is higher, whatever its metric.
        return "higher"
    return "lower" if metric in OWN_FIGURES else CATALOGUE[metric].better


def aims() -> list[str]:
    """Return every figure that can have a target: those of which one way is better."""
    return [one for one in _names() if better_of(*one.split(".")) != "neither"]


def check_limit(what: str, value: float, unit: str) -> None:
    """Check that a figure of a unit can have a value.

    Raises:
        UsageError: It cannot.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value):
        raise UsageError(f"the {what} is {value!r} and must be a number")
    if unit == "share" and not 0 <= value <= 1:
        raise UsageError(
            f"the {what} is {value:g}, and a share is between 0 and 1: write 0.9 for 90%"
        )


def _names() -> list[str]:
    own = [f"{metric}.{one}" for metric, known in OWN_FIGURES.items() for one in known]
    return own + [
        f"{metric.name}.{one.name}" for metric in CATALOGUE.values() for one in metric.statistics
    ]
