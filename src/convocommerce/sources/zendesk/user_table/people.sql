-- grain: one user, per row that shows it
-- reads: documents
-- Customers and employees.
select
    document_no,
    'zendesk' as platform,
    filled(d.id) as person_id,
    coalesce(instant(d.updated_at), instant(d.created_at)) as updated_at,
    case d.role when 'end-user' then 'customer' when 'not set' then 'customer' when 'agent' then 'human' when 'admin' then 'human' end
        as role,
    case when d.role in ('agent', 'admin') then filled(d.name) end as name
from documents
where filled(d.id) is not null
