"""Chatwoot's own report once more, walking through the log of every conversation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from profile_events import Case, Change, Desk, Row, Said
from profile_twins import ZONE, row, whole


def chatwoot(desk: Desk) -> Iterator[Row]:
    offset = desk.as_of.replace(tzinfo=dt.UTC).astimezone(ZONE).utcoffset()
    assert offset is not None
    for case in desk.cases:
        log = [
            one
            for one in case.events
            if (one.is_said and not one.is_copy) or one.role in ("close", "handoff", "reopen")
        ]
        answer = _first_answer(log)
        has_bot = any(one.role == "handoff" or (one.role == "bot" and one.is_said) for one in log)
        has_bot |= any("pending" in (one.status, one.before) for one in case.changes)
        solved = [one.at for one in case.changes if one.status == "solved"]
        by_bot = _solved_by_bot(case, solved) if has_bot else []
        woken = list(_woken(case, log, has_bot))
        handed = min((one.at for one in log if one.role == "handoff"), default=None)
        opened = [one.at for one in case.changes if _is_opening(one)]
        opened += [at for at, _ in woken] + ([handed] if handed else [])
        start = case.created
        if answer:
            known = [at for at in opened if at <= answer.at]
            known = known or [at for at in by_bot if at <= answer.at]
            start = max(known, default=start)
        again = [one.at for one in case.changes if _is_opening(one) and one.before == "solved"]
        again += [at for at, status in woken if status == "solved"]
        resolutions = [_seconds(case.created, at) for at in solved]
        yield row(
            case,
            started_at=whole(start),
            ended_at=whole(answer.at) if answer else None,
            reason=None if answer else "not answered",
            # By one offset for the whole year.
            **({"cohort_day": (answer.at + offset).date()} if answer else {"day_of": whole(start)}),
            first_resolution_seconds=resolutions[0] if resolutions else None,
            full_resolution_seconds=resolutions[-1] if resolutions else None,
            resolution_seconds=resolutions,
            bot_resolution_seconds=[_seconds(case.created, at) for at in by_bot],
            handoff_seconds=_seconds(case.created, handed) if handed else None,
            n_reopens=len(set(again)),
            n_replies=sum(one.role == "human" and one.is_said for one in log),
            reply_seconds=list(_replies(case, log, answer, solved)),
        )


def _seconds(start: dt.datetime, end: dt.datetime) -> int:
    """Return the seconds between two instants, of each of which fractions are cut off."""
    begin, stop = whole(start), whole(end)
    assert begin is not None
    assert stop is not None
    return (stop - begin) // dt.timedelta(seconds=1)


def _first_answer(log: list[Said]) -> Said | None:
    n_named = 0
    for one in log:
        n_named += one.role in ("human", "auto") and one.is_said and one.author is not None
        # What a rule sent in an agent's name before leaves the first answer to nobody.
        if one.role == "human" and one.is_said and n_named <= 1:
            return one
    return None


def _solved_by_bot(case: Case, solved: list[dt.datetime]) -> list[dt.datetime]:
    named = [
        one.at
        for one in case.events
        if one.role in ("human", "note", "auto", "marketing") and one.author is not None
    ]
    return [at for at in solved if not named or at < min(named)]


def _is_opening(change: Change) -> bool:
    return change.status == "open" and change.before != "open"


def _woken(case: Case, log: list[Said], has_bot: bool) -> Iterator[tuple[dt.datetime, str]]:
    """Yield when the customer wrote into what was solved or put off."""
    for change in case.changes:
        if change.status == "hold" or (change.status == "solved" and not has_bot):
            wrote = [
                one.at
                for one in log
                if one.role == "customer"
                and one.is_said
                and change.at <= one.at
                and (change.until is None or one.at < change.until)
            ]
            if wrote:
                yield wrote[0], change.status


def _replies(
    case: Case, log: list[Said], answer: Said | None, solved: list[dt.datetime]
) -> Iterator[int]:
    moments: list[tuple[tuple[dt.datetime, int, int], Said | str]] = [
        (one.place, one) for one in log if one.role != "close"
    ]
    moments += [((at, 2147483647, 0), "solved") for at in solved]
    moments.append(((case.created, -1, 0), "made"))
    waiting: dt.datetime | None = None
    for place, one in sorted(moments, key=lambda moment: moment[0]):
        if one == "made" or (isinstance(one, Said) and one.role in ("customer", "handoff")):
            waiting = waiting or place[0]
        elif one == "solved":
            waiting = None
        elif isinstance(one, Said) and one.role in ("human", "bot") and one.is_said:
            if waiting and one.role == "human" and one is not answer:
                yield _seconds(waiting, place[0])
            waiting = None
