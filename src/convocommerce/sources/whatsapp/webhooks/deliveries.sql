-- grain: one status of one message, per document that tells it
-- reads: events
-- What became of what the business sent, what it cost and which window it was sent in.
select
    document_no,
    'whatsapp' as channel,
    filled(status.id) as message_id,
    lower(status.status) as status,
    sent_at as happened_at,
    list_transform(status.errors, lambda e: filled(e.code))[1] as error_code,
    filled(status.pricing.category) as price_category,
    filled(status.pricing.type) as price_type,
    case when filled(status.pricing.billable) is not null then truth(status.pricing.billable) end
        as is_billable,
    filled(status.conversation.origin.type) as window_kind,
    instant(status.conversation.expiration_timestamp) as window_ends_at
from events
where is_status
