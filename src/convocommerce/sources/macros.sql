-- Conversions that every platform needs, kept in one place so that they mean the same everywhere.

-- An instant in UTC from the text of an epoch number or an ISO 8601 time. Platforms mix seconds,
-- milliseconds and microseconds inside one field, so only the magnitude can tell them apart. What
-- lies outside 1990 to 2099 is a slip: one of them would stretch the calendar of every figure.
create or replace temp macro instant(value) as
    case
        when try_cast(trim(value) as bigint) between 631152000 and 4102444799 then make_timestamp(try_cast(trim(value) as bigint) * 1000000)
        when try_cast(trim(value) as bigint) between 631152000000 and 4102444799999 then make_timestamp_ms(try_cast(trim(value) as bigint))
        when try_cast(trim(value) as bigint) between 631152000000000 and 4102444799999999 then make_timestamp(try_cast(trim(value) as bigint))
        when regexp_matches(trim(value), '^(?:199|20\d)\d-\d{2}-\d{2}[T ]\d{2}:\d{2}')
            then try_cast(regexp_replace(trim(value), '\s*(?:([+-]\d{2}:?\d{2})|UTC|GMT|Z)$', '\1') as timestamptz)::timestamp
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

create or replace temp macro truth(value) as lower(trim(value)) in ('true', '1', 'yes', 'ja');

-- An id for something the platform gives none, from what it says: the same content, the same id.
create or replace temp macro made_id(parts) as 'made:' || md5(array_to_string(parts, chr(31)));

-- A parameter of an address as it was meant; null when its escapes are no text.
create or replace temp macro decoded(value) as try(url_decode(value));

-- The token of the first cart, checkout, invoice or payment page that a text links to.
create or replace temp macro cart_token_in(value) as
    case
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
        list_filter(values_, lambda v: filled(v::varchar) is not null),
        lambda v: {'key_kind': kind, 'key_value': filled(v::varchar)}
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
    regexp_matches(value, '/checkouts/|/cart/c/|/invoices/|/cs_|[?&](?:key=wc_order_|attributes|client_reference_id=)|ref=');

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

-- Where people talk, by the name or the number under which Zendesk keeps how a ticket came in.
create or replace temp macro zendesk_channel(via, rel) as
    case
        when via in ('facebook', '38', '41') then case when rel = 'post' then 'other' else 'messenger' end
        when via in ('sunshine_conversations_facebook_messenger', '78') then 'messenger'
        when via in ('instagram_dm', '86') then 'instagram'
        when via in ('whatsapp', '74') then 'whatsapp'
        when via in ('telegram', '79') then 'telegram'
        when via in ('line', '72') then 'line'
        when via in ('viber', '81') then 'viber'
        when via in ('google_rcs', '82') then 'google_rcs'
        when via in ('apple_business_chat', '83') then 'apple'
        when via in ('twilio_sms', '80', 'messagebird_sms', '77', 'sms', '57') then 'sms'
        when via in ('twitter', 'twitter_dm', 'twitter_like', '23', '26', '30', 'sunshine_conversations_twitter_dm', '88') then 'x'
        when via in ('email', 'mail', '4', 'mailgun', '76') then 'email'
        when via in ('web', 'web form', 'web_form', '0', 'help_center', '50', 'web_widget', '48') then 'web_form'
        when via in ('chat', '29', 'chat_transcript', '90', 'chat_offline_message', 'native_messaging', '75', 'answer_bot_for_web_widget', '67') then 'web_chat'
        when via in ('voice', 'phone', 'phone_call_inbound', 'phone_call_outbound', 'voicemail', '33', '34', '35', '44', '45', '46') then 'phone'
        when via in ('api', 'web_service', '5', 'sunshine_conversations_api', '87') then 'api'
        else 'other'
    end;

-- Whether tickets of that way in hold a chat, whose messages are kept apart from the comments.
create or replace temp macro zendesk_is_chat(via) as
    starts_with(via, 'sunshine_conversations_')
    or via in (
        'chat', '29', 'chat_transcript', '90', 'native_messaging', '75', 'line', '72', 'wechat', '73',
        'whatsapp', '74', 'messagebird_sms', '77', '78', 'telegram', '79', 'twilio_sms', '80',
        'viber', '81', 'google_rcs', '82', 'apple_business_chat', '83', 'google_business_messages',
        '84', 'kakaotalk', '85', 'instagram_dm', '86', '87', '88', 'business_messaging_slack_connect', '91'
    );

-- Who spoke, where the way a comment came in tells it; null when its author decides.
create or replace temp macro zendesk_role(via, rel, author_id, is_note) as
    case
        when is_note then 'note'
        when via in ('merge', '19') or rel = 'merge' then 'system'
        when author_id = '-1' or via in ('rule', '8', 'trigger', 'automation', 'macro') or rel in ('trigger', 'automation') then 'auto'
    end;

-- The ticket that a file named the way the API's addresses are belongs to.
create or replace temp macro zendesk_ticket_in(file) as
    coalesce(
        filled(regexp_extract(file, '(?i)tickets?[/_ -]#?(\d+)', 1)),
        filled(regexp_extract(file, '(?i)(\d+)[/_ -](?:ticket_)?(?:comments|audits|conversation[_-]log|metrics)', 1)),
        filled(regexp_extract(file, '(?i)(?:comments|audits|conversation[_-]log|metrics)[/_ -](\d+)', 1))
    );

-- Zendesk numbers events as they happen, so inside one instant the last digits are their order.
create or replace temp macro zendesk_sequence(id) as coalesce(try_cast(right(id, 9) as integer), 0);

-- The IANA name of a zone as Rails calls it; a name that is IANA's already is kept.
create or replace temp macro iana_zone(value) as
    case
        when regexp_full_match(trim(value), '[A-Za-z]+/[A-Za-z0-9_+/-]+') or trim(value) = 'UTC' then trim(value)
        else map {
            'International Date Line West': 'Etc/GMT+12', 'Midway Island': 'Pacific/Midway',
            'American Samoa': 'Pacific/Pago_Pago', 'Hawaii': 'Pacific/Honolulu', 'Alaska': 'America/Juneau',
            'Pacific Time (US & Canada)': 'America/Los_Angeles', 'Tijuana': 'America/Tijuana',
            'Mountain Time (US & Canada)': 'America/Denver', 'Arizona': 'America/Phoenix',
            'Chihuahua': 'America/Chihuahua', 'Mazatlan': 'America/Mazatlan',
            'Central Time (US & Canada)': 'America/Chicago', 'Saskatchewan': 'America/Regina',
            'Guadalajara': 'America/Mexico_City', 'Mexico City': 'America/Mexico_City',
            'Monterrey': 'America/Monterrey', 'Central America': 'America/Guatemala',
            'Eastern Time (US & Canada)': 'America/New_York', 'Indiana (East)': 'America/Indiana/Indianapolis',
            'Bogota': 'America/Bogota', 'Lima': 'America/Lima', 'Quito': 'America/Lima',
            'Atlantic Time (Canada)': 'America/Halifax', 'Caracas': 'America/Caracas', 'La Paz': 'America/La_Paz',
            'Santiago': 'America/Santiago', 'Asuncion': 'America/Asuncion', 'Newfoundland': 'America/St_Johns',
            'Brasilia': 'America/Sao_Paulo', 'Buenos Aires': 'America/Argentina/Buenos_Aires',
            'Montevideo': 'America/Montevideo', 'Georgetown': 'America/Guyana',
            'Puerto Rico': 'America/Puerto_Rico', 'Greenland': 'America/Nuuk',
            'Mid-Atlantic': 'Atlantic/South_Georgia', 'Azores': 'Atlantic/Azores',
            'Cape Verde Is.': 'Atlantic/Cape_Verde', 'Dublin': 'Europe/Dublin', 'Edinburgh': 'Europe/London',
            'Lisbon': 'Europe/Lisbon', 'London': 'Europe/London', 'Casablanca': 'Africa/Casablanca',
            'Monrovia': 'Africa/Monrovia', 'Belgrade': 'Europe/Belgrade', 'Bratislava': 'Europe/Bratislava',
            'Budapest': 'Europe/Budapest', 'Ljubljana': 'Europe/Ljubljana', 'Prague': 'Europe/Prague',
            'Sarajevo': 'Europe/Sarajevo', 'Skopje': 'Europe/Skopje', 'Warsaw': 'Europe/Warsaw',
            'Zagreb': 'Europe/Zagreb', 'Brussels': 'Europe/Brussels', 'Copenhagen': 'Europe/Copenhagen',
            'Madrid': 'Europe/Madrid', 'Paris': 'Europe/Paris', 'Amsterdam': 'Europe/Amsterdam',
            'Berlin': 'Europe/Berlin', 'Bern': 'Europe/Zurich', 'Zurich': 'Europe/Zurich', 'Rome': 'Europe/Rome',
            'Stockholm': 'Europe/Stockholm', 'Vienna': 'Europe/Vienna', 'West Central Africa': 'Africa/Algiers',
            'Bucharest': 'Europe/Bucharest', 'Cairo': 'Africa/Cairo', 'Helsinki': 'Europe/Helsinki',
            'Kyiv': 'Europe/Kiev', 'Kyev': 'Europe/Kiev', 'Riga': 'Europe/Riga', 'Sofia': 'Europe/Sofia',
            'Tallinn': 'Europe/Tallinn', 'Vilnius': 'Europe/Vilnius', 'Athens': 'Europe/Athens',
            'Istanbul': 'Europe/Istanbul', 'Minsk': 'Europe/Minsk', 'Jerusalem': 'Asia/Jerusalem',
            'Harare': 'Africa/Harare', 'Pretoria': 'Africa/Johannesburg', 'Kaliningrad': 'Europe/Kaliningrad',
            'Moscow': 'Europe/Moscow', 'St. Petersburg': 'Europe/Moscow', 'Volgograd': 'Europe/Volgograd',
            'Samara': 'Europe/Samara', 'Kuwait': 'Asia/Kuwait', 'Riyadh': 'Asia/Riyadh',
            'Nairobi': 'Africa/Nairobi', 'Baghdad': 'Asia/Baghdad', 'Tehran': 'Asia/Tehran',
            'Abu Dhabi': 'Asia/Muscat', 'Muscat': 'Asia/Muscat', 'Baku': 'Asia/Baku', 'Tbilisi': 'Asia/Tbilisi',
            'Yerevan': 'Asia/Yerevan', 'Kabul': 'Asia/Kabul', 'Ekaterinburg': 'Asia/Yekaterinburg',
            'Islamabad': 'Asia/Karachi', 'Karachi': 'Asia/Karachi', 'Tashkent': 'Asia/Tashkent',
            'Chennai': 'Asia/Kolkata', 'Kolkata': 'Asia/Kolkata', 'Mumbai': 'Asia/Kolkata',
            'New Delhi': 'Asia/Kolkata', 'Sri Jayawardenepura': 'Asia/Colombo', 'Kathmandu': 'Asia/Kathmandu',
            'Dhaka': 'Asia/Dhaka', 'Astana': 'Asia/Almaty', 'Almaty': 'Asia/Almaty', 'Urumqi': 'Asia/Urumqi',
            'Novosibirsk': 'Asia/Novosibirsk', 'Rangoon': 'Asia/Rangoon', 'Bangkok': 'Asia/Bangkok',
            'Hanoi': 'Asia/Bangkok', 'Jakarta': 'Asia/Jakarta', 'Krasnoyarsk': 'Asia/Krasnoyarsk',
            'Beijing': 'Asia/Shanghai', 'Chongqing': 'Asia/Chongqing', 'Hong Kong': 'Asia/Hong_Kong',
            'Kuala Lumpur': 'Asia/Kuala_Lumpur', 'Singapore': 'Asia/Singapore', 'Taipei': 'Asia/Taipei',
            'Perth': 'Australia/Perth', 'Irkutsk': 'Asia/Irkutsk', 'Ulaanbaatar': 'Asia/Ulaanbaatar',
            'Ulaan Bataar': 'Asia/Ulaanbaatar', 'Seoul': 'Asia/Seoul', 'Osaka': 'Asia/Tokyo',
            'Sapporo': 'Asia/Tokyo', 'Tokyo': 'Asia/Tokyo', 'Yakutsk': 'Asia/Yakutsk',
            'Darwin': 'Australia/Darwin', 'Adelaide': 'Australia/Adelaide', 'Canberra': 'Australia/Canberra',
            'Melbourne': 'Australia/Melbourne', 'Sydney': 'Australia/Sydney', 'Brisbane': 'Australia/Brisbane',
            'Hobart': 'Australia/Hobart', 'Vladivostok': 'Asia/Vladivostok', 'Guam': 'Pacific/Guam',
            'Port Moresby': 'Pacific/Port_Moresby', 'Magadan': 'Asia/Magadan',
            'Srednekolymsk': 'Asia/Srednekolymsk', 'Solomon Is.': 'Pacific/Guadalcanal',
            'New Caledonia': 'Pacific/Noumea', 'Fiji': 'Pacific/Fiji', 'Kamchatka': 'Asia/Kamchatka',
            'Marshall Is.': 'Pacific/Majuro', 'Auckland': 'Pacific/Auckland', 'Wellington': 'Pacific/Auckland',
            'Nuku''alofa': 'Pacific/Tongatapu', 'Tokelau Is.': 'Pacific/Fakaofo',
            'Chatham Is.': 'Pacific/Chatham', 'Samoa': 'Pacific/Apia'
        }[trim(value)]
    end;

-- One utm parameter of an address, as the link says it.
create or replace temp macro utm_in(value, name) as
    case
        when contains(value, 'utm_')
            then filled(decoded(replace(nullif(regexp_extract(value, '[?&]utm_' || name || '=([^&#\s]*)', 1), ''), '+', ' ')))
    end;
