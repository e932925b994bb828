-- grain: one document that holds nothing to keep
-- reads: documents, events
-- Why: passed over on purpose, or something a record needs is missing.
with left_over as (
    select
        *,
        case
            when what is null
                then try(from_json(event, '{
                    "delivery": "VARCHAR", "read": "VARCHAR", "optin": "VARCHAR",
                    "account_linking": "VARCHAR", "policy_enforcement": "VARCHAR",
                    "policy-enforcement": "VARCHAR", "app_roles": "VARCHAR",
                    "response_feedback": "VARCHAR", "messaging_feedback": "VARCHAR",
                    "template": "VARCHAR", "form": "VARCHAR", "game_play": "VARCHAR",
                    "payment": "VARCHAR", "checkout_update": "VARCHAR", "pre_checkout": "VARCHAR"
                }'))
        end as e
    from events
    where not is_kept
),

judged as (
    select
        document_no,
        case
            when what = 'unreact' then 'reaction taken back'
            when what = 'blank' then 'message without id or content'
            when what in ('edit', 'deletion')
                and coalesce(
                    filled(try(json_extract_string(event, '$.message_edit.mid'))), filled(message.mid)
                ) is null
                then 'change of a message without its id'
            when what in ('edit', 'deletion') and sent_at is null then 'event without a time'
            when what in ('edit', 'deletion') then 'kept'
            when what = 'hollow' then 'referral that names nothing'
            when what is not null and business_id is null then 'event without the id of the page'
            when what is not null and customer_id is null then 'event without the id of the person'
            when what is not null then 'event without a time'
            when e.delivery is not null then 'delivery receipt'
            when e.read is not null then 'read receipt'
            when e.optin is not null
                then case
                    when filled(try(json_extract_string(e.optin, '$.ref'))) is null
                        or try(json_extract_string(e.optin, '$.type')) is not null
                        then 'opt-in'
                    when customer_id is null then 'opt-in of a person not known yet'
                    when business_id is null then 'event without the id of the page'
                    when sent_at is null then 'event without a time'
                    else 'kept'
                end
            when e.account_linking is not null then 'account linking'
            when e.policy_enforcement is not null or e."policy-enforcement" is not null
                then 'policy enforcement'
            when e.app_roles is not null then 'app roles'
            when e.response_feedback is not null then 'feedback on an answer'
            when e.messaging_feedback is not null
                then case
                    -- Only a question of a kind with a score, answered with a number, is a rating.
                    when sent_at is not null
                        and list_bool_or(
                            list_transform(
                                flatten(
                                    list_transform(
                                        try(from_json(
                                            e.messaging_feedback,
                                            '{"feedback_screens": [
                                                {"questions": "MAP(VARCHAR, VARCHAR)"}
                                            ]}'
                                        )).feedback_screens,
                                        lambda s: map_values(s.questions)
                                    )
                                ),
                                lambda q: amount(try(json_extract_string(q, '$.payload'))) is not null
                                    and lower(trim(try(json_extract_string(q, '$.type'))))
                                        in ('csat', 'nps', 'ces')
                            )
                        )
                        then 'kept'
                    else 'customer feedback form that gives no score'
                end
            when e.template is not null then 'coupon revealed'
            when e.form is not null then 'form submitted'
            when e.game_play is not null then 'game play'
            when coalesce(e.payment, e.checkout_update, e.pre_checkout) is not null
                then 'payment of the former buy button'
            else 'unknown kind of event'
        end as verdict
    from left_over
    where document_no not in (select document_no from events where is_kept)
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
        list_count(list_transform(d.entry, lambda x: coalesce(x.changes, x.field))) as n_changes,
        -- What is of another shape than a list was read as null.
        list_bool_or(
            list_transform(
                d.entry,
                lambda x: coalesce(x.messaging, x.standby) is null
                    and coalesce(x.changes, x.field) is null
            )
        ) as is_shapeless
    from documents
    where document_no not in (select document_no from events)
),

named as (
    select
        document_no,
        case
            when object is null and n_events > 0 then 'delivery that does not say which platform'
            when object is null then 'not a delivery of messages'
            when object not in ('page', 'instagram') then 'not a Messenger or Instagram delivery'
            when n_entries is null then 'delivery without a list of entries'
            when is_shapeless then 'entry without a list of events'
            when n_changes > 0 then 'page field, not messages'
            when n_entries > 0 then 'delivery without events'
            else 'delivery without entries'
        end as reason
    from eventless
)

select
    document_no,
    case when fault is null then 'ignored' else 'quarantined' end as outcome,
    coalesce(fault, passed_over) as reason
from summed
union all
select
    document_no,
    case
        when reason in (
            'delivery that does not say which platform',
            'delivery without a list of entries',
            'entry without a list of events'
        ) then 'quarantined'
        else 'ignored'
    end as outcome,
    reason
from named
