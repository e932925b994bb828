"""The worked cases of attribution: touches in, credit out."""

from __future__ import annotations

import json
from pathlib import Path as FilePath
from typing import Any

import pytest

from convocommerce.insights import (
    ATTRIBUTION_MODELS,
    Path,
    clicked_or_seen,
    position_based,
    time_decay,
)

VECTORS = json.loads((FilePath(__file__).parents[1] / "vectors.json").read_text("utf-8"))
DAY = 86400


def cases(*, of_meta: bool) -> list[Any]:
    found = [
        pytest.param(case, id=case["id"])
        for case in VECTORS
        if case["metric"] == "attribution" and case["params"]["model"].startswith("meta") == of_meta
    ]
    assert found
    return found


@pytest.mark.parametrize("case", cases(of_meta=False))
def test_credit_of_one_sale(case: Any) -> None:
    params, events = case["params"], case["events"]
    sold_at = params.get("conversion_t", events[-1][1])
    path = Path(
        channels=tuple(name for name, _ in events),
        conversions=1,
        ages_days=tuple((sold_at - t) / DAY for _, t in events),
    )
    if params["model"] == "position":
        credited = position_based([path], first=params["first"], last=params["last"])
    elif params["model"] == "time_decay":
        credited = time_decay([path], half_life_days=params["half_life_days"])
    else:
        credited = ATTRIBUTION_MODELS[params["model"]]([path])
    found = {one.channel: one.conversions for one in credited if one.conversions}
    assert found == pytest.approx(case["expect"], rel=1e-12)


@pytest.mark.parametrize("case", cases(of_meta=True))
def test_credit_as_meta_gives_it(case: Any) -> None:
    expect = case["expect"]
    touches = []
    for name, t in case["events"]:
        kind, _, ad = name.partition(":")
        touches.append((kind, ad, (expect["conversion_t"] - t) / DAY))
    assert clicked_or_seen(touches) == expect["credit"]
