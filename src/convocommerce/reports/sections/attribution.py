"""Who gets the credit for sales: seven models side by side, all sharing out the same sales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from convocommerce.charts import Part, Stacks
from convocommerce.insights import ATTRIBUTION_MODELS, ModelCredits, attribution_side_by_side
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
from convocommerce.reports.span import Span
from convocommerce.reports.suppression import Hidden
from convocommerce.results.labels import group_label

_MOST_PARTS = 6


@dataclass(frozen=True)
class _Credited:
    """What one channel, or several together, is credited with by each model."""

    name: str
    group: str
    met: int
    sales: tuple[float, ...]
    amounts: tuple[float, ...]


def attribution(span: Span) -> Section:
    """Return the sales that each model credits to what brought people, per currency."""
    say = span.say
    by = "campaign" if span.subject.kind == "campaign" else "entry_point"
    found = attribution_side_by_side(span.con, span.period, span.as_of, by=by)
    blocks: list[Block] = []
    for currency, rows in groupby(found, lambda one: one.currency):
        blocks += _currency(span, by, currency, list(rows))
    if not blocks:
        told = say("No sale of these days had a conversation before it, so no credit is shared.")
        blocks.append(Text(told, "note"))
    else:
        told = say(
            "Every model shares out the same sales: those placed in these days with a conversation "
            "before them, inside the attribution window. No model tells what caused a sale; where "
            "they agree, the choice between them does not matter."
        )
        blocks.append(Text(told, "note"))
    return Section("attribution", say("Who gets the credit"), tuple(blocks))


def _currency(span: Span, by: str, currency: str, rows: list[ModelCredits]) -> list[Block]:
    say = span.say
    touched = [row for row in rows if row.channel is not None]
    if not touched:
        return []
    credited = _folded(span, by, touched)
    whys = span.hidden([_size(one) for one in credited])
    titles = _model_titles(span)
    title = say("Sales in {currency} by what is credited with them").format(currency=currency)
    if currency == "unknown":
        title = say("Sales without a currency by what is credited with them")
    shown = [one for one, why in zip(credited, whys, strict=True) if not why]
    is_drawn = all(sale >= 0 for one in shown for sale in one.sales) and len(shown) <= _MOST_PARTS
    tables = [
        _table(span, title, currency, titles, credited, whys, is_money=is_money)
        for is_money in (False, True)
    ]
    if not is_drawn or not shown:
        return list(tables)
    untouched = sum(row.met for row in rows if row.channel is None)
    caption = (
        say("Sales without any conversation before them, which are in no bar: {n}.").format(
            n=span.write.count(untouched)
        )
        if untouched and not span.is_few(untouched)
        else ""
    )
    chart = Stacks(
        title=title,
        unit="number",
        categories=list(titles.values()),
        parts=[Part(name=one.name, values=_rounded(one.sales)) for one in shown],
        category_label=say("Model"),
        caption=caption,
    )
    return [pictured(chart, tables[0]), tables[1]]


def _folded(span: Span, by: str, rows: list[ModelCredits]) -> list[_Credited]:
    """Return the channels by how often they were met, those beyond the sixth together.

    On a page about one campaign everything else is told together.
    """
    say, own = span.say, span.subject.campaign
    dimension = dimension_named(by)

    def name(channel: str) -> str:
        if by == "campaign" and channel == "none":
            return say("No campaign")
        label = group_label(dimension, channel, span.language)
        return label if by == "campaign" else label[:1].upper() + label[1:]

    ordered = sorted(rows, key=lambda row: (-row.met, row.channel or ""))
    kept = [row for row in ordered if own is None or row.channel == own]
    if len(kept) > _MOST_PARTS:
        kept = kept[: _MOST_PARTS - 1]
    rest = [row for row in ordered if row not in kept]
    found = [_added(name(row.channel or ""), row.channel or "", [row]) for row in kept]
    if rest:
        found.append(_added(say("Everything else"), "else", rest))
    return found


def _added(name: str, group: str, rows: list[ModelCredits]) -> _Credited:
    return _Credited(
        name=name,
        group=group,
        met=sum(row.met for row in rows),
        sales=tuple(sum(getattr(row, one) for row in rows) for one in ATTRIBUTION_MODELS),
        amounts=tuple(
            float(sum(getattr(row, f"{one}_amount") for row in rows)) for one in ATTRIBUTION_MODELS
        ),
    )


def _rounded(sales: tuple[float, ...]) -> list[float]:
    # Sums of thirds leave a trace behind the last digit that a reader can see.
    return [round(sale, 6) for sale in sales]


def _table(
    span: Span,
    title: str,
    currency: str,
    titles: dict[str, str],
    credited: list[_Credited],
    whys: Sequence[Hidden | None],
    *,
    is_money: bool,
) -> TableBlock:
    say = span.say
    unit = "number" if not is_money or currency == "unknown" else currency
    lines: list[tuple[Cell, ...]] = []
    for one, why in zip(credited, whys, strict=True):
        if why:
            lines.append((name_cell(one.name), *(hidden_cell(span, why) for _ in titles)))
            continue
        values = one.amounts if is_money else _rounded(one.sales)
        cells = [
            figure_cell(
                span,
                own_figure(
                    span,
                    "attribution",
                    f"{model}_amount" if is_money else model,
                    unit,
                    value,
                    one.met,
                    group={"channel": one.group, "currency": currency},
                ),
                is_brief=column > 0,
            )
            for column, (model, value) in enumerate(zip(titles, values, strict=True))
        ]
        lines.append((name_cell(one.name), *cells))
    heading = say("What they brought, net") if is_money else title
    notes = [
        say("n is the sales before which it was met; one sale can be met by several."),
        small_groups_note(span, (cell for line in lines for cell in line)),
    ]
    headings = (say("Credited"), *titles.values())
    return TableBlock(heading, headings, tuple(lines), " ".join(filter(None, notes)))


def _model_titles(span: Span) -> dict[str, str]:
    say = span.say
    return {
        "first": say("First touch"),
        "last": say("Last touch"),
        "linear": say("All touches alike"),
        "position": say("First and last most"),
        "time_decay": say("Later ones more"),
        "markov": say("What would be missed (Markov)"),
        "shapley": say("What it adds (Shapley)"),
    }


def _size(one: _Credited) -> Row:
    return Row("attribution", "met", "", "count", (), float(one.met), None, None, one.met, 0)
