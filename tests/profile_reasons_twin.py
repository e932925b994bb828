"""Why two systems part on each case, once more and case by case in plain Python.

It takes what each of the two says, which is held elsewhere, and the facts of the drawn records.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from convocommerce.periods import Period
from convocommerce.profiles import PROFILES, CaseTime
from profile_events import SECOND, Case, Desk, Said

OF_NULLS = {
    "started by the business": "agent_initiated",
    "the customer did not write": "agent_initiated",
    "handled by a bot": "bot_time",
    "nobody known wrote": "unknown_author",
    "answered before the ticket": "before_ticket",
    "the beginning is not in the export": "cut_off",
}
CHANGED = [dt.datetime(2026, 3, 29)]
"""The Sundays of the weeks in which the clock of the drawn desk is changed."""
Told = tuple[float | None, float | None, dict[str, float | None]]
Key = tuple[str, int | None, int]
OpenTime = Callable[[dt.datetime, dt.datetime], float]


@dataclass(frozen=True)
class Side:
    """What one system says of a case, within the period."""

    row: CaseTime | None
    is_in: bool
    ms: int | None
    lacks_hours: bool

    @property
    def is_open(self) -> bool:
        return bool(self.row and self.is_in and self.ms is None and self.row.is_counted)


def side(row: CaseTime | None, profile: str, period: Period | None, clock: str) -> Side:
    if row is None:
        return Side(None, False, None, False)
    knows_hours = PROFILES[profile].hours != "none"
    seconds = row.calendar_seconds
    if clock == "opening" and knows_hours:
        seconds = row.opening_seconds
    is_in = row.cohort_day is not None
    if is_in and period is not None:
        assert row.cohort_day is not None
        is_in = period.start <= row.cohort_day < period.end
    lacks = row.calendar_seconds is not None and seconds is None
    return Side(row, is_in, None if seconds is None else round(seconds * 1000), lacks)


def differences(
    desk: Desk,
    rows: tuple[list[CaseTime], list[CaseTime]],
    names: tuple[str, str],
    period: Period | None,
    clock: str,
    open_time: OpenTime,
) -> Iterator[tuple[Key, Told]]:
    """Yield every case on which two systems part, both figures and the parts between them."""
    tables = [{(one.case_id, one.conversation_id, one.again): one for one in two} for two in rows]
    cases = {case.name: case for case in desk.cases}
    for key in tables[0].keys() | tables[1].keys():
        a, b = (side(table.get(key), name, period, clock)
                for table, name in zip(tables, names, strict=True))  # fmt: skip
        if not (a.is_in or b.is_in):
            continue
        a_ms, b_ms = (one.ms if one.is_in else None for one in (a, b))
        if a_ms == b_ms and a.is_open == b.is_open:
            continue
        facts = Facts(desk, cases[key[0]], key, a, b, names)
        if a_ms is not None and b_ms is not None:
            parts: dict[str, float | None] = facts.parts(clock, open_time)
        else:
            parts = {facts.presence(): None}
        yield key, (_seconds(a_ms), _seconds(b_ms), parts)


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


class Facts:
    """What is known of a case that could explain why two systems part."""

    def __init__(
        self, desk: Desk, case: Case, key: Key, a: Side, b: Side, names: tuple[str, str]
    ) -> None:
        self.case, self.key, self.a, self.b, self.names = case, key, a, b, names
        starts = [one.row.started_at for one in (a, b) if one.row and one.row.started_at]
        self.early_start, self.late_start = min(starts, default=None), max(starts, default=None)
        ends = [self.ended(one) for one in (a, b)]
        known = [one for one in ends if one is not None]
        has_both = all(one.is_in and one.ms is not None for one in (a, b))
        self.early_end = min(known, default=None) if has_both else known[0] if known else None
        said = [one for one in case.events if one.is_said and not one.is_copy]
        asked = [one for one in said if one.role == "customer"]
        self.first_customer = asked[0].at if asked else None
        opening = [one for one in said if one.role in ("customer", "human", "marketing")]
        self.first_role = opening[0].role if opening else None
        self.handed = [one.at for one in case.events if one.role == "handoff"]
        self.bots = [one.at for one in case.events if one.role == "bot"]
        stops = ("solved", "closed", "hold", "pending")
        self.pauses = [(one.at, one.status in stops) for one in case.changes]
        self.answer = self._answer()

    @staticmethod
    def ended(one: Side) -> dt.datetime | None:
        return one.row.ended_at if one.row and one.ms is not None else None

    def _answer(self) -> Said | None:
        """Return what the earlier end was taken for; of several in that second the oddest."""
        end = self.early_end
        if end is None:
            return None
        found = [
            one
            for one in self.case.events
            if (one.is_said or one.role == "note")
            and (one.role != "customer" or one.listed == "internal")
            and (
                one.at.replace(microsecond=0) == end.replace(microsecond=0)
                or abs(one.at - end) <= dt.timedelta(milliseconds=1)
            )
        ]

        def oddness(one: Said) -> tuple[Any, ...]:
            is_plain = one.role == "human" and not one.is_failed and one.listed == "internal"
            return is_plain, one.sequence, one.key

        return min(found, key=oddness, default=None)

    def end(self) -> str:
        answer, end = self.answer, self.early_end
        if answer is not None:
            by_role = {
                "bot": "bot_time", "auto": "automatic_reply", "system": "automatic_reply",
                "marketing": "campaign", "note": "private_note",
            }  # fmt: skip
            if answer.role in by_role:
                return by_role[answer.role]
            if answer.is_failed:
                return "failed_send"
            if answer.is_native and "gorgias" in self.names:
                return "outside_helpdesk"
            if answer.role == "customer":
                return "agent_as_requester"
            if answer.role == "human" and answer.listed is None:
                return "unknown_author"
        late = self.late_start
        if end and end < self.case.created and self.case.is_ticket:
            return "before_ticket"
        if end and late and end.replace(microsecond=0) == late.replace(microsecond=0):
            return "same_second"
        if end and end == self.first_customer:
            return "same_second"
        if end is None or self.first_customer is None or end < self.first_customer:
            return "agent_initiated"
        assert late is not None
        assert self.early_start is not None
        if end < late:
            return "hand_off" if late in self.handed else "reopened"
        if any(is_stop and self.early_start <= at <= end for at, is_stop in self.pauses):
            return "reopened"
        if answer is None:
            return "other" if self.case.is_ticket else "silence_rule"
        both = answer.conversation, self.key[1]
        return "silence_rule" if None not in both and both[0] != both[1] else "other"

    def start(self) -> str:
        early, late, first = self.early_start, self.late_start, self.first_customer
        assert early is not None
        assert late is not None
        if any(abs(at - late) <= SECOND for at in self.handed):
            return "hand_off"
        if self.first_role in ("human", "marketing") and first and early < first <= late:
            return "agent_initiated"
        if any(
            (at > early or (is_stop and at == early)) and at < late + SECOND
            for at, is_stop in self.pauses
        ):
            return "reopened"
        if any(early <= at <= late for at in self.bots):
            return "hand_off" if late == self.case.created else "bot_time"
        if "meta_page" in self.names:
            return "silence_rule"
        return "ticket_creation" if self.case.created in (early, late) else "other"

    def presence(self) -> str:
        """Say why only one of the two has a figure, or lists the case as waiting."""
        a, b = self.a, self.b
        shown = [one.ms if one.is_in else None for one in (a, b)]
        of_rows = self._of_days() or self._of_rows()
        if shown == [None, None]:
            return of_rows or "unanswered_dropped"
        if of_rows:
            return of_rows
        if a.lacks_hours or b.lacks_hours:
            return "schedule_rule"
        for one, ms in zip((a, b), shown, strict=True):
            if ms is None and one.row and one.row.reason is not None:
                if one.row.reason in OF_NULLS:
                    return OF_NULLS[one.row.reason]
                break
        end = self.end()
        if end in ("other", "reopened"):
            for mine, other, name in ((a, b, self.names[1]), (b, a, self.names[0])):
                ended, started = self.ended(mine), other.row.started_at if other.row else None
                is_meta = name == "meta_page" and ended is not None and started is not None
                if is_meta and ended - started > dt.timedelta(hours=24):
                    return "too_late"
        return end

    def _of_days(self) -> str | None:
        a, b = self.a, self.b
        if not (a.row and b.row) or a.is_in == b.is_in:
            return None
        dayless = next((one.row for one in (a, b) if one.row and one.row.cohort_day is None), None)
        if dayless is None:
            return "cohort_date"
        return OF_NULLS.get(dayless.reason or "", "unanswered_dropped")

    def _of_rows(self) -> str | None:
        if self.a.row and self.b.row:
            return None
        if self.case.status in ("deleted", "merged"):
            return "deleted_or_merged"
        if self.case.customer is None:
            return "unknown_customer"
        if "reported" in self.names:
            return "not_reported"
        if "meta_page" in self.names or self.key[2] > 0:
            return "silence_rule"
        if self.case.head != self.key[1]:
            return "reopened"
        if "gorgias" in self.names:
            return "silence_rule"
        return "agent_initiated" if self.first_role in ("human", "marketing") else "other"

    def parts(self, clock: str, open_time: OpenTime) -> dict[str, float | None]:
        a, b = self.a, self.b
        assert a.row
        assert b.row
        assert a.ms is not None
        assert b.ms is not None

        def apart(one: dt.datetime, other: dt.datetime) -> int:
            """Return by how much one comes after another."""
            if clock == "calendar" or not lays_calendar(self.names):
                return _ms(one) - _ms(other)
            sign = 1 if one >= other else -1
            return sign * round(open_time(min(one, other), max(one, other)) * 1000)

        starts, ends = (a.row.started_at, b.row.started_at), (a.row.ended_at, b.row.ended_at)
        assert starts[0] and starts[1] and ends[0] and ends[1]  # noqa: PT018  # for the checker
        start, end = apart(starts[0], starts[1]), apart(ends[1], ends[0])
        rest = b.ms - a.ms - start - end
        found: dict[str, float | None] = {}
        for ms, why in ((start, self.start), (end, self.end)):
            reason = why() if ms else ""
            if abs(ms) < 1000 or (reason == "other" and abs(ms) <= 1000):
                reason = "rounding"
            _add(found, reason, ms)
        if abs(rest) <= 1000:
            _add(found, "rounding", rest)
        elif clock == "calendar":
            _add(found, "other", rest)
        else:
            is_of_weeks = "dbt_zendesk" in self.names and lays_calendar(self.names)
            is_changed = any(
                sunday + dt.timedelta(days=7) > min(*starts) and sunday <= max(*ends)
                for sunday in CHANGED
            )
            reason = "daylight_saving" if is_of_weeks and is_changed else "schedule_rule"
            _add(found, reason, rest)
        return found


def lays_calendar(names: tuple[str, str]) -> bool:
    """Whether one of two systems lays one calendar over the whole wait."""
    return any(PROFILES[name].hours in ("rules", "single_at_end", "one_window") for name in names)


def _add(found: dict[str, float | None], reason: str, ms: int) -> None:
    if ms:
        found[reason] = round((found.get(reason) or 0) + ms / 1000, 3)


def _ms(at: dt.datetime) -> int:
    return (at - dt.datetime(1970, 1, 1)) // dt.timedelta(milliseconds=1)
