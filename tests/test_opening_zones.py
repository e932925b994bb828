"""Every rule of every zone for putting clocks forward and back, against a walk by the minute."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from functools import cache
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from convocommerce.opening import open_intervals

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
Moment = dt.datetime


def local(instant: Moment, zone: ZoneInfo) -> Moment:
    return instant.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None)


def changes(zone: ZoneInfo, first: int = 1990, last: int = 2037) -> list[Moment]:
    """Return the instants at which a zone's clock is put forward or back, to the minute."""
    found, at = [], Moment(first, 1, 1)
    shift = local(at, zone) - at
    while at < Moment(last, 1, 1):
        # No zone goes forward and back within six days, except for a Ramadan of four weeks.
        after = at + 6 * DAY
        if local(after, zone) - after != shift:
            low, high = at, after
            while high - low > MINUTE:
                middle = low + (high - low) // MINUTE // 2 * MINUTE
                if local(middle, zone) - middle == shift:
                    low = middle
                else:
                    high = middle
            found.append(high)
            shift = local(after, zone) - after
        at = after
    return found


class Wall:
    """The clock on the wall of a zone, read once a minute from one instant to another."""

    def __init__(self, zone: ZoneInfo, first: Moment, last: Moment) -> None:
        self.instants = [first + n * MINUTE for n in range((last - first) // MINUTE)]
        # The latest time that it ever showed: a time is reached when it is shown or passed.
        self.reached = list(accumulate((local(one, zone) for one in self.instants), max))

    def when(self, wall: Moment) -> Moment:
        """Return the first minute at which the clock shows a time or a later one."""
        return self.instants[bisect_left(self.reached, wall)]


@cache
def zone_names() -> tuple[str, ...]:
    return tuple(sorted(available_timezones() - {"localtime", "Factory"}))


def sampled() -> list[str]:
    """Return the zones with the strangest clocks, and others that stand for all."""
    strange = {
        "Australia/Lord_Howe",  # half an hour
        "Pacific/Apia",  # had no 30 December 2011
        "Pacific/Kwajalein",  # had no 21 August 1993
        "Europe/Dublin",  # goes back to winter by a negative rule
        "Africa/Casablanca",  # and for Ramadan
        "Africa/Cairo",  # changes in mid-week
        "Asia/Gaza",  # at one past midnight
        "Asia/Beirut",  # skips midnight
        "America/Havana",  # doubles the hour after midnight
        "America/St_Johns",  # one minute past midnight, and half hours from UTC
        "America/Nuuk",  # on Saturday evening
        "Antarctica/Troll",  # two hours
        "Asia/Kathmandu",  # a quarter of an hour for ever
        "America/Caracas",  # half an hour for good
        "Asia/Pyongyang",  # the same, there and back
    }
    others = [name for name in zone_names() if name not in strange]
    return sorted(strange & set(zone_names())) + sorted(Random(7).sample(others, 60))


def assert_open_as_on_the_wall(zone: ZoneInfo, change: Moment, random: Random) -> None:
    """Check windows around a change of the clock, on its days and beside its very minutes."""
    first, last = change - 5 * DAY, change + 5 * DAY
    wall = Wall(zone, first, last)
    before, after = local(change - MINUTE, zone) + MINUTE, local(change, zone)
    jump = abs(after - before) // MINUTE
    hour = min(before, after).replace(second=0, microsecond=0)
    near = hour - random.randint(0, 90) * MINUTE
    starts = [near, hour, hour + random.randint(0, max(jump, 1)) * MINUTE]
    for start in starts:
        length = random.choice((1, 7, 30, jump, 60, 150, 480, 1439))
        opens = start.hour * 60 + start.minute
        closes = opens + max(1, min(length, 1440))
        text = f"Mo-Su {opens // 60:02d}:{opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}"
        days = [hour.date() + n * DAY for n in (-2, -1, 0, 1, 2)]
        found = open_intervals(text, [], zone.key, days[0], days[-1])
        minutes: set[Moment] = set()
        for day in [days[0] - DAY, *days]:
            midnight = Moment.combine(day, dt.time())
            windows = [(opens, closes)]
            if day < days[0]:
                windows = [(1440, closes)] if closes > 1440 else []
            elif day == days[-1]:
                windows = [(opens, min(closes, 1440))]
            for begin, end in windows:
                at = wall.when(midnight + begin * MINUTE)
                stop = wall.when(midnight + end * MINUTE)
                while at < stop:
                    minutes.add(at)
                    at += MINUTE
        told = {
            start + n * MINUTE for start, stop in found for n in range((stop - start) // MINUTE)
        }
        assert told == minutes, (zone.key, change, text)


@pytest.mark.parametrize("name", sampled())
def test_windows_beside_every_change_of_the_clock(name: str) -> None:
    random, zone = Random(name), ZoneInfo(name)
    found = changes(zone)
    # The oldest and the newest rules, and those known for being odd are few.
    picked = {*found[:1], *found[-2:], *random.sample(found, min(len(found), 3))}
    for change in sorted(picked):
        assert_open_as_on_the_wall(zone, change, random)


def test_every_zone_shows_its_windows_from_opening_to_closing() -> None:
    """In a week of every zone, each window is as long as the clock on the wall says."""
    for name in zone_names():
        zone, random = ZoneInfo(name), Random(name)
        day = dt.date(random.randint(1995, 2036), random.randint(1, 12), random.randint(1, 28))
        for start, stop in open_intervals("Mo-Su 09:07-17:38", [], name, day, day + 6 * DAY):
            assert local(start, zone).time() == dt.time(9, 7), (name, start)
            assert local(stop, zone).time() == dt.time(17, 38), (name, stop)
