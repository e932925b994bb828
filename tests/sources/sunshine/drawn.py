"""Drawn documents of Sunshine Conversations; ids and people are invented."""

from __future__ import annotations

from typing import Any

APP = "5e0000000000000000000001"
PAGE = "5ec0000000000000000000ab"
USER = "68a0000000000000000000aa"
CONVERSATION = "68b0000000000000000000c1"
PSID = "7311223344556677"
SUBJECT = f"messenger:{PAGE}:{USER}"
STAND_IN = f"other:{APP}:conversation-{CONVERSATION}"
MESSENGER = {"type": "messenger", "integrationId": PAGE}
WORKSPACE = {"integrationType": "zd:agentWorkspace", "name": "zd-agentWorkspace"}
AT = "2026-03-02T09:14:05.300Z"


def event(kind: str, *, number: str = "60e1", at: Any = AT, **payload: Any) -> dict[str, Any]:
    payload = {"conversation": {"id": CONVERSATION, "type": "personal"}, **payload}
    return {"id": number, "type": kind, "createdAt": at, "payload": payload}


def delivery(*events: Any) -> dict[str, Any]:
    webhook = {"id": "5f0000000000000000000002", "version": "v2"}
    return {"app": {"id": APP}, "webhook": webhook, "events": list(events)}


def typed(text: Any = "hoi", number: str = "60d1", at: str = AT, **rest: Any) -> dict[str, Any]:
    return {
        "id": number,
        "received": at,
        "author": {"type": "user", "userId": USER, "displayName": "Lot"},
        "content": {"type": "text", "text": text},
        "source": {
            **MESSENGER,
            "originalMessageId": "m_1",
            "client": {"externalId": PSID, "raw": {"first_name": "Lot"}},
        },
        **rest,
    }


def told(author: dict[str, Any], text: str = "hallo", number: str = "60d2", **rest: Any) -> Any:
    return {
        "id": number,
        "received": "2026-03-02T09:15:00.000Z",
        "author": {"type": "business", **author},
        "content": {"type": "text", "text": text},
        "source": {"type": "zd:agentWorkspace"},
        **rest,
    }


def message(said: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return event("conversation:message", message=said, recentNotifications=[], **rest)


def former(trigger: str, **rest: Any) -> dict[str, Any]:
    client = {"active": True, "id": "5A7F", "platform": "messenger", "lastSeen": AT}
    return {
        "trigger": trigger,
        "app": {"_id": APP},
        "appUser": {"_id": USER, "userId": "lot@voorbeeld.example", "clients": [client]},
        **rest,
    }


def former_message(role: str, number: str = "55c1", **rest: Any) -> dict[str, Any]:
    return {
        "_id": number,
        "type": "text",
        "text": "Hebben jullie deze in M?",
        "role": role,
        "authorId": USER,
        "received": 1772442845.3,
        "source": {"type": "messenger" if role == "appUser" else "api"},
        **rest,
    }
