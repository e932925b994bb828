-- grain: one conversation of the helpdesk
-- reads: cases, case_heads, case_events
-- Intercom's time to first reply: from the customer's earliest message to the first by a teammate after it.
with said as (
    from case_events where is_said and not is_copy and not is_failed
),
asked as (
    select case_id, min((happened_at, sequence, event_key)) as place
    from said
    where role = 'customer'
    group by case_id
),
answered as (
    select said.case_id, min(said.happened_at) as ended_at, count(*) as n_replies
    from said
    join asked using (case_id)
    -- Its own bots are no teammates.
    where said.role = 'human' and (said.happened_at, said.sequence, said.event_key) > asked.place
    group by said.case_id
),
-- The median of all replies in a conversation is taken over answers after a customer's message.
ordered as (
    select
        case_id,
        role,
        happened_at,
        max(case when role = 'human' then rn end) over before as human_rn,
        min(case when role = 'customer' then happened_at end) over before as any_asked,
        rn
    from (
        select *, row_number() over (partition by case_id order by happened_at, sequence, event_key) as rn
        from said
        where role in ('customer', 'human')
    )
    window before as (partition by case_id order by rn rows between unbounded preceding and 1 preceding)
),
legs as (
    select
        case_id,
        happened_at,
        min(case when role = 'customer' then happened_at end) over (
            partition by case_id, coalesce(human_rn, 0)
        ) as asked_at,
        role
    from ordered
),
replies as (
    select
        case_id,
        list((epoch_ms(happened_at) - epoch_ms(asked_at)) / 1000 order by happened_at)
            filter (asked_at <= happened_at) as reply_seconds
    from legs
    where role = 'human'
    group by case_id
)
select
    cases.case_id,
    case_heads.conversation_id,
    0 as again,
    asked.place[1] as started_at,
    answered.ended_at,
    -- Rows stand where the conversation started, however late the reply.
    cases.created_at as cohort_at,
    case
        when asked.place is null then 'the customer did not write'
        when answered.ended_at is null then 'not answered'
    end as reason,
    reason is null as is_counted,
    coalesce(answered.n_replies, 0) as n_replies,
    replies.reply_seconds
from cases
left join case_heads using (case_id)
left join asked using (case_id)
left join answered using (case_id)
left join replies using (case_id)
