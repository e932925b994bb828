"""Composes the SQL of a question: the states it needs, the rows it is about, and an ending.

Names come from the catalogue and from this package's own files; every other value is bound.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.measuring.keeping import kept, shared, sharing
from convocommerce.metrics import DIMENSIONS
from convocommerce.narrowing import narrowed, words_of
from convocommerce.sqlfiles import files_needed

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from convocommerce.measuring.question import Question


@dataclass(frozen=True)
class Query:
    """One SQL text and the values bound to its names.

    Attributes:
        sql: The whole text, which can be pasted and run.
        values: The values of its names.
        states: The table of states it reads, if it reads one.
        common: The part of the text that defines that table.
        rows: The part of the text that defines that table and the rows it is about.
    """

    sql: str
    values: Mapping[str, Any]
    states: str = ""
    common: str = ""
    rows: str = ""

    def run(self, con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
        """Run it and return all rows."""
        return self.start(con).fetchall()

    def start(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        """Run it and return the connection, from which the rows must be fetched."""
        sql, values = self.text_and_values(con)
        return con.execute(sql, values)

    def arrow(self, con: duckdb.DuckDBPyConnection) -> pa.Table:
        """Run it and return all rows as one Arrow table."""
        sql, values = self.text_and_values(con)
        return con.sql(sql, params=values).to_arrow_table().combine_chunks()

    def text_and_values(self, con: duckdb.DuckDBPyConnection) -> tuple[str, dict[str, Any]]:
        """Return what is run on a connection: the text, and the values of the names in it."""
        sql = self._text(con)
        return sql, self._used(sql)

    def _text(self, con: duckdb.DuckDBPyConnection) -> str:
        """Return the text to run, which reads the states from where they are kept, if they are."""
        if not self.states:
            return self.sql
        worked_out = shared(con, self.rows, self.values)
        if worked_out is not None:
            return self.sql.replace(self.rows, f"facts as (from temp.{worked_out})", 1)
        first_day, as_of = self.values.get("first_day"), self.values["as_of"]
        table = kept(con, self.states, states_before(self.states), as_of, first_day)
        if table is None:
            return self.sql
        # A query may read other states than its own; what it does not name is not worked out.
        rest = self.sql.replace(self.common, "", 1)
        others = [
            file.name
            for file in files_needed("states", [self.states])
            if file.name != self.states and re.search(rf"\b{file.name}\b", rest)
        ]
        kept_too = [_expression(one.name, one.sql) for one in files_needed("states", others)]
        common = ",\n".join([*kept_too, f"{self.states} as (from temp.{table})"])
        return self.sql.replace(self.common, common, 1)

    def _used(self, sql: str) -> dict[str, Any]:
        return {name: self.values[name] for name in re.findall(r"\$(\w+)", sql)}

    def pasted(self) -> str:
        """Return the SQL with its values written in, to paste and run elsewhere."""
        return re.sub(r"\$(\w+)", lambda found: _literal(self.values[found[1]]), self.sql)


@dataclass(frozen=True)
class Facts:
    """The rows a question is about, waiting for an ending.

    Attributes:
        states: The table of states that the rows are of.
        common: The states needed, as common table expressions.
        select: The selection of rows.
        values: The values bound to names in both.
    """

    states: str
    common: str
    select: str
    values: Mapping[str, Any]

    def query(self, ending: str, more: Sequence[str] = ()) -> Query:
        """Return a query over the rows, which the ending knows as ``facts``."""
        rows = f"{self.common},\nfacts as (\n{self.select}\n)"
        sql = "with " + ",\n".join([rows, *more]) + "\n" + ending
        return Query(sql, self.values, self.states, self.common, rows)

    @contextmanager
    def worked_out(self, con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> Iterator[None]:
        """Work the rows out once for all queries about them in the block.

        Args:
            con: The connection that the queries are run on.
            columns: All that those queries read.
        """
        query = self.query(f"select {', '.join(columns)} from facts")
        sql, values = query.text_and_values(con)
        with sharing(con, query.rows, self.values, sql, values):
            yield


def facts(
    question: Question,
    states: str | None = None,
    condition: str | None = None,
    read: Collection[str] | None = None,
) -> Facts:
    """Compose the rows that a question is about.

    Args:
        question: What is asked.
        states: Another table of states than the metric's own.
        condition: SQL that rows must meet, beside the metric's population when the states are
            its own.
        read: The SQL that reads the rows, if it reads few of their columns; the states then have
            those that it names.
    """
    metric = question.metric
    table = states or metric.states
    conditions = [f"({condition})"] if condition else []
    if table == metric.states:
        conditions.append(f"({metric.population.format(**question.options)})")
        chosen = question.options.values()
        conditions += [sql for choice, sql in metric.population_of.items() if choice in chosen]
    values: dict[str, Any] = {"as_of": question.as_of}
    if question.period is not None:
        values |= {"first_day": question.period.start, "end_day": question.period.end}
        conditions.append("started_local >= $first_day and started_local < $end_day")
    for number, (name, wanted) in enumerate(question.where.items()):
        marks = []
        for position, one in enumerate(wanted):
            values[f"is_{number}_{position}"] = one
            marks.append(f"$is_{number}_{position}")
        cut = DIMENSIONS[name].expression or name
        conditions.append(f"{cut} in ({', '.join(marks)})" if marks else "false")
    columns = ["*"]
    columns += [f"{one.expression} as {one.name}" for one in question.by if one.expression]
    if metric.duration and metric.age and table == metric.states:
        columns.append(f"{metric.duration.format(**question.options)} as duration")
        columns.append(f"{metric.age.format(**question.options)} as age")
        observed = metric.observed or metric.age
        columns.append(f"{observed.format(**question.options)} as observed")
    where = "\n    and ".join(conditions or ["true"])
    select = f"select {', '.join(columns)}\nfrom {table}\nwhere {where}"
    names = None if read is None else words_of(select, *question.names, *read)
    return Facts(table, states_before(table, names), select, values)


def states_before(states: str, columns: frozenset[str] | None = None) -> str:
    """Return a table of states, and those it reads, as common table expressions.

    They read the bound value ``$as_of``.

    Args:
        states: The name of the table.
        columns: Which of its columns, among any other words; all when left out.
    """
    expressions: list[str] = []
    wanted = {states: columns}
    for file in reversed(files_needed("states", [states])):
        if file.name in wanted:
            names = wanted[file.name]
            sql = file.sql if names is None else narrowed(file.sql, names)
            said = words_of(sql)
            for name in file.reads:
                if name in said:
                    wanted[name] = None if names is None else said.union(wanted.get(name) or ())
            expressions.insert(0, _expression(file.name, sql))
    return ",\n".join(expressions)


def _expression(name: str, sql: str) -> str:
    return f"{name} as (\n{sql}\n)"


def _literal(value: object) -> str:
    match value:
        case dt.datetime():
            return f"timestamp '{value:%Y-%m-%d %H:%M:%S.%f}'"
        case dt.date():
            return f"date '{value}'"
        case int() | float():
            return str(value)
        case _:
            return "'{}'".format(str(value).replace("'", "''"))
