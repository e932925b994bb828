-- grain: one document that holds nothing to keep
-- reads: events
-- Why: passed over on purpose, or something a record needs is missing. Asked only of documents
-- that gave no record.
select
    document_no,
    case
        when what in ('audit', 'ticket_event', 'comment', 'metrics') and ticket_id is null then 'quarantined'
        when what = 'rating' and not coalesce(lower(d.score) in ('offered', 'unoffered'), false)
            then 'quarantined'
        when what = 'identity' and filled(d.user_id) is null then 'quarantined'
        else 'ignored'
    end as outcome,
    case
        when what in ('audit', 'ticket_event', 'comment', 'metrics') and ticket_id is null
            then 'it does not say which ticket it belongs to, nor does the name of its file'
        when what = 'tool' then 'description of a table by the tool that copied it'
        when what = 'audit' or what = 'ticket_event' then 'changes of a ticket that say nothing'
        when what = 'metric_event' then 'metric event without a duration'
        when what = 'metrics' then 'no durations yet'
        when what = 'rating' and lower(d.score) in ('offered', 'unoffered')
            then 'rating asked for and not given'
        when what = 'rating' then 'rating with an unknown score'
        when what = 'identity' then 'identity that names nobody'
        when d.url like '%/groups/%' then 'group'
        when d.url like '%/brands/%' then 'brand'
        when d.url like '%/organizations/%' then 'organisation'
        else 'an object that is not read'
    end as reason
from events
