"""The effect of a fast answer that is built in is there, and hidden behind confounding."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from convocommerce.simulation import simulate
from convocommerce.simulation.effect import EFFECT, FAST, PRODUCT_INTENTS, chance

from .reread import millis, rows


@pytest.mark.slow
def test_the_average_of_potential_outcomes_is_the_built_in_effect(tmp_path: Path) -> None:
    simulate(tmp_path, months=1, conversations_per_day=360)
    told = json.loads((tmp_path / "truth" / "effect.json").read_text("utf-8"))
    everyone = told["potential_outcomes"]["all"]
    assert everyone["n"] > 5000
    # Three standard errors of a share of 0.076 among 7500 conversations are less than 0.01.
    assert float(everyone["difference"]) == pytest.approx(EFFECT, abs=0.01)
    table = [
        row
        for row in rows(tmp_path / "truth" / "conversations.csv")
        if row["intent"] in PRODUCT_INTENTS and row["started_at"] < "2026-06-26"
    ]
    won: dict[bool, list[bool]] = defaultdict(list)
    for row in table:
        answered, asked = millis(row["human_at"]), millis(row["first_customer_at"])
        is_fast = answered is not None and asked is not None and answered - asked <= FAST
        won[is_fast].append(row["outcome"] != "none")
    naive = sum(won[True]) / len(won[True]) - sum(won[False]) / len(won[False])
    assert naive > EFFECT


def test_chances_stay_between_nothing_and_certainty() -> None:
    for entry in ("ad", "link", "shop", "organic"):
        for intent in PRODUCT_INTENTS:
            for hour in range(24):
                for queue in (0, 50):
                    low = chance(entry, intent, hour, queue, is_returning=False)
                    high = chance(entry, intent, hour, queue, is_returning=True)
                    assert 0 < low < high + EFFECT < 1
