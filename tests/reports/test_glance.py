"""What a manager reads first: what changed, what moved it, what to do, and six figures."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

import convocommerce as cc
from convocommerce.reports import Options, Report
from convocommerce.reports.blocks import Cell, Strip, TableBlock, Text, Tile
from reports.conftest import AFTER, DAY
from reports.pages import Page
from tables import SENDERS, T0, fill, thread

Make = Callable[..., cc.Shop]
CAUSAL = ("because of", "caused", "due to", "thanks to", "led to", "door toedoen", "veroorzaak")


@pytest.fixture
def make() -> Iterator[Make]:
    """Make a shop of conversations per week and channel, each with its seconds to an answer."""
    shops = []

    def made(weeks: list[dict[str, list[int | None]]]) -> cc.Shop:
        shop = cc.open(":memory:")
        shops.append(shop)
        messages = []
        for number, channels in enumerate(weeks):
            for channel, waits in channels.items():
                for place, wait in enumerate(waits):
                    start = (7 * number + place % 7) * DAY + 3600 + 60 * place
                    events = [(start, "c")] + ([(start + wait, "h")] if wait is not None else [])
                    name = f"{channel}-{number}-{place}"
                    messages += thread(events, customer=name, channel=channel)
        last = 7 * len(weeks)
        # The days before and after, so that every week is whole.
        messages += thread([(-DAY, "c"), (-DAY + 9, "h"), (last * DAY + 60, "c")], customer="z")
        fill(shop.database, "messages", messages)
        shop.rules = cc.Rules(senders=SENDERS)
        return shop

    yield made
    for shop in shops:
        shop.close()


def texts(report: Report) -> list[str]:
    section = next(one for one in report.page.sections if one.name == "headline")
    return [one.text for one in section.blocks if isinstance(one, Text) and one.tone == "lead"]


def tiles(report: Report) -> list[Tile]:
    section = next(one for one in report.page.sections if one.name == "headline")
    return list(next(one for one in section.blocks if isinstance(one, Strip)).tiles)


STEADY = {"messenger": [60] * 40, "instagram": [60] * 40}
SLOWER = {"messenger": [60] * 40, "instagram": [7200] * 40}


def weekly(shop: cc.Shop, n: int, **more: object) -> Report:
    week = dt.date(2026, 3, 2) + dt.timedelta(days=7 * (n - 1))
    name = "{}-W{:02d}".format(*week.isocalendar())
    as_of = week + dt.timedelta(days=9)
    return shop.report(period=name, as_of=as_of, **more)  # type: ignore[arg-type]  # any more


def test_nothing_changed_is_said_exactly(make: Make) -> None:
    found = texts(weekly(make([STEADY, STEADY]), 2))
    assert found == [
        "Nothing changed beyond noise against last week.",
        "No figure of this page asks for something to be done.",
    ]


def test_a_change_is_told_with_its_segment_and_what_to_look_at(make: Make) -> None:
    report = weekly(make([STEADY, SLOWER]), 2)
    changed, moved, todo, then = texts(report)
    assert changed.startswith(
        "Changed beyond noise against last week: answered by a person within 5 min fell from "
        "100.0% (95.4–100.0%, n = 80) to 50.0% (39.3–60.7%, n = 80), a difference of −50 pp "
    )
    assert moved.startswith(
        "Of the change in answered by a person within 5 min, −50 pp (−50 pp to −4"
    )
    assert "of −50 pp lies with channel Instagram: there it was 100.0% " in moved
    assert "and is 0.0% (0.0–8.8%, n = 40)." in moved
    assert todo.startswith("To do first: look first at channel Instagram")
    assert then.startswith("Then: have a person answer on ")
    # Every number in a sentence is a figure of the page, with its interval and n.
    shown = {value for value, _ in Page(report.html()).shown}
    for block in next(one for one in report.page.sections if one.name == "headline").blocks:
        if not isinstance(block, Text):
            continue
        for part in block.parts:
            if isinstance(part, Cell) and part.figure:
                assert str(part.figure.row.value) in shown
                assert part.below or part.figure.row.unit == "count"


def test_more_of_a_slow_channel_is_told_as_mix(make: Make) -> None:
    before = {"messenger": [60] * 90, "instagram": [7200] * 10}
    now = {"messenger": [60] * 50, "instagram": [7200] * 50}
    _, moved, *_ = texts(weekly(make([before, now]), 2))
    assert "went from 10.0% (5.5–17.4%, n = 100) to 50.0% (40.4–59.6%, n = 100) of all" in moved


def test_a_change_spread_evenly_names_no_segment(make: Make) -> None:
    slower = {name: [7200] * 40 for name in STEADY}
    _, moved, *_ = texts(weekly(make([STEADY, slower]), 2))
    assert moved == (
        "No single channel, entry point or first responder makes up most of it beyond noise."
    )


def test_small_segments_are_not_named(make: Make) -> None:
    # Four people on Instagram make up the whole change, and are too few to be told of.
    before = {"messenger": [60] * 6, "instagram": [60] * 4}
    now = {"messenger": [60] * 6, "instagram": [7200] * 4}
    report = weekly(make([before, now]), 2)
    assert "Instagram" not in " ".join(texts(report))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_sentence_speaks_of_causes(make: Make, language: str) -> None:
    report = weekly(make([STEADY, SLOWER]), 2, language=language)
    said = " ".join(texts(report)).lower()
    assert said
    assert not [word for word in CAUSAL if word in said]


def test_a_week_outside_its_usual_range_is_told_when_nothing_changed(make: Make) -> None:
    # Each week answers two fewer of forty in time: no step is beyond noise, and the last is low.
    weeks = [
        {"messenger": [60] * (36 + number % 2) + [7200] * (4 - number % 2)} for number in range(13)
    ]
    weeks.append({"messenger": [60] * 30 + [7200] * 10})
    report = weekly(make(weeks), 14)
    first, second, *_ = texts(report)
    assert first == "Nothing changed beyond noise against last week."
    assert second.startswith(
        "Outside the usual range of its weeks: answered by a person within 5 min, "
        "75.0% (59.8–85.8%, n = 40)"
    )
    tile = tiles(report)[0]
    assert tile.usual is not None
    assert tile.usual.text.endswith("; the newest week lies below it")
    assert tile.history is not None
    assert len(tile.history.x) == 13
    # The twelve before: 36 and 37 of 40 in turn, so the mean move is a fortieth.
    assert tile.usual.figure is not None
    limits = tile.usual.figure.row
    assert limits.value == pytest.approx(36.5 / 40)
    assert limits.low == pytest.approx(36.5 / 40 - 3 / 1.128 / 40)
    assert limits.n == 12


def test_targets_say_whether_they_are_met(make: Make) -> None:
    options = Options(
        targets={
            "first_response_time.within_5_minutes": 0.9,
            "first_response_time.km_p90": 300,
            "reply_windows.lost_share": 0.05,
        }
    )
    report = weekly(make([STEADY, SLOWER]), 2, options=options)
    targets = [tile.target for tile in tiles(report)[:3]]
    assert [one and (one.text, one.is_met) for one in targets] == [
        ("Target: at least 90.0%: missed", False),
        ("Target: at most 5 min: missed", False),
        ("Target: at most 5.0%: met", True),
    ]
    assert (
        "reach the target of 90.0% for answered by a person within 5 min, now 50.0%"
        in (texts(report)[-1])
    )
    assert tiles(report)[3].target is None
    # Half answered in time is missed by far more than chance; nearly all are not.
    near = Options(targets={"first_response_time.within_5_minutes": 0.51})
    assert "reach" not in texts(weekly(make([STEADY, SLOWER]), 2, options=near))[-1]


def test_targets_of_other_figures_stand_in_a_table(make: Make) -> None:
    told = {
        "first_response_time.within_5_minutes": 0.9,
        "first_response_time.median": 900,
        "first_response_time.within_1_hour": 0.99,
        "conversion.net_revenue": 5000,
        "abandonment_after_no_answer.rate": 0.2,
    }
    report = weekly(make([STEADY, SLOWER]), 2, options=Options(targets=told))
    (section,) = [one for one in report.page.sections if one.name == "alerts"]
    (table,) = [one for one in section.blocks if getattr(one, "title", "") == "Other targets"]
    assert isinstance(table, TableBlock)
    found = {row[0].text: (row[2].text, row[3].text) for row in table.rows}
    median, within, unanswered = found.values()
    assert median == ("at most 15 min", "missed")
    assert within == ("at least 99.0%", "missed")
    # Nobody tried to buy, so nothing is known of it; no order is loaded, so none of revenue.
    assert unanswered == ("at most 20.0%", "cannot be told")
    assert list(found)[2] == "Left after an unanswered question"
    (shown,) = [one for one in report.figures() if one["statistic"] == "median"
                and one["section"] == "alerts"]  # fmt: skip
    assert shown["value"] == table.rows[0][1].figure.row.value  # type: ignore[union-attr]
    assert "Other targets" not in str(weekly(make([STEADY, SLOWER]), 2)["alerts"])


def test_lost_questions_are_told_to_be_answered(make: Make) -> None:
    lost = {"messenger": [60] * 30 + [None] * 10}
    shop = make([STEADY, lost])
    report = shop.report(period="2026-W11", as_of="2026-03-20")
    assert (
        "answer before windows close: 10 questions were lost, 25.0% (14.2–40.2%, n = 40), most of "
        "them on Messenger" in (texts(report)[-2])
    )


def test_every_tile_leads_to_its_meaning(shop: cc.Shop) -> None:
    report = shop.report(period="2026-W29")
    ids = {given["id"] for _, given in Page(report.html()).tags if "id" in given}
    meanings = [tile.meaning for tile in tiles(report)]
    assert len(meanings) == 6
    assert set(meanings) <= ids
    # Both answer times are of one metric.
    assert len(set(meanings)) == 5


def test_differences_stand_judged_together(shop: cc.Shop) -> None:
    from convocommerce.results import change_between, judged

    report = shop.report(period="2026-W29")
    rows = [
        (tile.now.figure.row, tile.before.figure.row)
        for tile in tiles(report)
        if tile.now.figure and tile.before and tile.before.figure
    ]
    found = judged([change_between(now, before) for now, before in rows])
    assert len(found) >= 5
    verdicts = [tile.verdict for tile in tiles(report) if tile.before]
    for change, verdict in zip(found, verdicts, strict=True):
        assert change.is_beyond_noise == verdict.startswith("Beyond noise")


def test_a_campaign_of_a_few_is_told_of_nobody(make: Make) -> None:
    shop = make([STEADY, STEADY])
    fill(
        shop.database,
        "touchpoints",
        [
            {
                "touchpoint_id": f"t{number}", "customer_id": f"messenger-1-{number}",
                "entry_point": "ad", "ad_id": "a1",
                "occurred_at": T0 + dt.timedelta(days=7 + number, hours=1, minutes=number),
            }
            for number in range(3)
        ],
    )  # fmt: skip
    shop.database.con.execute("update state set revision = revision + 1")
    report = shop.report("campaign", period="2026-W11", as_of=AFTER)
    text = Page(report.html()).text
    assert "Fewer than 5 conversations came of it in these days" in text
    assert [one for one in report.figures() if one["metric"] in cc.metrics()] == []
