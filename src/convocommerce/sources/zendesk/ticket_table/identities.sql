-- grain: one key of one customer, per row that shows it
-- reads: documents
-- The helpdesk's own number of who asked, and the address that a mail came from.
with named as (
    select document_no, d, lower(filled(d.via_channel)) as via, filled(d.via_source_rel) as rel
    from documents
    where filled(d.requester_id) is not null
        and filled(d.id) is not null
        and instant(d.created_at) is not null
),

each_key as (
    select
        document_no,
        concat_ws(
            ':', zendesk_channel(via, rel), coalesce(filled(d.brand_id), 'zendesk'),
            filled(d.requester_id)
        ) as subject_id,
        unnest(flatten([
            -- The second key stands for the ticket, whose comments do not say who the customer is.
            keys_of('person', ['zendesk:' || filled(d.requester_id), 'zendesk:ticket:' || filled(d.id)]),
            keys_of('chat_id', [
                case when zendesk_channel(via, rel) = 'messenger' then d.via_source_from_id end
            ]),
            -- Who hands in for somebody else writes from their own address.
            keys_of('email', [
                case when via in ('email', 'mail', '4') and d.submitter_id = d.requester_id
                    then lower(trim(d.via_source_from_address)) end
            ])
        ])) as key
    from named
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
