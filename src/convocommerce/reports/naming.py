"""What a figure is called on a page: as in the headline where it stands there."""

from __future__ import annotations

from convocommerce.metrics import CATALOGUE
from convocommerce.reports.headlines import Watched, headlines
from convocommerce.reports.span import Span


def figure_name(span: Span, watched: Watched) -> str:
    """Return the name of a figure.

    Args:
        span: The days the page is about.
        watched: The figure; what it is cut by does not matter.
    """
    say = span.say
    for one in headlines(span):
        if one.watched.key == watched.key:
            return one.title
    if watched.metric == "reply_windows":
        return say("Questions lost at closed windows")
    if watched.metric == "abandonment_after_no_answer":
        return say("Left after an unanswered question")
    metric = CATALOGUE[watched.metric]
    title = say(next(one.title for one in metric.statistics if one.name == watched.statistic))
    return f"{say(metric.title)}: {title[:1].lower()}{title[1:]}"
