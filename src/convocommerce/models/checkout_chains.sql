-- grain: one checkout and one that takes it up again through a reminder's link, itself included
-- reads: checkouts, checkout_contacts
-- Which checkouts are one and the same attempt, one after the other, of the same person.
with recursive listed as (
    select checkouts.*, checkout_contacts.contact_key
    from checkouts
    join checkout_contacts using (platform, checkout_id)
    where not coalesce(checkouts.is_test, false)
),
taken_up as (
    select
        platform,
        contact_key,
        checkout_id as first_id,
        created_at as first_at,
        coalesce(cart_token, checkout_id) as first_cart,
        checkout_id as later_id
    from listed
    union
    select
        taken_up.platform,
        taken_up.contact_key,
        taken_up.first_id,
        taken_up.first_at,
        taken_up.first_cart,
        listed.checkout_id as later_id
    from taken_up
    join listed
        on listed.platform = taken_up.platform
        and listed.recovers_checkout_id = taken_up.later_id
        and listed.contact_key = taken_up.contact_key
)
select
    platform,
    contact_key,
    first_id,
    first_at,
    first_cart,
    later_id
from taken_up
