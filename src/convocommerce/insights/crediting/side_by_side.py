"""What every model of attribution credits the same sales with, in one table."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from convocommerce.absences import topics_told
from convocommerce.insights.crediting.attribution import ATTRIBUTION_MODELS
from convocommerce.insights.crediting.path_counts import paths_by_currency
from convocommerce.insights.crediting.paths import Path, merged

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period


@dataclass(frozen=True)
class ModelCredits:
    """What one channel is credited with by every model, in one currency.

    Down the rows of one currency each model adds up to the sales observed in it, and each amount
    to what they brought: the same under every model.

    Attributes:
        channel: What conversations were taken for; null for sales without any touch.
        currency: ISO 4217 code of the sales and amounts; ``unknown`` where the shop does not tell.
        met: Sales before which it was met at all. One sale is met by several.
        first: Sales credited to the oldest touch.
        last: Sales credited to the newest touch.
        linear: Sales shared by all touches alike.
        position: Sales shared 40, 20 and 40 percent: the oldest, those between, the newest.
        time_decay: Sales shared with a half-life of seven days.
        markov: Sales shared by what would be missed without it.
        shapley: Sales shared by what it adds to the others; can be negative.
        first_amount: Net value credited to the oldest touch.
        last_amount: Net value credited to the newest touch.
        linear_amount: Net value shared by all touches alike.
        position_amount: Net value shared 40, 20 and 40 percent.
        time_decay_amount: Net value shared with a half-life of seven days.
        markov_amount: Net value shared by what would be missed without it.
        shapley_amount: Net value shared by what it adds to the others.
    """

    channel: str | None
    currency: str
    met: int
    first: float
    last: float
    linear: float
    position: float
    time_decay: float
    markov: float
    shapley: float
    first_amount: Decimal
    last_amount: Decimal
    linear_amount: Decimal
    position_amount: Decimal
    time_decay_amount: Decimal
    markov_amount: Decimal
    shapley_amount: Decimal


def attribution_side_by_side(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    by: str = "entry_point",
    window: dt.timedelta | None = None,
) -> list[ModelCredits]:
    """Credit the sales of a period by all seven models, for each currency on its own.

    Markov and Shapley hold the sales of a currency against all paths that came to nothing, as
    those have none. Amounts are net of refunds and never added across currencies.

    Args:
        con: A connection to a database with built models.
        period: The local days of the sales, and of the last message of what came to nothing.
        as_of: The instant whose knowledge counts, in UTC.
        by: What a conversation is taken for: entry_point, channel, campaign or ad.
        window: How long before a sale a conversation counts; that of the rules when left out.

    Returns:
        A row per channel for each currency, sales without any touch last; none where no messages
        or no orders are loaded.

    Raises:
        UnknownNameError: There is no such ``by``.
        UsageError: The window is not positive.
    """
    found = paths_by_currency(
        con, _rules_window(con) if window is None else window, as_of,
        by=by, with_ages=True, period=period,
    )  # fmt: skip
    if not {"messages", "orders"} <= topics_told(con):
        # Sales without messages would all look untouched, and talk without orders look barren.
        return []
    nothing = found.pop(None, [])
    return [
        row
        for currency in sorted(code for code in found if code is not None)
        for row in _rows(currency, [*found[currency], *nothing])
    ]


def _rules_window(con: duckdb.DuckDBPyConnection) -> dt.timedelta:
    return dt.timedelta(
        milliseconds=con.execute("select attribution_ms from rules").fetchall()[0][0]
    )


def _rows(currency: str, paths: list[Path]) -> list[ModelCredits]:
    ageless = merged(replace(path, ages_days=None) for path in paths)
    columns: dict[str | None, dict[str, Any]] = defaultdict(dict)
    for name, model in ATTRIBUTION_MODELS.items():
        for one in model(paths if name == "time_decay" else ageless):
            columns[one.channel] |= {name: one.conversions, f"{name}_amount": one.value}
    names = sorted(columns, key=lambda name: (name is None, name or ""))
    return [ModelCredits(name, currency, _met(ageless, name), **columns[name]) for name in names]


def _met(paths: list[Path], channel: str | None) -> int:
    """Return how many sales had the channel among their touches, or no touch at all."""
    return sum(
        path.conversions
        for path in paths
        if (channel in path.channels if channel is not None else not path.channels)
    )
