"""Rules refuse what makes no sense, by the name and the value of the rule."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from convocommerce.errors import RulesError, UnknownNameError
from convocommerce.rules import META_APPS, Rules

POSITIVE = (
    "conversation_gap_hours",
    "attribution_window_days",
    "checkout_abandoned_after_minutes",
    "cart_abandoned_after_minutes",
    "recovered_within_days",
    "quick_answer_minutes",
    "automatic_reply_people",
    "people_per_key",
)
NAN, INF = float("nan"), float("inf")
BAD: list[tuple[str, Any, str]] = [
    *(
        (name, value, repr(value))
        for name in POSITIVE
        for value in (0, -1, float("nan"), True, "5")
    ),
    ("automatic_reply_seconds", -0.5, "-0.5"),
    ("clock_tolerance_seconds", -1, "-1"),
    ("clock_tolerance_seconds", "ten", "'ten'"),
    ("time_zone", "Amsterdam", "'Amsterdam'"),
    ("time_zone", "", "''"),
    ("time_zone", "../UTC", "'../UTC'"),
    ("opening_hours", "Mo-Fr nine to five", "'Mo-Fr nine to five'"),
    ("opening_hours", "Mo-Fr 09:00-17:00; PH off", "'Mo-Fr 09:00-17:00; PH off'"),
    ("hours_since", {"April": "24/7"}, "'April'"),
    ("hours_since", {"2026-02-30": "24/7"}, "'2026-02-30'"),
    ("hours_since", {"2026-04-01": "nine to five"}, "'2026-04-01'"),
    ("team_hours", {"31": "Mo-Fr 09:00-09:00"}, "'31'"),
    ("team_hours", {"31": "Europe/Berln Mo-Fr 09:00-17:00"}, "'Europe/Berln'"),
    ("team_hours", {"31": None}, "None"),
    ("hours_from", "zendesk", "'zendesk'"),
    ("schedule_mode", "last", "'last'"),
    ("holidays", "XX", "'XX'"),
    ("holidays", "DE-XX", "'DE-XX'"),
    ("holidays", 31, "31"),
    ("exclude_customers", "12345", "a list of chat ids"),
    ("recovered_within_days", 1 / 24, "cart_abandoned_after_minutes"),
    ("checkout_abandoned_after_minutes", 8 * 24 * 60, "11520"),
    ("unknown_app", "robot", "'robot'"),
    ("no_app", "customer", "'customer'"),
    ("phone_country_code", "+31", "'+31'"),
    ("phone_country_code", "00316", "'00316'"),
    ("phone_country_code", "", "''"),
]


@pytest.mark.parametrize(("name", "value", "shown"), BAD)
def test_a_bad_value_is_refused_by_name_and_value(name: str, value: Any, shown: str) -> None:
    with pytest.raises(RulesError) as caught:
        Rules(**{name: value})
    assert name in str(caught.value)
    assert shown in str(caught.value)


def test_a_window_shorter_than_a_conversations_gap_is_refused() -> None:
    with pytest.raises(RulesError, match=r"168.*5.*at least as long as the gap"):
        Rules(conversation_gap_hours=168)
    assert Rules(conversation_gap_hours=168, attribution_window_days=7).attribution_window_days == 7


def test_a_sender_of_an_unknown_kind_is_refused_with_the_kinds_there_are() -> None:
    with pytest.raises(RulesError, match=r"'123'.*'robot'.*human, bot, auto, marketing"):
        Rules(senders={"123": "robot"})


def test_a_rule_that_does_not_exist_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'time_zone'"):
        Rules.from_dict({"timezone": "UTC"})


def test_equal_rules_have_one_fingerprint_and_any_other_rule_another() -> None:
    rules = Rules(senders={"2": "bot", "1": "human"}, exclude_customers=("b", "a"))
    same = Rules(senders={"1": "human", "2": "bot"}, exclude_customers=("a", "b"))
    assert rules == same
    assert rules.fingerprint() == same.fingerprint()
    others: dict[str, Any] = {
        "time_zone": "Europe/Amsterdam",
        "opening_hours": "Mo-Fr 09:00-17:00",
        "hours_since": {"2026-04-01": "Mo-Fr 08:00-16:00"},
        "team_hours": {"whatsapp": "Europe/London Mo-Fr 08:00-18:00"},
        "hours_from": "helpdesk",
        "schedule_mode": "all_schedules",
        "holidays": "NL",
        "senders": {"1": "bot"},
        "unknown_app": "human",
        "no_app": "bot",
        "exclude_customers": ("c",),
        "phone_country_code": "31",
        "told_by": {"whatsapp": "zendesk"},
        "automatic_reply_seconds": 0,
        "clock_tolerance_seconds": 0,
        **dict.fromkeys(POSITIVE, 3),
    }
    assert others.keys() == {rule.name for rule in dataclasses.fields(Rules)}
    prints = {Rules(**{name: value}).fingerprint() for name, value in others.items()}
    assert len(prints | {Rules().fingerprint()}) == len(others) + 1
    for name, value in others.items():
        assert list(Rules(**{name: value}).changed()) == [name]


def test_rules_survive_being_written_down(tmp_path: Path) -> None:
    rules = Rules(
        time_zone="Europe/Berlin",
        holidays="DE-BY",
        senders={"1": "bot"},
        hours_since={"2026-04-01": "Mo-Fr 08:00-16:00"},
        team_hours={'the "night" desk': "Europe/London Mo-Su 22:00-06:00"},
        exclude_customers=("a",),
        quick_answer_minutes=2.5,
    )
    assert Rules.from_dict(rules.to_dict()) == rules
    file = tmp_path / "rules.toml"
    file.write_text(rules.to_toml(), "utf-8")
    assert Rules.from_toml(file) == rules


def test_rules_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(
        'time_zone = "Europe/Paris"\nexclude_customers = [12]\nphone_country_code = 33\n'
        '[senders]\n7 = "bot"\n'
    )
    rules = Rules.from_toml(file)
    assert rules == Rules(
        time_zone="Europe/Paris",
        exclude_customers=("12",),
        senders={"7": "bot"},
        phone_country_code="33",
    )
    file.write_text("time_zone = ")
    with pytest.raises(RulesError, match=r"rules\.toml is not a TOML file"):
        Rules.from_toml(file)


def test_the_shops_own_word_on_an_app_wins_over_what_is_known_of_it() -> None:
    app = next(iter(META_APPS))
    assert Rules().apps()[app] == "human"
    assert Rules(senders={app: "auto"}).apps()[app] == "auto"


def test_rules_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Rules().time_zone = "Europe/Paris"  # type: ignore[misc]  # that is what is refused


@pytest.mark.parametrize("value", [None, [], "zendesk", [("whatsapp", "zendesk")]])
@pytest.mark.parametrize("name", ["senders", "told_by", "hours_since", "team_hours"])
def test_a_table_of_names_that_is_none_is_told(name: str, value: object) -> None:
    with pytest.raises(RulesError, match=f"{name} is .* must be a table"):
        Rules(**{name: value})
