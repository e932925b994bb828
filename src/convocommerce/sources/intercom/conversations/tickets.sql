-- grain: one conversation, per document that tells it
-- reads: events
-- In which state a conversation is and who is to answer it.
select
    document_no,
    'intercom' as platform,
    case_id as ticket_id,
    'intercom' as business_id,
    channel,
    customer_id,
    sent_at as created_at,
    instant(item.updated_at) as updated_at,
    case item.state
        when 'open' then 'open'
        when 'closed' then 'closed'
        when 'snoozed' then 'hold'
    end as status,
    coalesce(
        nullif(filled(item.admin_assignee_id), '0'),
        case when item.assignee.type = 'admin' then filled(item.assignee.id) end
    ) as agent_id,
    nullif(filled(item.team_assignee_id), '0') as team_id,
    channel <> 'email' as is_messaging
from events
where is_opening and is_placed
