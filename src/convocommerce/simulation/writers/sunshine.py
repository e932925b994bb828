"""The log of Sunshine Conversations webhooks, as an app that stores every delivery would keep it.

Everybody has one conversation that never ends. Lines stand in the order of arrival; some carry
several events of different people, some come late, and some come twice because nobody said thanks
in time. What the platform has no event for, such as a reaction, is not in the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import SECOND, local_month, utc_text
from convocommerce.simulation.world import SHOP_NAME
from convocommerce.simulation.writers.files import compact, write_lines

if TYPE_CHECKING:
    from pathlib import Path

    from convocommerce.simulation.records import Event, Thread, Touch
    from convocommerce.simulation.writers.registry import Told

APP = "5e1f0b7a2c9d3e4f50617283"
WEBHOOK = "5f1f0b7a2c9d3e4f50617284"
INTEGRATIONS = {"messenger": "5ec00000000000000000a001", "instagram": "5ec00000000000000000a002"}
_BOT = {
    "id": "5fb00000000000000000b001",
    "name": "zd-answerBot",
    "integrationId": "5fb00000000000000000b011",
    "integrationType": "zd:answerBot",
}
_WORKSPACE = {
    "id": "5fb00000000000000000b002",
    "name": "zd-agentWorkspace",
    "integrationId": "5fb00000000000000000b012",
    "integrationType": "zd:agentWorkspace",
}
_CDN = "https://cdn.example"
_SOURCES = {"ad": "ADS", "link": "SHORTLINK"}
Body = dict[str, Any]


@dataclass(eq=False)
class _Line:
    """One delivery before it is written."""

    arrives_at: int
    number: int
    events: list[Body]


@dataclass
class _Place:
    """The conversation of one thread and who holds it."""

    conversation_id: str
    user_id: str
    control: Body


def write_talk(exports: Path, told: Told) -> int:
    """Write one file of webhooks for each month in which some arrived; return their number."""
    draw = Draw(told.seed, "sunshine")
    events = sorted(told.events, key=lambda event: (event.at, event.thread.customer_id))
    lines = _lines(draw, [event for event in events if event.at < told.end])
    again = [
        _Line(line.arrives_at + draw.whole(20, 400) * SECOND, line.number, line.events)
        for line in lines
        if draw.chance(0.02)
    ]
    lines = sorted([*lines, *again], key=lambda line: (line.arrives_at, line.number))
    months: dict[str, list[str]] = {}
    for line in lines:
        body = {
            "app": {"id": APP},
            "webhook": {"id": WEBHOOK, "version": "v2"},
            "events": line.events,
        }
        month = local_month(min(line.arrives_at, told.end - 1))
        months.setdefault(month, []).append(compact(body))
    for month, texts in months.items():
        write_lines(exports / "sunshine" / f"webhooks-{month}.ndjson", texts)
    return len(lines)


def _lines(draw: Draw, events: list[Event]) -> list[_Line]:
    scribe, lines = _Scribe(draw), list[_Line]()
    for event in events:
        for body in scribe.tell(event):
            # Now and then nobody takes a delivery at first, and it comes behind younger ones.
            late = draw.whole(20, 600) * SECOND if draw.chance(0.015) else 0
            arrives_at = event.at + draw.whole(150, 1200) + late
            before = lines[-1] if lines else None
            is_near = before is not None and 0 <= arrives_at - before.arrives_at < 3 * SECOND
            if before is not None and is_near and len(before.events) < 4 and draw.chance(0.4):
                before.events.append(body)
                before.arrives_at = arrives_at
            else:
                lines.append(_Line(arrives_at, len(lines), [body]))
    return lines


class _Scribe:
    """Writes what happened as events, with the ids that the platform gives everything."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._places: dict[Thread, _Place] = {}
        self._agents: dict[str, str] = {}

    def tell(self, event: Event) -> list[Body]:
        """Return the events that tell one thing that happened; some things are not told."""
        is_new = event.thread not in self._places
        if event.kind in ("reaction", "edit", "deletion"):
            return []
        place = self._place(event)
        told: list[Body] = []
        if is_new:
            came = {"creationReason": "message", "referral": _referral(event.touch)}
            told.append(self._event("conversation:create", event, **self._user(event), **came))
        elif event.touch:
            came = {"referral": _referral(event.touch)}
            told.append(self._event("conversation:referral", event, **self._user(event), **came))
        if event.kind == "handover":
            place.control = _WORKSPACE
            told.append(self._event("switchboard:passControl", event, metadata=None))
        elif event.kind == "postback":
            postback = {"displayText": event.text, "payload": event.payload}
            told.append(
                self._event("conversation:postback", event, postback=postback, **self._user(event))
            )
        elif event.kind != "referral":
            message = self._message(event, place)
            told.append(
                self._event("conversation:message", event, message=message, recentNotifications=[])
            )
            if event.role != "customer" and self._draw.chance(0.06):
                told.append(self._delivered(event, message["id"]))
        return told

    def _place(self, event: Event) -> _Place:
        found = self._places.get(event.thread)
        if found is None:
            found = _Place(self._id(event.at), self._id(event.at), _BOT)
            self._places[event.thread] = found
        return found

    def _id(self, at: int) -> str:
        # Ids begin with the second in which they were made.
        return f"{at // SECOND:08x}{self._draw.hexadecimal(16)}"

    def _event(self, kind: str, event: Event, **payload: Any) -> Body:
        place = self._places[event.thread]
        conversation = {
            "id": place.conversation_id,
            "type": "personal",
            "activeSwitchboardIntegration": place.control,
        }
        told = {key: value for key, value in payload.items() if value is not None}
        return {
            "id": self._id(event.at),
            "createdAt": utc_text(event.at),
            "type": kind,
            "payload": {"conversation": conversation, **told},
        }

    def _user(self, event: Event) -> Body:
        user = {"id": self._places[event.thread].user_id, "authenticated": False}
        return {"user": user, "source": _source(event)}

    def _message(self, event: Event, place: _Place) -> Body:
        message: Body = {"id": self._id(event.at), "received": utc_text(event.at)}
        if event.role == "customer":
            name = f"{event.thread.person.first} {event.thread.person.last}"
            user = {"id": place.user_id, "authenticated": False}
            author = {"type": "user", "userId": place.user_id, "displayName": name, "user": user}
            source = _source(event) | {
                "originalMessageId": event.mid,
                "originalMessageTimestamp": utc_text(event.at // SECOND * SECOND),
            }
            return message | {"author": author, "content": _content(event), "source": source}
        kind = "zd:answerBot" if event.role == "bot" else "zd:agentWorkspace"
        message |= {
            "author": {"type": "business", "displayName": event.agent or SHOP_NAME},
            "content": _content(event),
            "source": {"type": kind},
        }
        if event.role == "human":
            name = event.agent or "inbox"
            number = self._agents.setdefault(name, str(36100000000 + len(self._agents)))
            message["metadata"] = {"__zendesk_msg.agent.id": number}
        elif event.role == "auto":
            message["metadata"] = {"__zendesk_msg.agent.id": "__trigger"}
        return message

    def _delivered(self, event: Event, message_id: str) -> Body:
        channel = event.thread.channel
        return self._event(
            "conversation:message:delivery:channel",
            event,
            message={"id": message_id},
            destination={"type": channel, "integrationId": INTEGRATIONS[channel]},
            externalMessages=[{"id": event.mid}],
            isFinalEvent=channel == "instagram",
        )


def _source(event: Event) -> Body:
    channel = event.thread.channel
    client = {
        "type": channel,
        "integrationId": INTEGRATIONS[channel],
        "externalId": event.thread.customer_id,
        "status": "active",
    }
    return {"type": channel, "integrationId": INTEGRATIONS[channel], "client": client}


def _referral(touch: Touch | None) -> Body | None:
    if touch is None:
        return None
    details = {"source": _SOURCES.get(touch.entry_point, "OTHER"), "type": "OPEN-THREAD"}
    if touch.ad_id:
        details["adId"] = touch.ad_id
    return ({"code": touch.ref} if touch.ref else {}) | {"details": details}


def _content(event: Event) -> Body:
    text = event.text.replace("{order}", event.order.number if event.order else "")
    if event.kind in ("image", "sticker"):
        return {"type": "image", "mediaUrl": f"{_CDN}/{event.mid[-8:]}.jpg", "text": ""}
    if event.kind == "cart":
        lines = [f"{count} x {product.dutch}" for product, count in event.products]
        return {"type": "text", "text": "\n".join(lines)}
    if event.kind == "receipt" and event.order:
        return {"type": "text", "text": f"Bestelling {event.order.number}"}
    content: Body = {"type": "text", "text": text}
    if event.kind == "quick_reply":
        content["payload"] = event.payload
    if event.kind == "button":
        link = {"type": "link", "text": "Afrekenen", "uri": event.payload, "default": False}
        content["actions"] = [link]
    return content
