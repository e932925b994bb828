"""A wrong name in a call is told as every other wrong name, with the nearest right one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.errors import UnknownNameError, UsageError

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
