"""What was said and done in every case of a drawn desk, in plain Python, as profiles judge it.

It reads the drawn records. Only what our own models say of a message, which the oracle holds, comes
from them: its conversation and who spoke.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from convocommerce.warehouse import Database

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Place = tuple[dt.datetime, int, int]
SECOND = dt.timedelta(seconds=1)
NEVER = dt.datetime(9999, 1, 1)


@dataclass(frozen=True)
class Said:
    """One thing said or done in a case."""

    at: dt.datetime
    sequence: int
    key: int
    kind: str
    role: str | None
    author: str | None
    listed: str | None
    is_said: bool
    is_copy: bool = False
    is_failed: bool = False
    is_native: bool = False
    is_chat: bool = False
    is_logged_again: bool = False
    conversation: int | None = None

    @property
    def place(self) -> Place:
        return self.at, self.sequence, self.key


@dataclass(frozen=True)
class Change:
    """One change of a case's status."""

    at: dt.datetime
    status: str
    before: str | None
    until: dt.datetime | None
    is_history: bool


@dataclass
class Case:
    """One ticket, or one conversation where there are no tickets."""

    name: str
    is_ticket: bool
    created: dt.datetime
    customer: str
    thread: int
    status: str | None = None
    is_messaging: bool = True
    own: int | None = None
    events: list[Said] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    conversations: list[Row] = field(default_factory=list)

    @property
    def said(self) -> list[Said]:
        """What was said, arrived and is no copy."""
        return [one for one in self.events if one.is_said and not one.is_copy and not one.is_failed]

    @property
    def head(self) -> int | None:
        """The conversation that stands for the case."""
        return self.conversations[0]["conversation_id"] if self.conversations else None


class Desk:
    """All cases of a drawn desk as they stood at an instant."""

    def __init__(self, database: Database, tables: Tables, as_of: dt.datetime) -> None:
        self.as_of, self.tables = as_of, tables
        self.people = {one["person_id"]: one["role"] for one in tables["people"]}
        self.failed = {
            one["message_id"] for one in tables["deliveries"] if one["happened_at"] <= as_of
        }
        self.keys: dict[str, int] = {}
        self.spoken: dict[str, Row] = {}
        for row in _rows(
            database,
            "select told.message_id, told.message_key, told.thread_key, placed.conversation_id,"
            " placed.role::varchar as role"
            " from (select message_id, message_key, thread_key from messages union all"
            " select message_id, message_key, thread_key from ticket_messages) as told"
            " left join conversation_messages as placed using (message_key)",
        ):
            self.keys[row["message_id"]] = row["message_key"]
            if row["role"] is not None:
                self.spoken[row["message_id"]] = row
        self.conversations = _rows(
            database,
            "select conversations.*, threads.customer_id from conversations"
            " join threads using (thread_key) where conversations.started_at <= ?"
            " order by coalesce(first_customer_at > ?, true), conversations.started_at,"
            " conversation_id",
            [as_of, as_of],
        )
        self.keys |= _event_keys(database, tables)
        self.cases = list(self._tickets(database))
        self.cases += self._talks({case.thread for case in self.cases})
        for case in self.cases:
            case.events.sort(key=lambda one: one.place)
            case.changes = self._changes(case)

    def _tickets(self, database: Database) -> Iterable[Case]:
        threads = dict(
            database.con.execute(
                "select ticket_id, (md5_number(channel || chr(31) || business_id || chr(31) ||"
                " 'case' || chr(31) || ticket_id) >> 64)::ubigint from tickets"
            ).fetchall()
        )
        for ticket in self.tables["tickets"]:
            if ticket["created_at"] > self.as_of:
                continue
            thread = threads[ticket["ticket_id"]]
            case = Case(
                f"desk:{ticket['ticket_id']}", True, ticket["created_at"], ticket["customer_id"],
                thread, ticket.get("status"), bool(ticket.get("is_messaging")),
            )  # fmt: skip
            case.conversations = [one for one in self.conversations if one["thread_key"] == thread]
            happened = [
                one
                for one in self.tables["ticket_events"]
                if one["ticket_id"] == ticket["ticket_id"] and one["happened_at"] <= self.as_of
            ]
            told = {one.get("told_as") for one in happened}
            case.events = [self._in_ticket(one, case, told) for one in happened]
            yield case

    def _in_ticket(self, event: Row, case: Case, told: set[str | None]) -> Said:
        author, kind = event.get("author_id"), event.get("kind", "text")
        listed = self.people.get(author) if author is not None else None
        if kind in ("close", "reopen", "handover"):
            role = {"handover": "handoff"}.get(kind, kind)
        elif event.get("declared_role") is not None:
            role = event["declared_role"]
        elif kind == "note":
            role = "note"
        elif (author is not None and author == case.customer) or listed == "customer":
            role = "customer"
        else:
            role = listed or "human"
        name = f"desk:{event['event_id']}"
        ours = self.spoken.get(name)
        is_said = kind in ("text", "attachment")
        is_transcript = event.get("is_transcript")
        if is_transcript is None:
            is_transcript = case.is_messaging
        chat_and_log = event.get("told_as") == "chat" and "log" in told
        return Said(
            at=event["happened_at"],
            sequence=event.get("sequence", 0),
            key=self.keys[name],
            kind=kind,
            role=role,
            author=author,
            listed={"customer": "external", "human": "internal"}.get(listed or ""),
            is_said=is_said,
            is_copy=(is_said and is_transcript) or chat_and_log,
            is_failed=name in self.failed,
            is_chat=event.get("told_as") == "chat",
            is_logged_again=event.get("told_as") == "log" and "chat" in told,
            conversation=ours["conversation_id"] if ours else None,
        )

    def _talks(self, of_tickets: set[int]) -> Iterable[Case]:
        by_thread: dict[int, list[Row]] = defaultdict(list)
        for one in self.conversations:
            if one["thread_key"] not in of_tickets:
                by_thread[one["thread_key"]].append(one)
        messages: dict[str, list[Row]] = defaultdict(list)
        for message in self.tables["messages"]:
            messages[message["customer_id"]].append(message)
        for thread, conversations in by_thread.items():
            cases = {
                one["conversation_id"]: Case(
                    f"conversation:{one['conversation_id']}", False, one["started_at"],
                    one["customer_id"], thread, own=one["conversation_id"], conversations=[one],
                )
                for one in conversations
            }  # fmt: skip
            for event in self._in_thread(messages[conversations[0]["customer_id"]]):
                if event.conversation in cases:
                    cases[event.conversation].events.append(event)
            yield from cases.values()

    def _in_thread(self, messages: list[Row]) -> Iterable[Said]:
        known = [one for one in messages if one["sent_at"] <= self.as_of]
        ours = [one for one in known if one["message_id"] in self.spoken]
        for one in known:
            name, kind = one["message_id"], one.get("kind", "text")
            mine = self.spoken.get(name)
            is_note = kind == "note" or one.get("declared_role") == "note"
            is_failed = bool(one.get("is_failed")) or name in self.failed
            if kind in ("reaction", "reopen") or not (mine or is_note or is_failed):
                continue
            before = [at for at in ours if at["sent_at"] <= one["sent_at"]]
            if mine:
                conversation = mine["conversation_id"]
            elif before:
                conversation = self.spoken[before[-1]["message_id"]]["conversation_id"]
            elif ours:
                conversation = self.spoken[ours[0]["message_id"]]["conversation_id"]
            else:
                continue
            role = mine["role"] if mine else likely_role(one)
            yield Said(
                at=one["sent_at"],
                sequence=one.get("sequence", 0),
                key=self.keys[name],
                kind=kind,
                role="note" if is_note else role,
                author=one.get("agent_id"),
                listed={"human": "internal", "bot": "internal", "customer": "external"}.get(
                    role or ""
                ),
                is_said=not is_note and kind not in ("handover", "close"),
                is_failed=is_failed,
                is_native=one["direction"] == "out"
                and not any(one.get(column) for column in ("app_id", "agent_id", "declared_role")),
                conversation=conversation,
            )

    def _changes(self, case: Case) -> list[Change]:
        """Join what the history tells and what closed and reopened the case."""
        number = case.name.removeprefix("desk:") if case.is_ticket else None
        told = [
            ((one["changed_at"], 0), one["status"], one.get("status_before"), True)
            for one in self.tables["ticket_statuses"]
            if one["ticket_id"] == number and one["changed_at"] <= self.as_of
        ]
        status = {"close": "solved", "reopen": "open", "handoff": "open"}
        told += [
            ((one.at, 1), status[one.role], None, False)
            for one in case.events
            if one.role in status
        ]
        told.sort(key=lambda one: one[0])
        kept: list[Change] = []
        last: tuple[str, dt.datetime] | None = None
        for (at, _), now, before, is_history in told:
            is_same = last is not None and last[0] == now and at - last[1] <= 2 * SECOND
            if not is_same:
                known = before or (last[0] if last else None)
                kept.append(Change(at, now, known, None, is_history))
            last = now, at
        ends = [*(one.at for one in kept[1:]), None][: len(kept)]
        has_history = any(one.is_history for one in kept)
        return [
            replace(one, until=until, is_history=has_history)
            for one, until in zip(kept, ends, strict=True)
        ]


def likely_role(message: Row) -> str | None:
    """Say who spoke where our models do not keep the message."""
    if message.get("declared_role") is not None:
        return str(message["declared_role"])
    if message["direction"] == "in":
        return "customer"
    return {"helpdesk": "human", "robot": "bot"}[message["app_id"]]


def _event_keys(database: Database, tables: Tables) -> dict[str, int]:
    channels = {one["ticket_id"]: one.get("channel", "messenger") for one in tables["tickets"]}
    names = [(f"desk:{one['event_id']}", channels[one["ticket_id"]])
             for one in tables["ticket_events"]]  # fmt: skip
    found = {}
    for name, channel in names:
        sql = "select (md5_number(? || chr(31) || ?) >> 64)::ubigint"
        found[name] = database.con.execute(sql, [channel, name]).fetchall()[0][0]
    return found


def _rows(database: Database, sql: str, values: Any = None) -> list[Row]:
    found = database.con.execute(sql, values or [])
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
