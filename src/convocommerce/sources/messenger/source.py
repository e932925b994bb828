"""Messenger and Instagram messages as Meta delivers them: webhook logs and, named, API pages."""

from __future__ import annotations

from pathlib import Path

from convocommerce.sources.contract import Document, ExportKind, Limit, Source

_TEXT = "VARCHAR"

# Read as text at first: nearly all are messages, and only events.sql takes those apart.
_EVENTS = [_TEXT]

# What stands in an event, never in a delivery; named so that the refusal of a log that keeps its
# events without their deliveries can say what it saw.
_OF_AN_EVENT = ("sender", "recipient", "timestamp", "message", "postback")


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
        **dict.fromkeys(_OF_AN_EVENT, _TEXT),
        "entry": [
            {
                "id": _TEXT,
                "time": _TEXT,
                "messaging": _EVENTS,
                "standby": _EVENTS,
                "changes": _TEXT,
                "field": _TEXT,
            }
        ],
    },
    cannot_tell=(
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
    ),
)

CONVERSATIONS_API = ExportKind(
    name="conversations_api",
    title="Graph API conversations of a page",
    recognise=_is_api_thread,
    structure={"id": _TEXT},
    envelope_keys=("data",),
    cannot_tell=(
        Limit("It is recognised and not read yet.", about=()),
        Limit(
            "It does not tell bots from people, and not what brought a person into the thread.",
            about=("senders", "answers", "entry_points"),
        ),
        Limit(
            "It gives details of only the twenty newest messages of a thread.",
            about=("completeness", "answers"),
        ),
    ),
)

SOURCE = Source(
    name="messenger",
    title="Messenger and Instagram",
    folder=Path(__file__).parent,
    kinds=(WEBHOOKS, CONVERSATIONS_API),
)
