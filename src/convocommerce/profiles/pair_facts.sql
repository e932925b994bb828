-- grain: one case of which two systems say something in the period
-- reads: pairs, cases, case_heads, case_events, case_statuses, profile_names
-- What is known of such a case that could explain why they part.
with facts as (
    select
        case_id,
        min(happened_at) filter (is_said and role = 'customer' and not is_copy) as first_customer_at,
        arg_min(role, (happened_at, sequence, event_key)) filter (is_said and not is_copy and role in ('customer', 'human', 'marketing')) as first_role,
        coalesce(list(happened_at) filter (role = 'bot'), []) as bot_times,
        coalesce(list(happened_at) filter (role = 'handoff'), []) as handoff_times,
        coalesce(list({'stamped_at': happened_at, 'clamped_at': clamped_at}) filter (clamped_at is not null), []) as clamps
    from case_events
    group by case_id
),
pauses as (
    select
        case_id,
        list({'at': happened_at, 'is_stop': status in ('solved', 'closed', 'hold', 'pending')}) as pauses
    from case_statuses
    group by case_id
),
near as (
    select
        case_id, conversation_id, again, early_end,
        unnest(list_distinct([(epoch_ms(early_end) + near_ms) // 1000 for near_ms in [-1, 0, 1]])) as second
    from pairs
),
-- What the system with the earlier end took for the answer; of several in that second the oddest.
answers as (
    select
        kept.case_id, kept.conversation_id, kept.again,
        arg_min(
            {
                'role': events.role, 'listed_role': events.listed_role, 'is_failed': events.is_failed,
                'is_native': events.is_native, 'conversation_id': events.conversation_id
            },
            (
                events.role = 'human' and not events.is_failed and events.listed_role is not distinct from 'internal',
                events.sequence, events.event_key
            )
        ) as answer
    from near as kept
    join case_events as events
        on events.case_id = kept.case_id
        and epoch_ms(events.happened_at) // 1000 = kept.second
        -- Some systems cut seconds, and our models whole milliseconds.
        and (
            date_trunc('second', events.happened_at) = date_trunc('second', kept.early_end)
            or abs(epoch_ms(events.happened_at) - epoch_ms(kept.early_end)) <= 1
        )
    where (events.is_said or events.role = 'note')
        and (events.role <> 'customer' or events.listed_role = 'internal')
    group by all
)
select
    kept.*,
    answers.answer,
    facts.* exclude (case_id),
    coalesce(pauses.pauses, []) as pauses,
    cases.created_at,
    cases.is_ticket,
    cases.is_gone,
    cases.customer_id is null as is_nobodys,
    heads.conversation_id is distinct from kept.conversation_id as is_later,
    profile_names.a_name,
    profile_names.b_name,
    profile_names.clock
from pairs as kept
cross join profile_names
join cases on cases.case_id = kept.case_id
left join case_heads as heads on heads.case_id = kept.case_id
left join facts on facts.case_id = kept.case_id
left join pauses on pauses.case_id = kept.case_id
left join answers
    on answers.case_id = kept.case_id
    and answers.conversation_id is not distinct from kept.conversation_id
    and answers.again = kept.again
