-- grain: one employee who wrote, as one delivery names them
-- reads: events
-- The mark that the agent workspace leaves on a message is the employee's number.
select
    document_no,
    'sunshine' as platform,
    agent as person_id,
    happened_at as updated_at,
    'human' as role,
    filled(p.message.author.displayName) as name
from (
    select
        *,
        json_extract_string(try_cast(p.message.metadata as json), '$."__zendesk_msg.agent.id"')
            as agent
    from events
    where author_type = 'business' and fault is null and passed_over is null
)
where regexp_full_match(agent, '\d+')
