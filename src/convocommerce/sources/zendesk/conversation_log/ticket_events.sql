-- grain: one message or comment of a ticket, per document that tells it
-- reads: events
-- The messages as they were sent; comments are told here too, with less than their own page tells.
select
    document_no,
    'zendesk' as platform,
    case what when 'message' then 'message:' || reference_id else reference_id end as event_id,
    ticket_id,
    happened_at,
    case what when 'message' then 0 else zendesk_sequence(reference_id) end as sequence,
    author_id,
    case
        when what = 'message' then role
        else zendesk_role(null, null, d.author."zen:support:user_id", is_note)
    end as declared_role,
    case
        when is_note then 'note'
        when said is null and has_attachments then 'attachment'
        else 'text'
    end as kind,
    case when what = 'message' then false end as is_transcript,
    case what when 'message' then 'log' else 'comment' end as told_as,
    link_keys(linking)[1].key_kind as shared_kind,
    link_keys(linking)[1].key_value as shared_value,
    case what when 'message' then 5 else 1 end as detail,
    said as text
from events
where what is not null and ticket_id is not null
union all
-- Customers cannot write notes: one in their name stands where a bot's chat became a ticket.
select
    document_no,
    'zendesk' as platform,
    'handover:' || reference_id as event_id,
    ticket_id,
    happened_at,
    0 as sequence,
    null as author_id,
    'human' as declared_role,
    'handover' as kind,
    false as is_transcript,
    null as told_as,
    null as shared_kind,
    null as shared_value,
    1 as detail,
    null as text
from events
where what = 'comment'
    and is_note
    and ticket_id is not null
    and d.author."type" in ('user', 'end-user', 'end_user')
