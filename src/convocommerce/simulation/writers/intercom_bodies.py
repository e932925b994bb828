"""The bodies of Intercom's contacts, conversations and their parts."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.times import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convocommerce.simulation.draw import Draw
    from convocommerce.simulation.records import Event, Thread
    from convocommerce.simulation.truth import Story
    from convocommerce.simulation.writers.registry import Told

Body = dict[str, Any]
APP = "k2shopab"
_SOURCES = {"messenger": "facebook", "instagram": "instagram"}
_FIN = {"type": "bot", "id": "5512", "name": "Fin", "email": "operator+k2shopab@intercom.example"}
OPERATOR = {**_FIN, "id": "5500", "name": "Operator"}
_FIRST_CONVERSATION = 215_469_380_000_000


def contacts_of(draw: Draw, told: Told) -> dict[Thread, Body]:
    """Return what Intercom knows of everybody at the end, addresses they gave included."""
    found: dict[Thread, Body] = {}
    for story in told.stories:
        thread = story.talk.thread
        if thread not in found:
            found[thread] = {
                "type": "contact",
                "id": draw.hexadecimal(24),
                "workspace_id": APP,
                "external_id": None,
                "role": "lead",
                "email": None,
                "phone": None,
                "name": thread.person.first,
                "created_at": story.started_at // SECOND,
                "unsubscribed_from_emails": False,
            }
    for event in told.events:
        if event.key and event.at < told.end and event.thread in found:
            kind, value = event.key
            if kind in ("email", "phone"):
                found[event.thread][kind] = value
    return found


def agents_of(stories: Iterable[Story]) -> dict[str, str]:
    """Return the number of every employee who wrote, by name."""
    names = {event.agent for story in stories for event in story.spoken if event.role == "human"}
    return {name: str(814_860 + number) for number, name in enumerate(sorted(names))}


def author_body(event: Event, contacts: dict[Thread, Body], agents: dict[str, str]) -> Body:
    """Return who wrote, the way parts and openings name them."""
    if event.role == "customer":
        contact = contacts[event.thread]
        return {key: contact[key] for key in ("id", "name", "email")} | {"type": contact["role"]}
    if event.role == "human":
        name = event.agent or "inbox"
        return {
            "type": "admin",
            "id": agents[event.agent],
            "name": name.title(),
            "email": f"{name}@slofenstukje.example",
            "from_ai_agent": False,
            "is_ai_answer": False,
        }
    is_fin = event.role == "bot"
    return {**(_FIN if is_fin else OPERATOR), "from_ai_agent": is_fin, "is_ai_answer": is_fin}


def said_body(event: Event) -> tuple[str | None, list[Body]]:
    """Return the body and the attachments of what was said."""
    text = event.text.replace("{order}", event.order.number if event.order else "")
    if event.kind == "receipt" and event.order:
        text = f"Bedankt! Je bestelling {event.order.number} is geplaatst."
    if event.kind == "cart":
        text = ", ".join(product.dutch for product, _ in event.products)
    if event.kind in ("image", "sticker"):
        return None, [{"type": "upload", "name": "image.jpg", "content_type": "image/jpeg"}]
    inside = html.escape(text, quote=False).replace("\n", "<br>")
    if event.kind == "button":
        link = html.escape(event.payload, quote=False)
        inside += f' <a href="{link}" class="intercom-h2b-button">Afrekenen</a>'
    return f"<p>{inside}</p>", []


def part_body(part_type: str, at: int, author: Body, **more: Any) -> Body:
    """Return a part of a conversation, without its number."""
    seconds = at // SECOND
    return {
        "part_type": part_type,
        "body": None,
        "created_at": seconds,
        "updated_at": seconds,
        "notified_at": seconds,
        "assigned_to": None,
        "author": author,
        "attachments": [],
        "external_id": None,
        "redacted": False,
        **more,
    }


def conversation_body(
    number: int,
    story: Story,
    contacts: dict[Thread, Body],
    agents: dict[str, str],
    parts: list[Body],
) -> Body:
    """Return a conversation as it is fetched by its id, with all its parts."""
    opening, thread = story.spoken[0], story.talk.thread
    contact = contacts[thread]
    body, attachments = said_body(opening)
    is_closed = bool(parts) and parts[-1]["part_type"] == "close"
    human = story.first("human", opening.at if opening.role == "customer" else None)
    return {
        "type": "conversation",
        "id": str(_FIRST_CONVERSATION + number),
        "created_at": opening.at // SECOND,
        "updated_at": parts[-1]["created_at"] if parts else opening.at // SECOND,
        "state": "closed" if is_closed else "open",
        "open": not is_closed,
        "read": True,
        "priority": "not_priority",
        "admin_assignee_id": None,
        "team_assignee_id": None,
        "source": {
            "type": _SOURCES[thread.channel],
            "id": str(403_918_000 + number),
            "delivered_as": "customer_initiated"
            if opening.role == "customer"
            else "admin_initiated",
            "subject": "",
            "body": body,
            "author": author_body(opening, contacts, agents),
            "attachments": attachments,
            "url": None,
            "redacted": False,
        },
        "contacts": {
            "type": "contact.list",
            "contacts": [{"type": "contact", "id": contact["id"], "external_id": None}],
        },
        "statistics": {
            "type": "conversation_statistics",
            "first_contact_reply_at": opening.at // SECOND if opening.role == "customer" else None,
            "first_admin_reply_at": human.at // SECOND if human else None,
            "count_conversation_parts": len(parts),
        },
        "conversation_rating": {},
        "ai_agent_participated": any(event.role == "bot" for event in story.spoken),
        "conversation_parts": {
            "type": "conversation_part.list",
            "conversation_parts": parts,
            "total_count": len(parts),
        },
    }
