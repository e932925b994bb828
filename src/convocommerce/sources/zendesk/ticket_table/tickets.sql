-- grain: one ticket, per row that shows it
-- reads: documents
-- Every ticket in the state that the row shows.
with named as (
    select document_no, d, lower(filled(d.via_channel)) as via, filled(d.via_source_rel) as rel
    from documents
)

select
    document_no,
    'zendesk' as platform,
    filled(d.id) as ticket_id,
    coalesce(filled(d.brand_id), 'zendesk') as business_id,
    zendesk_channel(via, rel) as channel,
    filled(d.requester_id) as customer_id,
    instant(d.created_at) as created_at,
    coalesce(instant(d.updated_at), instant(d.created_at)) as updated_at,
    case
        when lower(d.status) in ('on-hold', 'on_hold') then 'hold'
        when lower(d.status) in ('new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted')
            then lower(d.status)
    end as status,
    filled(d.assignee_id) as agent_id,
    filled(d.group_id) as team_id,
    coalesce(truth(d.from_messaging_channel), false) or coalesce(zendesk_is_chat(via), false)
        as is_messaging,
    coalesce(via in ('sample_ticket', 'sample_interactive_ticket', '51', '52'), false) as is_sample
from named
where filled(d.id) is not null and instant(d.created_at) is not null
