-- grain: one thing said or done in a thread, per document that tells it
-- reads: events
-- What customers and the business wrote, and what the business sent as far as statuses show it.
-- Of one message the fullest record counts: what was delivered live, then the history that the
-- phone app shares, then the history's place-holders for files, and last the status.
with spoken as (
    select
        *,
        direction = 'out' as is_outgoing,
        lower(message.type) as type
    from events
    where is_said and what = 'message'
),

classed as (
    select
        *,
        case
            when type in ('image', 'video', 'audio', 'voice', 'document', 'location', 'contacts',
                'media_placeholder')
                then 'attachment'
            when type = 'sticker' then 'sticker'
            when type = 'reaction' then 'reaction'
            when type = 'order' then 'cart'
            when type = 'template' or (type = 'interactive' and is_outgoing) then 'template'
            when type in ('button', 'interactive') then 'quick_reply'
            when type = 'text' or (type is null and message.text.body is not null) then 'text'
            else 'unsupported'
        end as kind,
        -- A form's answers are its fields; what the customer sees of them stands in its body.
        filled(
            case
                when type = 'button' then message.button.text
                when type = 'interactive'
                    then coalesce(
                        message.interactive.button_reply.title,
                        message.interactive.list_reply.title,
                        message.interactive.nfm_reply.body,
                        message.interactive.body.text
                    )
                when type = 'reaction' then message.reaction.emoji
                when type = 'order' then message."order".text
                when type = 'location' then message.location.name
                when type in ('image', 'video', 'audio', 'voice', 'document')
                    then coalesce(
                        message.image.caption, message.video.caption, message.document.caption,
                        message.audio.caption, message.voice.caption
                    )
                else message.text.body
            end
        ) as said,
        message."order".product_items as products
    from spoken
),

valued as (
    select
        *,
        list_distinct(list_transform(products, lambda p: upper(filled(p.currency)))) as currencies,
        list_transform(
            products,
            lambda p: amount(p.item_price) * coalesce(try_cast(whole(p.quantity) as integer), 1)
        ) as prices
    from classed
),

-- Only the status "sent" tells when: a message is read when the customer next looks, which says
-- nothing of when it was written. A price by the message names what was sent; the older price by
-- the conversation names what opened it, so it tells a template only of the message that did.
sent as (
    select
        *,
        lower(status.pricing.category) as category,
        upper(status.pricing.pricing_model) = 'CBP'
            and instant(status.conversation.expiration_timestamp) < sent_at + interval 23 hours
            as is_later_in_window,
        filled(status.biz_opaque_callback_data) as metadata
    from events
    where is_status and customer_id is not null and lower(status.status) = 'sent'
),

priced as (
    select
        *,
        not coalesce(is_later_in_window, false)
            and regexp_matches(
                category, '^(?:group_)?(?:marketing|utility|authentication)|^business_initiated$'
            ) as is_template,
        starts_with(lower(metadata), 'agent:') as is_of_agent
    from sent
)

select
    document_no,
    'whatsapp' as channel,
    business_id,
    customer_id,
    coalesce(
        filled(message.id),
        made_id([
            'whatsapp', business_id, customer_id, epoch_ms(sent_at)::varchar, direction, type, said
        ])
    ) as message_id,
    sent_at,
    sequence,
    direction,
    kind,
    case when direction = 'in' then 'customer' end as declared_role,
    null::varchar as app_id,
    null::varchar as metadata,
    null::varchar as agent_id,
    case
        when is_outgoing then lower(message.history_context.status) in ('error', 'failed')
    end as is_failed,
    case
        when source <> 'history' then 4
        when type = 'media_placeholder' then 2
        else 3
    end as detail,
    coalesce(cart_token_in(outgoing), link_ref_in(outgoing)) as shared_token,
    case
        when kind = 'cart' and len(currencies) <= 1 and len(prices) = list_count(prices)
            then try_cast(list_sum(prices) as decimal(18, 4))
    end as cart_amount,
    case when kind = 'cart' and len(currencies) = 1 then currencies[1] end as currency,
    said as text
from valued
union all
select
    document_no,
    'whatsapp' as channel,
    business_id,
    customer_id,
    filled(status.id) as message_id,
    sent_at,
    sequence,
    'out' as direction,
    case when is_template then 'template' else 'text' end as kind,
    -- Nobody types a template for one customer, unless the sending app says who did.
    case
        when not coalesce(is_template, false) then null
        when contains(category, 'marketing') then 'marketing'
        when not coalesce(is_of_agent, false) and category <> 'business_initiated' then 'bot'
    end as declared_role,
    'whatsapp_api' as app_id,
    metadata,
    case when is_of_agent then filled(substr(metadata, 7)) end as agent_id,
    null::boolean as is_failed,
    1 as detail,
    null::varchar as shared_token,
    null::decimal(18, 4) as cart_amount,
    null::varchar as currency,
    null::varchar as text
from priced
union all
select
    document_no,
    'whatsapp' as channel,
    business_id,
    customer_id,
    made_id(['whatsapp', business_id, customer_id, epoch_ms(sent_at)::varchar, 'handover'])
        as message_id,
    sent_at,
    sequence,
    'none' as direction,
    'handover' as kind,
    case when is_to_people then 'human' else 'system' end as declared_role,
    null::varchar as app_id,
    handed_with as metadata,
    null::varchar as agent_id,
    null::boolean as is_failed,
    null::integer as detail,
    null::varchar as shared_token,
    null::decimal(18, 4) as cart_amount,
    null::varchar as currency,
    null::varchar as text
from events
where is_said and what = 'handover'
