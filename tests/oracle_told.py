"""What exports and tickets tell, as one list of messages with times in UTC, once more in Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from convocommerce.periods import Period
from convocommerce.rules import Rules
from oracle_clocks import follow_the_list
from oracle_talk import ThreadName, thread_name

Record = Mapping[str, Any]
Tables = Mapping[str, Sequence[Record]]

TELLERS = (None, "messenger/webhooks")
"""Of the exports drawn, those that could have told what brought a person."""

BOTLESS = ("messenger/archive", "messenger/conversations_api", "whatsapp/chat_text")
"""Exports that give no sign of a bot."""


def told(tables: Tables, rules: Rules) -> list[dict[str, Any]]:
    """Return every message that counts as told, of whichever export the rules choose."""
    failed = {
        (one["channel"], one["message_id"])
        for one in tables["deliveries"]
        if one["status"] == "failed"
    }
    found = []
    for record in tables["messages"]:
        message = {**record, "sent_at": sent_at(record, rules)}
        if (message["channel"], message["message_id"]) in failed:
            message["is_failed"] = True
        found.append(message)
    found += ticket_messages(tables)
    follow_the_list(found, rules)
    return [one for one in found if _is_chosen(one, rules)]


def sent_at(message: Record, rules: Rules) -> dt.datetime:
    """The instant of a message; a clock without a zone was one of the rules' zone."""
    instant: dt.datetime = message["sent_at"]
    if not message.get("is_local"):
        return instant
    zone = ZoneInfo(rules.time_zone)
    return instant.replace(tzinfo=zone).astimezone(dt.UTC).replace(tzinfo=None)


def is_untold(tables: Tables, rules: Rules, period: Period | None, as_of: dt.datetime) -> bool:
    """Whether nothing is known of what was said in a period: it lies before or after all of it."""
    said = [sent_at(one, rules) for one in tables["messages"]]
    said += [one["happened_at"] for one in tables["ticket_events"] if one["kind"] != "chat"]
    if not said or min(said) > as_of:
        return True
    if period is None:
        return False
    # Days are local and instants in UTC, so a day on either side may still be one of them.
    day, midnight = dt.timedelta(days=1), dt.time()
    start, end = (dt.datetime.combine(one, midnight) for one in (period.start, period.end))
    return min(said) >= end + day or max(said) < start - day


def people_told_of(tables: Tables) -> set[tuple[str, str, str]]:
    """The customers of whom some export could have told what brought them."""
    return {
        (one["channel"], one["business_id"], one["customer_id"])
        for one in [*tables["messages"], *ticket_messages(tables)]
        if one.get("export") in TELLERS
    }


def threads_told_of_bots(tables: Tables) -> set[ThreadName]:
    """The threads of which some export could have told what a bot wrote."""
    return {
        thread_name(one)
        for one in [*tables["messages"], *ticket_messages(tables)]
        if one.get("export") not in BOTLESS
    }


def closed_by(tables: Tables) -> set[tuple[str, str]]:
    """The businesses, by channel, of which some export tells when something was closed."""
    closed = {
        (one["platform"], one["ticket_id"])
        for one in tables["ticket_events"]
        if one["kind"] == "close"
    }
    tickets = [
        one
        for one in tables["tickets"]
        for name in (one["ticket_id"], *_visitors(_events_of(one, tables), one["ticket_id"]))
        if (one["platform"], name) in closed
    ]
    messages = [one for one in tables["messages"] if one["kind"] == "close"]
    return {(one["channel"], one["business_id"]) for one in (*tickets, *messages)}


def _is_chosen(message: Record, rules: Rules) -> bool:
    chosen, export = rules.told_by.get(message["channel"]), message.get("export")
    return chosen is None or export is None or f"{export}/".startswith(f"{chosen}/")


def ticket_messages(tables: Tables) -> list[dict[str, Any]]:
    """What stands in tickets as messages of their customers, each ticket a thread of its own."""
    return [
        message
        for ticket in tables["tickets"]
        if ticket.get("customer_id") is not None
        and not ticket.get("is_sample")
        and ticket.get("status") not in ("deleted", "merged")
        for message in _of_ticket(ticket, tables)
    ]


def _events_of(ticket: Record, tables: Tables) -> list[Record]:
    return [one for one in tables["ticket_events"] if one["platform"] == ticket["platform"]]


def _of_ticket(ticket: Record, tables: Tables) -> Iterator[dict[str, Any]]:
    events = _events_of(ticket, tables)
    roles = {
        one["person_id"]: one.get("role")
        for one in tables["people"]
        if one["platform"] == ticket["platform"]
    }
    visitors = _visitors(events, ticket["ticket_id"])
    mine = [
        one
        for one in events
        if one["kind"] != "chat"
        and (one["ticket_id"] in visitors or one["ticket_id"] == ticket["ticket_id"])
    ]
    has_log = any(one.get("told_as") == "log" for one in mine)
    bot_at = min(
        (one["happened_at"] for one in mine if one.get("declared_role") == "bot"), default=None
    )
    for one in mine:
        kind, author = one["kind"], one.get("author_id")
        is_transcript = one.get("is_transcript")
        if is_transcript is None:
            is_transcript = ticket.get("is_messaging")
        if kind in ("text", "attachment") and is_transcript:
            continue
        if has_log and one.get("told_as") == "chat":
            continue
        if kind == "handover" and (bot_at is None or bot_at > one["happened_at"]):
            continue
        is_asker = author is not None and author in (
            ticket["customer_id"],
            visitors.get(one["ticket_id"]),
        )
        role = _role(one, is_asker, roles.get(author))
        yield {
            "channel": ticket["channel"],
            "business_id": ticket["business_id"],
            "customer_id": ticket["customer_id"],
            "case_id": ticket["ticket_id"],
            "message_id": f"{one['platform']}:{one['event_id']}",
            "sent_at": one["happened_at"],
            "sequence": one["sequence"],
            "direction": "none"
            if kind == "handover" or role == "system"
            else ("in" if role == "customer" else "out"),
            "kind": kind,
            "declared_role": role,
            "agent_id": author if role == "human" and kind != "handover" else None,
            "text": one.get("text"),
            "export": one.get("export"),
        }


def _visitors(events: Iterable[Record], ticket_id: str) -> dict[str, str | None]:
    """The chats held in a ticket with their visitors; a chat in several tickets is the first's."""
    chats: dict[str, list[Record]] = {}
    for one in events:
        if one["kind"] == "chat":
            chats.setdefault(f"chat:{one['chat_id']}", []).append(one)
    return {
        name: min((one["author_id"] for one in them if one.get("author_id")), default=None)
        for name, them in chats.items()
        if min(one["ticket_id"] for one in them) == ticket_id
    }


def _role(event: Record, is_asker: bool, listed: str | None) -> str:
    if event["kind"] in ("close", "reopen"):
        return "system"
    if event.get("declared_role") is not None:
        return str(event["declared_role"])
    if event["kind"] == "note":
        return "note"
    if is_asker or listed == "customer":
        return "customer"
    return listed or "human"
