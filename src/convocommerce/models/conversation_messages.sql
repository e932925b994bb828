-- grain: one spoken message or hand-over, in the conversation it belongs to
-- reads: thread_messages, rules
-- Cuts threads into conversations and waits, in one pass over messages that are already in order.
with numbered as (
    select
        *,
        row_number() over () as rn,
        coalesce(thread_key = lag(thread_key) over (), false) as same_thread
    from thread_messages
),
-- "The last time that ..." is a running maximum of the row number; nothing is sorted again.
customers as (
    select
        *,
        max(case when not same_thread then rn end) over (rows unbounded preceding) as thread_pos,
        max(case when role = 'customer' then rn end) over (rows unbounded preceding) as customer_pos,
        arg_max(t, case when role = 'customer' then rn end) over (rows unbounded preceding) as customer_t
    from numbered
),
voices as (
    select
        customers.* exclude (role),
        case
            when is_repeated_text and role = 'human' and customer_pos >= thread_pos and t - customer_t <= automatic_ms
                then 'auto'
            else role
        end as role,
        gap_ms
    from customers
    cross join rules
),
positions as (
    select
        *,
        max(case when role = 'human' then rn end) over (rows unbounded preceding) as human_pos,
        max(case when role = 'bot' then rn end) over (rows unbounded preceding) as bot_pos,
        max(case when role = 'handoff' then rn end) over (rows unbounded preceding) as handoff_pos,
        max(case when role = 'close' then rn end) over (rows unbounded preceding) as close_pos,
        max(case when role not in ('handoff', 'close') then rn end) over (rows unbounded preceding) as spoken_pos,
        arg_max(t, case when role not in ('handoff', 'close') then rn end) over (rows unbounded preceding) as spoken_t
    from voices
),
before as (
    select
        *,
        lag(spoken_t) over () as before_t,
        coalesce(lag(spoken_pos) over () >= thread_pos, false) as has_spoken,
        coalesce(lag(close_pos) over () > lag(spoken_pos) over (), false) as was_closed,
        lag(customer_pos) over () as before_customer_pos,
        lag(human_pos) over () as before_human_pos
    from positions
),
-- The first message since a person last answered, or since the conversation was closed.
asked as (
    select
        *,
        max(
            case
                when role = 'customer'
                    and (coalesce(before_customer_pos < greatest(thread_pos, human_pos), true) or was_closed)
                    then rn
            end
        ) over (rows unbounded preceding) as asked_pos
    from before
),
-- A customer waits after an unanswered message; a bot that hands over has not answered it.
waiting as (
    select
        *,
        coalesce(
            customer_pos >= thread_pos
            and customer_pos > coalesce(human_pos, 0)
            and (customer_pos > coalesce(bot_pos, 0) or handoff_pos > asked_pos),
            false
        ) as is_waiting
    from asked
),
starting as (
    select
        *,
        coalesce(lag(is_waiting) over (), false) as was_waiting
    from waiting
),
starts as (
    select
        *,
        role not in ('handoff', 'close')
        and (
            not has_spoken
            or t - before_t >= gap_ms and not was_waiting
            or was_closed and role = 'customer'
        ) as is_start
    from starting
),
conversations as (
    select
        *,
        max(case when is_start then rn end) over (rows unbounded preceding) as start_pos,
        arg_max(message_key, case when is_start then rn end) over (rows unbounded preceding) as conversation_id
    from starts
),
-- A leg begins with a customer's message when none before it still waits for a person.
legs as (
    select
        *,
        role = 'customer'
        and (
            before_customer_pos is null
            or before_customer_pos < start_pos
            or before_customer_pos < coalesce(before_human_pos, 0)
        ) as is_leg_start,
        case
            when is_start and role = 'customer' and has_spoken and was_closed then lag(conversation_id) over ()
        end as reopens_id
    from conversations
),
placed as (
    select
        *,
        max(case when is_leg_start then rn end) over (rows unbounded preceding) as leg_pos,
        arg_max(message_key, case when is_leg_start then rn end) over (rows unbounded preceding) as leg_key
    from legs
)
select
    contact_key,
    thread_key,
    conversation_id,
    case when leg_pos >= start_pos then leg_key end as leg_id,
    rn - start_pos + 1 as position,
    make_timestamp_ms(t) as sent_at,
    role,
    agent_id,
    message_key,
    is_cut_off,
    is_waiting,
    reopens_id,
    coalesce(customer_pos >= start_pos, false) as is_after_customer
from placed
where start_pos >= thread_pos
