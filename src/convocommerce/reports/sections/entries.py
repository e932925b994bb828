"""What brings people in, and how often they buy by what brought them."""

from __future__ import annotations

from convocommerce.charts import Bars
from convocommerce.measuring import Row
from convocommerce.metrics import dimension_named
from convocommerce.reports.blocks import Section, TableBlock
from convocommerce.reports.cells import cut_table, pictured
from convocommerce.reports.span import Span


def entries(span: Span) -> Section:
    """Return conversion by entry point, or by ad on a page about what ads brought."""
    say = span.say
    by = "ad" if span.subject.kind == "campaign" else "entry_point"
    title = (
        say("Conversations with an order, by ad")
        if by == "ad"
        else say("Conversations with an order, by entry point")
    )
    columns = [
        ("conversion", "settled_rate", say("Any order")),
        ("in_chat_conversion", "settled_rate", say("In the chat")),
        ("assisted_conversion", "settled_rate", say("Assisted")),
        ("conversations", "count", say("Conversations")),
        ("conversion", "net_revenue", say("Net revenue")),
    ]
    table, _ = cut_table(span, title, by, columns)
    chart = bars(span, title, by, table, 1)
    block = pictured(chart, table, is_open=True)
    return Section("entries", say("What brings people in"), (block,))


def bars(span: Span, title: str, by: str, table: TableBlock, column: int) -> Bars:
    """Return the bars of the shares that one column of a cut table shows."""
    shown = [(line[0].text, line[column].figure) for line in table.rows]
    known = [(name, figure.row) for name, figure in shown if figure]
    return Bars(
        title=title,
        unit="share",
        categories=[name for name, _ in known],
        values=[row.value for _, row in known],
        low=[row.low for _, row in known],
        high=[row.high for _, row in known],
        n=[row.n for _, row in known],
        category_label=span.say(dimension_named(by).title),
        caption=_still_open(span, [row for _, row in known]),
    )


def _still_open(span: Span, rows: list[Row]) -> str:
    n_open = sum(row.n_open for row in rows)
    if not n_open:
        return ""
    told = span.say("{n} conversations are still open and not in n.")
    return told.format(n=span.write.count(n_open))
