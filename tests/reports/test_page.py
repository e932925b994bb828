"""A page stands alone: one file, its own script, nothing fetched, two languages, same bytes."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce.errors import PeriodError, UnknownNameError, UsageError
from convocommerce.reports import Report
from reports.conftest import AFTER, RULES, Draw
from reports.pages import Page

WEEK = "2026-W29"
BUDGET = 700_000
"""Bytes of a page; packed it is an eighth of that."""


@pytest.fixture(scope="module")
def english(shop: cc.Shop) -> Report:
    return shop.report(period=WEEK)


@pytest.fixture(scope="module")
def dutch(shop: cc.Shop) -> Report:
    return shop.report(period=WEEK, language="nl")


def test_it_is_one_file_that_runs_and_fetches_nothing(english: Report) -> None:
    html = english.html()
    page = Page(html)
    assert html.startswith("<!doctype html>")
    assert page.active() == []
    policy = [
        given["content"]
        for tag, given in page.tags
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policy) == 1
    (script,) = re.findall("<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy[0].startswith(f"default-src 'none'; script-src 'sha256-{digest}'; style-src")
    assert "img-src data:" in policy[0]


def test_it_is_small_enough_to_be_sent(english: Report, dutch: Report) -> None:
    assert len(english.html().encode()) < BUDGET
    assert len(dutch.html().encode()) < BUDGET


def test_every_picture_has_its_table(english: Report) -> None:
    page = Page(english.html())
    tags = [tag for tag, _ in page.tags]
    charts = [
        one for section in english.page.sections for one in section.blocks if one.kind == "chart"
    ]
    assert tags.count("figure") == len(charts) > 12
    # Beside the tables of the pictures there are that of the weeks and the data, folded.
    assert tags.count("details") == tags.count("figure") + 2
    assert sum(given.get("class") == "cc-spark" for _, given in page.tags) == 6


def test_names_inside_the_page_are_given_once(english: Report) -> None:
    names = [given["id"] for _, given in Page(english.html()).tags if "id" in given]
    assert len(names) == len(set(names))
    targets = [given["href"][1:] for tag, given in Page(english.html()).tags if tag == "a"]
    assert set(targets) <= set(names)


def test_it_says_as_of_when_and_under_which_rules(english: Report) -> None:
    text = Page(english.html()).text
    assert "31 Jul 2026 23:" in text
    assert "13 Jul 2026 – 19 Jul 2026, Europe/Amsterdam" in text
    assert "Opening hours: Mo-Fr 09:00-17:30; Th 09:00-21:00; Sa 10:00-16:00." in text
    assert "Public holidays of NL are closed days." in text


def test_dutch_is_dutch_throughout(english: Report, dutch: Report) -> None:
    pages = Page(english.html()), Page(dutch.html())
    assert [dict(page.tags[0][1])["lang"] for page in pages] == ["en", "nl"]
    titles = [{section.title for section in one.page.sections} for one in (english, dutch)]
    assert titles[0] & titles[1] == set()
    for left in (
        "conversation",
        "answered",
        "fewer than",
        "Net revenue",
        "abandon",
        "lost at closed",
    ):
        assert left in pages[0].text
        assert left not in pages[1].text
    assert "Eerste reactietijd" in pages[1].text
    # The same numbers stand in both.
    assert english.figures() == dutch.figures()


def test_claims_that_the_platform_does_not_make_are_no_zero(english: Report) -> None:
    text = Page(english.html()).text
    assert "does not count conversations that ads start in Europe" in text
    claimed = [one for one in english.figures() if one["statistic"] == "claimed_conversations"]
    assert claimed == []


def test_the_same_exports_give_the_same_bytes(
    exports: Path, english: Report, tmp_path: Path
) -> None:
    with cc.open(tmp_path / "other.duckdb") as other:
        # Folder by folder, and once more: neither order nor repetition leaves a trace.
        for folder in sorted(exports.iterdir(), reverse=True):
            other.load(folder)
        other.rules = RULES
        report = other.report(period=WEEK)
        assert report.figures() == english.figures()
        html = report.html()
        assert html == english.html()
        other.load(exports)
        assert other.report(period=WEEK).html() == html


def test_the_usual_week_is_the_last_whole_one(draw: Draw) -> None:
    shop = draw([0, 1, 2])
    assert shop.report(as_of="2026-03-11").file_name == "weekly-2026-W10-en.html"
    assert shop.report(as_of="2026-03-09", language="nl").file_name == "weekly-2026-W10-nl.html"
    assert shop.report(period="2026-03-02..2026-03-08", as_of=AFTER).period.name == "2026-W10"


def test_what_is_no_week_is_refused(draw: Draw) -> None:
    shop = draw([0])
    for period in ("2026-03", "2026-03-03..2026-03-09", "all"):
        with pytest.raises(PeriodError, match="one ISO week, such as 2026-W35"):
            shop.report(period=period, as_of=AFTER)


def test_unknown_kinds_and_languages_are_refused(draw: Draw) -> None:
    shop = draw([0])
    with pytest.raises(UnknownNameError, match="did you mean 'weekly'"):
        shop.report("weekyl")
    with pytest.raises(UnknownNameError, match="unknown language 'fy'"):
        shop.report(language="fy")


def test_a_shop_without_data_gives_a_calm_page() -> None:
    with cc.open(":memory:") as shop:
        report = shop.report(as_of="2026-03-11")
        text = Page(report.html()).text
        assert "No data" in text
        assert "nothing is loaded" in text
        assert report.why_empty[-1].startswith("Nothing is known of these days")
        assert {one["value"] for one in report.figures()} == {0.0}
        with pytest.raises(UsageError, match="nothing is loaded yet"):
            shop.report()


def test_a_week_in_which_nobody_wrote_gives_a_calm_page(draw: Draw) -> None:
    text = Page(draw([0, 1]).report(period="2026-W11", as_of=AFTER).html()).text
    assert "Nobody wrote and nobody tried to buy in these days" in text
    assert "Definition" not in text
    assert "What the figures mean" in text


@pytest.mark.parametrize(
    ("language", "title", "told"),
    [
        ("en", "No data", "Nothing is known of these days, so there are no figures."),
        ("nl", "Geen gegevens", "Van deze dagen is niets bekend, dus er zijn geen cijfers."),
    ],
)
def test_days_of_which_nothing_is_loaded_are_no_quiet_days(
    draw: Draw, language: str, title: str, told: str
) -> None:
    shop = draw([0, 1])
    report = shop.report(period="2019-W10", as_of=AFTER, language=language)
    text = Page(report.html()).text
    assert title in text
    assert told in text
    assert told in report.mail().text
    assert report.why_empty[-1].startswith(told)
    assert shop.report(period="2026-W10", as_of=AFTER, language=language).why_empty == ()


def test_a_terminal_shows_what_it_is_about(english: Report) -> None:
    assert repr(english) == f"Report('{english.page.title}, {english.page.subtitle}')"


def test_it_shows_itself_in_a_notebook_without_running_anything(english: Report) -> None:
    page = Page(english._repr_html_())
    frames = [given for tag, given in page.tags if tag == "iframe"]
    assert len(frames) == 1
    assert frames[0]["sandbox"] == ""
    assert frames[0]["srcdoc"] == english.html()
