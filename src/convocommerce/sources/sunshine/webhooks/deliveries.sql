-- grain: one thing that became of a message on one channel, per document that tells it
-- reads: events
-- Whether the channel took a message, the person got it, or it failed.
select
    document_no,
    case
        when lower(p.destination.type) in ('web', 'ios', 'android', 'sdk') then 'web_chat'
        when lower(p.destination.type) in ('twilio', 'messagebird') then 'sms'
        when lower(p.destination.type) in ('mailgun', 'email') then 'email'
        when lower(p.destination.type) = 'twitter' then 'x'
        when lower(p.destination.type) in ('googlercs', 'gbm') then 'google_rcs'
        when lower(p.destination.type) in (
            'messenger', 'instagram', 'whatsapp', 'telegram', 'line', 'viber', 'apple'
        ) then lower(p.destination.type)
        else 'other'
    end as channel,
    'sunshine:' || filled(p.message.id) as message_id,
    case type
        when 'conversation:message:delivery:failure' then 'failed'
        when 'conversation:message:delivery:channel' then 'sent'
        else 'delivered'
    end as status,
    happened_at,
    coalesce(
        filled(json_extract_string(try_cast(p.error.underlyingError as json), '$.code')),
        filled(p.error.code)
    ) as error_code
from events
where type like 'conversation:message:delivery:%' and fault is null
