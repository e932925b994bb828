"""The index: the latest of each report and language, what came before, and nothing that runs."""

import datetime as dt
import re
from pathlib import Path

import pytest

from convocommerce.periods import Period
from convocommerce.publishing import Edition, Keep, Site
from evil import EVIL
from publishing.light import edition, site_at
from reports.pages import Page


def indexes(folder: Path) -> dict[str, str]:
    return {one.name: one.read_text("utf-8") for one in sorted(folder.glob("index*.html"))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    site = Site(tmp_path, "Slof & Stukje", ("nl", "en"), "Europe/Amsterdam", Keep())
    for period, text in (("2026-W34", ""), ("2026-W35", "a"), ("2026-W35", "b")):
        site.publish([edition(period, text, formats=("html", "json"))])
    site.publish([edition("2026-08", kind="monthly", languages=("nl",))])
    return tmp_path


def test_there_is_one_in_each_language_and_the_first_is_where_people_look(folder: Path) -> None:
    found = indexes(folder)
    assert list(found) == ["index-en.html", "index.html"]
    assert '<html lang="nl">' in found["index.html"]
    assert '<html lang="en">' in found["index-en.html"]
    assert "<h2>Nieuwste</h2>" in found["index.html"]
    assert "31 Aug 2026 08:00" in found["index-en.html"]
    assert "31 aug 2026 08:00" in found["index.html"]
    for text in found.values():
        assert "Slof &amp; Stukje" in text
        assert re.findall(r'href="(index[^"]*)"', text)


def test_the_latest_of_each_report_and_language_comes_first_in_the_readers_own(
    folder: Path,
) -> None:
    english, dutch = indexes(folder).values()
    names = r'href="latest/([\w.-]+\.html)"'
    assert re.findall(names, dutch) == ["monthly-nl.html", "weekly-nl.html", "weekly-en.html"]
    assert re.findall(names, english) == ["monthly-nl.html", "weekly-en.html", "weekly-nl.html"]
    assert 'href="latest/weekly-en.json"' in english


def test_every_edition_is_listed_and_one_that_was_replaced_says_so(folder: Path) -> None:
    english = indexes(folder)["index-en.html"]
    rows = english.partition("<tbody>")[2].split("<tr")[1:]
    weeks = [re.findall(r"archive/\w+/([\w-]+)/", row)[0] for row in rows]
    assert weeks == ["2026-08", "2026-W35", "2026-W35", "2026-W34"]
    assert ["a later edition is there" in row for row in rows] == [False, False, True, False]


def test_nothing_in_it_runs_or_is_fetched(folder: Path) -> None:
    for text in indexes(folder).values():
        page = Page(text)
        assert "script" not in {tag for tag, _ in page.tags}
        assert "default-src 'none'" in text
        assert "http" not in re.sub(r"http-equiv", "", text)


def test_evil_titles_and_names_stay_text(tmp_path: Path) -> None:
    days, as_of = Period("2026-W35"), dt.datetime(2026, 9, 1)
    plain = edition(days, languages=("en",))
    site_at(tmp_path / "plain").publish([plain])
    wanted = Page((tmp_path / "plain" / "index-en.html").read_text("utf-8"))
    for number, evil in enumerate(EVIL[:40]):
        folder = tmp_path / str(number)
        one = Edition("weekly", days, as_of, plain.files, {"en": evil})
        Site(folder, evil, ("nl", "en")).publish([one])
        page = Page((folder / "index-en.html").read_text("utf-8"))
        assert [tag for tag, _ in page.tags] == [tag for tag, _ in wanted.tags]


def test_a_language_that_is_no_longer_wanted_takes_its_index_along(tmp_path: Path) -> None:
    Site(tmp_path, "A", ("nl", "en")).publish([edition("2026-W35")])
    Site(tmp_path, "A", ("en",)).publish([edition("2026-W36")])
    assert list(indexes(tmp_path)) == ["index.html"]
    assert '<html lang="en">' in indexes(tmp_path)["index.html"]
