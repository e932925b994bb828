"""Chatwoot: conversations from webhooks or the API, what it counts itself, and ratings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convocommerce.sources.contract import Document, ExportKind, Limit, Source

_TEXT = "VARCHAR"


def _texts(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, _TEXT)


_PERSON = _texts("id", "type", "email", "phone_number", "identifier")
_META: dict[str, Any] = {
    **_texts("channel", "contact_id", "additional_attributes"),
    "sender": _PERSON,
    "contact": _PERSON,
    "assignee": _texts("id"),
    "team": _texts("id"),
}
_CONTACT_INBOX = _texts("contact_id", "inbox_id", "source_id")

_MESSAGE: dict[str, Any] = {
    **_texts(
        "id",
        "content",
        "content_type",
        "content_attributes",
        "message_type",
        "private",
        "created_at",
        "updated_at",
        "source_id",
        "status",
        "sender_type",
        "sender_id",
        "attachments",
        "conversation_id",
        "inbox_id",
        "additional_attributes",
    ),
    "sender": _PERSON,
}

_CONVERSATION: dict[str, Any] = {
    **_texts(
        "id",
        "display_id",
        "inbox_id",
        "contact_id",
        "assignee_id",
        "team_id",
        "status",
        "channel",
        "created_at",
        "updated_at",
        "last_activity_at",
        "timestamp",
        "additional_attributes",
    ),
    "meta": _META,
    "contact_inbox": _CONTACT_INBOX,
}

# What stands at the top of a webhook and in the list of a page: a message or a conversation.
_OBJECT: dict[str, Any] = {
    **_MESSAGE,
    **_CONVERSATION,
    **_texts("event", "changed_attributes", "email", "phone_number", "identifier"),
    "contact": _PERSON,
    "inbox": _texts("id", "channel_type"),
    "conversation": _CONVERSATION,
    "messages": [_MESSAGE],
}

_EVENTS = (
    "message_created",
    "message_updated",
    "conversation_created",
    "conversation_updated",
    "conversation_status_changed",
    "conversation_opened",
    "conversation_resolved",
    "conversation_typing_on",
    "conversation_typing_off",
    "contact_created",
    "contact_updated",
    "inbox_created",
    "inbox_updated",
    "webwidget_triggered",
)
_OF_A_WEBHOOK = ("account", "conversation", "inbox", "inbox_id", "contact_inbox", "message_type")
_OF_A_CONTACT = ("account", "email", "phone_number", "identifier")


def _is_webhook(document: Document) -> bool:
    event = document.get("event")
    if not isinstance(event, str):
        return False
    expected = _OF_A_CONTACT if event.startswith("contact_") else _OF_A_WEBHOOK
    return event.removeprefix("automation_event.") in _EVENTS and any(
        key in document for key in expected
    )


def _is_object(value: object) -> bool:
    if not isinstance(value, Mapping) or "inbox_id" not in value:
        return False
    return ("message_type" in value and "conversation_id" in value) or (
        isinstance(value.get("meta"), Mapping) and "status" in value
    )


def _is_page(page: object) -> bool:
    if not isinstance(page, Mapping):
        return False
    found, meta = page.get("payload"), page.get("meta")
    if not isinstance(found, list):
        return False
    return any(map(_is_object, found[:20])) or (
        not found and isinstance(meta, Mapping) and "all_count" in meta
    )


def _is_talk(document: Document) -> bool:
    return (
        _is_webhook(document)
        or _is_object(document)
        or _is_page(document)
        or _is_page(document.get("data"))
    )


def _is_reporting_event(document: Document) -> bool:
    return all(key in document for key in ("name", "value", "value_in_business_hours"))


def _is_rating(document: Document) -> bool:
    return all(key in document for key in ("rating", "feedback_message", "conversation_id"))


_ONE_ACCOUNT = Limit(
    "It numbers conversations within one account, so two accounts cannot be told apart.",
    about=("completeness",),
)

CONVERSATIONS = ExportKind(
    name="conversations",
    title="Chatwoot conversations, from a log of webhooks or the API",
    recognise=_is_talk,
    structure={
        **_OBJECT,
        "payload": [_OBJECT],
        "data": {"meta": _META, "payload": [_OBJECT]},
    },
    is_numbered=True,
    cannot_tell=(
        Limit(
            "A list of conversations gives only the last message of each, and a page of messages "
            "only twenty; without the pages before it a conversation seems to begin later.",
            about=("answers", "completeness"),
        ),
        Limit(
            "A page of messages does not always name its channel; a list of conversations or a "
            "webhook does.",
            about=("customers",),
        ),
        Limit(
            "A log of webhooks holds nothing from before logging started, and endings and "
            "hand-overs only if changes of status were subscribed to.",
            about=("completeness", "answers"),
        ),
        Limit(
            "It does not say what brought a person into the conversation.", about=("entry_points",)
        ),
        Limit(
            "What was sent from another app has no sender and counts as the rules say of messages "
            "without an app.",
            about=("senders", "employees", "answers"),
        ),
        _ONE_ACCOUNT,
    ),
)

REPORTING_EVENTS = ExportKind(
    name="reporting_events",
    title="Chatwoot reporting events",
    recognise=_is_reporting_event,
    structure=_texts(
        "id",
        "name",
        "value",
        "value_in_business_hours",
        "event_start_time",
        "event_end_time",
        "conversation_id",
        "inbox_id",
        "created_at",
        "updated_at",
    ),
    envelope_keys=("payload", "data"),
    cannot_tell=(
        Limit(
            "It gives the database's number of a conversation, which is the number that people "
            "see only on installations with one account.",
            about=("completeness",),
        ),
        Limit(
            "Older versions of Chatwoot counted the first message of a bot as the first response.",
            about=("senders",),
        ),
    ),
)

CSAT_SURVEY_RESPONSES = ExportKind(
    name="csat_survey_responses",
    title="Chatwoot survey responses",
    recognise=_is_rating,
    structure={
        **_texts("id", "rating", "feedback_message", "message_id", "conversation_id", "created_at"),
        "contact": _texts("id"),
        "assigned_agent": _texts("id"),
    },
    envelope_keys=("payload", "data"),
    cannot_tell=(
        Limit("It does not say on which channel the customer talked.", about=("customers",)),
        _ONE_ACCOUNT,
    ),
)

SOURCE = Source(
    name="chatwoot",
    title="Chatwoot",
    folder=Path(__file__).parent,
    made_by=(
        (
            "The API gives the conversations of an account and, page by page, the messages of "
            "each; a log of its webhooks tells the same as it happens."
        ),
        "Reporting events and survey responses come from the API too.",
    ),
    kinds=(CONVERSATIONS, REPORTING_EVENTS, CSAT_SURVEY_RESPONSES),
)
