-- grain: one ad, ad set, campaign or account on one range of days that may be added up
-- reads: ad_days, ad_objects
-- Each day of each ad once: no rows of a part, and of rows that overlap the shortest, then the finest, then the latest.
with ranked as materialized (
    select
        *,
        row_number() over () as row_no,
        case level when 'ad' then 0 when 'adset' then 1 when 'campaign' then 2 else 3 end as height,
        case level when 'ad' then ad_id when 'adset' then adset_id when 'campaign' then campaign_id else account_id end
            as own_id,
        -- Lower is better; a row that only goes by its name gives way to the one with the id.
        (((datediff('day', day, last_day) + 1) * 4 + height) * 2 + (own_id is null)::integer) * 100000
            - datediff('day', date '1970-01-01', day) as rank,
        coalesce(campaign_name, '') || chr(31) || adset_name as adset_names,
        coalesce(campaign_name, '') || chr(31) || coalesce(adset_name, '') || chr(31) || ad_name as ad_names
    from ad_days
    where breakdown = 'none' and last_day >= day and last_day < day + interval 10 year
),
-- A row of one ad, by its id, on one day is never outdone, so only the others look whether they are.
-- With an id a row looks at that id and at rows that only have the name; without, at all of the name.
looks_at as (
    select
        row_no,
        unnest([
            {'height': 0, 'how': 'id', 'thing': ad_id},
            {'height': 0, 'how': if(ad_id is null, 'name', 'only name'), 'thing': ad_names},
            {'height': 1, 'how': 'id', 'thing': adset_id},
            {'height': 1, 'how': if(adset_id is null, 'name', 'only name'), 'thing': adset_names},
            {'height': 2, 'how': 'id', 'thing': campaign_id},
            {'height': 2, 'how': if(campaign_id is null, 'name', 'only name'), 'thing': campaign_name},
            {'height': 3, 'how': 'id', 'thing': account_id},
            {'height': 3, 'how': if(account_id is null, 'name', 'only name'), 'thing': 'any'}
        ]) as about
    from ranked
    where height > 0 or last_day > day or own_id is null
),
looked_at as (
    select distinct about from looks_at where about.thing is not null
),
-- Every row speaks of its ad and of all that contains it, by id and by name: exports without ids
-- name what others number.
speaks_of as (
    select
        row_no,
        unnest([
            {'height': 0, 'how': 'id', 'thing': ad_id},
            {'height': 0, 'how': 'name', 'thing': ad_names},
            {'height': 0, 'how': 'only name', 'thing': case when ad_id is null then ad_names end},
            {'height': 1, 'how': 'id', 'thing': adset_id},
            {'height': 1, 'how': 'name', 'thing': adset_names},
            {'height': 1, 'how': 'only name', 'thing': case when adset_id is null then adset_names end},
            {'height': 2, 'how': 'id', 'thing': campaign_id},
            {'height': 2, 'how': 'name', 'thing': campaign_name},
            {'height': 2, 'how': 'only name', 'thing': case when campaign_id is null then campaign_name end},
            -- What does not name its account may be of any.
            {'height': 3, 'how': 'id', 'thing': account_id},
            {'height': 3, 'how': 'name', 'thing': 'any'},
            {'height': 3, 'how': 'only name', 'thing': case when account_id is null then 'any' end}
        ]) as about
    from ranked
    where exists (from looks_at)
),
heard as (
    select row_no, about from speaks_of semi join looked_at using (about)
),
daily as (
    select
        ranked.row_no,
        ranked.platform,
        ranked.height,
        ranked.rank,
        unnest(generate_series(day::timestamp, last_day::timestamp, interval 1 day)) as on_day
    from ranked
),
best as (
    select
        daily.platform,
        daily.on_day,
        about.height as height,
        about.how as how,
        about.thing as thing,
        min(daily.rank) as rank,
        min(daily.rank) filter (daily.height = about.height) as rank_of_whole
    from daily
    join heard using (row_no)
    where about.height >= daily.height
    group by all
),
-- Better is a row of the same or of a part of it, or one of the whole that contains it.
outdone as (
    select distinct daily.row_no
    from daily
    join looks_at using (row_no)
    join best
        on best.platform = daily.platform
        and best.on_day = daily.on_day
        and best.height = looks_at.about.height
        and best.how = looks_at.about.how
        and best.thing = looks_at.about.thing
    where (best.height = daily.height and best.rank < daily.rank)
        or (best.height > daily.height and best.rank_of_whole < daily.rank)
)
select
    ranked.platform,
    ranked.level,
    ranked.ad_key,
    ranked.day,
    ranked.last_day,
    ranked.account_id,
    ranked.campaign_id,
    coalesce(
        case
            when ranked.campaign_id is not null
                then arg_max(ranked.campaign_name, (ranked.last_day, ranked.campaign_name))
                    over (partition by ranked.platform, ranked.campaign_id)
            else ranked.campaign_name
        end,
        campaigns.name
    ) as campaign_name,
    coalesce(ranked.currency, accounts.currency) as currency,
    accounts.time_zone,
    ranked.impressions,
    ranked.clicks,
    ranked.link_clicks,
    ranked.spend_amount,
    ranked.conversations_started,
    ranked.messaging_connections,
    ranked.purchases,
    ranked.purchase_amount
from ranked
left join ad_objects as accounts
    on accounts.platform = ranked.platform
    and accounts.level = 'account'
    and accounts.object_id = ranked.account_id
left join ad_objects as campaigns
    on campaigns.platform = ranked.platform
    and campaigns.level = 'campaign'
    and campaigns.object_id = ranked.campaign_id
where ranked.row_no not in (select row_no from outdone)
