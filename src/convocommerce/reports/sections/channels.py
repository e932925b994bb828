"""The main figures of every channel."""

from __future__ import annotations

from convocommerce.reports.blocks import Section
from convocommerce.reports.cells import cut_table
from convocommerce.reports.span import Span


def channels(span: Span) -> Section:
    """Return the main figures by channel."""
    say = span.say
    columns = [
        ("conversations", "count", say("Conversations")),
        ("first_response_time", "within_5_minutes", say("Answered within 5 min")),
        ("first_response_time", "median", say("First response time, median")),
        ("in_chat_conversion", "settled_rate", say("In-chat conversion")),
        ("assisted_conversion", "settled_rate", say("Assisted conversion")),
        ("cart_abandonment", "rate", say("Cart abandonment")),
        ("conversion", "net_revenue", say("Net revenue")),
    ]
    table, _ = cut_table(span, say("The main figures by channel"), "channel", columns)
    return Section("channels", say("By channel"), (table,))
