"""The effect that is built in: a fast first answer makes people buy more often.

Buying after a product question has the probability ``chance(...)``, plus ``EFFECT`` when the first
answer by a person came within ``FAST`` of the first question. Each conversation carries one draw,
``luck``, that decides under either answer time, so both potential outcomes are known. Hour, queue
and the kind of question move the answer time as well as the buying: comparing fast with slow
answers without adjusting overstates the effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.simulation.times import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convocommerce.simulation.records import Conversation

EFFECT = 0.076
FAST = 5 * MINUTE

_ENTRY = {"ad": 0.10, "link": 0.13, "shop": 0.16, "organic": 0.12}
_RETURNING = 0.05
_INTENT = {"size": 0.03, "stock": -0.03, "gift": 0.02}
PRODUCT_INTENTS = ("size", "stock", "price", "pieces", "gift", "delivery")


def chance(entry_point: str, intent: str, hour: int, queue: int, *, is_returning: bool) -> float:
    """Return the probability of buying when the first answer is not fast.

    Args:
        entry_point: ad, link, shop or organic.
        intent: The kind of product question.
        hour: The local hour in which the customer wrote.
        queue: How many customers were waiting then.
        is_returning: Whether the customer wrote before.
    """
    daytime = 0.03 if 9 <= hour < 17 else -0.04 if hour < 7 or hour >= 23 else 0.0
    crowd = -0.01 * min(queue, 4)
    loyal = _RETURNING if is_returning else 0.0
    return max(0.01, _ENTRY[entry_point] + _INTENT.get(intent, 0.0) + daytime + crowd + loyal)


def buys(talk: Conversation, answered_at: int | None) -> bool:
    """Return whether the customer buys, given when a person first answered (or nobody did)."""
    asked_at = talk.first_customer_at
    is_fast = asked_at is not None and answered_at is not None and answered_at - asked_at <= FAST
    return talk.luck < talk.chance + (EFFECT if is_fast else 0.0)


def summary(talks: Iterable[Conversation]) -> dict[str, object]:
    """Return the built-in effect and the average of the potential outcomes, as shares."""
    asked = [talk for talk in talks if talk.intent in PRODUCT_INTENTS]
    fast = [
        talk
        for talk in asked
        if talk.first_human_at is not None
        and talk.first_customer_at is not None
        and talk.first_human_at - talk.first_customer_at <= FAST
    ]
    groups = {"all": asked, "opening_hours": [talk for talk in asked if talk.is_open_hours]}
    return {
        "built_in_effect": EFFECT,
        "fast_seconds": FAST // 1000,
        "n_fast": len(fast),
        "outcome": "a paid order credited within five days, before the end of the data cuts it off",
        "moves_answer_time_and_buying": ["local hour", "customers waiting", "intent"],
        "moves_buying_only": ["entry point", "returning"],
        "potential_outcomes": {name: _potential(group) for name, group in groups.items()},
    }


def _potential(talks: list[Conversation]) -> dict[str, object]:
    slow = sum(talk.luck < talk.chance for talk in talks)
    fast = sum(talk.luck < talk.chance + EFFECT for talk in talks)
    n = max(1, len(talks))
    return {
        "n": len(talks),
        "mean_if_fast": f"{fast / n:.6f}",
        "mean_if_slow": f"{slow / n:.6f}",
        "difference": f"{(fast - slow) / n:.6f}",
    }
