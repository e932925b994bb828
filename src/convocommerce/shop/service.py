"""The part of the facade about how customers are served, beyond the metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from convocommerce.shop.base import Base, frame, length

if TYPE_CHECKING:
    import pandas as pd

    from convocommerce.insights import (
        BadgeOutlook,
        ChannelSwitching,
        Rhythm,
        UnmetDemand,
        WaitingApart,
    )
    from convocommerce.measuring import AsOf
    from convocommerce.periods import Period


class Service(Base):
    """Reply windows, the badge, journeys, load and what customers say of it.

    Every ``period`` is one of local days, such as ``"2026-03"``; ``as_of`` is the instant whose
    knowledge counts, the last one any record speaks of when left out. Tables have a row per what
    their meaning (``attrs["meaning"]``) says, and the columns of the class of that name in
    ``convocommerce.insights``, where each is explained.
    """

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
            ReplyWindows, self.answer(reply_windows, period, as_of, answered_by=answered_by)
        )

    def sent_replies(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Count what the business sent inside and outside of the reply windows."""
        from convocommerce.insights import SentReplies, sent_replies

        return frame(SentReplies, self.answer(sent_replies, period, as_of))

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
            self.answer(
                lost_questions,
                period,
                as_of,
                answered_by=answered_by,
                cart_days=cart_days,
                order_days=order_days,
            ),
        )

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

        found = self.answer_now(page_response, as_of, rule=rule, channel=channel)
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

        return self.answer_now(badge_outlook, as_of, rule=rule, channel=channel)

    def waiting_apart(
        self,
        period: Period | str | None = None,
        *,
        by: str,
        as_of: AsOf = None,
        metric: str = "first_response_time",
        **options: str,
    ) -> WaitingApart:
        """Test whether groups wait equally long, the unanswered among them (log-rank).

        Args:
            period: The local days on which conversations began; all when left out.
            by: What tells the groups apart, such as ``channel``.
            as_of: The instant whose knowledge counts.
            metric: A metric with a duration.
            **options: Choices of the metric, as for ``measure``.
        """
        from convocommerce.insights import log_rank

        return self.answer_about(log_rank, metric, by, period, as_of, options)

    def returning(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        within_days: float = 30,
    ) -> pd.DataFrame:
        """Tell who came back, by whether and how fast they had been answered.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            within_days: How soon somebody must come back to count.
        """
        from convocommerce.insights import Returning, returning

        return frame(
            Returning, self.answer(returning, period, as_of, within=length(within_days=within_days))
        )

    def channel_switching(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        within_days: float = 7,
    ) -> ChannelSwitching:
        """Count the people who changed channel.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            within_days: The longest time between messages on two channels, itself included.
        """
        from convocommerce.insights import channel_switching

        return self.answer(channel_switching, period, as_of, within=length(within_days=within_days))

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
            Started, self.answer(conversations_started, period, as_of, inactive_days=inactive_days)
        )

    def agent_loads(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        idle_minutes: float = 30,
    ) -> pd.DataFrame:
        """Work out how many conversations each employee handled at once.

        Args:
            period: The local days.
            as_of: The instant whose knowledge counts.
            idle_minutes: Silence after which nobody is handling a conversation.
        """
        from convocommerce.insights import AgentLoad, agent_loads

        return frame(
            AgentLoad,
            self.answer(agent_loads, period, as_of, idle=length(idle_minutes=idle_minutes)),
        )

    def agents(
        self,
        period: Period | str,
        *,
        as_of: AsOf = None,
        within_minutes: float | None = None,
    ) -> pd.DataFrame:
        """Tell how many questions each employee answered quickly, and what chance alone would do.

        The rows are in no order of merit. Questions outside the opening hours, without an answer
        or answered by nobody who is named are in none of them; ``attrs["left_out"]`` counts them.

        Args:
            period: The local days on which the questions were asked.
            as_of: The instant whose knowledge counts.
            within_minutes: What is quick, in opening time; what the rules call quick when left out.
        """
        from convocommerce.insights import AgentAnswers, team

        found = self.answer(team, period, as_of, within=length(within_minutes=within_minutes))
        table = frame(AgentAnswers, found.agents, found.notes)
        table.attrs["left_out"] = {
            "unnamed": found.unnamed,
            "unanswered": found.unanswered,
            "outside": found.outside,
        }
        return table

    def covered_hours(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Count the questions of each hour of the day, and those while nobody answered anybody."""
        from convocommerce.insights import Coverage, coverage

        return frame(Coverage, self.answer(coverage, period, as_of))

    def wait_parts(
        self, period: Period | str | None = None, *, as_of: AsOf = None, hours: str = "calendar"
    ) -> pd.DataFrame:
        """Tell how long people waited before and after a bot's hand-over; the parts add up.

        Args:
            period: The local days on which conversations began; all when left out.
            as_of: The instant whose knowledge counts.
            hours: ``calendar``, or ``opening`` for time within the opening hours.
        """
        from convocommerce.insights import WaitParts, wait_parts

        found = self.answer_about(
            wait_parts, "first_response_time", None, period, as_of, {"hours": hours}
        )
        return frame(WaitParts, found)

    def speed_at_load(self, period: Period | str, *, as_of: AsOf = None) -> pd.DataFrame:
        """Set how fast people answered beside how much they had in hand."""
        from convocommerce.insights import SpeedAtLoad, speed_at_load

        return frame(SpeedAtLoad, self.answer(speed_at_load, period, as_of))

    def rhythm(self, period: Period | str, *, as_of: AsOf = None) -> Rhythm:
        """Count questions and answers by hour and weekday."""
        from convocommerce.insights import arrivals_and_answers

        return self.answer(arrivals_and_answers, period, as_of)

    def unmet_demand(self, period: Period | str, *, as_of: AsOf = None) -> UnmetDemand:
        """Return how long people waited in each hour of the week."""
        from convocommerce.insights import unmet_demand

        return self.answer(unmet_demand, period, as_of)

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

        return frame(Satisfaction, self.answer(satisfaction, period, as_of, by=by))

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

        return frame(RatingResponse, self.answer(rating_response, period, as_of, by=by))

    def clock_skews(self) -> pd.DataFrame:
        """List messages whose times contradict their source's order or their load."""
        from convocommerce.insights import ClockSkew, clock_skews

        with self.built() as con:
            return frame(ClockSkew, self.always(con, clock_skews))
