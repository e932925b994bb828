"""Frames and lists that say below themselves what they mean and what a reader must know."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, TypeVar

import pandas as pd

from convocommerce.markup import facts_of, html_table

One = TypeVar("One")
_SMALL = "font-size:85%;opacity:.75;max-width:60em"


class Table(pd.DataFrame):
    """A frame that shows ``attrs["meaning"]`` and ``attrs["notes"]`` below itself.

    What is made of it, by a filter or a sum, is a plain frame again: it may mean something else.
    """

    def _repr_html_(self) -> str | None:
        shown: str | None = super()._repr_html_()  # type: ignore[misc]  # not in the stubs
        return shown if shown is None else shown + below(self._said())

    def __repr__(self) -> str:
        return "\n".join((super().__repr__(), *self._said()))

    def _said(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.attrs.get("meaning"), *self.attrs.get("notes", ()))))


class Several(list[One]):
    """A list that shows itself as a table, with what a reader must know below it.

    Attributes:
        notes: What a reader must know, in full sentences.
    """

    def __init__(self, found: Iterable[One] = (), notes: tuple[str, ...] = ()) -> None:
        """Hold what was found."""
        super().__init__(found)
        self.notes = notes

    def _repr_html_(self) -> str:
        rows = [facts_of(one) for one in self]
        names = list(rows[0]) if rows else []
        cells = [[_brief(row[name]) for name in names] for row in rows]
        return html_table(names, cells) + below(self.notes)

    def __repr__(self) -> str:
        return "\n".join((super().__repr__(), *self.notes))


def below(sentences: Iterable[str]) -> str:
    """Return sentences as small print."""
    text = "<br>".join(escape(one) for one in sentences)
    return f'<p style="{_SMALL}">{text}</p>' if text else ""


def _brief(value: Any) -> str:
    """Write a value, and of what is long only how long."""
    if isinstance(value, list | tuple) and len(value) > 4:
        return f"{len(value):,} values"
    if isinstance(value, float):
        return f"{value:,.4g}"
    return "–" if value is None else str(value)
