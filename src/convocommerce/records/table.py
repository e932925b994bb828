"""How a canonical table is declared."""

from __future__ import annotations

from dataclasses import dataclass

MONEY = "DECIMAL(18,4)"

FILLED_BY_LOADING = ("export",)
"""Columns that no source yields: loading knows them."""


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Attributes:
        name: The column's name, in the vocabulary of this module's docstring.
        type: Its DuckDB type.
        meaning: One sentence, with the unit where there is one.
        required: A record without it cannot be kept and its document is quarantined.
        personal: It can identify or quote a person; never shown unless asked for.
    """

    name: str
    type: str
    meaning: str
    required: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table.

    Attributes:
        name: The table's name.
        meaning: One sentence: what one row is.
        key: The columns that identify a row; a second record with the same key is the same thing.
        columns: Every column, in order.
        version: Columns compared, in order, to choose between records with the same key; the
            greatest wins and null is the least.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    version: tuple[str, ...] = ()

    def column_names(self) -> tuple[str, ...]:
        """Return the names of all columns, in order."""
        return tuple(column.name for column in self.columns)
