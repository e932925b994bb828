-- grain: one wait of a ticket
-- reads: dbt_tickets, dbt_comments
-- From a customer's comment after somebody else's, or the first comment whoever wrote it, to the next agent.
with public_comments as (
    from dbt_comments where is_public
),
by_agents as (
    select case_id, happened_at from public_comments where commenter = 'internal'
)
select
    asked.case_id,
    asked.previous = 'first' as is_first,
    case when is_first then made.made_at else asked.happened_at end as started_at,
    -- An agent who opens the ticket is answered by the next agent, unless a note came before.
    min(
        case
            when is_first and asked.commenter <> 'external' and asked.n_notes_before > 0 then asked.happened_at
            else answers.happened_at
        end
    ) as ended_at
from public_comments as asked
join dbt_tickets as made using (case_id)
-- Strictly later: an answer in the same second is passed over.
asof left join by_agents as answers
    on answers.case_id = asked.case_id and answers.happened_at > asked.happened_at
where asked.commenter = 'external' and asked.previous <> 'external' or asked.previous = 'first'
group by all
