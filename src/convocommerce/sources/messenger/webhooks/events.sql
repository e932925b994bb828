-- grain: one event of a delivery
-- reads: documents
-- Who told whom what and when, whatever the event turns out to mean; the other files read it.
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
)

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
