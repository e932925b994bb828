"""The audit: what stops a page and what is merely told, each with the figure and the way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.configuration import Audit, Source
from convocommerce.periods import Period
from convocommerce.publishing.audit import Check, Loaded, audit
from convocommerce.warehouse import LoadReport
from convocommerce.warehouse.ledger import FileReport
from tables import fill

WEEK = Period("2026-W15")
FIRST = dt.datetime(2026, 2, 2, 12)  # nine weeks before the week, a Monday
NOW = dt.datetime(2026, 4, 13, 6)  # the Monday after
N_DAYS = 70


@pytest.fixture
def shop() -> Iterator[cc.Shop]:
    with cc.open(":memory:") as shop:
        yield shop


def say(
    shop: cc.Shop, per_day: dict[int, int] | None = None, n_days: int = N_DAYS, **other: Any
) -> None:
    """Have ten messages written a day, but for the days that are given by their number."""
    counts = dict.fromkeys(range(n_days), 10) | (per_day or {})
    fill(
        shop.database,
        "messages",
        [
            {
                "message_id": f"{day}-{number}",
                "sent_at": FIRST + dt.timedelta(days=day, minutes=number),
                "export": "messenger/webhooks",
                **other,
            }
            for day, n in counts.items()
            for number in range(n)
        ],
    )
    shop.build()


def source(folder: Path, **demands: Any) -> Source:
    return Source.model_validate({"path": str(folder), **demands}, context={"folder": folder})


def brought(one: Source, *files: FileReport) -> Loaded:
    return Loaded(one, LoadReport(1, NOW, NOW, files))


def found(
    shop: cc.Shop,
    *loaded: Loaded,
    period: Period = WEEK,
    as_of: dt.datetime = NOW,
    now: dt.datetime = NOW,
    **limits: float,
) -> dict[str, Check]:
    checks = audit(shop.database.con, Audit(**limits), loaded, {period: as_of}, now)
    assert len({one.name for one in checks}) == len(checks)
    for one in checks:
        assert bool(one.way_out) == (one.outcome == "stop" and one.name != "told twice")
    return {one.name: one for one in checks}


def file(**values: Any) -> FileReport:
    usual = {"source": "messenger", "kind": "webhooks", "read": 100, "loaded": 100}
    return FileReport("a.ndjson", **{**usual, **values})


def test_data_as_usual_passes_everything(shop: cc.Shop, tmp_path: Path) -> None:
    say(shop)
    checks = found(
        shop,
        brought(source(tmp_path, max_age="2d", min_documents=100, platform="messenger"), file()),
        min_coverage=1,
        max_volume_drop=0,
        max_quarantined=0,
    )
    assert {one.outcome for one in checks.values()} == {"ok"}
    assert checks["volume"].found == "70 messages in 2026-W15, where 70 are usual on such days"
    assert checks["age"].found.endswith("is from 2026-04-12 12:09 UTC")


@pytest.mark.parametrize(("max_age", "outcome"), [("18h", "ok"), ("17h", "stop")])
def test_how_old_the_newest_record_may_be(
    shop: cc.Shop, tmp_path: Path, max_age: str, outcome: str
) -> None:
    say(shop)
    one = brought(source(tmp_path, max_age=max_age), file())
    assert found(shop, one)["age"].outcome == outcome


def test_an_age_is_that_of_the_exports_own_records(shop: cc.Shop, tmp_path: Path) -> None:
    say(shop)
    days = dt.timedelta(days=9)
    order = {"order_id": "1", "created_at": NOW - days, "updated_at": NOW - days / 3}
    fill(shop.database, "orders", [order])
    spend = {
        "day": dt.date(2026, 4, 1),
        "last_day": dt.date(2026, 4, 1),
        "ad_key": "1",
    }
    fill(shop.database, "ad_days", [spend])
    shop.build()

    def age(platform: str, kind: str) -> Check:
        report = file(source=platform, kind=kind)
        return found(shop, brought(source(tmp_path, max_age="2d"), report))["age"]

    assert age("messenger", "webhooks").outcome == "ok"
    assert "3.0 days ago, and max_age is 2.0 days" in age("shopify", "orders").found
    assert "2026-04-02 00:00" in age("meta_ads", "insights").found
    assert age("stripe", "objects").outcome == "told"


def test_a_source_must_hold_what_it_should_and_be_whole(shop: cc.Shop, tmp_path: Path) -> None:
    say(shop)
    for demand, report, name, told in (
        ({"platform": "shopify"}, file(), "platform", "holds messenger/webhooks"),
        ({"platform": "messenger/archive"}, file(), "platform", "should hold messenger/archive"),
        ({"min_documents": 101}, file(), "documents", "100 documents and min_documents is 101"),
        ({}, file(incomplete=True), "files", "1 file cut off or not to be read: a.nd"),
        ({}, file(failed=True), "files", "1 file cut off or not to be read"),
    ):
        check = found(shop, brought(source(tmp_path, **demand), report))[name]
        assert check.outcome == "stop"
        assert told in check.found


def test_files_that_nothing_was_read_from_are_told_but_for_pictures(
    shop: cc.Shop, tmp_path: Path
) -> None:
    say(shop)
    unknown = [
        FileReport(name, note=f"not recognised: {what}")
        for name, what in [("a.pdf", "a PDF"), ("b.jpg", "a JPEG image"), ("c.mp4", "a video file")]
    ]
    one = found(shop, brought(source(tmp_path), file(), *unknown))["left aside"]
    assert one.outcome == "told"
    assert one.found.endswith("1 file that nothing was read from: a.pdf: not recognised: a PDF")
    assert "left aside" not in found(shop, brought(source(tmp_path), file(), *unknown[1:]))


@pytest.mark.parametrize(("kept", "outcome"), [(2, "ok"), (3, "stop")])
def test_how_much_may_be_quarantined(
    shop: cc.Shop, tmp_path: Path, kept: int, outcome: str
) -> None:
    say(shop)
    report = file(loaded=100 - kept, quarantined=kept)
    checks = found(shop, brought(source(tmp_path), report), max_quarantined=0.02)
    assert checks["quarantined"].outcome == outcome


def test_as_much_is_said_as_on_such_days_and_not_as_last_week(shop: cc.Shop) -> None:
    # Fifty on every Saturday, and nothing at all in the week before: that week was odd, not this.
    saturdays = dict.fromkeys(range(5, N_DAYS, 7), 50)
    quiet = dict.fromkeys(range(56, 63), 0)
    say(shop, saturdays | quiet)
    check = found(shop, max_volume_drop=0.05)["volume"]
    assert check.outcome == "ok"
    assert check.found == "110 messages in 2026-W15, where 110 are usual on such days"


@pytest.mark.parametrize(("limit", "outcome"), [(0.5, "ok"), (0.49, "stop")])
def test_how_much_less_may_be_said(shop: cc.Shop, limit: float, outcome: str) -> None:
    say(shop, dict.fromkeys(range(63, 70), 5))
    check = found(shop, max_volume_drop=limit)["volume"]
    assert check.outcome == outcome
    if outcome == "stop":
        assert "50% fewer, and max_volume_drop is 49%" in check.found


def test_without_weeks_before_nothing_is_usual(shop: cc.Shop) -> None:
    say(shop)
    check = found(shop, period=Period("2026-W07"), max_volume_drop=0)["volume"]
    assert check.outcome == "ok"
    assert "too few weeks" in check.found


def test_days_without_messages(shop: cc.Shop) -> None:
    say(shop, {67: 0, 68: 0})
    assert found(shop, min_coverage=0.71)["coverage"].outcome == "ok"
    check = found(shop, min_coverage=0.72)["coverage"]
    assert check.outcome == "stop"
    assert "5 of the 7 days" in check.found


def test_days_to_come_are_not_missing_and_days_that_went_by_are(shop: cc.Shop) -> None:
    say(shop, n_days=66)
    wednesday = dt.datetime(2026, 4, 8, 20)
    early = found(shop, as_of=wednesday, now=wednesday, min_coverage=1)
    assert early["coverage"].found.startswith("2 of the 2 days")
    late = found(shop, as_of=wednesday, min_coverage=0.5)
    assert late["coverage"].found.startswith("3 of the 7 days")
    assert late["coverage"].outcome == "stop"


def test_a_period_of_which_nothing_is_known_stops_whatever_is_allowed(shop: cc.Shop) -> None:
    say(shop)
    later = dt.datetime(2026, 6, 1)
    check = found(shop, period=Period("2026-W20"), now=later, as_of=later)["coverage"]
    assert check.outcome == "stop"
    assert check.found == "nothing is known of 2026-W20"


def test_a_shop_without_conversations_is_told_what_it_lacks(shop: cc.Shop) -> None:
    shop.build()
    one = found(shop)["coverage"]
    assert (one.outcome, one.found[:22]) == ("stop", "no messages are loaded")
    assert "an export of conversations" in one.way_out


@pytest.mark.parametrize(("limit", "outcome"), [(0.1, "ok"), (0.09, "stop")])
def test_how_many_may_come_from_apps_that_nobody_named(
    shop: cc.Shop, limit: float, outcome: str
) -> None:
    say(shop)
    said = [
        {
            "message_id": f"o{number}",
            "sent_at": dt.datetime(2026, 4, 7, 12, number),
            "direction": "out",
            "app_id": "known" if number else "unknown",
        }
        for number in range(10)
    ]
    # Of the week before, and so of no interest.
    said.append({**said[0], "message_id": "x", "sent_at": dt.datetime(2026, 4, 5, 12)})
    fill(shop.database, "messages", said)
    shop.rules = cc.Rules(senders={"known": "human"})
    shop.build()
    check = found(shop, max_unknown_senders=limit)["senders"]
    assert check.outcome == outcome
    assert check.found.startswith("1 of 10 outgoing messages")


def test_days_are_those_of_the_zone(shop: cc.Shop) -> None:
    shop.rules = cc.Rules(time_zone="Pacific/Apia")
    say(shop)
    # Noon in UTC is an hour after the next midnight there.
    check = found(shop, min_coverage=1)["coverage"]
    assert check.found.startswith("7 of the 7 days")
    first = Period("2026-02-02")
    assert found(shop, period=first)["coverage"].found == "nothing is known of 2026-02-02"


def test_books_that_do_not_add_up_stop(shop: cc.Shop) -> None:
    say(shop)
    shop.database.con.execute(
        "insert into load_files values "
        "(1, 'a', null, 1, null, null, 5, 1, 1, 1, 1, 0, false, null, null, false, false)"
    )
    assert found(shop)["books"].outcome == "stop"


def test_messages_told_by_two_exports_stop_and_a_silence_is_told(shop: cc.Shop) -> None:
    say(shop, dict.fromkeys(range(20, 25), 0))
    again = [
        {
            "message_id": f"again-{number}",
            "sent_at": FIRST + dt.timedelta(minutes=number),
            "export": "messenger/archive",
            "text": f"one of many texts {number}",
        }
        for number in range(25)
    ]
    twice = [{**one, "message_id": f"b{one['message_id']}", "export": "messenger/webhooks"}
             for one in again]  # fmt: skip
    fill(shop.database, "messages", again + twice)
    shop.build()
    checks = found(shop)
    assert checks["silence"].outcome == "told"
    assert checks["told twice"].outcome == "stop"
