"""Funnel: how many reach each step, and which share of the first step and the step before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convocommerce.charts.base import Chart, Rows, number
from convocommerce.charts.words import word
from convocommerce.formatting import Formatter


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of a funnel.

    Attributes:
        name: What the step is.
        count: How many reached it.
        share: The share of the first step.
        step_share: The share of the step before; None for the first.
    """

    name: str
    count: float | None
    share: float | None = None
    step_share: float | None = None

    def __post_init__(self) -> None:
        """Make the values uniform."""
        for name in ("count", "share", "step_share"):
            object.__setattr__(self, name, number(getattr(self, name)))


@dataclass(frozen=True, kw_only=True)
class Funnel(Chart):
    """Steps in order, each as wide as the number that reached it.

    Attributes:
        stages: The steps.

    >>> Funnel(title="Sales", stages=[Stage(name="Talked", count=40, share=1.0)]).rows().rows
    (('Talked', '40', '100.0%', '–'),)
    """

    stages: Sequence[Stage]

    def __post_init__(self) -> None:
        """Copy the steps."""
        super().__post_init__()
        self._set("stages", tuple(self.stages))

    @property
    def is_empty(self) -> bool:
        """Whether no step has a count."""
        return all(stage.count is None for stage in self.stages)

    def rows(self, language: str = "en") -> Rows:
        """Return one row per step."""
        write = Formatter(language)
        return Rows(
            (
                word("step", language),
                word("n", language),
                word("of first", language),
                word("of previous", language),
            ),
            tuple(
                (s.name, write.count(s.count), write.share(s.share), write.share(s.step_share))
                for s in self.stages
            ),
        )

    def summary(self, language: str = "en") -> str:
        """Return every step with its count and its share of the first."""
        write = Formatter(language)
        said = [word("funnel", language, k=len(self.stages))]
        for stage in self.stages:
            share = f" ({write.share(stage.share)})" if stage.share is not None else ""
            said.append(f"{stage.name}: {write.count(stage.count)}{share}.")
        return " ".join(said)
