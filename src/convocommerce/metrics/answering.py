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
        "never stop it."
    ),
    excludes=(
        "Conversations whose beginning an export leaves out are not judged; nobody is left out "
        "for not having been answered."
    ),
    source=(
        "Our own: the wait as the customer knows it, from the first message to the first answer."
    ),
    rivals={
        "Zendesk": (
            "Starts when the ticket is made, which for messaging is the hand-over from the bot, "
            "and leaves out tickets without an answer."
        ),
        "Chatwoot": (
            "Starts at the hand-over or the last reopening, counts sends that failed, and gives "
            "the mean of the answered."
        ),
        "Intercom": (
            "Takes the median of the answered; conversations without an answer are left out."
        ),
        "Gorgias": "Counts a ticket on the day of its first answer, and only if it has one.",
        "Meta": (
            "Averages the fastest nine in ten answers, and lets answers sent by an app count."
        ),
    },
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
        "waits for an answer, and where the customer writes again after it was closed."
    ),
    excludes="Reactions, receipts and campaigns that nobody answered make no conversation.",
    source="Our own, with Meta's silence of 24 hours as the gap unless the rules set another.",
    rivals={
        "Meta": (
            "Counts a conversation as started after seven days without a message, and only "
            "those it credits to ads."
        ),
        "Zendesk": "Counts tickets, of which one conversation can make several or none.",
        "Tidio": "Ends a conversation when the employee leaves or after three hours of silence.",
    },
    better="neither",
    states="conversation_states",
    population="true",
    statistics=(Total("count", "Count", "true"),),
)
