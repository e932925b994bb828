"""What followed in conversations with rich content, and in those without on the same channels."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.insights import RichContent, rich_content
from convocommerce.periods import Period
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

YEAR = Period("2026")
DAY = 86400
LATER = at(60 * DAY)

Row = dict[str, Any]


def found(
    messages: list[Row], as_of: dt.datetime = LATER, period: Period = YEAR, **tables: list[Row]
) -> list[RichContent]:
    tables.setdefault("orders", [{"order_id": "strange", "created_at": at(-DAY)}])
    database = database_of(messages=messages, **tables)
    ensure_built(database, Rules(senders=SENDERS))
    return rich_content(database.con, period, as_of)


def chat(who: str, *events: tuple[float, str], **kinds: str) -> list[Row]:
    """Return a thread in which the message of a number, given as ``n1``, is of another kind."""
    rows = thread(events, who)
    for name, kind in kinds.items():
        rows[int(name[1:])]["kind"] = kind
    return rows


def bought(*people: str) -> dict[str, list[Row]]:
    keys = ("subject_kind", "subject_id", "key_kind", "key_value")
    identities = [
        row
        for who in people
        for row in (
            ("customer", f"messenger:page:{who}", "email", f"{who}@example.com"),
            ("order", f"shopify:{who}", "email", f"{who}@example.com"),
        )
    ]
    return {
        "orders": [{"order_id": who, "created_at": at(DAY)} for who in people],
        "identities": [dict(zip(keys, row, strict=True)) for row in identities],
    }


def test_templates_beside_plain_answers() -> None:
    messages = [
        *chat("a", (0, "c"), (9, "h"), (60, "c"), n1="template"),
        *chat("b", (0, "c"), (9, "b"), (60, "c"), n1="template"),
        *chat("d", (0, "c"), (9, "h"), n1="template"),
        *chat("e", (0, "c"), (9, "h"), (60, "c")),
        *chat("f", (0, "c"), (9, "h"), (50, "h")),
        *chat("g", (0, "c")),  # nothing was answered, so nothing can follow
    ]
    (row,) = found(messages, **bought("a", "e"))
    assert row == RichContent("template", 3, 3, 3, 2, 2, 1, 3, 1, 3, 1)
    assert row.written_difference == pytest.approx(2 / 3 - 1 / 2)
    assert row.converted_difference == 0.0
    low, high = row.converted_interval
    assert low is not None
    assert high is not None
    assert low < 0 < high
    assert low == -high


def test_what_was_written_before_does_not_follow() -> None:
    messages = chat("a", (0, "c"), (5, "h"), (30, "c"), (60, "h"), n3="template")
    (row,) = found(messages)
    assert (row.shown, row.written, row.shown_without) == (1, 0, 0)
    assert (row.written_difference, row.written_interval) == (None, (None, None))
    assert (row.converted_difference, row.converted_interval) == (None, (None, None))


def test_what_can_still_be_answered_or_bought_is_open() -> None:
    messages = chat("a", (0, "c"), (60, "h"), n1="template")
    (row,) = found(messages, at(DAY + 59))
    assert (row.conversations, row.shown, row.decided) == (1, 0, 0)
    (row,) = found(messages, at(DAY + 60))
    assert (row.shown, row.written, row.decided) == (1, 0, 0)
    assert found(messages, at(59)) == []


def test_where_no_orders_are_loaded_it_is_not_known_what_was_bought() -> None:
    messages = chat("a", (0, "c"), (60, "h"), n1="template")
    (row,) = found(messages, orders=[])
    assert (row.shown, row.decided, row.converted, row.converted_without) == (1, None, None, None)
    assert (row.converted_difference, row.converted_interval) == (None, (None, None))


def test_pressing_something_and_filling_in_a_form_are_themselves_written() -> None:
    messages = [
        *chat("a", (0, "c"), (9, "b"), (20, "c"), n2="quick_reply"),
        *chat("b", (0, "c"), n0="postback"),
        *chat("d", (0, "c"), (9, "h")),
    ]
    form = {
        "touchpoint_id": "t", "customer_id": "d", "occurred_at": at(0), "entry_point": "lead_form",
    }  # fmt: skip
    choice, filled = found(messages, touchpoints=[form], **bought("d"))
    assert choice == RichContent("choice", 2, 1, None, None, None, None, 2, 0, 1, 1)
    assert filled == RichContent("form", 1, 2, None, None, None, None, 1, 1, 2, 0)
    assert choice.written_difference is None


def test_reminders_count_once_the_customer_had_written() -> None:
    messages = [
        *chat("a", (0, "c"), (9, "h"), (3600, "m"), (4000, "c")),
        *chat("b", (0, "m"), (60, "c"), (70, "h")),
    ]
    (row,) = found(messages)
    assert row == RichContent("reminder", 1, 1, 1, 1, 1, 0, 1, 0, 1, 0)


def test_other_channels_are_no_yardstick() -> None:
    plain = [{**one, "channel": "email"} for one in chat("b", (0, "c"), (9, "h"))]
    messages = [*chat("a", (0, "c"), (9, "h"), n1="template"), *plain]
    assert found(messages)[0].conversations_without == 0
    assert found(plain) == []
    assert found([]) == []
    assert found(messages, period=Period("2025")) == []
