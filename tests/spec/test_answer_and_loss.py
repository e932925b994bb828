"""Loss after a question by how it was answered: the case behind "no quick answer, no sale"."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from convocommerce.building import ensure_built
from convocommerce.intervals import difference_interval, share_interval
from convocommerce.measuring import answer, ask
from convocommerce.metrics import metric_named
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

CASE = next(
    case
    for case in json.loads((Path(__file__).parents[1] / "vectors.json").read_text("utf-8"))
    if case["metric"] == "abandonment" and case["params"]["rule"] == "unanswered_question"
)


def test_loss_is_told_apart_by_answer() -> None:
    params = CASE["params"]
    messages, orders, identities = [], [], []
    for event in CASE["events"]:
        name = event["session"]
        reply = [] if event["frt"] is None else [(event["frt"], "h")]
        messages += thread([(0, "c"), *reply], customer=name)
        if event["bought"]:
            orders.append({"order_id": name, "created_at": at(3600)})
            identities += [
                {
                    "subject_kind": kind,
                    "subject_id": subject,
                    "key_kind": "email",
                    "key_value": f"{name}@example.com",
                }
                for kind, subject in (
                    ("customer", f"messenger:page:{name}"),
                    ("order", f"shopify:{name}"),
                )
            ]
    database = database_of(messages=messages, orders=orders, identities=identities)
    rules = Rules(
        senders=SENDERS,
        attribution_window_days=params["window_days"],
        quick_answer_minutes=params["limit_s"] / 60,
    )
    ensure_built(database, rules)
    question = ask(
        database.con,
        metric_named("conversion"),
        as_of=at(params["as_of"]),
        by=["answer_state"],
    )
    rows, _ = answer(database.con, question)
    rates = {row.group[0]: row for row in rows if row.statistic == "rate"}
    lost = {state: (row.n, row.n - round((row.value or 0) * row.n)) for state, row in rates.items()}
    expect = CASE["expect"]
    assert lost["answered quickly"] == (expect["quick"]["n"], expect["quick"]["lost"])
    slow = [lost["answered late"], lost["not answered"]]
    n, k = (sum(counts) for counts in zip(*slow, strict=True))
    assert (n, k) == (expect["slow_or_none"]["n"], expect["slow_or_none"]["lost"])
    quick_n, quick_k = lost["answered quickly"]
    assert k / n - quick_k / quick_n == pytest.approx(expect["diff"])
    low, high = difference_interval(
        k / n, share_interval(k, n), quick_k / quick_n, share_interval(quick_k, quick_n)
    )
    assert low is not None
    assert high is not None
    assert low < expect["diff"] < high
