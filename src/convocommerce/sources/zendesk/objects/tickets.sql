-- grain: one ticket, per document that shows it
-- reads: events
-- Every ticket in the state that the document shows.
select
    document_no,
    'zendesk' as platform,
    ticket_id,
    coalesce(filled(d.brand_id), 'zendesk') as business_id,
    zendesk_channel(via, rel) as channel,
    filled(d.requester_id) as customer_id,
    created_at,
    coalesce(updated_at, created_at) as updated_at,
    case
        -- A ticket that was merged into another is closed with this tag.
        when d.status in ('solved', 'closed') and contains(d.tags, '"closed_by_merge"') then 'merged'
        when lower(d.status) in ('on-hold', 'on_hold') then 'hold'
        when lower(d.status) in ('new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted')
            then lower(d.status)
    end as status,
    filled(d.assignee_id) as agent_id,
    filled(d.group_id) as team_id,
    coalesce(truth(d.from_messaging_channel), false) or coalesce(zendesk_is_chat(via), false)
        as is_messaging,
    coalesce(via in ('sample_ticket', 'sample_interactive_ticket', '51', '52'), false) as is_sample
from events
where what = 'ticket'
