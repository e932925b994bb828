"""What brings people in, and what ads cost and bring."""

from __future__ import annotations

from convocommerce.charts import Bars
from convocommerce.insights import AdRow, ads_to_orders
from convocommerce.measuring import Row
from convocommerce.metrics import dimension_named
from convocommerce.reports.blocks import (
    Block,
    Cell,
    ChartBlock,
    Section,
    TableBlock,
    Text,
)
from convocommerce.reports.cells import (
    count_figure,
    cut_table,
    figure_cell,
    hidden_cell,
    name_cell,
    small_groups_note,
)
from convocommerce.reports.span import Span
from convocommerce.results.labels import group_label


def entries(span: Span) -> Section:
    """Return conversion by entry point, and spend and orders by campaign."""
    say = span.say
    blocks: list[Block] = [_entry_points(span)]
    ads = ads_to_orders(span.con, span.period, span.as_of)
    if span.subject.campaign is not None:
        ads = [one for one in ads if one.campaign == span.subject.campaign]
    if ads:
        blocks.append(_ads(span, ads))
    else:
        blocks.append(Text(say("No ads ran this week, as far as ad figures are loaded."), "note"))
    return Section("entries", say("What brings people in"), tuple(blocks))


def bars(span: Span, title: str, by: str, metric: str, table: TableBlock, column: int) -> Bars:
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
        caption=_still_open(span, [row for _, row in known], metric),
    )


def _still_open(span: Span, rows: list[Row], metric: str) -> str:
    n_open = sum(row.n_open for row in rows)
    if not n_open:
        return ""
    told = (
        span.say("{n} attempts are still open and not in n.")
        if metric == "cart_abandonment"
        else span.say("{n} conversations are still open and not in n.")
    )
    return told.format(n=span.write.count(n_open))


def _entry_points(span: Span) -> ChartBlock:
    say = span.say
    title = say("In-chat conversion by entry point")
    columns = [
        ("in_chat_conversion", "settled_rate", say("In-chat conversion")),
        ("assisted_conversion", "settled_rate", say("Assisted conversion")),
        ("conversations", "count", say("Conversations")),
        ("conversion", "net_revenue", say("Net revenue")),
    ]
    table, _ = cut_table(span, title, "entry_point", columns)
    chart = bars(span, title, "entry_point", "in_chat_conversion", table, 1)
    return ChartBlock(chart, table, is_open=True)


def _ads(span: Span, ads: list[AdRow]) -> TableBlock:
    say = span.say
    sizes = [_size(one) for one in ads]
    whys = span.hidden(sizes)
    lines = tuple(_ad(span, one, why) for one, why in zip(ads, whys, strict=True))
    notes = []
    if any(one.is_claim_missing for one in ads):
        notes.append(
            say(
                "The platform does not count conversations that ads start in Europe and Japan, so "
                "a missing or zero count is no fact; what was observed in the chats counts."
            )
        )
    notes.append(
        say(
            "Spend is by the ad account's days. Orders and revenue are those credited to the "
            "observed conversations, net of refunds."
        )
    )
    notes.append(small_groups_note(span, (cell for line in lines for cell in line)))
    headings = (
        say("Campaign"),
        say("Spend"),
        say("Conversations, says the platform"),
        say("Conversations, observed"),
        say("Cost per conversation"),
        say("Orders"),
        say("Cost per order"),
        say("Net revenue"),
        say("Revenue per unit spent"),
    )
    return TableBlock(say("Ads"), headings, lines, " ".join(filter(None, notes)))


def _size(ad: AdRow) -> Row:
    n = ad.conversations
    return Row("ads_to_orders", "conversations", "", "count", (), float(n), None, None, n, 0)


def _ad(span: Span, ad: AdRow, why: str | None) -> tuple[Cell, ...]:
    group = {"campaign": ad.campaign}
    # An amount whose currency nobody told is a number, never a guess.
    currency = ad.currency or "number"

    def cell(statistic: str, value: float | None, unit: str, n: int) -> Cell:
        if value is None:
            return Cell("–", is_quiet=True)
        figure = count_figure(span, "ads_to_orders", statistic, value, unit=unit, n=n, group=group)
        return figure_cell(span, figure, is_brief=True)

    spend = float(ad.spend) if ad.spend is not None else None
    claimed: float | None = ad.claimed_conversations
    told = (
        Cell(span.say("not counted in Europe"), is_quiet=True)
        if ad.is_claim_missing
        else cell("claimed_conversations", claimed, "count", ad.claimed_conversations or 0)
    )
    first = (
        name_cell(group_label(dimension_named("campaign"), ad.campaign, span.language)),
        cell("spend", spend, currency, ad.conversations),
        told,
    )
    if why:
        return (*first, hidden_cell(span, why), *(Cell("–", is_quiet=True) for _ in range(5)))
    few = hidden_cell(span, "few") if span.is_few(ad.orders) else None
    return (
        *first,
        cell("conversations", ad.conversations, "count", ad.conversations),
        cell("cost_per_conversation", ad.cost_per(ad.conversations), currency, ad.conversations),
        few or cell("orders", ad.orders, "count", ad.conversations),
        few or cell("cost_per_order", ad.cost_per(ad.orders), currency, ad.orders),
        few or cell("net_revenue", float(ad.net_revenue), currency, ad.orders),
        few or cell("return_on_spend", ad.return_on_spend(), "number", ad.orders),
    )
