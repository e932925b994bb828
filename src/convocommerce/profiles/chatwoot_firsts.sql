-- grain: one case
-- reads: cases, case_events, case_statuses, chatwoot_log
-- Which message Chatwoot takes for the first answer, and whether a bot was there.
with named as (
    -- Notes, and rules that write as an agent, count as what people wrote.
    select case_id, min(happened_at) as named_at
    from case_events
    where role in ('human', 'note', 'auto', 'marketing') and author_id is not null and kind <> 'handover'
    group by case_id
),
bots as (
    select case_id from chatwoot_log where is_bot or role = 'handoff'
    union
    select case_id from case_statuses where 'pending' in (status, status_before)
),
-- What was sent in an agent's name before, by a rule, leaves the first answer to nobody.
counted as (
    select
        case_id,
        is_human,
        (happened_at, sequence, event_key) as place,
        coalesce(sum((role in ('human', 'auto') and is_said and author_id is not null)::integer) over (
            partition by case_id order by happened_at, sequence, event_key
            rows between unbounded preceding and current row
        ), 0) as n_named
    from chatwoot_log
),
answers as (
    select case_id, min(place) as place
    from counted
    where is_human and n_named <= 1
    group by case_id
)
select
    cases.case_id,
    answers.place as first_place,
    first_place[3] as first_key,
    named.named_at,
    cases.case_id in (select case_id from bots) as has_bot
from cases
left join answers using (case_id)
left join named using (case_id)
