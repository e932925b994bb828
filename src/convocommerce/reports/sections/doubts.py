"""What could make figures wrong: how much of it there is, and what to do about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from convocommerce.building import UNNAMED_SENDER
from convocommerce.insights import count_skews, restatements
from convocommerce.reports.blocks import Block, Cell, Facts, TableBlock, Text
from convocommerce.reports.cells import figure_cell, name_cell, own_figure
from convocommerce.reports.span import Span

_SOME, _MANY = 0.01, 0.5


@dataclass(frozen=True)
class _Doubt:
    """One thing looked at.

    Attributes:
        name: Its name among the figures.
        title: What was looked for.
        n: How often it was found.
        of: Among how many; null for what is no part of anything.
        most: The largest share (or count, without ``of``) that is fit; null when it is always so.
        advice: What to do when it is not.
    """

    name: str
    title: str
    n: int
    of: int | None
    most: float | None
    advice: str = ""

    @property
    def is_fit(self) -> bool:
        """Whether figures can be trusted in spite of it."""
        if self.most is None:
            return True
        return self.n <= self.most * (1 if self.of is None else self.of)


_COUNTS = {
    "outgoing": """
        select count(*) from messages
        where direction = 'out' and sent_at >= $first and sent_at < $last and sent_at <= $as_of
    """,
    "unknown_app_messages": f"""
        select count(*) from messages
        where {UNNAMED_SENDER}
            and sent_at >= $first and sent_at < $last and sent_at <= $as_of
    """,
    "failed": """
        select count(*) from messages
        where direction = 'out' and sent_at >= $first and sent_at < $last and sent_at <= $as_of
            and (
                coalesce(is_failed, false)
                or (channel, message_id) in (
                    select (channel, message_id) from deliveries
                    where status = 'failed' and happened_at <= $as_of
                )
            )
    """,
    "spoken": """
        select count(*) from conversation_messages
        where role not in ('handoff', 'close', 'customer')
            and sent_at >= $first and sent_at < $last and sent_at <= $as_of
    """,
    "automatic": """
        select count(*) from conversation_messages
        where role = 'auto' and sent_at >= $first and sent_at < $last and sent_at <= $as_of
    """,
    "conversations": """
        select count(*) from conversations
        where started_at >= $first and started_at < $last and started_at <= $as_of
    """,
    "cut_off": """
        select count(*) from conversations
        where is_cut_off and started_at >= $first and started_at < $last and started_at <= $as_of
    """,
    "checkouts": """
        select count(*) from checkouts
        where created_at >= $first and created_at < $last and created_at <= $as_of
    """,
    "orders": """
        select count(*) from orders
        where created_at >= $first and created_at < $last and created_at <= $as_of
    """,
    "untied": """
        select count(*)
        from orders
        join order_contacts using (platform, order_id)
        where order_contacts.match_rule = 'none'
            and orders.created_at >= $first and orders.created_at < $last
            and orders.created_at <= $as_of
    """,
    "accounts": """
        select count(distinct (channel, business_id, customer_id)) from wrote
    """,
    "excluded_accounts": """
        select count(distinct (channel, business_id, customer_id)) from wrote
        where customer_id in (select customer_id from excluded_customers)
    """,
}
_WROTE = """
with said as (
    select channel, business_id, customer_id, sent_at from messages
    union all
    select tickets.channel, tickets.business_id, tickets.customer_id, events.happened_at
    from ticket_events as events
    join tickets using (platform, ticket_id)
    where events.kind in ('text', 'attachment')
),
wrote as (
    from said where sent_at >= $first and sent_at < $last and sent_at <= $as_of
)
"""
_ALL_DATA = {
    "incomplete": "select count(distinct file) from load_files where is_incomplete",
    "dropped_keys": "select count(*) from dropped_keys",
}


def doubts(span: Span, read: int, quarantined: int) -> list[Block]:
    """Return everything that could make figures wrong, and what to do where it does.

    Args:
        span: The days the page is about.
        read: Documents of all data.
        quarantined: Those of them that could not be understood.
    """
    say = span.say
    found = _found(span, read, quarantined)
    lines = tuple(_line(span, one) for one in found)
    headings = (say("What"), "n", say("Of"), say("Share"), say("Judgement"))
    note = say(
        "Counts of what was loaded and no sample, so they have no interval. Of these days, except "
        "where it says all data."
    )
    blocks: list[Block] = [TableBlock(say("Seen, doubted and left out"), headings, lines, note)]
    unfit = tuple((one.title, (one.advice,)) for one in found if not one.is_fit)
    if unfit:
        blocks.append(Facts(unfit, title=say("What to do about it")))
    else:
        blocks.append(Text(say("Nothing here asks for anything to be done."), "note"))
    return blocks


def _found(span: Span, read: int, quarantined: int) -> list[_Doubt]:
    say = span.say
    window = {"first": span.first, "last": span.last, "as_of": span.as_of}
    counts = {name: _run(span, sql, window) for name, sql in _COUNTS.items()}
    counts |= {name: _run(span, sql, {}) for name, sql in _ALL_DATA.items()}
    skews = count_skews(span.con, span.first, min(span.last, span.as_of))
    told = restatements(span.con, span.period)
    return [
        _Doubt(
            "untied_orders",
            say("Orders that nothing links to a chat"),
            counts["untied"],
            counts["orders"],
            _MANY,
            say(
                "Send people from the chat to the shop by links that carry the chat's id, and load "
                "the shop's customers with their e-mail addresses and phone numbers. Until then "
                "conversion and revenue of chats are too low."
            ),
        ),
        _Doubt(
            "checkouts",
            say("Checkouts seen"),
            counts["checkouts"],
            None,
            None,
        ),
        _Doubt(
            "unknown_app_messages",
            say("Messages from apps that the rules do not name"),
            counts["unknown_app_messages"],
            counts["outgoing"],
            0,
            say(
                "Say in Rules.senders whether each of these apps is a person's or a bot's. Until "
                "then they are taken for what Rules.unknown_app says, and answers may be counted "
                "wrongly."
            ),
        ),
        _Doubt(
            "cut_off_conversations",
            say("Conversations whose beginning an export leaves out"),
            counts["cut_off"],
            counts["conversations"],
            _SOME,
            say(
                "Load an export that reaches further back. Until then no first response time is "
                "known of them."
            ),
        ),
        _Doubt(
            "clock_order",
            say("Messages stamped earlier than what their export lists before them"),
            skews.order,
            skews.ordered,
            _SOME,
            say(
                "Look at the clock of the system that writes the export. Waits are read by the "
                "times, and some of them are wrong."
            ),
        ),
        _Doubt(
            "clock_ahead",
            say("Messages dated after they were loaded"),
            skews.ahead,
            skews.messages,
            0,
            say(
                "Look at the clock or the time zone of the system that writes the export, and load "
                "it again."
            ),
        ),
        _Doubt(
            "excluded_accounts",
            say("Chat accounts left out by rule"),
            counts["excluded_accounts"],
            counts["accounts"],
            None,
        ),
        _Doubt(
            "automatic_messages",
            say("Automatic replies, which answer nobody"),
            counts["automatic"],
            counts["spoken"],
            None,
        ),
        _Doubt(
            "failed_messages",
            say("Messages that were refused or never delivered"),
            counts["failed"],
            counts["outgoing"],
            2 * _SOME,
            say(
                "Look at what the platform gives as its reason; such messages answer nobody, and "
                "their customers still wait."
            ),
        ),
        _Doubt(
            "restated_ad_days",
            say("Ad days told in more than one way"),
            sum(one.restated for one in told),
            sum(one.ad_days for one in told),
            None,
        ),
        _Doubt(
            "quarantined_documents",
            say("Documents that could not be understood (all data)"),
            quarantined,
            read,
            _SOME,
            say("Look at the reasons below. What these documents hold is in no figure."),
        ),
        _Doubt(
            "incomplete_files",
            say("Files that end in the middle (all data)"),
            counts["incomplete"],
            None,
            0,
            say("Fetch these files again and load them; what was cut off is in no figure."),
        ),
        _Doubt(
            "dropped_keys",
            say("Keys shared by too many people to join anybody (all data)"),
            counts["dropped_keys"],
            None,
            None,
        ),
    ]


def _line(span: Span, one: _Doubt) -> tuple[Cell, ...]:
    say = span.say

    def cell(statistic: str, unit: str, value: float | None, n: int) -> Cell:
        if value is None:
            return Cell("–", is_quiet=True)
        figure = own_figure(span, "quality", statistic, unit, value, n)
        return figure_cell(span, figure, is_brief=True)

    share = one.n / one.of if one.of else None
    judgement = say("fine") if one.is_fit else say("look at it")
    return (
        name_cell(one.title),
        cell(one.name, "count", one.n, one.n),
        cell(f"{one.name}_of", "count", one.of, one.of or 0),
        cell(f"{one.name}_share", "share", share, one.of or 0),
        Cell(judgement, is_quiet=one.is_fit),
    )


def _run(span: Span, sql: str, window: dict[str, dt.datetime]) -> int:
    common = _WROTE if "from wrote" in sql else ""
    return int(span.con.execute(common + sql, window).fetchall()[0][0])
