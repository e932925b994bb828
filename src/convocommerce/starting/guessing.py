"""What a business is likely to be like, to be looked over by somebody who knows it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from convocommerce.starting.looking import App, Sighting

USUAL_HOURS = "Mo-Fr 09:00-17:00"
"""Opening hours to start from."""

_ENOUGH = 20
"""Messages from which on an app's ways can be told."""

_AT_ONCE = 10
"""Seconds within which nobody types an answer."""

_QUICK = 30
"""Seconds within which a person hardly answers with a text that was prepared."""

_MOST = 0.6
"""The share of phone numbers that makes a country the business's own."""

_SPOKEN = 0.1
"""The share of messages that makes a language one of the business's own."""


@dataclass(frozen=True)
class Sender:
    """Who is likely behind an app.

    Attributes:
        key: The app, or the app and the beginning of what it writes, as rules have it.
        role: ``human``, ``bot`` or ``marketing``; null where there is too little to tell.
        why: What that rests on.
    """

    key: str
    role: str | None
    why: str


def senders(apps: tuple[App, ...]) -> list[Sender]:
    """Return who is likely behind each app, by how many, how fast and how alike its messages are.

    Where an app writes beside its messages what sent them, and those differ, each is told apart.
    """
    found = []
    for whole in (app for app in apps if app.written_by == ""):
        parts = [app for app in apps if app.app_id == whole.app_id and app.written_by]
        roles = {_role(app) for app in apps if app.app_id == whole.app_id and app.written_by != ""}
        if len(roles) > 1 and all(re.fullmatch(r"[a-z_-]{1,20}", str(a.written_by)) for a in parts):
            found += [
                Sender(f"{app.app_id}:{app.written_by}", _role(app), _why(app)) for app in parts
            ]
            rest = [app for app in apps if app.app_id == whole.app_id and app.written_by is None]
            found += [Sender(app.app_id, _role(app), _why(app)) for app in rest]
        else:
            found.append(Sender(whole.app_id, _role(whole), _why(whole)))
    return found


def _role(app: App) -> str | None:
    if app.messages < _ENOUGH:
        return None
    repeated = app.repeated if app.repeated is not None else 1
    if app.answer_seconds is None or (app.answers < 0.2 and repeated > 0.9):
        return "marketing"
    if app.answer_seconds <= _AT_ONCE or (app.answer_seconds <= _QUICK and repeated > 0.9):
        return "bot"
    return "human"


def _why(app: App) -> str:
    told = [f"{app.messages:,} messages"]
    if app.answer_seconds is not None:
        told.append(f"{_time(app.answer_seconds)} after a customer's")
    if app.repeated is not None:
        told.append(f"{app.repeated:.0%} of texts said to several people")
    return ", ".join(told)


def _time(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 120 else f"{seconds / 60:,.0f} min"


def country(sighting: Sighting, zone: str | None) -> str | None:
    """Return the country of a business: of most phone numbers, else of the zone."""
    from babel.core import get_global

    total = sum(n for _, n in sighting.countries)
    if sighting.countries and sighting.countries[0][1] >= _MOST * total:
        return sighting.countries[0][0]
    return get_global("zone_territories").get(zone or "")


def time_zone(sighting: Sighting, system: str | None) -> str:
    """Return the zone of a business: the system's, unless phone numbers are of another country."""
    from babel.core import get_global

    where = country(sighting, system)
    zones = get_global("territory_zones").get(where, []) if where else []
    if system in zones or not zones:
        return system or "UTC"
    return str(zones[0]) if len(zones) == 1 else system or "UTC"


def system_zone(environment: Mapping[str, str] | None = None) -> str | None:
    """Return the IANA name of the zone that this machine is set to, or null."""
    from zoneinfo import available_timezones

    named = (os.environ if environment is None else environment).get("TZ", "").lstrip(":")
    parts = Path(named or "/etc/localtime").resolve().as_posix().partition("zoneinfo/")[2]
    found = named if named in available_timezones() else parts.removeprefix("posix/")
    return found if found in available_timezones() and found != "Etc/UTC" else None


def languages(sighting: Sighting) -> tuple[str, ...]:
    """Return the languages of a business that pages can be written in, the usual one first."""
    total = sum(n for _, n in sighting.languages)
    spoken = tuple(name for name, n in sighting.languages if n >= _SPOKEN * total)
    return spoken or ("en",)


def calling_code(where: str | None) -> str | None:
    """Return the calling code of a country."""
    import phonenumbers

    code = phonenumbers.country_code_for_region(where) if where else 0
    return str(code) if code else None


def holidays(where: str | None) -> str | None:
    """Return a country when its public holidays are known."""
    from convocommerce.errors import RulesError
    from convocommerce.opening import holiday_dates

    try:
        holiday_dates(where, [2026])
    except RulesError:
        return None
    return where
