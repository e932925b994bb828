"""The run of the world: every conversation from arrival to the order that follows or does not.

A conversation, by the rules the package measures with, ends when nobody wrote for a day, unless
the customer still waits for an answer. So that its bounds are never in doubt, people come back
at least 30 hours after an answered conversation, and never after one they are still waiting in:
what follows there belongs to that same conversation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.simulation import effect
from convocommerce.simulation.arrivals import QUIET, Arrivals, Visit
from convocommerce.simulation.clock import Clock
from convocommerce.simulation.desk import Desk
from convocommerce.simulation.draw import Draw
from convocommerce.simulation.greeting import FAQ, Greeter
from convocommerce.simulation.records import Conversation, Order
from convocommerce.simulation.scribe import Scribe
from convocommerce.simulation.times import DAY, HOUR, MINUTE, SECOND, local_time

if TYPE_CHECKING:
    from convocommerce.simulation.money import Till
    from convocommerce.simulation.opening import Opening
    from convocommerce.simulation.records import Event
    from convocommerce.simulation.world import Person

_GAPS = tuple(SECOND * s for s in (9, 20, 40, 75, 150, 420, 1500, 9000))
_LONG_GAP = 20 * MINUTE


class Timeline:
    """Lives the conversations.

    Attributes:
        talks: Every conversation, in the order of arrival.
        scribe: Holds every event.
    """

    def __init__(
        self, seed: int, start: int, clock: Clock, opening: Opening, arrivals: Arrivals,
        till: Till, shifts: list[tuple[int, int, str]],
    ) -> None:  # fmt: skip
        self._draw = Draw(seed, "timeline")
        self._start, self._clock, self._opening = start, clock, opening
        self._arrivals, self._till = arrivals, till
        self._names = sorted({name for _, _, name in shifts})
        self._desk = Desk(seed, clock, shifts, self._answer)
        self.scribe = Scribe(seed)
        self._greeter = Greeter(seed, self.scribe)
        self.talks: list[Conversation] = []

    def arrive(self, now: int) -> None:
        """Let somebody come in."""
        visit = self._arrivals.visit(
            now,
            may_ask_for_order=now - self._start > 2 * DAY,
            has_order=lambda person: self._has_order(person, now),
        )
        opens_at = now
        if visit.touch and visit.way == "alone":
            self.scribe.referral(visit.thread, now, visit.touch)
            if self._draw.chance(0.12):
                self._arrivals.rest(visit.thread.person, now)
                return
            is_late = self._draw.chance(0.1)
            opens_at += (
                self._draw.whole(1, 20) * HOUR if is_late else self._draw.whole(3, 90) * SECOND
            )
        self._clock.at(opens_at, lambda at: self._open(visit, at))

    # Opening

    def _open(self, visit: Visit, now: int) -> None:
        talk = self._conversation(visit, now)
        self.talks.append(talk)
        is_open = self._opening.is_open(now)
        is_faq = talk.intent in FAQ
        has_bot = visit.way == "postback" or self._draw.chance(0.9 if is_faq else 0.27)
        if has_bot:
            asked_at = self._greeter.with_bot(talk, visit, now, is_open=is_open)
        else:
            asked_at = self._greeter.plainly(talk, visit, now)
        self._greeter.inbox_replies(talk, visit, is_open=is_open, has_bot=has_bot)
        if has_bot and is_faq:
            self._finish(talk)
        elif self._draw.chance(0.055 if is_open else 0.085):
            self._ignore(talk, asked_at)
        else:
            self._clock.at(asked_at, lambda at: self._wait(talk, at))

    def _conversation(self, visit: Visit, now: int) -> Conversation:
        draw, person = self._draw, visit.thread.person
        talk = Conversation(
            thread=visit.thread,
            intent=visit.intent,
            product=visit.product,
            touch=visit.touch,
            is_returning=person.n_conversations > 0,
            is_open_hours=self._opening.is_open(now),
            via="inbox" if draw.chance(0.18) else "helpdesk",
            reply=f"answer:{visit.intent}",
        )
        person.n_conversations += 1
        if visit.intent in effect.PRODUCT_INTENTS:
            talk.luck = draw.unit()
            talk.chance = effect.chance(
                visit.touch.entry_point if visit.touch else "organic",
                visit.intent,
                local_time(now).hour,
                self._desk.n_waiting,
                is_returning=talk.is_returning,
            )
        if visit.intent == "where_is_my_order":
            talk.asked_order = self._till.last_order.get(person.key) or self._earlier_order(
                talk, now
            )
        return talk

    def _has_order(self, person: Person, now: int) -> bool:
        order = self._till.last_order.get(person.key)
        return order is not None and 0 <= now - order.created_at < 12 * DAY

    def _earlier_order(self, talk: Conversation, now: int) -> Order:
        room = min(8 * DAY, now - self._start - HOUR)
        at = now - self._draw.whole(room // 4, room)
        return self._till.order(talk.thread.person, at, product=talk.product)

    # Waiting and being answered

    def _wait(self, talk: Conversation, now: int) -> None:
        self._desk.wait(talk, now)
        if talk.first_human_at is None and self._draw.chance(0.15):
            later = now + self._draw.whole(30, 240) * MINUTE
            self._clock.at(later, lambda at: self._nudge(talk, now, at))

    def _nudge(self, talk: Conversation, since: int, now: int) -> None:
        if talk.waiting_since == since:
            self.scribe.tell(talk, now, "nudge")

    def _nudge_again(self, talk: Conversation, now: int) -> None:
        self.scribe.tell(talk, now, "nudge")

    def _ignore(self, talk: Conversation, asked_at: int) -> None:
        """Nobody picks it up; what the customer still does belongs to this conversation."""
        draw = self._draw
        talk.is_ignored = True
        talk.wins = talk.intent in effect.PRODUCT_INTENTS and effect.buys(talk, None)
        if talk.wins:
            talk.choice = "site"
            if not talk.thread.is_known:
                self.scribe.tell(talk, asked_at + draw.whole(15_000, 60_000), self._key_kind(talk))
            self._finish(talk)
            return
        if draw.chance(0.35):
            self._clock.at(
                asked_at + draw.whole(3 * 60, 70 * 60) * MINUTE,
                lambda at: self._nudge_again(talk, at),
            )
        if draw.chance(0.2):
            opens = self._opening.next_open(asked_at + draw.whole(75 * 60, 130 * 60) * MINUTE)
            if opens is not None:
                self._clock.at(
                    opens + draw.whole(60, 7200) * SECOND, lambda at: self._late(talk, at)
                )

    def _late(self, talk: Conversation, now: int) -> None:
        if self._opening.is_open(now):
            self.scribe.human(talk, now, self._draw.pick(self._names), "late")
            self._finish(talk)

    def _answer(self, talk: Conversation, agent: str, now: int) -> bool:
        """Let an agent answer; return whether they keep a place free for the customer."""
        is_first = talk.first_human_at is None
        said = self.scribe.human(talk, now, agent, talk.reply, order=talk.asked_order)
        if is_first:
            self._plan(talk, said.at)
        if not talk.steps:
            self._finish(talk)
            return False
        what, reply = talk.steps.pop(0)
        if what in ("email", "phone"):
            now += self._draw.whole(7_000, 16_000)
            self.scribe.human(talk, now, agent, f"ask_{what}")
        gap = int(self._draw.quantile(_GAPS))
        self._clock.at(now + gap, lambda at: self._go_on(talk, what, reply, at))
        return gap < _LONG_GAP

    def _go_on(self, talk: Conversation, what: str, reply: str, now: int) -> None:
        if what in ("sticker", "cart"):
            self.scribe.customer(talk, now, kind=what)
        else:
            said = self.scribe.tell(talk, now, what)
            self._change_of_mind(said)
        talk.reply = reply
        if reply:
            self._wait(talk, now)
        else:
            self._finish(talk)

    def _plan(self, talk: Conversation, answered_at: int) -> None:
        """Decide, at the first answer, what the customer still says and whether they buy."""
        draw, steps = self._draw, talk.steps
        is_known = talk.thread.is_known
        if talk.intent in effect.PRODUCT_INTENTS:
            talk.wins = effect.buys(talk, answered_at)
            if draw.chance(0.17):
                steps.append(("followup", "answer:followup"))
            if talk.wins:
                talk.choice = draw.weighted((("cart_link", 5), ("token_link", 1), ("site", 4)))
            elif draw.chance(0.17):
                talk.choice = "cart_link"
            if talk.choice == "token_link":
                talk.cart_token = self._till.cart_token()
            if talk.choice in ("cart_link", "token_link"):
                sends = talk.thread.channel == "messenger" and draw.chance(0.15)
                steps.append(("cart" if sends else "wants", "cart_link"))
            elif not is_known and (talk.wins or draw.chance(0.15)):
                steps.append((self._key_kind(talk), "noted"))
        elif talk.intent == "where_is_my_order" and not is_known and draw.chance(0.4):
            steps.append((self._key_kind(talk), "noted"))
        if draw.chance(0.27):
            what = "sticker" if draw.chance(0.15) else "thanks"
            steps.append((what, "" if draw.chance(0.25) else "welcome"))

    def _key_kind(self, talk: Conversation) -> str:
        return "phone" if talk.thread.person.prefers_phone else "email"

    def _change_of_mind(self, said: Event) -> None:
        draw = self._draw
        if said.kind != "text" or said.key:
            return
        if draw.chance(0.012):
            self.scribe.about(said, said.at + draw.whole(20_000, 120_000), "deletion")
        elif said.thread.channel == "messenger" and draw.chance(0.015):
            self.scribe.about(said, said.at + draw.whole(5_000, 50_000), "edit", said.text + " 🙂")

    # What follows

    def _finish(self, talk: Conversation) -> None:
        order = self._consequences(talk)
        since = max(talk.last_at, order.created_at if order else 0)
        answers = [event for event in talk.events if event.role == "human"]
        if answers and self._draw.chance(0.05):
            at = answers[-1].at + self._draw.whole(15_000, 900_000)
            since = max(since, self.scribe.about(answers[-1], at, "reaction").at)
        if talk.is_customer_last or (talk.is_ignored and talk.first_human_at is None):
            return
        if order and order.is_paid and not order.cancelled_at and self._draw.chance(0.3):
            self._plan_follow_up(talk, order, since)
        else:
            self._arrivals.rest(talk.thread.person, since)

    def _consequences(self, talk: Conversation) -> Order | None:
        if talk.intent not in effect.PRODUCT_INTENTS or talk.started_by == "business":
            return None
        if not talk.wins:
            self._till.abandon(talk)
            return self._till.without_credit(talk, is_linkable=talk.thread.is_known)
        order = self._till.buy(talk)
        if talk.choice in ("cart_link", "token_link"):
            talk.thread.is_known = True
            is_soon = order.created_at - talk.last_at < 12 * HOUR
            if is_soon and (talk.choice == "token_link" or self._draw.chance(0.6)):
                at = order.created_at + self._draw.whole(1500, 6000)
                self.scribe.bot(talk, at, kind="receipt", order=order)
        return order

    def _plan_follow_up(self, talk: Conversation, order: Order, since: int) -> None:
        earliest = max(order.created_at + self._draw.whole(26, 70) * HOUR, since + QUIET + HOUR)
        opens = self._opening.next_open(earliest)
        if opens is not None:
            self._clock.at(
                opens + self._draw.whole(60, 5400) * SECOND,
                lambda at: self._follow_up(talk, order, at),
            )

    def _follow_up(self, before: Conversation, order: Order, now: int) -> None:
        """Let the shop write first: the parcel is ready."""
        if not self._opening.is_open(now):
            self._arrivals.rest(before.thread.person, now)
            return
        talk = Conversation(
            before.thread, "follow_up", before.product, started_by="business", is_returning=True,
            is_open_hours=True, reply="welcome", asked_order=order,
        )  # fmt: skip
        before.thread.person.n_conversations += 1
        self.talks.append(talk)
        self.scribe.human(talk, now, self._draw.pick(self._names), "ready", order=order)
        if self._draw.chance(0.35):
            reply = "" if self._draw.chance(0.3) else "welcome"
            at = now + self._draw.whole(2, 150) * MINUTE
            self._clock.at(at, lambda later: self._go_on(talk, "thanks", reply, later))
        else:
            self._finish(talk)
