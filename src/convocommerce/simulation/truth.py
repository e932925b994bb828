"""The truth beside the exports: what every conversation, order and checkout really was.

Read from what happened, not from the exports, so that it can tell whether the package reads the
exports rightly. Only what the exports can show is in it: nothing after their end.
"""

from __future__ import annotations

import csv
import io
import json
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convocommerce.simulation.linking import Links
from convocommerce.simulation.times import DAY, utc_text
from convocommerce.simulation.world import ADS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from convocommerce.simulation.records import Checkout, Conversation, Event, Order, Thread

WINDOW = 5 * DAY


@dataclass(eq=False)
class Story:
    """One conversation as far as the exports show it, with the orders credited to it."""

    talk: Conversation
    spoken: list[Event]
    end: int
    is_returning: bool = False
    won: list[tuple[Order, str]] = field(default_factory=list)

    @property
    def started_at(self) -> int:
        """The instant of the first message."""
        return self.spoken[0].at

    def first(self, role: str, after: int | None) -> Event | None:
        """Return the first message of a role after an instant; none when there is no instant."""
        if after is None:
            return None
        return next((e for e in self.spoken if e.role == role and e.at > after), None)


class Truth:
    """Everything that is true about one simulated export."""

    def __init__(
        self, talks: Iterable[Conversation], events: Sequence[Event], orders: list[Order],
        checkouts: list[Checkout], end: int,
    ) -> None:  # fmt: skip
        self.orders, self.checkouts, self.end = orders, checkouts, end
        self.links = Links(events, orders, checkouts)
        self.stories = _stories(talks, end)
        self._by_contact: dict[int, list[Story]] = {}
        for story in self.stories:
            contact = self.links.contact_of_thread[story.talk.thread]
            earlier = self._by_contact.setdefault(contact, [])
            story.is_returning = bool(earlier)
            earlier.append(story)
        self.credit = {order: self._credit(order) for order in orders}

    def _credit(self, order: Order) -> tuple[Story, str] | None:
        refunded = sum(refund.cents for refund in order.refunds)
        counts = order.is_paid and not order.cancelled_at and not order.is_test
        if not counts or refunded >= order.total_cents:
            return None
        stories = self._by_contact.get(self.links.contact_of_order[order], [])
        place = bisect_right([story.started_at for story in stories], order.created_at) - 1
        if place < 0:
            return None
        story = stories[place]
        last = max(event.at for event in story.spoken if event.at <= order.created_at)
        if order.created_at - last > WINDOW:
            return None
        has_receipt = any(
            other.kind == "receipt" and other.order is order
            for one in stories
            for other in one.spoken
        )
        kind = "in_chat" if order.chat_id or has_receipt else "assisted"
        story.won.append((order, kind))
        return story, kind

    def write(self, folder: Path) -> None:
        """Write conversations.csv, orders.csv, checkouts.csv and ads.csv."""
        _write(folder / "conversations.csv", CONVERSATION_COLUMNS, map(_conversation, self.stories))
        _write(folder / "orders.csv", ORDER_COLUMNS, map(self._order, self.orders))
        _write(folder / "checkouts.csv", CHECKOUT_COLUMNS, map(_checkout, self.checkouts))
        rows = [[ad.ad_id, ad.name, ad.adset, ad.campaign_id, ad.campaign] for ad in ADS]
        _write(folder / "ads.csv", AD_COLUMNS, rows)

    def _order(self, order: Order) -> list[str]:
        credit = self.credit[order]
        thread: Thread | None = credit[0].talk.thread if credit else None
        return [
            order.number,
            order.order_id,
            order.person.key,
            utc_text(order.created_at),
            _truth(order.is_paid),
            _truth(order.cancelled_at is not None),
            _truth(order.is_test),
            money(order.total_cents),
            money(sum(refund.cents for refund in order.refunds)),
            self.links.link_of_order[order],
            thread.channel if thread else "",
            thread.customer_id if thread else "",
            utc_text(credit[0].started_at) if credit else "",
            credit[1] if credit else "",
        ]


CONVERSATION_COLUMNS = (  # noqa: SIM905 - reads better than a line for each
    "channel,business_id,customer_id,person,started_at,started_by,first_customer_at,"
    "acknowledged_at,bot_at,human_at,handoff_at,agent,n_messages,last_message_at,entry_point,ad_id,"
    "ref,intent,is_returning,outcome,order_numbers,net_amount"
).split(",")
ORDER_COLUMNS = (  # noqa: SIM905 - reads better than a line for each
    "order_number,order_id,person,created_at,paid,cancelled,test,total_amount,refunded_amount,link,"
    "credited_channel,credited_customer_id,credited_started_at,kind"
).split(",")
CHECKOUT_COLUMNS = (
    "checkout_id",
    "token",
    "cart_token",
    "person",
    "started_at",
    "completed_at",
    "is_recovered",
)
AD_COLUMNS = ("ad_id", "ad_name", "adset", "campaign_id", "campaign_name")


def money(cents: int) -> str:
    """Return an amount of euro cents with two decimals.

    >>> money(4490)
    '44.90'
    """
    return f"{cents // 100}.{cents % 100:02d}"


def json_text(value: object) -> str:
    """Return readable JSON with sorted keys, ending in a line feed."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _stories(talks: Iterable[Conversation], end: int) -> list[Story]:
    stories = []
    for talk in talks:
        spoken = sorted((e for e in talk.events if e.is_spoken and e.at < end), key=lambda e: e.at)
        if spoken:
            stories.append(Story(talk, spoken, end))
    return sorted(stories, key=lambda s: (s.started_at, s.talk.thread.customer_id))


def _conversation(story: Story) -> list[str]:
    talk, thread = story.talk, story.talk.thread
    asked = next((event.at for event in story.spoken if event.role == "customer"), None)
    auto, bot, human = (story.first(role, asked) for role in ("auto", "bot", "human"))
    passed = next((e.at for e in talk.events if e.kind == "handover" and e.at < story.end), None)
    kinds = {kind for _, kind in story.won}
    outcome = "in_chat" if "in_chat" in kinds else "assisted" if kinds else "none"
    net = sum(o.total_cents - sum(r.cents for r in o.refunds) for o, _ in story.won)
    return [
        thread.channel,
        thread.business_id,
        thread.customer_id,
        thread.person.key,
        utc_text(story.started_at),
        talk.started_by,
        utc_text(asked),
        utc_text(auto.at if auto else None),
        utc_text(bot.at if bot else None),
        utc_text(human.at if human else None),
        utc_text(passed),
        human.agent if human and human.via == "helpdesk" else "",
        str(len(story.spoken)),
        utc_text(story.spoken[-1].at),
        talk.touch.entry_point if talk.touch else "organic",
        talk.touch.ad_id if talk.touch else "",
        talk.touch.ref if talk.touch else "",
        talk.intent,
        _truth(story.is_returning),
        outcome,
        " ".join(order.number for order, _ in story.won),
        money(net) if story.won else "",
    ]


def _checkout(checkout: Checkout) -> list[str]:
    return [
        checkout.checkout_id,
        checkout.token,
        checkout.cart_token,
        checkout.person.key,
        utc_text(checkout.started_at),
        utc_text(checkout.completed_at),
        _truth(checkout.completed_at is not None),
    ]


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    path.write_bytes(buffer.getvalue().encode())
