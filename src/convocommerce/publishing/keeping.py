"""Which editions are the latest, and which are kept: rules over manifests, without any file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from convocommerce.publishing.edition import Manifest


@dataclass(frozen=True)
class Keep:
    """How much of the past a site keeps.

    Attributes:
        periods: How many periods of each report; all of them when null.
        editions: How many editions of one period, the latest first: a period is restated when
            orders or messages of it come in later.
    """

    periods: int | None = None
    editions: int = 3


def latest(manifests: Iterable[Manifest]) -> dict[str, tuple[Manifest, str]]:
    """Return the edition and its file behind every name in ``latest``.

    A name follows the last period that has such a file, and of one period its last edition: a
    back-fill of an older period moves nothing.
    """
    found: dict[str, tuple[Manifest, str]] = {}
    for one in sorted(manifests, key=attrgetter("place")):
        for file in one.files:
            found[one.latest_name(file)] = one, file
    return dict(sorted(found.items()))


def kept(manifests: Sequence[Manifest], keep: Keep) -> list[Manifest]:
    """Return the editions that a site keeps, the newest first, report by report.

    What is found under ``latest`` is kept whatever the rule says.
    """
    current = {one.folder for one, _ in latest(manifests).values()}
    found = []
    ordered = sorted(manifests, key=attrgetter("place"), reverse=True)
    ordered.sort(key=attrgetter("kind"))
    for _, of_kind in groupby(ordered, key=attrgetter("kind")):
        by_period = groupby(of_kind, key=attrgetter("period"))
        for age, (_, of_period) in enumerate(by_period):
            is_recent = keep.periods is None or age < keep.periods
            for rank, one in enumerate(of_period):
                if (is_recent and rank < keep.editions) or one.folder in current:
                    found.append(one)
    return found
