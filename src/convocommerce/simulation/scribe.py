"""Writes down what is said, as events with their ids, and keeps each conversation's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.records import Conversation, Event
from convocommerce.simulation.texts import say, say_in_inbox
from convocommerce.simulation.world import SHOP_HOST

if TYPE_CHECKING:
    from convocommerce.simulation.records import Order, Thread, Touch

_NO_MID = frozenset({"cart", "handover", "referral"})


class Scribe:
    """Makes every event of the simulation.

    Attributes:
        events: Everything that happened, in the order it was decided.
        words: The stream of chance for what is said.
    """

    def __init__(self, seed: int) -> None:
        self.events: list[Event] = []
        self.words = Draw(seed, "words")
        self._mids = Draw(seed, "mids")

    def customer(
        self, talk: Conversation, at: int, text: str = "", *, kind: str = "text",
        payload: str = "", touch: Touch | None = None, key: tuple[str, str] | None = None,
    ) -> Event:  # fmt: skip
        """Let the customer say something."""
        event = self._event(talk, at, kind, "customer", text)
        event.payload, event.touch, event.key = payload, touch, key
        if kind == "cart":
            event.products = ((talk.product, 1),)
        if talk.first_customer_at is None:
            talk.first_customer_at = event.at
        if key:
            talk.thread.is_known = True
        return event

    def tell(self, talk: Conversation, at: int, kind: str) -> Event:
        """Let the customer say something of a kind that has texts, with the key in it if any."""
        text = say(self.words, talk, kind)
        person = talk.thread.person
        if kind == "person":
            return self.customer(talk, at, text, kind="quick_reply", payload="TALK_TO_PERSON")
        if kind == "phone":
            return self.customer(
                talk, at, text, kind="quick_reply", payload=person.phone, key=(kind, person.phone)
            )
        if kind == "email":
            taps = self.words.chance(0.55)
            return self.customer(
                talk,
                at,
                person.email if taps else text,
                kind="quick_reply" if taps else "text",
                payload=person.email if taps else "",
                key=(kind, person.email),
            )
        if kind == "sticker":
            return self.customer(talk, at, kind="sticker")
        return self.customer(talk, at, text)

    def human(
        self, talk: Conversation, at: int, agent: str, kind: str, *, order: Order | None = None
    ) -> Event:
        """Let an agent say something, in the helpdesk or in the inbox."""
        link = self._link(talk) if kind == "cart_link" else ""
        speak = say_in_inbox if talk.via == "inbox" else say
        text = speak(self.words, talk, kind, link=link)
        shape = "text"
        if link and talk.via == "helpdesk" and self.words.chance(0.35):
            shape, text = "button", text.replace(link, "").strip(" :")
        event = self._event(talk, at, shape, "human", text)
        event.agent, event.via, event.payload, event.order = agent, talk.via, link, order
        if link and talk.choice == "token_link":
            event.key = ("token", talk.cart_token)
        if link and talk.choice == "cart_link":
            event.key = ("chat_id", talk.thread.customer_id)
        if talk.first_human_at is None and talk.first_customer_at is not None:
            talk.first_human_at = event.at
        return event

    def bot(
        self, talk: Conversation, at: int, text: str = "", *, kind: str = "text",
        order: Order | None = None,
    ) -> Event:  # fmt: skip
        """Let the bot say something."""
        event = self._event(talk, at, kind, "bot", text)
        event.via, event.order = "bot", order
        return event

    def auto(self, talk: Conversation, at: int, text: str) -> Event:
        """Let the inbox send one of its fixed replies."""
        event = self._event(talk, at, "text", "auto", text)
        event.via = "inbox"
        return event

    def hand_over(self, talk: Conversation, at: int) -> Event:
        """Let the bot pass the thread to the helpdesk."""
        return self._event(talk, at, "handover", "system")

    def referral(self, thread: Thread, at: int, touch: Touch) -> Event:
        """Let a person come in by an ad or a link without saying anything yet."""
        event = Event(thread, thread.stamp(at), "referral", "system", touch=touch)
        self.events.append(event)
        return event

    def about(self, event: Event, at: int, kind: str, text: str = "") -> Event:
        """Let the customer react to, edit or delete a message."""
        other = Event(event.thread, event.thread.stamp(at), kind, "customer", mid=event.mid)
        other.text, other.conversation = text, event.conversation
        self.events.append(other)
        return other

    def _event(self, talk: Conversation, at: int, kind: str, role: str, text: str = "") -> Event:
        thread = talk.thread
        mid = "" if kind in _NO_MID else self._mid(thread.channel)
        event = Event(thread, thread.stamp(at), kind, role, mid, talk, text)
        self.events.append(event)
        talk.events.append(event)
        if event.is_spoken and event.at > talk.last_at:
            talk.last_at = event.at
            if role != "auto":
                talk.is_customer_last = role == "customer"
        return event

    def _mid(self, channel: str) -> str:
        start = "m_" if channel == "messenger" else "aWdf"
        return start + self._mids.letters(13)

    def _link(self, talk: Conversation) -> str:
        if talk.choice == "token_link":
            return f"https://{SHOP_HOST}/cart/c/{talk.cart_token}"
        chat = talk.thread.customer_id
        return f"https://{SHOP_HOST}/cart/{talk.product.variant_id}:1?attributes[chat]={chat}"
