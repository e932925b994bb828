"""Intercom's exports: conversations fetched one by one, their list, a log of webhooks, contacts.

They have the habits of real ones. A list holds conversations without what was said in them. The
log began in the last days only, repeats some deliveries and tells of each conversation just the
part that is new. A workflow's fixed reply is a bot's comment like any other.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import DAY, HOUR, MINUTE, SECOND, local_month
from convocommerce.simulation.writers.files import compact, write_lines, write_page
from convocommerce.simulation.writers.intercom_bodies import (
    APP,
    OPERATOR,
    Body,
    agents_of,
    author_body,
    contacts_of,
    conversation_body,
    part_body,
    said_body,
)

if TYPE_CHECKING:
    from pathlib import Path

    from convocommerce.simulation.records import Thread
    from convocommerce.simulation.truth import Story
    from convocommerce.simulation.writers.registry import Told

_TEAM = {"type": "team", "id": "5017691"}
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
    contacts = contacts_of(draw, told)
    agents = agents_of(told.stories)
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
        conversation_body(
            number, story, contacts, agents, [part.body for part in parts.get(number, [])]
        )
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
            told = part_body("assignment", event.at, OPERATOR, assigned_to=_TEAM)
            add(event.at, told, "conversation.admin.assigned")
            told = part_body("default_assignment", event.at, OPERATOR, assigned_to=_TEAM)
            add(event.at, told, "conversation.admin.assigned")
        elif event.is_spoken and event is not opening:
            body, attachments = said_body(event)
            part_type = "quick_reply" if event.kind in ("quick_reply", "postback") else "comment"
            author = author_body(event, contacts, agents)
            told = part_body(part_type, event.at, author, body=body, attachments=attachments)
            add(event.at, told, _TOPICS.get(event.role, "conversation.operator.replied"))
            if event.role == "human" and draw.chance(0.05):
                at = event.at + draw.whole(20, 90) * SECOND
                body = f"<p>{html.escape(event.agent)} belt de leverancier</p>"
                add(at, part_body("note", at, author, body=body), "conversation.admin.noted")
    last = story.spoken[-1]
    if last.role == "human" and draw.chance(0.8):
        at = last.at + draw.whole(5, 6 * 60) * MINUTE
        if all(event.at < at for event in story.talk.events):
            author = author_body(last, contacts, agents)
            add(at, part_body("close", at, author), "conversation.admin.closed")
    return found


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
                    "app_id": APP,
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
    ping = {"type": "notification_event", "app_id": APP, "topic": "ping",
            "data": {"type": "notification_event_data",
                     "item": {"type": "ping", "message": "Test"}}}  # fmt: skip
    log.append((told.end - _LOGGED - HOUR, len(log), compact(ping)))
    write_lines(folder / "webhooks.ndjson", [line for _, _, line in sorted(log)])
    return len(log)
