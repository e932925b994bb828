"""Says so when a filter names what is nowhere in the data, which would else look like nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convocommerce.errors import UnknownNameError, closest
from convocommerce.measuring import Question, states_before
from convocommerce.metrics import Dimension, dimension_named
from convocommerce.wording import wording

if TYPE_CHECKING:
    import duckdb

_NO_TALK = ("no conversation", "unknown")


def check_values(question: Question) -> None:
    """Check that filters on columns with a fixed list of values name some of that list.

    Raises:
        UnknownNameError: A value is not one of its column's; offers the nearest.
    """
    for dimension, values in _filters(question):
        known = {*dimension.order, *_NO_TALK}
        for value in values if dimension.order else ():
            if value not in known:
                raise UnknownNameError(dimension.name, value, known)


def unknown_values(
    con: duckdb.DuckDBPyConnection, question: Question, language: str
) -> tuple[str, ...]:
    """Say which values of a question's filters no conversation has, with the nearest that one has.

    Args:
        con: A connection to a database with built models.
        question: The question; what was known at its as-of counts.
        language: The language of the sentences.
    """
    say = wording(language)
    plain = say("No conversation has {column} '{value}'.")
    offering = say("No conversation has {column} '{value}'; the nearest is '{nearest}'.")
    said = []
    for dimension, values in _filters(question):
        rows = con.execute(
            f"with {states_before('conversation_cuts')} "
            f"select distinct {dimension.name} from conversation_cuts",
            {"as_of": question.as_of},
        ).fetchall()
        known = {*_NO_TALK, *dimension.order, *(str(value) for (value,) in rows)}
        for value in values:
            if value not in known:
                near = closest(value, known)
                text = offering if near else plain
                said.append(text.format(column=dimension.name, value=value, nearest=near))
    return tuple(said)


def _filters(question: Question) -> list[tuple[Dimension, tuple[Any, ...]]]:
    """Return the filters on columns that hold names, not parts of time."""
    found = [(dimension_named(name), values) for name, values in question.where.items()]
    return [(dimension, values) for dimension, values in found if dimension.expression is None]
