-- grain: one key of one order, per document that shows it
-- reads: events
-- The shop's own number, and an address that is the buyer's own: relays are made for one order.
select
    document_no,
    'order' as subject_kind,
    'meta_commerce:' || order_id as subject_id,
    unnest(keys_of('email', [
        case
            when not regexp_matches(lower(trim(d.buyer_details.email)), '@marketplace\.facebook\.com$')
                then lower(trim(d.buyer_details.email))
        end
    ]), recursive := true)
from events
where fault is null and contains(d.buyer_details.email, '@')
