"""Writes the rules as the small tables that models read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from convocommerce.building.instants import data_through, horizons
from convocommerce.calendars import write_calendars
from convocommerce.rules import META_APPS, Rules
from convocommerce.sources import known_sources
from convocommerce.warehouse.rows import write_rows
from convocommerce.windows import WINDOW_RULES

if TYPE_CHECKING:
    import duckdb

# Open time is looked up at any as-of, which may lie well behind the last record.
_DAYS_AFTER = 400


def write_rules(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Write the rules as the small tables that models read."""
    first, last = _range(con, rules.time_zone)
    write_calendars(con, rules, first, last)
    hour = 3_600_000
    write_rows(
        con,
        "rules",
        {
            "time_zone": "varchar",
            "gap_ms": "bigint",
            "attribution_ms": "bigint",
            "checkout_abandoned_ms": "bigint",
            "cart_abandoned_ms": "bigint",
            "recovered_ms": "bigint",
            "quick_ms": "bigint",
            "automatic_ms": "bigint",
            "automatic_people": "bigint",
            "clock_tolerance_ms": "bigint",
            "unknown_app": "varchar",
            "no_app": "varchar",
            "schedule_mode": "varchar",
        },
        [
            (
                rules.time_zone,
                round(rules.conversation_gap_hours * hour),
                round(rules.attribution_window_days * 24 * hour),
                round(rules.checkout_abandoned_after_minutes * 60_000),
                round(rules.cart_abandoned_after_minutes * 60_000),
                round(rules.recovered_within_days * 24 * hour),
                round(rules.quick_answer_minutes * 60_000),
                round(rules.automatic_reply_seconds * 1000),
                rules.automatic_reply_people,
                round(rules.clock_tolerance_seconds * 1000),
                rules.unknown_app,
                rules.no_app,
                rules.schedule_mode,
            )
        ],
    )
    write_rows(
        con,
        "senders",
        {"app_id": "varchar", "metadata_word": "varchar", "role": "varchar"},
        [
            (app.partition(":")[0], app.partition(":")[2] or None, role)
            for app, role in rules.apps().items()
        ],
    )
    inboxes = [(app,) for app, role in META_APPS.items() if role == "human"]
    write_rows(con, "inbox_apps", {"app_id": "varchar"}, inboxes)
    tellers = [
        (f"{source.name}/{kind.name}",)
        for source in known_sources()
        for kind in source.kinds
        if "touchpoints" in source.gives(kind)
    ]
    write_rows(con, "entry_tellers", {"export": "varchar"}, tellers)
    botless = [
        (f"{source.name}/{kind.name}",)
        for source in known_sources()
        for kind in source.kinds
        if any("bots" in limit.about for limit in kind.cannot_tell)
    ]
    write_rows(con, "botless_exports", {"export": "varchar"}, botless)
    numbered = [
        (f"{source.name}/{kind.name}",)
        for source in known_sources()
        for kind in source.kinds
        if kind.is_numbered
    ]
    write_rows(con, "numbered_exports", {"export": "varchar"}, numbered)
    told_by = {"channel": "varchar", "export": "varchar"}
    write_rows(con, "told_by", told_by, list(rules.told_by.items()))
    excluded = [(customer,) for customer in rules.exclude_customers]
    write_rows(con, "excluded_customers", {"customer_id": "varchar"}, excluded)
    _write_window_rules(con)


def _write_window_rules(con: duckdb.DuckDBPyConnection) -> None:
    """Write until when one may answer, each rule with the day on which a newer one replaced it."""
    rows = []
    for rule in WINDOW_RULES:
        newer = [
            other.since
            for other in WINDOW_RULES
            if (other.platform, other.entry, other.sender)
            == (rule.platform, rule.entry, rule.sender)
            and other.since is not None
            and (rule.since is None or other.since > rule.since)
        ]
        if rule.kind == "send":
            until = min(newer, default=None)
            rows.append(
                (
                    rule.platform,
                    rule.entry,
                    rule.sender,
                    _day_ms(rule.since),
                    _day_ms(until),
                    rule.hours * 3_600_000,
                )
            )
    columns = {
        "platform": "varchar",
        "entry": "varchar",
        "sender": "varchar",
        "since_ms": "bigint",
        "until_ms": "bigint",
        "length_ms": "bigint",
    }
    write_rows(con, "window_rules", columns, rows)


def _day_ms(day: dt.date | None) -> int | None:
    return None if day is None else (day - dt.date(1970, 1, 1)) // dt.timedelta(milliseconds=1)


def _range(con: duckdb.DuckDBPyConnection, time_zone: str) -> tuple[dt.datetime, dt.datetime]:
    """Return the first and last instant for which open time may be asked."""
    firsts = [
        con.execute(f"select min({column}) from {table}").fetchall()[0][0]
        for table, column in (*horizons(time_zone).items(), ("tickets", "created_at"))
    ]
    first = min((one for one in firsts if one is not None), default=dt.datetime(2026, 1, 1))  # noqa: DTZ001  # naive UTC inside
    last = max(data_through(con, time_zone).values(), default=first)
    # By whole years, so that a later load seldom moves an end and with it every calendar.
    first -= dt.timedelta(days=1)
    last += dt.timedelta(days=_DAYS_AFTER)
    return dt.datetime(first.year, 1, 1), dt.datetime(last.year + 1, 1, 1)  # noqa: DTZ001  # naive UTC inside
