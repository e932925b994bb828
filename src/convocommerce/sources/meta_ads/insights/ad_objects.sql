-- grain: one ad, creative, ad set, campaign or account, per document that tells it
-- reads: documents, events
-- Objects as the Marketing API gives them, alone or within the object that they belong to.
with recursive levels as (
    select document_no, level from events where what = 'object' and fault is null
),

-- What belongs to an object stands within it under the name of what it is.
told(document_no, level, thing, account_id, campaign_id, adset_id, depth) as (
    select
        levels.document_no,
        levels.level,
        -- What is JSON inside the document arrives as its text; what is null goes.
        json_merge_patch(
            '{}'::json,
            to_json(struct_pack(
                id := d.id, name := d.name, account_id := d.account_id, campaign_id := d.campaign_id,
                adset_id := d.adset_id, status := d.status, effective_status := d.effective_status,
                configured_status := d.configured_status, objective := d.objective,
                optimization_goal := d.optimization_goal, destination_type := d.destination_type,
                updated_time := d.updated_time, created_time := d.created_time,
                currency := d.currency, timezone_name := d.timezone_name,
                effective_object_story_id := d.effective_object_story_id,
                object_story_id := d.object_story_id,
                messenger_sponsored_message := d.messenger_sponsored_message
            )),
            to_json(struct_pack(
                targeting := try(d.targeting::json), creative := try(d.creative::json),
                campaign := try(d.campaign::json), adset := try(d.adset::json),
                campaigns := try(d.campaigns::json), adsets := try(d.adsets::json),
                ads := try(d.ads::json), adcreatives := try(d.adcreatives::json)
            ))
        ),
        null::varchar,
        null::varchar,
        null::varchar,
        0
    from levels
    join documents using (document_no)
    union all
    select
        document_no,
        part.level,
        part.thing,
        case level when 'account' then replace(thing ->> '$.id', 'act_', '') else coalesce(thing ->> '$.account_id', account_id) end,
        case level when 'campaign' then thing ->> '$.id' else coalesce(thing ->> '$.campaign_id', campaign_id) end,
        case level when 'adset' then thing ->> '$.id' else coalesce(thing ->> '$.adset_id', adset_id) end,
        depth + 1
    from (
        select
            *,
            unnest(flatten([
                list_transform(json_extract(thing, '$.campaigns.data[*]'), lambda t: {'level': 'campaign', 'thing': t}),
                list_transform(json_extract(thing, '$.adsets.data[*]'), lambda t: {'level': 'adset', 'thing': t}),
                list_transform(json_extract(thing, '$.ads.data[*]'), lambda t: {'level': 'ad', 'thing': t}),
                list_transform(json_extract(thing, '$.adcreatives.data[*]'), lambda t: {'level': 'creative', 'thing': t}),
                [{'level': 'campaign', 'thing': json_extract(thing, '$.campaign')}],
                [{'level': 'adset', 'thing': json_extract(thing, '$.adset')}],
                [{'level': 'creative', 'thing': json_extract(thing, '$.creative')}]
            ])) as part
        from told
        where depth < 4
    )
    -- A bare id says nothing that the object around it does not say.
    where json_type(part.thing) = 'OBJECT' and len(json_keys(part.thing)) > 1
),

-- Where an ad may be shown tells its form, when that is a single place.
placed as (
    select
        *,
        json_extract(thing, '$.targeting.publisher_platforms')::varchar as platforms,
        json_extract(thing, '$.targeting.messenger_positions')::varchar as positions
    from told
)

select
    document_no,
    'meta' as platform,
    level,
    case level when 'account' then replace(thing ->> '$.id', 'act_', '') else thing ->> '$.id' end as object_id,
    instant(coalesce(thing ->> '$.updated_time', thing ->> '$.created_time')) as updated_at,
    len(json_keys(thing))::integer as detail,
    filled(thing ->> '$.name') as name,
    case level
        when 'account' then replace(thing ->> '$.id', 'act_', '')
        else replace(coalesce(thing ->> '$.account_id', account_id), 'act_', '')
    end as account_id,
    case level
        when 'campaign' then thing ->> '$.id'
        else coalesce(thing ->> '$.campaign_id', thing ->> '$.campaign.id', campaign_id)
    end as campaign_id,
    case level
        when 'adset' then thing ->> '$.id'
        when 'ad' then coalesce(thing ->> '$.adset_id', thing ->> '$.adset.id', adset_id)
    end as adset_id,
    case level
        when 'creative' then thing ->> '$.id'
        when 'ad' then coalesce(thing ->> '$.creative.id', thing ->> '$.creative.creative_id', thing ->> '$.adcreatives.data[0].id')
    end as creative_id,
    filled(coalesce(thing ->> '$.effective_status', thing ->> '$.status', thing ->> '$.configured_status')) as status,
    filled(thing ->> '$.objective') as objective,
    filled(thing ->> '$.optimization_goal') as optimization_goal,
    filled(thing ->> '$.destination_type') as destination,
    case
        when filled(thing ->> '$.messenger_sponsored_message') is not null
            or filled(thing ->> '$.creative.messenger_sponsored_message') is not null
            or positions = '["sponsored_messages"]' then 'sponsored_message'
        when platforms = '["messenger"]' and positions in ('["messenger_home"]', '["messenger_inbox"]')
            then 'inbox_ad'
        when level = 'adset' and regexp_matches(upper(thing ->> '$.destination_type'), 'MESSENGER|INSTAGRAM_DIRECT|WHATSAPP')
            then 'ad'
    end as entry_point,
    upper(filled(thing ->> '$.currency')) as currency,
    filled(thing ->> '$.timezone_name') as time_zone,
    filled(coalesce(
        thing ->> '$.effective_object_story_id',
        thing ->> '$.object_story_id',
        thing ->> '$.creative.effective_object_story_id',
        thing ->> '$.creative.object_story_id'
    )) as post_id
from placed
where filled(thing ->> '$.id') is not null
