"""Alerts say what holds now, since when, and in which weeks it held before."""

import pytest

import convocommerce as cc
from convocommerce.reports import AlertRule, Options, Report
from convocommerce.reports.blocks import Strip, TableBlock, Text
from reports.pages import Page
from reports.test_glance import Make, make, weekly

__all__ = ["make"]

FAST, SLOW = 60, 7200


def week(fast: int, slow: int) -> dict[str, list[int | None]]:
    return {"messenger": [*[FAST] * fast, *[SLOW] * slow]}


def table(report: Report) -> list[list[str]]:
    section = next(one for one in report.page.sections if one.name == "alerts")
    block = next(one for one in section.blocks if isinstance(one, TableBlock))
    return [[cell.text.replace("\xa0", " ") for cell in row] for row in block.rows]


def lead(report: Report) -> str:
    section = next(one for one in report.page.sections if one.name == "alerts")
    return next(one.text for one in section.blocks if isinstance(one, Text))


def alerting(*rules: AlertRule) -> Options:
    return Options(alerts=rules)


BELOW = AlertRule("first_response_time", "within_5_minutes", below=0.75)


def test_a_threshold_tells_since_when_it_fires_and_when_it_did_before(make: Make) -> None:
    quick, slow = week(9, 1), week(7, 3)
    weeks = [quick, slow, quick, slow, slow, quick, slow, slow]
    report = weekly(make(weeks), 8, options=alerting(BELOW))
    assert lead(report) == "Rules that fire: 1 of 1."
    assert table(report) == [
        [
            "Answered by a person within 5 min: below 75.0%", "fires", "70.0%", "–",
            "week 16, 2026", "week 14, 2026 · week 13, 2026 · week 11, 2026",
        ]
    ]  # fmt: skip


def test_a_figure_on_the_threshold_does_not_pass_it(make: Make) -> None:
    report = weekly(make([week(9, 1), week(3, 1)]), 2, options=alerting(BELOW))
    assert lead(report) == "No rule fires: all is quiet."
    assert [line[1] for line in table(report)] == ["quiet"]


def test_only_the_last_five_firings_are_named(make: Make) -> None:
    weeks = [*[week(7, 3), week(9, 1)] * 6, week(9, 1)]
    report = weekly(make(weeks), 13, options=alerting(BELOW))
    assert table(report)[0][-1].count("week") == 5
    assert table(report)[0][-1].startswith("week 20, 2026 · week 18, 2026")


def test_an_unusual_week_is_held_against_the_twelve_before_it(make: Make) -> None:
    rule = AlertRule("first_response_time", "within_5_minutes", unusual=True)
    weeks = [week(36 + number % 2, 4 - number % 2) for number in range(12)]
    weeks += [week(20, 20), week(36, 4)]
    report = weekly(make(weeks), 13, options=alerting(rule))
    [line] = table(report)
    assert line[1:5] == ["fires", "50.0%", "84.6–97.9%", "week 22, 2026"]
    # A week later the rule is quiet, and remembers; the odd week has widened what is usual.
    [line] = table(weekly(make(weeks), 14, options=alerting(rule)))
    assert line[1] == "quiet"
    assert line[-1] == "week 22, 2026"


def test_too_few_weeks_make_no_usual_range(make: Make) -> None:
    rule = AlertRule("first_response_time", "within_5_minutes", unusual=True)
    report = weekly(make([week(9, 1)] * 4), 4, options=alerting(rule))
    assert table(report)[0][1:4] == ["cannot be told", "90.0%", "–"]
    assert "too few weeks" in Page(report.html()).text


def test_a_rule_by_channel_watches_each_and_names_no_small_one(make: Make) -> None:
    weeks: list[dict[str, list[int | None]]] = [
        {"messenger": [FAST] * 10, "instagram": [SLOW] * 10, "whatsapp": [SLOW] * 3}
    ] * 2
    rule = AlertRule("first_response_time", "within_5_minutes", below=0.5, by="channel")
    report = weekly(make(weeks), 2, options=alerting(rule))
    found = {line[0].split(", ")[1].split(":")[0]: line[1:3] for line in table(report)}
    assert found == {
        "Instagram": ["fires", "0.0%"],
        "Messenger": ["quiet", "100.0%"],
        "WhatsApp": ["cannot be told", "–"],
    }
    told = [one for one in report.figures() if one["section"] == "alerts"]
    assert {one["group"]["channel"] for one in told} == {"instagram", "messenger"}


def test_revenue_is_judged_when_it_grows_no_more(shop: cc.Shop) -> None:
    rule = AlertRule("conversion", "net_revenue", below=1e6)
    options = alerting(rule)
    young = shop.report(period="2026-W29", as_of="2026-07-21", options=options)
    assert [line[1] for line in table(young)] == ["still open"]
    assert "judged from 25 Jul 2026 on" in Page(young.html()).text
    assert table(young)[0][-1].startswith("week 28, 2026 · ")
    settled = shop.report(period="2026-W29", as_of="2026-07-25", options=options)
    assert [line[1] for line in table(settled)] == ["fires"]


def test_without_rules_the_headline_figures_are_watched(shop: cc.Shop) -> None:
    report = shop.report(period="2026-W29")
    lines = table(report)
    assert len(lines) == 6
    # What all of them watch for is said once.
    (headline,) = (one for one in report.page.sections if one.name == "headline")
    (strip,) = (one for one in headline.blocks if isinstance(one, Strip))
    assert {line[0] for line in lines} == {tile.title for tile in strip.tiles}
    assert Page(report.html()).text.count("it fires outside its usual range") == 1


@pytest.mark.parametrize("language", ["en", "nl"])
def test_rules_are_told_in_words(shop: cc.Shop, language: str) -> None:
    rules = (
        AlertRule("first_response_time", "within_1_hour", below=0.3, above=0.9, unusual=True),
        AlertRule("reply_windows", "lost_share", above=0.01),
        AlertRule("abandonment_after_no_answer", "rate", above=0.2),
    )
    report = shop.report(period="2026-W29", language=language, options=alerting(*rules))
    found = {line[0] for line in table(report)}
    usual = {
        "en": "First response time: within 1 h: below 30.0% or above 90.0% or outside its usual "
        "range",
        "nl": "Eerste reactietijd: binnen 1 u: onder 30,0% of boven 90,0% of buiten het "
        "gebruikelijke bereik",
    }
    expected = {
        "en": {
            usual["en"],
            "Questions lost at closed windows: above 1.0%",
            "Left after an unanswered question: above 20.0%",
        },
        "nl": {
            usual["nl"],
            "Vragen verloren aan gesloten vensters: boven 1,0%",
            "Afgehaakt na een onbeantwoorde vraag: boven 20,0%",
        },
    }
    assert found == expected[language]
