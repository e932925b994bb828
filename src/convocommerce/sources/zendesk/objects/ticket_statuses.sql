-- grain: one change of a ticket's status, per document that tells it
-- reads: events
-- What a ticket became, and when: every change stands in an audit or in an event of the ticket.
with audited as (
    select document_no, ticket_id, created_at, unnest(d.events) as e
    from events
    where what = 'audit' and ticket_id is not null
),

updates as (
    select document_no, ticket_id, created_at, unnest(d.child_events) as e
    from events
    where what = 'ticket_event' and ticket_id is not null
),

statuses as (
    select document_no, ticket_id, created_at, e."value" as status, e.previous_value as status_before
    from audited
    where e."type" in ('Create', 'Change') and e.field_name = 'status'
    union all
    select document_no, ticket_id, created_at, e.status, e.previous_value
    from updates
    where e.status is not null
)

select
    document_no,
    'zendesk' as platform,
    concat_ws(':', 'status', ticket_id, lower(status), epoch(created_at)::bigint) as event_id,
    ticket_id,
    created_at as changed_at,
    zendesk_status(status) as status,
    zendesk_status(status_before) as status_before
from statuses
where zendesk_status(status) is not null and created_at is not null
