"""What a manager reads first: three sentences, the headline figures, and what to know of them."""

from __future__ import annotations

from convocommerce.metrics import CATALOGUE
from convocommerce.notes import notes_on
from convocommerce.reports.advice import what_to_do
from convocommerce.reports.blocks import Section, Strip, Text
from convocommerce.reports.sentences import what_changed, what_moved
from convocommerce.reports.span import Span
from convocommerce.reports.tiles import tile, told_headlines


def headline(span: Span) -> Section:
    """Return what changed, what moved it and what to do, above the headline figures."""
    say = span.say
    # What makes the figures wrong or partial stands before them.
    shown = {one.headline.watched.key.partition(".")[0] for one in told_headlines(span)}
    notes = notes_on(
        span.con,
        [metric for name, metric in CATALOGUE.items() if name in shown],
        span.rules,
        span.period,
        span.as_of,
        span.language,
        is_whole=False,
    )
    warnings = [Text(note, "call") for note in notes]
    found = (what_changed(span), what_moved(span), *what_to_do(span))
    sentences = [one for one in found if one]
    strip = Strip(tuple(tile(span, one) for one in told_headlines(span)))
    after = []
    if any(one.change for one in told_headlines(span)):
        told = say(
            "{before} is what was known {n} days before the as-of, so that both are of the same "
            "age. Differences are called beyond noise when their interval leaves out 0, also when "
            "it is counted that {all} of them stand here together (Benjamini and Hochberg)."
        )
        n_changes = sum(one.change is not None for one in told_headlines(span))
        text = told.format(
            before=span.before_called(),
            n=span.write.count(span.back.days),
            all=span.write.count(n_changes),
        )
        after.append(Text(text, "note"))
    if any(row.n_open for row in span.rows("in_chat_conversion", "settled_rate")):
        told = say(
            "Conversion counts only conversations whose time to buy is over; the open ones would "
            "make it look too high, because who buys shows at once and who does not only later."
        )
        after.append(Text(told, "note"))
    return Section("headline", say("At a glance"), (*warnings, *sentences, strip, *after))
