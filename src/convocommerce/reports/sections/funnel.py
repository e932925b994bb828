"""From conversation to order: how far conversations went, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping

from convocommerce.absences import reasons
from convocommerce.charts import Bars, Funnel, Part, Stacks, Stage
from convocommerce.insights import BuyingSteps, buying_steps, window_sensitivity
from convocommerce.intervals import share_interval
from convocommerce.measuring import facts
from convocommerce.reports.blocks import Block, Figure, Section, TableBlock, Text
from convocommerce.reports.cells import (
    figure_cell,
    hidden_cell,
    name_cell,
    own_figure,
    pictured,
    small_groups_note,
)
from convocommerce.reports.sections.stretch import ended_before
from convocommerce.reports.span import Span

WINDOWS = (1, 3, 5, 7, 14, 30)
"""The windows shown, in days."""

_OUTCOMES = ("in_chat", "assisted", "pending", "none")
_COUNTS = """
select human_calendar_seconds is not null as is_answered, outcome, count(*)
from facts
group by all
"""


def funnel(span: Span) -> Section:
    """Return how far conversations went, what became of them, and how the window matters."""
    say = span.say
    question = span.measure("conversations").questions[0]
    steps = buying_steps(span.con, question)
    blocks: list[Block] = [_steps(span, steps)]
    if any(one.has_asked is not None for one in steps):
        blocks.append(_asked(span, steps))
    why = reasons(span.con, ("orders",), span.language)
    if why:
        # That nobody bought is no finding where nothing is known of orders.
        blocks += [Text(one, "note") for one in why]
        return Section("funnel", say("From conversation to order"), tuple(blocks))
    counts = {
        (bool(answered), str(outcome)): int(n)
        for answered, outcome, n in facts(question).query(_COUNTS).run(span.con)
    }
    blocks.append(_outcomes(span, counts))
    blocks.append(_windows(span))
    return Section("funnel", say("From conversation to order"), tuple(blocks))


def _steps(span: Span, found: list[BuyingSteps]) -> Block:
    """Return the funnel; with the step of the question where words are kept, for those alone."""
    say = span.say
    told = [one for one in found if one.has_asked is not None]
    asked = [one for one in told if one.has_asked]
    base, rest = (told, asked) if told else (found, found)
    n_open = sum(one.open or 0 for one in rest)
    carted_open = sum(one.carted_open or 0 for one in rest)
    steps = [
        ("conversations", say("Conversations"), sum(one.conversations for one in base)),
        ("asked", say("Asked about a product"), sum(one.conversations for one in asked)),
        ("carted", say("With a cart or checkout"), sum(one.carted or 0 for one in rest)),
        ("ordered", say("With a paid order"), sum(one.ordered or 0 for one in rest)),
    ]
    # A step that no record tells of is none.
    untold = {
        "asked": not told,
        "carted": any(one.carted is None for one in rest),
        "ordered": any(one.ordered is None for one in rest),
    }
    steps = [step for step in steps if not untold.get(step[0])]
    stages, rows = [], []
    total, before = steps[0][2], 0
    for place, (name, title, count) in enumerate(steps):
        share = count / total if total else None
        step_share = count / before if place and before else None
        # A campaign's page is all of one group: what its table hides its picture must hide too.
        is_hidden = bool(span.subject.where) and span.is_few(count)
        stages.append(
            Stage(name=title, count=None)
            if is_hidden
            else Stage(name=title, count=count, share=share, step_share=step_share)
        )
        is_last = name == "ordered"
        opened = n_open if is_last else 0
        figures: list[Figure | None] = [
            _figure(span, name, "count", float(count), count, n_open=opened),
            _share(span, f"{name}_of_all", count, total, opened) if place else None,
            _share(span, f"{name}_of_previous", count, before, carted_open if is_last else 0)
            if place
            else None,
        ]
        cells = [
            hidden_cell(span, "few") if is_hidden else figure_cell(span, one, is_brief=not column)
            for column, one in enumerate(figures)
        ]
        rows.append((name_cell(title), *cells))
        before = count
    chart = Funnel(
        title=say("How far conversations went"),
        stages=stages,
        caption=_steps_caption(span, found, n_open),
    )
    headings = (say("Step"), "n", say("Share of all"), say("Share of the step before"))
    note = small_groups_note(span, (cell for row in rows for cell in row))
    return pictured(chart, TableBlock(chart.title, headings, tuple(rows), note))


def _steps_caption(span: Span, found: list[BuyingSteps], n_open: int) -> str:
    say, write = span.say, span.write
    told = [
        say(
            "A cart counts when it was sent into the chat, when a checkout began after it, or when "
            "an order came of it."
        )
    ]
    unknown = sum(one.conversations for one in found if one.has_asked is None)
    if unknown == sum(one.conversations for one in found):
        told.append(
            say(
                "Whether people asked about a product is not known, because no export keeps what "
                "they wrote."
            )
        )
    else:
        told.append(
            say("Whether people asked about a product is told by words about {topics}.").format(
                topics=say("price, size, stock and the product itself")
            )
        )
        if unknown:
            told.append(
                say("{n} conversations whose words no export keeps are left out here.").format(
                    n=write.count(unknown)
                )
            )
    if n_open:
        told.append(
            say(
                "{n} of the conversations before the last step have not bought yet and still can; "
                "they are no failures."
            ).format(n=write.count(n_open))
        )
    return " ".join(told)


def _asked(span: Span, found: list[BuyingSteps]) -> Block:
    """Return how far those went who asked about a product, beside those who did not."""
    say = span.say
    names = {
        True: say("Asked about a product"),
        False: say("Did not"),
        None: say("Words not kept"),
    }
    rows, shown = [], []
    for one in found:
        group = {"has_asked": one.has_asked}
        name, n = names[one.has_asked], one.conversations
        if span.is_few(n):
            rows.append((name_cell(name), *(hidden_cell(span, "few") for _ in range(3))))
            continue
        shown.append((name, one))
        cart, order = (
            own_figure(
                span, "funnel", statistic, "share", share, of, ends, n_open=n_open, group=group
            )
            for statistic, share, of, ends, n_open in (
                ("with_cart", one.carted_share, n, one.carted_interval, 0),
                (
                    "with_order",
                    one.settled_share,
                    one.settled,
                    one.settled_interval,
                    n - (one.settled or 0),
                ),
            )
        )
        count = _figure(span, "conversations_by_question", "count", float(n), n, group=group)
        rows.append(
            (
                name_cell(name),
                figure_cell(span, count, is_brief=True),
                figure_cell(span, cart),
                figure_cell(span, order),
            )
        )
    chart = Bars(
        title=say("With a cart or checkout, by whether people asked about a product"),
        unit="share",
        categories=[name for name, _ in shown],
        values=[one.carted_share for _, one in shown],
        low=[one.carted_interval[0] for _, one in shown],
        high=[one.carted_interval[1] for _, one in shown],
        n=[one.conversations for _, one in shown],
        caption=say(
            "So far. Who asks about a product came for one, so the difference is not what the "
            "question or its answer did."
        ),
    )
    headings = (
        say("Conversations that"),
        say("Conversations"),
        say("With a cart or checkout"),
        say("With a paid order, settled"),
    )
    note = small_groups_note(span, (cell for row in rows for cell in row))
    return pictured(chart, TableBlock(chart.title, headings, tuple(rows), note))


def _outcomes(span: Span, counts: dict[tuple[bool, str], int]) -> Block:
    """Return what became of the conversations, those answered by a person and those not."""
    say = span.say
    titles = {
        "in_chat": say("Bought in the chat"),
        "assisted": say("Bought elsewhere, assisted"),
        "pending": say("Still open"),
        "none": say("No order"),
    }
    kinds = ((True, say("Answered by a person")), (False, say("Not answered by a person")))
    lines, parts = [], []
    totals = {kind: sum(counts.get((kind, one), 0) for one in _OUTCOMES) for kind, _ in kinds}
    for outcome, title in titles.items():
        each = [counts.get((kind, outcome), 0) for kind, _ in kinds]
        names = [f"{outcome}_answered", f"{outcome}_not_answered", outcome]
        # One hidden part could be worked out from the other and their sum.
        is_hidden = any(span.is_few(n) for n in each)
        cells = [
            hidden_cell(span, "few" if span.is_few(n) else "withheld")
            if is_hidden and place < len(each)
            else figure_cell(span, _figure(span, name, "count", float(n), n), is_brief=True)
            for place, (name, n) in enumerate(zip(names, [*each, sum(each)], strict=True))
        ]
        lines.append((name_cell(title), *cells))
        shares = [
            n / totals[kind] if totals[kind] else None
            for (kind, _), n in zip(kinds, each, strict=True)
        ]
        parts.append(Part(name=title, values=[None, None] if is_hidden else shares))
    note = say("Still open: no order yet, and the attribution window has not closed.")
    small = small_groups_note(span, (cell for line in lines for cell in line))
    title = say("What became of the conversations")
    caption = say("Parts that are too small to be shown are left out of the bars.") if small else ""
    chart = Stacks(
        title=title,
        unit="share",
        categories=[name for _, name in kinds],
        parts=parts,
        n=[None if span.is_few(totals[kind]) else totals[kind] for kind, _ in kinds],
        caption=caption,
    )
    headings = (say("Outcome"), *(name for _, name in kinds), say("All"))
    table = TableBlock(title, headings, tuple(lines), " ".join(filter(None, (note, small))))
    return pictured(chart, table)


def _windows(span: Span) -> Block:
    """Return conversion by how long after a conversation an order counts, for the same ones."""
    say, write = span.say, span.write
    days = ended_before(span, max(WINDOWS) + 1)
    found = window_sensitivity(
        span.con, days, span.as_of, days=WINDOWS, where=span.subject.where or None
    )
    title = say("Conversations with an order, by how long after them an order counts")
    called = span.called(days)
    if not span.rows("conversion", "rate") or not found[0].settled_of_all:
        told = say(
            "How conversion depends on the time in which an order counts cannot be told yet: it "
            "takes conversations with {n} days after them."
        )
        return Text(told.format(n=write.count(max(WINDOWS))), "note")
    if span.is_few(found[0].settled_of_all):
        told = say("Too few conversations of {days} are old enough to compare times to order.")
        return Text(told.format(days=called), "note")
    names, lines = [], []
    for one in found:
        name = write.duration(one.days * 86400)
        if one.days == span.rules.attribution_window_days:
            name = say("{days} (the rule)").format(days=name)
        names.append(name)
        n, in_chat = one.settled_of_all or 0, one.in_chat_of_all or 0
        assisted = one.assisted_of_all or 0
        cells = []
        for statistic, bought in (
            ("any", in_chat + assisted),
            ("in_chat", in_chat),
            ("assisted", assisted),
        ):
            figure = own_figure(
                span, "conversion_by_window", statistic, "share", bought / n, n,
                share_interval(bought, n), group={"days": one.days}, period=days.name,
            )  # fmt: skip
            cells.append(figure_cell(span, figure))
        lines.append((name_cell(name), *cells))
    chart = Bars(
        title=title,
        unit="share",
        categories=names,
        values=[one.share_of_all for one in found],
        low=[one.interval_of_all[0] for one in found],
        high=[one.interval_of_all[1] for one in found],
        n=[one.settled_of_all for one in found],
        category_label=say("Order within"),
        caption=say(
            "Conversations of {days}, the same ones for every bar: all are old enough for the "
            "longest time."
        ).format(days=called),
    )
    headings = (
        say("Order within"),
        say("Any order"),
        say("In the chat"),
        say("Assisted"),
    )
    return pictured(chart, TableBlock(title, headings, tuple(lines)))


def _share(span: Span, statistic: str, count: int, of: int, n_open: int) -> Figure:
    share = count / of if of else None
    return _figure(span, statistic, "share", share, of, n_open=n_open, k=count)


def _figure(
    span: Span,
    statistic: str,
    unit: str,
    value: float | None,
    n: int,
    *,
    n_open: int = 0,
    k: int | None = None,
    group: Mapping[str, object] | None = None,
) -> Figure:
    ends = (None, None) if k is None else share_interval(k, n)
    return own_figure(span, "funnel", statistic, unit, value, n, ends, n_open=n_open, group=group)
