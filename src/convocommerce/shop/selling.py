"""The part of the facade about what conversations and ads bring, beyond the metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from convocommerce.shop.base import Base, frame, length

if TYPE_CHECKING:
    import pandas as pd

    from convocommerce.insights import (
        AskedTopics,
        CartCurve,
        ChatAgainstCheckout,
        WebsiteCheckouts,
    )
    from convocommerce.measuring import AsOf
    from convocommerce.periods import Period


class Selling(Base):
    """Attribution, ads, carts, and chats beside the website.

    Every ``period`` is one of local days, such as ``"2026-03"``; ``as_of`` is the instant whose
    knowledge counts, the last one any record speaks of when left out. Tables have a row per what
    their meaning (``attrs["meaning"]``) says, and the columns of the class of that name in
    ``convocommerce.insights``, where each is explained.
    """

    def attribution(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        by: str = "entry_point",
        window_days: float | None = None,
    ) -> pd.DataFrame:
        """Share the sales over what brought people, by seven models side by side.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            by: What to credit: ``entry_point``, ``campaign``, ``ad`` or another of ``PATHS_BY``.
            window_days: How far before a sale what brought people counts; the attribution
                window of the rules when left out.
        """
        from convocommerce.insights import ModelCredits, attribution_side_by_side

        return frame(
            ModelCredits,
            self.answer(
                attribution_side_by_side,
                period,
                as_of,
                by=by,
                window=length(window_days=window_days),
            ),
        )

    def ads(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Set what each campaign cost and claims beside what was observed in the chats."""
        from convocommerce.insights import AdRow, ads_to_orders

        return frame(AdRow, self.answer(ads_to_orders, period, as_of))

    def ad_costs(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Return what each campaign paid for what it brought, and its return both ways."""
        from convocommerce.insights import AdCost, ad_costs

        return frame(AdCost, self.answer(ad_costs, period, as_of))

    def ad_claims(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Return how far what the ad platform claims can be explained by what was observed."""
        from convocommerce.insights import ClaimGap, claim_gaps

        return frame(ClaimGap, self.answer(claim_gaps, period, as_of))

    def restated_ads(self, period: Period | str) -> pd.DataFrame:
        """Return how the ad platform changed its own figures after it first gave them."""
        from convocommerce.insights import Restatement, restatements

        days = self.days_of(period)
        with self.built() as con:
            found = self.noted(con, restatements, restatements(con, days), days, self.as_of())
            return frame(Restatement, found)

    def ad_spend(self, period: Period | str, *, campaign: str | None = None) -> pd.DataFrame:
        """Return what ads cost on each day, and what else exports told of the same days.

        Args:
            period: The ad account's days.
            campaign: Only this campaign, by its name.
        """
        from convocommerce.insights import DaySpend, spend_by_day

        days = self.days_of(period)
        with self.built() as con:
            found = spend_by_day(con, days, campaign=campaign)
            return frame(DaySpend, self.noted(con, spend_by_day, found, days, self.as_of()))

    def website(self, period: Period | str, *, as_of: AsOf = None) -> WebsiteCheckouts:
        """Count the website's own checkouts and purchases, as web analytics saw them."""
        from convocommerce.insights import website_checkouts

        return self.answer(website_checkouts, period, as_of)

    def chat_against_checkout(
        self, period: Period | str, *, as_of: AsOf = None, claimed: float = 2.3
    ) -> ChatAgainstCheckout:
        """Compare how often chats and the website's checkouts end in a paid order.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            claimed: The ratio that is tested: do chats sell more than so many times as often?
        """
        from convocommerce.insights import chat_against_checkout

        return self.answer(chat_against_checkout, period, as_of, claimed=claimed)

    def window_sensitivity(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        days: Sequence[float] = (1, 3, 5, 7, 30),
    ) -> pd.DataFrame:
        """Count conversations that ended in orders under several attribution windows.

        Args:
            period: The local days on which conversations began.
            as_of: The instant whose knowledge counts.
            days: The windows.
        """
        from convocommerce.insights import WindowConversion, window_sensitivity

        return frame(WindowConversion, self.answer(window_sensitivity, period, as_of, days=days))

    def abandonment_by_answer(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        outcome: Literal["lost", "abandoned", "recovered"] = "lost",
        grain: str = "person",
    ) -> pd.DataFrame:
        """Count attempts to buy by how the conversation before them was answered.

        Args:
            period: The local days on which attempts to buy began.
            as_of: The instant whose knowledge counts.
            outcome: What is counted: ``lost``, ``abandoned`` before any recovery, or ``recovered``.
            grain: ``person``, ``checkout`` or ``cart``.
        """
        from convocommerce.insights import AbandonedAfter, abandonment_by_answer

        found = self.answer(abandonment_by_answer, period, as_of, outcome=outcome, grain=grain)
        return frame(AbandonedAfter, found)

    def cart_curves(
        self,
        period: Period | str | None = None,
        *,
        by: str | None = None,
        as_of: AsOf = None,
        grain: str = "person",
    ) -> list[CartCurve]:
        """Estimate how the shares ordered and lost grow with time (Aalen and Johansen).

        Args:
            period: The local days on which attempts to buy began; all when left out.
            by: What tells groups apart, such as ``answer_state``.
            as_of: The instant whose knowledge counts.
            grain: ``person``, ``checkout`` or ``cart``.
        """
        from convocommerce.insights import cart_curves

        options = {"grain": grain}
        return self.answer_about(cart_curves, "cart_abandonment", by, period, as_of, options)

    def asked_topics(
        self, period: Period | str | None = None, *, as_of: AsOf = None
    ) -> AskedTopics:
        """Count by topic what people wrote before attempts to buy; no text leaves the database.

        Args:
            period: The local days on which attempts to buy began; all when left out.
            as_of: The instant whose knowledge counts.
        """
        from convocommerce.insights import asked_topics

        options = {"grain": "person"}
        return self.answer_about(asked_topics, "cart_abandonment", None, period, as_of, options)

    def buying_steps(
        self, period: Period | str | None = None, *, as_of: AsOf = None
    ) -> pd.DataFrame:
        """Count how far conversations went: a question about a product, a cart, an order.

        Args:
            period: The local days on which conversations began; all when left out.
            as_of: The instant whose knowledge counts.
        """
        from convocommerce.insights import BuyingSteps, buying_steps

        found = self.answer_about(buying_steps, "conversations", None, period, as_of, {})
        return frame(BuyingSteps, found)

    def revenue_by_outcome(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Add up paid orders by what conversations had to do with them, refunds beside them."""
        from convocommerce.insights import Revenue, revenue_by_outcome

        return frame(Revenue, self.answer(revenue_by_outcome, period, as_of))

    def rich_content(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Set conversations with carousels, forms, quick replies or reminders beside others."""
        from convocommerce.insights import RichContent, rich_content

        return frame(RichContent, self.answer(rich_content, period, as_of))
