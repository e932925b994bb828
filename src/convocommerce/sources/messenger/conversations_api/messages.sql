-- grain: one message, per document that tells it
-- reads: events
-- What customers and the page said, with the ids that webhooks give the same messages.
with classed as (
    select
        *,
        filled(message.message) as said,
        case
            when truth(message.is_unsupported) then 'unsupported'
            when said is not null then 'text'
            when message.sticker is not null then 'sticker'
            when direction = 'out' and contains(message.attachments, '"generic_template"')
                then 'template'
            when coalesce(message.attachments, message.shares, message.story) is not null
                then 'attachment'
            else 'unsupported'
        end as kind
    from events
    where fault is null
)

select
    document_no,
    channel,
    business_id,
    customer_id,
    coalesce(
        filled(message.id),
        made_id([channel, business_id, customer_id, direction, epoch_ms(sent_at)::varchar, said])
    ) as message_id,
    sent_at,
    sequence,
    direction,
    kind,
    case when direction = 'in' then 'customer' end as declared_role,
    case when not is_lone then is_cut_off end as is_cut_off,
    -- A copy that shows what came before knows more than the first of a list that is cut off, and
    -- that one more than a message without its thread.
    case when is_lone then 19 when is_cut_off then 20 else 21 end as detail,
    case
        when direction = 'out' then coalesce(cart_token_in(shown), link_ref_in(shown))
    end as shared_token,
    said as text
from classed
