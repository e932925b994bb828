"""How much of what was bought and said could be tied together, and by what."""

from __future__ import annotations

from convocommerce.charts import Part, Stacks
from convocommerce.insights.crediting.coverage import Tie, coverage
from convocommerce.measuring import Row
from convocommerce.reports.blocks import Block, Cell, TableBlock, Text
from convocommerce.reports.cells import (
    count_figure,
    figure_cell,
    hidden_cell,
    name_cell,
    pictured,
    small_groups_note,
)
from convocommerce.reports.span import Span
from convocommerce.wording import Say

GROUPS = (
    ("chat_id", "person", "token", "payment", "link"),
    ("shop_customer", "email", "phone"),
    ("typed_email", "typed_phone", "code", "ref"),
    ("none",),
)
"""Match rules by how sure they are, as the picture shows them."""

_WHATS = ("orders", "checkouts", "conversations")


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
        "none": say("not linked"),
    }


def links(span: Span) -> list[Block]:
    """Return how orders, checkouts and conversations of these days are linked, in a picture."""
    say = span.say
    last = min(span.last, span.as_of)
    found = coverage(span.con, span.first, last)
    if not found:
        told = say("No order, checkout or conversation of these days is loaded, so none is linked.")
        return [Text(told, "note")]
    counts = {(tie.what, tie.rule): tie for tie in found}
    return [pictured(_picture(span, counts), _table(span, counts), is_open=True)]


def _names(span: Span) -> dict[str, str]:
    say = span.say
    return {
        "orders": say("Orders"),
        "checkouts": say("Checkouts"),
        "conversations": say("Conversations"),
    }


def _picture(span: Span, counts: dict[tuple[str, str], Tie]) -> Stacks:
    say = span.say
    names = _names(span)
    totals = {what: _total(counts, what) for what in _WHATS}
    shown = [what for what in _WHATS if totals[what] and not span.is_few(totals[what])]
    titles = (
        say("by an id or link of the chat"),
        say("by customer number, e-mail or phone"),
        say("by what was typed or passed on"),
        say("not linked"),
    )
    parts = [
        Part(name=title, values=[_share(span, counts, what, rules, totals[what]) for what in shown])
        for title, rules in zip(titles, GROUPS, strict=True)
    ]
    return Stacks(
        title=say("How much is linked, and by what"),
        unit="share",
        categories=[names[what] for what in shown],
        parts=parts,
        n=[totals[what] for what in shown],
        caption=say(
            "Orders and checkouts are linked to somebody who chatted, conversations to somebody "
            "who ordered or began a checkout. An order that is not linked converts nothing; it is "
            "never guessed."
        ),
    )


def _share(
    span: Span, counts: dict[tuple[str, str], Tie], what: str, rules: tuple[str, ...], total: int
) -> float | None:
    n = sum(counts[what, rule].n for rule in rules if (what, rule) in counts)
    return None if span.is_few(n) else n / total


def _table(span: Span, counts: dict[tuple[str, str], Tie]) -> TableBlock:
    say, rules = span.say, link_words(span.say)
    known = [rule for rule in rules if any((what, rule) in counts for what in _WHATS)]
    columns: list[list[Cell]] = []
    for what in _WHATS:
        sizes = [_size(counts[what, rule].n) if (what, rule) in counts else None for rule in known]
        whys = span.hidden(sizes)
        cells = [
            hidden_cell(span, why)
            if why
            else _count(span, what, int(size.n), {"match_rule": rule})
            if size
            else Cell("–", is_quiet=True)
            for rule, size, why in zip(known, sizes, whys, strict=True)
        ]
        total = _total(counts, what)
        is_few = span.is_few(total)
        cells.append(hidden_cell(span, "few") if is_few else _count(span, what, total, {}))
        columns.append(cells)
    titles = [*(rules[rule] for rule in known), say("all")]
    lines = tuple(
        (name_cell(title), *(column[place] for column in columns))
        for place, title in enumerate(titles)
    )
    headings = (say("In these days"), *_names(span).values())
    note = small_groups_note(span, (cell for line in lines for cell in line))
    return TableBlock(say("How much is linked, and by what"), headings, lines, note)


def _total(counts: dict[tuple[str, str], Tie], what: str) -> int:
    return sum(tie.n for (one, _), tie in counts.items() if one == what)


def _count(span: Span, what: str, n: int, group: dict[str, object]) -> Cell:
    figure = count_figure(span, "linked", what, float(n), group=group)
    return figure_cell(span, figure, is_brief=True)


def _size(n: int) -> Row:
    return Row("linked", "", "", "count", (), float(n), None, None, n, 0)
