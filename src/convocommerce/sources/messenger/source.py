"""Messenger and Instagram messages as Meta delivers them: webhook logs and, named, API pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from convocommerce.sources.contract import Document, ExportKind, Source

_TEXT = "VARCHAR"

_REFERRAL = {
    "source": _TEXT,
    "type": _TEXT,
    "ref": _TEXT,
    "ad_id": _TEXT,
    "post_id": _TEXT,
    "product": {"id": _TEXT},
    "ads_context_data": {"post_id": _TEXT, "product_id": _TEXT},
}

_HANDOVER = {
    "new_owner_app_id": _TEXT,
    "requested_owner_app_id": _TEXT,
    "metadata": _TEXT,
}

# Events that say nothing about who spoke or came; named so that they can be told from unknown ones.
_PASSED_OVER = (
    "delivery",
    "read",
    "optin",
    "account_linking",
    "policy_enforcement",
    "policy-enforcement",
    "app_roles",
    "response_feedback",
    "messaging_feedback",
    "template",
    "form",
    "game_play",
    "payment",
    "checkout_update",
    "pre_checkout",
)

_EVENT: dict[str, Any] = {
    "sender": {"id": _TEXT},
    "recipient": {"id": _TEXT},
    "timestamp": _TEXT,
    "message": {
        "mid": _TEXT,
        "text": _TEXT,
        "is_echo": _TEXT,
        "is_deleted": _TEXT,
        "is_unsupported": _TEXT,
        "app_id": _TEXT,
        "metadata": _TEXT,
        "sticker_id": _TEXT,
        "quick_reply": {"payload": _TEXT},
        # Kept as text: shapes, order numbers and links are found in it without parsing it again.
        "attachments": _TEXT,
        "referral": _REFERRAL,
        "tags": [{"source": _TEXT}],
    },
    "postback": {"mid": _TEXT, "title": _TEXT, "referral": _REFERRAL},
    "reaction": {"mid": _TEXT, "reaction": _TEXT, "emoji": _TEXT, "action": _TEXT},
    "message_edit": {"mid": _TEXT, "text": _TEXT, "num_edit": _TEXT},
    "order": {
        "products": [{"unit_price": _TEXT, "currency": _TEXT, "quantity": _TEXT}],
        "note": _TEXT,
    },
    "referral": _REFERRAL,
    "prior_message": {"source": _TEXT},
    "pass_thread_control": _HANDOVER,
    "take_thread_control": _HANDOVER,
    "request_thread_control": _HANDOVER,
    **dict.fromkeys(_PASSED_OVER, _TEXT),
}


def _is_delivery(document: Document) -> bool:
    return document.get("object") in ("page", "instagram") and isinstance(
        document.get("entry"), list
    )


def _is_api_thread(document: Document) -> bool:
    thread = document.get("id")
    return (
        isinstance(thread, str)
        and thread.startswith("t_")
        and any(key in document for key in ("participants", "messages", "updated_time"))
    )


WEBHOOKS = ExportKind(
    name="webhooks",
    title="Messenger and Instagram webhook log",
    recognise=_is_delivery,
    structure={
        "object": _TEXT,
        "entry": [
            {
                "id": _TEXT,
                "time": _TEXT,
                "messaging": [_EVENT],
                "standby": [_EVENT],
                "changes": _TEXT,
                "field": _TEXT,
            }
        ],
    },
    cannot_tell=(
        "It names no employee unless the sending app writes one in the metadata of its messages.",
        "Automatic replies of the page's own inbox carry no flag: only rules can tell them apart.",
        "It holds nothing from before logging started, and nothing that was not delivered to it.",
        "It does not say whether an outgoing message was refused.",
    ),
)

CONVERSATIONS_API = ExportKind(
    name="conversations_api",
    title="Graph API conversations of a page",
    recognise=_is_api_thread,
    structure={"id": _TEXT},
    envelope_keys=("data",),
    cannot_tell=(
        "It is recognised and not read yet.",
        "It does not tell bots from people, and not what brought a person into the thread.",
        "It gives details of only the twenty newest messages of a thread.",
    ),
)

SOURCE = Source(
    name="messenger",
    title="Messenger and Instagram",
    folder=Path(__file__).parent,
    kinds=(WEBHOOKS, CONVERSATIONS_API),
)
