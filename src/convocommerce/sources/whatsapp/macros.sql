-- Conversions that only WhatsApp's files need.

-- How what they say is taken apart; stands in source.py too, a test keeps them alike.
create or replace temp macro whatsapp_contact() as
    '{"wa_id": "VARCHAR", "user_id": "VARCHAR", "parent_user_id": "VARCHAR", "input":
    "VARCHAR"}';

create or replace temp macro whatsapp_message() as
    '{"id": "VARCHAR", "timestamp": "VARCHAR", "type": "VARCHAR", "group_id": "VARCHAR",
    "errors": "VARCHAR", "template": "VARCHAR", "from": "VARCHAR", "from_user_id": "VARCHAR",
    "from_parent_user_id": "VARCHAR", "to": "VARCHAR", "to_user_id": "VARCHAR",
    "to_parent_user_id": "VARCHAR", "text": {"body": "VARCHAR"}, "image": {"caption":
    "VARCHAR"}, "video": {"caption": "VARCHAR"}, "audio": {"caption": "VARCHAR"}, "voice":
    {"caption": "VARCHAR"}, "document": {"caption": "VARCHAR"}, "location": {"name": "VARCHAR"},
    "button": {"payload": "VARCHAR", "text": "VARCHAR"}, "interactive": {"button_reply": {"id":
    "VARCHAR", "title": "VARCHAR"}, "list_reply": {"id": "VARCHAR", "title": "VARCHAR"},
    "nfm_reply": {"body": "VARCHAR", "response_json": "VARCHAR"}, "body": {"text": "VARCHAR"},
    "action": "VARCHAR"}, "order": {"text": "VARCHAR", "product_items": [{"quantity": "VARCHAR",
    "item_price": "VARCHAR", "currency": "VARCHAR"}]}, "reaction": {"emoji": "VARCHAR"},
    "system": {"body": "VARCHAR", "type": "VARCHAR", "wa_id": "VARCHAR", "new_wa_id": "VARCHAR",
    "customer": "VARCHAR", "user_id": "VARCHAR", "previous_user_id": "VARCHAR",
    "parent_user_id": "VARCHAR", "previous_parent_user_id": "VARCHAR"}, "edit":
    {"original_message_id": "VARCHAR", "message": {"text": {"body": "VARCHAR"}, "image":
    {"caption": "VARCHAR"}, "video": {"caption": "VARCHAR"}, "audio": {"caption": "VARCHAR"},
    "voice": {"caption": "VARCHAR"}, "document": {"caption": "VARCHAR"}}}, "revoke":
    {"original_message_id": "VARCHAR"}, "context": {"referred_product": {"product_retailer_id":
    "VARCHAR"}}, "referral": {"source_type": "VARCHAR", "source_id": "VARCHAR", "source_url":
    "VARCHAR", "ctwa_clid": "VARCHAR"}, "history_context": {"status": "VARCHAR"}}';

create or replace temp macro whatsapp_delivery() as
    '{"object": "VARCHAR", "entry": [{"id": "VARCHAR", "changes": [{"field": "VARCHAR", "value":
    {"messaging_product": "VARCHAR", "timestamp": "VARCHAR", "errors": "VARCHAR", "calls":
    "VARCHAR", "state_sync": "VARCHAR", "metadata": {"display_phone_number": "VARCHAR",
    "phone_number_id": "VARCHAR"}, "contacts": ['
    || whatsapp_contact() ||
    '], "messages": ['
    || whatsapp_message() ||
    '], "statuses": [{"id": "VARCHAR", "status": "VARCHAR", "timestamp": "VARCHAR", "type":
    "VARCHAR", "biz_opaque_callback_data": "VARCHAR", "recipient_id": "VARCHAR",
    "recipient_user_id": "VARCHAR", "recipient_parent_user_id": "VARCHAR", "recipient_type":
    "VARCHAR", "conversation": {"id": "VARCHAR", "expiration_timestamp": "VARCHAR", "origin":
    {"type": "VARCHAR"}}, "errors": [{"code": "VARCHAR"}], "pricing": {"billable": "VARCHAR",
    "pricing_model": "VARCHAR", "type": "VARCHAR", "category": "VARCHAR"}}], "message_echoes":
    "VARCHAR", "smb_message_echoes": "VARCHAR", "history": "VARCHAR", "user_id_update":
    "VARCHAR", "sender": {"phone_number": "VARCHAR", "user_id": "VARCHAR"}, "recipient":
    {"display_phone_number": "VARCHAR", "phone_number_id": "VARCHAR"}, "control_passed":
    {"new_owner_role": "VARCHAR", "metadata": "VARCHAR"}, "control_taken": {"new_owner_role":
    "VARCHAR", "metadata": "VARCHAR"}}}]}]}';

-- What the phone app kept from earlier.
create or replace temp macro whatsapp_history() as
    '[{"errors": "VARCHAR", "threads": [{"id": "VARCHAR", "context": '
    || whatsapp_contact() || ', "messages": [' || whatsapp_message() || ']}]}]';
