"""The figures of a result with what belongs to them, before anything is shown of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.measuring import Query, Question, Row
from convocommerce.periods import Period
from convocommerce.results import labels
from convocommerce.rules import Rules
from convocommerce.wording import wording

if TYPE_CHECKING:
    from convocommerce.warehouse import Database


@dataclass(frozen=True, repr=False)
class Figures:
    """Figures of one or more metrics over the same period and cut.

    Attributes:
        rows: The figures.
        questions: What was asked, one per metric.
        queries: The queries that gave the figures.
        rules: The rules in force.
        database: The database they came from, for the way back.
        notes: What a reader must know about the data behind the figures.
        language: The language they are shown in.
    """

    rows: tuple[Row, ...]
    questions: tuple[Question, ...]
    queries: tuple[Query, ...]
    rules: Rules
    database: Database
    notes: tuple[str, ...] = ()
    language: str = "en"

    @property
    def by(self) -> list[str]:
        """Names of the columns it is cut by."""
        return self.questions[0].names

    @property
    def period(self) -> Period | None:
        """The days it is about; null for all."""
        return self.questions[0].period

    @property
    def as_of(self) -> dt.datetime:
        """The instant whose knowledge counts, in UTC."""
        return self.questions[0].as_of

    @property
    def sql(self) -> str:
        """The exact SQL behind the figures, with its values, to paste into DuckDB."""
        return ";\n\n".join(query.pasted() for query in self.queries) + ";"

    @property
    def caption(self) -> str:
        """What the figures mean, under which rules and as of when."""
        say = wording(self.language)
        several = len(self.questions) > 1
        said = [
            (f"{say(question.metric.title)}: " if several else "")
            + labels.caption(question, self.period, self.rules, self.as_of, self.language)
            for question in self.questions
        ]
        for question in self.questions:
            is_open = any(row.n_open for row in self.rows if row.metric == question.metric.name)
            if is_open and question.metric.while_open:
                said.append(say(question.metric.while_open))
        return "\n".join(dict.fromkeys([*said, *self.notes]))
