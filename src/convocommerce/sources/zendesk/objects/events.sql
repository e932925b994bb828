-- grain: one document
-- reads: documents
-- What each object is, by its shape, and which ticket it belongs to; the other files read it.
with shaped as (
    select
        document_no,
        file,
        d,
        lower(coalesce(
            case when d.via like '{%' then try(json_extract_string(d.via, '$.channel')) else d.via end, ''
        )) as told_via,
        case when d.via like '{%' then try(json_extract_string(d.via, '$.source.rel')) end as rel,
        case
            when d.stream is not null and d.schema is not null then 'tool'
            when d.child_events is not null then 'ticket_event'
            when d.events is not null and coalesce(d.author_id, d.ticket_id) is not null then 'audit'
            when d.metric is not null and coalesce(d.instance_id, d."type") is not null
                then 'metric_event'
            when coalesce(
                d.reply_time_in_minutes, d.reply_time_in_seconds,
                d.first_resolution_time_in_minutes, d.full_resolution_time_in_minutes,
                d.agent_wait_time_in_minutes, d.requester_wait_time_in_minutes,
                d.on_hold_time_in_minutes
            ) is not null then 'metrics'
            when d.intervals is not null then 'schedule'
            when d.start_date is not null and d.end_date is not null then 'holiday'
            when d.score is not null and d.ticket_id is not null then 'rating'
            when d."value" is not null and d.user_id is not null then 'identity'
            when d.url like '%/tickets/%' or d.url like '%/requests/%' then 'ticket'
            when d.url like '%/users/%' and d.user_id is null then 'user'
            when d.role in ('end-user', 'agent', 'admin') then 'user'
            when d.author_id is not null
                and coalesce(d.body, d.html_body, d.plain_body) is not null
                and (d.public is not null or d."type" in ('Comment', 'VoiceComment')) then 'comment'
            when d.requester_id is not null and d.ticket_id is null then 'ticket'
        end as what
    from documents
)

select
    * exclude (told_via),
    filled(told_via) as via,
    -- A page about one ticket does not repeat its number; the address it was fetched from does.
    case
        when what in ('audit', 'comment', 'metrics')
            then coalesce(filled(d.ticket_id), zendesk_ticket_in(file))
        when what = 'ticket' then filled(d.id)
        else filled(d.ticket_id)
    end as ticket_id,
    coalesce(instant(d.created_at), instant(d."timestamp")) as created_at,
    greatest(instant(d.updated_at), instant(d.generated_timestamp)) as updated_at
from shaped
