"""What every figure means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convocommerce.charts.text import clean
from convocommerce.metrics import CATALOGUE
from convocommerce.reports.blocks import Facts, Section, Text
from convocommerce.reports.meanings import changed_since, definitions_of
from convocommerce.reports.span import Span
from convocommerce.wording import Say

METRICS = (
    "conversations",
    "first_response_time",
    "in_chat_conversion",
    "assisted_conversion",
    "conversion",
    "cart_abandonment",
    "next_reply_time",
    "requester_wait",
    "resolution_time",
)
"""The metrics of the headline figures and the cuts beneath them."""


def definitions(span: Span) -> Section:
    """Return the meaning of every metric on the page, and how the page is to be read."""
    say = span.say
    entries: list[tuple[str, tuple[str, ...]]] = []
    anchors = []
    for name, metric in CATALOGUE.items():
        if name not in span.asked:
            continue
        opened = f"{say('Open')}: {say(metric.open_means)}."
        told = [say(metric.meaning), opened, say(metric.definition), say(metric.excludes)]
        if metric.while_open:
            told.append(say(metric.while_open))
        entries.append((say(metric.title), tuple(told)))
        anchors.append(f"meaning-{name}")
    entries.append((say("Questions lost at closed windows"), _lost(span)))
    anchors.append("meaning-reply_windows")
    entries += [
        (
            say("Interval"),
            (
                say(
                    "The range in brackets is made so that it holds the true value in 95 of 100 "
                    "cases. The fewer a figure rests on (n), the wider it is."
                ),
            ),
        ),
        (
            say("Beyond noise"),
            (
                say(
                    "The interval of the difference leaves out 0, also when it is counted how many "
                    "differences stand together (Benjamini and Hochberg). Of what is marked so, "
                    "one in twenty at most is chance, on average."
                ),
            ),
        ),
        (
            say("Same age"),
            (
                say(
                    "Orders come in for days after a conversation, and those who buy are known "
                    "sooner than those who do not. While conversations are open, a conversion is "
                    "too high; it is fair only beside days of the same age."
                ),
            ),
        ),
        (
            say("Small groups"),
            (
                say("Figures that rest on fewer than {n} are not shown.").format(
                    n=span.options.smallest_group
                ),
            ),
        ),
    ]
    anchors += [""] * (len(entries) - len(anchors))
    facts = Facts(tuple(entries), is_long=True, anchors=tuple(anchors))
    return Section("definitions", say("What the figures mean"), (*_changes(span), facts))


def _lost(span: Span) -> tuple[str, ...]:
    say = span.say
    return (
        say(
            "Share of the questions that were asked in these days whose window closed before "
            "anybody, a person or a bot, had answered."
        ),
        say("Open: questions without an answer whose window has not closed yet."),
        say(
            "On some channels a business may write to a person only for some time after that "
            "person wrote. Questions on channels without such windows are not counted."
        ),
    )


def _changes(span: Span) -> list[Text | Facts]:
    """Return what changed in the definitions since the page before, if that is known."""
    say = span.say
    if span.previous is None:
        return []
    title = say("Changed in the definitions since the page before")
    changed = changed_since(span.previous, definitions_of(span.asked, span.rules))
    if not changed:
        return [Text(f"{title}: {say('nothing')}.", "note")]
    entries: list[tuple[str, tuple[str, ...]]] = [
        (heading, (", ".join(_title(say, name) for name in names),))
        for heading, names in (
            (say("Defined in another way"), changed.redefined),
            (say("New on the page"), changed.added),
            (say("No more on the page"), changed.removed),
        )
        if names
    ]
    if changed.rules:
        told = tuple(
            say("{rule}: was {before}, is {now}.").format(
                rule=name, before=_said(span, before), now=_said(span, now)
            )
            for name, (before, now) in changed.rules.items()
        )
        entries.append((say("Rules"), told))
    return [Facts(tuple(entries), title=title)]


def _title(say: Say, name: str) -> str:
    return say(CATALOGUE[name].title) if name in CATALOGUE else clean(name)


def _said(span: Span, value: Any) -> str:
    """Write a rule's value; of tables and lists how many entries they have."""
    if isinstance(value, Mapping):
        return span.say("{n} entries").format(n=span.write.count(value.get("n")))
    if value is None:
        return span.say("nothing")
    return clean(str(value))
