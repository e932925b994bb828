"""What every figure means."""

from __future__ import annotations

from convocommerce.metrics import metric_named
from convocommerce.reports.blocks import Facts, Section
from convocommerce.reports.span import Span

METRICS = (
    "conversations",
    "first_response_time",
    "in_chat_conversion",
    "assisted_conversion",
    "conversion",
    "cart_abandonment",
)
"""The metrics on the page."""


def definitions(span: Span) -> Section:
    """Return the meaning of every metric on the page, and how the page is to be read."""
    say = span.say
    entries: list[tuple[str, tuple[str, ...]]] = []
    for name in METRICS:
        metric = metric_named(name)
        opened = f"{say('Open')}: {say(metric.open_means)}."
        told = [say(metric.meaning), opened, say(metric.definition), say(metric.excludes)]
        if metric.while_open:
            told.append(say(metric.while_open))
        entries.append((say(metric.title), tuple(told)))
    entries += [
        (
            say("Interval"),
            (
                say(
                    "The range in brackets holds the true value in 95 of 100 such weeks. The fewer "
                    "a figure rests on (n), the wider it is."
                ),
            ),
        ),
        (
            say("Beyond noise"),
            (
                say(
                    "The interval of the difference leaves out 0. Of twenty figures that did not "
                    "change, one is marked by chance."
                ),
            ),
        ),
        (
            say("Same age"),
            (
                say(
                    "Orders come in for days after a conversation, and those who buy are known "
                    "sooner than those who do not. While conversations are open, a conversion is "
                    "too high; it is fair only beside a week of the same age."
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
    return Section("definitions", say("What the figures mean"), (Facts(tuple(entries), True),))
