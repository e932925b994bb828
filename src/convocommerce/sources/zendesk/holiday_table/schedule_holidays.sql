-- grain: one holiday, per row that shows it
-- reads: documents
-- Days off of a schedule.
select
    document_no,
    'zendesk' as platform,
    coalesce(filled(d.schedule_id), 'none') as schedule_id,
    coalesce(filled(d.id), made_id([d.name, d.start_date])) as holiday_id,
    filled(d.name) as name,
    calendar_day(left(trim(d.start_date), 10)) as starts_on,
    calendar_day(left(trim(d.end_date), 10)) as ends_on
from documents
where not coalesce(truth(d._fivetran_deleted), false)
