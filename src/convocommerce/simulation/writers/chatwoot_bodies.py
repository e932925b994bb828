"""The bodies of Chatwoot's messages and conversations, as webhooks and the API tell them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.times import SECOND
from convocommerce.simulation.world import BUSINESS_IDS

if TYPE_CHECKING:
    from convocommerce.simulation.records import Event, Thread
    from convocommerce.simulation.truth import Story
    from convocommerce.simulation.writers.registry import Told

Body = dict[str, Any]
TYPES = {"customer": 0, "human": 1, "bot": 1, "auto": 3}
_CHANNELS = {"messenger": "Channel::FacebookPage", "instagram": "Channel::Instagram"}
_INBOXES = {channel: number for number, channel in enumerate(BUSINESS_IDS, 1)}
_BOT = {"id": 2, "name": "Slofje", "type": "agent_bot"}


@dataclass(eq=False)
class Case:
    """One conversation with everything that happens in it, in order."""

    number: int
    story: Story
    contact_id: int
    moments: list[Moment] = field(default_factory=list)


@dataclass(eq=False)
class Moment:
    """One thing that a webhook tells: a message, or a change of status."""

    at: int
    case: Case
    event: Event | None = None
    status: tuple[str, str] | None = None
    note: str = ""
    number: int = 0


class Known:
    """What is known of every contact at an instant, and who the employees are."""

    def __init__(self, told: Told) -> None:
        self._keys: dict[Thread, list[tuple[int, str, str]]] = {}
        for event in told.events:
            if event.key and event.key[0] in ("email", "phone"):
                self._keys.setdefault(event.thread, []).append((event.at, *event.key))
        names = {e.agent for story in told.stories for e in story.spoken if e.role == "human"}
        self._agents = {name: number for number, name in enumerate(sorted(names), 9)}
        self.later = {
            (event.kind, event.mid): event
            for event in told.events
            if event.kind in ("edit", "deletion") and event.at < told.end
        }

    def contact(self, case: Case, at: int) -> Body:
        """Return the contact as it stands at an instant."""
        thread = case.story.talk.thread
        told = {kind: value for when, kind, value in self._keys.get(thread, []) if when <= at}
        return {
            "id": case.contact_id,
            "name": thread.person.first,
            "email": told.get("email"),
            "phone_number": told.get("phone"),
            "identifier": None,
            "custom_attributes": {},
        }

    def sender(self, case: Case, moment: Moment) -> Body | None:
        """Return who wrote a message, as far as the platform knows."""
        event = moment.event
        if event is None:
            return self.agent(case.story.talk.agent)
        if event.role == "customer":
            return self.contact(case, moment.at)
        if event.role == "bot":
            return _BOT
        # What is written in the channel's own inbox comes as an echo without a sender.
        return self.agent(event.agent) if event.role == "human" and event.via != "inbox" else None

    def agent(self, name: str) -> Body | None:
        """Return an employee."""
        if name not in self._agents:
            return None
        email = f"{name}@slofenstukje.example"
        return {"id": self._agents[name], "name": name.title(), "email": email, "type": "user"}


def _status_at(case: Case, at: int) -> str:
    status = "pending" if any(event.role == "bot" for event in case.story.spoken) else "open"
    for moment in case.moments:
        if moment.status and moment.at <= at:
            status = moment.status[1]
    return status


def _content(event: Event) -> tuple[str | None, Body, list[Body]]:
    """Return the text, what stands beside it, and the attachments."""
    text: str | None = event.text.replace("{order}", event.order.number if event.order else "")
    beside: Body = {}
    attachments: list[Body] = []
    if event.kind == "receipt" and event.order:
        text = f"Bedankt! Je bestelling {event.order.number} is geplaatst."
    elif event.kind == "cart":
        text = ", ".join(product.dutch for product, _ in event.products)
    elif event.kind in ("image", "sticker"):
        text, attachments = (
            None,
            [{"id": 1, "file_type": "image", "data_url": "https://cdn.example/1"}],
        )
    elif event.kind == "button":
        action = {"type": "link", "text": "Afrekenen", "uri": event.payload}
        beside = {"items": [{"title": text, "actions": [action]}]}
    if event.via == "inbox" and event.role == "human":
        beside["external_echo"] = True
    return text, beside, attachments


def message_body(moment: Moment, known: Known) -> Body:
    """Return what the API and webhooks tell of a message alike."""
    event, case = moment.event, moment.case
    text, beside, attachments = (moment.note, {}, []) if event is None else _content(event)
    found: Body = {
        "id": moment.number,
        "content": text,
        "content_type": "cards" if "items" in beside else "text",
        "content_attributes": beside,
        "private": event is None,
        "source_id": event.mid if event else None,
        "sender": known.sender(case, moment),
    }
    return found | ({"attachments": attachments} if attachments else {})


def conversation_body(case: Case, at: int, known: Known) -> Body:
    """Return the conversation as it stands at an instant."""
    talk = case.story.talk
    thread = talk.thread
    began = case.story.started_at
    spoken = max(e.at for e in case.story.spoken if e.at <= max(at, began))
    inbox_id = _INBOXES[thread.channel]
    return {
        "additional_attributes": {},
        "can_reply": True,
        "channel": _CHANNELS[thread.channel],
        "contact_inbox": {
            "id": case.contact_id + 500,
            "contact_id": case.contact_id,
            "inbox_id": inbox_id,
            "source_id": thread.customer_id,
        },
        "id": case.number,
        "inbox_id": inbox_id,
        "messages": [],
        "labels": [],
        "meta": {
            "sender": known.contact(case, at),
            "assignee": known.agent(talk.agent),
            "team": None,
        },
        "status": _status_at(case, at),
        "last_activity_at": spoken // SECOND,
        "timestamp": spoken // SECOND,
        "created_at": began // SECOND,
        "updated_at": at / SECOND,
    }


def stored_body(moment: Moment, known: Known) -> Body:
    """Return a message as the API gives it."""
    event, case = moment.event, moment.case
    sender = known.sender(case, moment)
    if sender and event and event.role == "customer":
        sender = {**sender, "type": "contact"}
    stored = message_body(moment, known) | {
        "sender": sender,
        "inbox_id": _INBOXES[case.story.talk.thread.channel],
        "conversation_id": case.number,
        "message_type": TYPES[event.role] if event else 1,
        "status": "sent",
        "created_at": moment.at // SECOND,
    }
    if event and ("deletion", event.mid) in known.later:
        stored["content"] = "This message was deleted"
        stored["content_attributes"] = {"deleted": True}
    elif event and ("edit", event.mid) in known.later:
        stored["content"] = known.later["edit", event.mid].text
    return stored
