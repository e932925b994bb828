"""Pages of the Graph API's conversations, as somebody who asks a page's inbox gets them.

The newest threads come first, with the newest messages first, in whole seconds. Of each thread
only the twenty newest messages have details; what is older is listed by its id, or not at all.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import utc_text
from convocommerce.simulation.truth import money
from convocommerce.simulation.world import SHOP_HOST, SHOP_NAME
from convocommerce.simulation.writers.files import write_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from convocommerce.simulation.records import Event, Thread
    from convocommerce.simulation.writers.registry import Told

Body = dict[str, Any]
PAGE = 25
DETAILED = 20
_HOST = "https://graph.facebook.com/v26.0"
_CHANNELS = ("messenger", "instagram")


def write_talk(exports: Path, told: Told) -> int:
    """Write the threads of Messenger and Instagram, page by page; return the number of threads."""
    draw = Draw(told.seed, "messenger_api")
    n = 0
    for channel in _CHANNELS:
        threads = _threads(told.events, channel, told.end)
        found = [_thread(draw, thread, said) for thread, said in threads]
        pages = [found[at : at + PAGE] for at in range(0, len(found), PAGE)]
        for number, page in enumerate(pages, 1):
            paging: Body = {"cursors": {"before": draw.letters(16), "after": draw.letters(16)}}
            if number < len(pages):
                owner = threads[0][0].business_id
                after = paging["cursors"]["after"]
                paging["next"] = f"{_HOST}/{owner}/conversations?limit={PAGE}&after={after}"
            path = exports / channel / f"conversations-{number:02d}.json"
            write_page(path, "data", page, paging=paging)
        n += len(found)
    return n


def _threads(
    events: Sequence[Event], channel: str, end: int
) -> list[tuple[Thread, list[tuple[Event, list[Event]]]]]:
    """Return each thread with its messages and what was done to them, the newest first."""
    said: dict[Thread, list[Event]] = {}
    about: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda e: e.at):
        if event.thread.channel != channel or event.at >= end:
            continue
        if event.is_spoken:
            said.setdefault(event.thread, []).append(event)
        elif event.mid:
            about.setdefault(event.mid, []).append(event)
    newest = sorted(said, key=lambda t: (-said[t][-1].at, t.customer_id))
    return [(t, [(e, about.get(e.mid, [])) for e in reversed(said[t])]) for t in newest]


def _thread(draw: Draw, thread: Thread, said: list[tuple[Event, list[Event]]]) -> Body:
    listed = said[:PAGE]
    messages: Body = {
        "data": [
            _message(draw, event, about) if place < DETAILED else _listed(draw, event)
            for place, (event, about) in enumerate(listed)
        ],
        "paging": {"cursors": {"before": draw.letters(12), "after": draw.letters(12)}},
    }
    number = draw.digits(15)
    thread_id = f"t_{number}"
    if thread.channel == "instagram":
        thread_id = _instagram_id(f"ig_dm:1:IGMessageThread:{thread.business_id}:{number}")
    if len(said) > len(listed):
        messages["paging"]["next"] = f"{_HOST}/{thread_id}/messages?after={draw.letters(12)}"
    people = [_side(thread, is_page=is_page) for is_page in (False, True)]
    found: Body = {"id": thread_id}
    if thread.channel == "messenger":
        found["link"] = f"/{thread.business_id}/inbox/{number}/"
    return found | {
        "updated_time": _time(said[0][0].at),
        "message_count": len(said),
        "participants": {"data": people},
        "messages": messages,
    }


def _instagram_id(text: str) -> str:
    """Return an id the way Instagram writes it: base64, with an A after every Z."""
    return base64.b64encode(text.encode()).decode().replace("Z", "ZA").replace("=", "ZD")


def _side(thread: Thread, *, is_page: bool) -> Body:
    person = thread.person
    if thread.channel == "instagram":
        name = SHOP_NAME if is_page else f"{person.first}{person.last}"
        letters = "".join(letter for letter in name.lower() if letter.isalnum())
        return {"username": letters, "id": thread.business_id if is_page else thread.customer_id}
    own = thread.business_id if is_page else thread.customer_id
    name = SHOP_NAME if is_page else f"{person.first} {person.last}"
    return {"name": name, "email": f"{own}@facebook.com", "id": own}


def _listed(draw: Draw, event: Event) -> Body:
    return {"id": event.mid or f"m_{draw.letters(13)}", "created_time": _time(event.at)}


def _message(draw: Draw, event: Event, about: list[Event]) -> Body:
    is_page = event.role != "customer"
    found = _listed(draw, event) | {
        "from": _side(event.thread, is_page=is_page),
        "to": {"data": [_side(event.thread, is_page=not is_page)]},
    }
    text = event.text.replace("{order}", event.order.number if event.order else "")
    for change in about:
        if change.kind == "edit":
            text = change.text
        elif change.kind == "reaction":
            users = [_side(event.thread, is_page=False)]
            found["reactions"] = {"data": [{"reaction": "love", "users": users}]}
    if any(change.kind == "deletion" for change in about):
        return found | {"message": ""}
    found["message"] = text
    found |= _beside(event)
    if is_page and event.thread.channel == "messenger":
        found["tags"] = {"data": [{"name": name} for name in ("inbox", "read", "sent")]}
    return found


def _beside(event: Event) -> Body:
    """Return what stands beside the text of a message."""
    if event.kind == "sticker":
        return {"sticker": "https://cdn.example/like.png"}
    if event.kind == "image":
        link = f"https://cdn.example/{event.mid[-8:]}.jpg"
        image = {"id": event.mid[-8:], "mime_type": "image/jpeg", "image_data": {"url": link}}
        return {"attachments": {"data": [image]}}
    if event.kind == "cart":
        products = [
            {"id": p.product_id, "retailer_id": p.sku, "name": p.dutch, "price": money(p.cents)}
            for p, _ in event.products
        ]
        payload = {"product": {"elements": {"data": products}}}
        return {"shares": {"data": [{"template": {"payload": payload}}]}}
    if event.kind in ("button", "receipt"):
        url = event.payload or f"https://{SHOP_HOST}/account/orders"
        action = {"title": "Afrekenen", "type": "web_url", "url": url}
        card = {"title": SHOP_NAME, "cta": action}
        return {"attachments": {"data": [{"id": event.mid[-8:], "generic_template": card}]}}
    return {}


def _time(at: int) -> str:
    return f"{utc_text(at)[:19]}+0000"
