"""Logs of Chatwoot's webhooks, loaded, against replaying what Chatwoot keeps while they happen."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.profiles import case_times
from tables import T0

Json = dict[str, Any]
AGENT = {"id": 9, "name": "Joost", "email": "joost@winkel.example", "type": "user"}
BOT = {"id": 2, "name": "Slofje", "type": "agent_bot"}
CAPTAIN = {"id": 3, "name": "Captain", "type": "captain_assistant"}
STATUSES = {"resolved", "open", "snoozed", "pending"}

# What is sent, beside its number and time.
MESSAGES: dict[str, Json] = {
    "human": {"sender": AGENT},
    "echo": {"sender": None, "content_attributes": {"external_echo": True}},
    "note": {"sender": AGENT, "private": True},
    "failed": {"sender": AGENT, "status": "failed"},
    "rule": {"sender": None, "content_attributes": {"automation_rule_id": 5}},
    "rule as agent": {"sender": AGENT, "content_attributes": {"automation_rule_id": 5}},
    "campaign": {"sender": AGENT, "additional_attributes": {"campaign_id": 7}},
    "template": {"sender": None, "message_type": "template"},
    "bot": {"sender": BOT},
    "captain": {"sender": CAPTAIN},
}
HUMAN = {"human", "echo", "failed"}
OF_USERS = {"human", "failed", "note", "rule as agent", "campaign"}


@dataclass
class Desk:
    """One conversation as Chatwoot keeps it, with the durations that it writes down."""

    number: int
    has_bot: bool
    status: str = "open"
    waiting: float | None = 0.0
    is_answered: bool = False
    n_counted: int = 0
    n_of_users: int = 0
    opened: list[float] = field(default_factory=list)
    bot_solved: list[float] = field(default_factory=list)
    handoff: int | None = None
    first: int | None = None
    replies: list[int] = field(default_factory=list)
    solved: list[int] = field(default_factory=list)
    log: list[Json] = field(default_factory=list)
    events: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.status = "pending" if self.has_bot else "open"
        self._tell({"event": "conversation_created", **self._conversation(0)})

    def write(self, at: float, what: str) -> None:
        """Let somebody write."""
        if what == "customer":
            self._message(at, {"sender": self._contact(), "message_type": "incoming"})
            if self.status == "snoozed":
                self.change(at, "open")
            elif self.status == "resolved":
                self.change(at, "pending" if self.has_bot else "open")
            self.waiting = at if self.waiting is None else self.waiting
            return
        self._message(at, MESSAGES[what])
        self.n_of_users += what in OF_USERS
        self.n_counted += what in {"human", "failed", "rule as agent"}
        if what in HUMAN and not self.is_answered and self.n_counted <= 1:
            self.first = int(at) - int(self._last_by_no_human())
            self.is_answered, self.waiting = True, None
        elif what in HUMAN and self.waiting is not None:
            self.replies.append(int(at) - int(self.waiting))
            self.waiting = None
        elif what in ("bot", "captain"):
            self.waiting = None

    def change(self, at: float, status: str) -> None:
        """Change the status; from pending to open is the bot's hand-over."""
        if status == self.status:
            return
        before, self.status = self.status, status
        if status == "resolved":
            self.waiting = None
            self.solved.append(int(at))
            if self.has_bot and not self.n_of_users:
                self.bot_solved.append(at)
        elif status == "open":
            self.opened.append(at)
            if before == "pending":
                self.waiting = at if self.waiting is None else self.waiting
                self.handoff = int(at) if self.handoff is None else self.handoff
        changed = [{"status": {"previous_value": before, "current_value": status}}]
        told = {"changed_attributes": changed, **self._conversation(at)}
        self._tell({"event": "conversation_status_changed", **told})
        self._tell({"event": "conversation_updated", **told})
        if status in ("open", "resolved"):
            name = {"open": "opened", "resolved": "resolved"}[status]
            self._tell({"event": f"conversation_{name}", **self._conversation(at)})

    def _last_by_no_human(self) -> float:
        if self.opened:
            return max(self.opened)
        return self.bot_solved[-1] if self.bot_solved else 0.0

    def _tell(self, body: Json) -> None:
        self.log.append({"account": {"id": 1, "name": "Winkel"}, **body})

    def _contact(self) -> Json:
        return {"id": 1000 + self.number, "name": "Ana"}

    def _conversation(self, at: float) -> Json:
        began = T0.replace(tzinfo=dt.UTC).timestamp()
        return {
            "additional_attributes": {},
            "channel": "Channel::FacebookPage",
            "contact_inbox": {
                "id": self.number, "contact_id": 1000 + self.number, "inbox_id": 3,
                "source_id": str(70000 + self.number),
            },
            "id": self.number,
            "inbox_id": 3,
            "messages": [],
            "meta": {"sender": self._contact(), "assignee": AGENT, "team": None},
            "status": self.status,
            "created_at": int(began),
            "timestamp": int(began + at),
            "last_activity_at": int(began + at),
            "updated_at": began + at,
        }  # fmt: skip

    def _message(self, at: float, more: Json) -> None:
        moment = T0 + dt.timedelta(seconds=at)
        self._tell(
            {
                "event": "message_created",
                "additional_attributes": {},
                "content_attributes": {},
                "content_type": "text",
                "content": "text",
                "conversation": self._conversation(at),
                "created_at": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z",
                "id": self.number * 100 + len(self.log),
                "inbox": {"id": 3, "name": "Facebook"},
                "message_type": "outgoing",
                "private": False,
                "source_id": None,
                **more,
            }
        )


def replayed(number: int, has_bot: bool, events: list[tuple[float, str]]) -> Desk:
    desk = Desk(number, has_bot, events=events)
    for at, what in events:
        if what in STATUSES:
            desk.change(at, what)
        else:
            desk.write(at, what)
    return desk


def compare(folder: Path, desks: list[Desk]) -> None:
    path = folder / "webhooks.ndjson"
    path.write_text("\n".join(json.dumps(one) for desk in desks for one in desk.log), "utf-8")
    with cc.open(folder / "shop.duckdb") as shop:
        shop.load(path)
        shop.build()
        rows = {
            int(row.case_id.removeprefix("chatwoot:")): row
            for row in case_times(shop.database.con, "chatwoot", None, T0 + dt.timedelta(days=400))
        }
    for desk in desks:
        row = rows[desk.number]
        found = (
            row.calendar_seconds,
            list(row.reply_seconds),
            list(row.resolution_seconds),
            list(row.bot_resolution_seconds),
            row.handoff_seconds,
        )
        solved_by_bot = [int(at) for at in desk.bot_solved]
        wanted = (desk.first, desk.replies, desk.solved, solved_by_bot, desk.handoff)
        assert found == wanted, (desk.has_bot, desk.events)


DAY = 86400.0
NAMED: list[tuple[bool, list[tuple[float, str]], int | None]] = [
    (False, [(0, "customer"), (600, "human")], 600),
    (False, [(0, "human"), (3600, "customer"), (3900, "human")], 0),
    (True, [(0, "customer"), (3, "bot"), (20, "open"), (62, "human")], 42),
    (False, [(0, "customer"), (1800, "snoozed"), (3600, "open"), (3660, "human")], 60),
    (False, [(0, "customer"), (100, "failed"), (900, "human")], 100),
    (False, [(0, "customer"), (100, "echo"), (900, "human")], 100),
    (False, [(0, "customer"), (10, "rule"), (20, "campaign"), (30, "template"), (90, "human")], 90),
    # A rule that writes as an agent leaves no first answer to anybody.
    (False, [(0, "customer"), (10, "rule as agent"), (90, "human")], None),
    # A note of a person makes it no solving by the bot, so the clock runs from the beginning.
    (
        True,
        [(0, "customer"), (3, "bot"), (9, "note"), (60, "resolved"), (DAY, "customer"),
         (DAY + 60, "human")],
        86460,
    ),
    (
        True,
        [(0, "customer"), (3, "bot"), (60, "resolved"), (DAY, "customer"), (DAY + 60, "human")],
        86400,
    ),
    (
        False,
        [(0, "customer"), (600, "resolved"), (86000, "customer"), (86060, "human"),
         (87000, "resolved")],
        60,
    ),
]  # fmt: skip


def test_named_logs(tmp_path: Path) -> None:
    desks = []
    for number, (has_bot, events, first) in enumerate(NAMED, 1):
        desk = replayed(number, has_bot, events)
        assert desk.first == first, events
        desks.append(desk)
    compare(tmp_path, desks)


def random_events(random: Random, has_bot: bool) -> list[tuple[float, str]]:
    events, seconds = [(0.0, random.choice(["customer"] * 5 + ["human"]))], 0.0
    often = random.choice([["human"], ["human", "echo"], list(MESSAGES)])
    others = ["human", "note", "customer", "customer", *often]
    others += ["bot", "bot", "captain"] if has_bot else []
    for _ in range(random.randint(1, 12)):
        seconds += random.choice([3.0, 7.25, 60.0, 3600.0, 86400.0])
        pool = others if random.random() < 0.75 else ["resolved", "open", "snoozed"]
        allowed = [one for one in pool if has_bot or one not in ("bot", "captain")]
        events.append((seconds, random.choice(allowed)))
    return events


@pytest.mark.parametrize("seed", range(3))
def test_random_logs(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    desks = []
    for number in range(1, 121):
        has_bot = random.random() < 0.5
        desks.append(replayed(number, has_bot, random_events(random, has_bot)))
    compare(tmp_path, desks)
