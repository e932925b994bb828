"""The part of the facade about metrics and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from convocommerce.measuring import formula, grain_of, unit_of
from convocommerce.metrics import CATALOGUE
from convocommerce.results import Result, asked
from convocommerce.shop.base import Base, frame

if TYPE_CHECKING:
    import pandas as pd

    from convocommerce.measuring import AsOf
    from convocommerce.periods import Period
    from convocommerce.profiles import Reconciliation
    from convocommerce.reports import Definitions, Options, Report


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

    def metrics(self) -> pd.DataFrame:
        """Return the catalogue: a row per statistic of every metric, with what it means.

        The formula is written from what runs, under the default choices.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "metric": metric.name,
                "statistic": one.name,
                "title": one.title,
                "unit": unit_of(one),
                "better": metric.better,
                "meaning": metric.meaning,
                "grain": grain_of(metric),
                "formula": formula(metric, one),
                "excludes": metric.excludes,
                "open": metric.open_means,
                "source": metric.source,
                "rivals": "; ".join(f"{name}: {how}" for name, how in metric.rivals.items()),
                "options": dict(metric.options),
            }
            for metric in CATALOGUE.values()
            for one in metric.statistics
        )

    def profiles(self) -> pd.DataFrame:
        """Return the systems whose first response times can be recomputed, and what is odd there.

        Their columns are explained at ``convocommerce.profiles.Profile``.
        """
        from convocommerce.profiles import PROFILES, Profile

        return frame(Profile, list(PROFILES.values()))

    def profile(
        self, name: str, *, period: Period | str | None = None, as_of: AsOf = None
    ) -> pd.DataFrame:
        """Return what another system would say of every case, from the same events.

        Args:
            name: The system, as in ``profiles()``.
            period: The days on which that system counts its cases; all when left out.
            as_of: The instant whose knowledge counts.

        Returns:
            A row per case, with the ticket's own number; its columns are explained at
            ``convocommerce.profiles.CaseTime``.

        Raises:
            UnknownNameError: There is no such profile; offers the nearest.
        """
        from convocommerce.profiles import CaseTime, case_times

        instant = self.as_of(as_of)
        days = self.days_if_any(period, as_of)
        with self.built() as con:
            found = case_times(con, name, days, instant)
            return frame(CaseTime, self.noted(con, case_times, found, days, instant))

    def reconcile(
        self,
        a: str,
        b: str,
        *,
        period: Period | str | None = None,
        as_of: AsOf = None,
        hours: Literal["calendar", "opening"] = "calendar",
    ) -> Reconciliation:
        """Lead one system's first response time over to another's, with the reason for every case.

        Args:
            a: The first system, as in ``profiles()``; ``canonical`` is our own.
            b: The second system.
            period: The days on which each system counts its cases; all when left out.
            as_of: The instant whose knowledge counts.
            hours: ``calendar``, or ``opening`` for opening time as each system counts it.

        Returns:
            Both figures, every case on which they differ with its reasons, and the steps that
            lead from the one figure to the other; ``plot()`` draws them.

        Raises:
            UnknownNameError: There is no such profile or hours; offers the nearest.
        """
        from convocommerce.profiles import reconcile

        instant = self.as_of(as_of)
        days = self.days_if_any(period, as_of)
        with self.built() as con:
            return reconcile(con, a, b, days, instant, hours=hours, language=self.language)

    def report(
        self,
        kind: str = "weekly",
        *,
        period: Period | str | None = None,
        as_of: AsOf = None,
        language: str | None = None,
        campaign: str | None = None,
        options: Options | None = None,
        previous: Definitions | None = None,
    ) -> Report:
        """Compose a report for people who never see Python.

        Args:
            kind: ``weekly``, ``monthly`` or ``campaign``.
            period: The ISO week, the month, or any days; the last whole week or month before the
                as-of, or the last 28 days, when left out.
            as_of: The instant whose knowledge counts.
            language: ``en`` or ``nl``; the shop's own when left out.
            campaign: The one campaign that a campaign report is about; all when left out.
            options: The business's name, targets, alerts and look.
            previous: ``page.definitions`` of the report before, to say what changed in them.

        Raises:
            UnknownNameError: There is no such report, language or campaign; offers the nearest.
            PeriodError: The period is none of that kind, or begins after the as-of.
        """
        from convocommerce.reports import compose

        return compose(
            self,
            kind,
            period=period,
            as_of=as_of,
            language=language or self.language,
            campaign=campaign,
            options=options,
            previous=previous,
        )
