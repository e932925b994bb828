"""Zendesk Chat (formerly Zopim): chats and offline messages as its API gives them."""

from __future__ import annotations

from pathlib import Path

from convocommerce.sources.contract import Document, ExportKind, Limit, Source

_TEXT = "VARCHAR"

# Of a chat alone: helpdesks and messengers have chats and visitors too.
_OF_A_CHAT = (
    "history",
    "webpath",
    "response_time",
    "session",
    "agent_names",
    "zendesk_ticket_id",
    "department_id",
    "triggered",
    "missed",
)


def _is_chat(document: Document) -> bool:
    if document.get("type") not in ("chat", "offline_msg") or "id" not in document:
        return False
    # Lists of chats give no more than the beginning of each.
    is_stub = "preview" in document and "/chats/" in str(document.get("url"))
    return is_stub or (
        "timestamp" in document
        and "visitor" in document
        and sum(key in document for key in _OF_A_CHAT) >= 2
    )


CHATS = ExportKind(
    name="chats",
    title="Zendesk Chat chats",
    recognise=_is_chat,
    # What holds other things is kept as text: old exports and tables give it as text already.
    structure=dict.fromkeys(
        (
            "id",
            "type",
            "timestamp",
            "end_timestamp",
            "update_timestamp",
            "deleted",
            "rating",
            "comment",
            "message",
            "agent_ids",
            "agent_names",
            "referrer_search_engine",
            "visitor",
            "response_time",
            "webpath",
            "history",
        ),
        _TEXT,
    ),
    envelope_keys=("chats",),
    is_numbered=True,
    cannot_tell=(
        Limit(
            "Older exports do not say who wrote: an automatic message under an employee's name "
            "counts as the employee's there.",
            about=("senders", "answers"),
        ),
        Limit(
            "Older exports give employees by name only, and do not say which one wrote.",
            about=("employees",),
        ),
        Limit(
            "A visitor is a browser: somebody who comes back with another one is another customer "
            "unless they leave an e-mail address or phone number.",
            about=("customers",),
        ),
        Limit(
            "Offline messages are answered elsewhere, so they look unanswered.",
            about=("answers", "completeness"),
        ),
        Limit("It does not say whether a message arrived.", about=("delivery",)),
    ),
)

SOURCE = Source(
    name="zendesk_chat",
    title="Zendesk Chat",
    folder=Path(__file__).parent,
    made_by=("The Chat API gives the chats, one by one or as an incremental export.",),
    kinds=(CHATS,),
)
