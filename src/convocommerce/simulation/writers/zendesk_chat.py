"""Pages of chats, as a nightly job that asks Zendesk Chat for what changed would keep them.

Every conversation is a chat with an end. A chat that was still open when a page was made comes
again on a later one, and so does one that was changed afterwards. All threads are visitors of the
web shop here, whatever the channel in the simulated world.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import MINUTE, SECOND, utc_seconds_text, utc_text
from convocommerce.simulation.world import SHOP_HOST, SHOP_NAME
from convocommerce.simulation.writers.files import write_page

if TYPE_CHECKING:
    from pathlib import Path

    from convocommerce.simulation.records import Event
    from convocommerce.simulation.truth import Story
    from convocommerce.simulation.writers.registry import Told

ACCOUNT = "4455667"
_PAGE = 200
_TRIGGER, _BOT, _NOBODY = "Klantenservice", "Slofje", SHOP_NAME
_KINDS = {"customer": "Visitor", "human": "Agent", "bot": "Bot", "auto": "Trigger"}
Body = dict[str, Any]


def write_talk(exports: Path, told: Told) -> int:
    """Write every chat, some of them twice; return how many records there are."""
    draw = Draw(told.seed, "zendesk_chat")
    agents = _agents(told.stories)
    records: list[tuple[int, Body]] = []
    for story in told.stories:
        record, changed_at = _chat(draw, story, agents, told.end)
        if record["end_timestamp"] and draw.chance(0.03):
            open_yet = record | {
                "end_timestamp": None,
                "rating": None,
                "update_timestamp": record["timestamp"],
                "history": record["history"][: max(2, len(record["history"]) // 2)],
            }
            records.append((story.started_at, open_yet))
        records.append((changed_at, record))
    records.sort(key=lambda one: (one[0], one[1]["id"]))
    for start in range(0, len(records), _PAGE):
        page = records[start : start + _PAGE]
        changed_at, last = page[-1]
        write_page(
            exports / "zendesk_chat" / f"chats-{start // _PAGE + 1:03d}.json",
            "chats",
            [record for _, record in page],
            count=len(page),
            end_time=changed_at // SECOND,
            end_id=last["id"],
            next_page=f"https://www.zopim.com/api/v2/incremental/chats?start_id={last['id']}",
        )
    return len(records)


def _agents(stories: list[Story]) -> dict[str, str]:
    names = sorted({e.agent for s in stories for e in s.spoken if e.role == "human" and e.agent})
    return {name: str(36100000000 + place) for place, name in enumerate(names)}


def _chat(draw: Draw, story: Story, agents: dict[str, str], end: int) -> tuple[Body, int]:
    thread, spoken = story.talk.thread, story.spoken
    visitor_name = f"Visitor {draw.digits(8)}"
    names = sorted({_name(event, visitor_name) for event in spoken if event.role == "human"})
    waits = _waits(spoken)
    counts = [sum(e.role == role for e in spoken) for role in ("customer", "human")]
    ended_at = spoken[-1].at // SECOND * SECOND + draw.whole(2, 20) * MINUTE
    is_over = ended_at < end
    changed_at = min(ended_at + draw.whole(0, 90) * MINUTE, end - 1)
    record: Body = {
        "id": f"2606.{ACCOUNT}.{draw.letters(13)}",
        "type": "chat",
        "timestamp": utc_seconds_text(story.started_at),
        "end_timestamp": utc_seconds_text(ended_at) if is_over else None,
        "update_timestamp": utc_seconds_text(changed_at),
        "duration": (ended_at - story.started_at) // SECOND,
        "started_by": "visitor" if spoken[0].role == "customer" else "agent",
        "missed": not counts[1],
        "triggered": any(event.role == "auto" for event in spoken),
        "unread": False,
        "deleted": False,
        "rating": draw.pick(("good", "good", "bad")) if draw.chance(0.1) else None,
        "comment": None,
        "tags": [],
        "department_id": None,
        "department_name": None,
        # Employees whose number is known come as text, like in the real export.
        "agent_ids": [agents[name] for name in names if name in agents],
        "agent_names": [name for name in names if name in agents],
        "zendesk_ticket_id": None,
        "visitor": {
            # What a cart link carries, so that the order can name the visitor.
            "id": thread.customer_id,
            "name": visitor_name,
            "email": "",
            "phone": "",
            "notes": "",
        },
        "session": {"id": f"260601.{ACCOUNT}.{draw.letters(17)}", "country_code": "NL"},
        "count": {"visitor": counts[0], "agent": counts[1], "total": sum(counts)},
        "response_time": {
            "first": round(waits[0]) if waits else None,
            "avg": sum(waits) / len(waits) if waits else None,
            "max": round(max(waits)) if waits else None,
        },
        "webpath": _pages(story),
        "history": _history(story, visitor_name, agents, end),
        "conversions": [],
    }
    return record, changed_at


def _history(story: Story, visitor_name: str, agents: dict[str, str], end: int) -> list[Body]:
    channel = f"#supportchat:{ACCOUNT}-{story.talk.thread.customer_id}"
    lines: list[Body] = []
    joined: set[str] = set()
    passed = [e for e in story.talk.events if e.kind == "handover" and e.at < end]
    for event in sorted([*story.spoken, *passed], key=lambda event: event.at):
        is_passed = event.kind == "handover"
        name = _taker(story, agents) if is_passed else _name(event, visitor_name)
        around = {"name": name, "channel": channel, "department_id": None}
        if (is_passed or event.role in ("customer", "human")) and name not in joined:
            joined.add(name)
            # Whom a bot passes a chat to has joined it, whether or not they ever write.
            at = utc_text(event.at if is_passed else event.at - 1)
            who = (
                {"sender_type": "Visitor"} if event.role == "customer" else _employee(name, agents)
            )
            lines.append({"type": "chat.memberjoin", "timestamp": at, **around, **who})
        if is_passed:
            continue
        line: Body = {
            "type": "chat.file" if event.kind in ("image", "sticker") else "chat.msg",
            # Microseconds, of which the chat itself knows thousands.
            "timestamp": f"{utc_text(event.at)[:-1]}000Z",
            **around,
            "sender_type": _KINDS[event.role],
        }
        if event.role == "customer":
            line["msg_id"] = str(event.at - 561)
        if event.role == "human":
            line |= _employee(name, agents)
        if line["type"] == "chat.file":
            line["attachment"] = {"url": f"https://files.example/{event.mid[-8:]}.jpg"}
        else:
            line |= {"msg": _text(event), "options": ""}
        lines.append(line)
    return lines


def _employee(name: str, agents: dict[str, str]) -> Body:
    return {"sender_type": "Agent", "agent_id": agents.get(name, "36099999999")}


def _taker(story: Story, agents: dict[str, str]) -> str:
    """Return who takes a chat over from the bot: whoever answers first, else whoever is there."""
    names = [event.agent for event in story.spoken if event.role == "human" and event.agent]
    return next(iter([*names, *agents]), _NOBODY)


def _name(event: Event, visitor_name: str) -> str:
    if event.role == "customer":
        return visitor_name
    return {"bot": _BOT, "auto": _TRIGGER}.get(event.role, event.agent or _NOBODY)


def _text(event: Event) -> str:
    if event.kind == "cart":
        return "\n".join(f"{count} x {product.dutch}" for product, count in event.products)
    if event.kind == "receipt" and event.order:
        return f"Bestelling {event.order.number}"
    text = event.text.replace("{order}", event.order.number if event.order else "")
    return f"{text} {event.payload}".strip() if event.kind == "button" else text


def _waits(spoken: list[Event]) -> list[float]:
    """Return, in seconds, how long each first unanswered message waited for a person."""
    waits: list[float] = []
    since: int | None = None
    for event in spoken:
        if event.role == "customer":
            since = event.at if since is None else since
        elif event.role == "human" and since is not None:
            waits.append((event.at - since) / SECOND)
            since = None
    return waits


def _pages(story: Story) -> list[Body]:
    touch = story.talk.touch
    page = f"https://{SHOP_HOST}/"
    if touch and touch.ad_id:
        page += f"?ad_id={touch.ad_id}" + (f"&ref={touch.ref}" if touch.ref else "")
    elif touch and touch.product_id:
        page += f"products/{touch.product_id}"
    elif touch and touch.ref:
        page += f"?ref={touch.ref}"
    at = utc_seconds_text(story.started_at - 20 * SECOND)
    return [{"from": "", "to": page, "timestamp": at, "title": SHOP_NAME}]
