"""How the exports of Messenger and Instagram are told apart, and from everybody else's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convocommerce.sources.contract import Document

_EVENT_BODIES = frozenset(
    {
        "message",
        "postback",
        "referral",
        "optin",
        "delivery",
        "read",
        "reaction",
        "message_edit",
        "order",
        "account_linking",
        "pass_thread_control",
        "take_thread_control",
        "request_thread_control",
        "messaging_feedback",
        "response_feedback",
    }
)
_OF_A_THREAD = ("participants", "messages", "updated_time", "message_count", "senders", "snippet")


def is_delivery(document: Document) -> bool:
    """Return whether a document is a delivery, one that a gateway wrapped, or a single event."""
    body = document.get("body")
    if isinstance(body, str) and '"entry"' in body:
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return False
    return _has_entries(document) or _has_entries(body) or _is_event(document)


def _has_entries(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("object") in ("page", "instagram")
        and isinstance(value.get("entry"), list)
    )


def _is_event(document: Document) -> bool:
    sides = [document.get(side) for side in ("sender", "recipient")]
    return (
        all(isinstance(side, dict) and isinstance(side.get("id"), str | int) for side in sides)
        and "timestamp" in document
        and any(isinstance(document.get(body), dict) for body in _EVENT_BODIES)
    )


def is_api_object(document: Document) -> bool:
    """Return whether a document is a thread, a message or a page's list of threads."""
    return _is_thread(document) or _is_message(document) or _is_page(document)


def _is_thread(document: Document) -> bool:
    thread = document.get("id")
    if isinstance(thread, str) and thread.startswith(("t_", "aWdf")):
        return any(key in document for key in _OF_A_THREAD)
    people = _listed(document.get("participants"))
    return (len(people) > 1 and all(map(_is_side, people))) or any(
        map(_is_message, _listed(document.get("messages")))
    )


def _is_side(person: Document) -> bool:
    """Return whether it is a person as messages name them; posts have authors too."""
    email = person.get("email")
    is_messenger = isinstance(email, str) and email.endswith("@facebook.com")
    return isinstance(person.get("id"), str) and (is_messenger or "username" in person)


def _is_message(document: Document) -> bool:
    message, author = document.get("id"), document.get("from")
    if not isinstance(message, str):
        return False
    is_named = message.startswith(("m_", "mid.", "aWdf"))
    if isinstance(author, dict):
        return "created_time" in document and (
            (is_named and isinstance(author.get("id"), str)) or _is_side(author)
        )
    has_media = _listed(document.get("attachments")) or _listed(document.get("shares"))
    return (
        is_named
        and set(document) <= _WITHOUT_AUTHOR
        and ("created_time" in document or bool(has_media))
    )


# What a message that is only listed, or asked for by single fields, consists of.
_WITHOUT_AUTHOR = {"id", "created_time", "message", "attachments", "shares", "sticker", "tags"}


def _is_page(document: Document) -> bool:
    threads = _listed(document.get("conversations"))
    return isinstance(document.get("id"), str) and any(map(_is_thread, threads))


def _listed(value: Any) -> list[dict[str, Any]]:
    data = value.get("data") if isinstance(value, dict) else None
    return [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []


def is_archived_thread(document: Document) -> bool:
    """Return whether a document is a thread of a downloaded archive, plain or encrypted."""
    said = document.get("messages")
    if not isinstance(said, list):
        return False
    named = isinstance(document.get("participants"), list)
    if not said:
        path, name = document.get("thread_path"), document.get("threadName")
        return named and (isinstance(path, str) or isinstance(name, str))
    return any(_is_archived(one) for one in said[:20])


def _is_archived(message: Any) -> bool:
    if not isinstance(message, dict):
        return False
    return ("timestamp_ms" in message and "sender_name" in message) or (
        "timestamp" in message and "senderName" in message and "text" in message
    )
