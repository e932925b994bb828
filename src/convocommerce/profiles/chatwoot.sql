-- grain: one conversation of the helpdesk
-- reads: cases, case_heads, case_statuses, chatwoot_log, chatwoot_firsts, rules
-- Chatwoot's own report: from the last thing that was not done by people to their first message, on its own log.
with changes as (
    select
        statuses.*,
        -- Opening what was never anything else is no opening.
        coalesce(status_before, '') is distinct from 'open' and status = 'open' as is_opening
    from case_statuses as statuses
),
-- A customer who writes into what was solved or put off opens it, whether or not the log says so.
asleep as (
    select changes.case_id, changes.happened_at, changes.until
    from changes
    join chatwoot_firsts as firsts using (case_id)
    -- Where a bot answers, what was solved goes back to the bot, which is no opening.
    where changes.status = 'hold' or changes.status = 'solved' and not firsts.has_bot
),
by_customers as (
    select case_id, happened_at from chatwoot_log where role = 'customer' and is_said
),
woken as (
    select asleep.case_id, min(said.happened_at) as happened_at
    from asleep
    asof join by_customers as said
        on said.case_id = asleep.case_id and said.happened_at >= asleep.happened_at
    where coalesce(said.happened_at < asleep.until, true)
    group by asleep.case_id, asleep.happened_at
),
handoffs as (
    -- Counted once per conversation; a later one only when it opened what was not open.
    select case_id, min(happened_at) as happened_at
    from chatwoot_log as said
    where role = 'handoff'
    group by case_id
),
opened as (
    select case_id, happened_at from handoffs
    union all
    select case_id, happened_at from changes where is_opening
    union all
    select case_id, happened_at from woken
),
resolved as (
    select case_id, happened_at from case_statuses where status = 'solved'
),
-- A bot's solving counts only as long as nobody had written, not even a note.
bot_resolved as (
    select resolved.*
    from resolved
    join chatwoot_firsts as firsts using (case_id)
    where firsts.has_bot
        and coalesce(resolved.happened_at < firsts.named_at, true)
),
starts as (
    select
        cases.case_id,
        coalesce(
            max(opened.happened_at) filter (opened.happened_at <= firsts.first_place[1]),
            (select max(happened_at) from bot_resolved
             where bot_resolved.case_id = cases.case_id and happened_at <= any_value(firsts.first_place[1])),
            any_value(cases.created_at)
        ) as started_at
    from cases
    left join chatwoot_firsts as firsts using (case_id)
    left join opened using (case_id)
    group by cases.case_id
),
-- Waiting since: set by a customer's message, a hand-over or the beginning, where nothing waits
-- yet; cleared by people, by bots too, and by solving.
moments as (
    select case_id, happened_at, sequence, event_key, role = 'customer' or role = 'handoff' as sets,
        is_human or is_bot as clears, is_human and event_key is distinct from first_key as is_reply
    from chatwoot_log as said
    join chatwoot_firsts as firsts using (case_id)
    where role <> 'close'
    union all
    select case_id, happened_at, 2147483647, 0, false, true, false from resolved
    union all
    select case_id, created_at, -1, 0, true, false, false from cases
),
grouped as (
    select
        *,
        coalesce(
            sum(clears::int) over (
                partition by case_id order by happened_at, sequence, event_key
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as n_cleared
    from moments
),
waits as (
    select
        *,
        min(happened_at) filter (sets) over (partition by case_id, n_cleared) as waiting_since
    from grouped
),
replies as (
    select
        case_id,
        list(epoch_ms(happened_at) // 1000 - epoch_ms(waiting_since) // 1000 order by happened_at, sequence, event_key)
            filter (waiting_since <= happened_at) as reply_seconds
    from waits
    where is_reply
    group by case_id
),
-- One row per solving, always from the very beginning, with the bot's time and the silent days.
resolutions as (
    select
        resolved.case_id,
        count(*) as n_resolved,
        list(epoch_ms(resolved.happened_at) // 1000 - epoch_ms(cases.created_at) // 1000 order by resolved.happened_at) as resolution_seconds
    from resolved
    join cases using (case_id)
    group by resolved.case_id
),
bot_resolutions as (
    select
        bot_resolved.case_id,
        list(epoch_ms(bot_resolved.happened_at) // 1000 - epoch_ms(cases.created_at) // 1000 order by bot_resolved.happened_at) as resolution_seconds
    from bot_resolved
    join cases using (case_id)
    group by bot_resolved.case_id
),
reopens as (
    select case_id, count(distinct happened_at) as n_reopens
    from (
        select changes.case_id, changes.happened_at from changes where is_opening and status_before = 'solved'
        union all
        select woken.case_id, woken.happened_at
        from woken
        join changes
            on changes.case_id = woken.case_id
            and changes.status = 'solved'
            and changes.happened_at <= woken.happened_at
            and coalesce(changes.until > woken.happened_at, true)
    )
    group by case_id
),
humans as (
    select case_id, count(*) as n_replies from chatwoot_log as said where is_human group by case_id
)
select
    cases.case_id,
    case_heads.conversation_id,
    0 as again,
    -- Whole seconds, cut off.
    date_trunc('second', starts.started_at) as started_at,
    date_trunc('second', firsts.first_place[1]) as ended_at,
    -- Reports count it on the day of the answer, by one offset from UTC for the whole year.
    firsts.first_place[1] as cohort_at,
    (firsts.first_place[1] + (timezone(rules.time_zone, timezone('UTC', $as_of::timestamp)) - $as_of::timestamp))::date as cohort_day,
    case when firsts.first_key is null then 'not answered' end as reason,
    reason is null as is_counted,
    resolutions.resolution_seconds[1] as first_resolution_seconds,
    resolutions.resolution_seconds[-1] as full_resolution_seconds,
    coalesce(reopens.n_reopens, 0) as n_reopens,
    coalesce(humans.n_replies, 0) as n_replies,
    replies.reply_seconds,
    resolutions.resolution_seconds,
    bot_resolutions.resolution_seconds as bot_resolution_seconds,
    epoch_ms(handoffs.happened_at) // 1000 - epoch_ms(cases.created_at) // 1000 as handoff_seconds
from cases
cross join rules
left join case_heads using (case_id)
left join chatwoot_firsts as firsts using (case_id)
left join starts using (case_id)
left join replies using (case_id)
left join resolutions using (case_id)
left join bot_resolutions using (case_id)
left join handoffs using (case_id)
left join reopens using (case_id)
left join humans using (case_id)
