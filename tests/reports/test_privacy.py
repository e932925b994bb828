"""A page never tells about one person, and never runs what somebody wrote into a name."""

import re
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce import reports
from convocommerce.measuring import Row
from convocommerce.reports import Options
from convocommerce.reports.suppression import hidden
from reports.conftest import AFTER, Draw
from reports.pages import Page
from tables import fill

SMALLEST_GROUP = Options().smallest_group
EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title></svg><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)//https://evil.example",
    "<a href='https://evil.example'>win</a>",
    "a\u202eb\x00c\ufeff",
    "]]><!--",
]


def row(n: int, unit: str = "share", n_open: int = 0) -> Row:
    return Row("m", "s", "S", unit, (), 0.5, None, None, n, n_open)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(5), row(9)], [None, None]),
        ([row(4), row(3), row(9)], ["few", "few", None]),
        # One alone could be worked out from the total, so another goes with it.
        ([row(4), row(30), row(9)], ["few", None, "withheld"]),
        ([row(4)], ["few"]),
        ([row(4), None], ["few", None]),
        # Nobody tells about nobody; those still open are somebody.
        ([row(0), row(9)], [None, None]),
        ([row(0, n_open=3), row(9)], ["few", "withheld"]),
        # Times do not add up to a total.
        ([row(4, "seconds"), row(9, "seconds")], ["few", None]),
    ],
)
def test_small_groups_are_hidden(rows: list[Row | None], expected: list[str | None]) -> None:
    assert hidden(rows, 5) == expected


def test_a_small_group_stands_nowhere_on_the_page(draw: Draw) -> None:
    link = {"entry_point": "link"}
    ad = {"entry_point": "ad"}
    days = [number / 4 for number in range(20)]
    shop = draw(days, [*[link] * 4, *[ad] * 6, *[{}] * 10])
    report = shop.report(period="2026-W10", as_of=AFTER)
    shown = {
        one["group"]["entry_point"]: one["n"]
        for one in report.figures()
        if "entry_point" in one["group"] and one["metric"] == "conversations"
    }
    # The link's four are few, and the ads' six would give them away.
    assert shown == {"organic": 10}
    text = Page(report.html()).text
    assert f"fewer than {SMALLEST_GROUP}" in text
    assert "withheld" in text


def test_how_small_is_few_can_be_chosen(draw: Draw) -> None:
    days = [number / 4 for number in range(20)]
    shop = draw(days, [*[{"entry_point": "link"}] * 4, *[{}] * 16])
    options = Options(smallest_group=4)
    report = shop.report(period="2026-W10", as_of=AFTER, options=options)
    shown = {
        one["group"]["entry_point"]: one["n"]
        for one in report.figures()
        if "entry_point" in one["group"] and one["metric"] == "conversations"
    }
    assert shown == {"link": 4, "organic": 16}
    assert "fewer than 5" not in Page(report.html()).text


def test_no_group_smaller_than_allowed_is_shown_of_a_whole_shop(shop: cc.Shop) -> None:
    for span in ("2026-W24", "2026-W28", "2026-W30"):
        for one in shop.report(period=span).figures():
            is_person_cut = one["metric"] in cc.metrics() and one["group"]
            is_service = one["section"] in ("speed", "waits", "rhythm", "badge", "lost", "team")
            # What is expected of the coming days is about nobody yet.
            is_told = is_person_cut or (is_service and one["metric"] != "badge_outlook")
            if is_told and one["value"] is not None:
                n = one["n"] if one["statistic"] != "left_waiting" else SMALLEST_GROUP
                assert n == 0 or n >= SMALLEST_GROUP, one


def test_hostile_names_are_shown_and_do_nothing(draw: Draw) -> None:
    days = [number / 10 for number in range(60)]
    places = [
        {"entry_point": "ad", "ad_id": f"ad{number % len(EVIL)}"} for number in range(len(days))
    ]
    shop = draw(days, places)
    ads: list[dict[str, Any]] = [
        {
            "ad_key": f"ad{number}",
            "ad_id": f"ad{number}",
            "day": "2026-03-03",
            "last_day": "2026-03-03",
            "campaign_name": name,
            "ad_name": name,
            "spend_amount": 10 + number,
        }
        for number, name in enumerate(EVIL)
    ]
    fill(shop.database, "ad_days", ads)
    shop.database.con.execute("update messages set agent_id = ?, text = ?", [EVIL[0], EVIL[1]])
    shop.database.con.execute("update state set revision = revision + 1")
    for language in ("en", "nl"):
        html = shop.report(period="2026-W10", as_of=AFTER, language=language).html()
        page = Page(html)
        assert page.active() == []
        assert "\u202e" not in html
        assert "\x00" not in html
        # Shown as they are, but for marks that would move the text around them.
        for name in EVIL:
            assert name in page.text or name == EVIL[8]


def test_nothing_personal_is_on_the_page(shop: cc.Shop) -> None:
    text = Page(shop.report(period="2026-W29").html()).text
    con = shop.database.con
    secrets = con.execute(
        """
        select distinct secret
        from (
            select text as secret from messages where length(text) > 20
            union all select customer_id from messages
            union all select key_value from identities where key_kind <> 'ref'
            union all select order_number from orders
            union all select agent_id from messages
        )
        where length(secret) > 4
        """
    ).fetchall()
    assert len(secrets) > 1000
    assert [secret for (secret,) in secrets if secret in text] == []


def test_the_template_trusts_nothing_that_comes_from_the_data() -> None:
    template = (Path(reports.__file__).parent / "template.html.j2").read_text("utf-8")
    assert not re.search(r"\|\s*safe|autoescape|\son\w+\s*=|=\s*{{", template)
    assert re.findall("<script.*", template) == ["<script>{{ script }}</script>"]
    # What is taken as it is: style sheet, script, pictures and lines of weeks, all made here.
    code = (Path(reports.__file__).parent / "render.py").read_text("utf-8")
    assert code.count("Trusted(") == 4
