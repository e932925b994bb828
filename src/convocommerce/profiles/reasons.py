"""Why two systems say different things of one case: constants, in the order they are applied."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "cohort_date": "the one counts the case in the period and the other on another day",
    "deleted_or_merged": "the ticket is deleted or merged, and the other counts it all the same",
    "unknown_customer": "the ticket does not say who asked",
    "cut_off": "the export leaves out how the conversation began",
    "not_reported": "the helpdesk has recorded no time of its own",
    "reopened": "the case went on after a pause, and only one starts again there",
    "silence_rule": "the two cut the same talk differently where nobody wrote",
    "hand_off": "the one starts at the bot's hand-over, the other at the customer's message",
    "bot_time": "the one counts what a bot did, the other does not",
    "agent_initiated": "the business wrote first",
    "ticket_creation": "the ticket was made at another moment than the customer wrote",
    "before_ticket": "people answered before the ticket was made",
    "automatic_reply": "the one counts an automatic reply as the answer",
    "campaign": "the one counts a campaign as the answer",
    "failed_send": "the one counts an answer that never arrived",
    "private_note": "the one counts a note that the customer never saw",
    "unknown_author": "the author is not in the helpdesk's list of people",
    "agent_as_requester": "the customer is an employee, and the other takes them for one",
    "outside_helpdesk": "the answer was typed in the platform's own app",
    "clock_skew": "the times contradict the order of the messages, and only the one believes them",
    "same_second": "question and answer fell in the same second",
    "too_late": "the answer came after the time within which the other counts one",
    "schedule_rule": "the two lay other opening hours over the same wait",
    "daylight_saving": "the clock was changed in a week of the wait",
    "rounding": "the one tells whole minutes or cuts off fractions of a second",
    "unanswered_dropped": "the one counts the case as waiting, the other leaves it out",
    "other": "no rule that is known here explains it",
}
"""What each reason means."""


def reason_title(reason: str) -> str:
    """Return what people call a reason, in English.

    >>> reason_title("bot_time")
    'Bot time'
    """
    return reason.replace("_", " ").capitalize()
