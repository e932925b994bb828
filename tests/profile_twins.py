"""Every system of ``profiles`` once more, slowly and in plain Python, with all that it tells.

Written from the definitions; each function returns the rows of one system as dictionaries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from profile_events import Case, Change, Desk, Row, Said

ZONE = ZoneInfo("Europe/Amsterdam")
DAY = dt.timedelta(days=1)
WAITING = ("new", "open", "hold")


def local_day(at: dt.datetime) -> dt.date:
    return at.replace(tzinfo=dt.UTC).astimezone(ZONE).date()


def whole(at: dt.datetime | None) -> dt.datetime | None:
    return None if at is None else at.replace(microsecond=0)


def between(start: dt.datetime | None, end: dt.datetime | None) -> float | None:
    """Return the time between two instants, each in whole milliseconds."""
    return None if start is None or end is None else (_ms(end) - _ms(start)) / 1000


def _ms(at: dt.datetime) -> int:
    return (at - dt.datetime(1970, 1, 1)) // dt.timedelta(milliseconds=1)


def row(case: Case, **told: Any) -> Row:
    """Return what one system says of a case, with what follows from it."""
    day = told.pop("day_of", None)
    told = {
        "case_id": case.name, "conversation_id": case.head, "again": 0, "reason": None, **told
    }  # fmt: skip
    told.setdefault("is_counted", told["reason"] is None)
    told.setdefault("cohort_day", None if day is None else local_day(day))
    if told["reason"] is None:
        told["calendar_seconds"] = between(told["started_at"], told["ended_at"])
    return told


def first(events: list[Said], *roles: str) -> Said | None:
    return next((one for one in events if one.role in roles), None)


def after(events: list[Said], start: Said | None, role: str) -> list[Said]:
    """Return what was said in a role later than something."""
    return [one for one in events if start and one.role == role and one.place > start.place]


def intercom(desk: Desk) -> Iterator[Row]:
    for case in desk.cases:
        asked = first(case.said, "customer")
        answers = after(case.said, asked, "human")
        replies, waiting = [], None
        for one in case.said:
            if one.role == "customer":
                waiting = waiting or one.at
            elif one.role == "human":
                if waiting:
                    replies.append(between(waiting, one.at))
                waiting = None
        yield row(
            case,
            started_at=asked and asked.at,
            ended_at=answers[0].at if answers else None,
            reason=None if answers else "not answered" if asked else "the customer did not write",
            day_of=case.created,
            n_replies=len(answers),
            reply_seconds=replies,
        )


def plain(desk: Desk) -> Iterator[Row]:
    for case in desk.cases:
        begun = first(case.said, "customer", "human", "marketing")
        asked = first(case.said, "customer")
        answers = after(case.said, asked, "human")
        reason = None if answers else "not answered"
        reason = reason if asked else "the customer did not write"
        if begun and begun.role != "customer":
            reason = "started by the business"
        yield row(
            case,
            started_at=asked and asked.at,
            ended_at=answers[0].at if answers and reason is None else None,
            reason=reason,
            day_of=answers[0].at if answers else asked and asked.at,
            n_replies=len(answers),
        )


def gorgias(desk: Desk) -> Iterator[Row]:
    spoken = [case for case in desk.cases if case.said]
    talks = [case for case in spoken if not case.is_ticket]
    talks.sort(key=lambda case: (case.thread, case.said[0].at, case.name))
    groups = [[case] for case in spoken if case.is_ticket]
    before: Case | None = None
    for case in talks:
        is_new = before is None or before.thread != case.thread
        if is_new or case.said[0].at - max(one.at for one in before.said) >= 3 * DAY:
            groups.append([])
        groups[-1].append(case)
        before = case
    for group in groups:
        said = sorted((one for case in group for one in case.said), key=lambda one: one.place)
        begun, asked = first(said, "customer", "human"), first(said, "customer")
        answers = [one for one in after(said, asked, "human") if not one.is_native]
        reason = None if answers else "not answered"
        reason = reason if asked else "the customer did not write"
        if begun and begun.role == "human":
            reason = "started by the business"
        yield row(
            group[0],
            started_at=asked and asked.at,
            ended_at=answers[0].at if answers and reason is None else None,
            reason=reason,
            day_of=answers[0].at if answers else asked and asked.at,
            n_replies=len(answers),
            conversation_ids=sorted({one.conversation for one in said if one.conversation}),
        )


def zendesk_native(desk: Desk) -> Iterator[Row]:
    for case in desk.cases:
        spoken = [
            one
            for one in case.events
            if (one.is_said and not one.is_copy and one.role != "system")
            or one.role in ("note", "handoff")
        ]
        humans = [one for one in spoken if one.role == "human" and one.is_said]
        created = made_by_hand_over(case, spoken, humans)
        opening = None
        if not case.is_messaging and spoken and spoken[0].role == "human":
            is_first = spoken[0].at <= case.created + dt.timedelta(seconds=5)
            opening = spoken[0] if is_first else None
        start = whole(created) or dt.datetime.max
        replies = [
            one
            for one in humans
            if one.at >= start and (opening is None or one.place > opening.place)
        ]
        reason = None
        if created is None:
            reason = "handled by a bot"
        elif not replies and opening:
            reason = "started by the business"
        elif not replies and humans and min(one.at for one in humans) < created:
            reason = "answered before the ticket"
        elif not replies:
            reason = "not answered"
        talks = {one.conversation for one in replies if one.conversation is not None}
        n_replies = len(talks) if case.is_messaging else len(replies)
        yield row(
            case,
            started_at=created,
            ended_at=replies[0].at if replies else None,
            reason=reason,
            day_of=created,
            n_replies=n_replies,
            **_resolved(case, created, n_replies, desk.as_of),
        )


def made_by_hand_over(case: Case, spoken: list[Said], humans: list[Said]) -> dt.datetime | None:
    """Return when the ticket was made; with a bot alone there is none."""
    if case.is_ticket or first(spoken, "bot") is None:
        return case.created
    handed = first(spoken, "handoff")
    if handed:
        return handed.at
    return case.created if humans else None


def _resolved(
    case: Case, created: dt.datetime | None, n_replies: int, as_of: dt.datetime
) -> dict[str, Any]:
    changes = list(case.changes)
    if changes and created and changes[0].at > created:
        # Where the history begins later than the ticket, it was new until then.
        begun = changes[0].before or "new"
        changes.insert(0, Change(created, begun, None, changes[0].at, changes[0].is_history))
    solved = [one.at for one in changes if one.status == "solved"]
    closed = [one.at for one in changes if one.status == "closed"]
    now = max(changes, key=lambda one: one.at).status if changes else None
    is_over = now in ("solved", "closed")
    opened = [one for one in changes if one.before == "solved" and one.status in
              ("new", "open", "pending", "hold")]  # fmt: skip
    paused = any(one.status in ("pending", "hold") for one in changes)
    if case.is_messaging:
        is_one_touch = is_over and n_replies >= 1 and not paused and not opened
    else:
        is_one_touch = is_over and n_replies < 2
    ends = solved or closed[:1]
    spent = {
        name: sum((_ms(one.until or as_of) - _ms(one.at)) / 1000 for one in changes
                  if one.status in statuses)
        for name, statuses in (("requester_wait", WAITING), ("agent_wait", ("pending",)),
                               ("on_hold", ("hold",)))
    }  # fmt: skip
    has_history = bool(changes) and changes[0].is_history
    return {
        "first_resolution_seconds": between(created, ends[0]) if ends else None,
        "full_resolution_seconds": between(created, ends[-1]) if ends and is_over else None,
        "n_reopens": len(opened),
        "is_one_touch": is_one_touch,
        **{f"{name}_seconds": value if has_history else None for name, value in spent.items()},
    }


def dbt_zendesk(desk: Desk) -> Iterator[Row]:
    for case in desk.cases:
        handed = first(case.events, "handoff")
        made = handed.at if handed and not case.is_ticket else case.created
        comments = [
            one
            for one in case.events
            if (one.is_said or one.role == "note")
            and one.listed is not None
            and one.role not in ("handoff", "close", "reopen")
            and not one.is_logged_again
            and not (one.is_chat and one.kind == "attachment")
        ]
        legs = dict(_legs(comments, made))
        begun = legs.get(True)
        public = sorted((one for one in comments if one.is_said), key=_as_listed)
        n_public = sum(one.listed == "internal" for one in public)
        ended = whole(begun[0][1]) if begun and n_public else None
        reason = None
        if begun is None:
            reason = "nobody known wrote"
        elif ended is None:
            reason = "not answered"
        waits = [(start, end) for one in legs.values() for start, end in one if end is not None]
        yield row(
            case,
            started_at=whole(begun[0][0] if begun else made),
            ended_at=ended,
            reason=reason,
            cohort_day=made.date(),
            n_replies=sum(one.listed == "internal" for one in public[1:]),
            reply_seconds=[between(whole(start), whole(end)) for start, end in sorted(waits)],
            **_in_minutes(case, made, n_public, desk.as_of),
        )


def _as_listed(one: Said) -> tuple[Any, ...]:
    # In one second customers are taken to come first.
    return one.at, one.listed, one.sequence, one.key


def _legs(
    comments: list[Said], made: dt.datetime
) -> Iterator[tuple[bool, list[tuple[dt.datetime, dt.datetime | None]]]]:
    """Yield the first wait and the others, each from whom it runs to the next agent."""
    public = sorted((one for one in comments if one.is_said), key=_as_listed)
    agents = [one.at for one in public if one.listed == "internal"]
    others: dict[dt.datetime, dt.datetime | None] = {}
    for place, one in enumerate(public):
        end = min((at for at in agents if at > one.at), default=None)
        if place == 0:
            notes = [other for other in comments if not other.is_said and other.place <= one.place]
            yield True, [(made, one.at if notes and one.listed != "external" else end)]
        elif one.listed == "external" and public[place - 1].listed != "external":
            others[one.at] = end
    yield False, list(others.items())


def _in_minutes(case: Case, made: dt.datetime, n_public: int, as_of: dt.datetime) -> dict[str, Any]:
    solved = [one.at for one in case.changes if one.status == "solved"]
    closed = [one.at for one in case.changes if one.status == "closed"]
    ends = solved or closed

    def minutes(start: dt.datetime, end: dt.datetime) -> int:
        return _ms(end) // 60000 - _ms(start) // 60000

    def spent(*statuses: str) -> float | None:
        if not case.changes or not case.changes[0].is_history:
            return None
        return 60.0 * sum(
            minutes(one.at, one.until or as_of) for one in case.changes if one.status in statuses
        )

    now = case.status or (case.changes[-1].status if case.changes else None)
    return {
        "first_resolution_seconds": 60 * minutes(made, ends[0]) if ends else None,
        "full_resolution_seconds": 60 * minutes(made, ends[-1]) if ends else None,
        "n_reopens": max(len(solved) - 1, 0),
        "is_one_touch": now in ("solved", "closed") and n_public == 1,
        "requester_wait_seconds": spent(*WAITING),
        "agent_wait_seconds": spent("pending"),
        "on_hold_seconds": spent("hold"),
    }


def meta_page(desk: Desk, spoken: list[Row]) -> Iterator[Row]:
    """Say what Meta counts of what stands in our own conversations."""
    lines: dict[tuple[str, ...], list[Row]] = {}
    for one in sorted(
        spoken, key=lambda one: (one["sent_at"], one["position"], one["message_key"])
    ):
        key = one["channel"], one["business_id"], one["customer_id"]
        lines.setdefault(key, []).append(one)
    by_thread = {case.thread: case for case in desk.cases if case.is_ticket}
    own = {case.own: case for case in desk.cases if case.own}
    again: dict[int, int] = {}
    for line in lines.values():
        for place, (before, one) in enumerate(pairwise([None, *line])):
            assert one is not None
            is_new = not one["is_cut_off"]
            if before is not None:
                is_new = one["sent_at"] - before["sent_at"] >= DAY
            case = by_thread.get(one["thread_key"]) or own.get(one["conversation_id"])
            if one["role"] != "customer" or not is_new or case is None:
                continue
            answers = [
                two["sent_at"] for two in line[place + 1 :] if two["role"] in ("human", "bot")
            ]
            is_timely = bool(answers) and min(answers) - one["sent_at"] <= DAY
            number = again.get(one["conversation_id"], 0)
            again[one["conversation_id"]] = number + 1
            yield row(
                case,
                conversation_id=one["conversation_id"],
                again=number,
                started_at=one["sent_at"],
                ended_at=min(answers) if is_timely else None,
                reason=None if is_timely else "not answered",
                is_counted=True,
                day_of=one["sent_at"],
            )


def canonical(desk: Desk) -> Iterator[Row]:
    for case in desk.cases:
        for one in case.conversations:
            asked, human = one["first_customer_at"], one["human_at"]
            reason = None
            if one["is_cut_off"]:
                reason = "the beginning is not in the export"
            elif asked is None or asked > desk.as_of:
                reason = "the customer did not write"
            elif human is None or human > desk.as_of:
                reason = "not answered"
            yield row(
                case,
                conversation_id=one["conversation_id"],
                started_at=asked,
                ended_at=human if human and human <= desk.as_of else None,
                reason=reason,
                is_counted=reason in (None, "not answered"),
                day_of=one["started_at"],
            )


TWINS: dict[str, Callable[[Desk], Iterator[Row]]] = {
    "canonical": canonical,
    "zendesk_native": zendesk_native,
    "dbt_zendesk": dbt_zendesk,
    "intercom": intercom,
    "gorgias": gorgias,
    "plain": plain,
}
