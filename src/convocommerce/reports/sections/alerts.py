"""What calls for attention: the rules, whether they hold now, since when, and when they did."""

from __future__ import annotations

from typing import Any

from convocommerce.metrics import dimension_named
from convocommerce.reports.alerting import Alert, alerts_of
from convocommerce.reports.blocks import Cell, Figure, Section, TableBlock, Text
from convocommerce.reports.cells import figure_cell, name_cell
from convocommerce.reports.headlines import Watched, mondays, settles_on
from convocommerce.reports.naming import figure_name
from convocommerce.reports.options import unit_named
from convocommerce.reports.sections.targets import targets
from convocommerce.reports.span import Span
from convocommerce.reports.tiles import usual_figure, week_name
from convocommerce.results.labels import group_label


def alerts(span: Span) -> Section:
    """Return the rules, how many of them hold, and the targets that no headline figure shows."""
    say = span.say
    title = say("Alerts")
    days = mondays(span)
    if not days:
        none = say("There is no whole week yet to hold a rule against.")
        return Section("alerts", title, (Text(none, "note"), *targets(span)))
    found = alerts_of(span)
    n = sum(one.state == "fires" for one in found)
    told = say("Rules that fire: {n} of {all}.") if n else say("No rule fires: all is quiet.")
    lead = told.format(n=span.write.count(n), all=span.write.count(len(found)))
    week = span.write.week(days[-1])
    newest = say("Now: {week}").format(week=week)
    is_own = bool(span.options.alerts)
    headings = (
        say("Rule") if is_own else say("Figure"),
        say("State"),
        newest,
        say("Usual range"),
        say("Since"),
        say("Fired before"),
    )
    lines = tuple(_line(span, one) for one in found)
    note = say(
        "Rules are held against whole weeks, up to {week}, as all weeks are known at the as-of. "
        "The usual range of a week is the mean of the twelve before it, less and plus 2.66 times "
        "the mean move from one of them to the next; from fewer than eight there is none. Sums "
        "are judged when nothing more comes in."
    ).format(week=week)
    if not is_own:
        watched = say(
            "No rules are set, so each headline figure is watched: it fires outside its usual "
            "range."
        )
        note = f"{watched} {note}"
    table = TableBlock(say("Rules and when they fired"), headings, lines, note)
    return Section("alerts", title, (Text(lead, "call" if n else "plain"), table, *targets(span)))


def _line(span: Span, alert: Alert) -> tuple[Cell, ...]:
    say = span.say
    states = {
        "fires": say("fires"),
        "quiet": say("quiet"),
        "unknown": say("cannot be told"),
        "open": say("still open"),
    }
    last = mondays(span)[-1]
    state = Cell(states[alert.state], _why(span, alert), is_quiet=alert.state != "fires")
    since = Cell(span.write.week(alert.since) if alert.since else "–", is_quiet=not alert.since)
    group = _group(alert)
    newest = (
        figure_cell(span, Figure(alert.newest, week_name(last), group))
        if alert.newest
        else Cell("–", is_quiet=True)
    )
    usual = Cell("–", is_quiet=True)
    if alert.limits and alert.newest:
        figure = usual_figure(alert.newest, alert.limits, last, group)
        ends = span.write.interval(alert.limits.low, alert.limits.high, alert.newest.unit)
        usual = Cell(ends.strip("()"), (), figure)
    return (name_cell(rule_text(span, alert)), state, newest, usual, since, _before(span, alert))


def _why(span: Span, alert: Alert) -> tuple[str, ...]:
    """Return why a rule says nothing of the newest week."""
    last = mondays(span)[-1]
    if alert.state == "open":
        day = span.write.date(settles_on(span, last))
        return (span.say("judged from {day} on").format(day=day),)
    if alert.state != "unknown":
        return ()
    if alert.newest is None or alert.newest.value is None:
        return (span.say("no figure"),)
    return (span.say("too few weeks"),)


def _before(span: Span, alert: Alert) -> Cell:
    if not alert.firings:
        return Cell(span.say("not in these weeks"), is_quiet=True)
    # A week and its year stay on one line.
    weeks = [span.write.week(one.monday).replace(" ", "\xa0") for one in alert.firings]
    return name_cell(" · ".join(weeks))


def _group(alert: Alert) -> dict[str, Any]:
    if alert.rule.by:
        return {alert.rule.by: alert.group}
    if alert.rule.metric == "abandonment_after_no_answer":
        return {"answer_state": "not answered"}
    return {}


def rule_text(span: Span, alert: Alert) -> str:
    """Return a rule in words."""
    rule, say = alert.rule, span.say
    name = figure_name(span, Watched(rule.metric, rule.statistic))
    if rule.by:
        dimension = dimension_named(rule.by)
        name = f"{name}, {group_label(dimension, alert.group, span.language)}"
    if not span.options.alerts:
        # All of them watch for the same, which is said once below.
        return name
    unit = alert.newest.unit if alert.newest else unit_named(rule.metric, rule.statistic)
    parts = []
    if rule.below is not None:
        parts.append(say("below {value}").format(value=_value(span, rule.below, unit)))
    if rule.above is not None:
        parts.append(say("above {value}").format(value=_value(span, rule.above, unit)))
    if rule.unusual:
        parts.append(say("outside its usual range"))
    either = f" {say('or')} "
    return f"{name}: {either.join(parts)}"


def _value(span: Span, value: float, unit: str) -> str:
    is_known = unit in ("share", "seconds", "count") or len(unit) == len("EUR")
    return span.write.value(value, unit) if is_known else span.write.number(value)
