"""Everything the package computes, once more from records, in plain slow Python without SQL.

``Oracle`` takes drawn records and the contacts that were joined, and gives what was known at an
as-of: rows of conversations, orders and attempts to buy, and from those every figure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from convocommerce.periods import Period
from convocommerce.rules import Rules
from oracle_figures import FIGURES, Figures
from oracle_talk import (
    EPOCH,
    Conversation,
    OpenTime,
    Record,
    ThreadName,
    conversations,
    millis,
    place_touchpoints,
)
from oracle_trade import DAY, Name, attempts, checkouts, orders, told_twice
from tables import DEFAULTS

CLOCKS = ("acknowledged", "bot", "any", "human")
NO_CONVERSATION = "no conversation"
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

    threads: Mapping[ThreadName, int]
    orders: Mapping[Name, tuple[int, str]]
    checkouts: Mapping[Name, tuple[int, str]]


def always_open(start: int, stop: int) -> int:
    return stop - start


@dataclass
class Oracle:
    tables: Mapping[str, Sequence[Record]]
    contacts: Contacts
    rules: Rules
    open_time: OpenTime = always_open
    full: dict[str, list[dict[str, Any]]] = field(init=False)

    def __post_init__(self) -> None:
        self.full = {
            name: [{**defaults, **row} for row in self.tables.get(name, ())]
            for name, defaults in DEFAULTS.items()
        }
        self.talks = conversations(self.full["messages"], self.contacts.threads, self.rules)
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
        return FIGURES[metric](states, by, **options)

    def states(self, as_of: dt.datetime) -> dict[str, list[dict[str, Any]]]:
        """Return what was known of everything at the as-of."""
        now = millis(as_of)
        return {
            "conversations": [
                self.conversation_state(talk, now)
                for talk in self.talks
                if talk.first_customer_at is not None and talk.first_customer_at <= now
            ],
            "orders": self.order_states(now),
            "attempts": self.attempt_states(now),
        }

    def conversation_state(self, talk: Conversation, now: int) -> dict[str, Any]:
        asked = talk.first_customer_at
        assert asked is not None
        row: dict[str, Any] = {"conversation_id": talk.key, "started_at": talk.started_at}
        for clock in CLOCKS:
            answered = talk.answered_at(clock)
            is_known = answered is not None and answered <= now
            for hours, between in (("calendar", always_open), ("opening", self.open_time)):
                row[f"{clock}_{hours}_seconds"] = (
                    between(asked, answered) / 1000 if is_known and answered is not None else None
                )
                row[f"age_{hours}_seconds"] = between(asked, now) / 1000
        row["outcome"] = self._outcome(talk, now)
        last = talk.last_spoken(now)
        assert last is not None
        row["is_settled"] = now >= last + self.rules.attribution_window_days * DAY
        return row | self.cuts(talk, now)

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
        for one in attempts(self.checkouts, self.rules, now):
            talk = one.conversation
            is_known = talk is not None and talk.started_at <= now
            cuts = (
                self.cuts(talk, now)
                if talk is not None and is_known
                else dict.fromkeys(CUTS, NO_CONVERSATION)
            )
            rows.append(
                {
                    "grain": one.grain,
                    "attempt_id": one.name,
                    "contact_key": one.contact,
                    "is_settled": one.is_settled,
                    "state": one.state,
                    "is_recovered_by_link": one.by_link,
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
        return {
            "channel": talk.thread[0],
            "entry_point": talk.first_touch("entry_point") or "organic",
            "campaign": campaign or "none",
            "ad": ad or "none",
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
