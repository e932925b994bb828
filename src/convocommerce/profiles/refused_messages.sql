-- grain: one message that was not delivered
-- reads: deliveries
-- What the platform said it could not deliver, by the as-of.
select distinct (md5_number(channel || chr(31) || message_id) >> 64)::ubigint as message_key
from deliveries
where status = 'failed' and happened_at <= $as_of
