"""Sunshine Conversations (formerly Smooch): webhook logs, pages of messages and lists of users."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from convocommerce.sources.contract import Document, ExportKind, Limit, Source

_TEXT = "VARCHAR"
_EVENT_TYPE = re.compile(r"(?:client|conversation|passthrough|switchboard|user):[A-Za-z:]+")
_FORMER_TRIGGER = re.compile(
    r"(?:appUser|client|conversation|delivery|link|merge|message|notification|payment|typing):\w.*"
    r"|message|postback"
)
_FORMER_ROLES = ("appUser", "appMaker", "whisper")


def _texts(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, _TEXT)


_FORMER_USER = {
    **_texts("_id", "userId", "email"),
    "clients": [_texts("platform", "active", "integrationId", "externalId")],
}
_USER = {
    **_texts("id", "externalId", "zendeskId"),
    "profile": _texts("email"),
    "identities": [_texts("type", "value")],
}

_LIMITS_OF_MESSAGES = (
    Limit(
        "A message of the business that names no agent and does not come from the agent workspace "
        "counts as a bot's.",
        about=("senders", "answers"),
    ),
    Limit("Several people in one conversation count as one customer.", about=("customers",)),
)


def _is_delivery(document: Document) -> bool:
    events = document.get("events")
    if isinstance(events, list) and isinstance(document.get("webhook"), dict | None):
        told = [event for event in events if isinstance(event, dict)]
        return any(_is_event(event) for event in told) or (
            not events and isinstance(document.get("webhook"), dict)
        )
    return _is_event(document) or _is_former_delivery(document)


def _is_event(event: Document) -> bool:
    kind = event.get("type")
    return (
        isinstance(kind, str)
        and _EVENT_TYPE.fullmatch(kind) is not None
        and isinstance(event.get("payload"), dict)
    )


def _is_former_delivery(document: Document) -> bool:
    trigger = document.get("trigger")
    return (
        isinstance(trigger, str)
        and _FORMER_TRIGGER.fullmatch(trigger) is not None
        and isinstance(document.get("app"), dict)
        and any(
            key in document
            for key in ("appUser", "appUserId", "messages", "message", "postbacks", "surviving")
        )
    )


def _is_message(message: object) -> bool:
    if not isinstance(message, dict):
        return False
    author = message.get("author")
    if isinstance(author, dict) and author.get("type") in ("user", "business"):
        return isinstance(message.get("content"), dict) and "received" in message
    return message.get("role") in _FORMER_ROLES and "_id" in message and "received" in message


def _is_page(document: Document) -> bool:
    if "trigger" in document or "events" in document:
        return False
    messages = document.get("messages")
    if isinstance(messages, list) and messages:
        return any(map(_is_message, messages))
    return _is_message(document.get("message")) or _is_message(document)


def _is_user(document: Document) -> bool:
    return (
        isinstance(document.get("id"), str)
        and isinstance(document.get("profile"), dict)
        and "signedUpAt" in document
        and any(key in document for key in ("identities", "externalId", "authenticated"))
    )


WEBHOOKS = ExportKind(
    name="webhooks",
    title="Sunshine Conversations webhook log",
    recognise=_is_delivery,
    structure={
        "app": _texts("id", "_id"),
        "events": [_TEXT],
        # Of an event that was stored without its delivery.
        **_texts("id", "type", "createdAt", "payload"),
        # Of the first version of the webhooks.
        **_texts("trigger", "timestamp", "message", "referral", "error"),
        "messages": [_TEXT],
        "postbacks": [_TEXT],
        "payments": [_TEXT],
        "discarded": [_TEXT],
        "surviving": _FORMER_USER,
        "appUser": _FORMER_USER,
        "conversation": _texts("_id", "id"),
        "source": _texts("type", "integrationId"),
        "destination": _texts("type"),
        "client": _texts("platform", "integrationId", "externalId"),
    },
    cannot_tell=(
        *_LIMITS_OF_MESSAGES,
        Limit(
            "It holds nothing from before logging started, and nothing that was not "
            "delivered to it.",
            about=("completeness",),
        ),
        Limit(
            "Messages of the business name no customer: they count only when the log also holds "
            "something that the customer did in that conversation.",
            about=("completeness", "customers"),
        ),
        Limit(
            "It tells what brought a person only at the moment they come, and only if those "
            "events were subscribed to.",
            about=("entry_points",),
        ),
    ),
)

MESSAGES = ExportKind(
    name="messages",
    title="Sunshine Conversations messages",
    recognise=_is_page,
    # A page is one document: what stands beside its messages says whose conversation it is.
    structure={
        "messages": [_TEXT],
        **_texts("message", "links", "conversationId", "conversation_id"),
        "conversation": _texts("id", "_id"),
        # Of a message that stands alone.
        **_texts(
            "id",
            "_id",
            "received",
            "author",
            "content",
            "source",
            "metadata",
            "deleted",
            "activity",
            "role",
            "authorId",
            "name",
            "type",
            "text",
            "payload",
            "actions",
            "items",
        ),
    },
    reads_name=True,
    cannot_tell=(
        *_LIMITS_OF_MESSAGES,
        Limit(
            "It does not always say which conversation a page shows; the name of the file may, "
            "and else a page belongs to the only customer in it.",
            about=("completeness", "customers"),
        ),
        Limit(
            "It does not say what brought a person into the conversation.",
            about=("entry_points",),
        ),
        Limit(
            "It does not say when a bot handed over to people, nor whether a message arrived.",
            about=("answers", "delivery"),
        ),
    ),
)

USERS = ExportKind(
    name="users",
    title="Sunshine Conversations users",
    recognise=_is_user,
    structure=_USER,
    envelope_keys=("users",),
    cannot_tell=(Limit("It says who people are, not what they said.", about=()),),
)

SOURCE = Source(
    name="sunshine",
    title="Sunshine Conversations",
    folder=Path(__file__).parent,
    made_by=("A log of webhooks, or the API: the messages of each conversation, and the users.",),
    kinds=(WEBHOOKS, MESSAGES, USERS),
)
