"""A result: figures that say what they mean, how many they rest on and what lies behind them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from convocommerce.calling import methods_know_their_names
from convocommerce.errors import UnknownNameError, UsageError
from convocommerce.measuring import Question, Row, local_day
from convocommerce.periods import Period
from convocommerce.results import display, drilling, picturing
from convocommerce.results.comparing import Comparison, compare
from convocommerce.results.figures import Figures
from convocommerce.spreadsheets import csv_text

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from convocommerce.charts import Picture


@methods_know_their_names
class Result(Figures):
    """Figures of one or more metrics over the same period and cut.

    In a notebook it shows itself as a table with a caption. Its rows are tidy: one figure each,
    with the columns it is cut by, ``value``, the 95% interval ``low`` to ``high``, ``n``,
    ``n_open`` and ``beyond``, what a value that is not known yet is greater than.
    """

    def figure(self, statistic: str | None = None, metric: str | None = None, **cell: Any) -> Row:
        """Return one figure.

        Args:
            statistic: Its name; the headline of the metric when left out.
            metric: The metric's name, where there are several.
            **cell: Values of the columns the result is cut by.

        Raises:
            UnknownNameError: There is no such metric, statistic or column.
            UsageError: No figure, or more than one, fits.
        """
        question = self._question(metric)
        names = [one.name for one in question.metric.statistics]
        statistic = statistic or names[0]
        if statistic not in names:
            raise UnknownNameError(f"statistic of {question.metric.name}", statistic, names)
        question.narrowed(cell)
        found = [
            row
            for row in self.rows
            if (row.metric, row.statistic) == (question.metric.name, statistic)
            and all(row.group[self.by.index(name)] == value for name, value in cell.items())
        ]
        if len(found) != 1:
            given = ", ".join(f"{name}={value!r}" for name, value in cell.items()) or "no cell"
            raise UsageError(
                f"{len(found)} figures fit {statistic} with {given}; this result is cut by "
                f"{', '.join(self.by) or 'nothing'}"
            )
        return found[0]

    def records(self) -> list[dict[str, Any]]:
        """Return the figures as plain records, in the order and with the columns of an export."""
        return [
            {
                "metric": row.metric,
                "statistic": row.statistic,
                "unit": row.unit,
                **dict(zip(self.by, row.group, strict=True)),
                "value": row.value,
                "low": row.low,
                "high": row.high,
                "n": row.n,
                "n_open": row.n_open,
                "beyond": row.beyond,
            }
            for row in self.rows
        ]

    def columns(self) -> list[str]:
        """Return the names of the columns of an export."""
        before = ["metric", "statistic", "unit"]
        after = ["value", "low", "high", "n", "n_open", "beyond"]
        return [*before, *self.by, *after]

    def to_pandas(self) -> pd.DataFrame:
        """Return the figures as a tidy data frame, one row each."""
        import pandas as pd

        frame = pd.DataFrame(self.records(), columns=pd.Index(self.columns()))
        return frame.astype(dict.fromkeys(("value", "low", "high", "beyond"), "float64"))

    def to_arrow(self) -> pa.Table:
        """Return the figures as a tidy Arrow table, one row each."""
        import pyarrow as pa

        records = self.records()
        numbers = {"value", "low", "high", "beyond"}
        return pa.table(
            {
                name: pa.array(
                    [record[name] for record in records], pa.float64() if name in numbers else None
                )
                for name in self.columns()
            }
        )

    def to_csv(self, path: str | Path | None = None) -> str:
        """Write the figures as CSV.

        Text that a spreadsheet would run as a formula gets an apostrophe put before it.

        Args:
            path: The file to write; nothing is written when left out.

        Returns:
            The CSV text.
        """
        text = csv_text(self.columns(), (record.values() for record in self.records()))
        if path is not None:
            Path(path).write_text(text, "utf-8", newline="")
        return text

    def plot(self, statistic: str | None = None, metric: str | None = None) -> Picture:
        """Draw the picture that fits: distribution, trend, map of the week, or bars.

        Args:
            statistic: The statistic drawn; the headline of the metric when left out.
            metric: The metric's name, where there are several.

        Raises:
            UnknownNameError: There is no such metric or statistic.
        """
        return picturing.picture(self, self._question(metric), statistic)

    def conversations(
        self, metric: str | None = None, *, text: bool = False, **cell: Any
    ) -> pd.DataFrame:
        """List the conversations (questions, attempts to buy) behind the result or one cell of it.

        A row per one that the metric is about: a later question for ``next_reply_time``.

        Args:
            metric: The metric's name, where there are several.
            text: Also show what was said. Message text is personal: ask for it only when needed.
            **cell: Values of some or all of the columns the result is cut by.

        Raises:
            UnknownNameError: The result is not cut by such a column, or no row has that value.
        """
        question = self._question(metric).narrowed(cell)
        for name, value in cell.items():
            known = {row[name] for row in self.records() if isinstance(row[name], str)}
            if isinstance(value, str) and known and value not in known:
                raise UnknownNameError(f"{name} of this result", value, known)
        return drilling.behind(self.database.con, question, text=text)

    def compare(self, with_period: Period | str) -> Comparison:
        """Set every figure beside the same one of another period.

        A change counts as more than noise when its interval leaves out 0, also after Benjamini and
        Hochberg over all that is compared here.

        Args:
            with_period: The other period, such as ``result.period.previous()`` of a week.

        Raises:
            UsageError: The result is cut by days, weeks or months, which two periods do not share;
                the periods overlap or do not have the same weekdays; or one of them is not over
                at the as-of. The message names periods that can be compared.
        """
        period = with_period
        if isinstance(period, str):
            period = Period(period, today=local_day(self.as_of, self.rules))
        return compare(
            self.database.con, self.rows, self.questions, period, self.rules, self.language
        )

    def __repr__(self) -> str:
        return f"{display.text_table(self)}\n\n{self.caption}"

    def _repr_html_(self) -> str:
        return display.html_table(self)

    def _question(self, metric: str | None) -> Question:
        known = {question.metric.name: question for question in self.questions}
        if metric is None:
            return self.questions[0]
        if metric not in known:
            raise UnknownNameError("metric of this result", metric, known)
        return known[metric]
