"""What ads cost day by day, with the days that were told in more than one way."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from convocommerce.charts import Series, Trend
from convocommerce.insights import DaySpend
from convocommerce.reports.blocks import Block, TableBlock, Text
from convocommerce.reports.cells import figure_cell, name_cell, own_figure, pictured
from convocommerce.reports.span import Span

_FEWEST_DAYS = 2


def day_spend(span: Span, found: list[DaySpend]) -> list[Block]:
    """Return a picture of the spend by day for each currency.

    Args:
        span: The days the page is about.
        found: The days on which anything was told, by currency.
    """
    blocks: list[Block] = []
    for currency, rows in groupby(found, lambda one: one.currency):
        known = list(rows)
        days = {one.day: one for one in known if one.day == one.last_day}
        if len(days) >= _FEWEST_DAYS:
            blocks.append(_currency(span, currency or "number", days))
        if len(days) < len(known):
            told = span.say(
                "Some spend is told only for ranges of days, so it is in no picture by day."
            )
            blocks.append(Text(told, "note"))
    return blocks


def _currency(span: Span, unit: str, days: dict[dt.date, DaySpend]) -> Block:
    say = span.say
    dates = [
        span.period.start + dt.timedelta(days=number)
        for number in range((span.period.end - span.period.start).days)
    ]
    every = [days.get(date) for date in dates]
    line = Series(
        name=say("Spend"),
        values=[float(one.spend) if one else None for one in every],
        low=[float(one.least_spend) if one and one.restated else None for one in every],
        high=[float(one.most_spend) if one and one.restated else None for one in every],
    )
    n_restated = sum(1 for one in days.values() if one.restated)
    caption = (
        say(
            "Days told in more than one way by exports of different times: {n}. The bar there "
            "reaches from the lowest to the highest; the line is what counts."
        ).format(n=span.write.count(n_restated))
        if n_restated
        else say("No day was told in more than one way.")
    )
    title = say("Spend on ads by day")
    chart = Trend(title=title, unit=unit, x=dates, series=[line], grain="day", caption=caption)
    rows = []
    for one in days.values():
        group = {"day": one.day.isoformat()}
        cells = [
            figure_cell(
                span,
                own_figure(span, "ad_spend", statistic, of, float(value), one.ads, group=group),
                is_brief=True,
            )
            for statistic, of, value in (
                ("spend", unit, one.spend),
                ("ads", "count", one.ads),
                ("restated", "count", one.restated),
                ("least", unit, one.least_spend),
                ("most", unit, one.most_spend),
            )[: 5 if n_restated else 2]
        ]
        name = span.write.date(one.day)
        if one.restated:
            name = say("{day}, restated").format(day=name)
        rows.append((name_cell(name), *cells))
    headings = (
        say("Day"),
        say("Spend"),
        say("Ads"),
        say("Told in more than one way"),
        say("Lowest told"),
        say("Highest told"),
    )[: 6 if n_restated else 3]
    note = say("Days are those of the ad account.")
    return pictured(chart, TableBlock(title, headings, tuple(rows), note, is_dated=True))
