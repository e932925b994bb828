-- grain: one event that was sent to the platform
-- reads: documents
-- Only events of chats are read: those of a website name nobody, by intent.
select
    document_no,
    d,
    filled(d.event_name) as event_name,
    instant(regexp_replace(trim(d.event_time), '^(\d+)\.\d+$', '\1')) as happened_at,
    case
        when lower(trim(d.messaging_channel)) in ('messenger', 'instagram', 'whatsapp')
            then lower(trim(d.messaging_channel))
        when filled(d.user_data.page_scoped_user_id) is not null then 'messenger'
        when filled(d.user_data.ig_sid) is not null then 'instagram'
        when filled(d.user_data.ctwa_clid) is not null then 'whatsapp'
    end as channel,
    case channel
        when 'messenger' then filled(d.user_data.page_id)
        when 'instagram' then coalesce(
            filled(d.user_data.instagram_business_account_id), filled(d.user_data.ig_account_id)
        )
        when 'whatsapp' then filled(d.user_data.whatsapp_business_account_id)
    end as business_id,
    case channel
        when 'messenger' then filled(d.user_data.page_scoped_user_id)
        when 'instagram' then filled(d.user_data.ig_sid)
    end as customer_id,
    case
        when filled(d.event_name) is null and filled(d.events_received) is not null
            then 'answer of the platform, no event'
        when lower(trim(d.action_source)) <> 'business_messaging' and filled(d.messaging_channel) is null
            then 'not an event of a chat'
        when filled(d.event_name) is null then 'event without a name'
        when happened_at is null then 'event without a time'
    end as fault
from documents
