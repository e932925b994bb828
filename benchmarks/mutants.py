"""Puts small mistakes into the package's SQL, one at a time, and counts those no test notices.

Usage: python benchmarks/mutants.py [--sample N] [--seed S] [--only FILE ...] [--log FILE]

Changes one place of ``references/``, ``models/``, ``states/`` and ``profiles/``, or of the SQL in
``metrics/``, ``measuring/`` and ``profiles/``, and runs the quick tests until one fails. A test
runs only when the mistake changes a table in one of the databases that the test builds, or an
answer that it asks for, and those run first that have caught most. What no test can catch, because
the mistake changes no figure, is listed with its reason in ``equivalent_mutants.txt``. Ends with 1
when fewer than 85% are caught. With ``--log`` a run goes on where the last one stopped;
``--tests 6`` tries only the six most promising tests, quickly.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from mutating import Edit, edits_of, edits_of_python
from trying import CheckedTests, Place, python_place, sql_place

import convocommerce
from convocommerce.sqlfiles import sql_files

HERE = Path(__file__).parent
PACKAGE = Path(convocommerce.__file__).parent
TESTS = HERE.parent / "tests"
RUN = (
    "spec",
    "models",
    "properties/test_against_the_oracle.py",
    "insights/test_ad_totals.py",
    "test_calendars.py",
)
OF_FIGURES = ("spec", "models/test_figures_by_hand.py", "properties/test_against_the_oracle.py")
"""Those of them that ask for figures."""
OF_PROFILES = ("profiles",)
"""The tests of what other systems say, which ask much of small databases."""
NOT_RUN = ("measuring/formulas", "profiles/showing")
"""Modules that write SQL down for people to read and run none of it, or that hold HTML."""
IN_PYTHON = tuple(
    name
    for folder in ("metrics", "measuring", "profiles")
    for file in sorted((PACKAGE / folder).glob("*.py"))
    if (name := f"{folder}/{file.stem}") not in NOT_RUN and edits_of_python(file.read_text("utf-8"))
)
"""Modules with SQL in their strings."""


def places() -> dict[str, tuple[Place, list[Edit]]]:
    """Return every text that holds SQL, with its mutants."""
    found: dict[str, tuple[Place, list[Edit]]] = {}
    for folder in ("references", "models", "states", "profiles"):
        for name, file in sql_files(folder).items():
            found[f"{folder}/{name}"] = sql_place(folder, name), edits_of(file.sql)
    for name in IN_PYTHON:
        source = (PACKAGE / f"{name}.py").read_text("utf-8")
        place = python_place(f"convocommerce.{name.replace('/', '.')}", source)
        found[name] = place, edits_of_python(source)
    return found


def equivalents() -> dict[tuple[str, str], str]:
    """Return the mistakes that change no figure, with the reason."""
    found, reason = {}, ""
    for line in (HERE / "equivalent_mutants.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            reason = line[2:]
        elif line:
            name, _, change = line.partition(": ")
            found[name, change] = reason
    return found


class Mutants:
    """A plugin of pytest that runs the tests once for every mutant."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.results: list[dict[str, Any]] = []
        self.killers: dict[str, Counter[str]] = defaultdict(Counter)
        self.drawn = list(self._drawn())

    def tests(self) -> list[str]:
        """Return the folders and files of tests that can notice any of them."""
        about = {name.partition("/")[0] for name, _, _ in self.drawn}
        of_tables = OF_FIGURES if about <= {"metrics", "measuring", "profiles"} else RUN
        return [
            *(of_tables if about - {"profiles"} else ()),
            *(OF_PROFILES if "profiles" in about else ()),
        ]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests as they are, and then against each mutant."""
        done = self._done()
        drawn = [one for one in self.drawn if (one[0], one[2].told(one[1].text)) not in done]
        if not drawn:
            return True
        with_answers = any(
            place.folder is None and not name.startswith("profiles/") for name, place, _ in drawn
        )
        same = equivalents()
        with CheckedTests(session.items, with_answers=with_answers) as tests:
            for name, place, edit in drawn:
                change = edit.told(place.text)
                begun = time.monotonic()
                if (name, change) in same:
                    result, by = "equivalent", None
                else:
                    result, by = tests.against(place, edit, self.killers[name], self.asked.tests)
                if by:
                    self.killers[name][by] += 1
                row = {"file": name, "change": change, "kind": edit.kind, "result": result,
                       "by": by, "seconds": round(time.monotonic() - begun, 2)}  # fmt: skip
                self._keep(row)
        return True

    def _drawn(self) -> Iterator[tuple[str, Place, Edit]]:
        every = [
            (name, place, edit)
            for name, (place, edits) in places().items()
            if not self.asked.only or any(one in name for one in self.asked.only)
            for edit in edits
        ]
        if self.asked.sample is not None and self.asked.sample < len(every):
            chosen = Random(self.asked.seed).sample(range(len(every)), self.asked.sample)
            every = [every[number] for number in chosen]
        yield from every

    def _done(self) -> set[tuple[str, str]]:
        if self.asked.log is None or not self.asked.log.exists():
            return set()
        for line in self.asked.log.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["result"] == "survived" and self.asked.again:
                continue
            self.results.append(row)
            if row["by"]:
                self.killers[row["file"]][row["by"]] += 1
        return {(row["file"], row["change"]) for row in self.results}

    def _keep(self, row: dict[str, Any]) -> None:
        self.results.append(row)
        if row["result"] == "survived":
            print(f"survived: {row['file']}: {row['change']}", flush=True)
        if self.asked.log is not None:
            with self.asked.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(row) + "\n")


def table(results: list[dict[str, Any]]) -> tuple[str, float]:
    """Return what became of the mutants, file by file, and the share that was caught."""
    kinds = ("killed", "survived", "equivalent", "invalid")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in results:
        counts[row["file"]][row["result"]] += 1
        counts["all"][row["result"]] += 1
    lines = [f"{'file':40}" + "".join(f"{kind:>12}" for kind in kinds) + f"{'caught':>9}"]
    share = 0.0
    for name in [*sorted(counts.keys() - {"all"}), "all"]:
        one = counts[name]
        share = one["killed"] / max(1, one["killed"] + one["survived"])
        lines.append(f"{name:40}" + "".join(f"{one[k]:12}" for k in kinds) + f"{share:9.1%}")
    return "\n".join(lines), share


def main() -> int:
    """Run the asked mutants and print what became of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, help="only so many, drawn by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="only files whose name contains one of these")
    parser.add_argument("--tests", type=int, help="at most so many tests for one mutant")
    parser.add_argument("--log", type=Path, help="keep results here, one line of JSON each")
    parser.add_argument("--again", action="store_true", help="try the survivors of the log again")
    mutants = Mutants(parser.parse_args())
    paths = [str(TESTS / one) for one in mutants.tests()]
    options = [
        "-q",
        "-s",
        "-m",
        "not slow",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--no-header",
    ]
    code = pytest.main([*options, "--rootdir", str(HERE.parent), *paths], plugins=[mutants])
    text, share = table(mutants.results)
    print(f"\n{text}")
    return int(code not in (0, pytest.ExitCode.NO_TESTS_COLLECTED) or share < 0.85)


if __name__ == "__main__":
    sys.exit(main())
