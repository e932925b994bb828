"""The page about schedules: everything on it that can be copied is parsed, and run where it can."""

from __future__ import annotations

import configparser
import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from convocommerce.configuration import Audit, Source
from convocommerce.publishing import EXIT_CODES
from publishing.conftest import MONDAY, SOURCES, WEEKLY, Shop

TEXT = (Path(__file__).parents[2] / "docs" / "scheduling.md").read_text("utf-8")
# What the page calls is this very code, with pages of one section.
PROGRAM = f"""#!{sys.executable}
import importlib, sys
sys.path[:0] = {[one for one in sys.path if one]!r}
compose = importlib.import_module("convocommerce.reports.compose")
compose.SECTIONS = compose.SECTIONS[:1]
from convocommerce.cli import main
main()
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def table(heading: str) -> list[list[str]]:
    part = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.fixture
def srv(shop: Shop) -> Shop:
    """A shop as the page has it: the program in an environment of its own."""
    program = shop.folder / ".venv" / "bin" / "convocommerce"
    program.parent.mkdir(parents=True)
    program.write_text(PROGRAM)
    program.chmod(0o755)
    shop.write(SOURCES, WEEKLY + 'languages = ["nl"]')
    return shop


def run(shop: Shop, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line as a scheduler does: with a bare environment, in the shop's folder."""
    path = os.pathsep.join([str(shop.folder / ".venv" / "bin"), "/usr/bin", "/bin"])
    done = subprocess.run(
        ["sh", "-c", command.replace("/srv/shop", str(shop.folder))],
        cwd=shop.folder,
        env={"PATH": path, "HOME": str(shop.folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def dated(command: str) -> str:
    """Return a line as it runs on the Monday after the exports end."""
    return command.replace("build shop.toml", f"build shop.toml --as-of {MONDAY}")


def test_the_lines_of_the_shell_run(srv: Shop) -> None:
    (block,) = blocks("sh")
    dry, plain, both = block.splitlines()
    run(srv, dated(dry))
    assert not srv.site.exists()
    assert "published" in run(srv, dated(plain)).stdout
    assert json.loads(run(srv, dated(both)).stdout)["status"] == "unchanged"


def test_the_line_of_cron_runs_and_prints_only_when_something_is_wrong(srv: Shop) -> None:
    (block,) = blocks("crontab")
    zone, line = block.splitlines()
    assert zone == "CRON_TZ=Europe/Amsterdam"
    fields = re.fullmatch(r"(\S+) (\S+) (\S+) (\S+) (\S+)  (.+)", line)
    assert fields is not None
    assert fields.groups()[:5] == ("0", "6", "*", "*", "1")
    # To cron a percent sign is the end of the line.
    assert "%" not in fields[6]
    done = run(srv, dated(fields[6]))
    assert done.stdout + done.stderr == ""
    assert "published" in (srv.folder / "build.log").read_text()
    (srv.folder / "shop.toml").write_text("[business]")
    done = run(srv, dated(fields[6]))
    assert done.stdout.strip() == "The build of the figures ended with 2"


def units() -> dict[str, str]:
    names = re.findall(r"^`/etc/systemd/system/([\w.-]+)`:$", TEXT, re.MULTILINE)
    return dict(zip(names, blocks("ini"), strict=True))


def test_the_line_of_the_service_runs_and_waits_for_another_run(srv: Shop) -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(units()["shop-figures.service"])
    service = unit["Service"]
    assert service["RestartForceExitStatus"] == "75"
    assert 75 in EXIT_CODES
    assert service["ReadWritePaths"] == service["WorkingDirectory"] == "/srv/shop"
    done = run(srv, dated(service["ExecStart"]))
    assert all(json.loads(line)["level"] == "info" for line in done.stderr.splitlines())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_takes_the_units_and_the_time(srv: Shop) -> None:
    for name, text in units().items():
        (srv.folder / name).write_text(text.replace("/srv/shop", str(srv.folder)))
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(srv.folder / name) for name in units())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in done.stderr.splitlines() if "shop-figures" in line] == []
    (when,) = re.findall(r"^OnCalendar=(.+)$", units()["shop-figures.timer"], re.MULTILINE)
    said = subprocess.run(
        ["systemd-analyze", "calendar", when], capture_output=True, text=True, check=True
    )
    assert "Normalized form: Mon *-*-* 06:00:00 Europe/Amsterdam" in said.stdout


def test_the_workflow_is_one_and_its_line_runs(srv: Shop) -> None:
    (block,) = blocks("yaml")
    workflow = yaml.safe_load(block)
    # To YAML the word "on" is true.
    assert workflow[True]["schedule"] == [{"cron": "0 5 * * 1"}]
    steps = workflow["jobs"]["build"]["steps"]
    assert all(("uses" in step) != ("run" in step) for step in steps)
    install, build = (step["run"] for step in steps if "run" in step)
    assert install == "pip install convocommerce"
    run(srv, dated(build))
    assert json.loads((srv.folder / "outcome.json").read_text())["exit_code"] == 0
    kept = next(step["with"]["path"] for step in steps if "cache" in step.get("uses", ""))
    assert kept.split() == ["shop.duckdb", "site"]
    assert (srv.folder / "shop.duckdb").exists()


def test_the_task_is_one_and_its_line_runs(srv: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = blocks("python")
    made: list[dict[str, Any]] = []

    class Anything:
        def __init__(self, **given: Any) -> None:
            made.append(given)

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

    def when(*parts: int, tz: str) -> str:
        return f"{dt.date(*parts)} {tz}"

    for name, offered in (
        ("pendulum", {"datetime": when}),
        ("airflow", {}),
        ("airflow.sdk", {"DAG": Anything}),
        ("airflow.providers", {}),
        ("airflow.providers.standard", {}),
        ("airflow.providers.standard.operators", {}),
        ("airflow.providers.standard.operators.bash", {"BashOperator": Anything}),
    ):
        module = ModuleType(name)
        vars(module).update(offered)
        monkeypatch.setitem(sys.modules, name, module)
    exec(compile(block, "scheduling.md", "exec"), {})  # noqa: S102  # the project's own page
    dag, task = made
    assert dag["start_date"] == "2026-01-05 Europe/Amsterdam"
    filled = task["bash_command"].replace(
        "{{ data_interval_end.isoformat() }}", "2026-07-27T04:00:00+00:00"
    )
    assert "{" not in filled
    # What the task hands on is the last line it prints.
    told = json.loads(run(srv, filled).stdout.splitlines()[-1])
    assert (told["status"], told["as_of"]) == ("published", "2026-07-27T04:00:00Z")


def test_the_exit_codes_are_those_of_the_code() -> None:
    assert table("How a build ends") == [[str(code), told] for code, told in EXIT_CODES.items()]


def test_settings_of_checks_are_those_of_the_configuration() -> None:
    named = {setting.strip("`") for _, _, setting in table("What stops a page") if setting}
    known = {f"sources.{name}" for name in Source.model_fields}
    known |= {f"audit.{name}" for name in Audit.model_fields} | {"rules.told_by"}
    assert named <= known
    assert {one for one in known if one.startswith("audit.")} <= named
