"""Statistics over models that go beyond one aggregate."""

from convocommerce.insights.ads import AdRow, ads_to_orders
from convocommerce.insights.rhythm import Rhythm, arrivals_and_answers
from convocommerce.insights.waiting import AnsweredCurve, answered_curves

__all__ = [
    "AdRow",
    "AnsweredCurve",
    "Rhythm",
    "ads_to_orders",
    "answered_curves",
    "arrivals_and_answers",
]
