"""The same shop told through any platform gives the same figures, where the platform can tell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from convocommerce.errors import UnknownNameError
from convocommerce.simulation import simulate
from through import (
    Through,
    assert_same,
    found_conversations,
    loaded_through,
    told_conversations,
)


def test_through_messenger(tmp_path: Path) -> None:
    with loaded_through(tmp_path) as world:
        assert_same(told_conversations(world), found_conversations(world))


def figures(world: Through) -> dict[tuple[str, str, str], tuple[float | None, int, int]]:
    """Return the headline metrics of a shop: value, n and n_open of every statistic."""
    as_of = world.end.replace(tzinfo=dt.UTC)
    found = {}
    for clock in ("human", "bot", "any"):
        result = world.shop.measure(
            ["first_response_time", "conversations", "in_chat_conversion", "assisted_conversion"],
            as_of=as_of,
            clock=clock,
        )
        for row in result.rows:
            found[row.metric, row.statistic, clock] = (row.value, row.n, row.n_open)
    return found


@pytest.fixture(scope="module")
def through_messenger(tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Any]:
    with loaded_through(tmp_path_factory.mktemp("messenger")) as world:
        return figures(world)


@pytest.mark.parametrize("talk", ["zendesk", "zendesk_chat", "sunshine", "chatwoot", "intercom"])
def test_a_helpdesk_tells_the_same_figures(
    tmp_path: Path, talk: str, through_messenger: dict[Any, Any]
) -> None:
    """Whole seconds, where a helpdesk keeps no finer time, move a quantile by less than one.

    A helpdesk also tells when an unanswered conversation was closed, so quantiles that count the
    unanswered as waiting watched them for another time; how many there are is the same.
    """
    with loaded_through(tmp_path, talk=talk) as world:
        found = figures(world)
    assert found.keys() == through_messenger.keys()
    for name, (value, n, n_open) in through_messenger.items():
        assert found[name][1:] == (n, n_open), name
        if name[1].startswith("km_"):
            continue
        slack = 1.0 if name[1] in ("median", "p90") and talk == "intercom" else 1e-9
        assert found[name][0] == pytest.approx(value, abs=slack), name


@pytest.mark.parametrize("sales", ["woocommerce", "stripe"])
def test_another_till_tells_the_same_conversions(
    tmp_path: Path, sales: str, through_messenger: dict[Any, Any]
) -> None:
    with loaded_through(tmp_path, sales=sales) as world:
        found = figures(world)
    for name, told in through_messenger.items():
        assert found[name] == pytest.approx(told), name


def test_a_platform_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'messenger'"):
        simulate(tmp_path, talk="mesenger")
