"""Every choice of meaning, in one frozen object.

A figure is only comparable with another one made under the same rules, so they travel with every
result. Rules never change what was loaded: setting other rules builds the models anew from the
same records.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from convocommerce.calling import made_of
from convocommerce.errors import RulesError, UnknownNameError
from convocommerce.markup import html_table
from convocommerce.opening import check_opening_hours, holiday_dates
from convocommerce.opening_text import check_zone, split_zone

ROLES = ("human", "bot", "auto", "marketing")
"""Who can be behind an app that sends messages for a business."""

# Meta's own apps: the page inbox (its documentation prints the id once with a digit missing, so
# both spellings are accepted), the Instagram inbox, and the question flow of lead ads.
META_APPS: Mapping[str, str] = {
    "263902037430900": "human",
    "26390203743090": "human",
    "1217981644879628": "human",
    "413038776280800": "bot",
}

HOURS_FROM = ("rules", "helpdesk")
"""Whose opening hours count for tickets."""

SCHEDULE_MODES = ("single_at_end", "all_schedules")
"""How a wait counts whose ticket changed schedules."""

TABLES_OF_NAMES = ("hours_since", "team_hours", "senders", "told_by")
"""Rules that are tables of names and values."""

_MOST = 1_000_000
"""More than anybody means, in any unit, and less than a time can hold."""


@made_of("rule")
@dataclass(frozen=True)
class Rules:
    """The choices of meaning behind every figure.

    Attributes:
        time_zone: IANA name of the zone whose days, weeks and hours are counted.
        opening_hours: When people answer, in OpenStreetMap's notation, such as
            ``"Mo-Fr 09:00-17:30; Th 09:00-21:00; PH off"``. Windows past midnight belong to the
            day they open on.
        hours_since: Opening hours that replaced earlier ones, by the first local day on which they
            held: ``{"2026-04-01": "Mo-Fr 08:00-16:00"}``. A window belongs to the day it opens on.
        team_hours: Opening hours of those who answer elsewhere or at other times, by channel, by
            business id (a page, say) or by the helpdesk's team id; where several fit, the team's
            win over the page's and the page's over the channel's. They may begin with their own
            zone: ``{"whatsapp": "Europe/London Mo-Fr 08:00-18:00"}``.
        hours_from: ``rules``, or ``helpdesk`` when tickets follow the schedules that the helpdesk
            keeps; everything else then still follows the rules.
        schedule_mode: How a wait counts when its ticket changed schedules: ``single_at_end`` takes
            the schedule at the end of the wait for the whole of it, as helpdesks do;
            ``all_schedules`` takes each piece under the schedule then in force.
        holidays: Country, or country and part (``"NL"``, ``"DE-BY"``), whose public holidays are
            closed days; null for none.
        conversation_gap_hours: Silence that ends a conversation, unless the customer still waits
            for an answer.
        attribution_window_days: How long after the last message before it an order still counts
            as that conversation's.
        checkout_abandoned_after_minutes: Time without an order after which a checkout counts as
            abandoned (10 is the shop system's own delay).
        cart_abandoned_after_minutes: The same for a cart.
        recovered_within_days: How long an abandoned checkout can still be recovered; after that
            it is lost. Checkouts of one person closer together than this are one attempt to buy.
        quick_answer_minutes: An answer by a person within this time is called quick.
        senders: Who is behind each app that sends messages, by app id, or by app id, a colon and
            the metadata the app writes: ``{"123": "bot", "456:agent": "human"}``. The part after
            the colon matches the beginning of the metadata.
            Messages sent through WhatsApp's own interface come from the app ``whatsapp_api``.
        told_by: Which exports tell the conversations of a channel, where several do:
            ``{"messenger": "zendesk"}`` or ``{"messenger": "messenger/webhooks"}``. Messages of
            that channel from any other export are left out; what brought people is kept.
        unknown_app: Who is taken to be behind an app that is not in ``senders``. A bot, unless
            told otherwise: this way people's answer times are never flattered by a machine.
        no_app: Who is taken to be behind an outgoing message without any app id, as when an
            employee types in the platform's own app.
        automatic_reply_people: A text of the inbox that went to at least so many different
            people is an automatic (instant or away) reply when it also came fast enough.
        automatic_reply_seconds: How soon after the customer's message that is.
        clock_tolerance_seconds: What a source that numbers its messages lists after another, but
            stamps earlier by no more than this, was said at the other's time: clocks differ a
            little. Further apart the stamps are believed, since it was more likely brought in
            late; with 0 they always are.
        exclude_customers: Chat ids of test contacts and staff, left out of every figure.
        phone_country_code: Calling code put before phone numbers without one, such as ``"31"``.
        people_per_key: An e-mail address or phone number shared by more people than this is a
            shared mailbox and joins nobody.

    Raises:
        RulesError: A value is impossible; the message names the rule and the value.

    >>> Rules(time_zone="Europe/Amsterdam").attribution_window_days
    5
    >>> Rules(time_zone="Europe/Amsterdm")
    Traceback (most recent call last):
    convocommerce.errors.RulesError: time_zone 'Europe/Amsterdm' is no IANA time zone, did you...
    """

    time_zone: str = "UTC"
    opening_hours: str = "24/7"
    hours_since: Mapping[str, str] = field(default_factory=dict)
    team_hours: Mapping[str, str] = field(default_factory=dict)
    hours_from: str = "rules"
    schedule_mode: str = "single_at_end"
    holidays: str | None = None
    conversation_gap_hours: float = 24
    attribution_window_days: float = 5
    checkout_abandoned_after_minutes: float = 10
    cart_abandoned_after_minutes: float = 60
    recovered_within_days: float = 7
    quick_answer_minutes: float = 5
    senders: Mapping[str, str] = field(default_factory=dict)
    told_by: Mapping[str, str] = field(default_factory=dict)
    unknown_app: str = "bot"
    no_app: str = "human"
    automatic_reply_people: int = 5
    automatic_reply_seconds: float = 5
    clock_tolerance_seconds: float = 10
    exclude_customers: tuple[str, ...] = ()
    phone_country_code: str | None = None
    people_per_key: int = 4

    def __post_init__(self) -> None:
        check_zone(self.time_zone)
        for name in (
            "conversation_gap_hours",
            "attribution_window_days",
            "checkout_abandoned_after_minutes",
            "cart_abandoned_after_minutes",
            "recovered_within_days",
            "quick_answer_minutes",
            "automatic_reply_people",
            "people_per_key",
        ):
            value = getattr(self, name)
            if not _is_number(value) or not 0 < value <= _MOST:
                raise RulesError(
                    f"{name} is {value!r} and must be a number above 0, a million at most"
                )
        if self.conversation_gap_hours > 24 * self.attribution_window_days:
            raise RulesError(
                f"conversation_gap_hours is {self.conversation_gap_hours!r} and "
                f"attribution_window_days is {self.attribution_window_days!r}: the window for "
                "orders would close while the conversation still runs; make it at least as long "
                "as the gap"
            )
        for name in ("automatic_reply_seconds", "clock_tolerance_seconds"):
            seconds = getattr(self, name)
            if not _is_number(seconds) or not 0 <= seconds <= _MOST:
                raise RulesError(
                    f"{name} is {seconds!r} and must be a number not below 0, a million at most"
                )
        for name in TABLES_OF_NAMES:
            if not isinstance(given := getattr(self, name), Mapping):
                raise RulesError(f"{name} is {given!r} and must be a table of names and values")
        # People write ids as numbers, too.
        senders = {str(app): role for app, role in self.senders.items()}
        object.__setattr__(self, "senders", dict(sorted(senders.items())))
        for app, role in {
            **self.senders,
            "unknown_app": self.unknown_app,
            "no_app": self.no_app,
        }.items():
            if role not in ROLES:
                raise RulesError(
                    f"the sender {app!r} is set to {role!r} and must be one of {', '.join(ROLES)}"
                )
        code = self.phone_country_code
        if code is not None and not re.fullmatch("[0-9]{1,3}", str(code)):
            raise RulesError(f"phone_country_code is {code!r} and must be digits such as '31'")
        object.__setattr__(self, "phone_country_code", None if code is None else str(code))
        for channel, export in self.told_by.items():
            if not isinstance(export, str) or not re.fullmatch(r"\w+(?:/\w+)?", export):
                raise RulesError(
                    f"told_by of {channel!r} is {export!r} and must be a system such as 'zendesk' "
                    "or a kind of export such as 'messenger/webhooks'"
                )
        object.__setattr__(self, "told_by", dict(sorted(self.told_by.items())))
        customers: object = self.exclude_customers
        if not isinstance(customers, tuple | list):
            raise RulesError("exclude_customers must be a list of chat ids")
        object.__setattr__(
            self, "exclude_customers", tuple(sorted(map(str, self.exclude_customers)))
        )
        if self.holidays is not None and not isinstance(self.holidays, str):
            raise RulesError(f"holidays is {self.holidays!r} and must be a country such as 'NL'")
        holiday_dates(self.holidays, [2026])
        self._check_recovery()
        self._check_hours()

    def _check_recovery(self) -> None:
        """Refuse a time to recover in that is over before anything counts as abandoned."""
        for name in ("checkout_abandoned_after_minutes", "cart_abandoned_after_minutes"):
            if (minutes := getattr(self, name)) >= (days := self.recovered_within_days) * 24 * 60:
                raise RulesError(
                    f"{name} is {minutes!r} and recovered_within_days {days!r}: what is lost by "
                    "then was never abandoned, so make the first shorter or the second longer"
                )

    def _check_hours(self) -> None:
        check_opening_hours(self.opening_hours, self.holidays)
        for name, known in (("hours_from", HOURS_FROM), ("schedule_mode", SCHEDULE_MODES)):
            if (value := getattr(self, name)) not in known:
                raise RulesError(f"{name} is {value!r} and must be one of {', '.join(known)}")
        for name in ("hours_since", "team_hours"):
            hours = {str(key): text for key, text in getattr(self, name).items()}
            for key, text in hours.items():
                rule = f"{name} of {key!r}"
                if name == "hours_since" and not _is_day(key):
                    raise RulesError(f"{rule} must be of a day such as '2026-04-01'")
                written = split_zone(text, self.time_zone, rule)[1]
                check_opening_hours(written, self.holidays, rule)
            object.__setattr__(self, name, dict(sorted(hours.items())))

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Make rules from plain values, as stored in a file.

        Raises:
            UnknownNameError: A key is no rule.
            RulesError: A value is impossible.
        """
        known = [rule.name for rule in dataclasses.fields(cls)]
        for name in values:
            if name not in known:
                raise UnknownNameError("rule", name, known)
        plain = dict(values)
        if isinstance(customers := plain.get("exclude_customers"), list):
            plain["exclude_customers"] = tuple(str(one) for one in customers)
        return cls(**plain)

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """Read rules from a TOML file with one key per rule.

        Raises:
            UnknownNameError: A key is no rule.
            RulesError: The file is not there or not TOML, or a value is impossible.
        """
        try:
            values = tomllib.loads(Path(path).read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise RulesError(f"{path} is not a TOML file: {error}") from None
        except OSError as error:
            raise RulesError(f"{path} cannot be read: {error.strerror}") from None
        return cls.from_dict(values)

    def to_dict(self) -> dict[str, Any]:
        """Return the rules as plain values, in order."""
        return {
            rule.name: list(value)
            if isinstance(value := getattr(self, rule.name), tuple)
            else value
            for rule in dataclasses.fields(self)
        }

    def to_toml(self) -> str:
        """Return the rules as a TOML file that ``from_toml`` reads; rules without value left out.

        >>> print(Rules(senders={"123": "bot"}).to_toml().splitlines()[-1])
        "123" = "bot"
        """
        plain = self.to_dict()
        sections = {name: plain.pop(name) for name in TABLES_OF_NAMES}
        # TOML's numbers, texts and lists are written as in JSON.
        lines = [f"{name} = {json.dumps(one)}" for name, one in plain.items() if one is not None]
        for name, section in sections.items():
            if section:
                lines += ["", f"[{name}]", *(_toml(*item) for item in section.items())]
        return "\n".join(lines) + "\n"

    def _repr_html_(self) -> str:
        chosen = self.changed()
        rows = [
            (name.replace("_", " "), _shown(value), "chosen" if name in chosen else "as it comes")
            for name, value in self.to_dict().items()
        ]
        return html_table(("rule", "in force", ""), rows)

    def fingerprint(self) -> str:
        """Return a short text that is the same for equal rules and differs otherwise."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:16]

    def apps(self) -> dict[str, str]:
        """Return who is behind each app, the platform's own apps included."""
        return {**META_APPS, **self.senders}

    def changed(self) -> dict[str, Any]:
        """Return the rules that differ from the defaults."""
        defaults = Rules().to_dict()
        return {name: value for name, value in self.to_dict().items() if value != defaults[name]}


def _toml(key: str, value: str) -> str:
    # TOML's quoted texts are written as in JSON, except that it knows no pairs of surrogates.
    return " = ".join(json.dumps(one, ensure_ascii=False) for one in (key, value))


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def _is_day(text: str) -> bool:
    """Return whether a text is a day such as ``2026-04-01``."""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _shown(value: Any) -> str:
    """Write a rule for people: tables of names as pairs, and a dash where there is none."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {one}" for name, one in value.items()) or "–"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value) or "–"
    return "–" if value is None else str(value)
