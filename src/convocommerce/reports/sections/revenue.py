"""What paid orders brought, by what conversations had to do with them."""

from __future__ import annotations

from itertools import groupby

from convocommerce.charts import Part, Stacks
from convocommerce.insights import Revenue, revenue_by_outcome
from convocommerce.measuring import Row
from convocommerce.reports.blocks import Block, Cell, Section, TableBlock, Text
from convocommerce.reports.cells import (
    figure_cell,
    hidden_cell,
    name_cell,
    own_figure,
    pictured,
    small_groups_note,
)
from convocommerce.reports.span import Span


def revenue(span: Span) -> Section:
    """Return gross, refunds and net by outcome, each currency by itself."""
    say = span.say
    found = revenue_by_outcome(span.con, span.period, span.as_of, where=span.subject.where or None)
    blocks: list[Block] = [
        _currency(span, currency, list(rows))
        for currency, rows in groupby(found, lambda one: one.currency)
    ]
    if not blocks:
        told = (
            say("No paid order was placed in these days.")
            if span.con.execute("select count(*) from orders").fetchall()[0][0]
            else say("No orders are loaded, so it is not known what was bought.")
        )
        return Section("revenue", say("What orders brought"), (Text(told, "note"),))
    told = say(
        "Orders count here on the day they were placed, so that those without a conversation count "
        "too. Conversion and its net revenue count by the day a conversation began. A sum has no "
        "interval."
    )
    return Section("revenue", say("What orders brought"), (*blocks, Text(told, "note")))


def _currency(span: Span, currency: str | None, found: list[Revenue]) -> Block:
    say = span.say
    # An amount whose currency nobody told is a number, never a guess.
    unit = currency or "number"
    titles = {
        "in_chat": say("Placed through the chat"),
        "assisted": say("Placed elsewhere, after a chat"),
        "none": say("Without a chat"),
        "unknown": say("Not known: no messages are loaded"),
    }
    whys = span.hidden([_size(one) for one in found])
    lines: list[tuple[Cell, ...]] = []
    for one, why in zip(found, whys, strict=True):
        group = {"outcome": one.outcome, "currency": currency}
        if why:
            lines.append((name_cell(titles[one.outcome]), *(hidden_cell(span, why),) * 5))
            continue
        is_refund_hidden = span.is_few(one.refunded)
        cells = []
        for statistic, of, value, n in (
            ("orders", "count", one.orders, one.orders),
            ("gross", unit, one.gross_amount, one.orders),
            ("refunds", unit, one.refund_amount, one.orders),
            ("refunded_orders", "count", one.refunded, one.refunded),
            ("net", unit, one.net_amount, one.orders),
        ):
            if is_refund_hidden and statistic == "refunded_orders":
                cells.append(hidden_cell(span, "few"))
                continue
            figure = own_figure(span, "revenue", statistic, of, float(value), n, group=group)
            cells.append(figure_cell(span, figure, is_brief=True))
        lines.append((name_cell(titles[one.outcome]), *cells))
    shown = [one for one, why in zip(found, whys, strict=True) if not why]
    title = (
        say("Paid orders in {currency}, by what conversations had to do with them")
        if currency
        else say("Paid orders without a currency, by what conversations had to do with them")
    ).format(currency=currency)
    chart = Stacks(
        title=title,
        unit=unit,
        categories=[titles[one.outcome] for one in shown],
        parts=[
            Part(name=say("Net"), values=[max(float(one.net_amount), 0) for one in shown]),
            Part(name=say("Paid back"), values=[_paid_back(one) for one in shown]),
        ],
        n=[one.orders for one in shown],
        caption=_caption(span, found),
    )
    headings = (
        say("Outcome"),
        say("Orders"),
        say("Gross"),
        say("Paid back"),
        say("Orders paid back, in part or in full"),
        say("Net"),
    )
    note = small_groups_note(span, (cell for line in lines for cell in line))
    return pictured(chart, TableBlock(title, headings, tuple(lines), note), is_open=True)


def _paid_back(one: Revenue) -> float:
    """Return what was paid back of the gross; a shop can give back more than it took."""
    return max(float(min(one.refund_amount, one.gross_amount)), 0)


def _caption(span: Span, found: list[Revenue]) -> str:
    untied = sum(one.untied or 0 for one in found)
    if not untied or span.is_few(untied):
        return ""
    return span.say(
        "{n} of the orders without a chat are linked to nobody who chatted; some of them may be "
        "from people who did."
    ).format(n=span.write.count(untied))


def _size(one: Revenue) -> Row:
    return Row("revenue", one.outcome, "", "count", (), 0.0, None, None, one.orders, 0)
