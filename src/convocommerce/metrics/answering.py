"""How fast people are answered."""

from convocommerce.metrics.definition import Metric, Quantile, Total, Within

LIMITS = (
    Within("within_5_minutes", "Within 5 min", 300),
    Within("within_15_minutes", "Within 15 min", 900),
    Within("within_1_hour", "Within 1 h", 3600),
    Within("within_24_hours", "Within 24 h", 86400),
)

FIRST_RESPONSE_TIME = Metric(
    name="first_response_time",
    title="First response time",
    meaning=(
        "Time from the customer's first message of a conversation to the first answer after it, "
        "by a person unless another clock is chosen."
    ),
    open_means="conversations without that answer at the as-of, or too young to be judged",
    definition=(
        "Runs from the first customer message of the conversation, not from a hand-over or the "
        "creation of a ticket. Automatic replies, notes, reactions, campaigns and failed sends "
        "never stop it. Conversations whose beginning an export leaves out are not judged. "
        "Helpdesks commonly start at the hand-over or count a bot as the answer."
    ),
    better="lower",
    states="conversation_states",
    population="not is_cut_off",
    rests_on=("answers",),
    duration="{clock}_{hours}_seconds",
    age="age_{hours}_seconds",
    statistics=(
        Quantile("median", "Median of the answered", 0.5),
        Quantile("p90", "90% of the answered within", 0.9),
        *LIMITS,
    ),
    options={
        "clock": ("human", "any", "bot", "acknowledged"),
        "hours": ("calendar", "opening"),
    },
)

CONVERSATIONS = Metric(
    name="conversations",
    title="Conversations",
    meaning="Conversations in which the customer wrote.",
    open_means="always 0: a conversation that has begun is counted",
    definition=(
        "A thread is cut where nobody wrote for the conversation gap, unless the customer still "
        "waits for an answer. Platforms that count threads or tickets count otherwise."
    ),
    better="neither",
    states="conversation_states",
    population="true",
    statistics=(Total("count", "Count", "true"),),
)
