-- grain: one ad
-- reads: ad_days, ad_objects
-- The names of every ad and its campaign, as of the last day that reports it, else as the account lists them, and its form.
with reported as (
    select
        ad_id,
        arg_max(ad_name, (last_day, ad_name)) as ad_name,
        arg_max(campaign_id, (last_day, campaign_id)) as campaign_id,
        arg_max(campaign_name, (last_day, campaign_name)) as campaign_name,
        -- An ad that was only ever shown in the inbox is an inbox ad, whatever it was set up as.
        bool_and(contains(breakdown, 'platform_position=messenger_inbox'))
            filter (contains(breakdown, 'platform_position=') and impressions > 0) as is_in_inbox
    from ad_days
    where ad_id is not null
    group by ad_id
),
-- A campaign that was renamed goes by its last name everywhere.
renamed as (
    select campaign_id, arg_max(campaign_name, (last_day, campaign_name)) as campaign_name
    from ad_days
    where campaign_id is not null and campaign_name is not null
    group by campaign_id
),
listed as (
    select
        ads.object_id as ad_id,
        ads.name as ad_name,
        ads.campaign_id,
        campaigns.name as campaign_name,
        coalesce(ads.entry_point, creatives.entry_point, adsets.entry_point) as entry_point
    from ad_objects as ads
    left join ad_objects as campaigns
        on campaigns.platform = ads.platform
        and campaigns.level = 'campaign'
        and campaigns.object_id = ads.campaign_id
    left join ad_objects as adsets
        on adsets.platform = ads.platform and adsets.level = 'adset' and adsets.object_id = ads.adset_id
    left join ad_objects as creatives
        on creatives.platform = ads.platform
        and creatives.level = 'creative'
        and creatives.object_id = ads.creative_id
    where ads.level = 'ad'
)
select
    ad_id,
    coalesce(reported.ad_name, listed.ad_name) as ad_name,
    coalesce(reported.campaign_id, listed.campaign_id) as campaign_id,
    coalesce(renamed.campaign_name, reported.campaign_name, listed.campaign_name) as campaign_name,
    coalesce(case when reported.is_in_inbox then 'inbox_ad' end, listed.entry_point) as entry_point
from reported
full join listed using (ad_id)
left join renamed on renamed.campaign_id = coalesce(reported.campaign_id, listed.campaign_id)
