"""A second, plain reading of the simulated exports, which shares no code with the package."""

import csv
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

DAY = 86_400_000
BOT, HELPDESK = "551122334455667", "990011223344556"
BUSINESSES = {"102030405060708": "messenger", "17841405060708091": "instagram"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def millis(text: str) -> int | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def deliveries(exports: Path) -> list[dict[str, Any]]:
    files = sorted(exports.glob("*/webhooks-*.ndjson"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def events(exports: Path) -> list[tuple[str, str, dict[str, Any]]]:
    """Every event once, as business, customer and event, in the order of its instants."""
    found = {}
    for delivery in deliveries(exports):
        for entry in delivery["entry"]:
            for event in entry.get("messaging", []) + entry.get("standby", []):
                ids = {event["sender"]["id"], event["recipient"]["id"]}
                (customer,) = ids - {entry["id"]}
                key = (customer, event["timestamp"])
                if key not in found or "payload" in event.get("postback", {}):
                    found[key] = (entry["id"], customer, event)
    return sorted(found.values(), key=lambda e: (e[1], e[2]["timestamp"]))


@dataclass
class Talk:
    channel: str
    customer: str
    spoken: list[tuple[int, str, str]] = field(default_factory=list)
    handoff: int | None = None
    receipts: list[str] = field(default_factory=list)

    def first(self, role: str) -> int | None:
        asked = self.asked
        times = [at for at, who, _ in self.spoken if who == role and asked and at > asked]
        return min(times, default=None)

    @property
    def asked(self) -> int | None:
        return min((at for at, who, _ in self.spoken if who == "customer"), default=None)


def _fixed_texts(everything: list[tuple[str, str, dict[str, Any]]]) -> set[str]:
    """Texts of the inbox that reached five people or more within five seconds of their message."""
    people, spoke = defaultdict(set), {}
    for _, customer, event in everything:
        message = event.get("message", {})
        if not message.get("is_echo"):
            spoke[customer] = event["timestamp"]
            continue
        is_inbox = str(message["app_id"]) not in (BOT, HELPDESK)
        if is_inbox and event["timestamp"] - spoke.get(customer, 0) <= 5000:
            people[message.get("text")].add(customer)
    return {text for text, reached in people.items() if len(reached) >= 5}


def _role(event: dict[str, Any], fixed: set[str]) -> tuple[str, str]:
    if "pass_thread_control" in event:
        return "handoff", ""
    if "postback" in event or "order" in event:
        return "customer", ""
    message = event.get("message", {})
    if not message or message.get("is_deleted"):
        return "", ""
    if not message.get("is_echo"):
        return "customer", ""
    app = str(message["app_id"])
    if app == BOT:
        return "bot", ""
    if app == HELPDESK:
        return "human", message["metadata"].removeprefix("agent:")
    return ("auto" if message.get("text") in fixed else "human"), ""


def talks(exports: Path) -> list[Talk]:
    """Conversations by the rule: a day of silence ends one, unless the customer still waits."""
    everything = events(exports)
    fixed = _fixed_texts(everything)
    found: list[Talk] = []
    last, waits, passed, thread = 0, False, False, ""
    for business, customer, event in everything:
        at = event["timestamp"]
        role, agent = _role(event, fixed)
        if not role:
            continue
        is_over = at - last >= DAY and not waits and not passed
        if customer != thread or (is_over and role != "handoff"):
            found.append(Talk(BUSINESSES[business], customer))
            waits = passed = False
        thread = customer
        if role == "handoff":
            passed = True
            found[-1].handoff = found[-1].handoff or at
            continue
        last = at
        found[-1].spoken.append((at, role, agent))
        for attachment in event.get("message", {}).get("attachments", []):
            number = attachment["payload"].get("order_number")
            found[-1].receipts += [number] if number else []
        if role == "customer":
            waits = True
        elif role == "human":
            waits = passed = False
        elif role == "bot":
            waits = False
    return found
