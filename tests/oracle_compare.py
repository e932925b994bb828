"""Rows of the built models, the states and the answers beside the same rows of the oracle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from convocommerce.building import ensure_built
from convocommerce.measuring import answer, ask, states_before
from convocommerce.metrics import metric_named
from convocommerce.periods import Period
from convocommerce.warehouse import Database
from oracle import CUTS, Oracle
from oracle_figures import Figure, Figures
from oracle_shops import DrawnShop, contacts_of

Rows = list[tuple[Any, ...]]
CLOCKS = ("acknowledged", "bot", "human", "any")
HOURS = ("calendar", "opening")


def built(shop: DrawnShop) -> tuple[Database, Oracle]:
    """Return the built database of a drawn shop, and its oracle."""
    database = shop.database()
    ensure_built(database, shop.rules)
    return database, Oracle(shop.tables, contacts_of(database), shop.rules, shop.open_time)


def ordered(rows: Iterable[Sequence[Any]]) -> Rows:
    return sorted((tuple(row) for row in rows), key=repr)


def fetched(database: Database, sql: str, values: Mapping[str, Any] | None = None) -> Rows:
    return ordered(database.con.execute(sql, dict(values or {})).fetchall())


MODELS = {
    "messages": "select conversation_id, position, epoch_ms(sent_at), role::varchar, agent_id, "
    "message_key, is_after_customer, leg_id from conversation_messages",
    "legs": "select leg_id, conversation_id, epoch_ms(asked_at), epoch_ms(acknowledged_at), "
    "epoch_ms(bot_at), epoch_ms(human_at), epoch_ms(closed_at), agent_id, n_customer_messages, "
    "human_ms, human_opening_ms, closed_opening_ms "
    "from reply_legs",
    "conversations": "select conversation_id, contact_key, epoch_ms(started_at), "
    "epoch_ms(last_message_at), is_outbound, epoch_ms(first_customer_at), epoch_ms(handoff_at), "
    "is_returning, entry_point, ad_id, ref, n_messages, n_customer_messages, n_human_messages, "
    "n_bot_messages, epoch_ms(acknowledged_at), acknowledged_opening_ms, epoch_ms(bot_at), "
    "bot_opening_ms, epoch_ms(human_at), human_opening_ms, epoch_ms(any_at), any_opening_ms, "
    "is_outside_hours, epoch_ms(closed_at), epoch_ms(reopened_at), is_left_waiting, "
    "epoch_ms(last_event_at), "
    "is_cut_off from conversations",
    "conversions": "select order_id, contact_key, match_rule, conversation_id, "
    "epoch_ms(touched_at), credit from conversions",
    "checkouts": "select checkout_id, contact_key, cart_id, epoch_ms(attempt_started_at), "
    "epoch_ms(started_at), epoch_ms(next_started_at), epoch_ms(completed_at), "
    "epoch_ms(ordered_at), is_recovered_by_link, conversation_id from checkout_outcomes",
}


def model_rows(oracle: Oracle) -> dict[str, Rows]:
    """Return what each query of ``MODELS`` should give."""
    found: dict[str, Rows] = {
        "messages": [],
        "legs": [],
        "conversations": [],
        "conversions": [
            (
                order.name[1],
                order.contact,
                order.match_rule,
                order.conversation.key if order.conversation else None,
                order.touched_at,
                order.credit,
            )
            for order in oracle.orders
        ],
        "checkouts": [
            (
                one.name[1],
                one.contact,
                one.cart,
                one.attempt_at,
                one.at,
                one.next_at,
                one.completed_at,
                one.ordered_at,
                one.by_link,
                one.conversation.key if one.conversation else None,
            )
            for one in oracle.checkouts
        ],
    }
    for talk in oracle.talks:
        leg_of = {id(said): leg.key for leg in talk.legs for said in leg.said}
        for place, one in enumerate(talk.said, start=1):
            leg_id = leg_of.get(id(one))
            row = (talk.key, place, one.at, one.role, one.agent_id, one.key)
            found["messages"].append((*row, one.is_after_customer, leg_id))
        for leg in talk.legs:
            asked, answered, closed = leg.said[0].at, leg.first("human"), leg.first("close")
            human = next((one for one in leg.said if one.role == "human"), None)
            found["legs"].append(
                (
                    leg.key,
                    talk.key,
                    asked,
                    leg.first("auto"),
                    leg.first("bot"),
                    answered,
                    closed,
                    human.agent_id if human else None,
                    sum(one.role == "customer" for one in leg.said),
                    None if answered is None else answered - asked,
                    None if answered is None else oracle.open_time(asked, answered),
                    None if closed is None else oracle.open_time(asked, closed),
                )
            )
        clocks: list[int | None] = []
        for clock in CLOCKS:
            at, first = talk.answered_at(clock), talk.first_customer_at
            is_answered = at is not None and first is not None
            clocks += [at, oracle.open_time(first, at) if is_answered else None]  # type: ignore[arg-type]  # both are there
        found["conversations"].append(
            (
                talk.key,
                talk.contact,
                talk.started_at,
                talk.last_spoken(),
                talk.is_outbound,
                talk.first_customer_at,
                talk.answered_at("handoff"),
                talk.is_returning,
                oracle.entry_point(talk),
                talk.first_touch("ad_id"),
                talk.first_touch("ref"),
                sum(one.is_spoken for one in talk.said),
                talk.count("customer"),
                talk.count("human"),
                talk.count("bot"),
                *clocks,
                None
                if talk.first_customer_at is None
                else oracle.open_time(talk.first_customer_at, talk.first_customer_at + 1) == 0,
                talk.answered_at("close"),
                talk.reopened_at,
                talk.said[-1].is_left_waiting,
                max(one.at for one in talk.said),
                talk.said[0].is_cut_off,
            )
        )
    return {name: ordered(rows) for name, rows in found.items()}


CONVERSATION_COLUMNS = (
    "conversation_id",
    *(f"{clock}_{hours}_seconds" for clock in CLOCKS for hours in ("calendar", "opening")),
    "age_calendar_seconds",
    "age_opening_seconds",
    "wait_state",
    "observed_calendar_seconds",
    "observed_opening_seconds",
    "is_handed_over",
    "bot_part_calendar_seconds",
    "bot_part_opening_seconds",
    "handoff_wait_calendar_seconds",
    "handoff_wait_opening_seconds",
    "tells_bots",
    "tells_close",
    "resolution_calendar_seconds",
    "resolution_opening_seconds",
    "is_reopened",
    "is_one_touch",
    "outcome",
    "tells_orders",
    "is_settled",
    *CUTS,
    "started_local",
)
LEG_COLUMNS = (
    "leg_id",
    "conversation_id",
    "is_later",
    *(f"{what}_{hours}_seconds" for what in ("human", "age", "observed") for hours in HOURS),
    "wait_state",
    *CUTS,
)
WAIT_COLUMNS = (
    "conversation_id",
    *(f"{what}_{hours}_seconds" for what in ("requester_wait", "observed") for hours in HOURS),
    "wait_state",
    "n_waiting",
    *CUTS,
)
ORDER_COLUMNS = (
    "order_id",
    "credit",
    "conversation_id",
    "currency",
    "net_amount",
    "is_sale",
    *CUTS,
)
ATTEMPT_COLUMNS = (
    "grain",
    "attempt_id",
    "contact_key",
    "conversation_id",
    "state",
    "is_settled",
    "is_recovered_by_link",
    "tells_outcome",
    "tells_link",
    "started_local",
    *CUTS,
)
STATES = {
    "conversations": ("conversation_states", CONVERSATION_COLUMNS),
    "legs": ("leg_states", LEG_COLUMNS),
    "waits": ("requester_waits", WAIT_COLUMNS),
    "orders": ("order_states", ORDER_COLUMNS),
    "attempts": ("abandonment_states", ATTEMPT_COLUMNS),
}


def found_states(database: Database, as_of: dt.datetime) -> dict[str, Rows]:
    """Return what the package says was known at an as-of."""
    found = {}
    for name, (table, columns) in STATES.items():
        sql = f"with {states_before(table)} select {', '.join(columns)} from {table}"
        found[name] = fetched(database, sql, {"as_of": as_of})
    return found


def oracle_states(oracle: Oracle, as_of: dt.datetime) -> dict[str, Rows]:
    """Return what was known at an as-of."""
    known = oracle.states(as_of)
    return {
        name: ordered([row[column] for column in columns] for row in known[name])
        for name, (_, columns) in STATES.items()
    }


def found_figures(
    database: Database,
    metric: str,
    as_of: dt.datetime,
    by: Sequence[str] = (),
    period: Period | None = None,
    where: Mapping[str, Any] | None = None,
    options: Mapping[str, str] | None = None,
) -> Figures:
    """Return what the package answers."""
    question = ask(
        database.con,
        metric_named(metric),
        as_of=as_of,
        by=by,
        period=period,
        where=where,
        options=options,
    )
    rows, _ = answer(database.con, question)
    return {
        (row.statistic, row.unit, row.group): Figure(
            row.value, row.n, row.n_open, row.low, row.high
        )
        for row in rows
    }


def assert_same_figures(found: Figures, told: Figures) -> None:
    """Check every figure: counts exactly, numbers to twelve digits."""
    assert found.keys() == told.keys()
    for name, figure in told.items():
        mine = found[name]
        assert (mine.n, mine.n_open) == (figure.n, figure.n_open), name
        for one, other in (
            (mine.value, figure.value),
            (mine.low, figure.low),
            (mine.high, figure.high),
        ):
            assert (one is None) == (other is None), name
            if one is not None and other is not None:
                assert abs(one - other) <= 1e-12 * max(1.0, abs(other)), name
