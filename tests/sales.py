"""People who chat, ask, begin checkouts and buy, one line each, for tests about money."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import convocommerce as cc
from tables import SENDERS, at, fill, thread

HOUR, DAY = 3600, 86400


class Sales:
    """Records of a shop whose people are tied to their orders by an e-mail address.

    Times are seconds after ``T0``, a Monday.
    """

    def __init__(self) -> None:
        names = (
            "messages",
            "touchpoints",
            "orders",
            "refunds",
            "checkouts",
            "identities",
            "ad_days",
        )
        self.tables: dict[str, list[dict[str, Any]]] = {name: [] for name in names}

    def key(self, who: str, kind: str, subject: str) -> None:
        """Tie a chat account, an order or a checkout to a person."""
        address = f"{who}@example.org"
        known = {"key_kind": "email", "key_value": address}
        self.tables["identities"].append({"subject_kind": kind, "subject_id": subject} | known)

    def say(self, who: str, when: float, text: str | None, code: str = "c", **more: Any) -> None:
        """Write one message in a person's thread."""
        message = {"message_id": f"{who}-{when}-{code}", "text": text}
        self.tables["messages"] += thread([(when, code)], who, **message | more)

    def chat(
        self,
        who: str,
        when: float = 0,
        text: str | None = "Hello",
        *,
        answered: float | None = 120,
        entry: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """Write as a customer, and be answered by a person so many seconds later, or never."""
        self.say(who, when, text, **more)
        if answered is not None:
            self.say(who, when + answered, "Of course", "h")
        if entry:
            came = {"touchpoint_id": who, "customer_id": who, "occurred_at": at(when)}
            self.tables["touchpoints"].append(came | entry)
        self.key(who, "customer", f"messenger:page:{who}")

    def order(
        self,
        who: str,
        when: float,
        amount: float = 100,
        *,
        refund: float = 0,
        in_chat: bool = False,
        **more: Any,
    ) -> None:
        """Place a paid order; in the chat means that it carries the chat's own id."""
        name = f"{who}-{when:.0f}"
        self.tables["orders"].append(
            {"order_id": name, "created_at": at(when), "total_amount": amount} | more
        )
        self.key(who, "order", f"shopify:{name}")
        if in_chat:
            for kind, subject in (
                ("customer", f"messenger:page:{who}"),
                ("order", f"shopify:{name}"),
            ):
                chat = {"key_kind": "chat_id", "key_value": f"psid-{who}"}
                self.tables["identities"].append(
                    {"subject_kind": kind, "subject_id": subject} | chat
                )
        if refund:
            currency = more.get("currency", "EUR")
            paid = {"refund_id": name, "order_id": name, "refunded_at": at(when + DAY)}
            self.tables["refunds"].append(paid | {"refund_amount": refund, "currency": currency})

    def checkout(self, who: str, when: float, **more: Any) -> None:
        """Begin a checkout."""
        name = f"{who}-{when:.0f}"
        self.tables["checkouts"].append({"checkout_id": name, "created_at": at(when)} | more)
        self.key(who, "checkout", f"shopify:{name}")

    @contextmanager
    def shop(self, **rules: Any) -> Iterator[cc.Shop]:
        """Open a shop that holds exactly these records."""
        with cc.open(":memory:") as shop:
            for name, rows in self.tables.items():
                if rows:
                    fill(shop.database, name, rows)
            shop.rules = cc.Rules(senders=SENDERS, **rules)
            yield shop
