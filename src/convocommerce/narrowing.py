"""Leaves out of a select what nobody asks of it.

The engine plans every join of a state anew for every question, and a question reads a few of its
columns. What is left is plain SQL in the same words. It is for this package's own files, on whose
form it relies (``tests/test_narrowing.py``): each clause of the last select begins a line, each
column ends one, and what is joined to the left has at most one row for each and is named by its
alias.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_EXPRESSION = re.compile(r"(?:^--.*\n)*^(?:with )?(\w+) as \(\n[\s\S]*?^\),?\n", re.MULTILINE)
_LEFT_JOIN = re.compile(r"left join (\w+)(?: as (\w+))?")


@lru_cache(maxsize=1024)
def words_of(*texts: str) -> frozenset[str]:
    """Return the words of some SQL, the names in it among them."""
    return frozenset(re.findall(r"\w+", " ".join(texts)))


@lru_cache(maxsize=256)
def narrowed(sql: str, wanted: frozenset[str]) -> str:
    """Return a select without the columns that are not wanted, and without what only those need.

    Args:
        sql: The select, with its common table expressions before it.
        wanted: Names of columns, among any other words.
    """
    before, columns, clauses = _parts(sql)
    joins = [one for one in clauses if one.startswith("left join ")]
    fixed = words_of(*(one for one in clauses if one not in joins))
    kept = _columns_needed(columns, fixed.union(wanted)) or columns[:1]
    needed = fixed | words_of(*kept)
    for join in reversed(joins):
        if _joined_as(join) in needed:
            needed |= words_of(join)
        else:
            clauses.remove(join)
    text = "select\n" + ",\n".join(kept) + "\n" + "\n".join(clauses)
    return _expressions_needed(before, text) + text


def column_names(sql: str) -> list[str]:
    """Return the names of the columns of a select, in their order; a star has none."""
    return [name for one in _parts(sql)[1] if (name := _name(one))]


def _parts(sql: str) -> tuple[str, list[str], list[str]]:
    """Return what stands before the last select, its columns, and its clauses after those."""
    before, _, last = f"\n{sql.strip()}".rpartition("\nselect\n")
    columns, start, rest = last.partition("\nfrom ")
    clauses = re.split(r"\n(?=\S)", f"{start.strip()} {rest}")
    return f"{before}\n".lstrip(), re.split(r",\n(?=    \S)", columns), clauses


def _name(column: str) -> str | None:
    found = re.search(r"(\w+)$", column)
    return found[1] if found else None


def _columns_needed(columns: list[str], wanted: Iterable[str]) -> list[str]:
    """Return the columns wanted, and those that they are computed from."""
    needed = set(wanted)
    while True:
        kept = [one for one in columns if (name := _name(one)) is None or name in needed]
        more = words_of(*kept) - needed
        if not more:
            return kept
        needed |= more


def _joined_as(join: str) -> str:
    found = _LEFT_JOIN.match(join)
    if found is None:
        raise ValueError(f"{join.partition(chr(10))[0]!r} joins no table by its name")
    return found[2] or found[1]


def _expressions_needed(before: str, text: str) -> str:
    """Return the common table expressions that a select needs, each with its own comment."""
    needed = words_of(text)
    kept: list[str] = []
    for found in reversed(list(_EXPRESSION.finditer(before))):
        if found[1] in needed:
            body = re.sub(r"^with ", "", found[0].rstrip().rstrip(","), flags=re.MULTILINE)
            needed |= words_of(body)
            kept.insert(0, body)
    return "with " + ",\n".join(kept) + "\n" if kept else ""
