"""The words that columns with a closed vocabulary can hold, as their meanings list them."""

from __future__ import annotations

from collections.abc import Mapping

VOCABULARIES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "messages": {
        "direction": ("in", "out", "none"),
        "kind": (
            "text", "attachment", "sticker", "quick_reply", "postback", "cart", "receipt",
            "template", "reaction", "handover", "close", "note", "marketing", "unsupported",
        ),
        "declared_role": ("customer", "human", "bot", "auto", "marketing", "note", "system"),
    },
    "message_changes": {"change": ("edited", "deleted")},
    "touchpoints": {
        "entry_point": (
            "ad", "sponsored_message", "inbox_ad", "link", "post", "shop", "chat_plugin",
            "lead_form", "other",
        ),
    },
    "orders": {
        "payment_status": (
            "pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded",
            "voided",
        ),
    },
    "ad_days": {"level": ("ad", "adset", "campaign", "account")},
}  # fmt: skip
"""By table and column."""

STRANGE: Mapping[str, str | None] = {
    "direction": None,
    "kind": "unsupported",
    "declared_role": None,
    "change": None,
    "entry_point": "other",
    "level": None,
}
"""What a word of a file that is none of these becomes; a state of payment is kept as it stands."""
