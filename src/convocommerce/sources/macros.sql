-- Conversions that every platform needs, kept in one place so that they mean the same everywhere.

-- An instant in UTC from an ISO 8601 time. By way of a number: a cast to timestamp asks a calendar.
create or replace temp macro iso_instant(value) as make_timestamp(epoch_us(try_cast(value as timestamptz)));

-- An instant in UTC from the text of an epoch number or an ISO 8601 time. Platforms mix seconds,
-- milliseconds and microseconds inside one field, so only the magnitude can tell them apart. What
-- lies outside 1990 to 2099 is a slip: one of them would stretch the calendar of every figure.
create or replace temp macro instant(value) as
    case
        -- As most programs write it: the same as below, for less.
        when value glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]*' and iso_instant(value) between '1990-01-02' and '2099-12-30' then iso_instant(value)
        when try_cast(value as bigint) between 631152000 and 4102444799 then make_timestamp(try_cast(value as bigint) * 1000000)
        when try_cast(value as bigint) between 631152000000 and 4102444799999 then make_timestamp_ms(try_cast(value as bigint))
        when try_cast(value as bigint) between 631152000000000 and 4102444799999999 then make_timestamp(try_cast(value as bigint))
        when regexp_matches(trim(value), '^(?:199|20\d)\d-\d{2}-\d{2}[T ]\d{2}:\d{2}')
            then iso_instant(regexp_replace(trim(value), '\s*(?:([+-]\d{2}:?\d{2})|UTC|GMT|Z)$', '\1'))
    end;

-- Text without surrounding white space; null when nothing is left.
create or replace temp macro filled(value) as nullif(trim(value), '');

-- A number written the way programs write it, exactly.
create or replace temp macro amount(value) as try_cast(trim(value) as decimal(18, 4));

-- A number as people's programs write it: 1.234,56 and 1,234.56 and 1234,56. One group of three
-- digits counts as thousands, so this is for figures with at most two decimals.
create or replace temp macro local_amount(value) as
    case
        when regexp_full_match(trim(value), '-?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?')
            then amount(replace(replace(value, '.', ''), ',', '.'))
        when regexp_full_match(trim(value), '-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?')
            then amount(replace(value, ',', ''))
        else amount(replace(value, ',', '.'))
    end;

create or replace temp macro whole(value) as try_cast(try_cast(trim(value) as decimal(38, 6)) as bigint);

create or replace temp macro truth(value) as lower(trim(value)) in ('true', 't', '1', 'yes', 'ja');

-- An id for something the platform gives none, from what it says: the same content, the same id.
create or replace temp macro made_id(parts) as 'made:' || md5(array_to_string(parts, chr(31)));

-- A parameter of an address as it was meant; null when its escapes are no text.
create or replace temp macro decoded(value) as try(url_decode(value));

-- The token of the first cart, checkout, invoice or payment page that a text links to.
-- Most texts hold no link: the cheapest question first.
create or replace temp macro cart_token_in(value) as
    case
        when not contains(value, '/') and not contains(value, '=') then null
        when contains(value, '/checkouts/')
            then nullif(regexp_extract(value, '/checkouts/(?:[a-z]{1,3}/)?([\w=-]{8,128})', 1), '')
        when contains(value, '/cart/c/')
            then nullif(regexp_extract(value, '/cart/c/([\w=-]{8,128})', 1), '')
        when contains(value, '/invoices/')
            then nullif(regexp_extract(value, '/invoices/([\w=-]{8,128})', 1), '')
        when contains(value, 'key=wc_order_')
            then nullif(regexp_extract(value, '[?&]key=(wc_order_\w{4,64})', 1), '')
        when contains(value, '/cs_')
            then nullif(regexp_extract(value, '/(cs_(?:live|test)_\w{8,128})', 1), '')
    end;

-- The cart attribute or ref parameter of the first link that has one; attributes first, because
-- the order repeats them word for word.
create or replace temp macro link_ref_in(value) as
    case
        when not contains(value, '=') then null
        when regexp_matches(value, '[?&]attributes(?:\[|%5[Bb])')
            then nullif(decoded(regexp_extract(value, '[?&]attributes(?:\[|%5[Bb])[^\]%=&]*(?:\]|%5[Dd])=([\w.:%~+=-]{1,128})', 1)), '')
        when contains(value, 'client_reference_id=')
            then nullif(decoded(regexp_extract(value, '[?&]client_reference_id=([\w-]{1,128})', 1)), '')
        when contains(value, 'ref=')
            then nullif(decoded(regexp_extract(value, '[?&]ref=([\w.:%~+=-]{1,128})', 1)), '')
    end;

-- Values that could be the id of a chat or a link: no spaces, and long enough to mean one thing.
create or replace temp macro id_like(values_) as
    list_filter(list_distinct(values_), lambda v: regexp_full_match(v::varchar, '[A-Za-z0-9_.:=-]{6,128}'));

-- Keys of one kind, as the list that an identities file unnests.
create or replace temp macro keys_of(kind, values_) as
    list_transform(
        list_filter(list_transform(values_, lambda v: trim(v::varchar)), lambda v: v <> ''),
        lambda v: {'key_kind': kind, 'key_value': v}
    );

-- What a link in a text of the business ties its reader to: the cart or payment page that it opens,
-- or else what it carries and the order repeats.
create or replace temp macro link_keys(value) as
    case
        when cart_token_in(value) is not null then keys_of('token', [cart_token_in(value)])
        else keys_of('link', [link_ref_in(value)])
    end;

-- Whether a text can hold such a link: one cheap question before the others.
create or replace temp macro may_link(value) as
    (contains(value, '/') or contains(value, '='))
    and regexp_matches(value, '/checkouts/|/cart/c/|/invoices/|/cs_|[?&](?:key=wc_order_|attributes|client_reference_id=)|ref=');

-- A telephone number as typed, without the apostrophe that keeps spreadsheets from bending it.
create or replace temp macro phone_as_typed(value) as filled(ltrim(trim(value), ''''));

-- Ids that a shop's landing page was opened with.
create or replace temp macro chat_ids_in(value) as
    case
        when contains(value, '=')
            then list_transform(
                regexp_extract_all(value, '(?i)[?&](?:psid|igsid|chat|chat_id|chatid|messenger_id|instagram_id|sender_id|customer_id|conversation_id)=([^&#\s]+)', 1),
                lambda v: decoded(v::varchar)
            )
    end;

-- Whether a text matches a pattern that bounds how often something may stand there. Bounds cost many
-- times the rest of a pattern, so it is asked first without: what fails then fails with them as well.
create or replace temp macro matches_within_bounds(value, pattern) as
    case
        when regexp_matches(value, regexp_replace(pattern, '\{\d+,\d+\}', '*', 'g')) then regexp_matches(value, pattern)
        when value is not null then false
    end;

-- Every e-mail address in a text, in lower case.
create or replace temp macro emails_in(value) as
    case
        when contains(value, '@')
            then regexp_extract_all(lower(value), '[a-z0-9._%+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,24}')
    end;

-- The whole text when it is a telephone number with its country or trunk prefix; else null.
create or replace temp macro phone_in(value) as
    case when regexp_full_match(trim(value), '(?:\+|0)[0-9 ().-]{7,20}') then trim(value) end;

-- A calendar day written as year-month-day, or as day-month-year the way spreadsheets in Europe
-- keep it with hyphens. Slashes are left alone: their order differs by country.
create or replace temp macro calendar_day(value) as
    case
        when regexp_full_match(trim(value), '(?:199|20\d)\d-\d{1,2}-\d{1,2}') then try_cast(trim(value) as date)
        when regexp_full_match(trim(value), '\d{1,2}-\d{1,2}-(?:199|20\d)\d')
            then try_strptime(trim(value), '%d-%m-%Y')::date
    end;

-- Text without the tags and the commonest escapes of HTML.
create or replace temp macro untagged(value) as
    filled(trim(
        replace(replace(replace(replace(replace(replace(
            regexp_replace(regexp_replace(value, '(?i)<br\s*/?>|</p>|</div>', chr(10), 'g'), '<[^>]*>', '', 'g'),
            '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''), '&amp;', '&'),
        ' ' || chr(10)
    ));

-- One utm parameter of an address, as the link says it.
create or replace temp macro utm_in(value, name) as
    case
        when contains(value, 'utm_')
            then filled(decoded(replace(nullif(regexp_extract(value, '[?&]utm_' || name || '=([^&#\s]*)', 1), ''), '+', ' ')))
    end;
