"""The SQL that gives every line, a person on one page, its messages and its open windows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from convocommerce.periods import Period
    from convocommerce.windows import WindowRule

# Reads the rules as parallel lists, and gives every line (a person on one page) its messages with
# the latest closing known at each: a longer window is not cut short by a later message.
_LINES = """
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
    -- One number stands for a person on one page, which is sorted and joined far sooner than names.
    told_of as (
        select
            threads.*,
            min(thread_key) over (partition by channel, business_id, customer_id) as line_key
        from threads
    ),
    said as (
        select
            threads.line_key, threads.channel, threads.business_id, threads.customer_id,
            spoken.sent_at,
            spoken.position, spoken.message_key, spoken.conversation_id,
            spoken.role::varchar as role, spoken.is_cut_off
        from conversation_messages as spoken
        join told_of as threads using (thread_key)
        where spoken.sent_at <= $as_of and threads.channel in (select platform from window_rules)
    ),
    refused as (
        select (md5_number(channel || chr(31) || message_id) >> 64)::ubigint as message_key
        from deliveries
        where status = 'failed'
    ),
    -- Reactions are no messages, but on Meta's own channels they open the window like one.
    beside as (
        select
            threads.line_key, threads.channel, threads.business_id, threads.customer_id,
            case
                when messages.is_local
                    then timezone('UTC', timezone(rules.time_zone, messages.sent_at))
                else messages.sent_at
            end as sent_at,
            0 as position, messages.message_key, null::ubigint as conversation_id,
            if(messages.direction = 'in', 'reaction', 'refused') as role, false as is_cut_off
        from messages
        join told_of as threads using (thread_key)
        cross join rules
        where messages.sent_at <= $as_of
            and threads.channel in (select platform from window_rules)
            and messages.customer_id not in (select customer_id from excluded_customers)
            and (
                messages.direction = 'in' and messages.kind = 'reaction'
                and messages.channel in ('messenger', 'instagram')
                or messages.direction = 'out' and messages.kind not in ('note', 'reaction')
                and not (messages.channel = 'whatsapp' and messages.kind = 'template')
                and (
                    coalesce(messages.is_failed, false)
                    or messages.message_key in (select message_key from refused)
                )
            )
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
        join said
            on said.conversation_id = clicks.conversation_id
            and said.role = 'customer'
            and said.sent_at >= clicks.occurred_at
        group by clicks.conversation_id, clicks.occurred_at
    ),
    everything as (
        select
            *,
            if(message_key in (select message_key from after_ads), 'ad', 'any') as entry,
            role in ('customer', 'reaction') as is_opener
        from (from said union all by name from beside)
    ),
    closings as (
        select
            everything.message_key,
            max(length) filter (rule.entry = 'any' and rule.sender = 'any') as standard,
            max(length) filter (rule.sender = 'any') as free,
            max(length) as human
        from everything
        join window_rules as rule
            on rule.platform = everything.channel
            and rule.entry in ('any', everything.entry)
            and everything.sent_at >= coalesce(rule.since, '-infinity')
            and everything.sent_at < coalesce(rule.until, 'infinity')
        where everything.is_opener
        group by everything.message_key
    ),
    lines as (
        select
            everything.*,
            max(sent_at + standard) over line as standard_closes_at,
            max(sent_at + free) over line as closes_at,
            max(sent_at + human) over line as human_closes_at,
            bool_or(is_cut_off) over line as may_lack_openers
        from {everything} as everything
        left join closings using (message_key)
        window line as (
            partition by line_key
            order by sent_at, position, message_key
            rows unbounded preceding
        )
    )
"""
LINES = _LINES.format(everything="everything")
OPENERS = _LINES.format(everything="(from everything where is_opener)")
"""The same of what opens windows only, which is all that moves a closing."""


def asked_values(period: Period, as_of: dt.datetime, rules: Sequence[WindowRule]) -> dict[str, Any]:
    """Return the parameters of ``LINES`` and of the period asked about."""
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
