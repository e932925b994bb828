"""Asks one or more metrics of a database and puts the answers together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from convocommerce.building import ensure_built
from convocommerce.errors import UnknownNameError, UsageError, closest
from convocommerce.measuring import AsOf, answer, as_of_instant, ask, local_day
from convocommerce.metrics import DIMENSIONS, Metric, dimension_named, metric_named
from convocommerce.notes import limits_on, notes_on
from convocommerce.periods import Period
from convocommerce.remembering import remembering
from convocommerce.results.filtering import check_values, unknown_values
from convocommerce.results.result import Result

if TYPE_CHECKING:
    import datetime as dt

    from convocommerce.rules import Rules
    from convocommerce.warehouse import Database


def asked(
    database: Database,
    rules: Rules,
    metrics: str | Sequence[str],
    *,
    period: Period | str | None,
    by: str | Sequence[str],
    where: Mapping[str, Any] | None,
    as_of: AsOf,
    options: Mapping[str, str],
    language: str,
) -> Result:
    """Compute one or more metrics; ``Shop.measure`` says what each argument means.

    Raises:
        UnknownNameError: A metric, column, option or choice does not exist, or a filter names a
            value its column never has; offers the nearest.
        UsageError: No metric is named.
        PeriodError: The period is not one, or begins after the as-of.
    """
    wanted = [metric_named(name) for name in _listed(metrics)]
    if not wanted:
        raise UsageError("no metric is named")
    _check_options(wanted, options)
    with database.reading() as con, remembering(con):
        instant = as_of_instant(con, as_of, rules)
        days = period_of(period, instant, rules)
    ensure_built(database, rules)
    with database.reading() as con, remembering(con):
        questions, rows, queries = [], [], []
        for metric in wanted:
            question = ask(
                con,
                metric,
                as_of=instant,
                by=_listed(by),
                where=where,
                period=days,
                options={name: one for name, one in options.items() if name in metric.options},
            )
            check_values(question)
            found, made = answer(con, question)
            questions.append(question)
            rows += found
            queries += made
        notes = unknown_values(con, questions[0], language)
        full = {row.metric for row in rows if row.n or row.n_open}
        empty = [metric.name for metric in wanted if metric.name not in full]
        clock = options.get("clock", "")
        notes += notes_on(con, wanted, rules, days, instant, language, empty=empty, clock=clock)
        topics = {topic for metric in wanted for topic in metric.rests_on}
        topics |= {topic for cut in _listed(by) for topic in dimension_named(cut).rests_on}
        channels = _listed((where or {}).get("channel", ()))
        limits = limits_on(con, topics, instant, language, period=days, channels=channels)
        notes += tuple(f"{exports}: {' '.join(said)}" for exports, said in limits)
    return Result(
        rows=tuple(rows),
        questions=tuple(questions),
        queries=tuple(queries),
        rules=rules,
        database=database,
        notes=notes,
        language=language,
    )


def period_of(period: Period | str | None, as_of: dt.datetime, rules: Rules) -> Period | None:
    """Return a period by its name; relative ones count from the as-of, ``all`` is none."""
    if period is None or isinstance(period, Period):
        return period
    return None if period == "all" else Period(period, today=local_day(as_of, rules))


def _listed(names: str | Sequence[str]) -> list[str]:
    if isinstance(names, str):
        return [names]
    if not isinstance(names, Iterable):
        raise UsageError(f"{names!r} is given where a name or a list of names is wanted")
    return list(names)


_ARGUMENTS = ("as_of", "by", "period", "where")
"""What else a metric is asked with: a slip in one of their names arrives among the options."""


def _check_options(metrics: Sequence[Metric], options: Mapping[str, str]) -> None:
    known = {name for metric in metrics for name in metric.options}
    for name in options:
        if name in DIMENSIONS:
            raise UsageError(
                f"{name!r} is a column and no option: write where={{{name!r}: ...}} to keep some "
                f"of its values, or by={name!r} to see each"
            )
        if name not in known:
            argument = closest(name, _ARGUMENTS)
            raise UnknownNameError("option", name, {*known, argument} if argument else known)
