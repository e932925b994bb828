-- grain: one arrival in a thread, per document that tells it
-- reads: documents
-- What brought the person: a referral stands in the event, the postback or the message.
-- The steps up to events are the same in every file of this folder; a test keeps them so.
with entries as (
    select
        document_no,
        case d.object when 'page' then 'messenger' when 'instagram' then 'instagram' end as channel,
        unnest(d.entry) as entry,
        generate_subscripts(d.entry, 1) as entry_no
    from documents
    where d.object in ('page', 'instagram')
),

-- Standby holds the same events, delivered to an app that does not own the thread. Joining the
-- two lists copies them, so it is done only for entries that have both.
deliveries as (
    select
        document_no,
        channel,
        filled(entry.id) as entry_id,
        entry.time as entry_time,
        entry_no,
        case
            when entry.messaging is null then entry.standby
            when entry.standby is null then entry.messaging
            else list_concat(entry.messaging, entry.standby)
        end as happened
    from entries
),

happenings as (
    select
        * exclude (happened),
        unnest(happened) as e,
        generate_subscripts(happened, 1) as event_no
    from deliveries
),

read_happenings as (
    select
        document_no,
        channel,
        e,
        ((entry_no - 1) * 1000 + event_no - 1)::integer as sequence,
        coalesce(instant(e.timestamp), instant(entry_time)) as sent_at,
        filled(e.sender.id) as sender_id,
        filled(e.recipient.id) as recipient_id,
        coalesce(truth(e.message.is_echo), false) as is_echo,
        coalesce(truth(e.message.is_deleted), false) as is_deleted,
        case
            -- Only people tap and follow links; some deliveries name the person as the entry.
            when (e.postback is not null or e.referral is not null)
                and filled(e.sender.id) = entry_id
                then coalesce(filled(e.recipient.id), entry_id)
            when entry_id is not null then entry_id
            when truth(e.message.is_echo) then filled(e.sender.id)
            else filled(e.recipient.id)
        end as business_id,
        case
            when e.message is not null then 'message'
            when e.postback is not null then 'postback'
            when e.reaction is not null
                then case when e.reaction.action = 'unreact' then 'unreact' else 'reaction' end
            when e.message_edit is not null then 'edit'
            when e."order" is not null then 'order'
            when e.pass_thread_control is not null then 'pass_thread_control'
            when e.take_thread_control is not null then 'take_thread_control'
            when e.request_thread_control is not null then 'request_thread_control'
            when e.referral is not null
                then case
                    when coalesce(
                        filled(e.referral.source),
                        filled(e.referral.type),
                        filled(e.referral.ref),
                        filled(e.referral.ad_id),
                        filled(e.referral.post_id),
                        filled(e.referral.product.id),
                        filled(e.referral.ads_context_data.post_id),
                        filled(e.referral.ads_context_data.product_id)
                    ) is null then 'hollow'
                    else 'referral'
                end
        end as what,
        e.message.text is not null
            or e.message.attachments is not null
            or e.message.quick_reply is not null
            or e.message.referral is not null as has_content
    from happenings
),

events as (
    select
        * exclude (sender_id, recipient_id, what),
        -- Old echoes name the customer as the sender; the page itself is never the customer.
        nullif(
            case
                when is_echo and recipient_id = business_id then sender_id
                when is_echo or sender_id = business_id then recipient_id
                else sender_id
            end,
            business_id
        ) as customer_id,
        case when is_echo or sender_id = business_id then 'out' else 'in' end as direction,
        case
            when what is distinct from 'message' or has_content then what
            when filled(e.message.mid) is null then 'blank'
            when is_deleted then 'deletion'
            else what
        end as what
    from read_happenings
),

arrivals as (
    select
        *,
        filled(coalesce(e.message.referral.source, e.postback.referral.source, e.referral.source))
            as referral_source,
        filled(coalesce(e.message.referral.type, e.postback.referral.type, e.referral.type))
            as referral_type,
        filled(coalesce(e.message.referral.ref, e.postback.referral.ref, e.referral.ref)) as ref,
        filled(coalesce(e.message.referral.ad_id, e.postback.referral.ad_id, e.referral.ad_id))
            as ad_id,
        filled(
            coalesce(
                e.message.referral.ads_context_data.post_id,
                e.postback.referral.ads_context_data.post_id,
                e.referral.ads_context_data.post_id,
                e.message.referral.post_id,
                e.postback.referral.post_id,
                e.referral.post_id
            )
        ) as post_id,
        filled(
            coalesce(
                e.message.referral.product.id,
                e.postback.referral.product.id,
                e.referral.product.id,
                e.message.referral.ads_context_data.product_id,
                e.postback.referral.ads_context_data.product_id,
                e.referral.ads_context_data.product_id
            )
        ) as product_id,
        -- The plugins of web sites say so beside the message.
        coalesce(
            case when e.prior_message.source = 'checkbox_plugin' then 'checkbox_plugin' end,
            case
                when list_contains(
                    list_transform(e.message.tags, lambda t: t.source), 'customer_chat_plugin'
                )
                    then 'customer_chat_plugin'
            end
        ) as plugin
    from events
    where
        what in ('message', 'postback', 'referral')
        -- Most messages bring nobody: the cheap question first.
        and (
            e.message.referral is not null
            or e.postback.referral is not null
            or e.referral is not null
            or e.prior_message is not null
            or e.message.tags is not null
        )
)

select
    document_no,
    channel,
    coalesce(
        filled(e.message.mid),
        filled(e.postback.mid),
        made_id([
            channel, business_id, customer_id, epoch_ms(sent_at)::varchar, what,
            case
                when what = 'message' then e.message.text
                when what = 'referral'
                    then concat_ws(' ', referral_source, referral_type, ref, ad_id, product_id)
            end
        ])
    ) as touchpoint_id,
    business_id,
    customer_id,
    sent_at as occurred_at,
    sequence,
    case
        when upper(referral_type) in ('LEAD_COMPLETE', 'LEAD_INCOMPLETE') then 'lead_form'
        when upper(referral_source) = 'ADS' or ad_id is not null then 'ad'
        when upper(referral_source) in ('SHORTLINK', 'SHORT-URL') then 'link'
        when upper(referral_source) = 'CUSTOMER_CHAT_PLUGIN' then 'chat_plugin'
        when referral_source is not null then 'other'
        when product_id is not null then 'shop'
        when post_id is not null then 'post'
        when plugin is not null then 'chat_plugin'
        else 'other'
    end as entry_point,
    coalesce(referral_source, plugin) as source_label,
    ad_id,
    ref,
    post_id,
    product_id
from arrivals
where
    coalesce(referral_source, referral_type, ref, ad_id, post_id, product_id, plugin) is not null
    and business_id is not null
    and customer_id is not null
    and sent_at is not null
