"""Every window from one build is what a build under that window gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from convocommerce.building import ensure_built
from convocommerce.errors import UsageError
from convocommerce.insights import WINDOWS, window_sensitivity
from convocommerce.periods import Period
from convocommerce.rules import Rules
from oracle import Oracle
from oracle_compare import found_figures
from oracle_shops import contacts_of, draw_shop
from tables import SENDERS, T0, at, database_of, thread

DAY = 86400


@pytest.mark.parametrize("seed", [3, 1003])
def test_a_window_gives_what_a_build_under_it_gives(seed: int) -> None:
    shop = draw_shop(seed, people=30)
    late = shop.instants[-1] + dt.timedelta(days=3)
    period = Period(f"{shop.instants[0]:%Y-%m-%d}..{shop.instants[-1]:%Y-%m-%d}")
    with shop.database() as database:
        ensure_built(database, shop.rules)
        found = {one.days: one for one in window_sensitivity(database.con, period, late)}
        contacts = contacts_of(database)
        assert list(found) == list(WINDOWS)
        for days, row in found.items():
            if days * 24 < shop.rules.conversation_gap_hours:
                continue  # no rules allow a window that closes while the conversation runs
            rules = replace(shop.rules, attribution_window_days=days)
            ensure_built(database, rules)
            told = Oracle(shop.tables, contacts, rules, shop.open_time)
            for metric, k in (
                ("in_chat_conversion", row.in_chat),
                ("assisted_conversion", row.assisted),
                ("conversion", row.in_chat + row.assisted),
            ):
                for figures in (
                    found_figures(database, metric, late, period=period),
                    told.ask(metric, late, period=period),
                ):
                    figure = figures["settled_rate", "share", ()]
                    assert (figure.n, figure.n_open) == (row.settled, row.open)
                    assert round((figure.value or 0) * figure.n) == k
        assert sum(one.in_chat + one.assisted for one in found.values()) > 5


def test_only_the_window_differs_over_the_same_conversations() -> None:
    # Ann bought two days after her talk, Bob ten; Cas wrote four days before the as-of.
    orders = [
        {"order_id": "1", "created_at": at(2 * DAY), "customer_id": "a"},
        {"order_id": "2", "created_at": at(10 * DAY), "customer_id": "b"},
    ]
    identities = [
        {
            "subject_kind": kind,
            "subject_id": subject,
            "key_kind": "email",
            "key_value": f"{who}@example.org",
        }
        for who, order in (("ann", "1"), ("bob", "2"))
        for kind, subject in (
            ("customer", f"messenger:page:{who}"),
            ("order", f"shopify:{order}"),
        )
    ]
    talks = thread([(0, "c")]) + thread([(0, "c")], "bob") + thread([(36 * DAY, "c")], "cas")
    with database_of(messages=talks, orders=orders, identities=identities) as database:
        ensure_built(database, Rules(senders=SENDERS))
        rows = window_sensitivity(database.con, None, T0 + dt.timedelta(days=40))
        told = {one.days: (one.settled, one.assisted, one.open) for one in rows}
        assert told == {
            1: (3, 0, 0),
            3: (3, 1, 0),
            5: (2, 1, 1),
            7: (2, 1, 1),
            30: (2, 2, 1),
        }
        assert [(one.settled_of_all, one.assisted_of_all) for one in rows] == [
            (2, 0),
            (2, 1),
            (2, 1),
            (2, 1),
            (2, 2),
        ]
        assert rows[1].share == pytest.approx(1 / 3)
        assert rows[1].share_of_all == 0.5
        assert rows[4].interval_of_all[1] == 1.0
        early = window_sensitivity(database.con, None, T0, days=[2])
        assert (early[0].share, early[0].interval, early[0].open) == (None, (None, None), 2)


@pytest.mark.parametrize("days", [[], [0], [5, -1], [float("nan")]])
def test_a_window_that_is_none_is_refused(days: list[float]) -> None:
    with database_of() as database:
        ensure_built(database, Rules())
        with pytest.raises(UsageError, match="days is"):
            window_sensitivity(database.con, None, T0, days=days)
