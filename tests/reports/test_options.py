"""What a business chooses for its pages is checked by name and never changes a figure."""

from typing import Any

import pytest
from pydantic_core import ValidationError

import convocommerce as cc
from convocommerce.configuration.figures import targets
from convocommerce.errors import UnknownNameError, UsageError
from convocommerce.reports import AlertRule, Brand, Options
from convocommerce.reports.blocks import Strip
from convocommerce.reports.options import aims

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def test_targets_name_figures() -> None:
    named = {
        "first_response_time.within_5_minutes": 0.9,
        "first_response_time.km_p90": 900,
        "conversion.net_revenue": 25000,
        "reply_windows.lost_share": 0.01,
    }
    assert dict(cc.Options(targets=named).targets) == named


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ({"first_response.within_5_minutes": 0.9}, "did you mean 'first_response_time'"),
        ({"first_response_time.within_5_minute": 0.9}, "did you mean 'within_5_minutes'"),
        ({"within_5_minutes": 0.9}, "unknown target 'within_5_minutes'"),
    ],
)
def test_unknown_targets_are_refused_with_the_nearest(targets: Any, said: str) -> None:
    with pytest.raises(UnknownNameError, match=said):
        Options(targets=targets)


@pytest.mark.parametrize("target", [90, -0.1, float("nan"), True, "0.9"])
def test_a_target_its_figure_can_never_have_is_refused(target: Any) -> None:
    with pytest.raises(UsageError, match=r"target first_response_time\.within_5_minutes is"):
        Options(targets={"first_response_time.within_5_minutes": target})


def test_whatever_a_tile_shows_can_have_a_target_and_an_alert(shop: cc.Shop) -> None:
    for kind, days in (("weekly", "2026-W29"), ("campaign", "2026-W29")):
        report = shop.report(kind, period=days)
        shown = {
            f"{row.metric}.{row.statistic}"
            for section in report.page.sections
            for block in section.blocks
            if isinstance(block, Strip)
            for tile in block.tiles
            if tile.now.figure and (row := tile.now.figure.row)
        }
        assert len(shown) >= 5
        assert shown <= set(aims())
    for name in aims():
        metric, statistic = name.split(".")
        assert Options(targets={name: 0.5}).targets == {name: 0.5}
        assert AlertRule(metric, statistic, above=0.5)
        assert targets({name: 0.5}) == {name: 0.5}
    for own in ("reply_windows.lost_share", "abandonment_after_no_answer.rate"):
        assert own in aims()


def test_a_target_of_what_is_neither_better_is_refused_with_those_that_can_have_one() -> None:
    said = "neither way is better.*reply_windows.lost_share"
    with pytest.raises(UsageError, match=said):
        Options(targets={"conversations.count": 100})
    with pytest.raises(ValidationError, match=said):
        targets({"conversations.count": 100})


@pytest.mark.parametrize("few", [1, 0, -3, 2.5, True, None])
def test_groups_of_one_are_never_shown(few: Any) -> None:
    with pytest.raises(UsageError, match="smallest_group is"):
        Options(smallest_group=few)
    assert Options(smallest_group=2).smallest_group == 2


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"metric": "conversoin", "statistic": "rate"}, "did you mean 'conversion'"),
        ({"metric": "conversion", "statistic": "rates", "below": 0.1}, "did you mean 'rate'"),
        ({"metric": "conversion", "statistic": "rate"}, "needs below, above or unusual"),
        ({"metric": "conversion", "statistic": "rate", "below": 5}, "write 0.9 for 90%"),
        (
            {"metric": "conversion", "statistic": "rate", "below": 0.1, "by": "chanel"},
            "did you mean 'channel'",
        ),
        (
            {"metric": "conversion", "statistic": "rate", "below": 0.1, "by": "week"},
            "unknown column to cut an alert by 'week'",
        ),
    ],
)
def test_alerts_that_could_never_fire_are_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        AlertRule(**values)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"accent": "blue"}, "no colour such as '#0b62a8'"),
        ({"logo": b"<svg onload=alert(1)>"}, "neither a PNG nor a JPEG"),
        ({"logo": PNG + b"\0" * 200_000}, "save it smaller"),
    ],
)
def test_a_look_that_cannot_be_shown_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Brand(**values)
    assert Brand(accent="#0b62a8", logo=PNG).logo_type == "image/png"


def test_equal_choices_have_equal_fingerprints() -> None:
    rule = AlertRule("conversion", "rate", below=0.1)
    chosen = Options("Shop", {"conversion.rate": 0.1}, (rule,), 6, Brand("#0b62a8", PNG))
    again = Options("Shop", {"conversion.rate": 0.1}, (rule,), 6, Brand("#0b62a8", PNG))
    assert chosen.fingerprint() == again.fingerprint()
    others = [
        Options("Shop"),
        Options(targets={"conversion.rate": 0.1}),
        Options(alerts=(rule,)),
        Options(smallest_group=6),
        Options(brand=Brand("#0b62a8")),
        Options(brand=Brand(logo=PNG)),
        Options(),
    ]
    assert len({one.fingerprint() for one in others}) == len(others)
