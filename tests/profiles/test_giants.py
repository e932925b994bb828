"""What other systems say of endless tickets and threads takes few rows more than these have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from convocommerce.profiles import PROFILES, case_times, reconcile
from convocommerce.warehouse import Database
from desks import LATER, desk, ticket
from tables import thread

N = 900
_SAID = "cchhcn"
_STATUSES = {5: "solved", 8: "open"}


@pytest.fixture(scope="module")
def giants() -> Database:
    """A ticket that is solved and opened all the time, a thread without and one with pauses."""
    line = [(i * 60.0, _STATUSES.get(i % 11, _SAID[i % len(_SAID)])) for i in range(N)]
    talk = [(i * 60.0, "ch"[i % 2]) for i in range(N)]
    pauses = [(i // 3 * 90000.0 + i % 3 * 60, "ch"[i % 3 > 0]) for i in range(150)]
    return desk(
        ticket(line), messages=[*thread(talk, "bob"), *thread(pauses, "cleo", channel="whatsapp")]
    )


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("children", ()):
        yield from steps(child)


class Watched:
    """A connection that keeps the plan of every statement, with the rows of each step."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.con = database.con
        self.path = folder / "plan.json"
        self.steps: list[dict[str, Any]] = []

    def execute(self, *statement: Any) -> Any:
        self.con.execute("pragma enable_profiling = 'json'")
        self.con.execute(f"set profiling_output = '{self.path}'")
        found = self.con.execute(*statement)
        names, rows = found.description, found.fetchall()
        self.con.execute("pragma disable_profiling")
        for plan in json.loads(self.path.read_text("utf-8"))["operator"]:
            self.steps += steps(plan)
        return SimpleNamespace(description=names, fetchall=lambda: rows)

    def check(self) -> None:
        assert len(self.steps) > 10
        for step in self.steps:
            assert step["intermediate_rows"] <= 10 * N, step
            # Rows that meet by a key and are then compared are counted by no step.
            conditions = str(step["extra_info"].get("Conditions", ""))
            assert not re.search(r"= COALESCE|COALESCE\([^()]*\) =", conditions), step


@pytest.mark.parametrize("profile", PROFILES)
def test_no_row_meets_every_other(giants: Database, profile: str, tmp_path: Path) -> None:
    watched = Watched(giants, tmp_path)
    case_times(watched, profile, None, LATER)  # type: ignore[arg-type]
    watched.check()


def test_nor_where_two_systems_are_compared(giants: Database, tmp_path: Path) -> None:
    watched = Watched(giants, tmp_path)
    reconcile(watched, "meta_page", "dbt_zendesk", None, LATER)  # type: ignore[arg-type]
    watched.check()
