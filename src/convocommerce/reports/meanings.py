"""What figures mean, in a form that two pages can be held against each other by.

A page carries the hashes of its definitions and the values of its rules. The next one, given
these, says what changed in them: a figure that means something else is not a figure that moved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.measuring import formula
from convocommerce.metrics import CATALOGUE, Metric

if TYPE_CHECKING:
    from convocommerce.rules import Rules

Definitions = Mapping[str, Mapping[str, Any]]
"""``metrics``: a hash by name. ``rules``: a value by name."""


@dataclass(frozen=True)
class Changed:
    """What changed in the definitions from one page to another.

    Attributes:
        added: Metrics that are there now and were not.
        removed: Metrics that were there and are not.
        redefined: Metrics that mean something else or are computed in another way.
        rules: Rules with another value: what it was, and what it is.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    redefined: tuple[str, ...]
    rules: Mapping[str, tuple[Any, Any]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.redefined or self.rules)


def meaning_of(metric: Metric) -> str:
    """Return a hash of what a metric means: its words in English, its formulas and choices."""
    words = (metric.meaning, metric.open_means, metric.definition, metric.excludes)
    formulas = [(one.name, formula(metric, one)) for one in metric.statistics]
    options = {name: list(choices) for name, choices in metric.options.items()}
    rows = [metric.population, dict(metric.population_of)]
    told = json.dumps([words, formulas, options, rows], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def definitions_of(metrics: Collection[str], rules: Rules) -> dict[str, dict[str, Any]]:
    """Return what metrics and rules mean, to be kept and held against another page's.

    Args:
        metrics: Names of metrics of the catalogue; others are left out.
        rules: The rules in force. Of lists and tables, which may hold the accounts of people, a
            hash and the number of entries stand for what they hold.
    """
    return {
        "metrics": {
            name: meaning_of(metric) for name, metric in CATALOGUE.items() if name in metrics
        },
        "rules": {name: _plain(value) for name, value in rules.to_dict().items()},
    }


def _plain(value: Any) -> Any:
    if not isinstance(value, list | dict):
        return value
    told = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return {"n": len(value), "hash": hashlib.sha256(told.encode()).hexdigest()[:16]}


def changed_since(previous: Definitions, now: Definitions) -> Changed:
    """Return what changed in the definitions since another page.

    Rules that only one of the two knows are those of another version of this package; they changed
    when they are not left empty.

    Args:
        previous: What ``definitions_of`` gave for the other page.
        now: The same of this page.

    >>> before = {"metrics": {"a": "1", "b": "1"}, "rules": {"gap": 24}}
    >>> changed_since(before, {"metrics": {"a": "2", "c": "1"}, "rules": {"gap": 12}})
    Changed(added=('c',), removed=('b',), redefined=('a',), rules={'gap': (24, 12)})
    """
    old, new = previous.get("metrics", {}), now.get("metrics", {})
    old_rules, new_rules = previous.get("rules", {}), now.get("rules", {})
    return Changed(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        redefined=tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name])),
        rules={
            name: (old_rules.get(name), new_rules.get(name))
            for name in sorted(old_rules.keys() | new_rules.keys())
            if old_rules.get(name) != new_rules.get(name)
        },
    )
