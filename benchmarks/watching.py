"""Watches a test: what databases it builds and what it asks of them."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pytest

from convocommerce import building
from convocommerce.measuring.query import Query, facts
from convocommerce.measuring.question import Question

Asked = tuple[duckdb.DuckDBPyConnection, Any]
Asking = tuple[duckdb.DuckDBPyConnection, Query]


@dataclass
class Trial:
    """One test and the databases it built.

    Attributes:
        item: The test.
        seconds: How long it takes.
        databases: Connections to what it built.
        asked: The databases it asked, with the as-of.
        questions: What it asked of the systems that ``profiles/`` knows.
        metrics: The metrics it asked for.
    """

    item: pytest.Item
    seconds: float = 0.0
    databases: list[duckdb.DuckDBPyConnection] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    questions: list[Asking] = field(default_factory=list)
    metrics: set[str] = field(default_factory=set)


@contextlib.contextmanager
def watched(trial: Trial) -> Iterator[None]:
    """Keep what is built and asked meanwhile."""
    compare = importlib.import_module("oracle_compare")
    build, start, fetched = building.build, Query.start, compare.fetched

    def watched_build(con: duckdb.DuckDBPyConnection, *rest: Any) -> None:
        build(con, *rest)
        trial.databases.append(con)

    def keep(con: duckdb.DuckDBPyConnection, as_of: Any) -> None:
        if all(as_of != one for _, one in trial.asked[-40:]):
            trial.asked.append((con, as_of))

    def watched_start(query: Query, con: duckdb.DuckDBPyConnection) -> Any:
        keep(con, query.values["as_of"])
        if "cases as materialized" in query.sql:
            trial.questions.append((con, query))
        return start(query, con)

    def watched_fetched(database: Any, sql: str, values: Any = None) -> Any:
        if values and "as_of" in values:
            keep(database.con, values["as_of"])
        return fetched(database, sql, values)

    def watched_facts(question: Question, *rest: Any, **named: Any) -> Any:
        trial.metrics.add(question.metric.name)
        return facts(question, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        for module in ("answer", "curves"):
            name = f"convocommerce.measuring.{module}"
            patch.setattr(importlib.import_module(name), "facts", watched_facts)
        patch.setattr(building, "build", watched_build)
        patch.setattr(Query, "start", watched_start)
        patch.setattr(compare, "fetched", watched_fetched)
        yield
