"""Small tables as HTML, for objects that show themselves in a notebook."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

_MOST = 4
"""Values of a list that a line of text shows; of a longer one it says how many there are."""
_SMALL = "font-size:85%;opacity:.75;max-width:60em"


class Shown:
    """What shows itself by its facts, each under its name, with its notes below."""

    def __init_subclass__(cls, **more: Any) -> None:
        """Keep the short text: a dataclass writes none of its own where one stands already."""
        super().__init_subclass__(**more)
        cls.__repr__ = Shown.__repr__  # type: ignore[method-assign]  # for each class its own

    def __repr__(self) -> str:
        facts = facts_of(self)
        notes = facts.pop("notes", ())
        lines = [f"  {name.replace('_', ' ')}: {_value_text(one)}" for name, one in facts.items()]
        return "\n".join((type(self).__name__, *lines, *notes))

    def _repr_html_(self) -> str:
        facts = facts_of(self)
        notes = facts.pop("notes", ())
        text = "<br>".join(escape(note) for note in notes)
        return _facts_html(facts) + (f'<p style="{_SMALL}">{text}</p>' if text else "")


def facts_of(one: Any) -> dict[str, Any]:
    """Return the fields and the properties of a dataclass, by name."""
    names = [field.name for field in dataclasses.fields(one)]
    names += [name for name, kind in vars(type(one)).items() if isinstance(kind, property)]
    return {name: getattr(one, name) for name in names if name != "is_empty"}


def html_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; whatever its cells say stays text.

    >>> html_table(["who"], [["<b>"]])
    '<table><thead><tr><th>who</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    head = "".join(f"<th>{escape(one)}</th>" for one in headings)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _facts_html(facts: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><th style="text-align:left">{escape(name.replace("_", " "))}</th>'
        f"<td>{_value_html(value)}</td></tr>"
        for name, value in facts.items()
    )
    return f"<table><tbody>{rows}</tbody></table>"


def _value_text(value: Any) -> str:
    """Write a value in short; of what is long only how long."""
    if dataclasses.is_dataclass(value):
        value = facts_of(value)
    match value:
        case None:
            return "–"
        case Mapping():
            return ", ".join(f"{name} {_value_text(one)}" for name, one in value.items()) or "–"
        case bool():
            return str(value)
        case float():
            return f"{value:,.4g}"
        case int():
            return f"{value:,}"
        case list() | tuple() if len(value) > _MOST:
            return f"{len(value):,} values"
        case (float() | None, float() | None):
            return " to ".join(_value_text(end) for end in value)
        case list() | tuple():
            return "; ".join(_value_text(one) for one in value) or "–"
    return str(value)


def _value_html(value: Any) -> str:
    if dataclasses.is_dataclass(value):
        return _facts_html(facts_of(value))
    match value:
        case None:
            return "–"
        case Mapping():
            return _facts_html(value)
        case float():
            return f"{value:,.4g}"
        case int():
            return f"{value:,}" if not isinstance(value, bool) else str(value)
        case (float() | None, float() | None) if value != ():
            return " to ".join(_value_html(end) for end in value)
        case list() | tuple():
            return "; ".join(_value_html(one) for one in value)
    return escape(str(value))
