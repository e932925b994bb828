"""What a metric consists of. Constants of these types are the whole catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Quantile:
    """A quantile of a duration, over those that came to an end.

    Attributes:
        name: Its name in the result.
        title: What people call it.
        at: Which quantile, between 0 and 1.
    """

    name: str
    title: str
    at: float


@dataclass(frozen=True)
class Waiting:
    """A quantile of a duration over all, those that have not come to an end counted as waiting.

    After Kaplan and Meier: who has not come to an end counts for as long as it is known that it had
    not come, and is neither dropped nor given a time. It rests on all; the open ones among them
    are those without an end.

    Attributes:
        name: Its name in the result.
        title: What people call it.
        at: Which quantile, between 0 and 1.
    """

    name: str
    title: str
    at: float


@dataclass(frozen=True)
class Within:
    """The share that came to an end within a time, over those for which it is decided.

    One that is younger than the limit and has not ended is still open; one that is older and has
    not ended is a miss.

    Attributes:
        name: Its name in the result.
        title: What people call it.
        seconds: The limit, included.
    """

    name: str
    title: str
    seconds: int


@dataclass(frozen=True)
class Share:
    """A share of those for which it is decided.

    Attributes:
        name: Its name in the result.
        title: What people call it.
        counts: SQL condition: it did, among those decided.
        decided: SQL condition: it did or it did not; the rest is still open.
        told: SQL condition: exports tell whether it did; the rest is not known and not even open.
        needs: Topics of ``absences.TOLD`` without which it cannot be known, besides those of the
            metric.
    """

    name: str
    title: str
    counts: str
    decided: str
    told: str = "true"
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Total:
    """A count of rows, or a sum of money per currency.

    Attributes:
        name: Its name in the result.
        title: What people call it.
        where: SQL condition: the row counts.
        amount: The column summed, with ``currency`` beside it; null for a count.
        states: The table of states it is taken over, if not the metric's own.
    """

    name: str
    title: str
    where: str
    amount: str | None = None
    states: str | None = None


Statistic = Quantile | Waiting | Within | Share | Total


@dataclass(frozen=True)
class Metric:
    """One figure with one meaning.

    Attributes:
        name: Its name, in lower_snake_case.
        title: What people call it.
        meaning: One sentence: what is counted, over what.
        open_means: One sentence: what ``n_open`` counts.
        definition: How it is decided, in a few sentences.
        excludes: One sentence: what is left out of it.
        source: Where the definition comes from.
        rivals: How others who use the name count, by whose name it is.
        while_open: One sentence: how the headline is to be read while some are open, if in any
            other way than afterwards.
        better: Which way is better: ``lower``, ``higher`` or ``neither``.
        states: The table of states it is computed from.
        population: SQL condition: the rows it is about.
        statistics: What is computed, the headline first.
        population_of: SQL conditions on the rows that only hold for one choice of an option.
        duration: The column with the duration in seconds, for quantiles and limits.
        age: The column with the seconds that have passed, for limits.
        observed: The column with the seconds for which it is known that no end had come, for those
            without one; the age when left out.
        left_as: The column that says what became of those without an end, if any does.
        needs: Topics of ``absences.TOLD`` without which nothing of it can be known, the most
            important first.
        none_means: One sentence: why there is nothing to measure where all of that is told.
        rests_on: The topics of ``sources.contract.TOPICS`` that it stands or falls with; limits of
            exports about them are repeated beside it.
        options: What can be chosen, the default first; a choice fills its name in braces in
            ``duration``, ``age``, ``observed`` and ``population``.
    """

    name: str
    title: str
    meaning: str
    open_means: str
    definition: str
    excludes: str
    source: str
    better: str
    states: str
    population: str
    statistics: tuple[Statistic, ...]
    duration: str | None = None
    age: str | None = None
    observed: str | None = None
    left_as: str | None = None
    population_of: Mapping[str, str] = field(default_factory=dict)
    while_open: str = ""
    needs: tuple[str, ...] = ("messages",)
    none_means: str = "Nobody wrote in what was asked about."
    rests_on: tuple[str, ...] = ()
    rivals: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Dimension:
    """Something by which figures can be cut.

    Attributes:
        name: Its name, which is also the column's for those that are no part of time.
        title: What people call it.
        expression: SQL over the row's local time, for the parts of time; null otherwise.
        order: Its values in the order people expect, where that is not the alphabet's.
        rests_on: The topics that it stands or falls with, as for a metric.
    """

    name: str
    title: str
    expression: str | None = None
    order: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
