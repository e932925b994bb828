"""Turns records into models: the tables that every figure is computed from.

Models depend on the records and the rules alone, never on the clock or on the order of loads.
They are built when something is asked that they are too old for, in one transaction.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from convocommerce.calendars import write_calendars
from convocommerce.errors import UsageError
from convocommerce.rules import META_APPS, Rules
from convocommerce.sources import known_sources
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse.contacts import resolve_contacts
from convocommerce.warehouse.rows import write_rows
from convocommerce.windows import WINDOW_RULES

if TYPE_CHECKING:
    import duckdb

    from convocommerce.warehouse.connection import Database

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, its number and the number of steps."""

UNNAMED_SENDER = """
    direction = 'out' and app_id is not null and declared_role is null
    and app_id not in (select app_id from senders)
"""
"""SQL condition over messages: sent by an app that the rules do not name."""

TOLD_TWICE = 20
"""From how many equal messages on, two exports are taken to tell the same talk, not by chance."""

LAST_POSSIBLE = "(select coalesce(max(finished_at), 'infinity') from loads) + interval 1 day"
"""SQL of the last instant a record can honestly speak of: a day's slack after its load."""

# Open time is looked up at any as-of, which may lie well behind the last record.
_DAYS_AFTER = 400
TOLD_IN_TICKETS = "kind is distinct from 'chat'"
"""SQL condition over ticket events: something happened, and it does not just tie a chat to its
ticket, whose table knows no time but that of its copying."""

SENT_AT = "case when is_local then timezone('UTC', timezone('{zone}', sent_at)) else sent_at end"
"""SQL of the instant of a message in UTC, with the zone of the rules to be filled in."""

HORIZONS = {
    "messages": SENT_AT,
    "touchpoints": "occurred_at",
    "ticket_events": f"case when {TOLD_IN_TICKETS} then happened_at end",
    "orders": "created_at",
    "checkouts": "created_at",
}


def ensure_built(database: Database, rules: Rules, progress: Progress | None = None) -> bool:
    """Build the models unless they already fit the records, the rules and this package.

    Args:
        database: An open database.
        rules: The rules to build under.
        progress: Told of each step.

    Returns:
        Whether anything was built.

    Raises:
        UsageError: The models are too old and the database is open for reading only.
    """
    con = database.con
    wanted = _fingerprint(con, rules)
    if _built(con) == wanted:
        return False
    if database.is_read_only:
        raise UsageError(
            f"{database.path} is open for reading only and its models were built from other "
            "records or under other rules; open it for writing once, or ask under its own rules"
        )
    with database.transaction():
        build(con, rules, progress)
        con.execute("create or replace table built as select ? as fingerprint", [wanted])
    return True


def build(con: duckdb.DuckDBPyConnection, rules: Rules, progress: Progress | None = None) -> None:
    """Build every reference and model from the records that are there.

    Args:
        con: A connection whose current schema holds the canonical tables.
        rules: The rules to build under.
        progress: Told of each step.
    """
    files = [*sql_files("references").values(), *sql_files("models").values()]
    steps = len(files) + 2
    tell = progress or (lambda _name, _step, _steps: None)
    tell("rules", 1, steps)
    write_rules(con, rules)
    tell("contacts", 2, steps)
    resolve_contacts(
        con,
        country_calling_code=rules.phone_country_code,
        max_people_per_key=rules.people_per_key,
    )
    for number, file in enumerate(files, start=3):
        tell(file.name, number, steps)
        con.execute(f"create or replace table {file.name} as {file.sql}")


def horizons(time_zone: str) -> dict[str, str]:
    """Return the SQL of the instant of every row, by table, under the zone of the rules."""
    return {table: instant.format(zone=time_zone) for table, instant in HORIZONS.items()}


BESIDE = {
    "ad_days": "last_day + interval 1 day",
    "web_events": "happened_at",
    "ratings": "rated_at",
}
"""Tables by whose last instant an as-of is chosen only where nothing else is loaded."""


def data_through(con: duckdb.DuckDBPyConnection, time_zone: str) -> dict[str, dt.datetime]:
    """Return the last instant that each canonical table speaks of, where it has any row.

    Instants later than the load that brought them are mistakes of the source and are left out:
    one wrong year would otherwise make every wait look endless.
    """
    return _last_instants(con, horizons(time_zone))


def data_beside(con: duckdb.DuckDBPyConnection) -> dict[str, dt.datetime]:
    """Return the last instant that the tables beside talk and trade speak of, where any does."""
    return _last_instants(con, BESIDE)


def _last_instants(
    con: duckdb.DuckDBPyConnection, instants: Mapping[str, str]
) -> dict[str, dt.datetime]:
    found = {}
    for table, column in instants.items():
        last = con.execute(
            f"select max({column}) from {table} where {column} <= {LAST_POSSIBLE}"
        ).fetchall()[0][0]
        if last is not None:
            found[table] = last
    return found


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
    return first - dt.timedelta(days=1), last + dt.timedelta(days=_DAYS_AFTER)


def _fingerprint(con: duckdb.DuckDBPyConnection, rules: Rules) -> str:
    revision = con.execute("select revision from state").fetchall()[0][0]
    sql = "".join(
        file.sql for folder in ("references", "models") for file in sql_files(folder).values()
    )
    parts = f"{revision}|{rules.fingerprint()}|{WINDOW_RULES}|{sql}"
    return hashlib.sha256(parts.encode()).hexdigest()


def _built(con: duckdb.DuckDBPyConnection) -> str | None:
    known = con.execute(
        "select count(*) from duckdb_tables() where table_name = 'built' and not internal"
    ).fetchall()
    if not known[0][0]:
        return None
    rows = con.execute("select fingerprint from built").fetchall()
    return str(rows[0][0]) if rows else None
