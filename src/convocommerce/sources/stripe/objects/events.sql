-- grain: one object of the API, per document that tells it
-- reads: documents
-- Pages, events and lone objects in one shape: what it is, whose payment, how far along, when.
with listed as (
    select document_no, to_json(d) as whole
    from documents
    where d.object is null or d.object not in ('list', 'search_result')
    union all
    select document_no, unnest(try_cast(try_cast(d.data as json) as json[])) as whole
    from documents
    where d.object in ('list', 'search_result')
),

-- Some keep of an event only its type and its data.
marked as (
    select
        *,
        whole ->> '$.object' = 'event' or (
            whole ->> '$.object' is null
            and contains(whole ->> '$.type', '.')
            and whole ->> '$.data' is not null
        ) as is_event
    from listed
),

-- An event holds the object as it was at that time, and the time of the change, which no object has.
opened as (
    select
        document_no,
        case when is_event then filled(whole ->> '$.type') end as event_type,
        case when is_event then instant(whole ->> '$.created') end as changed_at,
        case
            when is_event
                then json_extract(try_cast(whole ->> '$.data' as json), '$.object')
            else whole
        end as whole
    from marked
),

read as (
    select
        * exclude (whole),
        json_transform(
            whole,
            '{
                "id": "VARCHAR", "object": "VARCHAR", "created": "VARCHAR", "livemode": "VARCHAR",
                "status": "VARCHAR", "payment_status": "VARCHAR", "mode": "VARCHAR",
                "expires_at": "VARCHAR", "currency": "VARCHAR", "amount_total": "VARCHAR",
                "amount": "VARCHAR", "amount_received": "VARCHAR", "amount_refunded": "VARCHAR",
                "paid": "VARCHAR", "captured": "VARCHAR", "client_reference_id": "VARCHAR",
                "recovered_from": "VARCHAR", "customer": "VARCHAR", "customer_email": "VARCHAR",
                "receipt_email": "VARCHAR", "payment_intent": "VARCHAR", "payment_link": "VARCHAR",
                "invoice": "VARCHAR", "charge": "VARCHAR", "latest_charge": "VARCHAR",
                "metadata": "VARCHAR",
                "customer_details": {"email": "VARCHAR", "phone": "VARCHAR"},
                "billing_details": {"email": "VARCHAR", "phone": "VARCHAR"},
                "shipping": {"phone": "VARCHAR"},
                "charges": {"data": [{"id": "VARCHAR", "created": "VARCHAR", "status": "VARCHAR",
                    "amount_refunded": "VARCHAR"}]},
                "refunds": {"data": [{"id": "VARCHAR", "created": "VARCHAR", "status": "VARCHAR",
                    "amount": "VARCHAR", "currency": "VARCHAR"}]}
            }'
        ) as o
    from opened
),

-- Expanded, an object stands where otherwise its id does; its own id is the first that it names.
named as (
    select
        *,
        filled(o.id) as id,
        case
            when o.object in ('checkout.session', 'payment_intent', 'charge', 'refund') then o.object
            when o.object is not null then 'other'
            when regexp_matches(o.id, '^cs_') then 'checkout.session'
            when regexp_matches(o.id, '^pi_') then 'payment_intent'
            when regexp_matches(o.id, '^(?:ch|py)_') then 'charge'
            when regexp_matches(o.id, '^(?:re|pyr)_') then 'refund'
            else 'other'
        end as what,
        list_transform(
            [o.payment_intent, o.charge, o.latest_charge, o.invoice, o.customer, o.recovered_from, o.payment_link],
            lambda v: case
                when starts_with(trim(v), '{') then nullif(regexp_extract(v, '"id"\s*:\s*"([^"]+)"', 1), '')
                else filled(v)
            end
        ) as ids,
        try_cast(try_cast(o.metadata as json) as map(varchar, varchar)) as metadata,
        upper(filled(o.currency)) as currency,
        -- Amounts are whole numbers of the smallest unit, of which some currencies have no
        -- hundredths and some have thousandths.
        case
            when upper(filled(o.currency)) in ('BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 1
            when upper(filled(o.currency)) in ('BHD', 'JOD', 'KWD', 'OMR', 'TND') then 1000
            else 100
        end as units
    from read
),

placed as (
    select
        document_no,
        event_type,
        changed_at,
        what,
        id,
        o,
        metadata,
        currency,
        units,
        ids[2] as charge_id,
        ids[3] as latest_charge_id,
        ids[4] as invoice_id,
        ids[5] as customer_id,
        ids[6] as recovers_id,
        ids[7] as payment_link_id,
        coalesce(instant(o.created), changed_at) as opened_at,
        case lower(filled(o.livemode)) when 'true' then false when 'false' then true end as is_test,
        case what
            when 'payment_intent' then id
            when 'refund' then coalesce(ids[1], ids[2])
            else coalesce(ids[1], id)
        end as order_id,
        -- The first payment of a subscription belongs to its invoice: a session names no payment, and
        -- newer charges no invoice, so nothing would show that both tell of one.
        what = 'checkout.session' and ids[1] is null and coalesce(o.mode = 'subscription', false)
            as is_paid_elsewhere,
        o.status = 'complete' or (o.status is null and o.payment_status in ('paid', 'no_payment_required')) as is_complete,
        list_filter(
            o.refunds.data,
            lambda r: filled(r.id) is not null and instant(r.created) is not null
                and coalesce(r.status, 'succeeded') = 'succeeded' and amount(r.amount) > 0
        ) as refunds,
        list_filter(o.charges.data, lambda c: c.status = 'succeeded')[1] as made
    from named
)

select
    *,
    -- How an order stands by what this object tells of it; null when it tells of no order.
    case
        when id is null then null
        when what = 'checkout.session' and o.mode is distinct from 'setup' and is_complete and not is_paid_elsewhere
            then case
                when event_type = 'checkout.session.async_payment_failed' then 'voided'
                when o.payment_status in ('paid', 'no_payment_required') then 'paid'
                else 'pending'
            end
        when what = 'payment_intent'
            then case o.status
                when 'succeeded' then case
                    when amount(made.amount_refunded) >= coalesce(amount(o.amount_received), amount(o.amount)) then 'refunded'
                    when amount(made.amount_refunded) > 0 then 'partially_refunded'
                    else 'paid'
                end
                when 'requires_capture' then 'authorized'
                when 'processing' then 'pending'
            end
        when what = 'charge'
            then case
                when o.status = 'pending' then 'pending'
                when coalesce(o.status, case when truth(o.paid) then 'succeeded' end) is distinct from 'succeeded' then null
                when not truth(o.captured) then case when amount(o.amount_refunded) > 0 then 'voided' else 'authorized' end
                when amount(o.amount_refunded) >= amount(o.amount) and amount(o.amount) > 0 then 'refunded'
                when amount(o.amount_refunded) > 0 then 'partially_refunded'
                else 'paid'
            end
    end as payment_status
from placed
