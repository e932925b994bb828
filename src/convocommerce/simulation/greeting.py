"""The first minute of a conversation: the customer, the bot and the inbox's fixed replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.simulation import texts
from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import SECOND

if TYPE_CHECKING:
    from convocommerce.simulation.arrivals import Visit
    from convocommerce.simulation.records import Conversation
    from convocommerce.simulation.scribe import Scribe

FAQ = ("opening_hours", "delivery_cost")


class Greeter:
    """Writes the opening of every conversation."""

    def __init__(self, seed: int, scribe: Scribe) -> None:
        self._draw = Draw(seed, "greeting")
        self._scribe = scribe

    def plainly(self, talk: Conversation, visit: Visit, now: int) -> int:
        """Let the customer write to nobody in particular; return when the question was asked."""
        draw, scribe = self._draw, self._scribe
        touch = visit.touch if visit.way == "message" else None
        at = now
        if draw.chance(0.22):
            opener = draw.pick(texts.OPENERS[talk.thread.person.is_dutch])
            scribe.customer(talk, at, opener, touch=touch)
            touch, at = None, at + draw.whole(4, 35) * SECOND + draw.whole(0, 999)
        asked = scribe.tell(talk, at, talk.intent)
        asked.touch = touch
        if draw.chance(0.06):
            return scribe.customer(talk, at + draw.whole(5, 40) * SECOND, kind="image").at
        return asked.at

    def with_bot(self, talk: Conversation, visit: Visit, now: int, *, is_open: bool) -> int:
        """Let the bot greet, and answer or hand over; return when the question was asked."""
        draw, scribe, dutch = self._draw, self._scribe, talk.thread.person.is_dutch
        touch = visit.touch if visit.way != "alone" else None
        asks_now = False
        if visit.way == "postback":
            title = "Aan de slag" if dutch else "Get started"
            scribe.customer(talk, now, title, kind="postback", payload="GET_STARTED", touch=touch)
        else:
            asks_now = draw.chance(0.6)
            text = draw.pick(texts.OPENERS[dutch])
            if asks_now:
                text = texts.say(scribe.words, talk, talk.intent)
            scribe.customer(talk, now, text, touch=touch)
        choices = texts.CHOICES[dutch]
        scribe.bot(talk, now + draw.whole(2100, 3900), texts.GREETING[dutch])
        at = now + draw.whole(8_000, 60_000)
        if talk.intent in FAQ:
            number = FAQ.index(talk.intent)
            scribe.customer(
                talk, at, choices[number], kind="quick_reply", payload=f"FAQ_{number + 1}"
            )
            return self._answer_by_bot(talk, at)
        scribe.tell(talk, at, "person")
        said = scribe.bot(
            talk, at + draw.whole(1000, 2500), texts.say(scribe.words, talk, "handoff")
        )
        passed = scribe.hand_over(talk, said.at + draw.whole(200, 900))
        if asks_now and is_open:
            return passed.at
        return scribe.tell(talk, passed.at + draw.whole(8_000, 55_000), talk.intent).at

    def _answer_by_bot(self, talk: Conversation, at: int) -> int:
        draw, scribe = self._draw, self._scribe
        text = texts.say(scribe.words, talk, f"answer:{talk.intent}")
        at = scribe.bot(talk, at + draw.whole(900, 2800), text).at
        if draw.chance(0.35):
            at = scribe.tell(talk, at + draw.whole(8_000, 90_000), "thanks").at
            text = texts.say(scribe.words, talk, "bot_welcome")
            at = scribe.bot(talk, at + draw.whole(900, 2800), text).at
        return at

    def inbox_replies(
        self, talk: Conversation, visit: Visit, *, is_open: bool, has_bot: bool
    ) -> None:
        """Let the inbox send its fixed reply to some: an away reply when the shop is closed."""
        first = talk.first_customer_at
        if first is None:
            return
        at = first + self._draw.whole(1000, 1990)
        if not is_open and self._draw.chance(0.12 if has_bot else 0.75):
            self._scribe.auto(talk, at, texts.AWAY)
        elif is_open and visit.is_new_thread and not has_bot and self._draw.chance(0.4):
            self._scribe.auto(talk, at, texts.INSTANT)
