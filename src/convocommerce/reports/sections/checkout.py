"""Chats beside the website's checkout: how many times as often the one ends in a paid order."""

from __future__ import annotations

from dataclasses import dataclass

from convocommerce.charts import Dots
from convocommerce.insights import (
    UNMATCHED,
    Buyers,
    ChatAgainstCheckout,
    Ratio,
    chat_against_checkout,
)
from convocommerce.reports.blocks import Block, Cell, Facts, Section, TableBlock, Text
from convocommerce.reports.cells import (
    difference_cell,
    figure_cell,
    hidden_cell,
    name_cell,
    own_figure,
    pictured,
    small_groups_note,
)
from convocommerce.reports.sections.stretch import four_weeks
from convocommerce.reports.span import Span

CLAIMED = 2.3
"""The ratio that is often told, and held against what is seen here."""


@dataclass(frozen=True)
class _Compared:
    """One way of setting the two beside each other."""

    name: str
    title: str
    chats: Buyers
    website: Buyers | None
    ratio: Ratio


def checkout(span: Span) -> Section:
    """Return the ratio in every way it is told, and the verdict on the fairest of them."""
    say = span.say
    days = four_weeks(span)
    found = chat_against_checkout(span.con, days, span.as_of, claimed=CLAIMED)
    ways = _ways(span, found)
    is_small = [
        span.is_few(one.chats.n) or (one.website is not None and span.is_few(one.website.n))
        for one in ways
    ]
    # The same mix is made of the groups that are matched, and hidden with them.
    shown = [
        one
        for one, hide in zip(ways, is_small, strict=True)
        if one.ratio.ratio is not None and not hide
    ]
    blocks: list[Block] = [Text(_verdict(span, found, shown), "call")]
    if shown:
        blocks.append(_picture(span, days.name, ways, is_small, shown))
    alike = tuple(say(UNMATCHED[name]) for name in found.unmatched)
    if shown and alike:
        blocks.append(Facts(((say("Not alike on the two sides"), alike),)))
    if shown:
        told = say(
            "Conversations and attempts to buy that began in these days: {days}. Those whose time "
            "to order is not over are open and in no share."
        )
        blocks.append(Text(told.format(days=span.called(days)), "note"))
    return Section("checkout", say("Chats beside the website's checkout"), tuple(blocks))


def _ways(span: Span, found: ChatAgainstCheckout) -> list[_Compared]:
    say = span.say
    ways = [
        _Compared(
            "naive",
            say("As it is often told: all chats, all checkouts"),
            found.all_chats,
            found.all_checkouts,
            found.naive,
        ),
        _Compared(
            "matched",
            say("Chats of people who came to buy, checkouts of people who did not chat"),
            found.chats,
            found.checkouts,
            found.matched,
        ),
        _Compared(
            "standardised",
            say("The same, with the same mix of new and returning customers"),
            found.chats,
            None,
            found.standardised,
        ),
        _Compared(
            "visits",
            say("Chats of people who came to buy, visits with a checkout"),
            found.chats,
            found.visits,
            found.against_visits,
        ),
    ]
    return ways if found.visits.n else ways[:3]


def _verdict(span: Span, found: ChatAgainstCheckout, shown: list[_Compared]) -> str:
    say, write = span.say, span.write
    claimed = write.number(found.claimed)
    basis = next((one for one in shown if one.name == found.basis), None)
    if basis is None:
        return say(
            "Whether chats sell {claimed} times as often as the website's checkout is not "
            "computed: {reason}"
        ).format(claimed=claimed, reason=_why_not(span, found))
    ends = write.interval(basis.ratio.low, basis.ratio.high, "number")
    values = {"ratio": write.number(basis.ratio.ratio), "ends": ends, "claimed": claimed}
    match found.verdict:
        case "supported":
            told = say(
                "Fairly compared, chats ended in an order {ratio} times as often as the website's "
                "checkouts {ends}: more often than the {claimed} times that are claimed."
            )
        case "contradicted":
            told = say(
                "Fairly compared, chats ended in an order {ratio} times as often as the website's "
                "checkouts {ends}: less often than the {claimed} times that are claimed."
            )
        case _:
            told = say(
                "Fairly compared, chats ended in an order {ratio} times as often as the website's "
                "checkouts {ends}: too few to tell whether it is more or less often than the "
                "{claimed} times that are claimed."
            )
    return told.format(**values)


def _why_not(span: Span, found: ChatAgainstCheckout) -> str:
    say = span.say
    if not span.con.execute("select count(*) from orders").fetchall()[0][0]:
        return say("no orders are loaded, so it is not known what was bought.")
    if not found.chats.n:
        if found.all_chats.n:
            return say("of no decided conversation is it known that its customer came to buy.")
        return say("no conversation of these days is decided yet.")
    website = found.checkouts if found.checkouts.n else found.visits
    if not website.n:
        return say("no decided checkout of the website is known to compare with.")
    if not website.bought:
        return say("nobody bought at the website's checkout, so there is nothing to be a ratio of.")
    return say("too few conversations or checkouts to be shown.")


def _picture(
    span: Span, period: str, ways: list[_Compared], is_small: list[bool], shown: list[_Compared]
) -> Block:
    say = span.say
    chart = Dots(
        title=say("How many times as often chats end in a paid order"),
        unit="number",
        categories=[one.title for one in shown],
        values=[one.ratio.ratio for one in shown],
        low=[one.ratio.low for one in shown],
        high=[one.ratio.high for one in shown],
        n=[one.chats.n for one in shown],
        is_log=True,
        base=1,
        base_label=say("As often as at the checkout"),
        reference=CLAIMED,
        reference_label=say("The claim"),
        caption=say(
            "Chats that end in an order, over checkouts that do; n is the chats. Each with its 95% "
            "interval."
        ),
    )
    lines = tuple(
        _line(span, period, one, is_hidden=hide) for one, hide in zip(ways, is_small, strict=True)
    )
    headings = (
        say("Compared"),
        say("Ratio"),
        say("Chats with an order"),
        say("Checkouts with an order"),
        say("Difference"),
    )
    note = small_groups_note(span, (cell for line in lines for cell in line))
    return pictured(chart, TableBlock(chart.title, headings, lines, note), is_open=True)


def _line(span: Span, period: str, one: _Compared, *, is_hidden: bool) -> tuple[Cell, ...]:
    if is_hidden:
        return (name_cell(one.title), *(hidden_cell(span, "few") for _ in range(4)))

    def cell(
        statistic: str,
        unit: str,
        value: float | None,
        n: int | None,
        ends: tuple[float | None, float | None],
        n_open: int | None,
    ) -> Cell:
        if value is None:
            return Cell("–", is_quiet=True)
        figure = own_figure(
            span, "chat_against_checkout", f"{one.name}_{statistic}", unit, value, n, ends,
            n_open=n_open, period=period,
        )  # fmt: skip
        is_difference = statistic == "difference"
        return (difference_cell if is_difference else figure_cell)(span, figure)

    told, chats, site = one.ratio, one.chats, one.website
    n = (chats.n or 0) + ((site.n or 0) if site else 0)
    return (
        name_cell(one.title),
        cell("ratio", "number", told.ratio, n, (told.low, told.high), chats.open),
        cell("chats", "share", chats.share, chats.n, chats.interval, chats.open),
        cell("website", "share", site.share, site.n, site.interval, site.open)
        if site
        else Cell("–", is_quiet=True),
        cell(
            "difference",
            "share",
            told.difference,
            n,
            (told.difference_low, told.difference_high),
            chats.open,
        ),
    )
