"""Statistics over models that go beyond one aggregate."""

from convocommerce.insights.answering.badge import BadgeMiss, BadgeOutlook, BadgeStep, badge_outlook
from convocommerce.insights.answering.clock_skew import (
    ClockSkew,
    SkewCount,
    clock_skews,
    count_skews,
)
from convocommerce.insights.answering.lost_questions import (
    Hanging,
    LostOnChannel,
    LostQuestion,
    lost_by_channel,
    lost_questions,
)
from convocommerce.insights.answering.page_response import (
    PAGE_RULES,
    PageResponse,
    PageRule,
    page_response,
)
from convocommerce.insights.answering.reply_windows import (
    AskedInWindow,
    ReplyWindows,
    asked_in_windows,
    reply_windows,
)
from convocommerce.insights.answering.sent_replies import SentReplies, sent_replies
from convocommerce.insights.answering.wait_parts import THIRDS, WaitParts, wait_parts
from convocommerce.insights.answering.waiting import (
    AnsweredCurve,
    WaitingApart,
    answered_curves,
    log_rank,
    pooled_curve,
)
from convocommerce.insights.crediting.ad_claims import ClaimGap, claim_gaps
from convocommerce.insights.crediting.ad_costs import AdCost, ad_costs
from convocommerce.insights.crediting.ad_days import DaySpend, spend_by_day
from convocommerce.insights.crediting.ads import AdRow, Restatement, ads_to_orders, restatements
from convocommerce.insights.crediting.attribution import (
    ATTRIBUTION_MODELS,
    clicked_or_seen,
    first_touch,
    last_touch,
    linear,
    markov,
    position_based,
    shapley,
    time_decay,
)
from convocommerce.insights.crediting.credit import Credit
from convocommerce.insights.crediting.path_counts import PATHS_BY, paths_before, paths_by_currency
from convocommerce.insights.crediting.paths import Path, passing_over
from convocommerce.insights.crediting.side_by_side import ModelCredits, attribution_side_by_side
from convocommerce.insights.leaving.abandonment_by_answer import (
    AbandonedAfter,
    abandonment_by_answer,
)
from convocommerce.insights.leaving.asked_topics import AskedTopic, AskedTopics, asked_topics
from convocommerce.insights.leaving.cart_survival import CartCurve, cart_curves
from convocommerce.insights.selling.buying_steps import BuyingSteps, buying_steps
from convocommerce.insights.selling.chat_against_checkout import (
    UNMATCHED,
    ChatAgainstCheckout,
    chat_against_checkout,
)
from convocommerce.insights.selling.ratios import Buyers, Ratio
from convocommerce.insights.selling.revenue import Revenue, revenue_by_outcome
from convocommerce.insights.selling.website import WebsiteCheckouts, website_checkouts
from convocommerce.insights.selling.window_sensitivity import (
    WINDOWS,
    WindowConversion,
    window_sensitivity,
)
from convocommerce.insights.talking.agents import AgentAnswers, Team, shown_as, team
from convocommerce.insights.talking.coverage import Coverage, coverage
from convocommerce.insights.talking.load import (
    AgentLoad,
    ChannelSwitching,
    agent_loads,
    channel_switching,
)
from convocommerce.insights.talking.load_speed import SpeedAtLoad, speed_at_load
from convocommerce.insights.talking.returning import Returning, returning
from convocommerce.insights.talking.rhythm import (
    Rhythm,
    UnmetDemand,
    arrivals_and_answers,
    unmet_demand,
)
from convocommerce.insights.talking.rich_content import RichContent, rich_content
from convocommerce.insights.talking.satisfaction import (
    RATED_BY,
    RatingResponse,
    Satisfaction,
    rating_response,
    satisfaction,
)
from convocommerce.insights.talking.started import Started, conversations_started
from convocommerce.insights.watching.control_limits import Limits, control_limits, limits_before
from convocommerce.insights.watching.weeks import (
    Weeks,
    lost_share,
    lost_weeks,
    weeks_of,
    whole_weeks,
)
from convocommerce.windows import WINDOW_RULES, WindowRule

__all__ = [
    "ATTRIBUTION_MODELS",
    "PAGE_RULES",
    "PATHS_BY",
    "RATED_BY",
    "THIRDS",
    "UNMATCHED",
    "WINDOWS",
    "WINDOW_RULES",
    "AbandonedAfter",
    "AdCost",
    "AdRow",
    "AgentAnswers",
    "AgentLoad",
    "AnsweredCurve",
    "AskedInWindow",
    "AskedTopic",
    "AskedTopics",
    "BadgeMiss",
    "BadgeOutlook",
    "BadgeStep",
    "Buyers",
    "BuyingSteps",
    "CartCurve",
    "ChannelSwitching",
    "ChatAgainstCheckout",
    "ClaimGap",
    "ClockSkew",
    "Coverage",
    "Credit",
    "DaySpend",
    "Hanging",
    "Limits",
    "LostOnChannel",
    "LostQuestion",
    "ModelCredits",
    "PageResponse",
    "PageRule",
    "Path",
    "RatingResponse",
    "Ratio",
    "ReplyWindows",
    "Restatement",
    "Returning",
    "Revenue",
    "Rhythm",
    "RichContent",
    "Satisfaction",
    "SentReplies",
    "SkewCount",
    "SpeedAtLoad",
    "Started",
    "Team",
    "UnmetDemand",
    "WaitParts",
    "WaitingApart",
    "WebsiteCheckouts",
    "Weeks",
    "WindowConversion",
    "WindowRule",
    "abandonment_by_answer",
    "ad_costs",
    "ads_to_orders",
    "agent_loads",
    "answered_curves",
    "arrivals_and_answers",
    "asked_in_windows",
    "asked_topics",
    "attribution_side_by_side",
    "badge_outlook",
    "buying_steps",
    "cart_curves",
    "channel_switching",
    "chat_against_checkout",
    "claim_gaps",
    "clicked_or_seen",
    "clock_skews",
    "control_limits",
    "conversations_started",
    "count_skews",
    "coverage",
    "first_touch",
    "last_touch",
    "limits_before",
    "linear",
    "log_rank",
    "lost_by_channel",
    "lost_questions",
    "lost_share",
    "lost_weeks",
    "markov",
    "page_response",
    "passing_over",
    "paths_before",
    "paths_by_currency",
    "pooled_curve",
    "position_based",
    "rating_response",
    "reply_windows",
    "restatements",
    "returning",
    "revenue_by_outcome",
    "rich_content",
    "satisfaction",
    "sent_replies",
    "shapley",
    "shown_as",
    "speed_at_load",
    "spend_by_day",
    "team",
    "time_decay",
    "unmet_demand",
    "wait_parts",
    "website_checkouts",
    "weeks_of",
    "whole_weeks",
    "window_sensitivity",
]
