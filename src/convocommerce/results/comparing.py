"""The same figures in two periods, with the interval of the difference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

from convocommerce.calling import methods_know_their_names
from convocommerce.errors import UsageError
from convocommerce.formatting import Formatter
from convocommerce.markup import html_table
from convocommerce.measuring import Question, Row, answer, local_day
from convocommerce.metrics import CALENDAR, metric_named
from convocommerce.periods import Period, between
from convocommerce.results.changes import Change, change_between, judged
from convocommerce.results.contributing import Contributions, contributions
from convocommerce.results.labels import aligned, group_label
from convocommerce.wording import wording

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from convocommerce.rules import Rules


@methods_know_their_names
@dataclass(frozen=True, repr=False)
class Comparison:
    """Every figure of a result beside the same one of another period.

    Attributes:
        changes: One per figure.
        question: What was asked, for its columns.
        period: The other period.
        language: The language it shows itself in.
        gone: Figures of the other period whose groups are not there any more.
    """

    changes: tuple[Change, ...]
    question: Question
    period: Period
    language: str = "en"
    gone: tuple[Row, ...] = ()

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
                "p_value": change.p_value,
                "p_adjusted": change.p_adjusted,
                "is_beyond_noise": change.is_beyond_noise,
            }
            for change in self.changes
        ]

    def to_pandas(self) -> pd.DataFrame:
        """Return the changes as a tidy data frame."""
        import pandas as pd

        return pd.DataFrame(self.records())

    def contributions(
        self, statistic: str | None = None, metric: str | None = None
    ) -> Contributions | None:
        """Tell which group moved a share: by its own change, or by being more or less of all.

        Args:
            statistic: The share; the first one when left out.
            metric: The metric's name, where there are several.

        Returns:
            What each group added, the largest first; null when either period decided nothing.

        Raises:
            UsageError: Nothing is compared by that name, it is no share, or it is cut by nothing.
        """
        if not self.question.by:
            raise UsageError("this comparison is cut by nothing, so no part of it can be told")
        wanted = [
            (change.now.metric, change.now.statistic)
            for change in self.changes
            if metric in (None, change.now.metric)
            and (statistic == change.now.statistic if statistic else change.now.unit == "share")
        ]
        if not wanted:
            raise UsageError(f"no {statistic or 'share'} of {metric or 'any metric'} is compared")
        chosen = [one for one in self.changes if (one.now.metric, one.now.statistic) == wanted[0]]
        before = [one.before for one in chosen if one.before]
        before += [row for row in self.gone if (row.metric, row.statistic) == wanted[0]]
        return contributions([one.now for one in chosen], before)

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
                    write.signed(change.difference, row.unit),
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
        return f"<div>{html_table(headings, cells)}<p>{escape(self.caption)}</p></div>"

    def __repr__(self) -> str:
        headings, cells = self.table()
        return f"{aligned([headings, *cells])}\n{self.caption}"


def compare(
    con: duckdb.DuckDBPyConnection,
    rows: Sequence[Row],
    questions: Sequence[Question],
    period: Period,
    rules: Rules,
    language: str,
) -> Comparison:
    """Ask the same of another period and set the figures side by side.

    Raises:
        UsageError: The figures are cut by days, weeks or months, which two periods do not share;
            the periods overlap or do not have the same weekdays; or one of them is not over at
            the as-of.
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
    _refuse_unequal(mine, period, local_day(questions[0].as_of, rules))
    before: dict[tuple[Any, ...], Row] = {}
    for question in questions:
        found, _ = answer(con, replace(question, period=period))
        before |= {_key(row): row for row in found}
    changes = judged([change_between(row, before.pop(_key(row), None)) for row in rows])
    return Comparison(changes, questions[0], period, language, tuple(before.values()))


def _refuse_unequal(mine: Period, other: Period, today: dt.date) -> None:
    """Refuse two periods of which one is partial, or that have not the same weekdays."""
    for one in (mine, other):
        if one.end > today:
            last = today - dt.timedelta(days=1)
            raise UsageError(
                f"{one} is not over at the as-of, and part of a period cannot be compared with a "
                f"whole one; take days up to {last}, such as "
                f"{between(last - dt.timedelta(days=6), last).name}"
            )
    if mine.weekdays == other.weekdays:
        return
    why = f"{mine} and {other} do not have the same weekdays, so a busy one would count as a change"
    weeks = min(mine.n_days, other.n_days) // 7
    if not weeks:
        back = dt.timedelta(days=7 * -(-mine.n_days // 7))
        same = between(mine.start - back, mine.end - back - dt.timedelta(days=1))
        raise UsageError(f"{why}; compare it with {same.name}")
    days = dt.timedelta(days=7 * weeks)
    # Of the earlier one the last days and of the later one the first are nearest each other.
    firsts, lasts = (
        between(one.start, one.start + days - dt.timedelta(days=1))
        if one.start == max(mine.start, other.start)
        else between(one.end - days, one.end - dt.timedelta(days=1))
        for one in (mine, other)
    )
    raise UsageError(
        f"{why}; take whole weeks of both: measure {firsts.name} and compare it with {lasts.name}"
    )


def _key(row: Row) -> tuple[Any, ...]:
    return row.metric, row.statistic, row.unit, row.group


def _interval(change: Change, write: Formatter) -> str:
    if change.low is None and change.high is None:
        return write.value(None, change.now.unit)
    ends = (write.signed(end, change.now.unit) for end in (change.low, change.high))
    return " … ".join(ends)
