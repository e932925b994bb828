"""Intercom's exports: conversations fetched one by one, their list, a log of webhooks, contacts.

They have the habits of real ones. A list holds conversations without what was said in them. The
log began in the last days only, repeats some deliveries and tells of each conversation just the
part that is new. A workflow's fixed reply is a bot's comment like any other.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import DAY, HOUR, MINUTE, SECOND, local_month
from convocommerce.simulation.writers.files import compact, write_lines, write_page

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from convocommerce.simulation.records import Event, Thread
    from convocommerce.simulation.truth import Story
    from convocommerce.simulation.writers.registry import Told

Body = dict[str, Any]
_APP = "k2shopab"
_SOURCES = {"messenger": "facebook", "instagram": "instagram"}
_TEAM = {"type": "team", "id": "5017691"}
_FIN = {"type": "bot", "id": "5512", "name": "Fin", "email": "operator+k2shopab@intercom.example"}
_OPERATOR = {**_FIN, "id": "5500", "name": "Operator"}
_FIRST_CONVERSATION = 215_469_380_000_000
_FIRST_PART = 27_344_000_001
_LOGGED = 3 * DAY
_A_PAGE = 150


@dataclass(eq=False)
class _Piece:
    """Something in a conversation before it has its number."""

    at: int
    story: int
    order: int
    body: Body
    topic: str


def write_talk(exports: Path, told: Told) -> int:
    """Write conversations, their list, webhooks and contacts; return the number of documents."""
    draw = Draw(told.seed, "intercom")
    contacts = _contacts(draw, told)
    agents = _agents(told.stories)
    pieces = [
        piece
        for number, story in enumerate(told.stories)
        for piece in _pieces(draw, number, story, contacts, agents, told.end)
    ]
    pieces.sort(key=lambda piece: (piece.at, piece.story, piece.order))
    parts: dict[int, list[_Piece]] = {}
    for number, piece in enumerate(pieces, _FIRST_PART):
        piece.body = {"type": "conversation_part", "id": str(number), **piece.body}
        parts.setdefault(piece.story, []).append(piece)
    conversations = [
        _conversation(number, story, contacts, parts.get(number, []))
        for number, story in enumerate(told.stories)
    ]
    folder = exports / "intercom"
    n_documents = _write_conversations(folder, told.stories, conversations)
    n_documents += _write_webhooks(folder, draw, told, conversations, parts)
    everyone = list(contacts.values())
    write_page(
        folder / "contacts.json", "data", everyone, type="list", total_count=len(everyone),
        pages={"type": "pages", "page": 1, "per_page": len(everyone), "total_pages": 1},
    )  # fmt: skip
    return n_documents + len(everyone)


def _contacts(draw: Draw, told: Told) -> dict[Thread, Body]:
    """Return what Intercom knows of everybody at the end, addresses they gave included."""
    found: dict[Thread, Body] = {}
    for story in told.stories:
        thread = story.talk.thread
        if thread not in found:
            found[thread] = {
                "type": "contact",
                "id": draw.hexadecimal(24),
                "workspace_id": _APP,
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


def _agents(stories: Iterable[Story]) -> dict[str, str]:
    names = {event.agent for story in stories for event in story.spoken if event.role == "human"}
    return {name: str(814_860 + number) for number, name in enumerate(sorted(names))}


def _author(event: Event, contacts: dict[Thread, Body], agents: dict[str, str]) -> Body:
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
    return {**(_FIN if is_fin else _OPERATOR), "from_ai_agent": is_fin, "is_ai_answer": is_fin}


def _said(event: Event) -> tuple[str | None, list[Body]]:
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


def _part(part_type: str, at: int, author: Body, **more: Any) -> Body:
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


_TOPICS = {"customer": "conversation.user.replied", "human": "conversation.admin.replied"}


def _pieces(
    draw: Draw,
    number: int,
    story: Story,
    contacts: dict[Thread, Body],
    agents: dict[str, str],
    end: int,
) -> list[_Piece]:
    """Return everything in a conversation after its opening."""
    found: list[_Piece] = []

    def add(at: int, body: Body, topic: str) -> None:
        if at < end:
            found.append(_Piece(at, number, len(found), body, topic))

    opening = story.spoken[0]
    for event in sorted(story.talk.events, key=lambda event: event.at):
        if event.kind == "handover":
            # Workflows assign twice: to the team, and by default to nobody in particular.
            told = _part("assignment", event.at, _OPERATOR, assigned_to=_TEAM)
            add(event.at, told, "conversation.admin.assigned")
            told = _part("default_assignment", event.at, _OPERATOR, assigned_to=_TEAM)
            add(event.at, told, "conversation.admin.assigned")
        elif event.is_spoken and event is not opening:
            body, attachments = _said(event)
            part_type = "quick_reply" if event.kind in ("quick_reply", "postback") else "comment"
            author = _author(event, contacts, agents)
            told = _part(part_type, event.at, author, body=body, attachments=attachments)
            add(event.at, told, _TOPICS.get(event.role, "conversation.operator.replied"))
            if event.role == "human" and draw.chance(0.05):
                at = event.at + draw.whole(20, 90) * SECOND
                body = f"<p>{html.escape(event.agent)} belt de leverancier</p>"
                add(at, _part("note", at, author, body=body), "conversation.admin.noted")
    last = story.spoken[-1]
    if last.role == "human" and draw.chance(0.8):
        at = last.at + draw.whole(5, 6 * 60) * MINUTE
        if all(event.at < at for event in story.talk.events):
            author = _author(last, contacts, agents)
            add(at, _part("close", at, author), "conversation.admin.closed")
    return found


def _conversation(
    number: int, story: Story, contacts: dict[Thread, Body], parts: list[_Piece]
) -> Body:
    opening, thread = story.spoken[0], story.talk.thread
    contact = contacts[thread]
    agents = _agents([story])
    body, attachments = _said(opening)
    is_closed = bool(parts) and parts[-1].body["part_type"] == "close"
    human = story.first("human", opening.at if opening.role == "customer" else None)
    author = next(
        (p.body["author"] for p in parts if p.body["author"]["type"] == "admin"), None
    ) or _author(opening, contacts, agents)
    if opening.role == "customer":
        author = _author(opening, contacts, agents)
    return {
        "type": "conversation",
        "id": str(_FIRST_CONVERSATION + number),
        "created_at": opening.at // SECOND,
        "updated_at": (parts[-1].at if parts else opening.at) // SECOND,
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
            "author": author,
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
            "conversation_parts": [part.body for part in parts],
            "total_count": len(parts),
        },
    }


def _write_conversations(folder: Path, stories: list[Story], conversations: list[Body]) -> int:
    """Write the whole conversations by month, and their list as the API pages it."""
    months: dict[str, list[Body]] = {}
    for story, conversation in zip(stories, conversations, strict=True):
        months.setdefault(local_month(story.started_at), []).append(conversation)
    for month, whole in months.items():
        write_lines(folder / f"conversations-{month}.ndjson", map(compact, whole))
    n_pages = -(-len(conversations) // _A_PAGE)
    for page in range(n_pages):
        listed = [
            {key: value for key, value in conversation.items() if key != "conversation_parts"}
            for conversation in conversations[page * _A_PAGE : (page + 1) * _A_PAGE]
        ]
        write_page(
            folder / f"list-{page + 1:03d}.json", "conversations", listed,
            type="conversation.list", total_count=len(conversations),
            pages={"type": "pages", "page": page + 1, "total_pages": n_pages},
        )  # fmt: skip
    return 2 * len(conversations)


def _write_webhooks(
    folder: Path,
    draw: Draw,
    told: Told,
    conversations: list[Body],
    parts: dict[int, list[_Piece]],
) -> int:
    """Write the log of the last days: one part in each delivery, some of them twice."""
    log: list[tuple[int, int, str]] = []
    for number, of_story in parts.items():
        for piece in of_story:
            if piece.at < told.end - _LOGGED:
                continue
            item = conversations[number] | {
                "updated_at": piece.at // SECOND,
                "conversation_parts": {
                    "type": "conversation_part.list",
                    "conversation_parts": [piece.body],
                    "total_count": 1,
                },
            }
            line = compact(
                {
                    "type": "notification_event",
                    "app_id": _APP,
                    "id": f"notif_{piece.body['id']}",
                    "topic": piece.topic,
                    "delivery_attempts": 1,
                    "created_at": piece.at // SECOND,
                    "data": {"type": "notification_event_data", "item": item},
                }
            )
            log.append((piece.at, len(log), line))
            if draw.chance(0.03):
                log.append((piece.at + draw.whole(1, 60) * MINUTE, len(log), line))
    ping = {"type": "notification_event", "app_id": _APP, "topic": "ping",
            "data": {"type": "notification_event_data",
                     "item": {"type": "ping", "message": "Test"}}}  # fmt: skip
    log.append((told.end - _LOGGED - HOUR, len(log), compact(ping)))
    write_lines(folder / "webhooks.ndjson", [line for _, _, line in sorted(log)])
    return len(log)
