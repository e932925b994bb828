"""Statistics over models that go beyond one aggregate."""

from convocommerce.insights.ads import AdRow, Restatement, ads_to_orders, restatements
from convocommerce.insights.rhythm import Rhythm, arrivals_and_answers
from convocommerce.insights.waiting import AnsweredCurve, answered_curves
from convocommerce.insights.website import WebsiteCheckouts, website_checkouts

__all__ = [
    "AdRow",
    "AnsweredCurve",
    "Restatement",
    "Rhythm",
    "WebsiteCheckouts",
    "ads_to_orders",
    "answered_curves",
    "arrivals_and_answers",
    "restatements",
    "website_checkouts",
]
