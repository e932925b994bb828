"""Runs tests against mutants: puts a mistake in, runs the tests it can matter to, takes it out."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import FunctionType, ModuleType, TracebackType
from typing import Any, Self

import duckdb
import pytest
from _pytest.runner import runtestprotocol
from mutating import Edit
from watching import Asked, Asking, Trial, watched

from convocommerce.measuring.query import Query, states_before
from convocommerce.metrics import CATALOGUE, DIMENSIONS, Dimension, Metric
from convocommerce.sources.contract import Source
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse import connection

NOT_SQL = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)
PATIENCE = 20.0
"""Seconds of processor after which a mutant that does not come to an end counts as caught."""
BUILT = ("references", "models", "states")
"""Folders whose tables are compared with the oracle's."""


@dataclass(frozen=True)
class Place:
    """One text that holds SQL.

    Attributes:
        text: What it is today.
        put: Puts another text in its place.
        folder: ``references``, ``models``, ``states`` or ``profiles``; null for a module.
        name: The table it makes.
    """

    text: str
    put: Callable[[str], None]
    folder: str | None = None
    name: str = ""


def sql_place(folder: str, name: str) -> Place:
    """Return the place of one of the package's SQL files."""
    files = sql_files(folder)
    file = files[name]

    def put(sql: str) -> None:
        # Everybody is given this one dictionary.
        files[name] = replace(file, sql=sql)

    return Place(file.sql, put, folder, name)


def python_place(name: str, source: str) -> Place:
    """Return the place of a module whose strings hold SQL."""
    module = importlib.import_module(name)

    def put(text: str) -> None:
        fresh: dict[str, Any] = {"__name__": name, "__file__": module.__file__}
        exec(compile(text, str(module.__file__), "exec"), fresh)
        _transplant(module, fresh)

    return Place(source, put)


def _transplant(module: ModuleType, fresh: dict[str, Any]) -> None:
    """Give the functions and constants of a module what was made anew, wherever they are held."""
    for name, new in fresh.items():
        old = getattr(module, name, None)
        if (
            inspect.isfunction(new)
            and inspect.isfunction(old)
            and new.__module__ == module.__name__
        ):
            old.__code__ = new.__code__
        elif inspect.isclass(new) and new.__module__ == module.__name__:
            for part, code in vars(new).items():
                if isinstance(code, FunctionType) and code.__code__.co_filename == module.__file__:
                    vars(old)[part].__code__ = code.__code__
        elif isinstance(new, Metric):
            CATALOGUE[new.name] = new
        for one in new if isinstance(new, tuple) else ():
            if isinstance(one, Dimension):
                DIMENSIONS[one.name] = one


class CheckedTests:
    """The tests that pass without any mistake, with what each of them builds and asks."""

    def __init__(self, items: Sequence[pytest.Item], *, with_answers: bool) -> None:
        self.trials = [
            Trial(item)
            for item in items
            if _is_quick(item) and (with_answers or not _is_of_answers(item))
        ]
        self._states: dict[tuple[int, str], list[str]] = {}
        self._told: dict[int, list[str]] = {}
        self._catalogue = dict(CATALOGUE)
        self._shops: dict[str, list[list[str]]] = {}
        self._patch = pytest.MonkeyPatch()
        self._caught: Counter[str] = Counter()

    def __enter__(self) -> Self:
        """Run every test once as it is, and keep what it builds."""
        begun = time.monotonic()
        # Every build asks this again and reads many files, and no mistake reaches it.
        self._patch.setattr(Source, "gives", _remembered(Source.gives))
        # What tests close is looked at again.
        self._patch.setattr(connection, "_leave", lambda *_: None)
        for trial in self.trials:
            with watched(trial):
                start = time.monotonic()
                failed = _failure(trial.item)
                trial.seconds = time.monotonic() - start
            if failed is not None:
                print(f"left out, for it fails as it is: {trial.item.nodeid}")
                trial.seconds = -1
        self.trials = [one for one in self.trials if one.seconds >= 0]
        for trial in self.trials:
            if _is_of_shop(trial):
                self._shops[trial.item.nodeid] = list(_compared(trial))
        print(f"{len(self.trials)} tests in {time.monotonic() - begun:.0f} s", flush=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._patch.undo()
        for trial in self.trials:
            for con in trial.databases:
                con.close()

    def against(
        self, place: Place, edit: Edit, killers: Counter[str], most: int | None = None
    ) -> tuple[str, str | None]:
        """Run tests against a mutant until one fails.

        Args:
            place: Where the mistake is made.
            edit: The mistake.
            killers: How often each test has caught one in this place.
            most: How many tests to run at most; null for all it can matter to.

        Returns:
            ``killed``, ``survived`` or ``invalid``, and the test that caught it.
        """
        sql = edit.made_in(place.text)
        try:
            place.put(sql)
            n_run = 0
            for trial in sorted(self.trials, key=lambda one: self._rank(one, killers)):
                if n_run == most:
                    break
                try:
                    with _in_time(max(PATIENCE, 4 * trial.seconds)):
                        if place.folder in BUILT and trial.item.nodeid in self._shops:
                            if self._is_seen_in_shop(place, trial):
                                return self._killed(trial)
                            continue
                        if not self._matters(place, sql, trial):
                            continue
                        n_run += 1
                        failure = _failure(trial.item)
                except NOT_SQL:
                    return "invalid", None
                except TimeoutError:
                    return "killed", "time"
                if isinstance(failure, NOT_SQL):
                    return "invalid", None
                if failure is not None:
                    return self._killed(trial)
            return "survived", None
        finally:
            place.put(place.text)

    def _killed(self, trial: Trial) -> tuple[str, str]:
        self._caught[trial.item.nodeid] += 1
        return "killed", trial.item.nodeid

    def _is_seen_in_shop(self, place: Place, trial: Trial) -> bool:
        """Whether the test of a drawn shop would fail.

        It holds rows against those of the oracle, which they are without the mistake; so it is
        enough to build anew what comes after the mistake and to compare the same rows.
        """
        con, is_after = trial.databases[0], False
        con.execute("begin")
        try:
            for folder in ("references", "models"):
                for file in sql_files(folder).values():
                    is_after = is_after or (folder, file.name) == (place.folder, place.name)
                    if is_after:
                        con.execute(f"create or replace table main.{file.name} as {file.sql}")
            known = self._shops[trial.item.nodeid]
            return any(mine != told for mine, told in zip(_compared(trial), known, strict=True))
        except NOT_SQL:
            raise
        except duckdb.Error:
            return True
        finally:
            con.execute("rollback")

    def _rank(self, trial: Trial, killers: Counter[str]) -> tuple[float, ...]:
        """Return what puts the tests first that caught most here, then anywhere, then the quick."""
        name = trial.item.nodeid
        return -killers[name], -self._caught[name] - 3 * (name in self._shops), trial.seconds

    def _matters(self, place: Place, sql: str, trial: Trial) -> bool:
        """Whether a mistake changes a table in anything that a test builds."""
        if place.folder is None:
            changed = {name for name, one in CATALOGUE.items() if one != self._catalogue[name]}
            return bool(trial.metrics & changed if changed else trial.asked)
        if _is_of_answers(trial.item):
            return False
        if place.folder == "states":
            return any(self._is_other_state(place, one) for one in trial.asked)
        if place.folder == "profiles":
            return any(self._is_other_answer(place, sql, one) for one in trial.questions)
        return any(_is_other_table(con, place.name, sql) for con in trial.databases)

    def _is_other_state(self, place: Place, asked: Asked) -> bool:
        key = id(asked), place.name
        mutant = sql_files("states")[place.name].sql
        if key not in self._states:
            place.put(place.text)
            self._states[key] = _state(place.name, asked)
            place.put(mutant)
        try:
            return _state(place.name, asked) != self._states[key]
        except NOT_SQL:
            raise
        except duckdb.Error:
            return True

    def _is_other_answer(self, place: Place, sql: str, asking: Asking) -> bool:
        con, query = asking
        if place.text not in query.sql:
            return False
        if id(asking) not in self._told:
            self._told[id(asking)] = _rows(con, query)
        try:
            mutant = Query(query.sql.replace(place.text, sql), query.values)
            return _rows(con, mutant) != self._told[id(asking)]
        except NOT_SQL:
            raise
        except duckdb.Error:
            return True


def _remembered(gives: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[str, str], Any] = {}

    def remembering(source: Source, kind: Any) -> Any:
        key = source.name, kind.name
        if key not in known:
            known[key] = gives(source, kind)
        return known[key]

    return remembering


def _is_of_shop(trial: Trial) -> bool:
    """Whether a test holds the models and states of one drawn shop against the oracle."""
    return (
        trial.item.name.endswith("]")
        and "what_the_oracle_says[" in trial.item.name
        and (len(trial.databases) == 1 and not _is_of_answers(trial.item))
    )


def _compared(trial: Trial) -> Iterator[list[str]]:
    """Yield the rows that the test of a drawn shop compares, table by table."""
    compare, con = importlib.import_module("oracle_compare"), trial.databases[0]
    for sql in compare.MODELS.values():
        yield sorted(map(repr, con.execute(sql).fetchall()))
    for as_of in dict.fromkeys(as_of for _, as_of in trial.asked):
        for name, columns in compare.STATES.values():
            sql = f"with {states_before(name)} select {', '.join(columns)} from {name}"
            values = {"as_of": as_of} if "$as_of" in sql else {}
            yield sorted(map(repr, con.execute(sql, values).fetchall()))


def _is_of_answers(item: pytest.Item) -> bool:
    """Whether a test holds answers against the oracle's, over the same states as others."""
    return item.path.name == "test_against_the_oracle.py" and "metric" in item.fixturenames


def _is_quick(item: pytest.Item) -> bool:
    """Whether a test is worth its time: of many shops or options alike a few are enough."""
    callspec = getattr(item, "callspec", None)
    values = dict(callspec.params) if callspec else {}
    if "rich_enough" in item.name:
        return False
    if "options" in values and "every_figure" in item.name:
        metric = CATALOGUE[values["metric"]]
        return all(metric.options[key][0] == one for key, one in values["options"].items())
    seed = values.get("seed")
    return seed is None or seed % 10 == 0 or seed < 4 or 400 <= seed < 404


def _failure(item: pytest.Item) -> BaseException | None:
    """Run one test and return what it raised."""
    seen: list[BaseException] = []

    class Catcher:
        @pytest.hookimpl
        def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
            if call.excinfo is not None:
                seen.append(call.excinfo.value)

    catcher = Catcher()
    item.config.pluginmanager.register(catcher)
    try:
        runtestprotocol(item, nextitem=None, log=False)
    finally:
        item.config.pluginmanager.unregister(catcher)
    late = next((one for one in seen if isinstance(one, TimeoutError)), None)
    if late is not None:
        raise late
    return seen[0] if seen else None


def _is_other_table(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> bool:
    try:
        con.execute(f"create or replace temp table mutant as {sql}")
        found = con.execute(
            f"select exists (from mutant except all from main.{name})"
            f" or exists (from main.{name} except all from mutant)"
        ).fetchall()
    except NOT_SQL:
        raise
    except duckdb.Error:
        return True
    return bool(found[0][0])


def _rows(con: duckdb.DuckDBPyConnection, query: Query) -> list[str]:
    return sorted(map(repr, query.run(con)))


def _state(name: str, asked: Asked) -> list[str]:
    con, as_of = asked
    sql = f"with {states_before(name)} from {name}"
    values = {"as_of": as_of} if "$as_of" in sql else {}
    return sorted(map(repr, con.execute(sql, values).fetchall()))


@contextlib.contextmanager
def _in_time(seconds: float) -> Iterator[None]:
    is_late = False

    def stop(_signal: int, _frame: Any) -> None:
        nonlocal is_late
        is_late = True
        raise TimeoutError(f"no end within {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except RuntimeError as error:
        # A query that is stopped says so with an error of its own.
        if is_late:
            raise TimeoutError(str(error)) from error
        raise
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
