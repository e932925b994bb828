-- Conversions that only Messenger's files need.

-- How an event is taken apart: nearly all are messages. What else one can hold stays text, for the
-- files that know the few events that have it. Stands in source.py too, a test keeps them alike.
create or replace temp macro messenger_event() as '{
    "sender": {"id": "VARCHAR"},
    "recipient": {"id": "VARCHAR"},
    "timestamp": "VARCHAR",
    "message": {
        "mid": "VARCHAR", "text": "VARCHAR", "is_echo": "VARCHAR", "is_deleted": "VARCHAR",
        "is_unsupported": "VARCHAR", "app_id": "VARCHAR", "metadata": "VARCHAR",
        "sticker_id": "VARCHAR", "quick_reply": {"payload": "VARCHAR"},
        "attachments": "VARCHAR", "referral": "VARCHAR", "tags": "VARCHAR"
    },
    "postback": "VARCHAR",
    "reaction": "VARCHAR",
    "message_edit": "VARCHAR",
    "order": "VARCHAR",
    "pass_thread_control": "VARCHAR",
    "take_thread_control": "VARCHAR",
    "request_thread_control": "VARCHAR",
    "referral": "VARCHAR",
    "prior_message": "VARCHAR"
}';

-- How a delivery is taken apart.
create or replace temp macro messenger_delivery() as
    '{"object": "VARCHAR", "entry": [{"id": "VARCHAR", "time": "VARCHAR", "messaging": ['
    || messenger_event() || '], "standby": [' || messenger_event()
    || '], "changes": "VARCHAR", "field": "VARCHAR", "value": "VARCHAR"}]}';

-- The text of one event of a delivery; those of standby are counted after those of messaging.
create or replace temp macro messenger_event_text(delivery, entry_no, event_no, n_messaging) as
    json_extract_string(
        delivery,
        '$.entry[' || (entry_no - 1) || ']'
        || case
            when event_no <= n_messaging then '.messaging[' || (event_no - 1) || ']'
            else '.standby[' || (event_no - n_messaging - 1) || ']'
        end
    );
