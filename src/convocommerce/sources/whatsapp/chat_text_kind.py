"""The text that the app writes when somebody exports a chat on their phone.

The business is whose phone wrote the file. Every chat of one phone has the same ``business_id``,
made from the name under which that phone writes; a chat in which the business never wrote has
``whatsapp`` until an export in which it did arrives. A customer is known by the name that the
phone keeps, or by their number when it keeps none. Group chats are left out: nothing in them says
who is a customer.
"""

from __future__ import annotations

from convocommerce.sources.contract import NO_CLOSES, Document, ExportKind, Limit

_TEXT = "VARCHAR"
_FIELDS = (
    "chat_at", "chat_stamp", "chat_clock", "chat_dates", "chat_dates_by", "chat_kind", "chat_with",
    "chat_owner", "author", "text", "marked", "place", "opens_cut",
)  # fmt: skip


def _is_chat_text(document: Document) -> bool:
    return all(name in document for name in ("chat_at", "chat_stamp", "chat_kind", "author"))


CHAT_TEXT = ExportKind(
    name="chat_text",
    title="WhatsApp exported chat text",
    recognise=_is_chat_text,
    structure=dict.fromkeys(_FIELDS, _TEXT),
    reads_name=True,
    names_people=True,
    cannot_tell=(
        NO_CLOSES,
        Limit(
            "Times are the clock of the phone that wrote the file, in the time zone of the rules, "
            "and on Android they are whole minutes.",
            about=("times", "answers"),
        ),
        Limit(
            "Whether the day or the month comes first is decided for each file from all its dates "
            "and from how the phone writes them; a file that leaves both open is set aside.",
            about=("times",),
        ),
        Limit(
            "A customer is known only by the name that the file or the app's own lines give, so "
            "two of one name look like one.",
            about=("customers",),
        ),
        Limit(
            "It does not say which employee or bot wrote, and greetings that the app sends by "
            "itself look like typed messages unless many customers got the same text.",
            about=("bots", "senders", "employees", "answers"),
        ),
        Limit(
            "Long chats come without their beginning, and messages have no ids: exported from two "
            "kinds of phones, or again after they were edited or deleted, they count twice.",
            about=("completeness",),
        ),
        Limit(
            "It does not say what brought a person into the conversation.",
            about=("entry_points",),
        ),
    ),
)
