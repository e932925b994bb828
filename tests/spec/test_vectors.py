"""The worked cases of every definition: events in, figures out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.calendars import open_ms_before
from convocommerce.insights import clock_skews
from convocommerce.intervals import ratio_exceeds, ratio_interval
from convocommerce.measuring import answer, ask
from convocommerce.metrics import metric_named
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, at, database_of, thread

VECTORS = json.loads((Path(__file__).parents[1] / "vectors.json").read_text("utf-8"))


def cases(kind: str) -> list[Any]:
    found = [case for case in VECTORS if case["metric"] == kind]
    assert found, f"no vectors of kind {kind}"
    return [pytest.param(case, id=case["id"]) for case in found]


def figures(
    database: Database, rules: Rules, metric: str, as_of: float, **asked: Any
) -> dict[str, Any]:
    ensure_built(database, rules)
    con = database.con
    rows, _ = answer(con, ask(con, metric_named(metric), as_of=at(as_of), **asked))
    return {row.statistic: row for row in rows}


@pytest.mark.parametrize("case", cases("frt"))
def test_first_response_time(case: Any) -> None:
    as_of = case["params"]["as_of"]
    database = database_of(messages=thread(case["events"]))
    rules = Rules(senders=SENDERS)
    for clock, wanted in (
        ("any", "frt_any"),
        ("human", "frt_human"),
        ("bot", "frt_bot"),
        ("acknowledged", "auto_ack"),
    ):
        found = figures(database, rules, "first_response_time", as_of, options={"clock": clock})[
            "median"
        ]
        assert found.value == case["expect"][wanted], clock
        if clock == "human":
            is_censored = case["expect"]["censored_at"] is not None
            assert (found.n, found.n_open) == ((0, 1) if is_censored else (1, 0))
    first_code = next(code for _, code in case["events"] if code in "chebam")
    outbound = database.con.execute("select is_outbound from conversations").fetchall()
    assert outbound == [(first_code != "c",)]


@pytest.mark.parametrize("case", cases("reply_legs"))
def test_reply_legs(case: Any) -> None:
    database = database_of(messages=thread(case["events"]))
    ensure_built(database, Rules(senders=SENDERS))
    legs = database.con.execute("select human_ms from reply_legs order by asked_at").fetchall()
    answered = [ms / 1000 for (ms,) in legs if ms is not None]
    assert answered == case["expect"]


@pytest.mark.parametrize("case", cases("sessions"))
def test_conversation_bounds(case: Any) -> None:
    database = database_of(messages=thread(case["events"]))
    hours = case["params"]["gap_s"] / 3600
    ensure_built(database, Rules(senders=SENDERS, conversation_gap_hours=hours))
    found = database.con.execute(
        "select list(epoch(sent_at) - epoch(timestamp '2026-03-02 09:00') order by position) "
        "from conversation_messages group by conversation_id order by min(sent_at)"
    ).fetchall()
    assert [times for (times,) in found] == case["expect"]


DAYS = ("Su", "Mo", "Tu", "We", "Th", "Fr", "Sa")


@pytest.mark.parametrize("case", cases("business_seconds"))
def test_opening_time(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = case["params"]["schedule"]
    text = "; ".join(
        f"{DAYS[int(day)]} {','.join('-'.join(window) for window in windows)}"
        for day, windows in schedule["windows"].items()
    )
    start, end = (
        dt.datetime.fromisoformat(case["params"][side]).replace(tzinfo=None)
        for side in ("start", "end")
    )
    closed = {dt.date.fromisoformat(day): "closed" for day in case["params"]["holidays"]}
    monkeypatch.setattr("convocommerce.calendars.holiday_dates", lambda _place, _years: closed)
    # A source that numbers its messages lists the answer after the question.
    told = {"export": "intercom/conversations", "case_id": "1"}
    asked = {"message_id": "1", "sent_at": start, **told}
    answered = {"message_id": "2", "sent_at": end, "direction": "out", "sequence": 1, **told}
    database = database_of(messages=[asked, answered])
    hour = 3600
    rules = Rules(time_zone=schedule["tz"], opening_hours=text, clock_tolerance_seconds=hour)
    ensure_built(database, rules)
    found = database.con.execute("select human_opening_ms from conversations").fetchall()
    assert found == [(case["expect"] * 1000,)]
    skews = [(one.seconds, one.is_clamped) for one in clock_skews(database.con)]
    assert skews == ([(hour, True)] if end < start else [])
    if end >= start:
        opened = open_ms_before(database.con, end) - open_ms_before(database.con, start)
        assert opened / 1000 == case["expect"]


@pytest.mark.parametrize("case", cases("within_share"))
def test_share_within_a_limit(case: Any) -> None:
    limit, as_of = case["params"]["limit_s"], case["params"]["as_of"]
    name = {300: "within_5_minutes", 3600: "within_1_hour"}[limit]
    messages = []
    for number, event in enumerate(case["events"]):
        reply = [] if event["reply"] is None else [(event["start"] + event["reply"], "h")]
        messages += thread([(event["start"], "c"), *reply], customer=f"c{number}")
    found = figures(
        database_of(messages=messages), Rules(senders=SENDERS), "first_response_time", as_of
    )[name]
    expect = case["expect"]
    assert (found.value, found.n, found.n_open) == (expect["rate"], expect["n"], expect["pending"])


def conversion_tables(case: Any) -> dict[str, list[dict[str, Any]]]:
    messages, orders, identities = [], [], []
    in_chat = {event.get("order") for event in case["events"] if "session" in event}
    for event in case["events"]:
        if "session" in event:
            messages += thread(
                [(event["start"], "c"), (event["end"], "h")],
                customer=event["contact"],
                channel="messenger",
                business_id=event["session"],
            )
            subject = f"messenger:{event['session']}:{event['contact']}"
            identities.append(("customer", subject, "email", f"{event['contact']}@example.com"))
            identities.append(("customer", subject, "chat_id", event["session"]))
        else:
            orders.append(
                {
                    "order_id": event["order_id"],
                    "created_at": at(event["t"]),
                    "total_amount": event["amount"],
                    "refunded_amount": event.get("refunded"),
                    "cancelled_at": at(event["t"] + 1)
                    if event.get("status") == "cancelled"
                    else None,
                    "is_test": event.get("test", False),
                }
            )
            if event["contact"]:
                kind, key = "email", f"{event['contact']}@example.com"
                if event["order_id"] in in_chat:
                    chat = next(
                        one for one in case["events"] if one.get("order") == event["order_id"]
                    )
                    kind, key = "chat_id", chat["session"]
                identities.append(("order", f"shopify:{event['order_id']}", kind, key))
    # Without any order it would not be known what was bought; a stranger's tells that orders are.
    orders.append({"order_id": "a-stranger's", "created_at": at(0)})
    names = ("subject_kind", "subject_id", "key_kind", "key_value")
    for number, message in enumerate(messages):
        message["message_id"] = f"m{number}"
    return {
        "messages": messages,
        "orders": orders,
        "identities": [dict(zip(names, row, strict=True)) for row in identities],
    }


@pytest.mark.parametrize("case", cases("conversion"))
def test_conversion(case: Any) -> None:
    params = case["params"]
    database = database_of(**conversion_tables(case))
    rules = Rules(senders=SENDERS, attribution_window_days=params["window_days"])
    metric = "in_chat_conversion" if params["model"] == "in_chat" else "conversion"
    as_of = params.get("as_of", 60 * 86400)
    found = figures(database, rules, metric, as_of)
    expect = case["expect"]
    assert found["rate"].value == expect["rate"]
    assert found["rate"].n_open == expect.get("pending", 0)
    revenue = found["net_revenue"].value if "net_revenue" in found else 0.0
    assert revenue == expect["revenue"]
    credited = database.con.execute(
        "select distinct threads.business_id from conversions join conversations using "
        "(conversation_id) join threads on threads.thread_key = conversations.thread_key "
        "where not is_test and cancelled_at is null and total_amount > undated_refund_amount "
        "and (credit = 'in_chat' or ?)",
        [metric == "conversion"],
    ).fetchall()
    assert sorted(business for (business,) in credited) == expect["converted"]


def abandonment_tables(case: Any) -> dict[str, list[dict[str, Any]]]:
    checkouts, identities = [], []
    # Somebody else's of long ago, so that the shop tells of orders where nobody has bought yet.
    orders = [{"order_id": "strange", "created_at": at(-99 * 86400)}]
    for event in case["events"]:
        started = event.get("contact_info_at", event.get("created"))
        if started is None:
            continue  # the shop knows no checkout before contact details are given
        done = event.get("completed_at", event.get("ordered"))
        contact = event.get("contact", event["id"])
        checkouts.append(
            {
                "checkout_id": event["id"],
                "checkout_token": event["id"],
                "created_at": at(started),
                "completed_at": None if done is None else at(done),
            }
        )
        identities.append(("checkout", f"shopify:{event['id']}", "email", f"{contact}@example.com"))
        if done is not None:
            orders.append(
                {"order_id": event["id"], "created_at": at(done), "checkout_token": event["id"]}
            )
            identities.append(
                ("order", f"shopify:{event['id']}", "email", f"{contact}@example.com")
            )
    names = ("subject_kind", "subject_id", "key_kind", "key_value")
    return {
        "checkouts": checkouts,
        "orders": orders,
        "identities": [dict(zip(names, row, strict=True)) for row in identities],
    }


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in cases("abandonment")
        if case.values[0]["params"]["rule"] != "unanswered_question"
    ],
)
def test_abandonment(case: Any) -> None:
    database = database_of(**abandonment_tables(case))
    rules = Rules(recovered_within_days=1)
    as_of, expect = case["params"]["as_of"], case["expect"]
    if case["params"]["rule"] == "cart":
        carts = figures(database, rules, "cart_abandonment", as_of, options={"grain": "cart"})
        people = figures(database, rules, "cart_abandonment", as_of)
        assert carts["rate"].value == pytest.approx(expect["rate"])
        assert carts["rate"].n == expect["created"]
        assert people["rate"].value == pytest.approx(expect["contact_rate"])
        assert people["rate"].n == expect["contact_created"]
        return
    found = figures(database, rules, "cart_abandonment", as_of, options={"grain": "checkout"})
    rate, lost, recovered = found["rate"], found["lost_rate"], found["recovered_rate"]
    assert rate.value == expect["rate"]
    assert lost.value == expect["net_rate"]
    assert rate.n_open == expect.get("pending", 0)
    assert rate.n + rate.n_open == expect["started"]
    if rate.n:
        assert rate.value is not None
        assert lost.value is not None
        assert recovered.value is not None
        counts = (round(rate.value * rate.n), round(recovered.value * recovered.n))
        assert counts == (expect["abandoned"], expect["recovered"])
        assert round(lost.value * lost.n) == expect["lost"]


@pytest.mark.parametrize("case", cases("ratio"))
def test_ratio_of_two_shares(case: Any) -> None:
    (k, n), (k_base, n_base) = case["events"]["chat"], case["events"]["web"]
    expect = case["expect"]
    low, high = ratio_interval(k, n, k_base, n_base)
    if expect["ratio"] is None:
        assert (low, high) == (None, None)
        assert ratio_exceeds(k, n, k_base, n_base, 2.3) is None
        return
    assert low == pytest.approx(expect["lo"], rel=1e-6)
    assert high == pytest.approx(expect["hi"], rel=1e-6)
    assert ratio_exceeds(k, n, k_base, n_base, 2.3) == pytest.approx(expect["p_gt_2_3"])
