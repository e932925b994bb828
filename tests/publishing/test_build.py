"""A build: what it publishes, what it prints and logs, and how it ends when something is wrong."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce import errors
from convocommerce.configuration import read_configuration
from convocommerce.errors import ConvocommerceError
from convocommerce.publishing import EXIT_CODES, Order, build, site_of
from convocommerce.publishing.build import _Build
from convocommerce.publishing.telling import Log
from publishing.conftest import MONDAY, SOURCES, WEEKLY, Shop
from publishing.light import Reader, tree

HOLD = """
import sys, convocommerce as cc
shop = cc.open(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""
MONTHLY = """
[[reports]]
kind = "monthly"
languages = ["nl"]
formats = ["html", "json", "csv", "parquet"]
"""


def test_a_build_publishes_and_the_same_again_changes_nothing(shop: Shop) -> None:
    ran = shop.build("--json")
    assert ran.code == 0
    told = ran.told
    assert (told["status"], told["changed"], told["exit_code"]) == ("published", True, 0)
    (report,) = told["reports"]
    assert (report["kind"], report["period"]) == ("weekly", "2026-W30")
    assert report["languages"] == ["nl", "en"]
    page = (shop.site / "latest" / "weekly-nl.html").read_text("utf-8")
    assert '<html lang="nl"' in page
    assert "Slof &amp; Stukje" in (shop.site / "index.html").read_text("utf-8")
    before = tree(shop.site)
    again = shop.build("--json").told
    assert (again["status"], again["changed"], again["changes"]) == ("unchanged", False, [])
    assert again["documents"]["loaded"] == 0
    assert tree(shop.site) == before


def test_two_builds_are_the_same_to_the_byte_wherever_and_however_they_run(
    loaded: Path, tmp_path: Path
) -> None:
    ways: list[tuple[str, dict[str, str], int]] = [
        ("a", {"TZ": "Pacific/Apia", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1"}, 0o022),
        ("b/deep", {"TZ": "Asia/Kathmandu", "LANG": "C", "PYTHONHASHSEED": "2"}, 0o027),
    ]
    found = []
    for name, environment, mask in ways:
        # Without the database: what is loaded, and in which order, is part of the promise.
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "exports").symlink_to(loaded / "exports", target_is_directory=True)
        Shop(folder).write(SOURCES, WEEKLY + 'languages = ["nl"]')
        done = subprocess.run(
            [sys.executable, "-m", "convocommerce", "build", "shop.toml", "--as-of", MONDAY],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
            umask=mask,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found.append(tree(folder / "site"))
    assert found[0] == found[1]


def test_without_a_configuration_no_site_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "convocommerce", "build", "nowhere.toml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "failed\n")
    assert "convocommerce init writes one" in done.stderr


def test_a_dry_run_says_what_would_change_and_publishes_nothing(shop: Shop) -> None:
    ran = shop.build("--dry-run", "--json")
    assert ran.code == 0
    assert (ran.told["dry_run"], ran.told["changed"]) == (True, True)
    assert ran.told["changes"][-1] == "index.html"
    assert not shop.site.exists()
    told = shop.build("--dry-run").out
    assert told.count("would be published") == len(told.splitlines()) > 1
    assert shop.build("--json").told["changes"] == ran.told["changes"]


def test_results_go_to_one_stream_and_logs_to_the_other(shop: Shop) -> None:
    ran = shop.build("--log", "json")
    lines = [json.loads(line) for line in ran.log.splitlines()]
    assert {line["step"] for line in lines} == {"load", "audit", "render", "publish"}
    assert all({"at", "level", "step", "text"} <= line.keys() for line in lines)
    assert ran.out.splitlines()[0] == f"{shop.site}: published"
    assert "weekly 2026-W30: published archive/weekly/2026-W30/" in ran.out
    assert shop.build().log.startswith("convocommerce: load: ")


@pytest.mark.parametrize(
    ("words", "kind", "period"),
    [
        (("--report", "weekly", "--period", "2026-W28"), "weekly", "2026-W28"),
        (("--report", "weekly"), "weekly", "2026-W30"),
        (("--report", "weekly", "--period", "2026-07-06..2026-07-12"), "weekly", "2026-W28"),
        (("--report", "monthly", "--period", "mtd"), "monthly", "2026-07"),
        (("--report", "monthly", "--period", "last-month"), "monthly", "2026-06"),
    ],
)
def test_periods(shop: Shop, words: tuple[str, ...], kind: str, period: str) -> None:
    shop.write(SOURCES, WEEKLY, MONTHLY)
    (report,) = shop.build("--json", "--dry-run", *words).told["reports"]
    assert (report["kind"], report["period"], report["status"]) == (kind, period, "published")


def test_each_report_has_its_usual_days_languages_and_formats(shop: Shop) -> None:
    shop.write(SOURCES, WEEKLY, MONTHLY)
    told = shop.build("--json", "--lang", "en").told
    assert [(one["kind"], one["period"]) for one in told["reports"]] == [
        ("weekly", "2026-W30"),
        ("monthly", "2026-06"),
    ]
    names = {one.name for one in (shop.site / "latest").iterdir()}
    monthly = {f"monthly-en.{ending}" for ending in ("html", "json", "csv", "parquet")}
    assert names == {"weekly-en.html", *monthly}
    # The index stays as the business has it, whatever a single run is asked for.
    assert '<html lang="nl">' in (shop.site / "index.html").read_text("utf-8")


def test_the_folder_is_that_of_the_option_else_the_variable_else_the_file(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write(SOURCES, WEEKLY, '[publish]\nfolder = "of-the-file"')
    assert shop.build("--json", "--dry-run").told["site"].endswith("of-the-file")
    monkeypatch.setenv("CONVOCOMMERCE_PUBLISH_FOLDER", str(shop.folder / "of-the-variable"))
    assert shop.build("--json", "--dry-run").told["site"].endswith("of-the-variable")
    out = ("--out", str(shop.folder / "of-the-option"))
    assert shop.build("--json", "--dry-run", *out).told["site"].endswith("of-the-option")


@pytest.mark.parametrize("error", [KeyError("0612345678"), errors.UsageError("it is odd")])
def test_a_report_that_fails_stops_no_other_and_keeps_its_old_edition(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    shop.write(SOURCES, WEEKLY, MONTHLY)
    assert shop.build("--period", "mtd", "--report", "monthly").code == 0
    before = (shop.site / "latest" / "monthly-nl.html").read_bytes()
    plain = cc.Shop.report

    def fail(self: cc.Shop, kind: str = "weekly", **options: Any) -> Any:
        if kind == "monthly":
            raise error
        return plain(self, kind, **options)

    monkeypatch.setattr(cc.Shop, "report", fail)
    ran = shop.build("--json")
    assert ran.code == 4
    assert (ran.told["status"], ran.told["exit_code"]) == ("partly", 4)
    weekly, monthly = ran.told["reports"]
    assert (weekly["status"], monthly["status"]) == ("published", "failed")
    assert ("unexpected KeyError in fail" in monthly["error"]) == isinstance(error, KeyError)
    assert "0612345678" not in ran.out + ran.log
    assert (shop.site / "latest" / "monthly-nl.html").read_bytes() == before
    assert (shop.site / "latest" / "weekly-nl.html").exists()


def test_the_only_report_that_fails_fails_the_build(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: cc.Shop, *_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cc.Shop, "report", fail)
    ran = shop.build("--json")
    assert (ran.code, ran.told["status"]) == (1, "failed")
    assert "ZeroDivisionError" in ran.told["error"]
    assert not (shop.site / "index.html").exists()


def test_an_error_that_nobody_expected_is_told_without_what_it_says(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: cc.Shop, *_: object, **__: object) -> None:
        raise RuntimeError("Anna, 0612345678")

    monkeypatch.setattr(cc.Shop, "load", fail)
    ran = shop.build("--json")
    assert (ran.code, ran.told["status"]) == (1, "failed")
    assert "unexpected RuntimeError in fail" in ran.told["error"]
    assert "Anna" not in ran.out + ran.log


def test_data_that_is_not_fit_is_not_published_unless_forced_and_then_says_so(shop: Shop) -> None:
    assert shop.build("--period", "2026-W29").code == 0
    before = tree(shop.site)
    shop.write(SOURCES.replace('shopify"', 'shopify"\nmax_age = "90m"'), WEEKLY)
    ran = shop.build("--json", as_of="2026-08-24")
    assert ran.code == 3
    assert ran.told["status"] == "not fit"
    assert tree(shop.site) == before
    assert "max_age is 1.5 hours" in ran.log
    assert "allow it to be older" in ran.log
    assert "--force" in ran.told["error"]
    stops = {one["name"] for one in ran.told["checks"] if one["outcome"] == "stop"}
    assert stops == {"age", "coverage"}
    forced = shop.build("--force", "--period", "2026-W30", as_of="2026-08-24")
    assert forced.code == 0
    for language, told in (
        ("en", "did not pass every check (the age of the newest records)"),
        ("nl", "niet elke controle doorstonden (de leeftijd van de nieuwste gegevens)"),
    ):
        assert told in (shop.site / "latest" / f"weekly-{language}.html").read_text("utf-8")


def test_without_an_as_of_the_last_day_of_a_period_that_was_told_is_whole(loaded: Path) -> None:
    configuration = read_configuration(loaded / "shop.toml")
    report = configuration.reports[0]
    with cc.open(configuration.business.database, read_only=True) as shop:
        through = shop.as_of(None)

        def days(now: dt.datetime, period: str | None = None) -> tuple[str, dt.datetime]:
            order = Order(period, now=now)
            run = _Build(configuration, order, Log(), site_of(configuration), shop)
            found, as_of = run._days(report)
            return found.name, as_of

        monday = dt.datetime(2026, 8, 3, 4)
        assert through < dt.datetime(2026, 7, 31, 22) < monday
        # July ended at ten in the evening in UTC, and its last hours are quiet.
        assert days(monday, "2026-07") == ("2026-07", dt.datetime(2026, 7, 31, 22))
        # The week ended two days later, of which nothing is told.
        assert days(monday) == ("2026-W31", through)
        # What is not over yet is known as far as it goes.
        assert days(dt.datetime(2026, 7, 31, 21, 59), "2026-07") == ("2026-07", through)
        assert days(monday, "2026-W30") == ("2026-W30", through)


def test_nobody_is_named_in_what_is_printed_or_logged(shop: Shop) -> None:
    with cc.open(shop.folder / "shop.duckdb", read_only=True) as opened:
        con = opened.database.con
        values = con.execute("select distinct key_value from identities").fetchall()
        texts = con.execute("select text from messages where length(text) > 25").fetchall()
    shop.write(SOURCES, WEEKLY, MONTHLY)
    ran = shop.build("--json", "--log", "json")
    said = ran.out + ran.log
    assert len(values) > 50
    assert [value for (value,) in values if len(value) > 6 and value in said] == []
    assert [text for (text,) in texts if text in said] == []


def test_a_page_says_what_changed_in_the_definitions_since_the_week_before(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []
    plain = cc.Shop.report

    def watch(self: cc.Shop, kind: str = "weekly", **options: Any) -> Any:
        given.append(options["previous"])
        return plain(self, kind, **options)

    monkeypatch.setattr(cc.Shop, "report", watch)
    shop.build("--lang", "nl", "--period", "2026-W28")
    path = shop.folder / "shop.toml"
    path.write_text(path.read_text().replace("[rules]", "[rules]\nquick_answer_minutes = 7"))
    for _ in range(2):
        shop.build("--lang", "nl", "--period", "2026-W29")
    first, second, again = given
    assert first is None
    assert second["rules"]["quick_answer_minutes"] == 5
    # Built again, a week is still held against the one before and not against itself.
    assert again == second
    assert shop.build("--lang", "nl", "--period", "2026-W29", "--json").told["changed"] is False


BROKEN = {
    "no configuration": ("gone.toml", 2),
    "no report of the kind": ("--report monthly", 2),
    "no such language": ("--lang fy", 2),
    "no such period": ("--period 2026-13", 2),
    "another report's period": ("--period 2026-07", 2),
    "all days": ("--period all", 2),
    "no such log": ("--log xml", 2),
    "no such setting": ("--set publish.foldr=x", 2),
}


@pytest.mark.parametrize("what", BROKEN)
def test_wrong_use_ends_with_2(shop: Shop, what: str) -> None:
    words, code = BROKEN[what]
    if words.endswith(".toml"):
        (shop.folder / "shop.toml").unlink()
        words = ""
    if "xml" in words:
        with pytest.raises(ConvocommerceError) as caught:
            shop.build(*words.split())
        assert caught.value.exit_code == code
        return
    ran = shop.build("--json", *words.split())
    assert ran.code == code
    assert ran.told["exit_code"] == code
    assert ran.told["error"]
    assert not shop.site.exists() or not (shop.site / "index.html").exists()


def test_an_export_that_is_not_there_ends_with_69(shop: Shop) -> None:
    for one in (shop.folder / "exports" / "shopify").iterdir():
        one.unlink()
    ran = shop.build("--json")
    assert ran.code == 69
    assert "there is no file at" in ran.told["error"]


def test_an_export_that_may_not_be_read_ends_with_77(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Path.rglob

    def refuse(self: Path, pattern: str) -> Any:
        if self.name == "shopify":
            raise PermissionError(13, "Permission denied", str(self))
        return plain(self, pattern)

    monkeypatch.setattr(Path, "rglob", refuse)
    ran = shop.build("--json")
    assert ran.code == 77
    assert "may not be read" in ran.told["error"]


def test_an_export_that_cannot_be_understood_ends_with_65(shop: Shop) -> None:
    broken = shop.folder / "exports" / "messenger" / "zzz.ndjson"
    said = {"sender": {"id": "1"}, "recipient": {"id": "2"}}
    line = {"object": "page", "entry": [{"id": "2", "messaging": [said]}]}
    said["message"] = {"mid": "m", "text": "at no time"}
    broken.write_text(f"{json.dumps(line)}\n" * 400)
    ran = shop.build("--json")
    assert ran.code == 65, ran.told
    assert "quarantined" in ran.told["error"]
    for one in (shop.folder / "exports" / "messenger").iterdir():
        one.write_text("this is no export")
    assert shop.build("--json").code == 65


def test_a_site_that_cannot_be_written_ends_with_74(shop: Shop) -> None:
    shop.site.write_text("a file")
    ran = shop.build("--json")
    assert ran.code == 74
    assert "site" in ran.told["error"]


def test_another_run_ends_with_75_or_is_waited_for(shop: Shop) -> None:
    with site_of(read_configuration(shop.folder / "shop.toml")).locked():
        ran = shop.build("--json")
        assert ran.code == 75
        assert "--wait" in ran.told["error"]
        assert shop.build("--wait", "0.1").code == 75
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(shop.folder / "shop.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with held:
        assert held.stdout is not None
        assert held.stdin is not None
        held.stdout.readline()
        assert shop.build("--json").code == 75
        held.stdin.close()
    assert shop.build("--json").code == 0


def test_a_site_that_may_not_be_written_ends_with_77(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(shop.site))

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    ran = shop.build("--json")
    assert ran.code == 77
    assert "may not be written" in ran.told["error"]


def test_every_error_ends_with_a_code_that_is_told() -> None:
    codes = {
        one.exit_code
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, ConvocommerceError)
    }
    assert codes | {0, 3, 4} == EXIT_CODES.keys()


def test_old_editions_are_kept_as_the_configuration_says(shop: Shop) -> None:
    shop.write(SOURCES, WEEKLY, "[publish]\nkeep = 2\nkeep_editions = 1")
    for week in ("2026-W27", "2026-W28", "2026-W29", "2026-W30"):
        assert shop.build("--lang", "nl", "--period", week).code == 0
    left = {one.name for one in (shop.site / "archive" / "weekly").iterdir()}
    # The one before went from the index; it goes from the disk with the next run.
    assert left == {"2026-W28", "2026-W29", "2026-W30"}
    index = (shop.site / "index.html").read_text("utf-8")
    assert set(re.findall(r"archive/weekly/([\w-]+)/", index)) == {"2026-W29", "2026-W30"}
    reader = Reader(shop.site)
    assert [link for link in reader._links("index.html") if not (shop.site / link).exists()] == []


def test_it_can_be_run_from_python(shop: Shop) -> None:
    outcome = build(read_configuration(shop.folder / "shop.toml"), Order(as_of=MONDAY))
    assert outcome.exit_code == 0
    assert outcome.reports[0].status == "published"
