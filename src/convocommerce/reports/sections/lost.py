"""Questions whose window closed before anybody answered, and the money that hung on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from convocommerce.charts import Bars, Part, Stacks
from convocommerce.insights import (
    Hanging,
    LostOnChannel,
    ReplyWindows,
    lost_by_channel,
    lost_questions,
    reply_windows,
)
from convocommerce.intervals import share_interval
from convocommerce.metrics import dimension_named
from convocommerce.reports.blocks import Block, Cell, ChartBlock, Figure, Section, TableBlock, Text
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

_ALL = "all"


def lost(span: Span) -> Section:
    """Return what windows saw of the questions, and what hung on those lost."""
    say = span.say
    title = say("Questions lost at closed windows")
    windows = reply_windows(span.con, span.period, span.as_of)
    if not windows:
        told = say(
            "Nobody asked on a channel with a window in these days, so no question can be lost to "
            "one."
        )
        return Section("lost", title, (Text(told),))
    ledger = lost_questions(span.con, span.period, span.as_of)
    channels = lost_by_channel(ledger)
    why = _why_hidden(span, windows)
    blocks: list[Block] = [_windows(span, windows, why)]
    if not ledger:
        blocks.append(Text(say("No window closed on a question that nobody had answered.")))
        return Section("lost", title, tuple(blocks))
    # Each cart and order hangs on one question only, so channels add up to all.
    (in_all,) = lost_by_channel(replace(one, channel=_ALL) for one in ledger)
    blocks += _pictures(span, in_all)
    blocks.append(_table(span, channels, in_all, why))
    return Section("lost", title, tuple(blocks))


def _why_hidden(span: Span, windows: Sequence[ReplyWindows]) -> dict[str, Hidden]:
    """Return the channels of which nothing is told here, and why.

    What was answered and what was lost add up to all that is decided, and channels to all
    channels; so where one of them is few, nothing of the channel is told, and of no single one.
    """
    rows = []
    for one in windows:
        parts = (one.answered + one.late, one.lost)
        fewest = min((n for n in parts if n), default=0)
        rows.append(_count(span, one.channel, "lost", fewest).row)
    found = zip(windows, span.hidden(rows), strict=True)
    return {one.channel: why for one, why in found if why}


def _channel(span: Span, channel: str) -> str:
    if channel == _ALL:
        return span.say("All channels")
    label = group_label(dimension_named("channel"), channel, span.language)
    return label[:1].upper() + label[1:]


def _windows(
    span: Span, windows: Sequence[ReplyWindows], why_hidden: Mapping[str, Hidden]
) -> Block:
    say = span.say
    names = {"answered": say("Answered"), "lost": say("Lost")}
    values: dict[str, list[float | None]] = {state: [] for state in names}
    lines = []
    every = (*windows, _together(windows)) if len(windows) > 1 else tuple(windows)
    whys = {**why_hidden, **_why_hidden(span, every[len(windows) :])}
    for one in every:
        counts = {"answered": one.answered + one.late, "lost": one.lost}
        why = whys.get(one.channel)
        cells = [name_cell(_channel(span, one.channel))]
        for state, n in counts.items():
            figure = _count(span, one.channel, state, n, of="reply_windows")
            if not why:
                values[state].append(float(n))
            cells.append(
                hidden_cell(span, why) if why else figure_cell(span, figure, is_brief=True)
            )
        decided = one.questions - one.open
        share = own_figure(
            span,
            "reply_windows",
            "lost_share",
            "share",
            one.lost_share,
            decided,
            share_interval(one.lost, decided),
            n_open=one.open,
            group={"channel": one.channel},
        )
        cells.append(hidden_cell(span, why) if why else figure_cell(span, share))
        lines.append(tuple(cells))
    drawn = Stacks(
        title=say("What became of questions on channels with a window"),
        # What is not told has no bar.
        categories=[_channel(span, one.channel) for one in every if one.channel not in whys],
        parts=[Part(name=name, values=values[state]) for state, name in names.items()],
        n=[one.questions - one.open for one in every if one.channel not in whys],
        has_rest=False,
        caption=say(
            "An answer by a bot counts, and so does one after the window had closed. Lost: the "
            "window closed and nobody has answered."
        ),
    )
    headings = (say("Channel"), *names.values(), say("Lost, of those decided"))
    note = small_groups_note(span, (cell for line in lines for cell in line))
    return pictured(drawn, TableBlock(drawn.title, headings, tuple(lines), note))


def _together(windows: Sequence[ReplyWindows]) -> ReplyWindows:
    """Return what became of the questions of all channels; how much time was left has no sum."""
    counts = ("questions", "answered", "late", "lost", "open")
    sums = {name: sum(getattr(one, name) for one in windows) for name in counts}
    return ReplyWindows(_ALL, **sums, median_left_seconds=None, tightest_left_seconds=None)


def _pictures(span: Span, found: LostOnChannel) -> list[Block]:
    """Return a picture of the money for each currency, as far as it rests on enough."""
    say = span.say
    blocks: list[Block] = []
    for one in found.hanging or ():
        told = [
            (say("In carts they left"), one.cart_amount, one.carts, "carts_amount"),
            (say("Ordered later all the same"), one.order_amount, one.orders, "orders_amount"),
        ]
        kept = [part for part in told if part[1] is not None and not span.is_few(part[2])]
        if one.currency is None or not kept:
            continue
        drawn = Bars(
            title=say("The money that hung on lost questions ({currency})").format(
                currency=one.currency
            ),
            unit=one.currency,
            categories=[name for name, *_ in kept],
            values=[float(amount or 0) for _, amount, *_ in kept],
            n=[n for _, _, n, _ in kept],
            caption=say(
                "What was in the shop at the time, not what was lost by it: people also leave "
                "carts whose questions were answered. Each cart and order hangs on one question."
            ),
        )
        lines = []
        for name, amount, n, statistic in kept:
            figure = own_figure(
                span,
                "lost_questions",
                statistic,
                one.currency,
                float(amount or 0),
                n,
                group={"channel": _ALL},
            )
            lines.append((name_cell(name), figure_cell(span, figure)))
        headings = (say("What hung on them"), say("Amount"))
        blocks.append(ChartBlock(drawn, TableBlock(drawn.title, headings, tuple(lines))))
    return blocks


@dataclass(frozen=True)
class _Line:
    """One line of the ledger added up: a channel and a currency."""

    channel: str
    currency: str | None
    counts: Mapping[str, int | None]
    amounts: Mapping[str, Decimal | None]


def _lines(found: LostOnChannel) -> list[_Line]:
    """Return the lines of a channel; how many questions there are stands in the first alone."""
    own: dict[str, int | None] = {
        "questions": found.questions,
        "untied": found.untied,
        "unsettled": found.unsettled,
    }
    if found.hanging is None:
        unknown = dict.fromkeys(("carts", "orders"))
        return [_Line(found.channel, None, {**own, **unknown}, unknown)]
    lines = []
    for one in found.hanging or (Hanging(None, 0, None, 0, None),):
        counts = {**own, "carts": one.carts, "orders": one.orders}
        amounts = {"carts": one.cart_amount, "orders": one.order_amount}
        lines.append(_Line(found.channel, one.currency, counts, amounts))
        own = {}
    return lines


def _table(
    span: Span,
    channels: Sequence[LostOnChannel],
    in_all: LostOnChannel,
    hidden: Mapping[str, Hidden],
) -> TableBlock:
    say = span.say
    rows = [line for one in channels for line in _lines(one)]
    titles = {
        "questions": say("Lost questions"),
        "untied": say("Nothing known of the shop"),
        "unsettled": say("More may come"),
        "carts": say("Carts left"),
        "orders": say("Orders later"),
    }
    # In no column may a single hidden cell be worked out from the line of all.
    why: dict[tuple[str, str, str | None], Hidden | None] = {}
    for statistic in titles:
        for currency in {line.currency for line in rows}:
            told = [
                (one, n)
                for one in rows
                if one.currency == currency and (n := one.counts.get(statistic)) is not None
            ]
            here = [one for one, _ in told]
            figures = [_count(span, one.channel, statistic, n) for one, n in told]
            found = span.hidden([figure.row for figure in figures])
            for one, small in zip(here, found, strict=True):
                why[statistic, one.channel, currency] = hidden.get(one.channel) or small
    lines = []
    # One channel alone is all there is.
    for line in (*rows, *(_lines(in_all) if len(channels) > 1 else ())):
        cells = [name_cell(_channel(span, line.channel)), Cell(line.currency or "–")]
        for statistic in titles:
            n = line.counts.get(statistic)
            if n is None:
                nothing = Cell("–" if statistic in line.counts else "", is_quiet=True)
                cells += [nothing] * (2 if statistic in line.amounts else 1)
                continue
            small = why.get((statistic, line.channel, line.currency))
            if line.channel == _ALL and span.is_few(n):
                small = "few"
            figure = _count(span, line.channel, statistic, n, currency=line.currency)
            cells.append(
                hidden_cell(span, small) if small else figure_cell(span, figure, is_brief=True)
            )
            if statistic in line.amounts:
                cells.append(_amount(span, line, statistic, n, small))
        lines.append(tuple(cells))
    headings = (
        say("Channel"),
        say("Currency"),
        titles["questions"],
        titles["untied"],
        titles["unsettled"],
        titles["carts"],
        say("Their value"),
        titles["orders"],
        say("Their net value"),
    )
    note = say(
        "Nothing known of the shop: nothing there is tied to the person, so nobody knows what hung "
        "on it. More may come: the time for carts and later orders is not over."
    )
    small_note = small_groups_note(span, (cell for line in lines for cell in line))
    return TableBlock(
        say("What hung on lost questions"), headings, tuple(lines), f"{note} {small_note}".strip()
    )


def _amount(span: Span, line: _Line, statistic: str, n: int, small: Hidden | None) -> Cell:
    amount = line.amounts[statistic]
    if small:
        return hidden_cell(span, small)
    if amount is None or line.currency is None or not n:
        return Cell("–", is_quiet=True)
    figure = own_figure(
        span,
        "lost_questions",
        f"{statistic}_amount",
        line.currency,
        float(amount),
        n,
        group={"channel": line.channel},
    )
    return figure_cell(span, figure, is_brief=True)


def _count(
    span: Span,
    channel: str,
    statistic: str,
    n: int,
    *,
    of: str = "lost_questions",
    currency: str | None = None,
) -> Figure:
    group = {"channel": channel} | ({"currency": currency} if currency else {})
    return own_figure(span, of, statistic, "count", float(n), n, group=group)
