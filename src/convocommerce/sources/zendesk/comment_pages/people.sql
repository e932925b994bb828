-- grain: one user beside the comments, per page that holds them
-- reads: events
-- Who wrote, where the page was asked to say so.
with beside as (select document_no, unnest(d.users) as u from events)

select
    document_no,
    'zendesk' as platform,
    filled(u.id) as person_id,
    coalesce(instant(u.updated_at), instant(u.created_at)) as updated_at,
    case u.role when 'end-user' then 'customer' when 'agent' then 'human' when 'admin' then 'human' end
        as role,
    case when u.role in ('agent', 'admin') then filled(u.name) end as name
from beside
