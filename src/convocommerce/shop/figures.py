"""The part of the facade about metrics and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from convocommerce.results import Result, asked
from convocommerce.shop.base import Base

if TYPE_CHECKING:
    from convocommerce.measuring import AsOf
    from convocommerce.periods import Period
    from convocommerce.reports import Report


class Figures(Base):
    """Metrics of the catalogue, and reports over them."""

    def measure(
        self,
        metrics: str | Sequence[str],
        *,
        period: Period | str | None = None,
        by: str | Sequence[str] = (),
        where: Mapping[str, Any] | None = None,
        as_of: AsOf = None,
        **options: str,
    ) -> Result:
        """Compute one or more metrics.

        Args:
            metrics: Names from the catalogue, such as ``first_response_time``.
            period: The local days on which conversations (or attempts to buy) began; all when
                left out.
            by: What to cut by, such as ``["channel", "week"]``.
            where: What to keep, such as ``{"channel": "messenger"}``.
            as_of: The instant whose knowledge counts; the last one any record speaks of when left
                out.
            **options: Choices of a metric, such as ``clock="any"``, ``hours="opening"`` or
                ``grain="checkout"``.

        Raises:
            UnknownNameError: A metric, column, option or choice does not exist; offers the nearest.
            PeriodError: The period is not one, or begins after the as-of.
        """
        return asked(
            self._database,
            self._rules,
            metrics,
            period=period,
            by=by,
            where=where,
            as_of=as_of,
            options=options,
            language=self.language,
        )

    def report(
        self,
        kind: str = "weekly",
        *,
        period: Period | str | None = None,
        as_of: AsOf = None,
        language: str | None = None,
    ) -> Report:
        """Compose a report for people who never see Python.

        Args:
            kind: ``weekly``.
            period: The week; the last whole one before the as-of when left out.
            as_of: The instant whose knowledge counts.
            language: ``en`` or ``nl``; the shop's own when left out.

        Raises:
            UnknownNameError: There is no such report or language.
        """
        from convocommerce.reports import compose

        return compose(self, kind, period=period, as_of=as_of, language=language or self.language)
