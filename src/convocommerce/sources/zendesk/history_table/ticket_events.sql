-- grain: one closing of a ticket, per row that shows it
-- reads: documents
-- When tickets were solved or closed; the other fields of a ticket are not read.
select
    document_no,
    'zendesk' as platform,
    concat_ws(
        ':', 'close', filled(d.ticket_id), epoch(instant(d.updated))::bigint
    ) as event_id,
    filled(d.ticket_id) as ticket_id,
    instant(d.updated) as happened_at,
    -- Whoever answers and solves at once answers first.
    2000000000 as sequence,
    null::varchar as author_id,
    'system' as declared_role,
    'close' as kind,
    false as is_transcript,
    1 as detail,
    null::varchar as text
from documents
where d.field_name = 'status' and lower(d."value") in ('solved', 'closed')
