"""From a figure back to what lies behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.measuring import Question, facts

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_CONVERSATIONS = """
select
    {known}
    tickets_of.case_id,
    facts.human_calendar_seconds as first_response_seconds,
    facts.human_opening_seconds as first_response_opening_seconds,
    -- What was closed or may no longer be answered was waited for until then, not until today.
    case
        when facts.human_calendar_seconds is null then facts.observed_calendar_seconds
    end as waiting_seconds,
    {own}
    facts.outcome
from facts
left join (
    select
        (md5_number(channel || chr(31) || business_id || chr(31) || 'case' || chr(31) || ticket_id)
            >> 64)::ubigint as thread_key,
        min(platform || ':' || ticket_id) as case_id
    from tickets
    group by thread_key
) as tickets_of using (thread_key)
order by facts.started_at, facts.conversation_id
"""
_QUESTIONS = """
select
    {known}
    facts.asked_at,
    facts.human_calendar_seconds as reply_seconds,
    facts.human_opening_seconds as reply_opening_seconds,
    case
        when facts.human_calendar_seconds is null then facts.observed_calendar_seconds
    end as waiting_seconds,
    facts.wait_state
from facts
order by facts.started_at, facts.conversation_id, facts.asked_at, facts.leg_id
"""
_WAITS = """
select
    {known}
    facts.requester_wait_calendar_seconds as requester_wait_seconds,
    facts.requester_wait_opening_seconds,
    -- How long they waited so far, all their questions together.
    case
        when facts.n_waiting > 0 then facts.observed_calendar_seconds
    end as waiting_seconds,
    facts.n_waiting
from facts
order by facts.started_at, facts.conversation_id
"""
_ATTEMPTS = """
select
    facts.grain,
    printf('%016x', facts.contact_key) as contact,
    printf('%016x', facts.conversation_id) as conversation_id,
    facts.channel,
    facts.started_local,
    facts.state,
    facts.answer_state
from facts
order by facts.started_at, facts.attempt_id
"""
_KNOWN = """printf('%016x', facts.conversation_id) as conversation_id,
    printf('%016x', facts.contact_key) as contact,
    facts.channel,
    facts.started_local,
    facts.entry_point,
    facts.first_responder,
    facts.agent,"""
_SHOWN = {
    "conversation_states": _CONVERSATIONS,
    "leg_states": _QUESTIONS,
    "requester_waits": _WAITS,
    "abandonment_states": _ATTEMPTS,
}
"""What is shown of each row, by the table of states it is in."""
_TEXTS = """
select
    printf('%016x', placed.conversation_id) as conversation_id,
    string_agg(placed.role || ': ' || coalesce(messages.text, '(' || messages.kind || ')'), chr(10)
        order by placed.position) as text
from conversation_messages as placed
join messages using (message_key)
where placed.sent_at <= $as_of and placed.role not in ('handoff', 'close')
    and printf('%016x', placed.conversation_id) in (select unnest($wanted::varchar[]))
group by placed.conversation_id
"""


def behind(
    con: duckdb.DuckDBPyConnection, question: Question, *, text: bool = False
) -> pd.DataFrame:
    """List the conversations, questions or attempts to buy that a question is about.

    Args:
        con: A connection to a database with built models.
        question: The question, narrowed to the cell of interest.
        text: Also show what was said, as known at the as-of.

    Returns:
        One row each. Conversations are known by the hexadecimal key of their first message;
        people and attempts by keys that say nothing about who they are. A duration that is not
        the first response by a person stands beside it under its own name. ``case_id`` is the
        helpdesk's ticket, as in profiles; null where no helpdesk kept one.
    """
    metric = question.metric
    duration = (metric.duration or "").format(**question.options)
    own = f"facts.{duration}," if duration not in ("", "human_calendar_seconds") else ""
    query = facts(question).query(_SHOWN[metric.states].format(known=_KNOWN, own=own))
    frame = query.start(con).df()
    if not text:
        return frame
    wanted = frame["conversation_id"].dropna().unique().tolist()
    texts = con.execute(_TEXTS, {"as_of": question.as_of, "wanted": wanted}).df()
    return frame.merge(texts, on="conversation_id", how="left")
