"""Writes down what is computed, from the same parts that compute it."""

from __future__ import annotations

import re

from convocommerce.measuring.answer import aggregates
from convocommerce.metrics import Metric, Statistic, Total, Waiting
from convocommerce.sqlfiles import sql_files


def formula(metric: Metric, statistic: Statistic) -> str:
    """Return the formula of a statistic, under the metric's default choices.

    >>> from convocommerce.metrics import metric_named
    >>> conversion = metric_named("conversion")
    >>> print(formula(conversion, conversion.statistics[2]))
    sum(net_amount) for each currency, from order_states
        where is_sale and credit in ('in_chat', 'assisted')
    """
    chosen = {name: choices[0] for name, choices in metric.options.items()}
    columns = {
        "duration": (metric.duration or "").format(**chosen),
        "age": (metric.age or "").format(**chosen),
    }
    table, conditions = metric.states, [metric.population.format(**chosen)]
    match statistic:
        case Total(amount=amount, where=where, states=states):
            what = f"sum({amount}) for each currency" if amount else "count(*)"
            table = states or metric.states
            conditions = [*(conditions if table == metric.states else []), where]
        case Waiting(at=at):
            observed = (metric.observed or metric.age or "").format(**chosen)
            what = (
                f"the time by which {at:.0%} of {columns['duration']} have ended, after Kaplan and "
                f"Meier; those without an end are watched for {observed}"
            )
        case _:
            first, n, _ = aggregates(statistic)
            what = first if first.startswith("quantile") else f"{first} / {n}"
            what = re.sub(r"\b(duration|age)\b", lambda found: columns[found[1]], what)
    kept = " and ".join(one for one in conditions if one != "true")
    return f"{what}, from {table}" + (f"\n    where {kept}" if kept else "")


def unit_of(statistic: Statistic) -> str:
    """Return the unit of a statistic: seconds, share, count or money."""
    match statistic:
        case Total(amount=amount):
            return "money, one figure for each currency" if amount else "count"
        case _:
            return "seconds" if hasattr(statistic, "at") else "share"


def grain_of(metric: Metric) -> str:
    """Return what a metric counts: what one row of its states is."""
    return sql_files("states")[metric.states].grain
