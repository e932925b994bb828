"""Everything the package computes, once more from records, in plain slow Python without SQL.

``Oracle`` takes drawn records and the contacts that were joined, and gives what was known at an
as-of: rows of conversations, orders and attempts to buy, and from those every figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from convocommerce.periods import Period
from convocommerce.rules import Rules
from oracle_figures import FIGURES, Figures
from oracle_talk import (
    EPOCH,
    Conversation,
    CustomerName,
    OpenTime,
    Record,
    automatic_texts,
    conversations,
    millis,
    place_touchpoints,
)
from oracle_told import closed_by, is_untold, people_told_of, threads_told_of_bots, told
from oracle_trade import DAY, Name, attempts, checkouts, orders, told_twice
from tables import DEFAULTS

HOUR = 3_600_000
CLOCKS = ("acknowledged", "bot", "any", "human")
NO_CONVERSATION = "no conversation"
BOTH = ("checkouts", "orders")
PAID = ("ad", "inbox_ad", "sponsored_message")
CUTS = (
    "channel",
    "entry_point",
    "campaign",
    "ad",
    "agent",
    "first_responder",
    "answer_speed",
    "answer_state",
    "contact_kind",
)
SPEEDS = {
    300: "within 5 min",
    900: "5 to 15 min",
    3600: "15 to 60 min",
    86400: "1 to 24 h",
    float("inf"): "after 24 h",
}


@dataclass(frozen=True)
class Contacts:
    """Who is who, as joined before models are built."""

    threads: Mapping[CustomerName, int]
    orders: Mapping[Name, tuple[int, str]]
    checkouts: Mapping[Name, tuple[int, str]]


def always_open(start: int, stop: int) -> int:
    return stop - start


def both_hours(open_time: OpenTime) -> tuple[tuple[str, OpenTime], ...]:
    return ("calendar", always_open), ("opening", open_time)


@dataclass
class Oracle:
    tables: Mapping[str, Sequence[Record]]
    contacts: Contacts
    rules: Rules
    open_time: OpenTime = always_open
    full: dict[str, list[dict[str, Any]]] = field(init=False)
    _known: dict[dt.datetime, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.full = {
            name: [{**defaults, **row} for row in self.tables.get(name, ())]
            for name, defaults in DEFAULTS.items()
        }
        self.talks = conversations(
            told(self.full, self.rules),
            self.contacts.threads,
            self.rules,
            automatic_texts(self.full["messages"], self.rules),
        )
        self.told_contacts = {self.contacts.threads[one] for one in people_told_of(self.full)}
        self.told_of_bots = threads_told_of_bots(self.full)
        place_touchpoints(self.talks, self.full["touchpoints"], self.contacts.threads, self.rules)
        placed = orders(
            self.full["orders"], self.full["refunds"], self.contacts.orders, self.talks, self.rules
        )
        twice = told_twice(self.full["orders"], self.full["identities"])
        self.orders = [order for order in placed if order.name not in twice]
        self.checkouts = checkouts(
            self.full["checkouts"], self.contacts.checkouts, placed, self.talks, self.rules
        )

    def ask(
        self,
        metric: str,
        as_of: dt.datetime,
        by: Sequence[str] = (),
        where: Mapping[str, Sequence[Any]] = MappingProxyType({}),
        period: Period | None = None,
        options: Mapping[str, str] = MappingProxyType({}),
    ) -> Figures:
        """Return every figure of a metric, by statistic, unit and group."""

        def is_asked(row: Mapping[str, Any]) -> bool:
            local = row["started_local"]
            if period is not None and (
                local is None or not period.start <= local.date() < period.end
            ):
                return False
            return all(row[name] in wanted for name, wanted in where.items())

        states = {
            name: [row for row in rows if is_asked(row)]
            for name, rows in self.states(as_of).items()
        }
        figures = FIGURES[metric](states, by, **options)
        if metric == "conversations" and is_untold(self.full, self.rules, period, as_of):
            # Nobody can say that nobody wrote.
            return {name: replace(one, value=None) for name, one in figures.items()}
        return figures

    def states(self, as_of: dt.datetime) -> dict[str, list[dict[str, Any]]]:
        """Return what was known of everything at the as-of."""
        if as_of not in self._known:
            self._known = {as_of: self._states(millis(as_of))}
        return self._known[as_of]

    def _states(self, now: int) -> dict[str, list[dict[str, Any]]]:
        return {
            "conversations": [
                self.conversation_state(talk, now)
                for talk in self.talks
                if talk.first_customer_at is not None and talk.first_customer_at <= now
            ],
            "legs": self.leg_states(now),
            "waits": self.requester_waits(now),
            "orders": self.order_states(now),
            "attempts": self.attempt_states(now),
        }

    def conversation_state(self, talk: Conversation, now: int) -> dict[str, Any]:
        asked = talk.first_customer_at
        assert asked is not None
        row: dict[str, Any] = {
            "conversation_id": talk.key,
            "started_at": talk.started_at,
            "is_cut_off": talk.said[0].is_cut_off,
        }
        for clock in CLOCKS:
            answered = talk.answered_at(clock)
            is_known = answered is not None and answered <= now
            for hours, between in both_hours(self.open_time):
                row[f"{clock}_{hours}_seconds"] = (
                    between(asked, answered) / 1000 if is_known and answered is not None else None
                )
                row[f"age_{hours}_seconds"] = between(asked, now) / 1000
        row |= self.watched(talk, now) | self.parts(talk, now) | self.closing(talk, now)
        row["outcome"] = self._outcome(talk, now)
        row["tells_orders"] = bool(self.full["orders"])
        last = talk.last_spoken(now)
        assert last is not None
        row["is_settled"] = now >= last + self.rules.attribution_window_days * DAY
        return row | self.cuts(talk, now)

    def watched(self, talk: Conversation, now: int, number: int = 0) -> dict[str, Any]:
        """Return what ended the watch of one wait for a person, and after how long."""
        leg = talk.legs[number]
        asked, human = leg.said[0].at, leg.first("human")
        if human is not None and human <= now:
            state, until = "answered", human
        else:
            gap = int(self.rules.conversation_gap_hours * HOUR)
            close, silence = leg.first("close"), talk.ended_by_silence(now, gap)
            ends = [at for at in (close, silence) if at is not None and at <= now]
            window = talk.window_closes_at(now)
            is_lost = window is not None and window < now
            if ends and not (is_lost and window is not None and window < min(ends)):
                state, until = "closed", min(ends)
            elif is_lost and window is not None:
                state, until = "window_lost", window
            else:
                state, until = "waiting", now
        return {
            "wait_state": state,
            "observed_calendar_seconds": (until - asked) / 1000,
            "observed_opening_seconds": self.open_time(asked, until) / 1000,
        }

    def parts(self, talk: Conversation, now: int) -> dict[str, Any]:
        """Return the two parts of a wait in which a bot handed over before a person answered."""
        asked, handed = talk.first_customer_at, talk.answered_at("handoff")
        human = talk.answered_at("human")
        assert asked is not None
        is_handed = handed is not None and handed <= min(now, now if human is None else human)
        row: dict[str, Any] = {"is_handed_over": is_handed}
        for hours, between in both_hours(self.open_time):
            bot = wait = None
            if is_handed and handed is not None:
                bot = between(asked, handed) / 1000
                if human is not None and human <= now:
                    wait = between(handed, human) / 1000
            row[f"bot_part_{hours}_seconds"] = bot
            row[f"handoff_age_{hours}_seconds"] = (
                between(handed, now) / 1000 if is_handed and handed is not None else None
            )
            row[f"handoff_wait_{hours}_seconds"] = wait
        return row

    def closing(self, talk: Conversation, now: int) -> dict[str, Any]:
        """Return what the first close says of a conversation."""
        asked, closed = talk.first_customer_at, talk.answered_at("close")
        assert asked is not None
        row: dict[str, Any] = dict.fromkeys(("is_reopened", "is_one_touch"))
        row["tells_bots"] = self.rules.no_app == "bot" or talk.thread in self.told_of_bots
        row["tells_close"] = (talk.thread[0], talk.thread[1]) in closed_by(self.full)
        is_closed = closed is not None and closed <= now
        for hours, between in both_hours(self.open_time):
            row[f"resolution_{hours}_seconds"] = (
                between(asked, closed) / 1000 if is_closed and closed is not None else None
            )
        if is_closed and closed is not None:
            latest = closed + int(self.rules.conversation_gap_hours * HOUR)
            again = talk.reopened_at
            if again is not None and again <= min(now, latest):
                row["is_reopened"] = True
            elif now > latest:
                row["is_reopened"] = False
            if talk.human_answers(closed) != 1:
                row["is_one_touch"] = False
            elif row["is_reopened"] is not None:
                row["is_one_touch"] = not row["is_reopened"]
        return row

    def leg_states(self, now: int) -> list[dict[str, Any]]:
        rows = []
        for talk in self.talks:
            for number, leg in enumerate(talk.legs):
                asked, human = leg.said[0].at, leg.first("human")
                if asked > now:
                    continue
                row = {
                    "leg_id": leg.key,
                    "conversation_id": talk.key,
                    "is_later": number > 0,
                    "is_cut_off": talk.said[0].is_cut_off,
                }
                for hours, between in both_hours(self.open_time):
                    is_known = human is not None and human <= now
                    row[f"human_{hours}_seconds"] = (
                        between(asked, human) / 1000 if is_known and human is not None else None
                    )
                    row[f"age_{hours}_seconds"] = between(asked, now) / 1000
                rows.append(row | self.watched(talk, now, number) | self.cuts(talk, now))
        return rows

    def requester_waits(self, now: int) -> list[dict[str, Any]]:
        rows = []
        for talk in self.talks:
            begun = [leg for leg in talk.legs if leg.said[0].at <= now]
            if not begun:
                continue
            row: dict[str, Any] = {
                "conversation_id": talk.key,
                "n_waiting": 0,
                "wait_state": "answered",
                "is_cut_off": talk.said[0].is_cut_off,
            }
            waited = {hours: 0 for hours, _ in both_hours(self.open_time)}
            for number, leg in enumerate(begun):
                ends = [at for at in (leg.first("human"), leg.first("close")) if at is not None]
                if ends and min(ends) <= now:
                    for hours, between in both_hours(self.open_time):
                        waited[hours] += between(leg.said[0].at, min(ends))
                else:
                    row["n_waiting"] += 1
                    still = self.watched(talk, now, number)
                    row["wait_state"] = still["wait_state"]
                    for hours in waited:
                        waited[hours] += round(still[f"observed_{hours}_seconds"] * 1000)
            for hours, ms in waited.items():
                row[f"requester_wait_{hours}_seconds"] = None if row["n_waiting"] else ms / 1000
                row[f"observed_{hours}_seconds"] = ms / 1000
            rows.append(row | self.cuts(talk, now))
        return rows

    def _outcome(self, talk: Conversation, now: int) -> str:
        sales = {o.credit for o in self.orders if o.conversation is talk and self._sold(o, now)}
        if sales:
            return "in_chat" if "in_chat" in sales else "assisted"
        last = talk.last_spoken(now)
        assert last is not None
        is_pending = now < last + self.rules.attribution_window_days * DAY
        return "pending" if is_pending else "none"

    def _sold(self, order: Any, now: int) -> bool:
        return bool(order.at <= now and order.is_sale(now))

    def order_states(self, now: int) -> list[dict[str, Any]]:
        rows = []
        for order in self.orders:
            if order.at > now:
                continue
            talk = order.conversation
            cuts = self.cuts(talk, now) if talk else dict.fromkeys((*CUTS, *LOCAL))
            rows.append(
                {
                    "order_id": order.name[1],
                    "credit": order.credit or "none",
                    "conversation_id": talk.key if talk else None,
                    "currency": order.record["currency"],
                    "net_amount": order.net(now),
                    "is_sale": self._sold(order, now),
                    **cuts,
                }
            )
        return rows

    def attempt_states(self, now: int) -> list[dict[str, Any]]:
        rows = []
        told = {name: {row["platform"] for row in self.full[name]} for name in BOTH}
        told["links"] = {
            row["platform"]
            for row in self.full["checkouts"]
            if row.get("is_recovered_by_link") is not None
        }
        for one in attempts(self.checkouts, self.rules, now):
            talk = one.conversation
            is_known = talk is not None and talk.started_at <= now
            cuts = (
                self.cuts(talk, now)
                if talk is not None and is_known
                else dict.fromkeys(CUTS, NO_CONVERSATION if self.talks else "unknown")
            )
            rows.append(
                {
                    "grain": one.grain,
                    "attempt_id": one.name,
                    "contact_key": one.contact,
                    "is_settled": one.is_settled,
                    "state": one.state,
                    "is_recovered_by_link": one.by_link,
                    "tells_outcome": bool(one.platforms & told["checkouts"] & told["orders"]),
                    "tells_link": bool(one.platforms & told["links"]),
                    "started_ms": one.started_at,
                    "bought_ms": one.bought_at,
                    "lost_ms": one.lost_at,
                    "conversation_id": talk.key if talk else None,
                    **cuts,
                    **self.local(one.started_at),
                }
            )
        return rows

    def cuts(self, talk: Conversation, now: int) -> dict[str, Any]:
        """Return by what a conversation can be told apart, as far as known."""
        asked = talk.first_customer_at
        human, answer = talk.answer("human"), talk.answer("bot", "human")
        seconds = None
        if human is not None and human.at <= now and asked is not None:
            seconds = (human.at - asked) / 1000
        ad_id = talk.first_touch("ad_id")
        ad, campaign = self.ad_names(ad_id)
        quick = self.rules.quick_answer_minutes * 60
        entry = self.entry_point(talk)
        absent = "unknown" if entry in (*PAID, "unknown") else "none"
        return {
            "channel": talk.thread[0],
            "entry_point": entry,
            "campaign": campaign or absent,
            "ad": ad or absent,
            "agent": "none" if seconds is None or human is None else human.agent_id or "unnamed",
            "first_responder": answer.role if answer and answer.at <= now else "none",
            "answer_speed": "not answered"
            if seconds is None
            else next(name for limit, name in SPEEDS.items() if seconds <= limit),
            "answer_state": "not answered"
            if seconds is None
            else ("answered quickly" if seconds <= quick else "answered late"),
            "contact_kind": "returning" if talk.is_returning else "new",
            **self.local(talk.started_at),
        }

    def entry_point(self, talk: Conversation) -> str:
        is_told = talk.contact in self.told_contacts
        return talk.first_touch("entry_point") or ("organic" if is_told else "unknown")

    def ad_names(self, ad_id: str | None) -> tuple[str | None, str | None]:
        days = [row for row in self.full["ad_days"] if ad_id and row.get("ad_id") == ad_id]
        if not days:
            return ad_id, None
        last = max(days, key=lambda row: (row["last_day"], row["ad_name"]))
        return last["ad_name"] or ad_id, last["campaign_name"] or last["campaign_id"]

    def local(self, at: int) -> dict[str, Any]:
        """Return the wall clock of an instant and its parts."""
        zone = ZoneInfo(self.rules.time_zone)
        utc = (EPOCH + dt.timedelta(milliseconds=at)).replace(tzinfo=dt.UTC)
        wall = utc.astimezone(zone).replace(tzinfo=None)
        day = wall.date()
        return {
            "started_local": wall,
            "day": day,
            "week": day - dt.timedelta(days=day.weekday()),
            "month": day.replace(day=1),
            "hour": wall.hour,
            "weekday": day.isoweekday(),
        }


LOCAL = ("started_local", "day", "week", "month", "hour", "weekday")
