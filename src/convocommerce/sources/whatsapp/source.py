"""WhatsApp Business messages as the Cloud API and its resellers deliver them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convocommerce.sources.contract import NO_CLOSES, Document, ExportKind, Limit, Source
from convocommerce.sources.whatsapp.chat_text_kind import CHAT_TEXT

_TEXT = "VARCHAR"


def _texts(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, _TEXT)


_CAPTION = _texts("caption")
_CONTENT: dict[str, Any] = {
    "text": _texts("body"),
    **dict.fromkeys(("image", "video", "audio", "voice", "document"), _CAPTION),
}

_INTERACTIVE: dict[str, Any] = {
    "button_reply": _texts("id", "title"),
    "list_reply": _texts("id", "title"),
    "nfm_reply": _texts("body", "response_json"),
    "body": _texts("text"),
    "action": _TEXT,
}

_ORDER: dict[str, Any] = {
    "text": _TEXT,
    "product_items": [_texts("quantity", "item_price", "currency")],
}

_SYSTEM = _texts(
    "body",
    "type",
    "wa_id",
    "new_wa_id",
    "customer",
    "user_id",
    "previous_user_id",
    "parent_user_id",
    "previous_parent_user_id",
)

MESSAGE: dict[str, Any] = {
    **_texts("id", "timestamp", "type", "group_id", "errors", "template"),
    **_texts("from", "from_user_id", "from_parent_user_id"),
    **_texts("to", "to_user_id", "to_parent_user_id"),
    **_CONTENT,
    "location": _texts("name"),
    "button": _texts("payload", "text"),
    "interactive": _INTERACTIVE,
    "order": _ORDER,
    "reaction": _texts("emoji"),
    "system": _SYSTEM,
    "edit": {"original_message_id": _TEXT, "message": _CONTENT},
    "revoke": _texts("original_message_id"),
    "context": {"referred_product": _texts("product_retailer_id")},
    "referral": _texts("source_type", "source_id", "source_url", "ctwa_clid"),
    "history_context": _texts("status"),
}

_STATUS: dict[str, Any] = {
    **_texts("id", "status", "timestamp", "type", "biz_opaque_callback_data"),
    **_texts("recipient_id", "recipient_user_id", "recipient_parent_user_id", "recipient_type"),
    "conversation": {**_texts("id", "expiration_timestamp"), "origin": _texts("type")},
    "errors": [_texts("code")],
    "pricing": _texts("billable", "pricing_model", "type", "category"),
}

CONTACT = _texts("wa_id", "user_id", "parent_user_id", "input")

# What is rare and long stays text, and is taken apart only where it stands.
_VALUE: dict[str, Any] = {
    **_texts("messaging_product", "timestamp", "errors", "calls", "state_sync"),
    "metadata": _texts("display_phone_number", "phone_number_id"),
    "contacts": [CONTACT],
    "messages": [MESSAGE],
    "statuses": [_STATUS],
    **_texts("message_echoes", "smb_message_echoes", "history", "user_id_update"),
    "sender": _texts("phone_number", "user_id"),
    "recipient": _texts("display_phone_number", "phone_number_id"),
    "control_passed": _texts("new_owner_role", "metadata"),
    "control_taken": _texts("new_owner_role", "metadata"),
}

DELIVERY: dict[str, Any] = {
    "object": _TEXT,
    "entry": [{"id": _TEXT, "changes": [{"field": _TEXT, "value": _VALUE}]}],
}
"""How a delivery is taken apart; stands in macros.sql too, and so do its messages and contacts."""

_LISTS = (
    "messages",
    "statuses",
    "message_echoes",
    "smb_message_echoes",
    "history",
    "state_sync",
    "user_id_update",
)

# All that a delivery of the older interface can hold; it does not say whose it is.
_OLDER = frozenset(("contacts", "messages", "statuses", "errors", "meta", "metadata"))


def _is_delivery(document: Document) -> bool:
    body = document.get("body")
    inner: Mapping[str, Any] = body if isinstance(body, Mapping) else document
    entries = inner.get("entry")
    if "object" in inner:
        return inner["object"] == "whatsapp_business_account" and isinstance(entries, list)
    if "entry" in inner:
        return _is_entry(_first(inner, "entry"))
    value = inner.get("value")
    if isinstance(value, Mapping):
        return isinstance(inner.get("field"), str) and _is_change(value)
    return _is_change(inner) or _is_older(inner)


def _is_entry(entry: object) -> bool:
    # Loggers that take only the entries leave out whose they are; their values still say it.
    change = _first(entry, "changes") if isinstance(entry, Mapping) else None
    value = change.get("value") if isinstance(change, Mapping) else None
    return isinstance(value, Mapping) and _is_change(value)


def _is_change(value: Mapping[str, Any]) -> bool:
    return value.get("messaging_product") == "whatsapp" and (
        any(isinstance(value.get(name), list) for name in _LISTS)
        or any(isinstance(value.get(name), Mapping) for name in ("control_passed", "control_taken"))
    )


def _is_older(delivery: Mapping[str, Any]) -> bool:
    if not delivery.keys() <= _OLDER:
        return False
    messages, statuses = _first(delivery, "messages"), _first(delivery, "statuses")
    return _has_texts(messages, "from", "id", "timestamp", "type") or _has_texts(
        statuses, "id", "recipient_id", "status", "timestamp"
    )


def _first(holder: Mapping[str, Any], name: str) -> object:
    items = holder.get(name)
    return items[0] if isinstance(items, list) and items else None


def _has_texts(item: object, *names: str) -> bool:
    return (
        isinstance(item, Mapping)
        and all(isinstance(item.get(name), str) for name in names)
        and str(item["timestamp"]).isdigit()
    )


WEBHOOKS = ExportKind(
    name="webhooks",
    title="WhatsApp Business webhook log",
    recognise=_is_delivery,
    # A log may also keep one change of a delivery or only what the change says; events.sql makes
    # deliveries of those.
    structure={**DELIVERY, **dict.fromkeys(("body", "field", "value", "to", *_VALUE), _TEXT)},
    parses_in_events=True,
    cannot_tell=(
        NO_CLOSES,
        Limit(
            "What the business sent through the API is known only by its delivery statuses: when "
            "it was sent and to whom, but not what it said.",
            about=("completeness", "orders"),
        ),
        Limit(
            "It does not say who wrote what was sent through the API: the rules decide, by the "
            "sender whatsapp_api and by what the sending app writes as callback data, such as "
            "agent:anna.",
            about=("senders", "employees", "answers"),
        ),
        Limit(
            "Messages from the phone app name no employee, and its automatic greetings and away "
            "messages carry no flag: only rules can tell them apart.",
            about=("senders", "employees", "answers"),
        ),
        Limit(
            "It says what brought a person only for ads, posts and products.",
            about=("entry_points",),
        ),
        Limit(
            "Times are whole seconds, and within one second an answer is taken to follow the "
            "question.",
            about=("times",),
        ),
        Limit(
            "It holds nothing from before logging started except the history that the business "
            "shares.",
            about=("completeness",),
        ),
    ),
)

SOURCE = Source(
    name="whatsapp",
    title="WhatsApp",
    folder=Path(__file__).parent,
    made_by=(
        (
            "On the phone: open the chat, then More, Export chat (on an iPhone the contact's "
            "name, then Export Chat), without media; a file or zip for each chat. Leave its name "
            "as it is, for that says who the customer is."
        ),
        "On the WhatsApp Business Platform: keep what the webhooks deliver, a delivery a line.",
    ),
    kinds=(CHAT_TEXT, WEBHOOKS),
)
