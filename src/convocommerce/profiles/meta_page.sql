-- grain: one message of a person after a day in which neither side wrote
-- reads: case_conversations, conversation_messages, threads
-- What Meta counts for a page: bots answer like people, and within a day or not at all.
with said as (
    select
        threads.channel, threads.business_id, threads.customer_id,
        spoken.sent_at, spoken.role::varchar as role, spoken.is_cut_off, spoken.position,
        spoken.message_key, spoken.conversation_id
    from conversation_messages as spoken
    join threads using (thread_key)
    where spoken.sent_at <= $as_of and spoken.role not in ('handoff', 'close')
),
placed as (
    select
        *,
        lag(sent_at) over line as before_at,
        min(case when role in ('human', 'bot') then sent_at end) over after as answer_at
    from said
    window
        line as (partition by channel, business_id, customer_id order by sent_at, position, message_key),
        after as (
            partition by channel, business_id, customer_id order by sent_at, position, message_key
            rows between 1 following and unbounded following
        )
),
counted as (
    select
        *,
        row_number() over (partition by conversation_id order by sent_at, position) - 1 as again
    from placed
    where role = 'customer' and coalesce(sent_at - before_at >= interval 24 hours, not is_cut_off)
)
select
    kept.case_id,
    counted.conversation_id,
    counted.again,
    counted.sent_at as started_at,
    case when answer_at - sent_at <= interval 24 hours then answer_at end as ended_at,
    counted.sent_at as cohort_at,
    case when ended_at is null then 'not answered' end as reason,
    -- A message that nobody answered in a day lowers the rate, so it is in the report.
    true as is_counted
from counted
join case_conversations as kept on kept.conversation_id = counted.conversation_id
