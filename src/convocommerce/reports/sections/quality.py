"""What the figures rest on: documents, links, and what was left out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from convocommerce.building import UNNAMED_SENDER
from convocommerce.metrics import dimension_named, metric_named
from convocommerce.notes import limits_on
from convocommerce.reports.blocks import Block, Cell, Facts, Section, TableBlock
from convocommerce.reports.cells import (
    count_figure,
    figure_cell,
    hidden_cell,
    name_cell,
    small_groups_note,
)
from convocommerce.reports.sections.definitions import METRICS
from convocommerce.reports.span import Span
from convocommerce.sources import known_sources
from convocommerce.wording import Say

# The same file may be loaded more than once; its first load says what became of it.
_DOCUMENTS = """
with known as (
    select *, row_number() over (
        partition by coalesce(sha256, file) order by load_id, file
    ) as times
    from load_files
)
select
    source, kind, count(*), sum(n_read)::bigint, sum(n_loaded)::bigint, sum(n_duplicate)::bigint,
    sum(n_ignored)::bigint, sum(n_quarantined)::bigint
from known
where times = 1 and source is not null
group by source, kind
order by source, kind
"""
_ORDERS = """
select order_contacts.match_rule, count(*)
from orders
join order_contacts using (platform, order_id)
where orders.created_at >= $first and orders.created_at < $last and orders.created_at <= $as_of
group by all
"""
# What the page's figures are cut by: bots and people each have a clock.
_CUTS = ("channel", "entry_point", "campaign", "first_responder")
_COUNTS = {
    "unknown_app_messages": f"""
        select count(*) from messages
        where {UNNAMED_SENDER}
            and sent_at >= $first and sent_at < $last and sent_at <= $as_of
    """,
    "checkouts": """
        select count(*) from checkouts
        where created_at >= $first and created_at < $last and created_at <= $as_of
    """,
    "excluded_accounts": """
        with wrote as (
            select channel, business_id, customer_id, sent_at from messages
            union all
            select tickets.channel, tickets.business_id, tickets.customer_id, events.happened_at
            from ticket_events as events
            join tickets using (platform, ticket_id)
            where events.kind in ('text', 'attachment')
        )
        select count(distinct (channel, business_id, customer_id)) from wrote
        where customer_id in (select customer_id from excluded_customers)
            and sent_at >= $first and sent_at < $last and sent_at <= $as_of
    """,
}


def quality(span: Span) -> Section:
    """Return what was read, how orders were linked, and what was left out."""
    blocks: list[Block] = [_documents(span), _orders(span), _left_out(span), *_limits(span)]
    return Section("quality", span.say("What the figures rest on"), tuple(blocks))


def _documents(span: Span) -> TableBlock:
    say = span.say
    titles = {
        f"{source.name}/{kind.name}": say(kind.title)
        for source in known_sources()
        for kind in source.kinds
    }
    lines = []
    for source, kind, *numbers in span.con.execute(_DOCUMENTS).fetchall():
        names = ("files", "read", "loaded", "duplicate", "ignored", "quarantined")
        cells = [
            _count(span, "documents", name, n, {"source": source, "kind": kind})
            for name, n in zip(names, numbers, strict=True)
        ]
        name = f"{source}/{kind}"
        lines.append((name_cell(titles.get(name, name)), *cells))
    headings = (
        say("Export"),
        say("Files"),
        say("Read"),
        say("Loaded"),
        say("Duplicate"),
        say("Ignored"),
        say("Quarantined"),
    )
    note = say(
        "Documents of all exports loaded so far. Ignored ones hold nothing to count; quarantined "
        "ones could not be understood and are kept aside."
    )
    return TableBlock(say("Documents"), headings, tuple(lines), note)


def link_words(say: Say) -> dict[str, str]:
    """Return how each match rule is called, the surest first."""
    return {
        "chat_id": say("by the chat's own id"),
        "person": say("by the customer's id in the helpdesk"),
        "token": say("by a cart or checkout token"),
        "payment": say("by the id of a payment"),
        "link": say("by a link sent in the chat"),
        "shop_customer": say("by the shop's customer id"),
        "email": say("by e-mail address"),
        "phone": say("by phone number"),
        "typed_email": say("by an e-mail address typed in the chat"),
        "typed_phone": say("by a phone number typed in the chat"),
        "code": say("by a discount code given in the chat"),
        "ref": say("by the parameter of a link"),
        "none": say("not linked to a chat"),
    }


def _orders(span: Span) -> TableBlock:
    say = span.say
    rules = link_words(say)
    found = dict(span.con.execute(_ORDERS, _window(span)).fetchall())
    known = [rule for rule in rules if rule in found]
    cells = [_count(span, "orders", "count", found[rule], {"match_rule": rule}) for rule in known]
    whys = span.hidden([cell.figure.row if cell.figure else None for cell in cells])
    lines = [
        (name_cell(rules[rule]), hidden_cell(span, why) if why else cell)
        for rule, cell, why in zip(known, cells, whys, strict=True)
    ]
    total = sum(found.values())
    cell = _count(span, "orders", "count", total, {})
    lines.append((name_cell(say("all")), hidden_cell(span, "few") if span.is_few(total) else cell))
    note = say("An order that is not linked converts nothing; it is never guessed.")
    small = small_groups_note(span, (one for line in lines for one in line))
    headings = (say("Orders placed this week, linked to a contact"), "n")
    table_note = " ".join(filter(None, (note, small)))
    return TableBlock(say("Orders and chats"), headings, tuple(lines), table_note)


def _left_out(span: Span) -> TableBlock:
    say = span.say
    titles = {
        "unknown_app_messages": say("Messages this week from apps that the rules do not name"),
        "checkouts": say("Checkouts seen this week"),
        "excluded_accounts": say("Chat accounts that wrote this week and are left out by rule"),
    }
    lines = []
    for name, sql in _COUNTS.items():
        n = _run(span, sql)
        lines.append((name_cell(titles[name]), _count(span, "quality", name, n, {})))
    dropped = span.con.execute("select count(*) from dropped_keys").fetchall()[0][0]
    title = say("Keys shared by too many people to join anybody (all data)")
    lines.append((name_cell(title), _count(span, "quality", "dropped_keys", dropped, {})))
    return TableBlock(say("Seen and left out"), (say("What"), "n"), tuple(lines))


def _limits(span: Span) -> list[Facts]:
    """Return what the exports cannot tell of what the page's figures rest on."""
    topics = {topic for name in METRICS for topic in metric_named(name).rests_on}
    topics |= {topic for name in _CUTS for topic in dimension_named(name).rests_on}
    limits = limits_on(span.con, topics | {"ads"}, span.as_of, span.language)
    return [Facts(limits, title=span.say("What the exports cannot tell"))] if limits else []


def _count(span: Span, metric: str, name: str, n: int, group: dict[str, Any]) -> Cell:
    figure = count_figure(span, metric, name, float(n), group=group)
    return figure_cell(span, figure, is_brief=True)


def _run(span: Span, sql: str) -> int:
    return int(span.con.execute(sql, _window(span)).fetchall()[0][0])


def _window(span: Span) -> dict[str, dt.datetime]:
    """Return the first and last instant of the week and the as-of, in UTC."""
    return {"first": span.first, "last": span.last, "as_of": span.as_of}
