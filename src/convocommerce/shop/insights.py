"""The part of the facade about what lies behind and between the metrics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from convocommerce.shop.base import Base, frame

if TYPE_CHECKING:
    import pandas as pd

    from convocommerce.insights import (
        BadgeOutlook,
        ChannelSwitching,
        Rhythm,
        UnmetDemand,
        WebsiteCheckouts,
    )
    from convocommerce.measuring import AsOf
    from convocommerce.periods import Period

Told = TypeVar("Told")


class Insights(Base):
    """Answers that are more than an aggregate: windows, ads, attribution, journeys, load.

    Every ``period`` is one of local days, such as ``"2026-03"``; ``as_of`` is the instant whose
    knowledge counts, the last one any record speaks of when left out. Tables have a row per what
    their meaning (``attrs["meaning"]``) says, and the columns of the class of that name in
    ``convocommerce.insights``, where each is explained.
    """

    def ads(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Set what each campaign cost and claims beside what was observed in the chats."""
        from convocommerce.insights import AdRow, ads_to_orders

        return frame(AdRow, self._answer(ads_to_orders, period, as_of))

    def ad_costs(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Return what each campaign paid for what it brought, and its return both ways."""
        from convocommerce.insights import AdCost, ad_costs

        return frame(AdCost, self._answer(ad_costs, period, as_of))

    def ad_claims(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Return how far what the ad platform claims can be explained by what was observed."""
        from convocommerce.insights import ClaimGap, claim_gaps

        return frame(ClaimGap, self._answer(claim_gaps, period, as_of))

    def attribution(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        by: str = "entry_point",
        window: dt.timedelta | None = None,
    ) -> pd.DataFrame:
        """Share the sales over what brought people, by seven models side by side.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            by: What to credit: ``entry_point``, ``campaign``, ``ad`` or another of ``PATHS_BY``.
            window: How far before a sale what brought people counts; the attribution window of
                the rules when left out.
        """
        from convocommerce.insights import ModelCredits, attribution_side_by_side

        return frame(
            ModelCredits,
            self._answer(attribution_side_by_side, period, as_of, by=by, window=window),
        )

    def reply_windows(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        answered_by: Literal["any", "human"] = "any",
    ) -> pd.DataFrame:
        """Count the questions by what the platform's reply window saw of them.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            answered_by: Whose message is an answer: a person's alone, or a bot's as well.
        """
        from convocommerce.insights import ReplyWindows, reply_windows

        return frame(
            ReplyWindows, self._answer(reply_windows, period, as_of, answered_by=answered_by)
        )

    def sent_replies(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Count what the business sent inside and outside of the reply windows."""
        from convocommerce.insights import SentReplies, sent_replies

        return frame(SentReplies, self._answer(sent_replies, period, as_of))

    def lost_questions(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        answered_by: Literal["any", "human"] = "any",
        cart_days: float = 1,
        order_days: float = 30,
    ) -> pd.DataFrame:
        """List the conversations whose window closed on a customer who waited.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            answered_by: Whose message is an answer: a person's alone, or a bot's as well.
            cart_days: How long after the question a cart begun still hangs on it.
            order_days: How long after the question an order still hangs on it.
        """
        from convocommerce.insights import LostQuestion, lost_questions

        return frame(
            LostQuestion,
            self._answer(
                lost_questions,
                period,
                as_of,
                answered_by=answered_by,
                cart_days=cart_days,
                order_days=order_days,
            ),
        )

    def website(self, period: Period | str, *, as_of: AsOf = None) -> WebsiteCheckouts:
        """Count the website's own checkouts and purchases, as web analytics saw them."""
        from convocommerce.insights import website_checkouts

        return self._answer(website_checkouts, period, as_of)

    def returning(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        within: dt.timedelta = dt.timedelta(days=30),
    ) -> pd.DataFrame:
        """Tell who came back, by whether and how fast they had been answered.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            within: How soon somebody must come back to count.
        """
        from convocommerce.insights import Returning, returning

        return frame(Returning, self._answer(returning, period, as_of, within=within))

    def channel_switching(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        within: dt.timedelta = dt.timedelta(days=7),
    ) -> ChannelSwitching:
        """Count the people who changed channel.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            within: The longest time between messages on two channels, itself included.
        """
        from convocommerce.insights import channel_switching

        return self._answer(channel_switching, period, as_of, within=within)

    def conversations_started(
        self, period: Period | str, *, as_of: AsOf = None, inactive_days: int = 7
    ) -> pd.DataFrame:
        """Count conversations as Meta does: started after days of silence.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            inactive_days: How many days of silence.
        """
        from convocommerce.insights import Started, conversations_started

        return frame(
            Started, self._answer(conversations_started, period, as_of, inactive_days=inactive_days)
        )

    def agent_loads(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        idle: dt.timedelta = dt.timedelta(minutes=30),
    ) -> pd.DataFrame:
        """Work out how many conversations each employee handled at once.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            idle: Silence after which nobody is handling a conversation.
        """
        from convocommerce.insights import AgentLoad, agent_loads

        return frame(AgentLoad, self._answer(agent_loads, period, as_of, idle=idle))

    def speed_at_load(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Set how fast people answered beside how much they had in hand."""
        from convocommerce.insights import SpeedAtLoad, speed_at_load

        return frame(SpeedAtLoad, self._answer(speed_at_load, period, as_of))

    def rhythm(self, period: Period | str, *, as_of: AsOf = None) -> Rhythm:
        """Count questions and answers by hour and weekday."""
        from convocommerce.insights import arrivals_and_answers

        return self._answer(arrivals_and_answers, period, as_of)

    def unmet_demand(self, period: Period | str, *, as_of: AsOf = None) -> UnmetDemand:
        """Return how long people waited in each hour of the week."""
        from convocommerce.insights import unmet_demand

        return self._answer(unmet_demand, period, as_of)

    def rich_content(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Set conversations with carousels, forms, quick replies or reminders beside others."""
        from convocommerce.insights import RichContent, rich_content

        return frame(RichContent, self._answer(rich_content, period, as_of))

    def satisfaction(
        self, period: Period | str, *, as_of: AsOf = None, by: str | None = None
    ) -> pd.DataFrame:
        """Return what customers said when asked how it was.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            by: ``agent``, ``answer_speed`` or another of ``RATED_BY``; everything together when
                left out.
        """
        from convocommerce.insights import Satisfaction, satisfaction

        return frame(Satisfaction, self._answer(satisfaction, period, as_of, by=by))

    def rating_response(
        self, period: Period | str, *, as_of: AsOf = None, by: str | None = None
    ) -> pd.DataFrame:
        """Return how many of those who were answered gave a rating.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            by: What to cut by, as for ``satisfaction``.
        """
        from convocommerce.insights import RatingResponse, rating_response

        return frame(RatingResponse, self._answer(rating_response, period, as_of, by=by))

    def restated_ads(self, period: Period | str) -> pd.DataFrame:
        """Return how the ad platform changed its own figures after it first gave them."""
        from convocommerce.insights import Restatement, restatements

        self.build()
        with self._database.reading() as con:
            return frame(Restatement, restatements(con, self.days_of(period)))

    def page_response(
        self, *, as_of: AsOf = None, rule: str = "fastest_90", channel: str = "messenger"
    ) -> pd.DataFrame:
        """Compute a page's response rate and time, and whether it has the badge, as Meta would.

        Args:
            as_of: The instant whose knowledge counts.
            rule: The rule, one of ``PAGE_RULES``: the platform changed it more than once.
            channel: The channel.
        """
        from convocommerce.insights import PageResponse, page_response

        instant = self.as_of(as_of)
        self.build()
        with self._database.reading() as con:
            found = page_response(con, instant, rule=rule, channel=channel)
        return frame(PageResponse, found)

    def badge_outlook(
        self, *, as_of: AsOf = None, rule: str = "fastest_90", channel: str = "messenger"
    ) -> list[BadgeOutlook]:
        """Tell what the coming days must bring for each page to have the badge.

        Args:
            as_of: The instant whose knowledge counts.
            rule: The rule, one of ``PAGE_RULES``.
            channel: The channel.
        """
        from convocommerce.insights import badge_outlook

        instant = self.as_of(as_of)
        self.build()
        with self._database.reading() as con:
            return badge_outlook(con, instant, rule=rule, channel=channel)

    def _answer(
        self, insight: Callable[..., Told], period: Period | str, as_of: AsOf, **options: Any
    ) -> Told:
        instant = self.as_of(as_of)
        days = self.days_of(period, as_of)
        self.build()
        with self._database.reading() as con:
            return insight(con, days, instant, **options)
