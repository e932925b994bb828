"""Chats exported one by one from the shop's iPhone, which is set to Dutch.

Each thread of the world is a chat with somebody in the address book, in a folder of its own, as
the phone packs it. The app knows one author on the shop's side, so the bot, the automatic messages
and every employee write under the shop's name. Taps are told as the text on the button.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.simulation.times import local_time
from convocommerce.simulation.world import SHOP_NAME
from convocommerce.simulation.writers.files import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from convocommerce.simulation.records import Event, Thread
    from convocommerce.simulation.writers.registry import Told

MARK = "\u200e"
_NOTICE = (
    "Berichten en gesprekken zijn end-to-end versleuteld. Alleen mensen in deze chat kunnen ze "
    "lezen, beluisteren of delen."
)
_PICTURES = {"image": "afbeelding weggelaten", "sticker": "sticker weggelaten"}
_DELETED = {True: "Dit bericht is verwijderd.", False: "Je hebt dit bericht verwijderd."}


def write_talk(exports: Path, told: Told) -> int:
    """Write one chat text for each thread; return the number of messages and lines of the app."""
    by_thread: dict[Thread, list[Event]] = {}
    for event in told.events:
        by_thread.setdefault(event.thread, []).append(event)
    names: set[str] = set()
    n_told = 0
    for thread, events in by_thread.items():
        name = _name(thread, names)
        said = _said(name, sorted(events, key=lambda event: event.at))
        if said:
            notice = f"{MARK}[{_stamp(events[0].at)}] {name}: {MARK}{_NOTICE}"
            folder = exports / "whatsapp" / f"WhatsApp Chat - {name}"
            write_text(folder / "_chat.txt", "".join(f"{one}\r\n" for one in [notice, *said]))
            n_told += 1 + len(said)
    return n_told


def _name(thread: Thread, taken: set[str]) -> str:
    """Return the name in the address book, which no other customer has."""
    plain = f"{thread.person.first} {thread.person.last}"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain} {number}", number + 1
    taken.add(name)
    return name


def _said(name: str, events: list[Event]) -> list[str]:
    edited = {event.mid: event.text for event in events if event.kind == "edit"}
    deleted = {event.mid for event in events if event.kind == "deletion"}
    return [
        _line(name, event, edited.get(event.mid), event.mid in deleted)
        for event in events
        if event.is_spoken
    ]


def _line(name: str, event: Event, edit: str | None, is_deleted: bool) -> str:
    is_customer = event.role == "customer"
    text = event.text
    if event.order is not None:
        text = text.replace("{order}", event.order.number)
    if event.kind in _PICTURES:
        text = f"{MARK}{_PICTURES[event.kind]}"
    elif event.kind == "cart":
        items = ", ".join(f"{amount} x {product.dutch}" for product, amount in event.products)
        text = f"Bestelling: {items}"
    elif event.kind == "receipt" and event.order is not None:
        text = f"Bedankt! Je bestelling {event.order.number} is geplaatst."
    elif event.kind == "button":
        text = " ".join(filter(None, (text, event.payload)))
    if edit:
        text = f"{edit} {MARK}<Dit bericht is bewerkt>"
    if is_deleted:
        text = f"{MARK}{_DELETED[is_customer]}"
    mark = MARK if text.startswith(MARK) else ""
    return f"{mark}[{_stamp(event.at)}] {name if is_customer else SHOP_NAME}: {text}"


def _stamp(at: int) -> str:
    return f"{local_time(at):%d-%m-%Y %H:%M:%S}"
