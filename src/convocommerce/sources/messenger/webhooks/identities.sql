-- grain: one key of one person, per document that shows it
-- reads: documents
-- By what the person of a thread may be known in a shop or on another channel.
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

shown as (
    select
        document_no,
        concat_ws(':', channel, business_id, customer_id) as subject_id,
        customer_id,
        filled(coalesce(e.message.referral.ref, e.postback.referral.ref, e.referral.ref)) as ref,
        case when what = 'message' and direction = 'in' then emails_in(e.message.text) end as emails,
        case when direction = 'in' then trim(e.message.quick_reply.payload) end as tapped,
        case
            when what = 'message' and direction = 'out'
                then concat_ws(' ', e.message.text, e.message.attachments)
        end as outgoing,
        -- Asked here and used below: as a condition it would work everything out twice.
        what is not null
            and what <> 'edit'
            and what <> 'deletion'
            and what <> 'blank'
            and what <> 'unreact'
            and what <> 'hollow'
            and business_id is not null
            and customer_id is not null
            and sent_at is not null as is_kept
    from events
),

keyed as (
    select
        *,
        cart_token_in(outgoing) as token,
        -- What a link in the chat carries comes back on the order, whatever the shop calls it.
        case when cart_token_in(outgoing) is null then link_ref_in(outgoing) end as link_ref,
        emails_in(tapped) as tapped_emails,
        phone_in(tapped) as phone
    from shown
),

listed as (
    select
        document_no,
        subject_id,
        case
            when not is_kept then []
            when
                coalesce(ref, token, link_ref, phone) is null
                and emails is null
                and tapped_emails is null
                then [{'key_kind': 'chat_id', 'key_value': customer_id}]
            else flatten([
                keys_of('chat_id', [customer_id]),
                keys_of('ref', [ref, link_ref]),
                keys_of('token', [token]),
                keys_of('phone', [phone]),
                keys_of('email', list_distinct(list_concat(emails, tapped_emails)))
            ])
        end as keys
    from keyed
),

each_key as (
    select document_no, subject_id, unnest(keys) as key from listed
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
