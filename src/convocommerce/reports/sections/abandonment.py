"""How attempts to buy end, by how the question before them was answered."""

from __future__ import annotations

from convocommerce.reports.blocks import ChartBlock, Section
from convocommerce.reports.cells import cut_table
from convocommerce.reports.sections.entries import bars
from convocommerce.reports.span import Span

_METRIC = "cart_abandonment"


def abandonment(span: Span) -> Section:
    """Return abandoned, recovered and lost attempts to buy, by the answer before them."""
    say = span.say
    title = say("Cart abandonment by the answer before it")
    columns = [
        (_METRIC, "rate", say("Abandoned")),
        (_METRIC, "recovered_rate", say("Recovered")),
        (_METRIC, "lost_rate", say("Lost")),
    ]
    note = say(
        "By how the conversation before the attempt to buy was answered by a person; quick is "
        "within {minutes} minutes. Recovered and lost leave out those that can still be recovered."
    ).format(minutes=span.write.number(span.rules.quick_answer_minutes))
    table, _ = cut_table(span, title, "answer_state", columns, note=note)
    chart = bars(span, title, "answer_state", _METRIC, table, 1)
    return Section(
        "abandonment", say("Carts left behind"), (ChartBlock(chart, table, is_open=True),)
    )
