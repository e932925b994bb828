"""The SQL that gives every line, a person on one page, its messages and its open windows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from convocommerce.warehouse.schema import CUSTOMER_KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convocommerce.periods import Period
    from convocommerce.windows import WindowRule

# What was recorded of a line beside what was said: for more conditions to follow.
_RECORDED = """\
        select
            threads.line_key, threads.channel,
            case
                when messages.is_local
                    then timezone('UTC', timezone(rules.time_zone, messages.sent_at))
                else messages.sent_at
            end as sent_at,
            0 as position, messages.message_key, '{role}' as role, false as is_cut_off
        from messages
        join told_of as threads using (thread_key)
        cross join rules
        where messages.sent_at <= $as_of
            and messages.customer_id not in (select customer_id from excluded_customers)"""

# Reads the rules as parallel lists. Of the rules that hold at one time the longest counts, so each
# message meets one row of lengths.
_RULES = f"""
    with window_rules as (
        select
            *,
            lead(since) over (partition by platform, entry, sender order by since) as until
        from (
            select
                unnest($platforms) as platform, unnest($entries) as entry,
                unnest($senders) as sender, unnest($since)::timestamp as since,
                to_hours(unnest($hours)) as length
        )
    ),
    spells as (
        select
            platform, begins,
            lead(begins, 1, 'infinity') over (partition by platform order by begins) as ends
        from (
            select distinct platform, coalesce(since, '-infinity') as begins from window_rules
        )
    ),
    lengths as (
        select
            spells.platform, spells.begins, spells.ends, entries.entry,
            max(rule.length) filter (rule.entry = 'any' and rule.sender = 'any') as standard,
            max(rule.length) filter (rule.sender = 'any') as free,
            max(rule.length) as human
        from spells
        cross join (values ('any'), ('ad')) as entries (entry)
        join window_rules as rule
            on rule.platform = spells.platform
            and rule.entry in ('any', entries.entry)
            and spells.begins >= coalesce(rule.since, '-infinity')
            and spells.begins < coalesce(rule.until, 'infinity')
        group by all
    ),
    -- A line is a person on one page; where threads are cases, several are of one line.
    told_of as (
        select
            thread_key, channel,
            case when case_id is null then thread_key else {CUSTOMER_KEY} end as line_key
        from threads
        where channel in (select platform from window_rules)
    ),
    -- Reactions are no messages, but on Meta's own channels they open the window like one.
    reactions as (
{_RECORDED.format(role="reaction")}
            and messages.direction = 'in' and messages.kind = 'reaction'
            and messages.channel in ('messenger', 'instagram')
    ),
    clicks as (
        select distinct came.conversation_id, came.occurred_at
        from conversation_touchpoints as came
        left join ads using (ad_id)
        where coalesce(ads.entry_point, came.entry_point) in ('ad', 'inbox_ad')
            and came.entry_point in ('ad', 'inbox_ad')
    ),
    after_ads as (
        select arg_min(said.message_key, (said.sent_at, said.position)) as message_key
        from clicks
        join conversation_messages as said
            on said.conversation_id = clicks.conversation_id
            and said.sent_at >= clicks.occurred_at
        where said.role = 'customer' and said.sent_at <= $as_of
        group by clicks.conversation_id, clicks.occurred_at
    )
"""
LINES = (
    _RULES
    + """,
    said as (
        select
            threads.line_key, threads.channel, spoken.sent_at, spoken.position, spoken.message_key,
            spoken.role::varchar as role, spoken.is_cut_off
        from conversation_messages as spoken
        join told_of as threads using (thread_key)
        where spoken.sent_at <= $as_of
    ),
    refused as (
"""
    + _RECORDED.format(role="refused")
    + """
            and messages.direction = 'out' and messages.kind not in ('note', 'reaction')
            and not (messages.channel = 'whatsapp' and messages.kind = 'template')
            and (
                coalesce(messages.is_failed, false)
                or messages.message_key in (
                    select (md5_number(channel || chr(31) || message_id) >> 64)::ubigint
                    from deliveries
                    where status = 'failed'
                )
            )
    ),
    everything as (
        select
            *,
            if(message_key in (select message_key from after_ads), 'ad', 'any') as entry,
            role in ('customer', 'reaction') as is_opener
        from (
            from said union all by name from reactions union all by name from refused
        )
    ),
    lines as (
        select
            everything.*,
            max(sent_at + standard) over line as standard_closes_at,
            max(sent_at + free) over line as closes_at,
            max(sent_at + human) over line as human_closes_at,
            bool_or(is_cut_off) over line as may_lack_openers
        from everything
        left join lengths
            on everything.is_opener
            and lengths.platform = everything.channel
            and lengths.entry = everything.entry
            and everything.sent_at >= lengths.begins
            and everything.sent_at < lengths.ends
        window line as (
            partition by line_key
            order by sent_at, position, message_key
            rows unbounded preceding
        )
    )
"""
)
"""SQL that gives every line its messages, and the latest closing known at each: a longer window is
not cut short by a later message."""

OPENED = (
    _RULES
    + """,
    openers as (
        select
            line_key, channel, sent_at,
            if(message_key in (select message_key from after_ads), 'ad', 'any') as entry
        from (
            select told_of.line_key, told_of.channel, spoken.sent_at, spoken.message_key
            from conversation_messages as spoken
            join told_of using (thread_key)
            where spoken.role = 'customer' and spoken.sent_at <= $as_of
            union all
            select line_key, channel, sent_at, message_key from reactions
        )
    ),
    opened as (
        select
            line_key, sent_at,
            max(sent_at + standard) over line as standard_closes_at,
            max(sent_at + free) over line as closes_at
        from openers
        left join lengths
            on lengths.platform = openers.channel
            and lengths.entry = openers.entry
            and openers.sent_at >= lengths.begins
            and openers.sent_at < lengths.ends
        -- Whatever comes at one instant counts for all of it, so its order does not matter.
        window line as (partition by line_key order by sent_at range unbounded preceding)
    )
"""
)
"""The same of what opens windows only, which is all that moves a closing."""


def asked_values(period: Period, as_of: dt.datetime, rules: Sequence[WindowRule]) -> dict[str, Any]:
    """Return the parameters of ``LINES``, ``OPENED`` and of the period asked about."""
    rules = [rule for rule in rules if rule.kind == "send"]
    return {
        "platforms": [rule.platform for rule in rules],
        "entries": [rule.entry for rule in rules],
        "senders": [rule.sender for rule in rules],
        "since": [rule.since for rule in rules],
        "hours": [rule.hours for rule in rules],
        "as_of": as_of,
        "first_day": period.start,
        "end_day": period.end,
    }
