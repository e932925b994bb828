"""Chatwoot's exports: a log of webhooks, and pages of the API fetched at the end.

They have the habits of real ones. The log tells a change of status twice, repeats some deliveries
and carries the whole conversation in each. The list of conversations holds only the last message
of each, and pages of messages, which number what webhooks name, do not say on which channel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import MINUTE, SECOND, local_month, utc_text
from convocommerce.simulation.world import BUSINESS_IDS
from convocommerce.simulation.writers.files import compact, write_lines, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from convocommerce.simulation.records import Event, Thread
    from convocommerce.simulation.truth import Story
    from convocommerce.simulation.writers.registry import Told

Body = dict[str, Any]
_CHANNELS = {"messenger": "Channel::FacebookPage", "instagram": "Channel::Instagram"}
_INBOXES = {channel: number for number, channel in enumerate(BUSINESS_IDS, 1)}
_ACCOUNT = {"id": 1, "name": "Slof & Stukje"}
_BOT = {"id": 2, "name": "Slofje", "type": "agent_bot"}
_TYPES = {"customer": 0, "human": 1, "bot": 1, "auto": 3}
_WORDS = ("incoming", "outgoing", "activity", "template")
_A_PAGE = 20
_N_PAGED = 40


@dataclass(eq=False)
class _Case:
    """One conversation with everything that happens in it."""

    number: int
    story: Story
    contact_id: int
    moments: list[_Moment] = field(default_factory=list)


@dataclass(eq=False)
class _Moment:
    """One thing that a webhook tells: a message, or a change of status."""

    at: int
    case: _Case
    event: Event | None = None
    status: tuple[str, str] | None = None
    note: str = ""
    number: int = 0


def write_talk(exports: Path, told: Told) -> int:
    """Write the log of webhooks and the pages of the API; return the number of documents."""
    draw = Draw(told.seed, "chatwoot")
    known = _Known(told)
    cases = _cases(draw, told)
    moments = sorted(
        (moment for case in cases for moment in case.moments),
        key=lambda moment: (moment.at, moment.case.number),
    )
    number = 6_000
    for moment in moments:
        if moment.status is None:
            number += 1
            moment.number = number
    folder = exports / "chatwoot"
    n_lines = _write_log(folder, draw, told, moments, known)
    return n_lines + _write_pages(folder, cases, known, told.end)


class _Known:
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

    def contact(self, case: _Case, at: int) -> Body:
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

    def sender(self, case: _Case, moment: _Moment) -> Body | None:
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


def _cases(draw: Draw, told: Told) -> list[_Case]:
    contacts: dict[Thread, int] = {}
    cases = []
    for number, story in enumerate(told.stories, 1):
        contact_id = contacts.setdefault(story.talk.thread, 40 + len(contacts))
        case = _Case(number, story, contact_id)
        case.moments = [m for m in _moments(draw, case) if m.at < told.end]
        cases.append(case)
    return cases


def _moments(draw: Draw, case: _Case) -> list[_Moment]:
    talk, spoken = case.story.talk, case.story.spoken
    found = []
    for event in sorted(talk.events, key=lambda event: event.at):
        if event.kind == "handover":
            found.append(_Moment(event.at, case, status=("pending", "open")))
        elif event.is_spoken:
            found.append(_Moment(event.at, case, event))
            if event.role == "human" and event.via != "inbox" and draw.chance(0.05):
                at = event.at + draw.whole(20, 90) * SECOND + 1
                found.append(_Moment(at, case, note=f"{event.agent} belt de leverancier"))
    last = spoken[-1]
    resolved_at = last.at + draw.whole(5, 6 * 60) * MINUTE
    if last.role == "human" and draw.chance(0.8) and all(e.at < resolved_at for e in talk.events):
        found.append(_Moment(resolved_at, case, status=("open", "resolved")))
    return sorted(found, key=lambda moment: moment.at)


def _status_at(case: _Case, at: int) -> str:
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


def _message(moment: _Moment, known: _Known) -> Body:
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


def _conversation(case: _Case, at: int, known: _Known) -> Body:
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


def _webhooks(moment: _Moment, known: _Known) -> Iterable[tuple[int, Body]]:
    """Give the deliveries about a moment, each with when it is sent."""
    case, at = moment.case, moment.at
    around = _conversation(case, at, known)
    if moment.status:
        before, after = moment.status
        change = [{"status": {"previous_value": before, "current_value": after}}]
        for event in ("conversation_updated", "conversation_status_changed"):
            yield at, {**around, "changed_attributes": change, "event": event}
        return
    if moment is case.moments[0]:
        yield at, {**around, "event": "conversation_created"}
    message = {
        "account": _ACCOUNT,
        "additional_attributes": {},
        **_message(moment, known),
        "conversation": around,
        "created_at": utc_text(at),
        "inbox": {"id": around["inbox_id"], "name": case.story.talk.thread.channel.title()},
        "message_type": _WORDS[_TYPES[moment.event.role] if moment.event else 1],
    }
    yield at, {**message, "event": "message_created"}
    for kind in ("edit", "deletion"):
        change_of = known.later.get((kind, moment.event.mid)) if moment.event else None
        if change_of is None:
            continue
        later: Body = {"content": change_of.text}
        if kind == "deletion":
            later = {"content": "This message was deleted", "content_attributes": {"deleted": True}}
        yield change_of.at, {**message, **later, "event": "message_updated"}


def _write_log(folder: Path, draw: Draw, told: Told, moments: list[_Moment], known: _Known) -> int:
    log: list[tuple[int, int, str]] = []
    for moment in moments:
        for at, body in _webhooks(moment, known):
            line = compact(body)
            log.append((at, len(log), line))
            if draw.chance(0.02):
                log.append((at + draw.whole(5, 90) * SECOND, len(log), line))
    opened = {
        "event": "webwidget_triggered",
        "inbox": {"id": 3, "name": "Website"},
        "account": _ACCOUNT,
    }
    log.append((told.end - MINUTE, len(log), compact(opened)))
    months: dict[str, list[str]] = {}
    for at, _, line in sorted(log):
        months.setdefault(local_month(min(at, told.end - 1)), []).append(line)
    for month, lines in months.items():
        write_lines(folder / f"webhooks-{month}.ndjson", lines)
    return len(log)


def _stored(moment: _Moment, known: _Known) -> Body:
    """Return a message as the API gives it."""
    event, case = moment.event, moment.case
    sender = known.sender(case, moment)
    if sender and event and event.role == "customer":
        sender = {**sender, "type": "contact"}
    stored = _message(moment, known) | {
        "sender": sender,
        "inbox_id": _INBOXES[case.story.talk.thread.channel],
        "conversation_id": case.number,
        "message_type": _TYPES[event.role] if event else 1,
        "status": "sent",
        "created_at": moment.at // SECOND,
    }
    if event and ("deletion", event.mid) in known.later:
        stored["content"] = "This message was deleted"
        stored["content_attributes"] = {"deleted": True}
    elif event and ("edit", event.mid) in known.later:
        stored["content"] = known.later["edit", event.mid].text
    return stored


def _write_pages(folder: Path, cases: list[_Case], known: _Known, end: int) -> int:
    """Write the list of all conversations, and the messages of the newest."""
    n_documents = 0
    for first in range(0, len(cases), _A_PAGE):
        listed = []
        for case in cases[first : first + _A_PAGE]:
            one = _conversation(case, end - 1, known)
            one["meta"]["channel"] = one.pop("channel")
            last = [m for m in case.moments if m.status is None][-1:]
            del one["contact_inbox"]
            one |= {"messages": [_stored(m, known) for m in last], "account_id": 1}
            del one["updated_at"]
            listed.append(one)
        page = {"data": {"meta": {"mine_count": 0, "all_count": len(cases)}, "payload": listed}}
        number = first // _A_PAGE + 1
        write_text(folder / "conversations" / f"page-{number:03d}.json", compact(page) + "\n")
        n_documents += 1
    for case in cases[-_N_PAGED:]:
        messages = [_stored(m, known) for m in case.moments if m.status is None][-_A_PAGE:]
        meta = {"labels": [], "additional_attributes": {}, "contact": known.contact(case, end)}
        name = f"{case.number:05d}-messages.json"
        text = compact({"meta": meta, "payload": messages}) + "\n"
        write_text(folder / "conversations" / name, text)
        n_documents += 1
    return n_documents
