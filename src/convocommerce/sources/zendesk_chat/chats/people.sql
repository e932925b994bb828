-- grain: one employee who wrote in a chat, per document that tells it
-- reads: events
-- The name under which an employee wrote.
select
    document_no,
    'zendesk_chat' as platform,
    employee as person_id,
    max(happened_at) as updated_at,
    'human' as role,
    name
from events
where is_spoken
    and voice = 'human'
    and employee is not null
    and fault is null
    and not is_deleted
    and type = 'chat'
group by document_no, employee, name
