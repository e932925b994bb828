-- grain: one thing said or done in a conversation, per document that tells it
-- reads: events
-- What customers, employees, bots and the platform said or did.
with placed as (
    select
        *,
        case
            when is_opening then 'intercom:conversation:' || case_id
            else 'intercom:' || part_id
        end as piece_id,
        -- Numbers of parts grow, so they order what happened in one second the same in every
        -- export. What a part does comes after what it says.
        case
            when is_opening then 0
            else 1 + 2 * (coalesce(try_cast(part_id as hugeint), part_no) % 1000000000)
        end as place,
        case
            when is_webhook then 1
            when not has_parts then 0
            else 2
        end as detail,
        not is_webhook and coalesce(n_parts_told > n_parts, not has_parts) and part_no <= 1
            as is_cut_off
    from events
    where is_placed
),

spoken as (
    select
        *,
        case
            when what = 'note' then 'note'
            when author_role = 'customer' or author.id = customer_id then 'customer'
            when is_opening
                and opening.delivered_as in ('campaigns_initiated', 'campaign_initiated')
                then 'marketing'
            when author_role = 'human' and is_opening and opening.delivered_as = 'automated'
                then 'auto'
            when part_type = 'channel_and_reply_time_expectation' then 'auto'
            when author_role is null and is_opening
                and opening.delivered_as = 'customer_initiated' then 'customer'
            else author_role
        end as role
    from placed
    where what in ('message', 'note')
)

select
    document_no,
    channel,
    'intercom' as business_id,
    customer_id,
    case_id,
    piece_id as message_id,
    sent_at,
    place::integer as sequence,
    case when role = 'customer' then 'in' else 'out' end as direction,
    case
        when role in ('note', 'marketing') then role
        when part_type = 'quick_reply' then 'quick_reply'
        when said is not null then 'text'
        when has_attachments then 'attachment'
        when is_redacted then 'text'
        when role = 'customer' then 'unsupported'
        else 'template'
    end as kind,
    role as declared_role,
    case when role = 'human' then filled(author.id) end as agent_id,
    case when is_cut_off then true end as is_cut_off,
    detail,
    case
        when role <> 'customer' and not is_redacted
            then coalesce(cart_token_in(body), link_ref_in(body))
    end as shared_token,
    case when not is_redacted then said end as text
from spoken
union all by name
select
    document_no,
    channel,
    'intercom' as business_id,
    customer_id,
    case_id,
    piece_id || ':handover' as message_id,
    sent_at,
    (place + 1)::integer as sequence,
    'none' as direction,
    'handover' as kind,
    'human' as declared_role,
    detail
from placed
where is_handover
union all by name
select
    document_no,
    channel,
    'intercom' as business_id,
    customer_id,
    case_id,
    made_id(['intercom', case_id, 'close', epoch_ms(sent_at)::varchar]) as message_id,
    sent_at,
    (place + 1)::integer as sequence,
    'none' as direction,
    'close' as kind,
    'system' as declared_role,
    detail
from placed
where is_close
