-- grain: one thing said or done in a thread, per document that tells it
-- reads: documents
-- What customers, the business and the platform said or did.
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

-- A condition here would work every column out twice, below the condition and above it; a list
-- that is empty where there is nothing to keep leaves the row out as well and costs a third.
spoken as (
    select
        *,
        direction = 'out' and what = 'message' as is_outgoing,
        lower(trim(e.message.metadata)) as tag,
        -- Text and attachments in one, so that links in buttons count like links in the text.
        case
            when direction = 'out' and what = 'message'
                then concat_ws(' ', e.message.text, e.message.attachments)
        end as outgoing,
        unnest(
            case
                when business_id is null or customer_id is null or sent_at is null then []
                when what is null
                    or what = 'referral'
                    or what = 'edit'
                    or what = 'deletion'
                    or what = 'blank'
                    or what = 'unreact'
                    or what = 'hollow'
                    then []
                else [true]
            end
        ) as is_kept
    from events
),

classed as (
    select
        *,
        case
            when what = 'order' then 'cart'
            when what in ('postback', 'reaction') then what
            when what <> 'message' then 'handover'
            when truth(e.message.is_unsupported) then 'unsupported'
            when is_outgoing and (
                tag in ('marketing', 'sponsored')
                or starts_with(tag, 'marketing:')
                or starts_with(tag, 'sponsored:')
                or list_has_any(
                    list_transform(e.message.tags, lambda t: lower(t.source)),
                    ['marketing_message', 'sponsored_message']
                )
            ) then 'marketing'
            when e.message.quick_reply is not null then 'quick_reply'
            when contains(e.message.attachments, '"template_type":"receipt"') then 'receipt'
            when is_outgoing and contains(e.message.attachments, '"type":"template"')
                then 'template'
            when filled(e.message.text) is not null then 'text'
            when e.message.sticker_id is not null
                or contains(e.message.attachments, '"type":"sticker"')
                or contains(e.message.attachments, '"sticker_id":')
                then 'sticker'
            when contains(e.message.attachments, '"type":"unsupported_type"') then 'unsupported'
            when e.message.attachments is not null then 'attachment'
            else 'unsupported'
        end as kind
    from spoken
),

valued as (
    select
        *,
        list_distinct(list_transform(e."order".products, lambda p: upper(filled(p.currency))))
            as currencies,
        list_transform(
            e."order".products,
            lambda p: amount(p.unit_price)
                * coalesce(try_cast(whole(p.quantity) as integer), 1)
        ) as prices
    from classed
)

select
    document_no,
    channel,
    business_id,
    customer_id,
    -- Copies for a second app leave out what was tapped, so only who, when and what kind may count.
    coalesce(
        filled(coalesce(e.message.mid, e.postback.mid)),
        made_id([
            channel, business_id, customer_id, epoch_ms(sent_at)::varchar, what,
            case
                when what = 'message' then e.message.text
                when what = 'reaction' then e.reaction.mid
            end
        ])
    ) as message_id,
    sent_at,
    sequence,
    case when kind = 'handover' then 'none' else direction end as direction,
    kind,
    case
        when kind = 'handover' then 'system'
        when kind = 'marketing' then 'marketing'
        when direction = 'in' then 'customer'
    end as declared_role,
    -- Of a handover, the app that gets the thread or asks for it.
    case
        when kind = 'handover'
            then filled(
                coalesce(
                    e.pass_thread_control.new_owner_app_id,
                    e.take_thread_control.new_owner_app_id,
                    e.request_thread_control.requested_owner_app_id
                )
            )
        when direction = 'out' then filled(e.message.app_id)
    end as app_id,
    case
        when kind = 'handover'
            then filled(
                coalesce(
                    e.pass_thread_control.metadata,
                    e.take_thread_control.metadata,
                    e.request_thread_control.metadata
                )
            )
        when direction = 'out' then filled(e.message.metadata)
    end as metadata,
    case
        when is_outgoing and starts_with(tag, 'agent:')
            then filled(substr(trim(e.message.metadata), 7))
    end as agent_id,
    null::boolean as is_failed,
    case
        when kind = 'receipt'
            then filled(
                regexp_extract(e.message.attachments, '"order_number":"?([^",}]*)', 1)
            )
    end as order_number,
    coalesce(cart_token_in(outgoing), link_ref_in(outgoing)) as shared_token,
    case
        when len(currencies) <= 1 and len(prices) = list_count(prices)
            then try_cast(list_sum(prices) as decimal(18, 4))
    end as cart_amount,
    case when len(currencies) = 1 then currencies[1] end as currency,
    filled(
        case what
            when 'message' then e.message.text
            when 'postback' then e.postback.title
            when 'order' then e."order".note
            when 'reaction' then coalesce(e.reaction.emoji, e.reaction.reaction)
        end
    ) as text
from valued
