"""Leads the figure of one system over to that of another, with the reason for every case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from convocommerce.errors import UnknownNameError
from convocommerce.measuring import Query
from convocommerce.profiles.composing import (
    profile_named,
    sides,
    tables_before,
    tables_of,
)
from convocommerce.profiles.hours import hours_values
from convocommerce.profiles.reasons import REASONS
from convocommerce.profiles.showing import Statistic, as_html, as_text, picture_of
from convocommerce.wording import wording

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from convocommerce.charts import Picture
    from convocommerce.periods import Period
    from convocommerce.profiles.profile import Profile

HOURS = ("calendar", "opening")

# These stand after the two sides that they read.
_COMPARISON = frozenset({"pairs", "pair_facts", "compared"})


@dataclass(frozen=True)
class Part:
    """One reason's part in the difference of a case.

    Attributes:
        reason: One of ``REASONS``.
        seconds: How much it adds from the first system to the second; null when only one of the
            two has a figure.
    """

    reason: str
    seconds: float | None


@dataclass(frozen=True)
class Difference:
    """One case of which two systems say different things.

    Attributes:
        case_id: The ticket as platform and number, or ``conversation:`` and its number.
        conversation_id: The conversation of ours; null when none belongs to the case.
        again: 0, or the how manieth further figure of the same conversation it is.
        a_seconds: What the first says; null when it says nothing or not in this period.
        b_seconds: What the second says.
        seconds: The second less the first; null unless both say something.
        is_open_in_a: The first counts the case as waiting.
        is_open_in_b: The second counts the case as waiting.
        parts: The reasons, whose seconds add up to ``seconds``.
    """

    case_id: str
    conversation_id: int | None
    again: int
    a_seconds: float | None
    b_seconds: float | None
    seconds: float | None
    is_open_in_a: bool
    is_open_in_b: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Figure:
    """One figure over many cases.

    Attributes:
        n: How many cases have a time.
        n_open: How many are counted as waiting.
        mean_seconds: The mean of the times; null without any.
        median_seconds: Their median.
    """

    n: int
    n_open: int
    mean_seconds: float | None
    median_seconds: float | None


@dataclass(frozen=True)
class Step:
    """What one reason does to the figure, after the reasons before it were applied.

    Attributes:
        reason: One of ``REASONS``.
        cases: How many cases it concerns.
        before: The figure until then; the first step's is the first system's.
        after: The figure from then on; the last step's is the second system's.
    """

    reason: str
    cases: int
    before: Figure
    after: Figure

    @property
    def n(self) -> int:
        """Return how many cases more have a time."""
        return self.after.n - self.before.n

    @property
    def mean_seconds(self) -> float | None:
        """Return by how much the mean changes; null where there is none before or after."""
        return _less(self.after.mean_seconds, self.before.mean_seconds)

    @property
    def median_seconds(self) -> float | None:
        """Return by how much the median changes; null where there is none before or after."""
        return _less(self.after.median_seconds, self.before.median_seconds)


@dataclass(frozen=True, repr=False)
class Reconciliation:
    """Two systems' figures of the same events, and everything between them.

    Attributes:
        a: The first system.
        b: The second system.
        hours: ``calendar`` or ``opening``.
        period: The days on which each system counts its cases; null for all.
        as_of: The instant whose knowledge counts, in UTC.
        time_zone: The zone of those days.
        language: The language it shows itself in.
        figure_a: What the first says of all cases of the period.
        figure_b: What the second says.
        cases: How many cases at least one of the two counts in the period.
        equal: Of how many they say the same.
        differences: The others, the greatest difference first.
        steps: The reasons in their order, each with what it does to the figure.
    """

    a: Profile
    b: Profile
    hours: str
    period: Period | None
    as_of: dt.datetime
    time_zone: str
    language: str
    figure_a: Figure
    figure_b: Figure
    cases: int
    equal: int
    differences: Sequence[Difference]
    steps: Sequence[Step]

    @property
    def unexplained(self) -> int:
        """Return of how many cases some part of the difference has no known reason."""
        return sum(any(one.reason == "other" for one in case.parts) for case in self.differences)

    def explain(self, case_id: str) -> list[Difference]:
        """Return the differences of one case; none when the systems agree on it.

        Args:
            case_id: The case, as in ``Difference.case_id``.
        """
        return [case for case in self.differences if case.case_id == case_id]

    def to_pandas(self) -> pd.DataFrame:
        """Return the cases on which the two differ: a row per case and reason.

        Conversations are known as in ``Result.conversations``.
        """
        import pandas as pd

        columns = ("case_id", "a_seconds", "b_seconds", "seconds")
        rows = [
            (
                None if case.conversation_id is None else f"{case.conversation_id:016x}",
                *(getattr(case, name) for name in columns),
                part.reason,
                part.seconds,
            )
            for case in self.differences
            for part in case.parts
        ]
        names = ["conversation_id", *columns, "reason", "reason_seconds"]
        return pd.DataFrame(rows, columns=pd.Index(names))

    def plot(self, statistic: Statistic = "median") -> Picture:
        """Draw the way from the one figure to the other: a bar for each, an arrow per reason.

        Args:
            statistic: ``median`` or ``mean`` of the cases that have a time.

        Raises:
            UnknownNameError: There is no such statistic.
        """
        return picture_of(self, statistic)

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def reconcile(
    con: duckdb.DuckDBPyConnection,
    a: str,
    b: str,
    period: Period | None,
    as_of: dt.datetime,
    *,
    hours: Literal["calendar", "opening"] = "calendar",
    language: str = "en",
) -> Reconciliation:
    """Lead one system's first response time over to another's, case by case.

    Every system counts a case on its own day, so a case can be in the period of one alone. The
    parts of a case are told apart by switching one rule at a time: first where the clock starts,
    then where it stops, then the opening hours, then how finely it is told.

    Args:
        con: A connection to a database with built models.
        a: The name of one of ``PROFILES``.
        b: The name of another.
        period: The days on which each system counts its cases; null for all.
        as_of: The instant whose knowledge counts, in UTC.
        hours: ``calendar``, or ``opening`` for opening time as each system counts it. Systems
            that know no opening hours keep calendar time.
        language: The language the result shows itself in: ``en`` or ``nl``.

    Returns:
        Both figures, every case on which they differ, and the steps from one to the other.

    Raises:
        UnknownNameError: There is no profile, hours or language of that name.
    """
    wording(language)
    first, second = profile_named(a), profile_named(b)
    if hours not in HOURS:
        raise UnknownNameError("hours", hours, HOURS)
    values = {
        "as_of": as_of,
        "first_day": None if period is None else period.start,
        "end_day": None if period is None else period.end,
    } | hours_values(con, as_of, (first, second), hours)
    needed = [*tables_of(first, hours), *tables_of(second, hours), "compared"]
    common = tables_before(needed, leave_out=_COMPARISON)
    compared = (
        f"with {common},\nsides_a as (\n{sides(first, hours)}\n),\nsides_b as (\n"
        f"{sides(second, hours)}\n),\nprofile_names as (\n"
        f"select '{first.name}' as a_name, '{second.name}' as b_name, "
        f"'{hours}' as clock\n),\n"
        f"{tables_before(['compared'], only=_COMPARISON)}"
    )
    found = _found(con, compared, values)
    differences = sorted((_difference(row) for row in found if row["differs"]), key=_size)
    figures, steps = _waterfall(found)
    return Reconciliation(
        a=first,
        b=second,
        hours=hours,
        period=period,
        as_of=as_of,
        time_zone=str(con.execute("select time_zone from rules").fetchall()[0][0]),
        language=language,
        figure_a=figures[0],
        figure_b=figures[1],
        cases=len(found),
        equal=len(found) - len(differences),
        differences=differences,
        steps=steps,
    )


def _found(
    con: duckdb.DuckDBPyConnection, compared: str, values: dict[str, Any]
) -> list[dict[str, Any]]:
    """Run the comparison; return a row per case that either system counts."""
    differs = "a_ms is distinct from b_ms or a_open <> b_open"
    rows = Query(f"{compared}\nselect *, {differs} as differs from compared", values).start(con)
    names = [column[0] for column in rows.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _size(case: Difference) -> tuple[bool, float, str, int, int]:
    """Return by what differences are put in order: the greatest first."""
    return (
        case.seconds is None,
        -abs(case.seconds or 0),
        case.case_id,
        case.conversation_id or 0,
        case.again,
    )


def _difference(row: dict[str, Any]) -> Difference:
    a_ms, b_ms = row["a_ms"], row["b_ms"]
    is_both = a_ms is not None and b_ms is not None
    parts: dict[str, int] = {}
    for part in row["parts"]:
        parts[part["reason"]] = parts.get(part["reason"], 0) + part["ms"]
    return Difference(
        case_id=row["case_id"],
        conversation_id=row["conversation_id"],
        again=row["again"],
        a_seconds=_seconds(a_ms),
        b_seconds=_seconds(b_ms),
        seconds=_seconds(b_ms - a_ms) if is_both else None,
        is_open_in_a=row["a_open"],
        is_open_in_b=row["b_open"],
        parts=tuple(Part(reason, ms / 1000) for reason, ms in sorted(parts.items(), key=_place))
        if is_both
        else (Part(row["presence_reason"], None),),
    )


def _place(part: tuple[str, int]) -> int:
    return list(REASONS).index(part[0])


def _waterfall(rows: list[dict[str, Any]]) -> tuple[tuple[Figure, Figure], list[Step]]:
    """Apply one reason after another to all cases; whole milliseconds, so that it adds up."""
    import numpy as np

    a = np.array([np.nan if row["a_ms"] is None else row["a_ms"] for row in rows], dtype=float)
    is_open = np.array([row["a_open"] for row in rows], dtype=bool)
    touched: dict[str, list[tuple[int, int | None]]] = {}
    for number, row in enumerate(rows):
        # Where two rules cancel each other the systems agree, and nothing has to be explained.
        if not row["differs"]:
            continue
        if row["presence_reason"] is not None:
            touched.setdefault(row["presence_reason"], []).append((number, None))
        for part in row["parts"]:
            touched.setdefault(part["reason"], []).append((number, part["ms"]))
    start = before = _figure(a, is_open)
    steps = []
    for reason in REASONS:
        for number, ms in touched.get(reason, ()):
            if ms is None:
                other = rows[number]["b_ms"]
                a[number] = np.nan if other is None else other
                is_open[number] = rows[number]["b_open"]
            else:
                a[number] += ms
        if reason in touched:
            after = _figure(a, is_open)
            cases = len({number for number, _ in touched[reason]})
            steps.append(Step(reason, cases, before, after))
            before = after
    return (start, before), steps


def _figure(ms: Any, is_open: Any) -> Figure:
    import numpy as np

    known = ms[~np.isnan(ms)]
    return Figure(
        n=len(known),
        n_open=int(is_open.sum()),
        # Sums of whole milliseconds are exact, whatever their order.
        mean_seconds=float(known.sum() / len(known) / 1000) if len(known) else None,
        median_seconds=float(np.median(known) / 1000) if len(known) else None,
    )


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
