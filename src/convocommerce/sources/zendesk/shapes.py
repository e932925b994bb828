"""How Zendesk's documents look: their structures, and by what they are known for sure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from convocommerce.sources.contract import Document

TEXT = "VARCHAR"


def texts(*names: str) -> dict[str, Any]:
    """Return a structure in which every name holds text."""
    return dict.fromkeys(names, TEXT)


DURATIONS = {
    "reply_time_in_minutes": texts("calendar", "business"),
    "reply_time_in_seconds": texts("calendar", "business"),
    "first_resolution_time_in_minutes": texts("calendar", "business"),
    "full_resolution_time_in_minutes": texts("calendar", "business"),
    "agent_wait_time_in_minutes": texts("calendar", "business"),
    "requester_wait_time_in_minutes": texts("calendar", "business"),
    "on_hold_time_in_minutes": texts("calendar", "business"),
}

COMMENT = texts(
    "id",
    "type",
    "author_id",
    "body",
    "html_body",
    "plain_body",
    "public",
    "created_at",
    "via",
    "attachments",
)

TICKET = texts(
    "id",
    "url",
    "via",
    "created_at",
    "updated_at",
    "generated_timestamp",
    "subject",
    "status",
    "requester_id",
    "submitter_id",
    "assignee_id",
    "group_id",
    "brand_id",
    "tags",
    "from_messaging_channel",
)

USER = texts(
    "id",
    "url",
    "role",
    "name",
    "email",
    "phone",
    "external_id",
    "shared_phone_number",
    "updated_at",
    "created_at",
)

OBJECT: dict[str, Any] = {
    # Written around the objects by tools that copy them.
    **texts("stream", "schema"),
    **TICKET,
    **USER,
    **COMMENT,
    **DURATIONS,
    **texts("ticket_id", "solved_at"),
    "dates": texts("solved_at"),
    "comments": [COMMENT],
    "metric_set": {**DURATIONS, **texts("ticket_id", "created_at", "updated_at", "solved_at")},
    # Audits and ticket events.
    **texts("timestamp", "updater_id"),
    "events": [
        {
            **COMMENT,
            **texts("field_name", "value", "previous_value", "recipients", "new_schedule_id"),
        }
    ],
    "child_events": [
        {
            **COMMENT,
            **texts("event_type", "status", "previous_value", "comment_public"),
        }
    ],
    # Metric events, ratings, schedules, holidays and identities.
    **texts("metric", "instance_id", "time", "deleted", "score", "comment"),
    **texts("time_zone", "start_date", "end_date", "schedule_id", "user_id", "value"),
    "intervals": [texts("start_time", "end_time")],
}

PAGES = (
    "tickets",
    "ticket",
    "requests",
    "request",
    "results",
    "users",
    "user",
    "identities",
    "identity",
    "audits",
    "audit",
    "ticket_audits",
    "ticket_events",
    "metric_sets",
    "ticket_metrics",
    "ticket_metric",
    "ticket_metric_events",
    "satisfaction_ratings",
    "schedules",
    "holidays",
    "groups",
    "brands",
    "organizations",
    "deleted_tickets",
    # What tools that copy tables put around each object.
    "record",
    "_airbyte_data",
)
"""Keys under which pages hold objects; never one that an object has inside."""

_ADDRESS = re.compile(r"https?://[^/]+/api/v2/[a-z_]+")
_STATUSES = {"new", "open", "pending", "hold", "solved", "closed", "deleted"}
_ROLES = {"end-user", "agent", "admin"}
_OF_USERS = {
    "active",
    "chat_only",
    "locale_id",
    "moderator",
    "only_private_comments",
    "organization_id",
    "restricted_agent",
    "role_type",
    "shared_agent",
    "suspended",
    "ticket_restriction",
    "user_fields",
    "verified",
}
_METRICS = {
    "agent_work_time",
    "pausable_update_time",
    "periodic_update_time",
    "reply_time",
    "requester_wait_time",
    "resolution_time",
    "group_ownership_time",
}
_IDENTITY_TYPES = {"email", "phone_number", "facebook", "twitter", "google", "messaging", "sdk"}
_HOLIDAY = {"id", "name", "start_date", "end_date", "url", "schedule_id"}


def is_object(document: Document) -> bool:
    """Return whether a document is an object of the Zendesk Support API."""
    if isinstance(document.get("comments"), list) and not _is_ticket(document):
        return False
    return (
        _has_address(document)
        or _is_ticket(document)
        or _is_user(document)
        or is_comment(document)
        or _is_history(document)
        or _is_measure(document)
        or _is_calendar(document)
    )


def is_comment(document: Mapping[str, Any]) -> bool:
    """Return whether a document is one comment of a ticket."""
    has_text = any(key in document for key in ("body", "html_body", "plain_body"))
    return (
        has_text
        and "author_id" in document
        and ("public" in document or document.get("type") in ("Comment", "VoiceComment"))
    )


def is_comment_page(document: Document) -> bool:
    """Return whether a document is a page of comments, whatever stands beside them."""
    comments = document.get("comments")
    if not isinstance(comments, list) or _is_ticket(document):
        return False
    known = [one for one in comments if isinstance(one, dict) and is_comment(one)]
    if comments:
        return len(known) * 2 > len(comments)
    return {"next_page", "previous_page", "count"} <= document.keys()


def is_log_event(document: Document) -> bool:
    """Return whether a document is one event of a conversation log."""
    reference, author = document.get("reference"), document.get("author")
    is_named = isinstance(reference, str) and reference.startswith("zen:")
    return isinstance(author, dict) and (
        is_named or document.get("type") == "Messaging::ConversationMessage"
    )


def _has_address(document: Document) -> bool:
    url = document.get("url")
    return isinstance(url, str) and _ADDRESS.match(url) is not None


def _is_ticket(document: Document) -> bool:
    status = document.get("status")
    return "ticket_id" not in document and (
        {"requester_id", "submitter_id"} <= document.keys()
        or ("requester_id" in document and isinstance(status, str) and status in _STATUSES)
    )


def _is_user(document: Document) -> bool:
    role = document.get("role")
    if role == "end-user" and "id" in document:
        return True
    if isinstance(role, str) and role in _ROLES and not _OF_USERS.isdisjoint(document):
        return True
    kind = document.get("type")
    return (
        "user_id" in document
        and "value" in document
        and isinstance(kind, str)
        and kind in _IDENTITY_TYPES
        and ("primary" in document or "verified" in document)
    )


def _is_history(document: Document) -> bool:
    if isinstance(document.get("child_events"), list):
        return "ticket_id" in document or "updater_id" in document
    events = document.get("events")
    return isinstance(events, list) and "author_id" in document and "via" in document


def _is_measure(document: Document) -> bool:
    if "ticket_id" not in document:
        return False
    metric = document.get("metric")
    if isinstance(metric, str) and metric in _METRICS and "instance_id" in document:
        return True
    is_rating = "score" in document and not {"requester_id", "assignee_id"}.isdisjoint(document)
    return is_rating or not DURATIONS.keys().isdisjoint(document)


def _is_calendar(document: Document) -> bool:
    intervals = document.get("intervals")
    if isinstance(intervals, list) and "time_zone" in document:
        return True
    return {"name", "start_date", "end_date"} <= document.keys() <= _HOLIDAY
