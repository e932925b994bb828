"""The house stands: floors, file sizes, SQL headers, light imports, one meaning in one place."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import pytest

import convocommerce
from convocommerce.metrics import CATALOGUE
from convocommerce.sqlfiles import SqlFile, sql_files
from oracle_figures import FIGURES

ROOT = Path(convocommerce.__file__).parent
TESTS = Path(__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

FLOORS = (
    ("errors", "showing", "markup", "file_names"),
    ("opening_text", "calling"),
    (
        "periods",
        "opening",
        "records",
        "formatting",
        "wording",
        "sqlfiles",
        "narrowing",
        "windows",
        "spreadsheets",
        "topics",
        "remembering",
    ),
    ("rules", "simulation"),
    ("readers", "sources", "warehouse", "metrics", "charts"),
    ("calendars",),
    ("recognising", "building", "intervals", "settings"),
    ("erasing", "gathering", "survival", "shrinking", "absences"),
    ("measuring",),
    ("loading",),
    ("cluster",),
    ("insights", "profiles", "notes", "checking", "inspecting"),
    ("results",),
    ("reports",),
    ("configuration",),
    ("starting",),
    ("shop",),
    ("publishing",),
    ("__init__", "demo"),
    ("cli",),
    ("__main__",),
)
"""From the ground up; what stands on a floor imports only what stands below it, or itself."""


def room(parts: tuple[str, ...]) -> str:
    return parts[0] if parts else "__init__"


def module_of(path: Path) -> str:
    parts = ("convocommerce", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in FILES}


def imported(tree: ast.AST, within: str) -> Iterator[str]:
    """Yield every module of the package that a piece of code imports."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{within} imports by dots"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.split(".")[0] == "convocommerce":
                # What is no module is a name inside one.
                yield name if name in MODULES else name.rpartition(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_only_go_down(path: Path) -> None:
    floor_of = {name: number for number, floor in enumerate(FLOORS) for name in floor}
    mine = room(path.relative_to(ROOT).with_suffix("").parts)
    assert mine in floor_of, f"{mine} has no floor yet: give it one in FLOORS"
    for module in imported(ast.parse(path.read_text("utf-8")), str(path)):
        other = room(tuple(module.split(".")[1:]))
        assert other == mine or floor_of[other] < floor_of[mine], f"{mine} imports {other}"


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {}
    for module, path in MODULES.items():
        tree = ast.parse(path.read_text("utf-8"))
        # What stands under TYPE_CHECKING or inside a function is not imported with the module.
        tree.body = [
            node
            for node in tree.body
            if not isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
        ]
        graph[module] = set(imported(tree, module)) - {module}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"imports in a circle: {error.args[1]}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


FORBIDDEN = {
    "a path of one machine": r"(?<![\w.])/(?:home|root|work|Users|private|tmp|mnt)/\w+",
    "an e-mail address": r"[\w.+-]+@(?!example\.|\w+\.example)[\w-]+\.(?:com|net|org|nl|de|io)\b",
    "a package registry": r"pypi\.org|pythonhosted|artifactory|index-url|:8081",
}


@pytest.mark.parametrize(
    "path",
    sorted(one for one in ROOT.rglob("*") if one.suffix in (".py", ".sql", ".po", ".css", ".js")),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_nothing_of_one_machine_or_person_is_in_the_code(path: Path) -> None:
    text = path.read_text("utf-8")
    for what, pattern in FORBIDDEN.items():
        found = re.search(pattern, text)
        assert found is None, f"{what}: {found and found[0]}"


SQL = [
    pytest.param(file, id=f"{folder}/{name}")
    for folder in ("references", "models", "states", "profiles")
    for name, file in sql_files(folder).items()
]


@pytest.mark.parametrize("file", SQL)
def test_a_header_says_what_its_file_reads(file: SqlFile) -> None:
    tables: set[str] = set()
    ctes: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                tables.add(node["table_name"])
            if "cte_map" in node:
                ctes.update(entry["key"] for entry in node["cte_map"]["map"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    with duckdb.connect() as con:
        text = con.execute("select json_serialize_sql(?)", [file.sql]).fetchall()[0][0]
    parsed = json.loads(text)
    assert not parsed["error"], parsed
    walk(parsed)
    assert sorted(file.reads) == sorted(tables - ctes)
    assert len(set(file.reads)) == len(file.reads)
    assert file.grain.startswith("one ")
    assert file.sentence[0].isupper()
    assert file.sentence.endswith(".")
    assert len(file.sql.splitlines()) <= 200


_COUNTED_OVER_ROWS = re.compile(r"count\(\*\)\s+filter\s*\((?:[^()]|\([^()]*\))*\)\s+over\b")


def test_no_running_count_has_a_filter() -> None:
    """DuckDB 2 counts anew for every row there: a contact with a million messages takes an hour.

    ``sum(condition::integer) over`` says the same and is a running sum.
    """
    assert _COUNTED_OVER_ROWS.search("count(*) filter (a and (b or c)) over (order by t)")
    slow = [
        str(path.relative_to(ROOT))
        for path in (*FILES, *sorted(ROOT.rglob("*.sql")))
        if _COUNTED_OVER_ROWS.search(path.read_text("utf-8"))
    ]
    assert slow == []


def test_every_sql_file_ends_in_a_select_and_asks_no_clock() -> None:
    for folder in ("references", "models", "states"):
        for file in sql_files(folder).values():
            assert re.search(r"^select\b", file.sql, re.MULTILINE), file.name
            assert not re.search(r"\b(now|today|current_\w+|random)\s*\(", file.sql), file.name
            if folder != "states":
                assert "$" not in file.sql, f"{file.name} takes a parameter"


@pytest.mark.parametrize("module", ["convocommerce", "convocommerce.cli", "convocommerce.insights"])
def test_importing_stays_light(module: str) -> None:
    heavy = (
        "numpy",
        "pandas",
        "plotly",
        "pyarrow",
        "sklearn",
        "scipy",
        "babel",
        "jinja2",
        "statsmodels",
        "holidays",
        "pydantic",
        "pyspark",
        "fsspec",
    )
    code = f"import sys, {module}; print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_package_gives_every_name_it_lists_and_no_other() -> None:
    code = (
        "import sys, convocommerce as cc; assert 'duckdb' not in sys.modules; "
        "assert set(cc.__all__) <= set(dir(cc)); "
        "print([n for n in cc.__all__ if getattr(cc, n, None) is None], callable(cc.metrics))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[] True"
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = convocommerce.nothing


@pytest.mark.parametrize("metric", CATALOGUE)
def test_every_metric_is_worked_by_hand_and_computed_by_the_oracle(metric: str) -> None:
    assert metric in FIGURES
    worked = [*(TESTS / "spec").rglob("*.py"), *(TESTS / "models").rglob("*.py")]
    assert any(f'"{metric}"' in path.read_text("utf-8") for path in worked)


def test_the_oracle_knows_no_metric_that_is_gone() -> None:
    assert FIGURES.keys() == CATALOGUE.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_module_offers_is_there_and_in_order(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    listed = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    for names in listed:
        module = importlib.import_module(module_of(path))
        assert [name for name in names if not hasattr(module, name)] == []
        # Constants first, then classes, then functions, as the linter sorts them.
        order = sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
        assert list(names) == order
        assert len(set(names)) == len(names)
