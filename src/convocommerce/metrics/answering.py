"""How fast people are answered."""

from convocommerce.metrics.definition import Metric, Quantile, Total, Waiting, Within

LIMITS = (
    Within("within_5_minutes", "Within 5 min", 300),
    Within("within_15_minutes", "Within 15 min", 900),
    Within("within_1_hour", "Within 1 h", 3600),
    Within("within_24_hours", "Within 24 h", 86400),
)

_QUANTILES = (
    Quantile("median", "Median of the answered", 0.5),
    Quantile("p90", "90% of the answered within", 0.9),
)
_STILL_WAITING = (
    Waiting("km_median", "Median, the unanswered counted", 0.5),
    Waiting("km_p90", "90% within, the unanswered counted", 0.9),
)
_HOURS = {"hours": ("calendar", "opening")}
_CUT_OFF = "Conversations whose beginning an export leaves out."

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
        "for not having been answered. The bot's clock leaves out threads of which no export tells "
        "bots and people apart."
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
    observed="observed_{hours}_seconds",
    left_as="wait_state",
    population_of={"bot": "tells_bots"},
    statistics=(
        *_QUANTILES,
        *_STILL_WAITING,
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

HANDOFF_WAIT = Metric(
    name="handoff_wait",
    title="Wait after the hand-over",
    meaning="Time from a bot's hand-over to people until the first answer by a person.",
    open_means="conversations handed over and not yet answered by a person",
    definition=(
        "Runs from the first hand-over after the customer's first message. Together with the part "
        "before the hand-over it is the first response time by a person, to the second."
    ),
    excludes=f"Conversations never handed over, or after a person had answered. {_CUT_OFF}",
    source="Zendesk's clock for messaging, kept as the second part of the customer's own wait.",
    rivals={
        "Zendesk": "Calls this the first reply time of messaging and leaves the bot's part out.",
        "Chatwoot": "Takes its first response from here when a bot handed over.",
        "Intercom": "Does not split the wait: the bot's part is inside it.",
    },
    better="lower",
    states="conversation_states",
    population="is_handed_over and not is_cut_off",
    needs=("messages", "hand_overs"),
    none_means="No bot handed over a conversation to people in what was asked about.",
    rests_on=("answers", "senders"),
    duration="handoff_wait_{hours}_seconds",
    age="handoff_age_{hours}_seconds",
    statistics=(*_QUANTILES, *LIMITS),
    options=_HOURS,
)

BOT_PART = Metric(
    name="bot_part",
    title="Bot's part of the wait",
    meaning="Time from the customer's first message to the bot's hand-over to people.",
    open_means="always 0: a hand-over that has not come is none",
    definition=(
        "Ends at the first hand-over after the customer's first message, if no person had "
        "answered by then."
    ),
    excludes=f"Conversations never handed over, or after a person had answered. {_CUT_OFF}",
    source="Our own, so that the two parts of a wait add up to the whole.",
    rivals={"Zendesk": "Starts its clocks at the hand-over, so this part is in none of them."},
    better="neither",
    states="conversation_states",
    population="is_handed_over and not is_cut_off",
    needs=("messages", "hand_overs"),
    none_means="No bot handed over a conversation to people in what was asked about.",
    rests_on=("answers", "senders"),
    duration="bot_part_{hours}_seconds",
    age="age_{hours}_seconds",
    statistics=(
        Quantile("median", "Median", 0.5),
        Quantile("p90", "90% handed over within", 0.9),
    ),
    options=_HOURS,
)

NEXT_REPLY_TIME = Metric(
    name="next_reply_time",
    title="Next reply time",
    meaning="Time from every later question of a conversation to the next answer by a person.",
    open_means="questions not answered by a person at the as-of",
    definition=(
        "A question begins with the customer's first message after a person's, however many "
        "follow, and ends with the next message by a person. It counts in the period in which its "
        "conversation began. Those without an answer were watched until the conversation was "
        "closed or over, the platform no longer let people answer, or the as-of."
    ),
    excludes=f"The first question of a conversation, which is the first response. {_CUT_OFF}",
    source="Zendesk's next reply target, for every later question.",
    rivals={
        "Zendesk": "Knows it as a target of service agreements; its reports lack it.",
        "Chatwoot": "Lets answers by bots end the wait, and writes none for the first answer.",
    },
    better="lower",
    states="leg_states",
    population="is_later and not is_cut_off",
    none_means="Nobody asked again after an answer in what was asked about.",
    rests_on=("answers", "senders"),
    duration="human_{hours}_seconds",
    age="age_{hours}_seconds",
    observed="observed_{hours}_seconds",
    left_as="wait_state",
    statistics=(*_QUANTILES, *_STILL_WAITING, *LIMITS),
    options=_HOURS,
)

REQUESTER_WAIT = Metric(
    name="requester_wait",
    title="Customer's wait in all",
    meaning="Time a customer waited for people in a conversation, all questions together.",
    open_means="conversations with a question still unanswered by a person at the as-of",
    definition=(
        "The sum of the waits from each question to the next message by a person, or to the "
        "close if nobody answered before it. Who still waits for a last answer is known to wait "
        "longer than so far."
    ),
    excludes=_CUT_OFF,
    source="Zendesk's requester wait time, counted by who wrote last instead of by status.",
    rivals={
        "Zendesk": "Adds up the time in the states new, open and on hold.",
        "dbt_zendesk": "Does the same and lets open tickets grow with the clock of the rebuild.",
    },
    better="lower",
    states="requester_waits",
    population="not is_cut_off",
    rests_on=("answers", "senders"),
    duration="requester_wait_{hours}_seconds",
    age="observed_{hours}_seconds",
    observed="observed_{hours}_seconds",
    left_as="wait_state",
    statistics=(
        Quantile("median", "Median of the answered", 0.5),
        Quantile("p90", "90% of the answered waited at most", 0.9),
        *_STILL_WAITING,
    ),
    options=_HOURS,
)
