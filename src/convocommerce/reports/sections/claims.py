"""What an ad platform claims beside what was observed: never added, with the gap in parts."""

from __future__ import annotations

from collections.abc import Mapping

from convocommerce.charts import Bars
from convocommerce.insights import ClaimGap
from convocommerce.measuring import Row
from convocommerce.reports.blocks import Block, Cell, TableBlock, Text
from convocommerce.reports.cells import (
    figure_cell,
    hidden_cell,
    name_cell,
    own_figure,
    pictured,
    small_groups_note,
)
from convocommerce.reports.span import Span
from convocommerce.reports.suppression import Hidden

_NONE = Cell("–", is_quiet=True)


def claims(span: Span, gaps: list[ClaimGap], whys: Mapping[str, Hidden | None]) -> list[Block]:
    """Return claimed beside observed conversations, then purchases, where anything is claimed.

    Args:
        span: The days the page is about.
        gaps: One for each campaign.
        whys: Why what a campaign brought is not shown, by campaign; null when it is.
    """
    say = span.say
    blocks: list[Block] = []
    if any(gap.is_claim_missing for gap in gaps):
        told = say(
            "The platform does not count conversations that ads start in Europe and Japan, so a "
            "missing or zero count is no fact; what was observed in the chats counts."
        )
        blocks.append(Text(told, "note"))
    claimed = [
        gap for gap in gaps if gap.claimed_conversations is not None and not gap.is_claim_missing
    ]
    if claimed:
        blocks.append(_conversations(span, claimed, whys))
    bought = [gap for gap in gaps if gap.claimed_purchases is not None]
    if bought:
        blocks.append(_purchases(span, bought, whys))
    elif not blocks and gaps:
        told = say("No export tells conversations or purchases that the platform claims.")
        blocks.append(Text(told, "note"))
    return blocks


def _conversations(span: Span, gaps: list[ClaimGap], whys: Mapping[str, Hidden | None]) -> Block:
    say = span.say
    title = say("Conversations from ads: observed, beside those the platform claims")
    parts = {
        "observed": say("Observed"),
        "started": say("Of them by the platform's own rule"),
        "continued": say("Somebody had written in the week before"),
        "beginning_unknown": say("What came before is not known"),
    }
    rows: list[tuple[Cell, ...]] = []
    for gap in gaps:
        why = whys.get(gap.campaign)
        told = _cell(span, gap, "claimed_conversations", gap.claimed_conversations, 0)
        if why:
            rows.append((_name(span, gap), told, hidden_cell(span, why), *(_NONE,) * 4))
            continue
        counts = [gap.started, gap.continued, gap.beginning_unknown]
        hidden = span.hidden([_count(n) for n in counts])
        cells = [
            hidden_cell(span, reason) if reason else _cell(span, gap, name, n, n)
            for name, n, reason in zip(list(parts)[1:], counts, hidden, strict=True)
        ]
        # What is unexplained is the claim less what started, and would give that away.
        rest = (
            _NONE
            if hidden[0]
            else _cell(span, gap, "unexplained", gap.unexplained_conversations, gap.started)
        )
        observed = _cell(span, gap, "observed", gap.conversations, gap.conversations)
        rows.append((_name(span, gap), told, observed, *cells, rest))
    shown = [gap for gap in gaps if not whys.get(gap.campaign)]
    chart = Bars(
        title=title,
        unit="count",
        categories=[_name(span, gap).text for gap in shown],
        values=[gap.conversations for gap in shown],
        comparison=[gap.claimed_conversations for gap in shown],
        comparison_label=say("Claimed by the platform"),
        category_label=say("Campaign"),
        caption=say("The two are counted by different rules and are never added up."),
    )
    headings = (
        say("Campaign"),
        say("Claimed by the platform"),
        *parts.values(),
        say("Claimed beyond those, unexplained"),
    )
    note = say(
        "The platform counts a conversation when nobody wrote for seven days before. What is "
        "unexplained is the claim less those; it is negative where more were observed."
    )
    return pictured(chart, _table(span, title, headings, rows, note))


def _purchases(span: Span, gaps: list[ClaimGap], whys: Mapping[str, Hidden | None]) -> Block:
    say = span.say
    title = say("Orders from ads: observed, beside purchases the platform claims")
    rows: list[tuple[Cell, ...]] = []
    shown = []
    for gap in gaps:
        told = _cell(span, gap, "claimed_purchases", gap.claimed_purchases, 0)
        counts = [
            gap.orders_in_click_window,
            gap.orders_after_click_window,
            gap.orders_credited_elsewhere,
        ]
        hidden = span.hidden([_count(n) for n in counts])
        if whys.get(gap.campaign) or span.is_few(gap.orders):
            rows.append((_name(span, gap), told, hidden_cell(span, "few"), *(_NONE,) * 4))
            continue
        cells = [
            hidden_cell(span, reason) if reason else _cell(span, gap, name, n, n)
            for name, n, reason in zip(
                (
                    "orders_in_click_window",
                    "orders_after_click_window",
                    "orders_credited_elsewhere",
                ),
                counts,
                hidden,
                strict=True,
            )
        ]
        is_told = not hidden[0] and not hidden[2]
        rest = (
            _cell(span, gap, "unexplained_purchases", gap.unexplained_purchases, gap.orders)
            if is_told
            else _NONE
        )
        orders = _cell(span, gap, "orders", gap.orders, gap.orders)
        rows.append((_name(span, gap), told, orders, *cells, rest))
        shown.append(gap)
    chart = Bars(
        title=title,
        unit="count",
        categories=[_name(span, gap).text for gap in shown],
        values=[gap.orders for gap in shown],
        comparison=[gap.claimed_purchases for gap in shown],
        comparison_label=say("Claimed by the platform"),
        category_label=say("Campaign"),
        caption=say("The two are counted by different rules and are never added up."),
    )
    headings = (
        say("Campaign"),
        say("Claimed by the platform"),
        say("Orders observed"),
        say("Within seven days of a click"),
        say("Later"),
        say("Within seven days of a click, credited elsewhere"),
        say("Claimed beyond those, unexplained"),
    )
    note = say(
        "Purchases after a view alone, and by people whom nothing ties to a chat, are in what is "
        "unexplained; no export tells how many."
    )
    settings = sorted({one for gap in gaps for one in gap.attribution_settings})
    if settings:
        own = say("The platform's own setting: {settings}.").format(settings=", ".join(settings))
        note = f"{note} {own}"
    return pictured(chart, _table(span, title, headings, rows, note))


def _table(
    span: Span,
    title: str,
    headings: tuple[str, ...],
    rows: list[tuple[Cell, ...]],
    note: str,
) -> TableBlock:
    small = small_groups_note(span, (cell for row in rows for cell in row))
    return TableBlock(title, headings, tuple(rows), " ".join(filter(None, (note, small))))


def _cell(span: Span, gap: ClaimGap, statistic: str, value: int | None, n: int | None) -> Cell:
    if value is None:
        return _NONE
    figure = own_figure(
        span, "ad_claims", statistic, "count", float(value), n, group={"campaign": gap.campaign}
    )
    return figure_cell(span, figure, is_brief=True)


def _name(span: Span, gap: ClaimGap) -> Cell:
    return name_cell(span.say("None") if gap.campaign == "none" else gap.campaign)


def _count(n: int | None) -> Row | None:
    if n is None:
        return None
    return Row("ad_claims", "", "", "count", (), float(n), None, None, n, 0)
