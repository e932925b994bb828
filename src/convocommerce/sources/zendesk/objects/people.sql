-- grain: one user, per document that shows it
-- reads: events
-- Customers and employees; light agents count as employees, who cannot answer in public anyway.
select
    document_no,
    'zendesk' as platform,
    filled(d.id) as person_id,
    coalesce(updated_at, created_at) as updated_at,
    case d.role when 'end-user' then 'customer' when 'agent' then 'human' when 'admin' then 'human' end
        as role,
    case when d.role in ('agent', 'admin') then filled(d.name) end as name
from events
where what = 'user'
