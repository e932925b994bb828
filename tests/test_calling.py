"""A wrong name in a call is told as every other wrong name, with the nearest right one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.errors import RulesError, UnknownNameError, UsageError

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
P = "2026-07"
FACE: dict[str, Callable[..., Any]] = {
    name: one for name in cc.__all__ if callable(one := getattr(cc, name))
}
NOT_CALLED = (
    *("Comparison", "ConvocommerceError", "Inspection", "Metric", "Result", "Shop"),
    "metrics",
)
"""What nobody makes by hand, or what takes nothing."""


@pytest.mark.parametrize("name", sorted(set(FACE) - set(NOT_CALLED)))
def test_everything_people_call_refuses_a_wrong_name_by_an_error_of_the_package(name: str) -> None:
    with pytest.raises(UnknownNameError, match="'as_off'"):
        FACE[name](as_off="2026-03-09")


@pytest.mark.parametrize("part", [cc.Shop, cc.Result, cc.Comparison], ids=lambda one: one.__name__)
def test_every_method_refuses_a_wrong_name_before_it_does_anything(part: type) -> None:
    tried = 0
    for name, method in inspect.getmembers(part, inspect.isfunction):
        if name.startswith("_") or "**" in str(inspect.signature(method)):
            continue
        tried += 1
        with pytest.raises(UnknownNameError, match=f"unknown argument of {name} 'as_off'"):
            method(None, as_off="2026-03-09")
    assert tried > 2


def test_the_nearest_right_name_is_offered() -> None:
    with pytest.raises(UnknownNameError, match="unknown rule 'timezone', did you mean 'time_zone'"):
        cc.Rules(timezone="Europe/Amsterdam")  # type: ignore[call-arg]
    with cc.open(":memory:") as shop:
        with pytest.raises(UnknownNameError, match="'perod', did you mean 'period'"):
            shop.measure("first_response_time", perod="2026-03")
        with pytest.raises(UnknownNameError, match="'asof', did you mean 'as_of'"):
            shop.ads("2026-03", asof="2026-03-09")  # type: ignore[call-arg]


def test_what_is_left_out_or_too_much_is_told_with_what_can_be_given() -> None:
    with pytest.raises(UsageError, match="open: missing a required argument: 'path'; known: path"):
        cc.open()  # type: ignore[call-arg]
    with (
        cc.open(":memory:") as shop,
        pytest.raises(UsageError, match="ads: too many positional arguments; known: period, as_of"),
    ):
        shop.ads("2026-03", "2026-03-09")  # type: ignore[misc]


def test_what_is_called_still_tells_how() -> None:
    assert list(inspect.signature(cc.Rules).parameters)[:2] == ["time_zone", "opening_hours"]
    assert list(inspect.signature(cc.Shop.ads).parameters) == ["self", "period", "as_of"]


@pytest.fixture(scope="module")
def shop() -> Iterator[cc.Shop]:
    with cc.open(":memory:") as shop:
        shop.load(SAMPLE / "messenger")
        yield shop


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("measure", {"metrics": "conversion", "as_of": 20260801}, "as_of is 20260801 and must be a"),
    ("measure", {"metrics": "conversion", "as_of": "0001-01-01"}, "not between 1900 and"),
    ("reply_windows", {"period": P, "answered_by": "people"}, "unknown answered_by 'people'"),
    ("lost_questions", {"period": P, "answered_by": "humans"}, "did you mean 'human'"),
    ("lost_questions", {"period": P, "cart_days": "1"}, "cart_days is '1' and must be a number"),
    ("lost_questions", {"period": P, "order_days": -1}, "order_days is -1 and must be a number"),
    ("conversations_started", {"period": P, "inactive_days": 0}, "must be a number above 0"),
    ("conversations_started", {"period": P, "inactive_days": 1e9}, "a million at most"),
    ("chat_against_checkout", {"period": P, "claimed": 0}, "claimed is 0 and must be a number"),
    ("window_sensitivity", {"period": P, "days": 7}, "one or more numbers, such as"),
    ("window_sensitivity", {"period": P, "days": ["a"]}, "one of days is 'a' and must be a"),
    ("waiting_apart", {"period": P, "by": None}, "told apart by a column"),
    ("report", {"options": {"business": "x"}}, "options is a dict and must be Options"),
    ("erase", {"person": None}, "must be an id as text"),
]


@pytest.mark.parametrize(("name", "given", "told"), WRONG)
def test_values_that_cannot_be_are_refused_by_their_names(
    shop: cc.Shop, name: str, given: dict[str, Any], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        getattr(shop, name)(**given)


def test_what_is_no_path_or_picture_or_language_is_refused(shop: cc.Shop) -> None:
    with pytest.raises(
        UsageError, match="a list is given where a path is wanted; give several one"
    ):
        shop.load([SAMPLE])  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="a NoneType is given where a path is wanted"):
        cc.open(None)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="must be the bytes of a picture"):
        cc.Brand(logo="logo.png")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="business is None and must be a name"):
        cc.Options(business=None)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="unknown language 'nll', did you mean 'nl'"):
        shop.language = "nll"
    with pytest.raises(UsageError, match="unknown language 'fr'"):
        cc.open(":memory:", language="fr")
    assert shop.language == "en"


def test_ids_may_be_written_as_numbers(shop: cc.Shop) -> None:
    numbers = cc.Rules(senders={551122334455667: "bot"}, exclude_customers=(123,))  # type: ignore[dict-item, arg-type]
    assert numbers == cc.Rules(senders={"551122334455667": "bot"}, exclude_customers=("123",))


def test_rules_that_no_time_can_hold_are_refused() -> None:
    with pytest.raises(RulesError, match=r"attribution_window_days is 1e\+300 and must be"):
        cc.Rules(attribution_window_days=1e300)
    with pytest.raises(RulesError, match=r"no\.toml cannot be read: No such file"):
        cc.Rules.from_toml("no.toml")
