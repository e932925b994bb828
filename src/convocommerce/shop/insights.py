"""The part of the facade about what lies behind and between the metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.shop.base import Base, frame

if TYPE_CHECKING:
    import pandas as pd

    from convocommerce.insights.website import WebsiteCheckouts
    from convocommerce.measuring import AsOf
    from convocommerce.periods import Period


class Insights(Base):
    """Answers that are more than an aggregate: windows, ads, attribution, load."""

    def ads(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Set what each campaign cost and claims beside what was observed in the chats.

        Args:
            period: The days; spend counts on the ad account's days.
            as_of: The instant whose knowledge counts.

        Returns:
            A row per campaign and currency: spend, conversations and connections claimed by the
            platform, conversations observed and answered, orders and net revenue credited to them,
            and whether the platform leaves these conversations out of its count.
        """
        from convocommerce.insights import AdRow, ads_to_orders

        instant = self.as_of(as_of)
        days = self.days_of(period, as_of)
        self.build()
        with self._database.reading() as con:
            rows = ads_to_orders(con, days, instant)
        return frame(AdRow, rows)

    def restated_ads(self, period: Period | str) -> pd.DataFrame:
        """Return how the ad platform changed its own figures after it first gave them.

        Args:
            period: The ad account's days.

        Returns:
            A row per campaign and currency, the one with most restated days first.
        """
        from convocommerce.insights.ads import Restatement, restatements

        self.build()
        with self._database.reading() as con:
            return frame(Restatement, restatements(con, self.days_of(period)))

    def website(self, period: Period | str, *, as_of: AsOf = None) -> WebsiteCheckouts:
        """Count the website's own checkouts and purchases, as web analytics saw them.

        Args:
            period: The local days on which checkouts were begun.
            as_of: The instant whose knowledge counts.

        Returns:
            The baseline to hold chats against: counts, the share abandoned and its interval.
        """
        from convocommerce.insights.website import website_checkouts

        instant = self.as_of(as_of)
        self.build()
        with self._database.reading() as con:
            return website_checkouts(con, self.days_of(period, as_of), instant)
