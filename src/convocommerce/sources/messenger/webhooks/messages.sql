-- grain: one thing said or done in a thread, per document that tells it
-- reads: events
-- What customers, the business and the platform said or did.
-- A condition on spoken would work every column out twice, below the condition and above it; a list
-- that is empty where there is nothing to keep leaves the row out as well and costs a third.
with spoken as (
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
