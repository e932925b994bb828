-- grain: one conversation, per document that tells of it
-- reads: events
-- Where it is talked, who the customer is, and in which state it is.
select
    document_no,
    'chatwoot' as platform,
    case_id as ticket_id,
    min(business_id) as business_id,
    min(channel) as channel,
    min(customer_id) as customer_id,
    coalesce(min(opened_at), min(sent_at), min(case_changed_at)) as created_at,
    max(case_changed_at) as updated_at,
    case max(case_status)
        when 'open' then 'open'
        when 'resolved' then 'solved'
        when 'pending' then 'pending'
        when 'snoozed' then 'hold'
    end as status,
    max(assignee_id) as agent_id,
    max(team_id) as team_id,
    min(channel) <> 'email' as is_messaging
from events
where is_placed
group by document_no, case_id
