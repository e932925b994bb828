"""Writes down how one system's figure becomes another's, and draws it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from convocommerce.charts import Picture, Rows, Shift, Total, Waterfall
from convocommerce.errors import UnknownNameError
from convocommerce.formatting import Formatter
from convocommerce.markup import html_table
from convocommerce.profiles.reasons import REASONS, reason_title
from convocommerce.wording import wording

if TYPE_CHECKING:
    from convocommerce.profiles.reconciling import Figure, Reconciliation

Statistic = Literal["median", "mean"]
STATISTICS = ("median", "mean")
"""Of what a picture can be."""


def rows_of(told: Reconciliation) -> Rows:
    """Return the waterfall as a table: the first figure, a line per reason, the last figure."""
    say, write = wording(told.language), Formatter(told.language)

    def line(name: str, cases: int, figure: Figure) -> tuple[str, ...]:
        return (
            name,
            write.count(cases),
            write.count(figure.n),
            write.count(figure.n_open),
            write.duration(figure.median_seconds),
            write.duration(figure.mean_seconds),
        )

    return Rows(
        (say("Step"), say("Cases"), "n", say("Open"), say("Median"), say("Mean")),
        (
            line(say(told.a.title), told.cases, told.figure_a),
            *(line(say(reason_title(one.reason)), one.cases, one.after) for one in told.steps),
            line(say(told.b.title), told.cases, told.figure_b),
        ),
    )


def as_text(told: Reconciliation) -> str:
    """Return the waterfall as aligned plain text, with what it is about under it."""
    return "\n".join([rows_of(told).text(), *captions(told)])


def as_html(told: Reconciliation) -> str:
    """Return the waterfall as an HTML table, with what it is about under it."""
    said = "<br>".join(escape(one) for one in captions(told))
    return f"{html_table(*rows_of(told))}<p>{said}</p>"


def captions(told: Reconciliation) -> list[str]:
    """Return what the figures are, what each system and each step means, and what is left over."""
    say = wording(told.language)
    return [
        say("First response time in opening time; every line is the figure after its step.")
        if told.hours == "opening"
        else say("First response time in calendar time; every line is the figure after its step."),
        _days(told),
        *(f"{say(one.title)}: {say(one.meaning)}" for one in (told.a, told.b)),
        *(f"{say(reason_title(one.reason))}: {say(REASONS[one.reason])}." for one in told.steps),
        _rest(told),
    ]


def picture_of(told: Reconciliation, statistic: str) -> Picture:
    """Draw the way from the one figure to the other.

    Raises:
        UnknownNameError: There is no such statistic.
    """
    if statistic not in STATISTICS:
        raise UnknownNameError("statistic", statistic, STATISTICS)
    say, write = wording(told.language), Formatter(told.language)
    a, b = (say(one.title) for one in (told.a, told.b))
    is_mean = statistic == "mean"

    def seconds(figure: Figure) -> float | None:
        return figure.mean_seconds if is_mean else figure.median_seconds

    title = (
        say("First response time, mean: from {a} to {b}")
        if is_mean
        else say("First response time, median: from {a} to {b}")
    )
    said = [
        say("In opening time.") if told.hours == "opening" else say("In calendar time."),
        say("n of a system is how many cases have a time, n of a step how many it concerns."),
        say("Waiting: {a_open} in {a}, {b_open} in {b}.").format(
            a=a,
            b=b,
            a_open=write.count(told.figure_a.n_open),
            b_open=write.count(told.figure_b.n_open),
        ),
        _days(told),
        _rest(told),
    ]
    chart = Waterfall(
        title=title.format(a=a, b=b),
        unit="seconds",
        caption=" ".join(said),
        start=Total(name=a, value=seconds(told.figure_a), n=told.figure_a.n),
        steps=[
            Shift(
                name=say(reason_title(step.reason)),
                value=step.mean_seconds if is_mean else step.median_seconds,
                level=seconds(step.after),
                n=step.cases,
            )
            for step in told.steps
        ],
        end=Total(name=b, value=seconds(told.figure_b), n=told.figure_b.n),
        value_label=say("Mean") if is_mean else say("Median"),
    )
    return Picture(chart, told.language)


def _days(told: Reconciliation) -> str:
    say, write = wording(told.language), Formatter(told.language)
    local = told.as_of.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(told.time_zone))
    days = say("All days")
    if told.period is not None:
        last = told.period.end - dt.timedelta(days=1)
        days = f"{write.date(told.period.start)} – {write.date(last)}"
    return f"{days}, {told.time_zone}; {say('as of')} {write.date(local.date())} {local:%H:%M}."


def _rest(told: Reconciliation) -> str:
    say, write = wording(told.language), Formatter(told.language)
    counts: Sequence[int] = (told.cases, told.equal, told.unexplained)
    cases, equal, unexplained = map(write.count, counts)
    return say("Of {cases} cases {equal} are equal; {unexplained} lack a known reason.").format(
        cases=cases, equal=equal, unexplained=unexplained
    )
