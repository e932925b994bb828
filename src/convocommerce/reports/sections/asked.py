"""What had been asked before carts that were left, as topics: never a word anybody wrote."""

from __future__ import annotations

from convocommerce.charts import Bars
from convocommerce.insights import AskedTopic, AskedTopics, asked_topics
from convocommerce.insights.leaving.asked_topics import NONE, OTHER
from convocommerce.measuring import ask
from convocommerce.metrics import metric_named
from convocommerce.reports.blocks import Block, Cell, TableBlock, Text
from convocommerce.reports.cells import (
    figure_cell,
    hidden_cell,
    name_cell,
    own_figure,
    pictured,
    small_groups_note,
)
from convocommerce.reports.sections.stretch import four_weeks
from convocommerce.reports.span import Span
from convocommerce.topics import TOPICS


def asked(span: Span) -> list[Block]:
    """Return topics asked about before carts that were left, beside those that were bought."""
    say, days = span.say, four_weeks(span)
    question = ask(
        span.con,
        metric_named("cart_abandonment"),
        as_of=span.as_of,
        period=days,
        where=span.subject.where or None,
    )
    found = asked_topics(span.con, question, smallest=span.options.smallest_group)
    called = span.called(days)
    if not found.left and found.untold:
        told = say(
            "What was asked before carts that were left cannot be told: no export keeps what "
            "people wrote."
        )
        return [Text(told, "note")]
    if not found.left:
        told = say("Nobody who wrote before an attempt to buy left it behind in {days}.")
        return [Text(told.format(days=called), "note")]
    if found.left < span.options.smallest_group:
        told = say("Too few who wrote left a cart behind in {days} to tell what they asked about.")
        return [Text(told.format(days=called), "note")]
    return [_picture(span, found, days.name, called)]


def _picture(span: Span, found: AskedTopics, period: str, called: str) -> Block:
    say = span.say
    title = say("What people asked about before they left a cart")
    has_buyers = found.bought and not span.is_few(found.bought)
    lines, shown = [], []
    for one in found.topics:
        left = _cell(span, one, "left", period)
        bought = _cell(span, one, "bought", period) if has_buyers else Cell("–", is_quiet=True)
        lines.append((name_cell(_name(span, one.topic)), left, bought))
        if left.figure is not None:
            is_shown = bought.figure is not None
            shown.append((_name(span, one.topic), one, one.bought_share if is_shown else None))
    chart = Bars(
        title=title,
        unit="share",
        categories=[name for name, _, _ in shown],
        values=[one.left_share for _, one, _ in shown],
        low=[one.left_interval[0] for _, one, _ in shown],
        high=[one.left_interval[1] for _, one, _ in shown],
        n=[one.of_left for _, one, _ in shown],
        comparison=[share for _, _, share in shown] if has_buyers else (),
        comparison_label=say("of those who bought"),
        category_label=say("Topic"),
        caption=_caption(span, found, called),
    )
    headings = (say("Topic"), say("Of those who left a cart"), say("Of those who bought"))
    note = small_groups_note(span, (cell for line in lines for cell in line))
    return pictured(chart, TableBlock(title, headings, tuple(lines), note), is_open=True)


def _caption(span: Span, found: AskedTopics, called: str) -> str:
    say = span.say
    told = [
        say(
            "Share of the people who wrote and then left a cart behind in {days}. One person can "
            "ask about several things, so the shares do not add up to all."
        ).format(days=called),
        say(
            "Topics are found by lists of words in English and Dutch; no text leaves the database."
        ),
    ]
    if found.untold and not span.is_few(found.untold):
        told.append(
            say("People who wrote and whose words no export keeps: {n}.").format(
                n=span.write.count(found.untold)
            )
        )
    return " ".join(told)


def _name(span: Span, topic: str) -> str:
    names = {
        OTHER: span.say("Other topics, each of too few"),
        NONE: span.say("None of these topics"),
    }
    return names[topic] if topic in names else span.say(TOPICS[topic])


def _cell(span: Span, one: AskedTopic, side: str, period: str) -> Cell:
    """Return the share of one side; a count of too few people is not shown, however many wrote."""
    count, of, share, ends = (
        (one.left, one.of_left, one.left_share, one.left_interval)
        if side == "left"
        else (one.bought, one.of_bought, one.bought_share, one.bought_interval)
    )
    if span.is_few(count):
        return hidden_cell(span, "few")
    figure = own_figure(
        span, "asked_topics", side, "share", share, of, ends,
        group={"topic": one.topic}, period=period,
    )  # fmt: skip
    return figure_cell(span, figure)
