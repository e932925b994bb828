"""Conversations, waits and touchpoints once more, in plain slow Python over lists of records.

Nothing here is SQL and nothing is clever: a thread is read from its first message to its last, and
what is known is kept in a handful of names. Instants are whole milliseconds since 1970 in UTC.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from convocommerce.rules import META_APPS, Rules
from convocommerce.windows import WINDOW_RULES

Record = Mapping[str, Any]
ThreadName = tuple[str, str, str, str | None]
"""Channel, business, customer, and the case where the platform's threads end."""
CustomerName = tuple[str, str, str]
OpenTime = Callable[[int, int], int]
"""Open milliseconds between two instants."""

EPOCH = dt.datetime(1970, 1, 1)  # naive UTC, as in the records


def millis(instant: dt.datetime) -> int:
    return (instant - EPOCH) // dt.timedelta(milliseconds=1)


def optional_millis(instant: dt.datetime | None) -> int | None:
    return None if instant is None else millis(instant)


def key64(*parts: str) -> int:
    digest = hashlib.md5("\x1f".join(parts).encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little")


def thread_name(record: Record) -> ThreadName:
    case = record.get("case_id")
    return record["channel"], record["business_id"], record["customer_id"], case


@dataclass
class Said:
    """One message of a conversation."""

    at: int
    role: str
    agent_id: str | None
    key: int
    is_cut_off: bool = False
    is_after_customer: bool = False
    is_left_waiting: bool = False
    """Whether the customer still waited for an answer after it."""

    @property
    def is_spoken(self) -> bool:
        return self.role not in ("handoff", "close")


@dataclass
class Leg:
    """A wait: from a customer's first unanswered message on."""

    key: int
    said: list[Said] = field(default_factory=list)

    def first(self, role: str) -> int | None:
        return min((one.at for one in self.said if one.role == role), default=None)


@dataclass(eq=False)
class Conversation:
    thread: ThreadName
    contact: int
    said: list[Said] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    touchpoints: list[Record] = field(default_factory=list)
    is_returning: bool = False
    reopened_at: int | None = None
    reactions: list[int] = field(default_factory=list)

    @property
    def key(self) -> int:
        return self.said[0].key

    @property
    def started_at(self) -> int:
        return self.said[0].at

    @property
    def is_outbound(self) -> bool:
        return self.said[0].role != "customer"

    @property
    def first_customer_at(self) -> int | None:
        return next((one.at for one in self.said if one.role == "customer"), None)

    def last_spoken(self, until: int | None = None) -> int | None:
        times = [
            one.at for one in self.said if one.is_spoken and (until is None or one.at <= until)
        ]
        return max(times, default=None)

    def answer(self, *roles: str) -> Said | None:
        return next((one for one in self.said if one.is_after_customer and one.role in roles), None)

    def answered_at(self, clock: str) -> int | None:
        roles = {
            "human": ["human"],
            "bot": ["bot"],
            "any": ["bot", "human"],
            "handoff": ["handoff"],
            "close": ["close"],
        }
        found = self.answer(*roles.get(clock, ["auto"]))
        return found.at if found else None

    def ended_by_silence(self, now: int, gap: int) -> int | None:
        """Return when it was over because nobody waited and nobody wrote."""
        known = [one for one in self.said if one.at <= now]
        last = self.last_spoken(now)
        if last is None or known[-1].is_left_waiting or last + gap > now:
            return None
        return last + gap

    def window_closes_at(self, now: int) -> int | None:
        """Return until when people could write, by what the customer had said by then."""
        opened = [one.at for one in self.said if one.role == "customer"]
        after_ads = {
            next((at for at in opened if at >= millis(touch["occurred_at"])), None)
            for touch in self.touchpoints
            if touch["entry_point"] in ("ad", "inbox_ad")
        }
        closings = []
        for at in [*opened, *self.reactions]:
            day = (EPOCH + dt.timedelta(milliseconds=at)).date()
            entries = ("any", "ad") if at in after_ads else ("any",)
            for rule in WINDOW_RULES:
                is_meant = rule.kind == "send" and rule.platform == self.thread[0]
                is_known = at <= now and (rule.since is None or rule.since <= day)
                if is_meant and is_known and rule.entry in entries:
                    closings.append(at + rule.hours * 3_600_000)
        return max(closings, default=None)

    def human_answers(self, until: int) -> int:
        answers = [leg.first("human") for leg in self.legs]
        return sum(at is not None and at <= until for at in answers)

    def count(self, role: str) -> int:
        return sum(one.role == role for one in self.said)

    def first_touch(self, column: str) -> Any:
        touches = sorted(
            self.touchpoints, key=lambda t: (t["occurred_at"], t["sequence"], t["touchpoint_id"])
        )
        return next((t[column] for t in touches if t.get(column) is not None), None)


def automatic_texts(messages: Iterable[Record], rules: Rules) -> set[str]:
    """The texts the inbox sent to many people."""
    people: dict[str, set[ThreadName]] = {}
    for message in messages:
        if message["direction"] != "out" or message.get("declared_role") is not None:
            continue
        if message.get("text") is not None and _is_inbox(message):
            people.setdefault(_plain(message["text"]), set()).add(thread_name(message))
    return {text for text, them in people.items() if len(them) >= rules.automatic_reply_people}


def conversations(
    messages: Sequence[Record],
    contacts: Mapping[CustomerName, int],
    rules: Rules,
    repeated: set[str],
) -> list[Conversation]:
    """Every conversation of every thread, some texts being known as automatic."""
    threads: dict[ThreadName, list[Record]] = {}
    for message in messages:
        threads.setdefault(thread_name(message), []).append(message)
    found = [
        talk
        for thread, said in threads.items()
        if thread[2] not in rules.exclude_customers
        for talk in _cut(thread, contacts[thread[:3]], said, rules, repeated)
    ]
    for message in messages:
        if message["kind"] == "reaction" and message["direction"] == "in":
            at = millis(message["sent_at"])
            mine = [
                talk
                for talk in found
                if talk.thread == thread_name(message) and talk.started_at <= at
            ]
            if mine:
                max(mine, key=lambda t: (t.started_at, -t.key)).reactions.append(at)
    first: dict[int, int] = {}
    for talk in found:
        first[talk.contact] = min(first.get(talk.contact, talk.started_at), talk.started_at)
    for talk in found:
        talk.is_returning = talk.started_at > first[talk.contact]
    return found


def _cut(
    thread: ThreadName,
    contact: int,
    messages: Sequence[Record],
    rules: Rules,
    repeated: set[str],
) -> list[Conversation]:
    found: list[Conversation] = []
    gap = rules.conversation_gap_hours * 3_600_000
    last_customer = last_spoken = -(10**18)
    # The customer asked; since then a bot wrote; since the asking the bot handed over.
    asked = bot_wrote = handed_over = closed = False
    wait: Leg | None = None
    for at, _, key, message in sorted(
        (
            millis(message["sent_at"]),
            message["sequence"],
            key64(message["channel"], message["message_id"]),
            message,
        )
        for message in map(_Sortable, messages)
    ):
        role = who(message, rules)
        if role is None:
            continue
        is_quick = at - last_customer <= rules.automatic_reply_seconds * 1000
        if role == "human" and is_quick and _is_repeated(message, repeated):
            role = "auto"
        one = Said(at, role, message.get("agent_id"), key, bool(message.get("is_cut_off")))
        is_waiting = asked and (not bot_wrote or handed_over)
        is_silence = at - last_spoken >= gap and not is_waiting
        is_reopened = closed and role == "customer"
        if one.is_spoken and (not found or is_silence or is_reopened):
            if found and is_reopened:
                found[-1].reopened_at = at
            found.append(Conversation(thread, contact))
            wait = None
        if role == "customer":
            if not asked or closed:
                handed_over = False
            asked, bot_wrote = True, False
        elif role == "human":
            asked = False
        elif role == "bot":
            bot_wrote = True
        elif role == "handoff":
            handed_over = handed_over or asked
        closed = role == "close" or (closed and not one.is_spoken)
        last_customer = at if role == "customer" else last_customer
        last_spoken = at if one.is_spoken else last_spoken
        if not found:
            continue
        talk = found[-1]
        if role == "customer" and (wait is None or wait.first("human") is not None):
            wait = Leg(key)
            talk.legs.append(wait)
        if wait is not None:
            wait.said.append(one)
        one.is_left_waiting = asked and (not bot_wrote or handed_over)
        one.is_after_customer = role == "customer" or talk.first_customer_at is not None
        talk.said.append(one)
    return found


class _Sortable(dict[str, Any]):
    """A record that is never compared: keys before it differ."""

    def __lt__(self, other: object) -> bool:
        raise AssertionError("two messages share one key")


def who(message: Record, rules: Rules) -> str | None:
    """Who spoke, or nothing for what is neutral."""
    kind, declared = message["kind"], message.get("declared_role")
    app, word = message.get("app_id"), (message.get("metadata") or "").split(":")[0]
    senders = {**META_APPS, **rules.senders}
    behind = senders.get(f"{app}:{word}") if message.get("metadata") is not None else None
    behind = behind or senders.get(str(app)) or rules.unknown_app
    if kind == "close":
        return "close"
    if kind == "handover":
        is_to_people = declared == "human" or (app is not None and behind == "human")
        return "handoff" if is_to_people else None
    if kind in ("reaction", "note") or declared in ("note", "system", "reaction"):
        return None
    if message.get("is_failed") or message["direction"] == "none":
        return None
    if declared is not None:
        return str(declared)
    if message["direction"] == "in":
        return "customer"
    return rules.no_app if app is None else behind


def _is_inbox(message: Record) -> bool:
    app = message.get("app_id")
    return app is None or META_APPS.get(app) == "human"


def _plain(text: str) -> str:
    return text.strip(" ").lower()


def _is_repeated(message: Record, repeated: set[str]) -> bool:
    is_out = message["direction"] == "out" and message.get("declared_role") is None
    text = message.get("text")
    return is_out and _is_inbox(message) and text is not None and _plain(text) in repeated


def place_touchpoints(
    talks: Sequence[Conversation],
    touchpoints: Iterable[Record],
    contacts: Mapping[CustomerName, int],
    rules: Rules,
) -> None:
    """Give each touchpoint to the conversation it fell in, or to the next one within the gap.

    In a thread in which nobody ever spoke, the contact's talk on that channel stands in for it.
    """
    gap = rules.conversation_gap_hours * 3_600_000
    for touch in touchpoints:
        at = millis(touch["occurred_at"])
        name = thread_name(touch)
        mine = [talk for talk in talks if talk.thread == name] or [
            talk
            for talk in talks
            if (talk.contact, talk.thread[0]) == (contacts[name[:3]], touch["channel"])
        ]
        during = [t for t in mine if t.started_at <= at <= (t.last_spoken() or t.started_at)]
        after = [t for t in mine if at < t.started_at <= at + gap]
        if during:
            min(during, key=lambda t: (-t.started_at, t.key)).touchpoints.append(touch)
        elif after:
            min(after, key=lambda t: (t.started_at, t.key)).touchpoints.append(touch)
