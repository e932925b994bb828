"""The parts of the weekly page, in reading order; each returns plain blocks."""

from convocommerce.reports.sections.abandonment import abandonment
from convocommerce.reports.sections.about import about, fresh_line
from convocommerce.reports.sections.ads import ads
from convocommerce.reports.sections.alerts import alerts
from convocommerce.reports.sections.attribution import attribution
from convocommerce.reports.sections.badge import badge
from convocommerce.reports.sections.channels import channels
from convocommerce.reports.sections.checkout import checkout
from convocommerce.reports.sections.definitions import definitions
from convocommerce.reports.sections.entries import entries
from convocommerce.reports.sections.funnel import funnel
from convocommerce.reports.sections.headline import headline
from convocommerce.reports.sections.lost import lost
from convocommerce.reports.sections.quality import quality
from convocommerce.reports.sections.revenue import revenue
from convocommerce.reports.sections.rhythm import rhythm
from convocommerce.reports.sections.speed import speed
from convocommerce.reports.sections.team import team
from convocommerce.reports.sections.waits import waits
from convocommerce.reports.sections.weeks import weeks

__all__ = [
    "abandonment",
    "about",
    "ads",
    "alerts",
    "attribution",
    "badge",
    "channels",
    "checkout",
    "definitions",
    "entries",
    "fresh_line",
    "funnel",
    "headline",
    "lost",
    "quality",
    "revenue",
    "rhythm",
    "speed",
    "team",
    "waits",
    "weeks",
]
