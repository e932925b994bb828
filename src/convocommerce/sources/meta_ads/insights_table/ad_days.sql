-- grain: one ad, ad set, campaign or account on one reported range of days, per document that tells it
-- reads: events
-- Rows above ads and rows of a part have keys of their own, so that nothing is added to what contains it.
select * exclude (fault)
from events
where fault is null
