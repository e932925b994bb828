"""Messenger and Instagram messages: webhook logs, pages of the Graph API, downloaded archives."""

from __future__ import annotations

from pathlib import Path

from convocommerce.sources.contract import NO_CLOSES, ExportKind, Limit, Source
from convocommerce.sources.messenger.mending import mend
from convocommerce.sources.messenger.recognising import (
    is_api_object,
    is_archived_thread,
    is_delivery,
)

_TEXT = "VARCHAR"

# Nearly all are messages. What else an event can hold stays text, for the files that know the few
# events that have it. Stands in macros.sql too, and so does the delivery.
EVENT = {
    "sender": {"id": _TEXT},
    "recipient": {"id": _TEXT},
    "timestamp": _TEXT,
    "message": {
        **dict.fromkeys(
            (
                "mid",
                "text",
                "is_echo",
                "is_deleted",
                "is_unsupported",
                "app_id",
                "metadata",
                "sticker_id",
            ),
            _TEXT,
        ),
        "quick_reply": {"payload": _TEXT},
        **dict.fromkeys(("attachments", "referral", "tags"), _TEXT),
    },
    **dict.fromkeys(
        (
            "postback",
            "reaction",
            "message_edit",
            "order",
            "pass_thread_control",
            "take_thread_control",
            "request_thread_control",
            "referral",
            "prior_message",
        ),
        _TEXT,
    ),
}

# What stands in an event, never in a delivery: some apps log their events one by one.
_OF_AN_EVENT = (
    "sender",
    "recipient",
    "timestamp",
    "message",
    "postback",
    "referral",
    "reaction",
    "message_edit",
    "order",
    "optin",
    "delivery",
    "read",
    "pass_thread_control",
    "take_thread_control",
    "messaging_feedback",
)

DELIVERY = {
    "object": _TEXT,
    "entry": [
        {
            "id": _TEXT,
            "time": _TEXT,
            "messaging": [EVENT],
            "standby": [EVENT],
            "changes": _TEXT,
            "field": _TEXT,
            "value": _TEXT,
        }
    ],
}

WEBHOOKS = ExportKind(
    name="webhooks",
    title="Messenger and Instagram webhook log",
    recognise=is_delivery,
    structure={**DELIVERY, **dict.fromkeys(_OF_AN_EVENT, _TEXT), "body": _TEXT},
    parses_in_events=True,
    cannot_tell=(
        NO_CLOSES,
        Limit(
            "It names no employee unless the sending app writes one in the metadata of its "
            "messages.",
            about=("employees",),
        ),
        Limit(
            "Automatic replies of the page's own inbox carry no flag: only rules can tell "
            "them apart.",
            about=("senders", "answers"),
        ),
        Limit(
            "It holds nothing from before logging started, and nothing that was not "
            "delivered to it.",
            about=("completeness",),
        ),
        Limit("It does not say whether an outgoing message was refused.", about=("delivery",)),
        Limit(
            "Events logged without the delivery around them do not name their channel: they count "
            "as Messenger unless their ids are Instagram's.",
            about=(),
        ),
    ),
)

_SIDE = {"id": _TEXT, "user_id": _TEXT, "username": _TEXT}
_MESSAGE = {
    "id": _TEXT,
    "created_time": _TEXT,
    "from": _SIDE,
    "to": {"data": [_SIDE]},
    "message": _TEXT,
    "sticker": _TEXT,
    "attachments": _TEXT,
    "shares": _TEXT,
    "story": _TEXT,
    "is_unsupported": _TEXT,
    "tags": _TEXT,
}
_THREAD = {
    "id": _TEXT,
    "link": _TEXT,
    "message_count": _TEXT,
    "participants": {"data": [_SIDE]},
    "messages": {"data": [_MESSAGE], "paging": {"next": _TEXT}},
}

CONVERSATIONS_API = ExportKind(
    name="conversations_api",
    title="Graph API conversations of a page",
    recognise=is_api_object,
    structure={**_MESSAGE, **_THREAD, "conversations": {"data": [_THREAD]}},
    envelope_keys=("data",),
    reads_name=True,
    cannot_tell=(
        NO_CLOSES,
        Limit(
            "It does not tell bots, automatic replies and people apart: whoever answers counts as "
            "the rules say of messages without an app.",
            about=("bots", "senders", "answers"),
        ),
        Limit("It names no employee.", about=("employees",)),
        Limit(
            "It does not say what brought a person into the conversation.",
            about=("entry_points",),
        ),
        Limit(
            "It gives details of only the twenty newest messages of a conversation, so what came "
            "before them is missing.",
            about=("completeness", "answers"),
        ),
        Limit("Times are whole seconds.", about=("times",)),
        Limit(
            "It does not always say which side is the page: a conversation that gives no sign of "
            "it is read only beside others in one file.",
            about=("completeness", "customers"),
        ),
    ),
)

_NAMED = {"name": _TEXT}
_ARCHIVED_MESSAGE = {
    "sender_name": _TEXT,
    "timestamp_ms": _TEXT,
    "content": _TEXT,
    "type": _TEXT,
    "is_unsent": _TEXT,
    "photos": _TEXT,
    "videos": _TEXT,
    "audio_files": _TEXT,
    "files": _TEXT,
    "gifs": _TEXT,
    "sticker": _TEXT,
    "share": {"link": _TEXT, "share_text": _TEXT},
    "call_duration": _TEXT,
    "missed": _TEXT,
    "users": _TEXT,
    "plan": _TEXT,
    "senderName": _TEXT,
    "timestamp": _TEXT,
    "text": _TEXT,
    "isUnsent": _TEXT,
    "media": _TEXT,
}

ARCHIVE = ExportKind(
    name="archive",
    title="Facebook or Instagram archive of messages",
    recognise=is_archived_thread,
    structure={
        # Names as objects, or as plain text in the archive of encrypted chats.
        "participants": [_TEXT],
        "messages": [_ARCHIVED_MESSAGE],
        "title": _TEXT,
        "threadName": _TEXT,
        "thread_path": _TEXT,
        "thread_type": _TEXT,
    },
    reads_name=True,
    names_people=True,
    cannot_tell=(
        NO_CLOSES,
        Limit(
            "It does not tell bots, automatic replies and people apart: whoever answers counts as "
            "the rules say of messages without an app.",
            about=("bots", "senders", "answers"),
        ),
        Limit("It names no employee.", about=("employees",)),
        Limit(
            "It does not say what brought a person into the conversation.",
            about=("entry_points",),
        ),
        Limit(
            "It knows people by name only, so they are tied to orders by what they wrote and by "
            "links sent to them.",
            about=("customers", "orders"),
        ),
        Limit(
            "Facebook and Instagram write the same files: a conversation counts as Messenger "
            "unless its folder or its media name Instagram.",
            about=(),
        ),
        Limit(
            "Taps on buttons, cards shown by a bot and messages that the account deleted are "
            "missing.",
            about=("completeness",),
        ),
    ),
    mend=mend,
)

SOURCE = Source(
    name="messenger",
    title="Messenger and Instagram",
    folder=Path(__file__).parent,
    made_by=(
        (
            "Without a developer: in the Accounts Centre of the page or the Instagram account, "
            "under Your information and permissions, export the messages as JSON (HTML cannot be "
            "read), and load the folder or the zip as it came."
        ),
        (
            "With a developer: keep what the webhooks of the Messenger Platform deliver, a "
            "delivery a line, or page through the conversations of the page in the Graph API with"
            " the messages of each."
        ),
    ),
    kinds=(WEBHOOKS, ARCHIVE, CONVERSATIONS_API),
)
