"""Intercom: conversations from its API or its webhooks, and contacts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convocommerce.sources.contract import Document, ExportKind, Limit, Source

_TEXT = "VARCHAR"


def _texts(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, _TEXT)


_OPENING: dict[str, Any] = {
    **_texts("id", "type", "delivered_as", "subject", "body", "url", "redacted", "attachments"),
    "author": _texts("type", "id", "email", "from_ai_agent", "is_ai_answer"),
}

# Lists stay text at first: the API, its webhooks and older versions each wrap them differently.
_CONVERSATION: dict[str, Any] = {
    **_texts(
        "type",
        "id",
        "created_at",
        "updated_at",
        "state",
        "admin_assignee_id",
        "team_assignee_id",
        "contacts",
        "customers",
        "conversation_parts",
        "email",
        "phone",
        "external_id",
        "user_id",
    ),
    "user": _texts("type", "id", "email", "phone", "user_id"),
    "contact": _texts("type", "id", "email", "phone", "external_id"),
    "source": _OPENING,
    "conversation_message": _OPENING,
    "assignee": _texts("type", "id"),
    "conversation_rating": {
        **_texts("rating", "remark", "created_at"),
        "teammate": _texts("id"),
    },
    "statistics": _texts(
        "time_to_admin_reply",
        "time_to_first_close",
        "time_to_last_close",
        "first_contact_reply_at",
        "first_admin_reply_at",
        "first_close_at",
        "last_close_at",
    ),
}

_CONTACT: dict[str, Any] = _texts(
    "type", "id", "role", "email", "phone", "external_id", "user_id", "workspace_id"
)

_TOPICS = (
    "conversation",
    "conversation_part",
    "contact",
    "user",
    "lead",
    "visitor",
    "company",
    "ticket",
    "ping",
)

_TOLD_OF_A_CONVERSATION = (
    "source",
    "conversation_message",
    "conversation_parts",
    "conversation_rating",
    "statistics",
    "first_contact_reply",
    "teammates",
    "admin_assignee_id",
)


def _is_conversation(document: Document) -> bool:
    topic, data = document.get("topic"), document.get("data")
    if document.get("type") == "notification_event" and isinstance(data, Mapping):
        return True
    if isinstance(topic, str) and isinstance(data, Mapping) and "item" in data:
        return topic.partition(".")[0] in _TOPICS
    n_told = sum(key in document for key in _TOLD_OF_A_CONVERSATION)
    if document.get("type") == "conversation":
        return n_told >= 1
    # Some connectors leave out what says of which type an object is.
    opening = document.get("source")
    return (
        "type" not in document
        and n_told >= 2
        and isinstance(opening, Mapping)
        and ("delivered_as" in opening or "author" in opening)
    )


def _is_contact(document: Document) -> bool:
    if document.get("type") in ("contact", "lead", "user", "visitor"):
        return any(
            key in document
            for key in ("workspace_id", "signed_up_at", "last_seen_at", "unsubscribed_from_emails")
        )
    return "workspace_id" in document and "external_id" in document and "role" in document


CONVERSATIONS = ExportKind(
    name="conversations",
    title="Intercom conversations, from the API or a log of webhooks",
    recognise=_is_conversation,
    structure={**_CONVERSATION, **_texts("topic"), "data": {"item": _CONVERSATION}},
    envelope_keys=("conversations",),
    is_numbered=True,
    cannot_tell=(
        Limit(
            "Lists and searches of the API give only how a conversation began, and of more than "
            "five hundred parts only the newest are given: whole conversations have to be fetched "
            "one by one.",
            about=("answers", "completeness"),
        ),
        Limit(
            "It does not say what brought a person into the conversation.",
            about=("entry_points",),
        ),
        Limit(
            "A log of webhooks holds nothing from before logging started, and of a conversation "
            "only the parts whose topics were subscribed to.",
            about=("completeness", "answers"),
        ),
        Limit(
            "Older exports do not mark the answers of the AI assistant: everything that a bot "
            "sent counts as its answer there, fixed messages of workflows too.",
            about=("senders",),
        ),
        Limit("Times are whole seconds.", about=("times",)),
        Limit(
            "It names no page or account, so all conversations count as those of one.",
            about=("customers",),
        ),
    ),
)

CONTACTS = ExportKind(
    name="contacts",
    title="Intercom contacts",
    recognise=_is_contact,
    structure=_CONTACT,
    # Before contacts were one thing, the API listed users and leads apart.
    envelope_keys=("data", "contacts", "users"),
    cannot_tell=(Limit("It says who people are, not what they said.", about=()),),
)

SOURCE = Source(
    name="intercom",
    title="Intercom",
    folder=Path(__file__).parent,
    made_by=(
        (
            "The API gives each conversation with all its parts when it is asked for by its id, "
            "and the list of contacts; a log of webhooks tells the same as it happens."
        ),
    ),
    kinds=(CONVERSATIONS, CONTACTS),
)
