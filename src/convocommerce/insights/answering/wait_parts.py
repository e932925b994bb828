"""Where the wait for a person goes: how much of it before and after a bot's hand-over.

The two parts add up for every conversation, so their means do, over any fixed set of them. Medians
do not: the median of the whole is no sum of medians. So that one endless night does not stand for
everybody, conversations are put in order by their whole wait and cut into thirds, and means are
taken within each; the mean of the middle third lies near the median.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from convocommerce.intervals import Interval
from convocommerce.measuring import facts

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

    from convocommerce.measuring import Question

    Numbers = NDArray[np.float64]

Third = Literal["fast", "middle", "slow", "all"]

THIRDS: tuple[Third, ...] = ("fast", "middle", "slow", "all")
"""The sets of conversations that means are taken over, by how long the whole wait was."""

_TURNS = 999
_FEWEST = 5
"""Of fewer the bootstrap can only draw the same few again, and says nothing of others."""

_MANY = 3000
"""From so many conversations on, fewer turns of the bootstrap do: their means hardly move."""


@dataclass(frozen=True)
class WaitParts:
    """The mean wait for a person of some conversations, and its two parts.

    Attributes:
        is_handed_over: Whether a bot handed them over to people before a person answered.
        third: Which of them, by the whole wait: ``fast``, ``middle``, ``slow`` or ``all``.
        n: How many they are.
        bot_seconds: The mean time until the hand-over; 0 without one.
        person_seconds: The mean time from there to the first answer by a person.
        bot_interval: The 95% interval of the first part, by the bootstrap; null for fewer than 5.
        person_interval: That of the second.
        whole_interval: That of the whole.
    """

    is_handed_over: bool
    third: Third
    n: int
    bot_seconds: float
    person_seconds: float
    bot_interval: Interval
    person_interval: Interval
    whole_interval: Interval

    @property
    def whole_seconds(self) -> float:
        """Return the mean of the whole wait, which is the sum of its parts."""
        return self.bot_seconds + self.person_seconds


_PARTS = """
select
    is_handed_over,
    coalesce(bot_part_{hours}_seconds, 0)::double as bot,
    human_{hours}_seconds - coalesce(bot_part_{hours}_seconds, 0)::double as person
from facts
where human_{hours}_seconds is not null
order by is_handed_over, human_{hours}_seconds, conversation_id
"""


def wait_parts(con: duckdb.DuckDBPyConnection, question: Question) -> list[WaitParts]:
    """Tell how long people waited before and after a bot's hand-over.

    Only conversations that a person answered are in it: of the others the second part is not over.

    Args:
        con: A connection to a database with built models.
        question: A question about the first response time, cut by nothing; its ``hours`` count.

    Returns:
        The thirds and all of those handed over, then of those that were not; nothing of a kind
        that no conversation is of.
    """
    import numpy as np

    hours = question.options["hours"]
    table = facts(question).query(_PARTS.format(hours=hours)).arrow(con)
    handed = table["is_handed_over"].to_numpy()
    parts = np.column_stack([table["bot"].to_numpy(), table["person"].to_numpy()])
    found = []
    for is_handed_over in (True, False):
        # They come in order of the whole wait, so a third is a run of rows.
        rows = parts[handed == is_handed_over]
        if len(rows):
            found += _thirds(rows, is_handed_over)
    return found


def _thirds(rows: Numbers, is_handed_over: bool) -> list[WaitParts]:
    import numpy as np

    random = np.random.default_rng(0)
    turns = _TURNS if len(rows) < _MANY else _TURNS // 5
    told = _means(rows)
    # Rows drawn are numbers of rows in order, so in order of the whole wait once sorted.
    drawn = np.array(
        [_means(rows[np.sort(random.integers(0, len(rows), len(rows)))]) for _ in range(turns)]
    )
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    sizes = [last - first for first, last in _runs(len(rows))]
    return [
        WaitParts(
            is_handed_over,
            third,
            sizes[i],
            float(told[i][0]),
            float(told[i][1]),
            *(
                (float(low[i][k]), float(high[i][k])) if sizes[i] >= _FEWEST else (None, None)
                for k in range(3)
            ),
        )
        for i, third in enumerate(THIRDS)
        if sizes[i]
    ]


def _means(rows: Numbers) -> list[Any]:
    """Return the means of both parts and of the whole, for each third and for all."""
    import numpy as np

    means = [
        rows[first:last].mean(axis=0) if last > first else np.zeros(2)
        for first, last in _runs(len(rows))
    ]
    return [(bot, person, bot + person) for bot, person in means]


def _runs(n: int) -> Sequence[tuple[int, int]]:
    """Return where each third begins and ends; what does not divide goes to the middle."""
    side = n // 3
    return ((0, side), (side, n - side), (n - side, n), (0, n))
