"""Figures that a configuration names: a metric, one of its statistics, and a value for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from convocommerce.configuration.kinds import seconds_of, wrong, wrong_whole
from convocommerce.configuration.mistakes import shown
from convocommerce.errors import nearest
from convocommerce.measuring import unit_of
from convocommerce.metrics import CALENDAR, CATALOGUE, DIMENSIONS
from convocommerce.reports.options import OWN_FIGURES, aims


class Seconds(float):
    """A number that was written as a time, such as ``15m``."""


METRICS = (*CATALOGUE, *OWN_FIGURES)
"""What can be named: the catalogue, and what only pages know."""


def check_metric(name: str) -> str:
    """Check that a metric is one."""
    if name not in METRICS:
        raise wrong(_unknown("metric", name, list(METRICS)))
    return name


def units_of(metric: str) -> dict[str, str]:
    """Return the unit of each figure of a metric, the headline first."""
    if metric in OWN_FIGURES:
        return dict(OWN_FIGURES[metric])
    return {one.name: unit_of(one) for one in CATALOGUE[metric].statistics}


def check_dimension(name: str) -> str:
    """Check that a column to cut by is one."""
    # An alert is about one period, so that no part of the calendar can cut it.
    known = [one for one in DIMENSIONS if one not in CALENDAR]
    if name not in known:
        raise wrong(_unknown("column to cut an alert by", name, known))
    return name


def check_statistic(metric: str, name: str | None) -> str:
    """Return the name of a statistic of a metric; its headline when none is given."""
    known = list(units_of(metric))
    if name is None:
        return known[0]
    if name not in known:
        raise wrong(_unknown(f"figure of {metric}", name, known))
    return name


def limit(value: Any) -> float | None:
    """Return a value to hold a figure against, as a number in the figure's unit."""
    if value is None:
        return None
    if isinstance(value, str) and (seconds := seconds_of(value)) is not None:
        return Seconds(seconds)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise wrong(f"is {shown(value)} and must be a number, or a time such as '15m'")
    return float(value)


def check_limit(metric: str, statistic: str, value: float) -> float:
    """Check that a figure can be what it is held against."""
    unit = units_of(metric)[statistic]
    if unit != "seconds" and isinstance(value, Seconds):
        raise wrong(f"is a time, and {metric}.{statistic} is a {unit.partition(',')[0]}")
    if value < 0 and not unit.startswith("money"):
        raise wrong(f"is {value:g} and cannot be below 0")
    if unit == "share" and value > 1:
        raise wrong(f"is {value:g} and must be a share between 0 and 1, such as 0.8 for 80%")
    return float(value)


def targets(value: Any) -> dict[str, float]:
    """Read targets, by metric and statistic.

    Both ways that TOML has to write them are taken: ``"conversion.rate" = 0.1`` and
    ``conversion.rate = 0.1``, which is a table in a table.
    """
    if not isinstance(value, Mapping):
        raise wrong(f"is {shown(value)} and must be a table")
    found: dict[str, float] = {}
    mistakes: list[InitErrorDetails] = []
    for path, one in _leaves(value):
        name = ".".join(path)
        try:
            if name in found:
                raise wrong_whole(f"targets.{name} is set twice; leave one of them out")
            found[name] = _target(name, one)
        except PydanticCustomError as error:
            mistakes.append(InitErrorDetails(type=error, loc=path, input=one))
    if mistakes:
        raise ValidationError.from_exception_data("targets", mistakes)
    return found


def _target(name: str, value: Any) -> float:
    metric, _, statistic = name.partition(".")
    if metric not in METRICS:
        hint = _hint(metric, list(METRICS))
        raise wrong_whole(f"targets.{name}: {shown(metric)} is no metric{hint}")
    if not statistic:
        headline = next(iter(units_of(metric)))
        raise wrong_whole(
            f'targets.{name} names no figure of the metric; write "{name}.{headline}"'
        )
    if statistic not in (known := list(units_of(metric))):
        hint = _hint(statistic, known)
        raise wrong_whole(f"targets.{name}: {shown(statistic)} is no figure of {metric}{hint}")
    if name not in (known := aims()):
        raise wrong_whole(
            f"targets.{name} cannot be met or missed, as neither way is better; write an alert "
            f"with below or above, or a target of: {', '.join(known)}"
        )
    number = limit(value)
    if number is None:
        raise wrong("has no value")
    return check_limit(metric, statistic, number)


def _leaves(
    table: Mapping[str, Any], above: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], Any]]:
    found: list[tuple[tuple[str, ...], Any]] = []
    for name, value in table.items():
        path = (*above, name)
        found += _leaves(value, path) if isinstance(value, Mapping) and value else [(path, value)]
    return found


def _unknown(what: str, name: str, known: list[str]) -> str:
    return f"is {shown(name)} and no {what}{_hint(name, known)}"


def _hint(name: str, known: list[str]) -> str:
    return nearest(name, known) or f"; known: {', '.join(known)}"
