-- grain: one ad
-- reads: ad_days
-- The names of every ad and its campaign, as of the last day that reports it.
select
    ad_id,
    arg_max(ad_name, (last_day, ad_name)) as ad_name,
    arg_max(campaign_id, (last_day, campaign_id)) as campaign_id,
    arg_max(campaign_name, (last_day, campaign_name)) as campaign_name
from ad_days
where ad_id is not null
group by ad_id
