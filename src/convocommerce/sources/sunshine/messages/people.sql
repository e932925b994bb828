-- grain: one employee who wrote, as one message names them
-- reads: events
-- The mark that the agent workspace leaves on a message is the employee's number.
select
    document_no,
    'sunshine' as platform,
    agent as person_id,
    happened_at as updated_at,
    'human' as role,
    display_name as name
from events
where author_type = 'business'
    and regexp_full_match(agent, '\d+')
    and fault is null
    and passed_over is null
