"""Random tickets against a slow walk through their comments, written from the definitions alone."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from desks import desk, ticket, told

DAY = 86400
Events = list[tuple[float, str]]
Walk = Callable[[Events, float, str], float | None]

AUTHORS = {"c": "ann", "h": "eva", "j": "joe", "u": "who", "n": "eva", "b": "eva"}


def is_human(code: str, asker: str) -> bool:
    return code in "hju" and AUTHORS[code] != asker


def is_customer(code: str, asker: str) -> bool:
    return code in "chju" and (AUTHORS[code] == asker or code == "c")


def native(events: Events, created: float, asker: str) -> float | None:
    opens = events[0][1] in "hju" and is_human(events[0][1], asker) and events[0][0] <= created + 5
    for seconds, code in events[1 if opens else 0 :]:
        if is_human(code, asker) and seconds >= created:
            return seconds - created
    return None


def package(events: Events, created: float, asker: str) -> float | None:
    roles = {"c": "customer", "h": "agent", "j": "agent", "b": "agent"}
    listed = [(seconds, code) for seconds, code in events if code in "chjbn"]
    public = [(seconds, roles[code]) for seconds, code in listed if code != "n"]
    # In one second the customer is taken to come first.
    public.sort(key=lambda one: (one[0], one[1] != "customer"))
    if not public or all(role == "customer" for _, role in public):
        return None
    first, role = public[0]
    place = min(
        number
        for number, (seconds, code) in enumerate(listed)
        if code != "n" and seconds == first and roles[code] == role
    )
    if role == "agent" and any(code == "n" for _, code in listed[:place]):
        return int(first) - int(created)
    later = [seconds for seconds, other in public if other == "agent" and seconds > first]
    return int(later[0]) - int(created) if later else None


def first_contact(events: Events, created: float, asker: str) -> float | None:
    asked = None
    for seconds, code in events:
        if asked is None and is_customer(code, asker):
            asked = seconds
        elif asked is not None and is_human(code, asker):
            return seconds - asked
    return None


def not_begun_by_the_business(events: Events, created: float, asker: str) -> float | None:
    said = [code for _, code in events if code in "chju"]
    if said and not is_customer(said[0], asker):
        return None
    return first_contact(events, created, asker)


WALKS: dict[str, Walk] = {
    "zendesk_native": native,
    "dbt_zendesk": package,
    "intercom": first_contact,
    "plain": not_begun_by_the_business,
}


def draw(random: Random) -> tuple[Events, float, str]:
    seconds = float(random.choice([0, 0, -40, 30]))
    events: Events = []
    for _ in range(random.randint(1, 9)):
        events.append((seconds, random.choice("ccchhjunnbBa")))
        seconds += random.choice([0, 0, 1, 3, 600, 4000, DAY])
    return events, float(random.choice([0, 0, events[0][0]])), random.choice(["ann"] * 6 + ["eva"])


@pytest.mark.parametrize("seed", range(3))
def test_random_tickets_against_walking_through_them(seed: int) -> None:
    random = Random(seed)
    drawn = [draw(random) for _ in range(150)]
    database = desk(
        *(
            ticket(events, number, created, customer_id=asker)
            for number, (events, created, asker) in enumerate(drawn)
        )
    )
    for profile, walk in WALKS.items():
        rows = {int(row.case_id.split(":")[1]): row for row in told(database, profile)}
        for number, (events, created, asker) in enumerate(drawn):
            found = rows[number]
            assert found.calendar_seconds == walk(events, created, asker), (
                profile,
                events,
                created,
            )
            assert (found.reason is None) is (found.calendar_seconds is not None)
