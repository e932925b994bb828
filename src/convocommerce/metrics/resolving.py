"""Who answered in the end, how conversations were closed, and whether that lasted."""

from convocommerce.metrics.definition import Metric, Quantile, Share

_CUT_OFF = "Conversations whose beginning an export leaves out."
_NOT_TOLD = (
    "Conversations of businesses of whose channel no export tells when one was closed: they are "
    "not open, it is not known."
)
_CLOSED = (
    Quantile("median", "Median of the closed", 0.5),
    Quantile("p90", "90% of the closed within", 0.9),
)
_HOURS = {"hours": ("calendar", "opening")}

RESOLUTION_TIME = Metric(
    name="resolution_time",
    title="Resolution time",
    meaning="Time from the customer's first message of a conversation to its first close.",
    open_means="conversations not closed at the as-of",
    definition=(
        "The close is one that an export tells; silence closes nothing. What the customer writes "
        "after it is another conversation."
    ),
    excludes=f"{_NOT_TOLD} {_CUT_OFF}",
    source="Zendesk's first resolution time, counted from the customer's message.",
    rivals={
        "Zendesk": "Runs from the making of the ticket; its full resolution grows on reopening.",
        "Chatwoot": "Gives one time for every close, each from the making of the conversation.",
    },
    better="lower",
    states="conversation_states",
    population="tells_close and not is_cut_off",
    rests_on=("closes",),
    duration="resolution_{hours}_seconds",
    age="age_{hours}_seconds",
    statistics=_CLOSED,
    options=_HOURS,
)

REOPENED_RATE = Metric(
    name="reopened_rate",
    title="Reopened",
    meaning="Share of closed conversations after whose close the customer wrote again.",
    open_means="conversations closed so lately that the customer may still write again",
    while_open=(
        "A return shows at once and its absence only when the gap is over, so the rate is too "
        "high while some are open."
    ),
    definition=(
        "The customer wrote again in the same thread within the conversation gap after the first "
        "close. One conversation counts once, however often it is closed."
    ),
    excludes=f"Conversations never closed. {_NOT_TOLD}",
    source="Our own: a return is one by the customer, whatever the status says.",
    rivals={
        "Zendesk": "Counts every change from solved to open, by anybody, without a time limit.",
        "Chatwoot": "Counts events of resolution, so one conversation can count many times.",
        "dbt_zendesk": "Takes one less than the number of times a ticket was solved.",
    },
    better="lower",
    states="conversation_states",
    population="tells_close and resolution_calendar_seconds is not null",
    none_means="No conversation was closed in what was asked about.",
    rests_on=("closes",),
    statistics=(Share("rate", "Reopened", "is_reopened", "is_reopened is not null"),),
)

ONE_TOUCH_RATE = Metric(
    name="one_touch_rate",
    title="Solved with one answer",
    meaning="Share of closed conversations with one answer by people that were not reopened.",
    open_means="conversations with one answer, closed so lately that they may still be reopened",
    while_open=(
        "A second answer shows at once and the absence of a return only when the gap is over, so "
        "the rate is too low while some are open."
    ),
    definition=(
        "Messages by people in a row, until the customer writes again, are one answer. Counted "
        "until the first close."
    ),
    excludes=f"Conversations never closed. {_NOT_TOLD}",
    source="Zendesk's one-touch tickets, with a chat's messages in a row as one answer.",
    rivals={
        "Zendesk": (
            "For messaging lets any number of answers count as one touch if the ticket was never "
            "pending, on hold or reopened."
        ),
    },
    better="higher",
    states="conversation_states",
    population="tells_close and resolution_calendar_seconds is not null",
    none_means="No conversation was closed in what was asked about.",
    rests_on=("closes", "answers", "senders"),
    statistics=(Share("rate", "One answer", "is_one_touch", "is_one_touch is not null"),),
)

ANSWERED_BY = Metric(
    name="answered_by",
    title="Answered by",
    meaning="Shares of conversations answered by a person, by a bot only, and by nobody.",
    open_means="conversations that may still get their first answer by a person",
    while_open=(
        "An answer shows at once and its absence only when the wait has ended, so the share by a "
        "person is too high while some are open."
    ),
    definition=(
        "Decided once a person answered, or the conversation was closed, ended by silence after a "
        "bot's answer, or the platform no longer let people answer. Automatic replies answer "
        "nothing."
    ),
    excludes=(
        f"{_CUT_OFF} From the share by a bot also threads of which no export tells bots and people "
        "apart."
    ),
    source=("Our own, so that where bots are told the three shares add up to all that is decided."),
    rivals={
        "Meta": "Lets answers sent by an app count like those of a person.",
        "Chatwoot": "Leaves out what nobody answered.",
    },
    better="neither",
    states="conversation_states",
    population="not is_cut_off",
    rests_on=("answers", "senders", "closes"),
    statistics=(
        Share("person", "By a person", "wait_state = 'answered'", "wait_state <> 'waiting'"),
        Share(
            "bot_only",
            "By a bot only",
            "wait_state in ('closed', 'window_lost') and bot_calendar_seconds is not null",
            "wait_state <> 'waiting'",
            told="tells_bots",
        ),
        Share(
            "nobody",
            "By nobody",
            "wait_state in ('closed', 'window_lost') and bot_calendar_seconds is null",
            "wait_state <> 'waiting'",
        ),
    ),
)
