-- grain: one holiday, per document that shows it
-- reads: events
-- Days off; a page of holidays does not repeat whose they are, the address it came from does.
select
    document_no,
    'zendesk' as platform,
    coalesce(
        filled(d.schedule_id), filled(regexp_extract(file, '(?i)schedules?[/_-](\d+)', 1)), 'none'
    ) as schedule_id,
    coalesce(filled(d.id), made_id([d.name, d.start_date])) as holiday_id,
    filled(d.name) as name,
    calendar_day(d.start_date) as starts_on,
    calendar_day(d.end_date) as ends_on
from events
where what = 'holiday'
