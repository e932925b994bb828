"""A page says whose it is, how fresh its data are, under which rules, and from what it was made."""

import datetime as dt
import json

import pytest

import convocommerce as cc
from convocommerce.reports import Brand, Options, changed_since, definitions_of
from reports.conftest import AFTER, RULES, Draw
from reports.pages import Page
from reports.test_options import PNG


def test_the_business_its_look_and_the_build_stand_above(draw: Draw) -> None:
    options = Options(business="Slippers <b>& Co", brand=Brand("#8a1c5b", PNG))
    report = draw([0, 1]).report(period="2026-W10", as_of=AFTER, options=options)
    html = report.html()
    page = Page(html)
    assert "Slippers <b>& Co" in page.text
    assert ":root{--accent:#8a1c5b}" in html
    [logo] = [given for tag, given in page.tags if tag == "img"]
    assert logo["src"].startswith("data:image/png;base64,iVBORw0KGgo")
    assert logo["alt"] == "Slippers <b>& Co"
    assert f"Build {report.page.build[:12]}" in page.text
    plain = draw([0, 1]).report(period="2026-W10", as_of=AFTER).html()
    assert [tag for tag, _ in Page(plain).tags if tag == "img"] == []


def test_the_same_inputs_give_the_same_build_in_every_language(draw: Draw) -> None:
    shop = draw([0, 1])
    first = shop.report(period="2026-W10", as_of=AFTER)
    assert draw([0, 1]).report(period="2026-W10", as_of=AFTER).page.build == first.page.build
    dutch = shop.report(period="2026-W10", as_of=AFTER, language="nl")
    assert dutch.page.build == first.page.build
    later = AFTER + dt.timedelta(days=1)
    builds = [
        first.page.build,
        shop.report(period="2026-W10", as_of=later).page.build,
        shop.report(period="2026-W11", as_of=AFTER).page.build,
        shop.report("campaign", period="2026-W10", as_of=AFTER).page.build,
        shop.report(period="2026-W10", as_of=AFTER, options=Options("Shop")).page.build,
        draw([0, 1, 2]).report(period="2026-W10", as_of=AFTER).page.build,
    ]
    shop.rules = cc.Rules(conversation_gap_hours=12)
    builds.append(shop.report(period="2026-W10", as_of=AFTER).page.build)
    assert len(set(builds)) == len(builds)


def test_every_source_says_how_fresh_it_is(shop: cc.Shop) -> None:
    text = Page(shop.report(period="2026-W29").html()).text
    assert "Messenger and Instagram" in text
    assert "Last record 31 Jul 2026 23:" in text
    assert "before the as-of." in text
    assert "Last day: 31 Jul 2026." in text
    # The clock of the load comes after, and would make every page another one.
    assert "Last loaded after the as-of." in text
    assert "Behind" not in text
    assert "Data up to 31 Jul 2026 23:" in text


def test_a_source_that_stopped_is_called_behind(shop: cc.Shop) -> None:
    # Five days on nobody has loaded anything.
    text = Page(shop.report(period="2026-W31", as_of="2026-08-05").html()).text
    assert "behind: Messenger and Instagram, Meta ads, Shopify" in text
    assert text.count("Behind: nobody may have written for more than two days") == 3


def test_nothing_is_known_of_later_records(shop: cc.Shop) -> None:
    text = Page(shop.report(period="2026-W28", as_of="2026-07-13").html()).text
    assert "Data up to 12 Jul 2026 2" in text


def test_a_page_carries_what_its_figures_mean(shop: cc.Shop) -> None:
    report = shop.report(period="2026-W29")
    told = json.loads(report.to_json())
    assert told["build"] == report.page.build
    assert told["definitions"] == report.page.definitions
    assert set(told["definitions"]["metrics"]) >= {"first_response_time", "conversion"}
    assert told["definitions"]["rules"]["time_zone"] == "Europe/Amsterdam"
    # The same page after it, nothing changed.
    after = shop.report(period="2026-W29", previous=told["definitions"])
    assert "Changed in the definitions since the page before: nothing." in Page(after.html()).text
    assert after.figures() == report.figures()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "Defined in another wayConversion, in chat or assisted",
                "No more on the pageformer_metric",
                "quick_answer_minutes: was 15, is 5.",
                "senders: was 0 entries, is 2 entries.",
            ],
        ),
        ("nl", ["Anders gedefinieerdConversie", "quick_answer_minutes: was 15, is nu 5."]),
    ],
)
def test_what_changed_in_the_definitions_is_listed(
    shop: cc.Shop, language: str, said: list[str]
) -> None:
    now = shop.report(period="2026-W29").page.definitions
    previous = {
        "metrics": {**now["metrics"], "conversion": "another", "former_metric": "x"},
        "rules": {
            **now["rules"],
            "quick_answer_minutes": 15,
            "senders": {"n": 0, "hash": "another"},
        },
    }
    report = shop.report(period="2026-W29", previous=previous, language=language)
    text = Page(report.html()).text
    for one in said:
        assert one in text


def test_definitions_hold_no_account_of_a_person() -> None:
    rules = cc.Rules(exclude_customers=("7234567890", "8234567890"))
    told = definitions_of({"conversion", "unknown"}, rules)
    assert set(told["metrics"]) == {"conversion"}
    assert told["rules"]["exclude_customers"]["n"] == 2
    assert "7234567890" not in json.dumps(told)
    other = definitions_of({"conversion"}, cc.Rules(exclude_customers=("7234567890", "1")))
    assert set(changed_since(told, other).rules) == {"exclude_customers"}


def test_a_rule_of_another_version_is_a_change_unless_it_is_empty() -> None:
    now = definitions_of((), RULES)
    older = {"rules": {name: one for name, one in now["rules"].items() if name != "holidays"}}
    assert changed_since(older, now).rules == {"holidays": (None, "NL")}
    assert not changed_since(now, now)
