"""The archives of messages that Facebook and Instagram let an account download.

One folder per thread, its messages in parts, the newest first, and every string written as the
bytes of its UTF-8. People are names; what a bot or an employee sent looks the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import SECOND
from convocommerce.simulation.world import SHOP_HOST, SHOP_NAME
from convocommerce.simulation.writers.files import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from convocommerce.simulation.records import Event, Thread
    from convocommerce.simulation.writers.registry import Told

Body = dict[str, Any]
PART = 40
_ROOTS = {
    "messenger": "facebook-slofenstukje/your_facebook_activity/messages",
    "instagram": "instagram-slofenstukje/your_instagram_activity/messages",
}


def write_talk(exports: Path, told: Told) -> int:
    """Write every thread in parts; return the number of files."""
    draw = Draw(told.seed, "messenger_archive")
    said: dict[Thread, list[Event]] = {}
    about: dict[str, list[Event]] = {}
    for event in sorted(told.events, key=lambda e: (e.at, e.thread.customer_id)):
        if event.at >= told.end:
            continue
        if event.is_spoken:
            said.setdefault(event.thread, []).append(event)
        elif event.mid:
            about.setdefault(event.mid, []).append(event)
    n = 0
    for thread, events in said.items():
        name = _name(thread)
        slug = "".join(letter for letter in name.lower() if letter.isalnum())
        section = "archived_threads" if draw.chance(0.1) else "inbox"
        path = f"{section}/{slug}_{draw.digits(17)}"
        root = _ROOTS[thread.channel]
        messages = [_message(e, about.get(e.mid, []), f"{root}/{path}") for e in reversed(events)]
        for number, at in enumerate(range(0, len(messages), PART), 1):
            part = {
                "participants": [{"name": name}, {"name": SHOP_NAME}],
                "messages": messages[at : at + PART],
                "title": name,
                "is_still_participant": True,
                "thread_path": path,
                "magic_words": [],
            }
            target = exports / root / path / f"message_{number}.json"
            write_text(target, json.dumps(_broken(part), indent=2) + "\n")
            n += 1
    return n


def _name(thread: Thread) -> str:
    return f"{thread.person.first} {thread.person.last}"


def _message(event: Event, about: list[Event], folder: str) -> Body:
    sender = _name(event.thread) if event.role == "customer" else SHOP_NAME
    found: Body = {"sender_name": sender, "timestamp_ms": event.at}
    if any(change.kind == "deletion" for change in about):
        return found | {"is_unsent": True, "is_geoblocked_for_viewer": False}
    text = event.text.replace("{order}", event.order.number if event.order else "")
    for change in about:
        if change.kind == "edit":
            text = change.text
        elif change.kind == "reaction":
            found["reactions"] = [{"reaction": "❤", "actor": _name(event.thread)}]
    if event.kind == "sticker":
        found["sticker"] = {"uri": f"{folder}/stickers_used/like.png"}
    elif event.kind == "image":
        uri = f"{folder}/photos/{event.mid[-8:]}.jpg"
        found["photos"] = [{"uri": uri, "creation_timestamp": event.at // SECOND}]
    elif event.kind in ("cart", "receipt"):
        found["content"] = f"{sender} sent an attachment."
        found["share"] = {"link": f"https://{SHOP_HOST}/account/orders"}
    else:
        found["content"] = text
        if event.kind == "button":
            found["share"] = {"link": event.payload}
    return found | {"is_geoblocked_for_viewer": False}


def _broken(value: Any) -> Any:
    """Return a value whose strings are the bytes of their UTF-8, one character for each."""
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, list):
        return [_broken(one) for one in value]
    if isinstance(value, dict):
        return {key: _broken(one) for key, one in value.items()}
    return value
