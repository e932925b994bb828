"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce.cli import app
from convocommerce.cli.program import ORDER

HOLD = """
import sys, convocommerce as cc
shop = cc.open(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""
SAMPLE = Path(__file__).parents[1] / "data" / "sample"


def run(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "convocommerce", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    path = folder / "shop.duckdb"
    done = run("load", path, SAMPLE / "messenger", SAMPLE / "shopify")
    assert done.returncode == 0, done.stderr
    rules = folder / "rules.toml"
    rules.write_text(
        'time_zone = "Europe/Amsterdam"\n'
        '[senders]\n551122334455667 = "bot"\n990011223344556 = "human"\n'
    )
    assert run("rules", path, "--set", rules).returncode == 0
    return path


def test_measure_as_json_and_csv_agree(database: Path) -> None:
    asked = ("measure", database, "conversion", "--by", "channel", "--period", "2026-07")
    records = json.loads(run(*asked, "--format", "json").stdout)
    lines = run(*asked, "--format", "csv").stdout.splitlines()
    assert lines[0] == ",".join(records[0])
    assert len(lines) == len(records) + 1
    assert records[0]["n"] > 50


def test_measure_takes_options_and_filters(database: Path) -> None:
    asked = ("measure", database, "first_response_time", "--format", "json")
    human = json.loads(run(*asked).stdout)
    either = json.loads(run(*asked, "--option", "clock=any", "--where", "channel=messenger").stdout)
    assert either[0]["value"] < human[0]["value"]


def test_a_terminal_without_the_sign_of_the_euro_shows_figures_all_the_same(database: Path) -> None:
    asked = ("measure", database, "conversion", "--period", "2026-07")
    done = run(*asked, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "\\u20ac" in done.stdout


def test_a_choice_that_there_is_not_names_those_there_are(database: Path) -> None:
    done = run("measure", database, "first_response_time", "--option", "grain=person")
    assert done.returncode == 2
    assert "unknown option 'grain'; known: clock, hours\n" in done.stderr


def test_table_names_the_meaning(database: Path) -> None:
    done = run("measure", database, "first_response_time")
    assert "First response time" in done.stdout
    assert "95%" in done.stdout
    assert done.stderr == ""


def test_erasing_says_what_and_asks_first(database: Path, tmp_path: Path) -> None:
    copy = shutil.copy(database, tmp_path / "shop.duckdb")
    with cc.open(copy) as shop:
        person = shop.measure("conversion").conversations()["contact"][0]
        before = shop.held()["messages"]
    asked = run("erase", copy, person, "--language", "nl")  # nobody is there to answer
    assert asked.returncode == 1
    assert "Dit zou worden gewist:" in asked.stdout
    assert "Wissen?" in asked.stderr
    with cc.open(copy) as shop:
        assert shop.held()["messages"] == before
    done = run("erase", copy, person, "--yes")
    assert done.returncode == 0, done.stderr
    assert "This was erased:" in done.stdout
    with cc.open(copy) as shop:
        assert shop.held()["messages"] < before
    words = [sys.executable, "-m", "convocommerce", "erase", copy, "--yes"]
    piped = subprocess.run(words, input=f"{person}\n", capture_output=True, text=True, check=False)
    assert (piped.returncode, piped.stdout.strip()) == (2, "")
    assert "convocommerce: nobody is known by that" in piped.stderr
    assert "Warning" not in piped.stderr
    again = run("erase", copy, person, "--yes")
    assert again.returncode == 2
    assert person not in again.stderr


def test_a_reconciliation_is_told_in_the_language_asked_for(database: Path) -> None:
    asked = ("reconcile", database, "meta_page", "--period", "2026-07")
    english, dutch = run(*asked).stdout, run(*asked, "--language", "nl").stdout
    assert "the one counts what a bot did, the other does not." in english
    assert "de een telt wat een automaat deed, de ander niet." in dutch
    cases = json.loads(run(*asked, "--format", "json", "--language", "nl").stdout)
    assert "bot_time" in {case["reason"] for case in cases}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("measure", "{db}", "convrsion"), 2, "did you mean 'conversion'"),
        (("measure", "{db}", "conversion", "--period", "2026-13"), 2, "is not a period"),
        (("measure", "{db}", "conversion", "--option", "clock"), 2, "a name and a value"),
        (("measure", "{db}", "conversion", "--as-of", "soon"), 2, "neither a day"),
        (("rules", "{db}", "--set", "nowhere.toml"), 2, "no rules file"),
        (("load", "{db}", "nowhere"), None, "nowhere"),
        (("measure",), 2, "Missing argument"),
        (("report", "{db}", "yearly"), 2, "yearly"),
        (("report", "{db}", "--out", "{db}"), 1, "cannot be read or written"),
    ],
)
def test_a_wrong_call_is_one_line_and_a_code(
    database: Path, words: tuple[str, ...], code: int | None, said: str
) -> None:
    done = run(*(word.replace("{db}", str(database)) for word in words))
    assert done.returncode == code if code is not None else done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_page_without_figures_is_written_and_said_to_be_without(
    database: Path, tmp_path: Path
) -> None:
    days = ("report", database, "--period", "2019-W05", "--out", tmp_path, "--language", "nl")
    done = run(*days)
    assert done.returncode == 3
    assert "Van deze dagen is niets bekend, dus er zijn geen cijfers." in done.stderr
    page = Path(done.stdout.strip())
    assert "Geen gegevens" in page.read_text("utf-8")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photo.duckdb"
    path.write_bytes(b"\xff\xd8\xff\xe0 not a database at all" * 1000)
    done = run("measure", path, "conversion")
    assert done.returncode == 74
    assert path.read_bytes().startswith(b"\xff\xd8")


def test_a_held_database_says_to_try_later(database: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            HOLD,
            str(database),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        done = run("load", database, SAMPLE / "shopify")
        assert done.returncode == 75
        assert str(holder.pid) in done.stderr
    finally:
        holder.communicate("")


def test_check_says_whether_the_data_is_fit(database: Path) -> None:
    done = run("check", database)
    assert done.returncode == 0, done.stdout
    assert "tied to a chat by" in done.stdout


def test_check_finds_unnamed_senders(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    assert run("load", path, SAMPLE / "messenger").returncode == 0
    done = run("check", path)
    assert done.returncode == 3
    assert "990011223344556" in done.stdout


def test_loads_lists_what_was_read(database: Path) -> None:
    done = run("loads", database)
    assert done.returncode == 0
    assert "messenger" in done.stdout


def test_simulate_writes_a_shop(tmp_path: Path) -> None:
    done = run("simulate", "--seed", 3, "--months", 1, "--per-day", 2, "--out", tmp_path)
    assert done.returncode == 0
    assert list(tmp_path.rglob("conversations.csv"))
    assert run("simulate", "--out", tmp_path, "--start", "soon").returncode == 2


def test_a_mistyped_database_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "shpo.duckdb"
    for words in (("measure", path, "conversion"), ("check", path), ("report", path)):
        done = run(*words)
        assert done.returncode == 2
        assert "there is no database" in done.stderr
        assert not path.exists()


def test_rules_print_what_they_read(database: Path, tmp_path: Path) -> None:
    first = run("rules", database).stdout
    file = tmp_path / "again.toml"
    file.write_text(first)
    assert run("rules", database, "--set", file).stdout == first


def test_notes_of_machine_formats_go_to_standard_error(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    assert run("load", path, SAMPLE / "messenger").returncode == 0
    done = run("measure", path, "first_response_time", "--format", "csv")
    assert "Rules.senders" in done.stderr
    assert "Rules.senders" not in done.stdout


def test_demo_prints_metrics_and_writes_a_page(tmp_path: Path) -> None:
    done = run("demo", "--exports", SAMPLE, "--out", tmp_path, "--language", "nl")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("n = ") >= 3
    (page,) = tmp_path.glob("*.html")
    assert page.resolve().as_uri() in done.stdout
    again = run("demo", "--exports", SAMPLE, "--out", tmp_path, "--language", "nl")
    assert again.returncode == 0
    assert len(list(tmp_path.glob("*.html"))) == 1


def test_the_version_and_the_commands_in_the_order_they_are_met() -> None:
    assert run("--version").stdout.strip() == cc.__version__
    told = run("--help").stdout
    named = (one.name or one.callback.__name__ for one in app.registered_commands if one.callback)
    assert sorted(named) == sorted(ORDER)
    places = [told.index(f"│ {name} ") for name in ORDER]
    assert places == sorted(places)
    assert run("build", "--language", "xx").returncode == run("build", "--lang", "xx").returncode


def test_help_loads_nothing_heavy() -> None:
    done = run("--help")
    assert done.returncode == 0
    for command in ("load", "measure", "report", "check", "demo", "simulate", "rules", "metrics"):
        assert command in done.stdout
