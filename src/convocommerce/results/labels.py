"""How values, columns and captions of a result are written for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from convocommerce.charts.text import clean
from convocommerce.formatting import Formatter
from convocommerce.measuring import Question, Row
from convocommerce.metrics import Dimension
from convocommerce.periods import Period
from convocommerce.rules import Rules
from convocommerce.wording import wording

# Words that the package itself gives to groups; everything else is a name out of the data.
OWN_WORDS = frozenset(
    {
        "none",
        "unnamed",
        "organic",
        "unknown",
        "ad",
        "link",
        "shop",
        "post",
        "chat_plugin",
        "lead_form",
        "sponsored_message",
        "inbox_ad",
        "other",
        "human",
        "bot",
        "new",
        "returning",
        "within 5 min",
        "5 to 15 min",
        "15 to 60 min",
        "1 to 24 h",
        "after 24 h",
        "not answered",
        "answered quickly",
        "answered late",
        "no conversation",
        "email",
        "web_chat",
        "web_form",
        "phone",
        "sms",
        "apple",
        "google_rcs",
        "api",
    }
)

# Names of campaigns, ads and employees come out of the data, except where there is none.
_NAMED_IN_DATA = frozenset({"campaign", "ad", "agent"})
_ABSENT = frozenset({"none", "unknown", "unnamed", "no conversation"})

_BRANDS = ("Instagram", "LINE", "Messenger", "Telegram", "Viber", "WeChat", "WhatsApp", "X")
BRANDS = {name.lower(): name for name in _BRANDS}
"""How channels that are brands write their names."""


def group_label(dimension: Dimension, value: Any, language: str) -> str:
    """Write one value of a column; names out of the data lose what is no text.

    >>> from convocommerce.metrics import dimension_named
    >>> group_label(dimension_named("week"), dt.date(2026, 3, 2), "en")
    'week 10, 2026'
    >>> group_label(dimension_named("campaign"), "new", "nl")
    'new'
    """
    write, say = Formatter(language), wording(language)
    match dimension.name, value:
        case "day", dt.date():
            return write.date(value)
        case "week", dt.date():
            return write.week(value)
        case "month", dt.date():
            return write.month(value)
        case "hour", int():
            return f"{value:02d}:00"
        case "weekday", int():
            return write.weekday(value - 1)
        case "channel", str() if value in BRANDS:
            return BRANDS[value]
        case name, str() if name in _NAMED_IN_DATA and value not in _ABSENT:
            return clean(value)
        case _, str() if value in OWN_WORDS:
            return say(value.replace("_", " "))
    return clean(str(value))


def row_name(dimension: Dimension, value: Any, language: str) -> str:
    """Write one value of a column as the name of a row: our words begin with a capital.

    >>> from convocommerce.metrics import dimension_named
    >>> row_name(dimension_named("entry_point"), "organic", "en")
    'Organic'
    >>> row_name(dimension_named("ad"), "iPhone cases", "en")
    'iPhone cases'
    """
    label = group_label(dimension, value, language)
    if dimension.name in _NAMED_IN_DATA and value not in _ABSENT:
        return label
    return label[:1].upper() + label[1:]


def figure_text(row: Row, language: str) -> tuple[str, str, str]:
    """Write a figure, its interval (or nothing) and what it rests on."""
    write, say = Formatter(language), wording(language)
    value = write.value(row.value, row.unit)
    if row.beyond is not None:
        value = f"> {write.value(row.beyond, row.unit)}"
    interval = ""
    is_known = row.value is not None or row.beyond is not None
    if is_known and (row.low is not None or row.high is not None):
        interval = write.interval(row.low, row.high, row.unit)
    rests = f"n = {write.count(row.n)}"
    if row.n_open:
        rests += f", {write.count(row.n_open)} {say('open')}"
    return value, interval, rests


def caption(
    question: Question, period: Period | None, rules: Rules, as_of: dt.datetime, language: str
) -> str:
    """Write what a figure means, under which rules and as of when."""
    say, write = wording(language), Formatter(language)
    metric = question.metric
    chosen = ", ".join(f"{say(name)}: {say(choice)}" for name, choice in question.options.items())
    local = as_of.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(rules.time_zone))
    if period is None:
        days = say("All days")
    else:
        days = f"{write.date(period.start)} – {write.date(period.end - dt.timedelta(days=1))}"
    parts = [
        say(metric.meaning),
        f"{say('Open')}: {say(metric.open_means)}.",
        f"{chosen[:1].upper()}{chosen[1:]}." if chosen else "",
        f"{days}, {rules.time_zone}; {say('as of')} {write.date(local.date())} {local:%H:%M}.",
        say("Intervals are 95%."),
    ]
    return " ".join(part for part in parts if part)


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Return lines of cells with their columns aligned.

    >>> print(aligned([["a", "value"], ["long", "1"]]))
    a     value
    long  1
    """
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
