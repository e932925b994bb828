"""What the page is about: as-of, how far the data reach, and the rules in force."""

from __future__ import annotations

import datetime as dt
from typing import Any

from convocommerce.charts.text import clean
from convocommerce.reports.blocks import Facts, Section
from convocommerce.reports.freshness import Fresh, freshness
from convocommerce.reports.span import Span

_LATE = dt.timedelta(days=2)
# A day's figures are whole when the day is over.
_LATE_DAY = dt.timedelta(days=3)


def about(span: Span) -> Section:
    """Return as-of, how fresh every source is, the rules that were chosen and the build."""
    say = span.say
    chosen = tuple(_rules(span))
    entries: list[tuple[str, tuple[str, ...]]] = [
        (say("As of"), (f"{span.moment(span.as_of)}, {span.rules.time_zone}",)),
        (say("Rules"), chosen or (say("All rules are as they come."),)),
        (say("Build"), (span.build,)),
    ]
    blocks = (Facts(tuple(entries)), _freshness(span))
    return Section("about", say("Data, rules and build"), blocks, is_folded=True)


def fresh_line(span: Span) -> str:
    """Return in one line up to when the data reach, and which source lags behind."""
    say, found = span.say, _fresh(span)
    known = [one.last_at for one in found if one.last_at]
    if not known:
        return say("nothing is loaded")
    line = say("Data up to {moment}").format(moment=span.moment(max(known)))
    late = [one.title for one in found if _is_late(span, one)]
    if late:
        line += "; " + say("behind: {sources}").format(sources=clean(", ".join(late)))
    return line


def _fresh(span: Span) -> list[Fresh]:
    return span.once("fresh", lambda: freshness(span.con, span.rules.time_zone, span.as_of))


def _is_late(span: Span, one: Fresh) -> bool:
    """Tell whether a source's last record is so old that something may be missing."""
    age = one.age(span.as_of)
    return age is None or age > _LATE_DAY if one.is_day else age is None or age > _LATE


def _freshness(span: Span) -> Facts:
    """Return of every source its last record, how old that is, and when it was loaded last."""
    say = span.say
    entries = []
    for one in _fresh(span):
        told = [_last(span, one), _loaded(span, one)]
        if _is_late(span, one):
            told.append(
                say(
                    "Behind: nobody may have written for more than two days, or an export may be "
                    "missing."
                )
            )
        entries.append((clean(one.title), tuple(filter(None, told))))
    if not entries:
        entries.append((say("Data"), (say("nothing is loaded"),)))
    return Facts(tuple(entries), title=say("How fresh the data are"))


def _last(span: Span, one: Fresh) -> str:
    say, age = span.say, one.age(span.as_of)
    if one.last_at is None or age is None:
        return say("No record up to the as-of.")
    if one.is_day:
        return say("Last day: {day}.").format(day=span.write.date(one.last_at.date()))
    return say("Last record {moment}, {age} before the as-of.").format(
        moment=span.moment(one.last_at), age=span.write.duration(age.total_seconds())
    )


def _loaded(span: Span, one: Fresh) -> str:
    if one.loaded_at is None:
        return ""
    if one.loaded_at > span.as_of:
        # The clock of a later load is no part of what was known at the as-of.
        return span.say("Last loaded after the as-of.")
    return span.say("Last loaded {moment}.").format(moment=span.moment(one.loaded_at))


def _rules(span: Span) -> list[str]:
    """Return the rules that differ from the defaults, in plain words."""
    told = (rule_text(span, name, value) for name, value in span.rules.changed().items())
    return [one for one in told if one]


def rule_text(span: Span, name: str, value: Any) -> str:
    """Return a rule with its value in plain words; nothing for one that no page speaks of."""
    say = span.say
    sentences = {
        "time_zone": say("Days and hours are those of {value}."),
        "opening_hours": say("Opening hours: {value}."),
        "holidays": say("Public holidays of {value} are closed days."),
        "conversation_gap_hours": say("A conversation ends after {value} hours of silence."),
        "attribution_window_days": say(
            "An order counts for a conversation up to {value} days after its last message."
        ),
        "checkout_abandoned_after_minutes": say(
            "A checkout is abandoned after {value} minutes without an order."
        ),
        "cart_abandoned_after_minutes": say(
            "A cart is abandoned after {value} minutes without an order."
        ),
        "recovered_within_days": say("An abandoned cart can be recovered for {value} days."),
        "quick_answer_minutes": say("An answer within {value} minutes is quick."),
        "senders": say("For {value} apps it is set who sends through them."),
        "unknown_app": say("Apps that are not named are taken for: {value}."),
        "no_app": say("Messages sent without an app are taken for: {value}."),
        "automatic_reply_people": say(
            "A text sent to {value} people or more is an automatic reply, if it came fast enough."
        ),
        "automatic_reply_seconds": say("Automatic replies come within {value} seconds."),
        "clock_tolerance_seconds": say(
            "Where a system numbers its messages, clocks may be {value} seconds apart."
        ),
        "exclude_customers": say("{value} chat accounts are left out of every figure."),
        "phone_country_code": say("Phone numbers without a country code begin with +{value}."),
        "people_per_key": say(
            "An e-mail address or phone number shared by more than {value} people joins nobody."
        ),
    }
    return sentences[name].format(value=_value(span, name, value)) if name in sentences else ""


def _value(span: Span, name: str, value: Any) -> str:
    if isinstance(value, list | dict):
        return span.write.count(len(value))
    if isinstance(value, int | float):
        return span.write.number(value)
    return span.say(value) if name in ("unknown_app", "no_app") else clean(str(value))
