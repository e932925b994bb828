"""What is guessed of a business, and that a guess is made only where there is enough to go by."""

from __future__ import annotations

from pathlib import Path

import pytest

from convocommerce.starting.guessing import (
    Sender,
    calling_code,
    country,
    holidays,
    languages,
    senders,
    system_zone,
    time_zone,
)
from convocommerce.starting.looking import App, Sighting


def app(
    name: str = "1",
    part: str | None = "",
    messages: int = 500,
    repeated: float | None = 0.5,
    seconds: float | None = 600,
    answers: float = 0.7,
) -> App:
    return App(name, part, messages, repeated, seconds, answers)


@pytest.mark.parametrize(
    ("seen", "role"),
    [
        (app(repeated=1.0, seconds=2), "bot"),
        # A machine that never says the same twice still answers before anybody could type.
        (app(repeated=0.0, seconds=3), "bot"),
        (app(repeated=None, seconds=2), "bot"),
        (app(repeated=0.97, seconds=25), "bot"),
        (app(repeated=0.3, seconds=25), "human"),
        # People use prepared texts, and take their time.
        (app(repeated=0.95, seconds=150), "human"),
        (app(repeated=None, seconds=900), "human"),
        (app(repeated=1.0, seconds=None, answers=0.0), "marketing"),
        (app(repeated=0.99, seconds=7200, answers=0.05), "marketing"),
        (app(messages=19, seconds=1), None),
    ],
)
def test_who_is_behind_an_app(seen: App, role: str | None) -> None:
    (found,) = senders((seen,))
    assert found.role == role
    assert f"{seen.messages} messages" in found.why


def test_parts_of_an_app_are_told_apart_where_they_differ() -> None:
    whole, agents, rest = app(), app(part="agent"), app(part=None, seconds=2)
    found = {one.key: one.role for one in senders((whole, agents, rest))}
    assert found == {"1:agent": "human", "1": "bot"}
    same = senders((whole, agents, app(part=None)))
    assert [one.key for one in same] == ["1"]


def test_what_may_be_a_name_never_becomes_a_key() -> None:
    parts = (app(), app(part="Anna de Vries"), app(part=None, seconds=2))
    assert senders(parts) == [Sender("1", "human", senders(parts[:1])[0].why)]


def test_a_country_is_that_of_most_phone_numbers() -> None:
    assert country(Sighting(countries=(("BE", 7), ("NL", 3))), "Europe/Amsterdam") == "BE"
    assert country(Sighting(countries=(("BE", 5), ("NL", 5))), "Europe/Amsterdam") == "NL"
    assert country(Sighting(), None) is None


def test_a_zone_is_the_systems_unless_phones_are_of_a_country_with_another() -> None:
    belgian = Sighting(countries=(("BE", 9),))
    assert time_zone(belgian, "Europe/Amsterdam") == "Europe/Brussels"
    assert time_zone(belgian, None) == "Europe/Brussels"
    # A country of many zones says nothing of which.
    american = Sighting(countries=(("US", 9),))
    assert time_zone(american, "America/Denver") == "America/Denver"
    assert time_zone(american, None) == "UTC"
    assert time_zone(Sighting(), "Asia/Tokyo") == "Asia/Tokyo"


def test_the_systems_zone() -> None:
    assert system_zone({"TZ": "Europe/Berlin"}) == "Europe/Berlin"
    assert system_zone({"TZ": ":Europe/Berlin"}) == "Europe/Berlin"
    assert system_zone({"TZ": "nowhere"}) is None
    zone = Path("/usr/share/zoneinfo/Europe/Berlin")
    assert system_zone({"TZ": str(zone)}) == "Europe/Berlin"


def test_languages_are_those_that_many_write() -> None:
    assert languages(Sighting(languages=(("nl", 75), ("en", 25)))) == ("nl", "en")
    assert languages(Sighting(languages=(("nl", 99), ("en", 1)))) == ("nl",)
    assert languages(Sighting()) == ("en",)


def test_codes_and_holidays_of_a_country() -> None:
    assert (calling_code("NL"), calling_code(None), calling_code("XX")) == ("31", None, None)
    assert (holidays("NL"), holidays(None), holidays("XX")) == ("NL", None, None)
