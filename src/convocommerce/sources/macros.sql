-- Conversions that every platform needs, kept in one place so that they mean the same everywhere.

-- An instant in UTC from the text of an epoch number or an ISO 8601 time. Platforms mix seconds,
-- milliseconds and microseconds inside one field, so only the magnitude can tell them apart.
create or replace temp macro instant(value) as
    case
        when regexp_full_match(trim(value), '[+-]?\d{1,18}') then
            case
                when abs(trim(value)::bigint) < 100000000000 then make_timestamp(trim(value)::bigint * 1000000)
                when abs(trim(value)::bigint) < 100000000000000 then make_timestamp_ms(trim(value)::bigint)
                else make_timestamp(trim(value)::bigint)
            end
        when regexp_matches(trim(value), '^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}') then
            try_cast(regexp_replace(trim(value), '\s+([+-]\d{2}:?\d{2}|UTC|Z)$', '\1') as timestamptz)::timestamp
    end;

-- Text without surrounding white space; null when nothing is left.
create or replace temp macro filled(value) as nullif(trim(value), '');

-- A number written the way programs write it, exactly.
create or replace temp macro amount(value) as try_cast(trim(value) as decimal(18, 4));

create or replace temp macro whole(value) as try_cast(try_cast(trim(value) as decimal(38, 6)) as bigint);

create or replace temp macro truth(value) as lower(trim(value)) in ('true', '1', 'yes', 'ja');
