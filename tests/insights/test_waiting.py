"""The unanswered are in every curve, every quantile that says so, and every test between groups."""

from __future__ import annotations

from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.errors import UsageError
from convocommerce.insights import answered_curves, log_rank, pooled_curve
from convocommerce.measuring import Question, Row, answer, ask
from convocommerce.metrics import metric_named
from convocommerce.results.labels import figure_text
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, at, database_of, thread

Wait = float | None


def talks(**channels: list[Wait]) -> Database:
    """Draw a conversation for each wait; null was never answered."""
    messages = []
    for channel, waits in channels.items():
        for number, wait in enumerate(waits):
            reply = [] if wait is None else [(wait, "h")]
            messages += thread([(0, "c"), *reply], customer=f"{channel}{number}", channel=channel)
    database = database_of(messages=messages)
    ensure_built(database, Rules(senders=SENDERS))
    return database


def asked(database: Database, as_of: float, **more: Any) -> Question:
    return ask(database.con, metric_named("first_response_time"), as_of=at(as_of), **more)


def figures(database: Database, as_of: float, **more: Any) -> dict[str, Row]:
    rows, _ = answer(database.con, asked(database, as_of, **more))
    return {row.statistic: row for row in rows}


# Three of five answered: after 60, 120 and 300 s; the others are still waiting after an hour.
FIVE: list[Wait] = [60, 120, 300, None, None]


def test_the_unanswered_move_the_median() -> None:
    found = figures(talks(messenger=FIVE), 3600)
    median, honest = found["median"], found["km_median"]
    assert (median.value, median.n, median.n_open) == (120, 3, 2)
    # 4/5, 3/5, 2/5: below half only at the third answer.
    assert (honest.value, honest.n, honest.n_open, honest.beyond) == (300, 5, 2, None)


def test_a_quantile_that_is_not_reached_says_what_it_is_beyond() -> None:
    row = figures(talks(messenger=FIVE), 3600)["km_p90"]
    assert (row.value, row.beyond, row.high) == (None, 3600, None)
    assert figure_text(row, "en")[0] == "> 1 h"


def test_nobody_has_no_quantile_and_is_beyond_nothing() -> None:
    row = figures(talks(messenger=FIVE), -60)["km_median"]
    assert (row.value, row.beyond, row.n, row.n_open) == (None, None, 0, 0)
    assert figure_text(row, "en")[0] == "–"


def test_the_curve_carries_its_interval_and_who_is_left() -> None:
    database = talks(messenger=FIVE)
    (curve,) = answered_curves(database.con, asked(database, 3600))
    assert curve.seconds == [60, 120, 300]
    assert curve.share == pytest.approx([0.2, 0.4, 0.6])
    # Of four at risk 1/4 after 1/5: the same ends as any statistics package gives for 4/5.
    assert curve.low[0] == pytest.approx(1 - 0.9692, abs=1e-4)
    assert curve.high[0] == pytest.approx(1 - 0.2038, abs=1e-4)
    assert (curve.n, curve.n_open, sum(curve.left_as.values()), curve.until) == (5, 2, 2, 3600)


def test_who_is_left_is_told_by_what_became_of_them() -> None:
    # Ten days on nobody can answer any more: on Messenger people may for seven.
    database = talks(messenger=FIVE)
    (curve,) = answered_curves(database.con, asked(database, 10 * 86400))
    assert curve.left_as == {"window_lost": 2}
    assert curve.until == 7 * 86400
    (early,) = answered_curves(database.con, asked(database, 3600))
    assert early.left_as == {"waiting": 2}


def test_where_all_are_answered_the_end_has_no_interval() -> None:
    database = talks(messenger=[60, 120])
    (curve,) = answered_curves(database.con, asked(database, 3600))
    assert curve.share == [0.5, 1.0]
    assert (curve.low[1], curve.high[1]) == (None, None)


def test_groups_are_told_apart_with_their_unanswered() -> None:
    database = talks(messenger=[60, 120, 180], instagram=[420, 480, 540], whatsapp=[None] * 3)
    two = log_rank(
        database.con,
        asked(database, 3600, by=["channel"], where={"channel": ["messenger", "instagram"]}),
    )
    # Expected of the quick: 3/6 + 2/5 + 1/4; variance 0.25 + 0.24 + 0.1875.
    assert two.groups == (("instagram",), ("messenger",))
    assert two.answered == (3, 3)
    assert two.expected == pytest.approx((4.85, 1.15))
    assert two.statistic == pytest.approx(1.85**2 / 0.6775)
    assert two.p_value == pytest.approx(0.02460, abs=1e-5)
    three = log_rank(database.con, asked(database, 3600, by=["channel"]))
    assert three.degrees == 2
    # Nobody answered at all is the slowest there is.
    assert dict(zip(three.groups, three.answered, strict=True))["whatsapp",] == 0
    assert three.p_value is not None
    assert three.p_value < 0.01


def test_one_group_alone_is_not_told_apart() -> None:
    database = talks(messenger=FIVE)
    told = log_rank(database.con, asked(database, 3600, by=["channel"]))
    assert (told.statistic, told.p_value, told.degrees) == (None, None, 0)


def test_what_nothing_tells_apart_is_refused_with_the_way_out() -> None:
    database = talks(messenger=FIVE)
    with pytest.raises(UsageError, match="give by, such as 'channel'"):
        log_rank(database.con, asked(database, 3600))


def test_a_metric_without_a_duration_is_refused_with_those_that_have_one() -> None:
    database = talks(messenger=FIVE)
    question = ask(database.con, metric_named("conversion"), as_of=at(3600), by=["channel"])
    with pytest.raises(UsageError, match="conversion has no duration"):
        log_rank(database.con, question)


def test_several_questions_make_one_curve_of_all_their_conversations() -> None:
    database = talks(messenger=FIVE, instagram=[60, 600, None])
    parts = [
        asked(database, 3600, where={"channel": channel}) for channel in ("messenger", "instagram")
    ]
    (together,) = answered_curves(database.con, asked(database, 3600))
    assert pooled_curve(database.con, parts) == together
    # Known at other ages, those of the one have waited longer than those of the other.
    parts[1] = asked(database, 600, where={"channel": "instagram"})
    mixed = pooled_curve(database.con, parts)
    assert mixed is not None
    assert (mixed.n, mixed.n_open, mixed.until) == (8, 3, 3600)
    assert dict(mixed.left_as) == {"waiting": 3}
    assert pooled_curve(database.con, []) is None
    assert pooled_curve(database.con, [asked(database, -9)]) is None


def test_a_curve_of_many_steps_is_exact_at_the_times_people_think_in() -> None:
    waits: list[Wait] = [7.0 * step for step in range(1, 700)]
    database = talks(messenger=waits)
    (curve,) = answered_curves(database.con, asked(database, 86400))
    assert len(curve.seconds) < 200
    for mark in (60, 300, 900, 3600):
        at = max(place for place, seconds in enumerate(curve.seconds) if seconds <= mark)
        assert curve.share[at] == pytest.approx(sum(wait <= mark for wait in waits) / len(waits))
