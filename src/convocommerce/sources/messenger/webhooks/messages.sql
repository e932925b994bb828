-- grain: one thing said or done in a thread, per document that tells it
-- reads: events
-- What customers, the business and the platform said or did.
with spoken as (
    select
        *,
        direction = 'out' as is_outgoing,
        filled(message.text) as said,
        lower(trim(message.metadata)) as tag,
        message.attachments as attachments,
        -- Text and attachments in one, so that links in buttons count like links in the text.
        case
            when direction = 'out' then concat_ws(' ', message.text, message.attachments)
        end as outgoing
    from events
    where is_kept and what = 'message'
),

classed as (
    select
        *,
        case
            when truth(message.is_unsupported) then 'unsupported'
            when is_outgoing and (
                tag in ('marketing', 'sponsored')
                or starts_with(tag, 'marketing:')
                or starts_with(tag, 'sponsored:')
                or regexp_matches(
                    lower(message.tags), '"source":"(?:marketing|sponsored)_message"'
                )
            ) then 'marketing'
            when message.quick_reply is not null then 'quick_reply'
            when contains(attachments, '"template_type":"receipt"') then 'receipt'
            when is_outgoing and contains(attachments, '"type":"template"') then 'template'
            when said is not null then 'text'
            when message.sticker_id is not null
                or contains(attachments, '"type":"sticker"')
                or contains(attachments, '"sticker_id":')
                then 'sticker'
            when contains(attachments, '"type":"unsupported_type"') then 'unsupported'
            when attachments is not null then 'attachment'
            else 'unsupported'
        end as kind
    from spoken
),

-- Taps, reactions, carts and handovers.
done as (
    select
        *,
        try(from_json(event, '{
            "postback": {"mid": "VARCHAR", "title": "VARCHAR"},
            "reaction": {"mid": "VARCHAR", "reaction": "VARCHAR", "emoji": "VARCHAR"},
            "order": {
                "products": [
                    {"unit_price": "VARCHAR", "currency": "VARCHAR", "quantity": "VARCHAR"}
                ],
                "note": "VARCHAR"
            },
            "pass_thread_control": {"new_owner_app_id": "VARCHAR", "metadata": "VARCHAR"},
            "take_thread_control": {"new_owner_app_id": "VARCHAR", "metadata": "VARCHAR"},
            "request_thread_control": {"requested_owner_app_id": "VARCHAR", "metadata": "VARCHAR"}
        }')) as e,
        case
            when what = 'order' then 'cart'
            when what in ('postback', 'reaction') then what
            else 'handover'
        end as kind
    from events
    where is_kept and what not in ('message', 'referral')
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
    from done
)

select
    document_no,
    channel,
    business_id,
    customer_id,
    -- Copies for a second app leave out what was tapped, so only who, when and what kind may count.
    case
        when filled(message.mid) is not null then filled(message.mid)
        else made_id([
            channel, business_id, customer_id, epoch_ms(sent_at)::varchar, what, message.text
        ])
    end as message_id,
    sent_at,
    sequence,
    direction,
    kind,
    case
        when kind = 'marketing' then 'marketing'
        when direction = 'in' then 'customer'
    end as declared_role,
    case when is_outgoing then filled(message.app_id) end as app_id,
    case when is_outgoing then filled(message.metadata) end as metadata,
    case
        when is_outgoing and starts_with(tag, 'agent:')
            then filled(substr(trim(message.metadata), 7))
    end as agent_id,
    null::boolean as is_failed,
    40 as detail,
    case
        when kind = 'receipt'
            then filled(regexp_extract(attachments, '"order_number":"?([^",}]*)', 1))
    end as order_number,
    coalesce(cart_token_in(outgoing), link_ref_in(outgoing)) as shared_token,
    null::decimal(18, 4) as cart_amount,
    null::varchar as currency,
    said as text
from classed
union all
select
    document_no,
    channel,
    business_id,
    customer_id,
    coalesce(
        filled(e.postback.mid),
        made_id([
            channel, business_id, customer_id, epoch_ms(sent_at)::varchar, what, e.reaction.mid
        ])
    ) as message_id,
    sent_at,
    sequence,
    case when kind = 'handover' then 'none' else direction end as direction,
    kind,
    case
        when kind = 'handover' then 'system'
        when direction = 'in' then 'customer'
    end as declared_role,
    -- Of a handover, the app that gets the thread or asks for it.
    filled(
        coalesce(
            e.pass_thread_control.new_owner_app_id,
            e.take_thread_control.new_owner_app_id,
            e.request_thread_control.requested_owner_app_id
        )
    ) as app_id,
    filled(
        coalesce(
            e.pass_thread_control.metadata,
            e.take_thread_control.metadata,
            e.request_thread_control.metadata
        )
    ) as metadata,
    null as agent_id,
    null as is_failed,
    40 as detail,
    null as order_number,
    null as shared_token,
    case
        when len(currencies) <= 1 and len(prices) = list_count(prices)
            then try_cast(list_sum(prices) as decimal(18, 4))
    end as cart_amount,
    case when len(currencies) = 1 then currencies[1] end as currency,
    filled(
        case what
            when 'postback' then e.postback.title
            when 'order' then e."order".note
            when 'reaction' then coalesce(e.reaction.emoji, e.reaction.reaction)
        end
    ) as text
from valued
