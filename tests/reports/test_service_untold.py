"""What cannot be told of service is said in a sentence, and nobody is told about by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.charts import to_svg
from convocommerce.insights import shown_as
from convocommerce.reports import Options
from convocommerce.reports.blocks import ChartBlock, Section, TableBlock, Text
from reports.conftest import AFTER, DAY
from reports.pages import Page
from tables import SENDERS, at, fill, thread

WEEK = "2026-W10"
HOUR = 3600
Talk = tuple[float, Sequence[tuple[float, str]], str | None]
Make = Callable[..., cc.Shop]


@pytest.fixture
def make() -> Iterator[Make]:
    """Make a shop of talks: when each begins, what is said after that, and who answers."""
    shops = []

    def shop_of(talks: Sequence[Talk], channel: str = "messenger") -> cc.Shop:
        shop = cc.open(":memory:")
        shops.append(shop)
        messages: list[dict[str, Any]] = []
        for number, (start, events, agent) in enumerate(talks):
            said = [(start + seconds, code) for seconds, code in events]
            drawn = thread(said, customer=f"c{number}", channel=channel)
            messages += [
                one | ({"agent_id": agent} if one["direction"] == "out" else {}) for one in drawn
            ]
        fill(shop.database, "messages", messages)
        shop.rules = cc.Rules(senders=SENDERS)
        return shop

    yield shop_of
    for shop in shops:
        shop.close()


QUICK = [(0, "c"), (60, "h")]


def section(shop: cc.Shop, name: str, **more: Any) -> Section:
    page = shop.report(period=WEEK, as_of=AFTER, **more).page
    return next(one for one in page.sections if one.name == name)


def texts(part: Section) -> str:
    return " ".join(one.text for one in part.blocks if isinstance(one, Text))


def pictures(part: Section) -> list[str]:
    return [one.chart.title for one in part.blocks if isinstance(one, ChartBlock)]


def many(agent: str | None = None, n: int = 12) -> list[Talk]:
    return [(number * HOUR, QUICK, agent) for number in range(n)]


def test_without_a_hand_over_the_wait_has_no_parts(make: Make) -> None:
    part = section(make(many()), "waits")
    assert "had been handed over by a bot, so the wait for a person has no parts" in texts(part)
    assert "No export tells when conversations were closed" in texts(part)
    assert pictures(part) == ["Half of them waited no longer than this"]
    handed = [(0, "c"), (5, "b"), (9, "H"), (99, "h")]
    few = section(make([*many(), (0, handed, None)]), "waits")
    assert "Too few conversations were handed over" in texts(few)
    enough = section(make([(n * HOUR, handed, None) for n in range(15)]), "waits")
    assert pictures(enough)[0] == "How long people waited for a person"
    assert texts(enough) == texts(part).partition(". ")[2]


def test_without_names_nothing_is_told_of_employees(make: Make) -> None:
    part = section(make(many()), "team")
    assert texts(part) == (
        "No source names who answered, so nothing can be told of single employees."
    )
    assert len(part.blocks) == 1
    nobody = section(make([(0, [(0, "c")], None)] * 9), "team")
    assert texts(nobody) == "Nobody answered in person within the opening hours of these days."


def test_one_employee_is_compared_with_nobody(make: Make) -> None:
    part = section(make(many("7")), "team")
    assert "One employee answered all that is named" in texts(part)
    assert "often enough to tell what that does to the speed" in texts(part)
    assert pictures(part) == []


def test_without_a_window_no_question_is_lost_to_one(make: Make) -> None:
    part = section(make(many(), channel="email"), "lost")
    assert "Nobody asked on a channel with a window" in texts(part)
    assert len(part.blocks) == 1
    badge = section(make(many(), channel="email"), "badge")
    assert "only pages there are given the badge" in texts(badge)
    answered = section(make(many()), "lost")
    assert "No window closed on a question that nobody had answered." in texts(answered)
    assert len(pictures(answered)) == 1


def test_a_page_to_which_few_wrote_is_not_judged(make: Make) -> None:
    part = section(make([(6 * DAY, QUICK, None)] * 4), "badge")
    assert "too few people wrote in the last 7 days" in texts(part)
    assert pictures(part) == []
    assert section(make([(6 * DAY, QUICK, None)] * 5), "badge").blocks[0] == Text(
        "Page page would be called very responsive at the end of these days."
    )


def shares(part: Section) -> dict[str, list[str]]:
    """Return what the table of the team says of each, by what they are called."""
    (table,) = (one.table for one in part.blocks if isinstance(one, ChartBlock))
    return {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}


def test_an_employee_of_few_answers_is_not_shown_and_cannot_be_worked_out(make: Make) -> None:
    talks = [*many("1001"), *many("1002", n=9), *many("1003", n=4)]
    found = shares(section(make(talks), "team"))
    assert found["Employee 1001"][0] == "100.0%"
    # Four are few, and the nine would give them away.
    assert set(found["Employee 1002"]) == {"withheld"}
    assert set(found["Employee 1003"]) == {"fewer than 5"}
    larger = shares(section(make(talks), "team", options=Options(smallest_group=3)))
    assert "fewer than" not in str(larger)


def test_who_stands_apart_is_named_with_a_word_of_caution(make: Make) -> None:
    slow = [(number * HOUR, [(0, "c"), (3000, "h")], "1003") for number in range(30)]
    part = section(make([*many("1001", n=30), *many("1002", n=30), *slow]), "team")
    assert "998 times in 1,000: Employee 1001, Employee 1002, Employee 1003" in texts(part)
    assert "Look at hours of work and kinds of questions first." in texts(part)
    assert [row[2] for row in shares(part).values()] == [
        "above chance",
        "above chance",
        "below chance",
    ]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_may_be_a_name_never_stands_on_the_page(make: Make, language: str) -> None:
    names = ["anna", "Bram de Vries", "chen@shop.example", "+31612345678", "1004"]
    shop = make([talk for name in names for talk in many(name, n=8)])
    html = shop.report(period=WEEK, as_of=AFTER, language=language).html()
    text = Page(html).text
    for name in names[:-1]:
        assert name not in html
        assert shown_as(name) in text
    assert "1004" in text
    assert list(shop.agents(WEEK, as_of="2026-03-20")["shown_as"]) == sorted(map(shown_as, names))


def test_lost_questions_tell_of_nobody_alone(make: Make) -> None:
    lost = [(0, [(0, "c")], None)]
    # Nine answered and three lost: both are hidden, or the three could be worked out.
    part = section(make([*many(n=9), *lost * 3]), "lost")
    tables = [one.table if isinstance(one, ChartBlock) else one for one in part.blocks]
    cells = [
        cell
        for table in tables
        if isinstance(table, TableBlock)
        for row in table.rows
        for cell in row
    ]
    assert {cell.figure.row.value for cell in cells if cell.figure} <= {0.0}
    shown = section(make([*many(n=9), *lost * 6]), "lost")
    (drawn,) = (one for one in shown.blocks if isinstance(one, ChartBlock))
    values = [cell.figure.row.value for cell in drawn.table.rows[0] if cell.figure]
    assert values == [9.0, 6.0, 6 / 15]


def test_where_every_part_is_hidden_the_table_says_why_and_no_picture_says_no_data(
    make: Make,
) -> None:
    # Nine answered and one not: the one is few, and the nine would give it away.
    shop = make([*many(n=9), (0, [(0, "c")], None)])
    for name, title, why in (
        ("speed", "What became of the first questions", {"fewer than 5", "withheld"}),
        ("lost", "What became of questions on channels with a window", {"fewer than 5"}),
    ):
        part = section(shop, name)
        assert title not in pictures(part)
        (table,) = (one for one in part.blocks if getattr(one, "title", "") == title)
        assert isinstance(table, TableBlock)
        assert why <= {cell.text for row in table.rows for cell in row}
        assert "not shown" in table.note


def test_of_two_hidden_parts_only_the_few_one_is_called_few(make: Make) -> None:
    shop = make([*many(n=9), (0, [(0, "c")], None)])
    fill(shop.database, "orders", [{"order_id": "of another", "created_at": at(0)}])
    part = section(shop, "funnel")
    (table,) = (
        one.table if isinstance(one, ChartBlock) else one
        for one in part.blocks
        if isinstance(one, ChartBlock | TableBlock)
        and "What became of the conversations"
        in (one.table.title if isinstance(one, ChartBlock) else one.title)
    )
    told = {row[0].text: [cell.text for cell in row[1:3]] for row in table.rows}
    assert told["No order"] == ["withheld", "fewer than 5"]


def test_how_few_waited_is_not_told_under_a_pointer_either(make: Make) -> None:
    # Six wait through Monday's tenth hour, three through the eleventh.
    late = [(0, [(0, "c"), (1.5 * HOUR, "h")], None)] * 3
    shop = make([*late, *[(0, [(0, "c"), (1800, "h")], None)] * 3])
    charts = [one for one in section(shop, "rhythm").blocks if isinstance(one, ChartBlock)]
    (unmet,) = (one.chart for one in charts if one.chart.unit == "number")
    svg = to_svg(unmet)
    assert "<title>Mon 09: " in svg
    assert re.search(r"<title>Mon 09: [^<]+, n 6</title>", svg)
    assert "<title>Mon 10: fewer than 5, n –</title>" in svg


def test_days_that_are_not_over_stand_alone(make: Make) -> None:
    shop = make(many())
    page = shop.report(period=WEEK, as_of="2026-03-05").page
    speed = next(one for one in page.sections if one.name == "speed")
    chart = next(one for one in speed.blocks if isinstance(one, ChartBlock))
    assert len(chart.table.headings) == 2


def test_a_campaign_page_tells_of_its_own_conversations_alone(make: Make) -> None:
    shop = make(many("7"))
    names = [one.name for one in shop.report("campaign", period=WEEK, as_of=AFTER).page.sections]
    assert not {"rhythm", "badge", "lost", "team"} & set(names)
    weekly = [one.name for one in shop.report(period=WEEK, as_of=AFTER).page.sections]
    assert {"speed", "waits", "rhythm", "badge", "lost", "team"} <= set(weekly)


def test_no_sentence_is_left_in_english(make: Make) -> None:
    for shop in (make(many()), make(many("7")), make(many(), channel="email")):
        page = shop.report(period=WEEK, as_of=AFTER, language="nl").page
        for name in ("waits", "badge", "lost", "team"):
            part = next(one for one in page.sections if one.name == name)
            assert not re.search(r"\b(the|of|nobody|answered)\b", texts(part), re.IGNORECASE)
