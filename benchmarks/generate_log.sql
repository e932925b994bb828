-- The deliveries of one slice of time, up to the variable until, in the order of their times.
-- What belongs to the next slice is carried over, so that slices change nothing: events of later,
-- the last delivery, which may get more events yet, and lines that come after it.
create or replace temp table arriving as
select object, business, t, k, event from carried_events
union all
select object, business, t, k, event from events;

-- Busy moments put several events into one delivery; one delivery in fifty comes once more.
create or replace temp table numbered as
select
    arriving.*,
    u(k, 41) > 0.2 as is_new,
    counted.n + sum((u(k, 41) > 0.2)::int) over (partition by object order by t, event) as delivery
from arriving
join counted using (object)
where t < getvariable('until');

create or replace temp table held as
select object, delivery, min(t) as t
from numbered
semi join (select object, max(delivery) as delivery from numbered group by object) using (object, delivery)
where not getvariable('is_last')
group by object, delivery;

create or replace temp table carried_events as
select object, business, t, k, event from arriving where t >= getvariable('until')
union all
select object, business, t, k, event from numbered semi join held using (object, delivery);

create or replace temp table lines as
with packed as (
    select
        object, delivery, min(t) as t,
        '{"object":"' || object || '","entry":['
        || string_agg('{"id":"' || business || '","time":' || t + 700 || ',"messaging":[' || event || ']}', ',' order by t, event)
        || ']}' as line
    from numbered
    anti join held using (object, delivery)
    group by object, delivery
)
select object, t, delivery, line from carried_lines
union all
select object, t, delivery, line from packed
union all
select object, t + 20000 + delivery % 1000 * 977, delivery, line from packed
where u(delivery, 42 + length(object)) < 0.02;

create or replace temp table counted as
select counted.object, counted.n + coalesce(sum(numbered.is_new::int), 0)::bigint as n
from counted
left join (from numbered anti join held using (object, delivery)) as numbered using (object)
group by counted.object, counted.n;

create or replace temp table carried_lines as
select lines.* from lines
left join held using (object)
where not getvariable('is_last') and lines.t >= coalesce(held.t, getvariable('until'));

create or replace temp table emitted as
select lines.* from lines
left join held using (object)
where getvariable('is_last') or lines.t < coalesce(held.t, getvariable('until'));
