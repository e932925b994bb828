"""The profiles that are known: constants."""

from __future__ import annotations

from collections.abc import Mapping

from convocommerce.profiles.profile import Profile

CANONICAL = Profile(
    name="canonical",
    title="convocommerce",
    meaning=(
        "From the customer's first message of a conversation to the first answer by a person "
        "after it."
    ),
    source="our own definition, that of the metric first_response_time",
    grain="conversation",
    cohort="start",
    average="median",
    hours="rules",
    precision_seconds=0.001,
)

ZENDESK_NATIVE = Profile(
    name="zendesk_native",
    title="Zendesk, ticket metrics",
    meaning="From the making of the ticket to the first public comment of an agent after it.",
    source="Zendesk help 4408821871642 and 4408834848154; ticket metrics of its API",
    grain="case",
    cohort="start",
    average="median",
    hours="single_at_end",
    precision_seconds=60,
    quirks=(
        "In messaging the ticket is made when the bot hands over: time with the bot is outside.",
        "A ticket that an agent opens in public waits for the next public comment of an agent.",
        "A ticket opened by a private note is answered by the first public comment.",
        "One schedule, the one at the end, is laid over the whole wait.",
        "The API tells whole minutes.",
        "Tickets that nobody answered are in no figure.",
    ),
)

DBT_ZENDESK = Profile(
    name="dbt_zendesk",
    title="dbt package for Zendesk",
    meaning=(
        "From the making of the ticket to the first public comment strictly later by somebody "
        "whom the list of users calls an agent."
    ),
    source="github.com/fivetran/dbt_zendesk, models/reply_times and models/intermediate",
    grain="case",
    cohort="start",
    average="mean",
    hours="weekly_versions",
    precision_seconds=0.006,
    quirks=(
        "An answer in the same second is passed over.",
        "Comments of users that are not listed do not exist.",
        "A bot that posts under an agent's number is that agent.",
        "Chats older than their ticket give negative times.",
        "An agent's own first comment counts as the answer when a private note came before it.",
        "Opening time is cut into weeks of UTC, each with one offset from its Sunday on.",
        "The Sunday of a week in which the clock changes has no opening time of its own.",
        "A ticket that an agent opened and nobody answered has opening time far into the future.",
        "Waits by status count minutes that began, and one touch is true of reopened tickets.",
        "Days are those of UTC.",
    ),
)

CHATWOOT = Profile(
    name="chatwoot",
    title="Chatwoot reports",
    meaning=(
        "From the last opening, hand-over or solving by a bot, else the making of the "
        "conversation, to the first message of a person."
    ),
    source="github.com/chatwoot/chatwoot, reporting_event_listener and message",
    grain="case",
    cohort="reply",
    average="mean",
    hours="one_window",
    quirks=(
        "A conversation that the business begins is answered after 0 seconds.",
        "Putting off or opening by hand before the first answer starts the clock anew.",
        "Refused messages count as answers.",
        "Reply times run from the first message that neither a person nor a bot had answered.",
        "Every solving counts, each from the very beginning.",
        "Conversations that nobody answered are in no figure.",
        "A day open around the clock ends at 23:59.",
        "Days are those of one offset from UTC for the whole year.",
    ),
)

INTERCOM = Profile(
    name="intercom",
    title="Intercom, first response",
    meaning="From the customer's earliest message to the first by a teammate after it.",
    source="Intercom help 6762778 and 3653556; conversation statistics of its API",
    grain="case",
    cohort="start",
    average="median",
    hours="rules",
    quirks=(
        "Time with the bot is inside.",
        "Counted on the day on which the conversation began, however late the answer.",
        "Conversations that nobody answered are in no figure.",
    ),
)

GORGIAS = Profile(
    name="gorgias",
    title="Gorgias, first response time",
    meaning="From the customer's first message of a ticket to the first answer by an agent in it.",
    source="docs.gorgias.com, 406747",
    grain="case",
    cohort="reply",
    average="median",
    hours="none",
    quirks=(
        "Counted on the day of the answer.",
        "A chat goes on in its ticket until three days of silence.",
        "What is answered outside the helpdesk, or sent by a rule, does not count.",
        "Tickets that the business begins, or that nobody answered, are in no figure.",
    ),
)

PLAIN = Profile(
    name="plain",
    title="Plain, first response time",
    meaning="From the first message that came in to the first by a person.",
    source="Plain's published definition of its first response time",
    grain="case",
    cohort="reply",
    average="median",
    hours="none",
    quirks=(
        "Counted on the day of the answer.",
        "Threads that the business begins are left out.",
        "Threads that nobody answered are in no figure.",
    ),
)

META_PAGE = Profile(
    name="meta_page",
    title="Meta, response time of a page",
    meaning=(
        "From a person's first message after a day of silence to the first answer by a person or "
        "a bot within a day."
    ),
    source="Meta's help pages as others quote them; never published as a formula",
    grain="message",
    cohort="start",
    average="fastest_90",
    hours="none",
    quirks=(
        "Bots answer like people; instant and away replies do not.",
        "Only messages after 24 hours in which neither side wrote are counted.",
        "An answer after more than 24 hours is none.",
        "Only the fastest nine of ten are averaged.",
    ),
)

REPORTED = Profile(
    name="reported",
    title="The helpdesk's own figure",
    meaning="The first reply time that the helpdesk itself recorded for the ticket.",
    source="records reported_times, as the helpdesk exported them",
    grain="case",
    cohort="start",
    average="median",
    hours="given",
    precision_seconds=60,
)

PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        CANONICAL,
        ZENDESK_NATIVE,
        DBT_ZENDESK,
        CHATWOOT,
        INTERCOM,
        GORGIAS,
        PLAIN,
        META_PAGE,
        REPORTED,
    )
}
"""Every profile by its name, ours first."""
