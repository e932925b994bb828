"""What happens next: a line of things to do, in the order of their instants."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Runs actions at their instants; equal instants in the order they were asked for.

    Attributes:
        end: The instant at which the world stops.
    """

    def __init__(self, end: int) -> None:
        self.end = end
        self._line: list[tuple[int, int, Callable[[int], None]]] = []
        self._number = 0

    def at(self, instant: float, action: Callable[[int], None]) -> None:
        """Ask for an action at an instant; what would come after the end never happens."""
        if instant < self.end:
            self._number += 1
            heapq.heappush(self._line, (int(instant), self._number, action))

    def run(self, watch: Callable[[int], None]) -> None:
        """Do everything until the end.

        Args:
            watch: Told every instant that was reached.
        """
        while self._line:
            instant, _, action = heapq.heappop(self._line)
            watch(instant)
            action(instant)
