"""The same figures in two periods, with the interval of the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

from convocommerce.errors import UsageError
from convocommerce.formatting import Formatter
from convocommerce.intervals import difference_interval
from convocommerce.measuring import Question, Row, answer
from convocommerce.metrics import CALENDAR, metric_named
from convocommerce.periods import Period
from convocommerce.results.labels import aligned, group_label
from convocommerce.wording import wording

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


@dataclass(frozen=True)
class Change:
    """One figure in two periods.

    Attributes:
        now: The figure.
        before: The figure of the other period; null when there was none.
        difference: ``now`` less ``before``; null when either is missing.
        low: Lower end of the difference's 95% interval; null when it is open or there is none.
        high: Upper end of it.
    """

    now: Row
    before: Row | None
    difference: float | None
    low: float | None
    high: float | None

    @property
    def is_beyond_noise(self) -> bool:
        """Whether the interval of the difference leaves out 0."""
        return (self.low is not None and self.low > 0) or (self.high is not None and self.high < 0)


@dataclass(frozen=True, repr=False)
class Comparison:
    """Every figure of a result beside the same one of another period.

    Attributes:
        changes: One per figure.
        question: What was asked, for its columns.
        period: The other period.
        language: The language it shows itself in.
    """

    changes: tuple[Change, ...]
    question: Question
    period: Period
    language: str = "en"

    def records(self) -> list[dict[str, Any]]:
        """Return the changes as plain records."""
        return [
            {
                "metric": change.now.metric,
                "statistic": change.now.statistic,
                "unit": change.now.unit,
                **dict(zip(self.question.names, change.now.group, strict=True)),
                "value": change.now.value,
                "before": change.before.value if change.before else None,
                "difference": change.difference,
                "low": change.low,
                "high": change.high,
                "n": change.now.n,
                "n_before": change.before.n if change.before else 0,
                "is_beyond_noise": change.is_beyond_noise,
            }
            for change in self.changes
        ]

    def to_pandas(self) -> pd.DataFrame:
        """Return the changes as a tidy data frame."""
        import pandas as pd

        return pd.DataFrame(self.records())

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return headings and cells as people read them."""
        say, write = wording(self.language), Formatter(self.language)
        headings = [*(say(one.title) for one in self.question.by), say("Figure"), say("Now")]
        headings += [say("Before"), say("Difference"), say("Interval"), say("Beyond noise")]
        headings += ["n", say("n before")]
        cells = []
        for change in self.changes:
            row, before = change.now, change.before
            cells.append(
                [
                    *(
                        group_label(one, value, self.language)
                        for one, value in zip(self.question.by, row.group, strict=True)
                    ),
                    self._name(row),
                    write.value(row.value, row.unit),
                    write.value(before.value if before else None, row.unit),
                    _signed(change.difference, row.unit, write),
                    _interval(change, write),
                    say("yes") if change.is_beyond_noise else "–",
                    write.count(row.n),
                    write.count(before.n if before else 0),
                ]
            )
        return headings, cells

    def _name(self, row: Row) -> str:
        say = wording(self.language)
        if len({change.now.metric for change in self.changes}) == 1:
            return say(row.title)
        return f"{say(metric_named(row.metric).title)}: {say(row.title).lower()}"

    @property
    def caption(self) -> str:
        """Which periods are compared, and as of when."""
        now = self.question.period
        return wording(self.language)("{now} beside {before}; as of {as_of} UTC.").format(
            now=now, before=self.period, as_of=f"{self.question.as_of:%Y-%m-%d %H:%M}"
        )

    def _repr_html_(self) -> str:
        headings, cells = self.table()
        head = "".join(f"<th>{escape(one)}</th>" for one in headings)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in cells
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f"<div>{table}<p>{escape(self.caption)}</p></div>"

    def __repr__(self) -> str:
        headings, cells = self.table()
        return f"{aligned([headings, *cells])}\n{self.caption}"


def compare(
    con: duckdb.DuckDBPyConnection,
    rows: Sequence[Row],
    questions: Sequence[Question],
    period: Period,
    language: str,
) -> Comparison:
    """Ask the same of another period and set the figures side by side.

    Raises:
        UsageError: The figures are cut by days, weeks or months, which two periods do not share,
            or the periods overlap.
    """
    mine = questions[0].period
    if mine is None or (mine.start < period.end and period.start < mine.end):
        raise UsageError(
            f"{mine or 'all days'} and {period} overlap, so they cannot be compared; "
            "measure one period and compare it with another"
        )
    moving = [name for name in questions[0].names if name in CALENDAR]
    if moving:
        raise UsageError(
            f"a result cut by {', '.join(moving)} cannot be compared with another period, which "
            "has other ones; cut it by weekday, hour or something that is no part of the calendar"
        )
    before: dict[tuple[Any, ...], Row] = {}
    for question in questions:
        found, _ = answer(con, replace(question, period=period))
        before |= {_key(row): row for row in found}
    changes = tuple(change_between(row, before.get(_key(row))) for row in rows)
    return Comparison(changes, questions[0], period, language)


def change_between(now: Row, before: Row | None) -> Change:
    """Return the change from one figure to another, with its interval where both have one."""
    if before is None or now.value is None or before.value is None:
        return Change(now, before, None, None, None)
    low, high = None, None
    # A share that open cases bias has no honest interval while the two are of different age.
    is_biased = now.statistic == "rate" and (now.n_open or before.n_open)
    is_biased = is_biased and bool(metric_named(now.metric).while_open)
    if now.unit in ("share", "seconds") and not is_biased:
        low, high = difference_interval(
            now.value, (now.low, now.high), before.value, (before.low, before.high)
        )
    return Change(now, before, now.value - before.value, low, high)


def _key(row: Row) -> tuple[Any, ...]:
    return row.metric, row.statistic, row.unit, row.group


def _interval(change: Change, write: Formatter) -> str:
    if change.low is None and change.high is None:
        return write.value(None, change.now.unit)
    ends = (_signed(end, change.now.unit, write) for end in (change.low, change.high))
    return " … ".join(ends)


def _signed(value: float | None, unit: str, write: Formatter) -> str:
    """Write a difference with its sign; shares in percentage points."""
    if value is None:
        return write.value(None, unit)
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    if unit == "share":
        return f"{sign}{write.number(abs(value) * 100, 1)} pp"
    return sign + write.value(abs(value), unit)
