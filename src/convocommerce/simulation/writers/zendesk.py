"""The shop as a Zendesk account: tickets and users in pages, and the log of each conversation.

Both channels come in through Zendesk's messaging, so comments hold no more than a stub and every
message stands in the conversation log of its ticket. A ticket is made when a bot hands over, or
with the first message where there is no bot. What the log does not tell is missing: reactions,
edits, deletions and what brought people.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import MINUTE, SECOND, utc_seconds_text, utc_text
from convocommerce.simulation.world import SHOP_NAME
from convocommerce.simulation.writers.files import compact, write_lines, write_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from convocommerce.simulation.records import Event, Thread
    from convocommerce.simulation.truth import Story
    from convocommerce.simulation.writers.registry import Told

Body = dict[str, Any]

_CHANNELS = {
    "messenger": "sunshine_conversations_facebook_messenger",
    "instagram": "instagram_dm",
}
_HOST = "https://slofenstukje.zendesk.example/api/v2"
_BRAND = 360001204431
_GROUP = 360005512208
_PER_PAGE = 100
_FIRST_TICKET = 4101
_FIRST_AGENT = 361200000101
_FIRST_USER = 7301200000001
_FIRST_EVENT = 5527000000101


@dataclass(frozen=True)
class _Ticket:
    """One ticket before it is written."""

    number: int
    story: Story
    created_at: int
    answered_at: int | None
    solved_at: int | None


class _People:
    """The users of the account: a customer for every thread, and everybody who answers."""

    def __init__(self) -> None:
        self._users: dict[Thread, int] = {}
        self._agents: dict[str, int] = {}

    def user(self, thread: Thread) -> int:
        """Return the number of the customer of a thread."""
        return self._users.setdefault(thread, _FIRST_USER + 17 * len(self._users))

    def agent(self, name: str) -> int:
        """Return the number of an employee."""
        return self._agents.setdefault(name, _FIRST_AGENT + 31 * len(self._agents))

    def records(self, created_at: int) -> Iterator[Body]:
        """Give every user as the API does; messaging gives no addresses."""
        for name, number in self._agents.items():
            yield _user(number, "agent", name or SHOP_NAME, created_at)
        for thread, number in self._users.items():
            name = f"{thread.person.first} {thread.person.last}"
            yield _user(number, "end-user", name, created_at)

    def identities(self, created_at: int) -> Iterator[Body]:
        """Give what Zendesk knows customers of the page by."""
        for thread, number in self._users.items():
            if thread.channel == "messenger":
                yield {
                    "id": number + 5,
                    "user_id": number,
                    "type": "facebook",
                    "value": thread.customer_id,
                    "verified": True,
                    "primary": True,
                    "created_at": utc_seconds_text(created_at),
                    "updated_at": utc_seconds_text(created_at),
                }


def write_talk(exports: Path, told: Told) -> int:
    """Write tickets, users and conversation logs; return the number of documents."""
    folder, people, draw = exports / "zendesk", _People(), Draw(told.seed, "zendesk")
    numbers = count(_FIRST_EVENT, 7)
    begun = min((story.started_at for story in told.stories), default=0)
    tickets = list(_tickets(draw, told))
    n_documents = 0
    for ticket in tickets:
        log = _log(draw, ticket, people, numbers, told.end)
        n_documents += len(log)
        for place, events in enumerate(_cut(log), start=1):
            name = "conversation_log.json" if place == 1 else f"conversation_log-{place}.json"
            more = len(log) > place * _PER_PAGE
            write_page(
                folder / "tickets" / str(ticket.number) / name,
                "events",
                events,
                meta={"has_more": more, "after_cursor": f"{ticket.number}-{place}"},
            )
    records = [_ticket(ticket, people) for ticket in tickets]
    for place, page in enumerate(_cut(records), start=1):
        last = place * _PER_PAGE >= len(records)
        write_page(
            folder / f"incremental-tickets-{place:03d}.json",
            "tickets",
            page,
            after_cursor=f"page-{place}",
            before_cursor=None,
            end_of_stream=last,
        )
    users = list(people.records(begun))
    for place, page in enumerate(_cut(users), start=1):
        write_page(folder / f"users-{place:03d}.json", "users", page, count=len(users))
    identities = list(people.identities(begun))
    write_lines(folder / "user-identities.ndjson", map(compact, identities))
    return n_documents + len(records) + len(users) + len(identities)


def _cut(records: Sequence[Body]) -> Iterator[Sequence[Body]]:
    for start in range(0, len(records), _PER_PAGE):
        yield records[start : start + _PER_PAGE]


def _tickets(draw: Draw, told: Told) -> Iterator[_Ticket]:
    for place, story in enumerate(told.stories):
        passed = [e.at for e in story.talk.events if e.kind == "handover" and e.at < told.end]
        asked = next((e.at for e in story.spoken if e.role == "customer"), None)
        answer = story.first("human", asked)
        last = story.spoken[-1]
        solved = last.at + draw.whole(20 * MINUTE, 180 * MINUTE)
        is_done = last.role != "customer" and solved < told.end
        yield _Ticket(
            number=_FIRST_TICKET + place,
            story=story,
            created_at=min(passed, default=story.started_at),
            answered_at=answer.at if answer else None,
            solved_at=solved if is_done else None,
        )


def _ticket(ticket: _Ticket, people: _People) -> Body:
    story, thread = ticket.story, ticket.story.talk.thread
    user = people.user(thread)
    agents = [event.agent for event in story.spoken if event.role == "human"]
    changed = ticket.solved_at or story.spoken[-1].at
    return {
        "url": f"{_HOST}/tickets/{ticket.number}.json",
        "id": ticket.number,
        "external_id": None,
        "via": {
            "channel": _CHANNELS[thread.channel],
            "source": {"from": {}, "to": {}, "rel": None},
        },
        "created_at": utc_seconds_text(ticket.created_at),
        "updated_at": utc_seconds_text(changed),
        "generated_timestamp": changed // SECOND + 2,
        "type": None,
        "subject": f"Conversation with {thread.person.first} {thread.person.last}",
        "description": f"Conversation with {thread.person.first} {thread.person.last}",
        "priority": None,
        "status": "solved" if ticket.solved_at else "open",
        "requester_id": user,
        "submitter_id": user,
        "assignee_id": people.agent(agents[-1]) if agents else None,
        "group_id": _GROUP,
        "brand_id": _BRAND,
        "tags": [thread.channel],
        "custom_fields": [],
        "satisfaction_rating": {"score": "unoffered"},
        "from_messaging_channel": True,
        "metric_set": _metric_set(ticket, changed),
    }


def _metric_set(ticket: _Ticket, changed: int) -> Body:
    waited = _seconds(ticket.created_at, ticket.answered_at)
    solved = _seconds(ticket.created_at, ticket.solved_at)
    return {
        "id": 900_000 + ticket.number,
        "ticket_id": ticket.number,
        "created_at": utc_seconds_text(ticket.created_at),
        "updated_at": utc_seconds_text(changed),
        "solved_at": utc_seconds_text(ticket.solved_at),
        "reply_time_in_minutes": {"calendar": _minutes(waited), "business": None},
        "reply_time_in_seconds": {"calendar": waited},
        "full_resolution_time_in_minutes": {"calendar": _minutes(solved), "business": None},
    }


def _seconds(begun: int, done: int | None) -> int | None:
    """Return a length as Zendesk measures it: between two instants that it keeps in seconds."""
    return None if done is None else max(0, done // SECOND - begun // SECOND)


def _minutes(seconds: int | None) -> int | None:
    return None if seconds is None else seconds // 60


def _log(
    draw: Draw, ticket: _Ticket, people: _People, numbers: Iterator[int], end: int
) -> list[Body]:
    """Return the events of one log in the order in which they happened."""
    story = ticket.story
    found = [(event.at, _message(event, people, next(numbers))) for event in story.spoken]
    stub = f"Conversation with {story.talk.thread.person.first}"
    user = people.user(story.talk.thread)
    found.append(
        (ticket.created_at, _comment(ticket.created_at, "user", user, stub, next(numbers)))
    )
    noted = None if ticket.answered_at is None else ticket.answered_at + draw.whole(5, 90) * SECOND
    if noted is not None and noted < end and draw.chance(0.12):
        agent = next(event.agent for event in story.spoken if event.role == "human")
        text = "Even navragen bij het magazijn."
        comment = _comment(noted, "agent", people.agent(agent), text, next(numbers))
        found.append((noted, comment))
    return [event for _, event in sorted(found, key=lambda one: one[0])]


def _message(event: Event, people: _People, number: int) -> Body:
    thread = event.thread
    body: Body = {
        "id": f"01J{number:023d}",
        "type": "Messaging::ConversationMessage",
        "reference": f"zen:sunco:conversation_message:{number:024x}",
        "created_at": utc_seconds_text(event.at),
        "received_at": utc_text(event.at),
        "content": _content(event),
        "metadata": {"custom": {}, "system": {}, "ticket_version": 0},
        "attachments": [],
    }
    if event.role == "customer":
        author: Body = {
            "type": "user",
            "display_name": f"{thread.person.first} {thread.person.last}",
            "zen:support:user_id": people.user(thread),
        }
        body["source"] = {"type": thread.channel}
    elif event.role == "human":
        number = people.agent(event.agent)
        name = event.agent or SHOP_NAME
        author = {"type": "agent", "display_name": name, "zen:support:user_id": number}
        body["source"] = {"type": "zd:agentWorkspace"}
    elif event.role == "auto":
        author = {"type": "agent", "display_name": "Automated Response", "zen:support:user_id": -1}
        body["source"] = {"type": "zd:agentWorkspace"}
        body["metadata"]["custom"] = {"__zendesk_msg.agent.id": "__trigger"}
    else:
        author = {"type": "bot", "display_name": SHOP_NAME, "zen:support:user_id": -1}
        body["source"] = {"type": "zd:answerBot"}
    if event.kind in ("image", "sticker"):
        body["attachments"] = [{"id": number, "content_type": "image/png"}]
    return body | {"author": author}


def _content(event: Event) -> Body:
    if event.kind in ("image", "sticker"):
        return {"type": "image"}
    text = event.text.replace("{order}", event.order.number if event.order else "")
    if event.kind == "quick_reply" and event.key:
        text = event.payload
    if event.kind == "cart":
        text = ", ".join(f"{number} x {product.dutch}" for product, number in event.products)
    if event.kind == "receipt" and event.order:
        text = f"Bestelling {event.order.number}"
    content: Body = {"type": "text", "text": text}
    if event.kind == "button":
        content["actions"] = [{"type": "link", "text": "Afrekenen", "uri": event.payload}]
    return content


def _comment(at: int, kind: str, author: int, text: str, number: int) -> Body:
    return {
        "id": f"01J{number:023d}",
        "type": "Comment",
        "reference": f"zen:ticket_event:{number}",
        "created_at": utc_seconds_text(at),
        "author": {"type": kind, "zen:support:user_id": author},
        "content": {"type": "html", "body": f'<div class="zd-comment"><p>{text}</p></div>'},
        "metadata": {"public": False, "custom": {}, "system": {}, "ticket_version": 1},
        "attachments": [],
    }


def _user(number: int, role: str, name: str, created_at: int) -> Body:
    return {
        "id": number,
        "url": f"{_HOST}/users/{number}.json",
        "name": name,
        "email": None,
        "phone": None,
        "external_id": None,
        "role": role,
        "time_zone": "Amsterdam",
        "verified": role == "agent",
        "suspended": False,
        "active": True,
        "created_at": utc_seconds_text(created_at),
        "updated_at": utc_seconds_text(created_at),
    }
