"""Documents of an invented Zendesk account, in the shapes the API gives them."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
HOST = "https://pluis.zendesk.example/api/v2"
CUSTOMER, AGENT, TICKET, BRAND = 7001, 31, 301, 2


def via(channel: str | int, rel: str | None = None, **source: Any) -> Row:
    return {"channel": channel, "source": {"from": source, "to": {}, "rel": rel}}


def ticket(**changes: Any) -> Row:
    return {
        "url": f"{HOST}/tickets/{TICKET}.json",
        "id": TICKET,
        "external_id": None,
        "via": via("email", address="jo@post.example", name="Jo"),
        "created_at": "2026-03-02T09:14:07Z",
        "updated_at": "2026-03-02T11:40:55Z",
        "generated_timestamp": 1772451700,
        "subject": "Maat",
        "status": "open",
        "requester_id": CUSTOMER,
        "submitter_id": CUSTOMER,
        "assignee_id": AGENT,
        "group_id": 5,
        "brand_id": BRAND,
        "tags": ["maat"],
        "custom_fields": [{"id": 360001, "value": ["a", 1, None]}, {"id": 2, "value": True}],
        "fields": [{"id": 360001, "value": 4}],
        "satisfaction_rating": {"id": 9, "score": "good"},
        "from_messaging_channel": False,
        **changes,
    }


def user(number: int = CUSTOMER, role: str = "end-user", **changes: Any) -> Row:
    return {
        "id": number,
        "url": f"{HOST}/users/{number}.json",
        "name": "Jo de Wit",
        "email": "Jo@Post.example",
        "phone": "+31 6 1234 5678",
        "shared_phone_number": False,
        "external_id": "shop-77",
        "role": role,
        "verified": True,
        "suspended": False,
        "time_zone": "Amsterdam",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-02-01T00:00:00Z",
        **changes,
    }


def comment(number: int, author: int, text: str = "Hallo", **changes: Any) -> Row:
    return {
        "id": number,
        "type": "Comment",
        "author_id": author,
        "body": text,
        "html_body": f"<p>{text}</p>",
        "plain_body": text,
        "public": True,
        "attachments": [],
        "audit_id": number - 1,
        "created_at": "2026-03-02T09:30:00Z",
        "via": via("web"),
        "metadata": {"system": {}, "custom": {}},
        **changes,
    }


def audit(number: int, author: int, *events: Row, **changes: Any) -> Row:
    return {
        "id": number,
        "ticket_id": TICKET,
        "created_at": "2026-03-02T09:30:00Z",
        "author_id": author,
        "metadata": {"system": {"client": "web"}, "custom": {}},
        "events": list(events),
        "via": via("web"),
        **changes,
    }


def metrics(**changes: Any) -> Row:
    return {
        "id": 33,
        "url": f"{HOST}/ticket_metrics/33.json",
        "ticket_id": TICKET,
        "created_at": "2026-03-02T09:14:07Z",
        "updated_at": "2026-03-02T11:40:55Z",
        "reopens": 0,
        "replies": 1,
        "solved_at": None,
        "reply_time_in_minutes": {"calendar": 15, "business": 10},
        "first_resolution_time_in_minutes": {"calendar": None, "business": None},
        "full_resolution_time_in_minutes": {"calendar": None, "business": None},
        "agent_wait_time_in_minutes": {"calendar": None, "business": None},
        "requester_wait_time_in_minutes": {"calendar": 15, "business": 10},
        "on_hold_time_in_minutes": {"calendar": 0, "business": 0},
        **changes,
    }


def rating(**changes: Any) -> Row:
    return {
        "id": 9,
        "url": f"{HOST}/satisfaction_ratings/9.json",
        "ticket_id": TICKET,
        "requester_id": CUSTOMER,
        "assignee_id": AGENT,
        "group_id": 5,
        "score": "good",
        "comment": "Snel!",
        "created_at": "2026-03-03T10:00:00Z",
        "updated_at": "2026-03-03T10:00:00Z",
        **changes,
    }


def schedule(*intervals: tuple[int, int], **changes: Any) -> Row:
    return {
        "id": 12,
        "name": "Winkel",
        "time_zone": "Copenhagen",
        "intervals": [{"start_time": opens, "end_time": closes} for opens, closes in intervals],
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        **changes,
    }


def said(hexa: str, kind: str, user_id: int, text: str = "Hoi", **changes: Any) -> Row:
    return {
        "id": f"01J{hexa:0>23}",
        "type": "Messaging::ConversationMessage",
        "reference": f"zen:sunco:conversation_message:{hexa:0>24}",
        "created_at": "2026-03-02T09:14:31Z",
        "received_at": "2026-03-02T09:14:31.402Z",
        "author": {"type": kind, "display_name": "Jo", "zen:support:user_id": user_id},
        "content": {"type": "text", "text": text},
        "source": {"type": "zd:agentWorkspace"},
        "metadata": {"custom": {}, "system": {}, "ticket_version": 3},
        "attachments": [],
        **changes,
    }
