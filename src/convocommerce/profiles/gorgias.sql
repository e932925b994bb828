-- grain: one ticket
-- reads: cases, case_heads, case_events
-- Gorgias's first response time: chats cut after three days of silence, counted on the day of the first reply.
with said as (
    from case_events where is_said and not is_copy and not is_failed
),
spans as (
    select cases.case_id, cases.thread_key, cases.is_ticket, min(said.happened_at) as began_at, max(said.happened_at) as ended_at
    from cases
    join said using (case_id)
    group by all
),
-- A conversation that follows within three days belongs to the same ticket.
runs as (
    select
        *,
        case
            when is_ticket
                or coalesce(
                    began_at - lag(ended_at) over (partition by thread_key order by began_at, case_id) >= interval 3 days, true
                )
                then began_at
        end as run_began_at
    from spans
),
tickets_of as (
    select
        case_id,
        first_value(case_id) over whole as head_id
    from (
        select
            *,
            max(run_began_at) over (
                partition by thread_key, is_ticket, case when is_ticket then case_id end order by began_at, case_id
            ) as run
        from runs
    )
    window whole as (
        partition by thread_key, case when is_ticket then case_id end, run order by began_at, case_id
    )
),
gathered as (
    select said.* exclude (case_id), tickets_of.head_id as case_id
    from said
    join tickets_of using (case_id)
),
asked as (
    select
        case_id,
        min((happened_at, sequence, event_key)) filter (role = 'customer') as place,
        arg_min(role, (happened_at, sequence, event_key)) filter (role in ('customer', 'human')) as first_role,
        list(distinct conversation_id) filter (conversation_id is not null) as conversation_ids
    from gathered
    group by case_id
),
answered as (
    select gathered.case_id, min(gathered.happened_at) as ended_at, count(*) as n_replies
    from gathered
    join asked using (case_id)
    where gathered.role = 'human'
        -- What is typed in the platform's own app was not sent by the helpdesk.
        and not gathered.is_native
        and (gathered.happened_at, gathered.sequence, gathered.event_key) > asked.place
    group by gathered.case_id
)
select
    asked.case_id,
    case_heads.conversation_id,
    0 as again,
    asked.place[1] as started_at,
    answered.ended_at as cohort_at,
    case
        when asked.first_role = 'human' then 'started by the business'
        when asked.place is null then 'the customer did not write'
        when answered.ended_at is null then 'not answered'
    end as reason,
    case when reason is null then answered.ended_at end as ended_at,
    reason is null as is_counted,
    coalesce(answered.n_replies, 0) as n_replies,
    list_sort(asked.conversation_ids) as conversation_ids
from asked
left join case_heads using (case_id)
left join answered using (case_id)
