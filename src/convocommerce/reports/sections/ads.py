"""What ads cost and bring: observed in the chats, and beside it what the platform claims."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from convocommerce.charts import Bars
from convocommerce.charts.text import clean
from convocommerce.insights import AdCost, ad_costs, claim_gaps, spend_by_day
from convocommerce.intervals import Interval, share_interval
from convocommerce.measuring import Row
from convocommerce.metrics import dimension_named
from convocommerce.reports.blocks import Block, Cell, Section, TableBlock, Text
from convocommerce.reports.cells import (
    figure_cell,
    hidden_cell,
    name_cell,
    own_figure,
    pictured,
    small_groups_note,
)
from convocommerce.reports.sections.ad_days import day_spend
from convocommerce.reports.sections.claims import claims
from convocommerce.reports.span import Span
from convocommerce.reports.suppression import Hidden
from convocommerce.results.labels import group_label

_NONE = Cell("–", is_quiet=True)
_MOST_NAMED = 5
_BRIEF = ("spend", "conversations", "orders", "claimed_return")


@dataclass(frozen=True)
class _Line:
    """One campaign: what it cost, what it is called, and whether what it brought is shown."""

    cost: AdCost
    name: str
    why: Hidden | None

    @property
    def unit(self) -> str:
        """Its currency; a number where nobody told it."""
        return self.cost.currency or "number"


def ads(span: Span) -> Section:
    """Return costs by campaign, claims beside what was observed, and spend by day."""
    say = span.say
    title = say("What ads cost and bring")
    one = span.subject.campaign
    costs = [
        cost
        for cost in ad_costs(span.con, span.period, span.as_of)
        if one is None or cost.campaign == one
    ]
    if not costs:
        told = say("No ads ran in these days, as far as ad figures are loaded.")
        return Section("ads", title, (Text(told, "note"),))
    lines = _lines(span, costs)
    blocks: list[Block] = [_costs(span, unit, list(same)) for unit, same in _by_unit(lines)]
    whys = {line.cost.campaign: line.why for line in lines}
    gaps = [gap for gap in claim_gaps(span.con, span.period, span.as_of) if gap.campaign in whys]
    blocks += claims(span, gaps, whys)
    blocks += day_spend(span, spend_by_day(span.con, span.period, campaign=one))
    return Section("ads", title, tuple(blocks))


def _lines(span: Span, costs: list[AdCost]) -> list[_Line]:
    whys = span.hidden([_size(cost) for cost in costs])
    return [
        _Line(cost, campaign_name(span, cost.campaign), why)
        for cost, why in zip(costs, whys, strict=True)
    ]


def campaign_name(span: Span, campaign: str) -> str:
    """Return what a campaign is called; where there is none, in words."""
    label = clean(group_label(dimension_named("campaign"), campaign, span.language))
    return label[:1].upper() + label[1:] if campaign == "none" else label


def _by_unit(lines: list[_Line]) -> list[tuple[str, list[_Line]]]:
    ordered = sorted(lines, key=lambda line: (line.cost.spend is None, line.unit))
    return [(unit, list(same)) for unit, same in groupby(ordered, lambda line: line.unit)]


def _costs(span: Span, unit: str, lines: list[_Line]) -> Block:
    say = span.say
    title = say("Cost per conversation, by campaign")
    shown = [line for line in lines if not line.why and line.cost.per_conversation is not None]
    chart = Bars(
        title=title,
        unit=unit,
        categories=[line.name for line in shown],
        values=[line.cost.per_conversation for line in shown],
        n=[line.cost.conversations for line in shown],
        category_label=say("Campaign"),
        value_label=say("Cost per conversation"),
        caption=say(
            "Spend by the ad account's days over conversations observed to begin with the "
            "campaign's ads."
        ),
    )
    rows = tuple(_row(span, unit, line) for line in lines)
    headings = (
        say("Campaign"),
        say("Spend"),
        say("Conversations, observed"),
        say("Cost per conversation"),
        say("Cost per answered conversation"),
        say("Orders"),
        say("Cost per order"),
        say("Revenue per unit spent, observed"),
        say("Revenue per unit spent, as the platform claims"),
    )
    notes = [
        say(
            "An order is credited to the conversation that the ad began; revenue is net of "
            "refunds. What is observed and what is claimed are never added up."
        ),
        *_reasons(span, lines),
        small_groups_note(span, (cell for row in rows for cell in row)),
    ]
    table = TableBlock(title, headings, rows, " ".join(filter(None, notes)))
    return pictured(chart, table, is_open=True)


def _row(span: Span, unit: str, line: _Line) -> tuple[Cell, ...]:
    cost = line.cost
    n = cost.conversations

    def cell(
        statistic: str,
        of: str,
        value: float | None,
        rests: int | None,
        ends: Interval = (None, None),
    ) -> Cell:
        if value is None:
            return _NONE
        figure = own_figure(
            span, "ad_costs", statistic, of, value, rests, ends, group={"campaign": cost.campaign}
        )
        return figure_cell(span, figure, is_brief=statistic in _BRIEF)

    spend = float(cost.spend) if cost.spend is not None else None
    # Both are told by the platform and rest on nobody counted here.
    first = (name_cell(line.name), cell("spend", unit, spend, 0))
    claimed = cell("claimed_return", "number", cost.claimed_return, 0)
    if line.why:
        return (*first, hidden_cell(span, line.why), *(_NONE,) * 5, claimed)
    few = hidden_cell(span, "few") if span.is_few(cost.orders) else None
    return (
        *first,
        cell("conversations", "count", n, n),
        cell("per_conversation", unit, cost.per_conversation, n),
        hidden_cell(span, "few")
        if span.is_few(cost.answered)
        else cell(
            "per_answered", unit, cost.per_answered, cost.answered, _per(cost, cost.answered)
        ),
        few or cell("orders", "count", cost.orders, cost.orders),
        few or cell("per_order", unit, cost.per_order, cost.orders, _per(cost, cost.orders)),
        few or cell("observed_return", "number", cost.observed_return, cost.orders),
        claimed,
    )


def _per(cost: AdCost, count: int | None) -> Interval:
    """Return the interval of a cost per something: the spend is known, the share of it is not."""
    of = cost.conversations
    if cost.per_conversation is None or of is None or count is None or not 0 < count <= of:
        return None, None
    low, high = share_interval(count, of)
    return (
        cost.per_conversation / high if high else None,
        cost.per_conversation / low if low else None,
    )


def _reasons(span: Span, lines: list[_Line]) -> list[str]:
    """Return why costs or returns are missing, each reason once."""
    say = span.say
    texts = {
        "no_spend": say("No export tells what {campaigns} cost."),
        "several_currencies": say(
            "The spend of {campaigns} is told in several currencies, which are never added up."
        ),
        "unknown_entry_points": say(
            "Of no conversation is it known what brought it, so what {campaigns} brought is "
            "unknown."
        ),
        "no_orders": say("No orders are loaded, so what {campaigns} returned is unknown."),
        "unknown_currency": say("Nobody told the currency of the spend of {campaigns}."),
        "other_currency": say(
            "Some orders of {campaigns} are in another currency than the spend, so their return "
            "would be too small."
        ),
    }
    found = []
    for reason, text in texts.items():
        named = [
            line.name
            for line in lines
            if reason in (line.cost.cost_reason, line.cost.return_reason) and not line.why
        ]
        if named:
            more = say("and {n} more").format(n=span.write.count(len(named) - _MOST_NAMED))
            told = [*named[:_MOST_NAMED], *([more] if len(named) > _MOST_NAMED else [])]
            found.append(text.format(campaigns=", ".join(told)))
    return found


def _size(cost: AdCost) -> Row | None:
    n = cost.conversations
    if n is None:
        return None
    return Row("ad_costs", "conversations", "", "count", (), float(n), None, None, n, 0)
