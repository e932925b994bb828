"""By what figures can be cut."""

from convocommerce.metrics.definition import Dimension

TIME = (
    Dimension("day", "Day", "started_local::date"),
    Dimension("week", "Week", "date_trunc('week', started_local)::date"),
    Dimension("month", "Month", "date_trunc('month', started_local)::date"),
    Dimension("hour", "Hour", "hour(started_local)"),
    Dimension("weekday", "Weekday", "isodow(started_local)"),
)

CUTS = (
    Dimension("channel", "Channel"),
    Dimension("entry_point", "Entry point", rests_on=("entry_points",)),
    Dimension("campaign", "Campaign", rests_on=("entry_points",)),
    Dimension("ad", "Ad", rests_on=("entry_points",)),
    Dimension("agent", "Agent", rests_on=("employees",)),
    Dimension(
        "first_responder", "First responder", rests_on=("senders",), order=("human", "bot", "none")
    ),
    Dimension(
        "answer_speed",
        "Answer speed",
        order=(
            "within 5 min",
            "5 to 15 min",
            "15 to 60 min",
            "1 to 24 h",
            "after 24 h",
            "not answered",
            "no conversation",
        ),
    ),
    Dimension(
        "answer_state",
        "Answer",
        order=("answered quickly", "answered late", "not answered", "no conversation"),
    ),
    Dimension("contact_kind", "Contact", order=("new", "returning", "no conversation")),
)

DIMENSIONS = {dimension.name: dimension for dimension in (*TIME, *CUTS)}

CALENDAR = ("day", "week", "month")
"""The cuts that move on with the calendar, so that two periods share none of their values."""
