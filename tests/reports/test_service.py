"""What the page says of service, worked out again from the records by other means."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

import convocommerce as cc
from convocommerce.insights import shown_as
from convocommerce.measuring import states_before
from convocommerce.periods import Period
from convocommerce.reports import Report
from convocommerce.reports.sections.comparable import earlier_days

WEEK = "2026-W29"
MONDAY = dt.date(2026, 7, 13)
FOUR = "2026-06-22..2026-07-19"
ZONE = ZoneInfo("Europe/Amsterdam")
Record = dict[str, Any]


@pytest.fixture(scope="module")
def report(shop: cc.Shop) -> Report:
    return shop.report(period=WEEK)


@pytest.fixture(scope="module")
def figures(report: Report) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for one in report.figures():
        found[one["section"]].append(one)
    return found


def of(records: list[Record], metric: str, statistic: str) -> list[Record]:
    found = [one for one in records if (one["metric"], one["statistic"]) == (metric, statistic)]
    assert found, (metric, statistic)
    return found


def rows(shop: cc.Shop, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    return shop.database.con.execute(sql, values).fetchall()


def waited(shop: cc.Shop, first: dt.date, as_of: dt.datetime) -> list[tuple[float, bool]]:
    """Return how long each conversation of a week waited, and whether until an answer."""
    found = rows(
        shop,
        f"""
        with {states_before("conversation_states")}
        select human_calendar_seconds, observed_calendar_seconds
        from conversation_states
        where not is_cut_off and started_local >= $first and started_local < $first + interval 7 day
        """,
        as_of=as_of,
        first=first,
    )
    return [(told if told is not None else seen, told is not None) for told, seen in found]


def kaplan_meier(waits: list[tuple[float, bool]], mark: float) -> float:
    """Return the share answered by a time, one death at a time."""
    alive = 1.0
    for seconds in sorted({s for s, ended in waits if ended and s <= mark}):
        at_risk = sum(s >= seconds for s, _ in waits)
        alive *= 1 - sum(s == seconds and ended for s, ended in waits) / at_risk
    return 1 - alive


def test_curves_are_those_of_this_week_and_of_four_weeks_of_the_same_age(
    shop: cc.Shop, figures: dict[str, list[Record]]
) -> None:
    curves: dict[str, list[tuple[float, bool]]] = {WEEK: waited(shop, MONDAY, shop.as_of())}
    before: list[tuple[float, bool]] = []
    for number in range(1, 5):
        back = dt.timedelta(weeks=number)
        before += waited(shop, MONDAY - back, shop.as_of() - back)
    curves["2026-06-15..2026-07-12"] = before
    shown = of(figures["speed"], "first_response_time", "answered_by")
    assert {one["period"] for one in shown} == set(curves)
    for one in shown:
        waits = curves[one["period"]]
        assert one["n"] == len(waits)
        assert one["n_open"] == sum(not ended for _, ended in waits)
        assert one["value"] == pytest.approx(kaplan_meier(waits, one["group"]["seconds"]))
        assert one["low"] <= one["value"] <= one["high"]


def test_states_add_up_to_all_that_asked(figures: dict[str, list[Record]], shop: cc.Shop) -> None:
    shown = [one for one in of(figures["speed"], "wait_state", "share") if one["period"] == WEEK]
    waits = waited(shop, MONDAY, shop.as_of())
    answered = next(one for one in shown if one["group"]["state"] == "answered")
    assert answered["value"] == sum(ended for _, ended in waits) / len(waits)
    assert sum(one["value"] for one in shown) <= 1 + 1e-9
    for one in shown:
        low, high = proportion_confint(round(one["value"] * one["n"]), one["n"], method="wilson")
        assert (one["low"], one["high"]) == pytest.approx((low, high))


def test_the_days_before_are_as_long_and_lie_before_each_other(shop: cc.Shop) -> None:
    from convocommerce.reports.kinds import Subject
    from convocommerce.reports.options import Options
    from convocommerce.reports.span import Span

    def spans(kind: str, period: str, as_of: dt.datetime) -> list[tuple[str, dt.datetime]]:
        span = Span(shop, Subject(kind, Period(period)), as_of, "en", Options())
        return [(days.name, known) for days, known in earlier_days(span)]

    found = spans("weekly", WEEK, shop.as_of())
    assert [name for name, _ in found] == [
        "2026-06-15..2026-06-21",
        "2026-06-22..2026-06-28",
        "2026-06-29..2026-07-05",
        "2026-07-06..2026-07-12",
    ]
    assert [known for _, known in found] == [
        shop.as_of() - dt.timedelta(weeks=number) for number in (4, 3, 2, 1)
    ]
    # Only days from which messages are loaded throughout, and none before the days are over.
    assert [name for name, _ in spans("weekly", "2026-W24", shop.as_of())] == [
        "2026-06-01..2026-06-07"
    ]
    assert spans("weekly", WEEK, dt.datetime(2026, 7, 19)) == []


def test_parts_of_the_wait_add_up_and_are_means(
    shop: cc.Shop, figures: dict[str, list[Record]]
) -> None:
    told: dict[tuple[str, ...], dict[str, Record]] = defaultdict(dict)
    for one in figures["waits"]:
        if one["metric"] == "wait_parts":
            told[tuple(one["group"].values())][one["statistic"]] = one
    sql = """
        select handoff_opening_ms, human_opening_ms
        from conversations
        where started_local >= $first and started_local < $first + interval 7 day
            and not is_cut_off and human_at <= $as_of
            and coalesce(handoff_at <= human_at, false) = $handed
        order by human_opening_ms
    """
    checked = 0
    for handed, name in ((True, "yes"), (False, "no")):
        found = rows(shop, sql, first=MONDAY, as_of=shop.as_of(), handed=handed)
        third = len(found) // 3
        for part, of_it in (("all", found), ("slow", found[-third:]), ("fast", found[:third])):
            shown = told[name, part, "opening"]
            whole = np.mean([wait for _, wait in of_it]) / 1000
            assert shown["whole"]["n"] == len(of_it)
            assert shown["whole"]["value"] == pytest.approx(whole)
            assert shown["whole"]["low"] <= whole <= shown["whole"]["high"]
            if handed:
                bot = np.mean([until for until, _ in of_it]) / 1000
                assert shown["bot"]["value"] == pytest.approx(bot)
                parts = shown["bot"]["value"] + shown["person"]["value"]
                assert parts == pytest.approx(whole)
            checked += 1
    assert checked == 6


@cache
def local_hour(instant: dt.datetime) -> dt.datetime:
    local = instant.replace(tzinfo=dt.UTC).astimezone(ZONE).replace(tzinfo=None)
    return local.replace(minute=0, second=0, microsecond=0)


def legs(shop: cc.Shop, period: str) -> list[Record]:
    """Return every wait of some days, as it was known at the as-of."""
    days = Period(period)
    found = []
    for asked, human, agent, opening in rows(
        shop, "select asked_at, human_at, agent_id, human_opening_ms from reply_legs"
    ):
        if days.start <= local_hour(asked).date() < days.end:
            found.append({"asked": asked, "human": human, "agent": agent, "opening": opening})
    assert len(found) > 300
    return found


def is_open(instant: dt.datetime) -> bool:
    """Tell whether the shop is open: its hours, written out again; there are no holidays."""
    local = instant.replace(tzinfo=dt.UTC).astimezone(ZONE)
    clock, day = local.hour + local.minute / 60, local.weekday()
    opens, closes = (9, 21) if day == 3 else (9, 17.5) if day < 5 else (10, 16)
    return day < 6 and opens <= clock < closes


def test_gaps_are_questions_of_hours_in_which_nobody_wrote(
    shop: cc.Shop, figures: dict[str, list[Record]]
) -> None:
    answered = {
        local_hour(sent)
        for (sent,) in rows(shop, "select sent_at from conversation_messages where role = 'human'")
    }
    expected: dict[str, list[int]] = {"yes": [0, 0], "no": [0, 0]}
    for leg in legs(shop, FOUR):
        row = expected["yes" if is_open(leg["asked"]) else "no"]
        row[0] += 1
        row[1] += local_hour(leg["asked"]) not in answered
    shown = of(figures["rhythm"], "coverage", "uncovered_share")
    assert shown
    for one in shown:
        questions, uncovered = expected[one["group"]["is_open"]]
        assert (one["n"], one["period"]) == (questions, FOUR)
        assert one["value"] == uncovered / questions
        assert (one["low"], one["high"]) == pytest.approx(
            proportion_confint(uncovered, questions, method="wilson")
        )


def test_unmet_demand_is_the_time_waited_by_the_hour(
    shop: cc.Shop, figures: dict[str, list[Record]]
) -> None:
    days = Period(FOUR)
    waited_for: dict[tuple[int, int], float] = defaultdict(float)
    touched: dict[tuple[int, int], int] = defaultdict(int)
    day = dt.timedelta(days=1)
    for asked, human in rows(shop, "select asked_at, human_at from reply_legs"):
        end = min(human or shop.as_of(), asked + day, shop.as_of())
        hour = asked.replace(minute=0, second=0, microsecond=0)
        while hour < end:
            following = hour + dt.timedelta(hours=1)
            local = local_hour(hour)
            if days.start <= local.date() < days.end:
                cell = local.isoweekday(), local.hour
                overlap = (min(end, following) - max(asked, hour)).total_seconds()
                waited_for[cell] += overlap
                touched[cell] += 1
            hour = following
    shown = of(figures["rhythm"], "rhythm", "waiting")
    assert len(shown) > 100
    for one in shown:
        cell = one["group"]["weekday"], one["group"]["hour"]
        assert one["n"] == touched[cell]
        assert one["value"] == pytest.approx(waited_for[cell] / (4 * 3600))


def test_employees_are_counted_by_who_sent_the_answer(
    shop: cc.Shop, figures: dict[str, list[Record]]
) -> None:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    left = {"unnamed": 0, "unanswered": 0, "outside": 0, "answered": 0}
    for leg in legs(shop, FOUR):
        is_answered = leg["human"] is not None and leg["human"] <= shop.as_of()
        if not is_open(leg["asked"]):
            left["outside"] += 1
        elif not is_answered:
            left["unanswered"] += 1
        elif leg["agent"] is None:
            left["unnamed"] += 1
        else:
            left["answered"] += 1
            row = counts[shown_as(leg["agent"])]
            row[0] += leg["opening"] <= 300_000
            row[1] += 1
    shown = of(figures["team"], "agents", "share")
    assert len(shown) >= 4
    for one in shown:
        quick, answered = counts[one["group"]["agent"]]
        assert (one["value"], one["n"]) == (quick / answered, answered)
        assert (one["low"], one["high"]) == pytest.approx(
            proportion_confint(quick, answered, method="wilson")
        )
    for statistic, n in left.items():
        assert [one["value"] for one in of(figures["team"], "team", statistic)] == [n]


def test_estimates_lie_between_the_own_share_and_that_of_all(
    figures: dict[str, list[Record]],
) -> None:
    shares = of(figures["team"], "agents", "share")
    estimates = of(figures["team"], "agents", "estimate")
    together = sum(one["value"] * one["n"] for one in shares) / sum(one["n"] for one in shares)
    for own, estimate in zip(shares, estimates, strict=True):
        assert own["group"] == estimate["group"]
        between = sorted((own["value"], together))
        assert between[0] - 0.01 <= estimate["value"] <= between[1] + 0.01
        assert estimate["high"] - estimate["low"] < own["high"] - own["low"]


def test_employees_stand_by_name_and_not_by_merit(report: Report) -> None:
    (team,) = (one for one in report.page.sections if one.name == "team")
    (chart,) = (one for one in team.blocks if one.kind == "chart" and "employee" in one.table.title)
    names = [row[0].text for row in chart.table.rows]
    assert names == sorted(names)
    shares = [row[1].figure.row.value for row in chart.table.rows if row[1].figure]
    assert shares not in (sorted(shares), sorted(shares, reverse=True))


def test_lost_questions_are_those_of_the_ledger(
    shop: cc.Shop, figures: dict[str, list[Record]]
) -> None:
    ledger = shop.lost_questions(WEEK)
    windows = shop.reply_windows(WEEK).set_index("channel")
    by_channel = ledger.groupby("channel").size()
    shown = [one for one in figures["lost"] if one["metric"] == "reply_windows"]
    for one in shown:
        channel = one["group"]["channel"]
        channels = list(windows.index) if channel == "all" else [channel]
        lost = int(by_channel.reindex(channels).fillna(0).sum())
        decided = int(windows.loc[channels, ["answered", "late", "lost"]].to_numpy().sum())
        if one["statistic"] == "lost":
            assert one["value"] == lost
        if one["statistic"] == "lost_share":
            assert (one["value"], one["n"]) == (lost / decided, decided)
    in_all = [
        one["value"]
        for one in figures["lost"]
        if one["statistic"] == "questions" and one["group"] == {"channel": "all"}
    ]
    assert in_all in ([], [len(ledger)])


def test_the_badge_is_as_it_was_at_the_end_of_the_days(
    shop: cc.Shop, figures: dict[str, list[Record]], report: Report
) -> None:
    end = "2026-07-20T00:00"
    for rule in ("fastest_90", "same_day", "median_2015", "median_2017"):
        table = shop.page_response(as_of=end, rule=rule).set_index("business_id")
        for one in figures["badge"]:
            if one["group"].get("rule") != rule:
                continue
            page = table.loc[one["group"]["page"]]
            value = {
                "badge_rate": page["badge_answered"] / page["badge_messages"],
                "rate": page["answered"] / page["messages"],
                "badge_time": page["badge_time"],
                "time": page["seconds"],
            }[one["statistic"]]
            assert one["value"] == pytest.approx(value)
    (outlook,) = shop.badge_outlook(as_of=end)
    steps = of(figures["badge"], "badge_outlook", "must_answer")
    assert {one["group"]["days"]: one["value"] for one in steps} == {
        step.days: step.must_answer for step in outlook.steps if step.must_answer is not None
    }
    today = shop.page_response(as_of=end).iloc[0]
    says = "would be called" if today["has_badge"] else "would not be called"
    assert says in report.html()


def test_a_later_as_of_leaves_the_badge_of_the_week_as_it_was(shop: cc.Shop) -> None:
    told = [
        [
            one
            for one in shop.report(period="2026-W27", as_of=as_of).figures()
            if one["section"] == "badge"
        ]
        for as_of in ("2026-07-06", "2026-07-30")
    ]
    assert told[0] == told[1]
    assert told[0]


def test_every_share_and_time_of_service_says_what_it_rests_on(
    figures: dict[str, list[Record]],
) -> None:
    own = {"wait_state", "wait_parts", "coverage", "page_response", "agents", "speed_at_load"}
    no_interval = {"badge_time", "time"}
    found = [
        one
        for section in ("speed", "waits", "rhythm", "badge", "lost", "team")
        for one in figures[section]
        if one["metric"] in own and one["value"] is not None
    ]
    assert {one["metric"] for one in found} == own
    for one in found:
        assert one["n"] >= 5
        if one["unit"] in ("share", "seconds") and one["statistic"] not in no_interval:
            assert one["low"] is not None or one["high"] is not None, one
