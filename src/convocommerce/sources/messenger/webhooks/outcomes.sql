-- grain: one document that holds nothing to keep
-- reads: documents
-- Why: passed over on purpose, or something a record needs is missing.
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

judged as (
    select
        document_no,
        case
            when what = 'unreact' then 'reaction taken back'
            when what = 'blank' then 'message without id or content'
            when what in ('edit', 'deletion')
                and coalesce(filled(e.message_edit.mid), filled(e.message.mid)) is null
                then 'change of a message without its id'
            when what in ('edit', 'deletion') and sent_at is null then 'event without a time'
            when what in ('edit', 'deletion') then 'kept'
            when what = 'hollow' then 'referral that names nothing'
            when what is not null and business_id is null then 'event without the id of the page'
            when what is not null and customer_id is null then 'event without the id of the person'
            when what is not null and sent_at is null then 'event without a time'
            when what is not null then 'kept'
            when e.delivery is not null then 'delivery receipt'
            when e.read is not null then 'read receipt'
            when e.optin is not null then 'opt-in'
            when e.account_linking is not null then 'account linking'
            when e.policy_enforcement is not null or e."policy-enforcement" is not null
                then 'policy enforcement'
            when e.app_roles is not null then 'app roles'
            when e.response_feedback is not null then 'feedback on an answer'
            when e.messaging_feedback is not null then 'customer feedback form'
            when e.template is not null then 'coupon revealed'
            when e.form is not null then 'form submitted'
            when e.game_play is not null then 'game play'
            when coalesce(e.payment, e.checkout_update, e.pre_checkout) is not null
                then 'payment of the former buy button'
            else 'unknown kind of event'
        end as verdict
    from events
),

classed as (
    select
        document_no,
        verdict,
        verdict like '% without %' as is_faulty
    from judged
),

-- One kept event keeps the document; one faulty event says more than any number of receipts.
summed as (
    select
        document_no,
        min(verdict) filter (where is_faulty) as fault,
        min(verdict) filter (where not is_faulty) as passed_over
    from classed
    group by document_no
    having not bool_or(verdict = 'kept')
),

-- A delivery without any event never became a happening.
eventless as (
    select
        document_no,
        d.object as object,
        len(d.entry) as n_entries,
        list_sum(
            list_transform(
                d.entry, lambda x: coalesce(len(x.messaging), 0) + coalesce(len(x.standby), 0)
            )
        ) as n_events,
        list_count(list_transform(d.entry, lambda x: x.changes)) as n_changes
    from documents
)

select
    document_no,
    case when fault is null then 'ignored' else 'quarantined' end as outcome,
    coalesce(fault, passed_over) as reason
from summed
union all
select
    document_no,
    case when object is null and n_events > 0 then 'quarantined' else 'ignored' end as outcome,
    case
        when object is null and n_events > 0 then 'delivery that does not say which platform'
        when object is null then 'not a delivery of messages'
        when object not in ('page', 'instagram') then 'not a Messenger or Instagram delivery'
        when n_changes > 0 then 'page field, not messages'
        when n_entries > 0 then 'delivery without events'
        else 'delivery without entries'
    end as reason
from eventless
where coalesce(n_events, 0) = 0 or object is null or object not in ('page', 'instagram')
