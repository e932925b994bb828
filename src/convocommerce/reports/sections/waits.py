"""Where the waiting goes: before and after a bot's hand-over, and the waits that come later."""

from __future__ import annotations

from convocommerce.charts import Bars, Part, Stacks
from convocommerce.insights import WaitParts, wait_parts
from convocommerce.intervals import Interval
from convocommerce.measuring import Row
from convocommerce.metrics import metric_named
from convocommerce.reports.blocks import Block, Cell, ChartBlock, Section, TableBlock, Text
from convocommerce.reports.cells import figure_cell, hidden_cell, name_cell, own_figure
from convocommerce.reports.span import Span

_FRT = "first_response_time"
_LATER = (_FRT, "next_reply_time", "requester_wait", "resolution_time")


def waits(span: Span) -> Section:
    """Return the parts of the wait for a person, and how long the other waits are."""
    return Section("waits", span.say("Where the waiting goes"), (*_parts(span), *_others(span)))


def _is_always_open(span: Span) -> bool:
    return span.rules.opening_hours == "24/7" and span.rules.holidays is None


def _parts(span: Span) -> list[Block]:
    say = span.say
    kinds = ("opening",) if _is_always_open(span) else ("opening", "calendar")
    found = {
        hours: wait_parts(span.con, span.measure(_FRT, options={"hours": hours}).questions[0])
        for hours in kinds
    }
    handed = next((one.n for one in found["opening"] if one.is_handed_over), 0)
    if not handed:
        told = say(
            "No conversation that a person answered had been handed over by a bot, so the wait for "
            "a person has no parts."
        )
        return [Text(told)]
    shown = [one for one in found["opening"] if not span.is_few(one.n)]
    if not any(one.is_handed_over for one in shown):
        told = say(
            "Too few conversations were handed over by a bot to tell where their waiting went."
        )
        return [Text(told)]
    drawn = Stacks(
        title=say("How long people waited for a person")
        if _is_always_open(span)
        else say("How long people waited for a person, in opening time"),
        unit="seconds",
        categories=[_name(span, one) for one in shown if one.third != "all"],
        parts=[
            Part(
                name=say("Until the bot handed over"),
                values=[one.bot_seconds for one in shown if one.third != "all"],
            ),
            Part(
                name=say("Until a person answered"),
                values=[one.person_seconds for one in shown if one.third != "all"],
            ),
        ],
        n=[one.n for one in shown if one.third != "all"],
        has_rest=False,
        caption=say(
            "Means over thirds of the answered conversations, put in order by the whole wait: "
            "within each the two parts add up to the whole, which medians would not."
        ),
    )
    return [ChartBlock(drawn, _parts_table(span, drawn.title, found))]


def _parts_table(span: Span, title: str, found: dict[str, list[WaitParts]]) -> TableBlock:
    say = span.say
    headings = [
        say("Conversations"),
        say("Until the bot handed over"),
        say("Until a person answered"),
        say("The whole wait"),
    ]
    if "calendar" in found:
        headings.append(say("The whole wait, all hours"))
    lines = []
    whole = {(one.is_handed_over, one.third): one for one in found.get("calendar", ())}
    for one in found["opening"]:
        cells = [name_cell(_name(span, one))]
        told: list[tuple[str, str, float, Interval]] = [
            ("opening", "bot", one.bot_seconds, one.bot_interval),
            ("opening", "person", one.person_seconds, one.person_interval),
            ("opening", "whole", one.whole_seconds, one.whole_interval),
        ]
        if other := whole.get((one.is_handed_over, one.third)):
            told.append(("calendar", "whole", other.whole_seconds, other.whole_interval))
        for hours, part, value, interval in told:
            group = {
                "handed_over": "yes" if one.is_handed_over else "no",
                "third": one.third,
                "hours": hours,
            }
            figure = own_figure(
                span, "wait_parts", part, "seconds", value, one.n, interval, group=group
            )
            if part == "bot" and not one.is_handed_over:
                cells.append(Cell("–", is_quiet=True))
            else:
                is_few = span.is_few(one.n)
                cells.append(hidden_cell(span, "few") if is_few else figure_cell(span, figure))
        lines.append(tuple(cells))
    note = say(
        "Each column of the whole wait is put in order by itself. Intervals are by the bootstrap. "
        "Conversations not answered yet are not in it: how long the second part takes is not known "
        "of them."
    )
    return TableBlock(title, tuple(headings), tuple(lines), note)


def _name(span: Span, one: WaitParts) -> str:
    say = span.say
    if one.is_handed_over:
        return {
            "fast": say("Handed over, fastest third"),
            "middle": say("Handed over, middle third"),
            "slow": say("Handed over, slowest third"),
            "all": say("Handed over, all"),
        }[one.third]
    return {
        "fast": say("Not handed over, fastest third"),
        "middle": say("Not handed over, middle third"),
        "slow": say("Not handed over, slowest third"),
        "all": say("Not handed over, all"),
    }[one.third]


def _others(span: Span) -> list[Block]:
    say = span.say
    names = [name for name in _LATER if _size(span, name)]
    blocks: list[Block] = []
    if "resolution_time" not in names:
        is_told = _row(span, "resolution_time", "median").n_open
        told = (
            say("None of these conversations has been closed yet.")
            if is_told
            else say(
                "No export tells when conversations were closed, so how long it took to solve them "
                "is not known."
            )
        )
        blocks.append(Text(told, "note"))
    if not names:
        return blocks
    titles = [say(metric_named(name).title) for name in names]
    is_shown = [not span.is_few(_size(span, name)) for name in names]
    medians = [_row(span, name, "median") for name in names]
    drawn_rows = [row if shown else None for row, shown in zip(medians, is_shown, strict=True)]
    drawn = Bars(
        title=say("Half of them waited no longer than this"),
        unit="seconds",
        categories=titles,
        values=[row.value if row else None for row in drawn_rows],
        low=[row.low if row else None for row in drawn_rows],
        high=[row.high if row else None for row in drawn_rows],
        n=[row.n for row in medians],
        caption=say(
            "Those still waiting count as waiting for as long as they have waited, but for the "
            "resolution time, which is of those that were closed."
        ),
    )
    lines = []
    for name, title, shown in zip(names, titles, is_shown, strict=True):
        cells = [
            figure_cell(span, span.figure(_row(span, name, statistic)))
            if shown
            else hidden_cell(span, "few")
            for statistic in ("median", "p90")
        ]
        lines.append((name_cell(title), *cells))
    headings = (say("Wait"), say("Half waited at most"), say("90% waited at most"))
    return [ChartBlock(drawn, TableBlock(drawn.title, headings, tuple(lines))), *blocks]


def _row(span: Span, name: str, statistic: str) -> Row:
    """Return a quantile over all, the unanswered counted as waiting, where the metric has it."""
    known = {one.name for one in metric_named(name).statistics}
    chosen = f"km_{statistic}" if f"km_{statistic}" in known else statistic
    return span.rows(name, chosen)[0]


def _size(span: Span, name: str) -> int:
    return _row(span, name, "median").n
