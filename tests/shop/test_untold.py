"""What no export tells is null and said, on every method of the shop, and never a silent 0."""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import pytest

import convocommerce as cc
from convocommerce.absences import topics_told
from convocommerce.errors import PeriodError, UsageError
from convocommerce.insights.needs import NEEDS
from convocommerce.metrics import CATALOGUE
from convocommerce.shop import Shop
from convocommerce.shop.figures import Figures
from convocommerce.shop.records import Records
from convocommerce.shop.selling import Selling
from convocommerce.shop.service import Service
from desks import PEOPLE, ticket
from tables import SENDERS, at, database_of, thread

DAY = 86_400
MONTH = "2026-03"
TALK = thread([(0, "c"), (60, "h"), (DAY, "c"), (3 * DAY, "c"), (3 * DAY + 9, "b")])
ORDERS = [{"order_id": "1", "created_at": at(DAY), "checkout_token": "t", "cart_token": "c"}]
CARTS = [{"checkout_id": "2", "created_at": at(2 * DAY), "checkout_token": "u"}]
AD_DAY = {
    "ad_key": "a", "ad_id": "a", "campaign_name": "Spring", "spend_amount": "10",
    "day": at(0).date(), "last_day": at(0).date(),
}  # fmt: skip
TABLES: dict[str, dict[str, list[dict[str, Any]]]] = {
    "empty": {},
    "messages": {"messages": TALK},
    "orders": {"orders": ORDERS},
    "orders and checkouts": {"orders": ORDERS, "checkouts": CARTS},
    "checkouts": {"checkouts": CARTS},
    "ads": {"ad_days": [AD_DAY]},
    "helpdesk": {"people": PEOPLE, **ticket([(0, "c"), (60, "h"), (DAY, "c")])},
    "web analytics": {
        "web_events": [
            {"event_id": "e", "session_id": "s", "happened_at": at(0), "step": "begin_checkout"}
        ]
    },
    "messages and ads": {"messages": [{**one, "export": "whatsapp/chat_text"} for one in TALK],
                         "ad_days": [AD_DAY]},
    "messages and orders": {"messages": TALK, "orders": ORDERS},
}  # fmt: skip
SHOPS = [name for name in TABLES if name != "empty"]
INSIGHTS = {
    name: one
    for part in (Service, Selling)
    for name, one in vars(part).items()
    if callable(one) and name[0] != "_"
}
OTHERS = {"coverage": {}, "profile": {"name": "canonical"}, "loads": {}, "quarantined": {}}
STATIC = {
    "metrics", "profiles", "sources", "held", "load", "inspect", "check", "erase", "erasures",
}  # fmt: skip
"""Methods that say nothing of the records, or count them."""

BY_OTHER_WORDS = {"measure", "reconcile", "report"}
"""Methods held to the rule by tests of their own."""


@pytest.fixture(scope="module")
def shops() -> Iterator[Mapping[str, Shop]]:
    found = {name: Shop(database_of(**tables)) for name, tables in TABLES.items()}
    for shop in found.values():
        shop.rules = cc.Rules(senders=SENDERS)
    yield found
    for shop in found.values():
        shop.close()


def ask(shop: Shop, method_name: str, period: str = MONTH, **options: Any) -> Any:
    method = getattr(shop, method_name)
    wanted = inspect.signature(method).parameters
    given = dict(options)
    if "period" in wanted:
        given["period"] = period
    if "as_of" in wanted:
        given["as_of"] = at(60 * DAY).replace(tzinfo=dt.UTC)
    if "by" in wanted and wanted["by"].default is inspect.Parameter.empty:
        given["by"] = "channel"
    return method(**given)


def notes_of(found: Any) -> tuple[str, ...]:
    if isinstance(found, pd.DataFrame):
        return tuple(found.attrs["notes"])
    return tuple(found.notes)


def records(found: Any) -> list[dict[str, Any]]:
    """Return every record in an answer, nested ones by themselves."""
    if isinstance(found, pd.DataFrame):
        known = found.astype(object).where(found.notna(), None)
        return [{str(name): one for name, one in row.items()} for row in known.to_dict("records")]
    if isinstance(found, list | tuple):
        return [one for each in found for one in records(each)]
    if not dataclasses.is_dataclass(found):
        return []
    names = [field.name for field in dataclasses.fields(found)]
    names += [name for name, one in vars(type(found)).items() if isinstance(one, property)]
    mine = {name: getattr(found, name) for name in names}
    inner = [one for value in mine.values() for one in records(value)]
    return [mine, *inner]


def is_empty(found: Any) -> bool:
    return len(found) == 0 if isinstance(found, list | pd.DataFrame) else False


RATES = ("share", "rate", "ratio", "difference", "average", "mean", "per_", "return", "low", "high")


def is_rate(name: str) -> bool:
    return any(word in name for word in RATES) and "reason" not in name and "returning" not in name


def counts(record: Mapping[str, Any]) -> dict[str, int]:
    return {
        name: value
        for name, value in record.items()
        if isinstance(value, int) and not isinstance(value, bool)
    }


def test_every_method_is_held_to_it() -> None:
    methods = {
        name
        for part in (Records, Figures, Service, Selling)
        for name, one in vars(part).items()
        if callable(one) and name[0] != "_"
    }
    assert methods == {*INSIGHTS, *OTHERS, *STATIC, *BY_OTHER_WORDS}


@pytest.mark.parametrize("shop", SHOPS)
@pytest.mark.parametrize("period", [MONTH, "2019-01"])
@pytest.mark.parametrize("name", [*INSIGHTS, *OTHERS])
def test_nothing_is_empty_or_of_nobody_without_a_word(
    shops: Mapping[str, Shop], shop: str, name: str, period: str
) -> None:
    found = ask(shops[shop], name, period, **OTHERS.get(name, {}))
    if is_empty(found):
        assert notes_of(found)
        assert all(note in found._repr_html_() and note in repr(found) for note in notes_of(found))
    for record in records(found):
        if not any(counts(record).values()):
            rates = {name: value for name, value in record.items() if is_rate(name)}
            assert set(rates.values()) <= {None, (None, None)}, rates


@pytest.mark.parametrize("name", [*INSIGHTS, *OTHERS])
def test_of_an_empty_database_it_is_said_that_nothing_is_loaded(
    shops: Mapping[str, Shop], name: str
) -> None:
    method = getattr(shops["empty"], name)
    given = dict(OTHERS.get(name, {}))
    wanted = inspect.signature(method).parameters
    given |= {"period": MONTH} if "period" in wanted else {}
    if "by" in wanted and wanted["by"].default is inspect.Parameter.empty:
        given["by"] = "channel"
    if {"period", "as_of"} & set(wanted):
        with pytest.raises(UsageError, match="nothing is loaded yet"):
            method(**given)
    else:
        assert notes_of(method(**given))


# Zeros that are known though something else that the method needs is not.
KNOWN_ZEROS = {
    "waiting_apart": {"degrees"},
    "revenue_by_outcome": {"refunded"},
    "ad_claims": {"ad_days", "restated_days"},
    "buying_steps": {"open", "ordered", "settled_ordered"},
    "chat_against_checkout": {"n", "bought", "open", "untied_chats"},
}
METHODS = {"rhythm": "arrivals_and_answers", "website": "website_checkouts", "ads": "ads_to_orders",
           "ad_claims": "claim_gaps", "restated_ads": "restatements", "waiting_apart": "log_rank",
           "attribution": "attribution_side_by_side", "agents": "team", "ad_spend": "spend_by_day",
           "covered_hours": "coverage"}  # fmt: skip


@pytest.mark.parametrize("shop", SHOPS)
@pytest.mark.parametrize("name", INSIGHTS)
def test_what_no_record_tells_is_no_zero_and_is_said(
    shops: Mapping[str, Shop], shop: str, name: str
) -> None:
    with shops[shop].built() as con:
        untold = set(NEEDS[METHODS.get(name, name)]) - topics_told(con)
    if not untold:
        return
    found = ask(shops[shop], name)
    assert notes_of(found)
    zeros = {one for record in records(found) for one, n in counts(record).items() if n == 0}
    assert zeros <= KNOWN_ZEROS.get(name, set())


NULLS = [
    ("messages", "website", ("begun", "bought", "bought_in_time", "open", "visitless")),
    ("messages", "window_sensitivity", ("settled", "in_chat", "assisted", "open", "share")),
    ("messages", "abandonment_by_answer", ("decided", "gone", "open", "share")),
    ("messages and orders", "abandonment_by_answer", ("decided", "gone", "open", "share")),
    ("orders and checkouts", "abandonment_by_answer", ("decided", "gone", "open", "share")),
    ("messages", "channel_switching", ("switched", "rate")),
    ("orders", "channel_switching", ("contacts", "switched", "rate")),
    ("orders", "rhythm", ("questions", "answers")),
    ("ads", "ads", ("conversations", "answered", "orders", "net_revenue")),
    ("messages and ads", "ads", ("conversations", "answered", "orders", "net_revenue")),
    ("ads", "ad_costs", ("per_conversation", "per_answered", "per_order", "observed_return")),
    ("ads", "ad_claims", ("conversations", "started", "orders", "unexplained_purchases")),
    ("messages", "lost_questions", ("hanging",)),
    ("messages", "buying_steps", ("carted", "ordered", "settled", "settled_share")),
    ("orders", "revenue_by_outcome", ("untied",)),
    ("messages", "asked_topics", ("left", "bought", "untold")),
]


@pytest.mark.parametrize(("shop", "name", "columns"), NULLS)
def test_these_figures_are_null(
    shops: Mapping[str, Shop], shop: str, name: str, columns: tuple[str, ...]
) -> None:
    found = records(ask(shops[shop], name))
    assert found or name == "lost_questions"
    for record in found:
        assert {column: record[column] for column in columns} == dict.fromkeys(columns)


def test_both_sides_of_chats_and_checkouts_are_null_where_they_are_not_told(
    shops: Mapping[str, Shop],
) -> None:
    known = {name: ask(shops[name], "chat_against_checkout") for name in SHOPS}
    assert known["messages"].all_chats.n is known["messages"].checkouts.n is None
    assert known["messages and orders"].all_chats.n is not None
    assert known["messages and orders"].all_checkouts.n is None
    assert known["orders and checkouts"].all_checkouts.n is not None
    # Who had chatted before is not known without messages.
    assert known["orders and checkouts"].checkouts.n is None
    assert known["web analytics"].visits.n == 1
    for one in known.values():
        assert (one.verdict, one.naive.ratio) == ("not enough data", None)
        assert one.notes


def test_of_bots_an_archive_tells_nothing_and_that_is_no_zero() -> None:
    """Two were answered, one was not; a webhook log tells of one more that no bot answered."""
    archive = {"export": "messenger/archive"}
    messages = [
        *thread([(0, "c"), (60, "e")], "ann", **archive),
        *thread([(0, "c"), (60, "e")], "ben", **archive),
        *thread([(0, "c")], "cas", **archive),
    ]
    logged = thread([(0, "c"), (60, "e")], "dee", export="messenger/webhooks")
    said = "Of bots nothing is known on messenger where no export tells them and people apart."
    for records, n, value in ((messages, 0, None), ([*messages, *logged], 1, 0.0)):
        with Shop(database_of(messages=records)) as shop:
            who = measured(shop, "answered_by")
            assert {row.statistic: row.n for row in who.rows} == {
                "person": 3 + n, "bot_only": n, "nobody": 3 + n,
            }  # fmt: skip
            assert [row.value for row in who.rows if row.statistic == "bot_only"] == [value]
            bots = measured(shop, "first_response_time", clock="bot")
            assert {row.n for row in bots.rows} <= {n, 0}
            assert {row.value for row in bots.rows} <= {value, None}
            assert said in who.notes
            assert said in bots.notes
            assert said not in measured(shop, "first_response_time").notes
            # Who answers without an app may be a bot by the rules, and then it is known.
            shop.rules = cc.Rules(no_app="bot")
            assert measured(shop, "answered_by").figure("bot_only").n == 3 + n


def test_nobody_is_waiting_before_the_first_message(shops: Mapping[str, Shop]) -> None:
    for shop, period in (("orders", MONTH), ("messages", "2019-01")):
        demand = ask(shops[shop], "unmet_demand", period)
        assert {one for row in demand.waiting for one in row} == {None}
        assert demand.notes


def measured(shop: Shop, metric: str, **asked: Any) -> cc.Result:
    return shop.measure(metric, as_of=at(60 * DAY).replace(tzinfo=dt.UTC), **asked)


@pytest.mark.parametrize("metric", CATALOGUE)
@pytest.mark.parametrize("shop", SHOPS)
@pytest.mark.parametrize("period", [MONTH, "2019-01"])
def test_a_metric_of_which_there_is_nothing_says_why(
    shops: Mapping[str, Shop], shop: str, metric: str, period: str
) -> None:
    result = measured(shops[shop], metric, period=period)
    for row in result.rows:
        assert row.n or (row.value, row.low, row.high) == (None, None, None)
    if not any(row.n or row.n_open for row in result.rows):
        assert result.notes
        assert all(note in result.caption for note in result.notes)
        assert all(note in result._repr_html_() for note in result.notes if "'" not in note)


WHY = [
    ("messages", MONTH, "handoff_wait", "No export tells of a hand-over from a bot to people."),
    ("messages", MONTH, "resolution_time", "where no export tells when they were closed"),
    ("messages", MONTH, "cart_abandonment", "No checkouts are loaded"),
    ("messages", MONTH, "conversion", "No orders are loaded"),
    ("orders", MONTH, "first_response_time", "No messages are loaded"),
    ("orders", MONTH, "conversations", "No messages are loaded"),
    ("orders", MONTH, "cart_abandonment", "No checkouts are loaded"),
    ("checkouts", MONTH, "cart_abandonment", "No orders are loaded"),
    ("messages", "2019-01", "conversations", "Messages are loaded from 2 Mar 2026 on"),
    ("messages", "2026-04", "next_reply_time", "Nobody asked again after an answer"),
]


@pytest.mark.parametrize(("shop", "period", "metric", "why"), WHY)
def test_the_reason_is_the_right_one(
    shops: Mapping[str, Shop], shop: str, period: str, metric: str, why: str
) -> None:
    result = measured(shops[shop], metric, period=period)
    assert {row.value for row in result.rows} <= {None}
    assert any(why in note for note in result.notes), result.notes


def test_orders_alone_abandon_nothing_that_anybody_knows_of(shops: Mapping[str, Shop]) -> None:
    """An order bought at once was no cart left; but who left, only checkouts tell."""
    for shop in ("orders", "messages and orders", "checkouts"):
        result = measured(shops[shop], "cart_abandonment")
        assert {(row.value, row.n, row.n_open) for row in result.rows} == {(None, 0, 0)}
    rate = measured(shops["orders and checkouts"], "cart_abandonment")
    assert (rate.figure().value, rate.figure().n) == (0.5, 2)


def test_a_campaign_is_none_only_where_it_is_known_that_there_was_none() -> None:
    messages = [*thread([(0, "c")], "ad"), *thread([(0, "c")], "ad without a name"),
                *thread([(0, "c")], "organic"),
                *thread([(0, "c")], "untold", export="x/y")]  # fmt: skip
    came = [
        {"touchpoint_id": who, "customer_id": who, "occurred_at": at(0), "ad_id": ad}
        for who, ad in (("ad", "a"), ("ad without a name", None))
    ]
    ads = [{"object_id": "a", "name": "Coat"}]
    with Shop(database_of(messages=messages, touchpoints=came, ad_objects=ads)) as shop:
        for column, wanted in (
            ("campaign", {"none": 1.0, "unknown": 3.0}),
            ("ad", {"Coat": 1.0, "none": 1.0, "unknown": 2.0}),
        ):
            counted = shop.measure("conversations", by=column, as_of=at(DAY))
            assert {row.group[0]: row.value for row in counted.rows} == wanted


@pytest.mark.parametrize("name", INSIGHTS)
def test_a_period_in_the_future_is_refused(shops: Mapping[str, Shop], name: str) -> None:
    if "period" not in inspect.signature(getattr(shops["messages"], name)).parameters:
        pytest.skip("about the last days before the as-of")
    with pytest.raises(PeriodError, match="begins after the as-of"):
        ask(shops["messages"], name, "2031-01")


@pytest.mark.parametrize("shop", SHOPS)
def test_a_page_is_written_of_whatever_there_is_and_says_what_is_not(
    shops: Mapping[str, Shop], shop: str
) -> None:
    as_of = at(60 * DAY).replace(tzinfo=dt.UTC)
    page = shops[shop].report("weekly", period="2026-W10", as_of=as_of).html()
    if "messages" not in shop and shop != "helpdesk":
        assert "No messages are loaded" in page
    if "orders" not in shop:
        assert "No orders are loaded" in page


def test_the_reasons_are_said_in_dutch(shops: Mapping[str, Shop]) -> None:
    shop = shops["messages"]
    shop.language = "nl"
    try:
        assert notes_of(ask(shop, "website"))[0].startswith(
            "Er zijn geen webstatistieken ingelezen"
        )
        caption = measured(shop, "handoff_wait").caption
        assert "Geen enkele export vertelt van een overdracht" in caption
    finally:
        shop.language = "en"
