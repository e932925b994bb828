-- grain: one assignment of a schedule to a ticket, per audit that tells it
-- reads: events
-- Which schedule a ticket followed from when on; only audits tell it.
with audited as (
    select document_no, ticket_id, created_at, unnest(d.events) as e
    from events
    where what = 'audit' and ticket_id is not null
)

select
    document_no,
    'zendesk' as platform,
    ticket_id,
    created_at as assigned_at,
    zendesk_sequence(e.id) as sequence,
    filled(e.new_schedule_id) as schedule_id
from audited
where e."type" = 'ScheduleAssignment'
