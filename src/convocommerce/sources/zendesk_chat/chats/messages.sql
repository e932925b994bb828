-- grain: one thing said or done in a chat, per document that tells it
-- reads: events
-- What visitors, employees, bots and triggers said, when an employee took over, and the end.
with spoken as (
    select
        document_no,
        channel,
        business_id,
        customer_id,
        chat_id as case_id,
        happened_at as sent_at,
        position - 1 as sequence,
        case voice when 'customer' then 'in' else 'out' end as direction,
        case what when 'chat.file' then 'attachment' else 'text' end as kind,
        voice as declared_role,
        case when voice = 'human' then employee end as agent_id,
        said as text
    from events
    where is_spoken and fault is null and not is_deleted and type = 'chat'
),

-- An employee who joins after a bot spoke has taken the chat over from it.
joined as (
    select
        *,
        min(position) filter (is_spoken and voice = 'bot') over chat as first_bot,
        min(position) filter (is_spoken and voice = 'human') over chat as first_human,
        min(position) filter (what = 'chat.memberjoin' and voice = 'human') over chat
            as first_join
    from events
    where fault is null and not is_deleted and type = 'chat'
    window chat as (partition by document_no)
),

-- The end is given in whole seconds, so a last message may seem to come after it.
ended as (
    select
        document_no,
        channel,
        business_id,
        customer_id,
        chat_id,
        greatest(ended_at, max(happened_at) filter (is_spoken)) as closed_at,
        max(position) as position
    from events
    where fault is null and not is_deleted and type = 'chat' and ended_at is not null
    group by document_no, channel, business_id, customer_id, chat_id, ended_at
    having bool_or(is_spoken)
)

select
    document_no,
    channel,
    business_id,
    customer_id,
    case_id,
    made_id([case_id, epoch_us(sent_at)::varchar, kind, text]) as message_id,
    sent_at,
    sequence::integer as sequence,
    direction,
    kind,
    declared_role,
    agent_id,
    case
        when direction = 'out' then coalesce(cart_token_in(text), link_ref_in(text))
    end as shared_token,
    text
from spoken
union all
select
    document_no,
    channel,
    business_id,
    customer_id,
    chat_id as case_id,
    made_id([chat_id, epoch_us(happened_at)::varchar, 'handover']) as message_id,
    happened_at as sent_at,
    (position - 1)::integer as sequence,
    'none' as direction,
    'handover' as kind,
    'human' as declared_role,
    null as agent_id,
    null as shared_token,
    null as text
from joined
where position = first_join
    and first_bot < position
    and coalesce(first_human > position, true)
    and happened_at is not null
union all
select
    document_no,
    channel,
    business_id,
    customer_id,
    chat_id as case_id,
    made_id([chat_id, epoch_us(closed_at)::varchar, 'close']) as message_id,
    closed_at as sent_at,
    position::integer as sequence,
    'none' as direction,
    'close' as kind,
    'system' as declared_role,
    null as agent_id,
    null as shared_token,
    null as text
from ended
union all
select
    document_no,
    channel,
    business_id,
    customer_id,
    chat_id as case_id,
    chat_id as message_id,
    started_at as sent_at,
    0 as sequence,
    'in' as direction,
    'text' as kind,
    'customer' as declared_role,
    null as agent_id,
    null as shared_token,
    offline_text as text
from events
where type = 'offline_msg'
    and position = 1
    and fault is null
    and not is_deleted
    and offline_text is not null
