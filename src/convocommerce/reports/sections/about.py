"""What the page is about: as-of, how far the data reach, and the rules in force."""

from __future__ import annotations

from typing import Any

from convocommerce.building import data_through
from convocommerce.charts.text import clean
from convocommerce.reports.blocks import Facts, Section
from convocommerce.reports.span import Span


def about(span: Span) -> Section:
    """Return as-of, how far each kind of data reaches, and the rules that were chosen."""
    say = span.say
    entries: list[tuple[str, tuple[str, ...]]] = [
        (say("As of"), (f"{span.moment(span.as_of)}, {span.rules.time_zone}",)),
        (say("Data through"), (" · ".join(_through(span)) or say("nothing is loaded"),)),
    ]
    chosen = tuple(_rules(span))
    entries.append((say("Rules"), chosen or (say("All rules are as they come."),)))
    return Section("about", say("About this page"), (Facts(tuple(entries)),))


def _through(span: Span) -> list[str]:
    say = span.say
    names = {
        "messages": say("messages"),
        "touchpoints": say("touchpoints"),
        "orders": say("orders"),
        "checkouts": say("checkouts"),
    }
    known = data_through(span.con, span.rules.time_zone)
    # What is written in a helpdesk's tickets are messages too.
    written = [known[table] for table in ("messages", "ticket_events") if table in known]
    if written:
        known["messages"] = max(written)
    said = [
        f"{name} {span.moment(known[table])}" for table, name in names.items() if table in known
    ]
    last_day = span.con.execute("select max(last_day) from ad_days").fetchall()[0][0]
    if last_day is not None:
        said.append(f"{say('ad figures')} {span.write.date(last_day)}")
    return said


def _rules(span: Span) -> list[str]:
    """Return the rules that differ from the defaults, in plain words."""
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
    return [
        sentences[name].format(value=_value(span, name, value))
        for name, value in span.rules.changed().items()
        if name in sentences
    ]


def _value(span: Span, name: str, value: Any) -> str:
    if isinstance(value, list | dict):
        return span.write.count(len(value))
    if isinstance(value, int | float):
        return span.write.number(value)
    return span.say(value) if name in ("unknown_app", "no_app") else clean(str(value))
