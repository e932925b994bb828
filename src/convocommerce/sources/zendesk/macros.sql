-- Conversions that only Zendesk's exports need.

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
create or replace temp macro zendesk_zone(value) as
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

-- A ticket's status in our words; null for what is none.
create or replace temp macro zendesk_status(status) as
    case lower(status)
        when 'on-hold' then 'hold'
        when 'on_hold' then 'hold'
        when 'new' then 'new'
        when 'open' then 'open'
        when 'pending' then 'pending'
        when 'hold' then 'hold'
        when 'solved' then 'solved'
        when 'closed' then 'closed'
        when 'deleted' then 'deleted'
    end;
