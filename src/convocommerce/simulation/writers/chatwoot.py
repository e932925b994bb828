"""Chatwoot's exports: a log of webhooks, and pages of the API fetched at the end.

They have the habits of real ones. The log tells a change of status twice, repeats some deliveries
and carries the whole conversation in each. The list of conversations holds only the last message
of each, and pages of messages, which number what webhooks name, do not say on which channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import MINUTE, SECOND, local_month, utc_text
from convocommerce.simulation.writers.chatwoot_bodies import (
    TYPES,
    Body,
    Case,
    Known,
    Moment,
    conversation_body,
    message_body,
    stored_body,
)
from convocommerce.simulation.writers.files import compact, write_lines, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from convocommerce.simulation.records import Thread
    from convocommerce.simulation.writers.registry import Told

_ACCOUNT = {"id": 1, "name": "Slof & Stukje"}
_WORDS = ("incoming", "outgoing", "activity", "template")
_A_PAGE = 20
_N_PAGED = 40


def write_talk(exports: Path, told: Told) -> int:
    """Write the log of webhooks and the pages of the API; return the number of documents."""
    draw = Draw(told.seed, "chatwoot")
    known = Known(told)
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


def _cases(draw: Draw, told: Told) -> list[Case]:
    contacts: dict[Thread, int] = {}
    cases = []
    for number, story in enumerate(told.stories, 1):
        contact_id = contacts.setdefault(story.talk.thread, 40 + len(contacts))
        case = Case(number, story, contact_id)
        case.moments = [m for m in _moments(draw, case) if m.at < told.end]
        cases.append(case)
    return cases


def _moments(draw: Draw, case: Case) -> list[Moment]:
    talk, spoken = case.story.talk, case.story.spoken
    found = []
    for event in sorted(talk.events, key=lambda event: event.at):
        if event.kind == "handover":
            found.append(Moment(event.at, case, status=("pending", "open")))
        elif event.is_spoken:
            found.append(Moment(event.at, case, event))
            if event.role == "human" and event.via != "inbox" and draw.chance(0.05):
                at = event.at + draw.whole(20, 90) * SECOND + 1
                found.append(Moment(at, case, note=f"{event.agent} belt de leverancier"))
    last = spoken[-1]
    resolved_at = last.at + draw.whole(5, 6 * 60) * MINUTE
    if last.role == "human" and draw.chance(0.8) and all(e.at < resolved_at for e in talk.events):
        found.append(Moment(resolved_at, case, status=("open", "resolved")))
    return sorted(found, key=lambda moment: moment.at)


def _webhooks(moment: Moment, known: Known) -> Iterable[tuple[int, Body]]:
    """Give the deliveries about a moment, each with when it is sent."""
    case, at = moment.case, moment.at
    around = conversation_body(case, at, known)
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
        **message_body(moment, known),
        "conversation": around,
        "created_at": utc_text(at),
        "inbox": {"id": around["inbox_id"], "name": case.story.talk.thread.channel.title()},
        "message_type": _WORDS[TYPES[moment.event.role] if moment.event else 1],
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


def _write_log(folder: Path, draw: Draw, told: Told, moments: list[Moment], known: Known) -> int:
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


def _write_pages(folder: Path, cases: list[Case], known: Known, end: int) -> int:
    """Write the list of all conversations, and the messages of the newest."""
    n_documents = 0
    for first in range(0, len(cases), _A_PAGE):
        listed = []
        for case in cases[first : first + _A_PAGE]:
            one = conversation_body(case, end - 1, known)
            one["meta"]["channel"] = one.pop("channel")
            last = [m for m in case.moments if m.status is None][-1:]
            del one["contact_inbox"]
            one |= {"messages": [stored_body(m, known) for m in last], "account_id": 1}
            del one["updated_at"]
            listed.append(one)
        page = {"data": {"meta": {"mine_count": 0, "all_count": len(cases)}, "payload": listed}}
        number = first // _A_PAGE + 1
        write_text(folder / "conversations" / f"page-{number:03d}.json", compact(page) + "\n")
        n_documents += 1
    for case in cases[-_N_PAGED:]:
        messages = [stored_body(m, known) for m in case.moments if m.status is None][-_A_PAGE:]
        meta = {"labels": [], "additional_attributes": {}, "contact": known.contact(case, end)}
        name = f"{case.number:05d}-messages.json"
        text = compact({"meta": meta, "payload": messages}) + "\n"
        write_text(folder / "conversations" / name, text)
        n_documents += 1
    return n_documents
