"""The desk: who answers whom, and when.

Answer times are not drawn; they come out of the load. Customers stand in one line, first come
first served. An agent at work types one answer at a time and keeps at most three customers at
once; what they are typing, or a telephone that rings meanwhile, keeps the others waiting.
Nobody answers outside their hours.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import MINUTE, SECOND, local_time

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from convocommerce.simulation.clock import Clock
    from convocommerce.simulation.records import Conversation

PLACES = 3
_FIRST_LOOK = (14, 32, 55, 85, 130, 210, 420)
_LATER_LOOK = (8, 15, 24, 38, 60, 120)
_INTERRUPTION = (150, 300, 480, 800, 1500, 2700)
_LOOK_UP = {"stock": 1.7, "size": 0.8, "where_is_my_order": 1.3}


@dataclass(eq=False)
class _Agent:
    name: str
    place: int
    until: int = 0
    is_present: bool = False
    is_typing: bool = False
    held: list[Conversation] = field(default_factory=list)
    line: list[tuple[int, int, Conversation]] = field(default_factory=list)


class Desk:
    """The line of waiting customers and the agents who work it off."""

    def __init__(
        self,
        seed: int,
        clock: Clock,
        shifts: Sequence[tuple[int, int, str]],
        answer: Callable[[Conversation, str, int], bool],
    ) -> None:
        """Set up the desk.

        Args:
            seed: The seed of the simulation.
            clock: Where the future is written.
            shifts: Stretches of work as start, end and agent, sorted.
            answer: Called when an agent has typed an answer, with the conversation, the agent and
                the instant; returns whether the customer keeps their place with the agent.
        """
        self._draw = Draw(seed, "desk")
        self._clock = clock
        self._answer = answer
        self._line: list[tuple[int, int, Conversation]] = []
        self._number = 0
        names = list(dict.fromkeys(name for _, _, name in shifts))
        self._agents = {name: _Agent(name, place) for place, name in enumerate(sorted(names))}
        for start, end, name in shifts:
            agent = self._agents[name]
            clock.at(start, partial(self._arrive, agent, end))
            clock.at(end, partial(self._leave, agent))

    @property
    def n_waiting(self) -> int:
        """How many customers stand in the common line."""
        return len(self._line)

    def wait(self, talk: Conversation, now: int) -> None:
        """Put a customer in line, or back with the agent who keeps a place for them."""
        talk.waiting_since = now
        self._number += 1
        agent = self._agents.get(talk.agent)
        if agent and agent.is_present and talk.holds_place:
            heapq.heappush(agent.line, (now, self._number, talk))
        else:
            heapq.heappush(self._line, (now, self._number, talk))
        self._assign(now)

    def _arrive(self, agent: _Agent, until: int, now: int) -> None:
        agent.is_present, agent.until = True, until
        self._assign(now)

    def _leave(self, agent: _Agent, now: int) -> None:
        agent.is_present = False
        for talk in agent.held:
            talk.holds_place = False
        for entry in agent.line:
            heapq.heappush(self._line, entry)
        agent.held.clear()
        agent.line.clear()
        self._assign(now)

    def _assign(self, now: int) -> None:
        free = [
            agent
            for agent in self._agents.values()
            if agent.is_present and not agent.is_typing and agent.until - now > MINUTE
        ]
        for agent in sorted(free, key=lambda agent: (len(agent.held), agent.place)):
            talk = self._next(agent)
            if talk:
                self._begin(agent, talk, now)

    def _next(self, agent: _Agent) -> Conversation | None:
        takes_new = bool(self._line) and len(agent.held) < PLACES
        if agent.line and not (takes_new and self._line[0][:2] < agent.line[0][:2]):
            return heapq.heappop(agent.line)[2]
        if not takes_new:
            return None
        talk = heapq.heappop(self._line)[2]
        talk.agent, talk.holds_place = agent.name, True
        agent.held.append(talk)
        return talk

    def _begin(self, agent: _Agent, talk: Conversation, now: int) -> None:
        needed = self._seconds(agent, talk, now) * SECOND
        left = agent.until - now
        # Near the end of a shift people hurry; they never answer after it.
        needed = min(needed, int(left * self._draw.quantile((0.3, 0.6, 0.95))))
        needed += self._draw.whole(0, 999)
        agent.is_typing = True
        self._clock.at(now + needed, lambda at: self._finish(agent, talk, at))

    def _seconds(self, agent: _Agent, talk: Conversation, now: int) -> int:
        draw, is_first = self._draw, talk.first_human_at is None
        seconds = draw.quantile(_FIRST_LOOK if is_first else _LATER_LOOK)
        seconds *= _LOOK_UP.get(talk.intent, 1.0) if is_first else 1.0
        seconds *= 1 + 0.2 * max(0, len(agent.held) - 1)
        hour = local_time(now).hour
        busy = 0.42 if hour in (12, 13, 16) else 0.18 if hour < 20 else 0.3
        if draw.chance(busy if is_first else busy / 4):
            seconds += draw.quantile(_INTERRUPTION)
        return int(seconds)

    def _finish(self, agent: _Agent, talk: Conversation, now: int) -> None:
        agent.is_typing = False
        talk.waiting_since = None
        keeps = self._answer(talk, agent.name, now) and agent.is_present
        if talk.holds_place and not keeps:
            talk.holds_place = False
            agent.held.remove(talk)
        # Whoever typed takes a breath before the next answer.
        self._clock.at(now + self._draw.whole(1, 4) * SECOND, self._assign)
