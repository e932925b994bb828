"""Carts by the answer before them, and what becomes of them with time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from convocommerce.errors import UnknownNameError
from convocommerce.insights import abandonment_by_answer, cart_curves
from convocommerce.intervals import difference_interval, share_interval
from convocommerce.measuring import ask
from convocommerce.metrics import metric_named
from convocommerce.warehouse import Database
from oracle import Oracle
from oracle_compare import built
from oracle_shops import DrawnShop, draw_shop
from oracle_survival import cart_ends, incidence
from oracle_talk import millis

DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def drawn() -> Iterator[tuple[DrawnShop, Database, Oracle]]:
    shop = draw_shop(1001, people=60)
    database, oracle = built(shop)
    with database:
        yield shop, database, oracle


Drawn = tuple[DrawnShop, Database, Oracle]


def as_ofs(shop: DrawnShop) -> list[dt.datetime]:
    return [shop.instants[len(shop.instants) // 2], shop.instants[-1] + 40 * DAY]


@pytest.mark.parametrize("grain", ["person", "checkout", "cart"])
@pytest.mark.parametrize("by", [[], ["answer_state"]])
def test_curves_of_carts_are_what_the_oracle_says(drawn: Drawn, grain: str, by: list[str]) -> None:
    shop, database, oracle = drawn
    for as_of in as_ofs(shop):
        question = ask(
            database.con,
            metric_named("cart_abandonment"),
            as_of=as_of,
            by=by,
            options={"grain": grain},
        )
        groups: dict[tuple[Any, ...], list[Any]] = {}
        for row in oracle.states(as_of)["attempts"]:
            if row["grain"] == grain:
                groups.setdefault(tuple(row[name] for name in by), []).append(row)
        curves = cart_curves(database.con, question)
        assert {curve.group for curve in curves} == groups.keys()
        for curve in curves:
            ends = cart_ends(groups[curve.group], millis(as_of))
            assert (curve.n, curve.n_ordered, curve.n_lost) == (
                len(ends),
                sum(end == 1 for _, end in ends),
                sum(end == 2 for _, end in ends),
            )
            assert curve.until == max(time for time, _ in ends)
            for end, lines in (
                (1, (curve.ordered, curve.ordered_low, curve.ordered_high)),
                (2, (curve.lost, curve.lost_low, curve.lost_high)),
            ):
                told = incidence(ends, end)
                assert list(curve.seconds) == [time for time, *_ in told]
                columns = [[one[place] for one in told] for place in (1, 2, 3)]
                for line, wanted in zip(lines, columns, strict=True):
                    assert [one is None for one in line] == [one is None for one in wanted]
                    known = [one for one in line if one is not None]
                    assert known == pytest.approx([w for w in wanted if w is not None], abs=1e-9)


def test_when_all_is_over_the_last_shares_are_those_of_the_states(drawn: Drawn) -> None:
    shop, database, oracle = drawn
    late = as_ofs(shop)[1]
    (curve,) = cart_curves(database.con, ask(database.con, _METRIC, as_of=late))
    states = [row["state"] for row in oracle.states(late)["attempts"] if row["grain"] == "person"]
    assert curve.n_open == 0
    assert curve.lost[-1] == pytest.approx(states.count("lost") / len(states))
    assert curve.ordered[-1] + curve.lost[-1] == pytest.approx(1)


_METRIC = metric_named("cart_abandonment")


@pytest.mark.parametrize("outcome", ["lost", "abandoned"])
@pytest.mark.parametrize("grain", ["person", "checkout"])
def test_abandonment_by_answer_is_what_the_oracle_says(
    drawn: Drawn, outcome: Any, grain: str
) -> None:
    shop, database, oracle = drawn
    gone = ("lost",) if outcome == "lost" else ("abandoned", "recovered", "lost")
    for as_of in as_ofs(shop):
        rows = abandonment_by_answer(database.con, None, as_of, outcome=outcome, grain=grain)
        assert [row.answer_state for row in rows] == [
            "answered quickly",
            "answered late",
            "not answered",
            "no conversation",
        ]
        counts = []
        for row in rows:
            mine = [
                one
                for one in oracle.states(as_of)["attempts"]
                if (one["grain"], one["answer_state"]) == (grain, row.answer_state)
            ]
            decided = [
                one
                for one in mine
                if (one["is_settled"] if outcome == "lost" else one["state"] != "open")
            ]
            k = sum(one["state"] in gone for one in decided)
            assert (row.gone, row.decided, row.open) == (k, len(decided), len(mine) - len(decided))
            assert (row.low, row.high) == share_interval(k, len(decided))
            counts.append((k, len(decided)))
        quick = counts[0]
        for row, (k, n) in zip(rows[1:], counts[1:], strict=True):
            if not n or not quick[1]:
                assert (row.difference, row.p_value, row.p_adjusted) == (None, None, None)
                continue
            assert row.difference == pytest.approx(k / n - quick[0] / quick[1])
            assert (row.difference_low, row.difference_high) == difference_interval(
                k / n, share_interval(k, n), quick[0] / quick[1], share_interval(*quick)
            )
            assert row.p_value is not None
            assert row.p_adjusted is not None
            assert row.p_value <= row.p_adjusted
        assert rows[0].difference is None


def test_an_outcome_that_is_none_is_refused(drawn: Drawn) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'lost'"):
        abandonment_by_answer(drawn[1].con, None, as_ofs(drawn[0])[0], outcome="los")  # type: ignore[arg-type]  # the slip


def test_late_and_unanswered_are_one_where_either_is_few(drawn: Drawn) -> None:
    con, as_of = drawn[1].con, as_ofs(drawn[0])[1]
    apart = {
        outcome: {
            row.answer_state: row
            for row in abandonment_by_answer(con, None, as_of, outcome=outcome)
        }
        for outcome in ("abandoned", "recovered", "lost")
    }
    for outcome, rows in apart.items():
        late, never = rows["answered late"], rows["not answered"]
        few = min(late.decided, never.decided)
        assert few > 0
        merged = abandonment_by_answer(con, None, as_of, outcome=outcome, smallest=few + 1)
        states = [row.answer_state for row in merged]
        assert states == ["answered quickly", "answered late or not", "no conversation"]
        one = merged[1]
        assert (one.decided, one.gone) == (late.decided + never.decided, late.gone + never.gone)
        assert (one.low, one.high) == share_interval(one.gone, one.decided)
        assert one.difference == pytest.approx(
            one.gone / one.decided
            - rows["answered quickly"].gone / rows["answered quickly"].decided
        )
        assert merged[0].share == rows["answered quickly"].share
        smallest = abandonment_by_answer(con, None, as_of, outcome=outcome, smallest=2)
        assert len(smallest) in (3, 4)
    # What was lost and what was recovered are both of those that are settled.
    for state, lost in apart["lost"].items():
        recovered = apart["recovered"][state]
        assert lost.decided == recovered.decided
        assert lost.gone + recovered.gone <= lost.decided
