"""What the facade says about windows, ads, attribution and load, on the sample shop."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import convocommerce as cc
from convocommerce.errors import PeriodError, UnknownNameError, UsageError
from convocommerce.measuring import states_before
from convocommerce.shop.base import _FOR_THE_PARTS as SHARED
from convocommerce.shop.selling import Selling
from convocommerce.shop.service import Service

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
METHODS = [
    name
    for part in (Service, Selling)
    for name, one in vars(part).items()
    if callable(one) and name[0] != "_"
]


@pytest.fixture(scope="module")
def shop() -> Iterator[cc.Shop]:
    with cc.open(":memory:") as shop:
        shop.load(SAMPLE)
        yield shop


def answer(shop: cc.Shop, name: str, period: str, **options: Any) -> Any:
    method = getattr(shop, name)
    asked = inspect.signature(method).parameters
    about = {"period": period} if "period" in asked else {}
    if "by" in asked and asked["by"].default is inspect.Parameter.empty:
        about["by"] = "channel"
    return method(**about, **options)


@pytest.mark.parametrize("name", METHODS)
def test_every_answer_comes_and_does_not_change_anything(shop: cc.Shop, name: str) -> None:
    first, again = (answer(shop, name, "2026-08") for _ in range(2))
    if isinstance(first, pd.DataFrame):
        pd.testing.assert_frame_equal(first, again)
        assert first.attrs["meaning"].endswith(".")
        assert len(set(first.columns)) == len(first.columns) > 0
    else:
        assert first == again


@pytest.mark.parametrize("name", METHODS)
def test_a_month_without_anything_gives_the_same_columns(shop: cc.Shop, name: str) -> None:
    full, empty = (answer(shop, name, month) for month in ("2026-08", "2019-01"))
    assert type(full) is type(empty)
    if isinstance(full, pd.DataFrame):
        assert list(full.columns) == list(empty.columns)


@pytest.mark.parametrize("name", METHODS)
def test_a_period_that_has_not_begun_is_refused(shop: cc.Shop, name: str) -> None:
    if "period" not in inspect.signature(getattr(shop, name)).parameters:
        pytest.skip("about the last days before the as-of")
    with pytest.raises(PeriodError, match="begins after the as-of"):
        answer(shop, name, "2031-01")


def test_conversations_and_intervals_are_written_as_everywhere(shop: cc.Shop) -> None:
    lost = shop.lost_questions("2026-08")
    behind = shop.measure("first_response_time").conversations()
    assert len(lost) > 0
    assert set(lost["conversation_id"]) <= set(behind["conversation_id"])
    case = shop.profile("canonical")
    assert set(behind["conversation_id"]) <= {
        one for ids in case["conversation_ids"] for one in ids
    }
    windows = shop.window_sensitivity("2026-08")
    assert (windows["interval_of_all_low"] <= windows["share_of_all"]).all()


def test_all_models_share_out_the_same_sales(shop: cc.Shop) -> None:
    found = shop.attribution("2026-08")
    sold = found[["first", "last", "linear", "position", "time_decay", "markov", "shapley"]].sum()
    assert sold.nunique() == 1
    orders = shop.database.con.execute(
        f"with {states_before('order_states')} select count(*) from order_states where is_sale "
        "and ordered_local >= date '2026-08-01' and ordered_local < date '2026-09-01'",
        {"as_of": shop.as_of()},
    ).fetchall()
    assert [(sold.iloc[0],)] == orders


def test_every_question_is_in_one_state_of_its_window(shop: cc.Shop) -> None:
    windows = shop.reply_windows("2026-08")
    states = windows[["answered", "late", "lost", "open"]].sum(axis=1)
    assert list(states) == list(windows["questions"])
    assert len(shop.lost_questions("2026-08")) == windows["lost"].sum() > 0


def test_an_unknown_choice_offers_those_there_are(shop: cc.Shop) -> None:
    with pytest.raises(UnknownNameError):
        shop.attribution("2026-08", by="campain")
    with pytest.raises(UnknownNameError):
        shop.page_response(rule="fastest")


SUBJECTS = {
    "measure": ["metrics"],
    "profile": ["name"],
    "reconcile": ["a", "b"],
    "report": ["kind"],
    "load": ["paths"],
    "inspect": ["paths"],
    "build": ["progress"],
    "as_of": ["as_of"],
    "period": ["period", "as_of"],
    "erase": ["person"],
}
"""What is given without its name, where that is not the period."""


@pytest.mark.parametrize("name", [one for one in dir(cc.Shop) if one[0] != "_"])
def test_the_days_come_first_and_everything_else_by_its_name(name: str) -> None:
    method = getattr(cc.Shop, name)
    if not callable(method):
        return
    taken = list(inspect.signature(method).parameters.values())[1:]
    plain = [one.name for one in taken if one.kind not in (one.KEYWORD_ONLY, one.VAR_KEYWORD)]
    about = ["period"] if any(one.name == "period" for one in taken) else []
    assert plain == (SUBJECTS.get(name, about) if name not in SHARED else plain)
    assert not [one.name for one in taken if "timedelta" in str(one.annotation)]


def test_a_length_that_is_none_is_refused_by_its_name(shop: cc.Shop) -> None:
    for wrong in (0, -1, "7", True, float("nan"), 1e9):
        with pytest.raises(UsageError, match=r"within_days is .* must be a number above 0"):
            shop.returning("2026-08", within_days=wrong)  # type: ignore[arg-type]
    month, minute = (shop.returning("2026-08", within_days=days) for days in (30, 0.001))
    assert not month.equals(minute)
