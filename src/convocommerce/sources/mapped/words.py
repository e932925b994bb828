"""What columns and their values are called, in English and Dutch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

# What columns of that meaning are called, in English and Dutch, the surest first.
CALLED: Mapping[str, Sequence[str]] = {
    "message_id": ("message id", "id", "uuid", "sid", "call id"),
    "sent_at": (
        "sent at", "timestamp", "created at", "date", "datetime", "when", "at", "sent",
        "started at", "started", "start", "verzonden", "datum", "tijdstip", "moment", "time",
        "tijd",
    ),
    "customer_id": (
        "customer id", "contact id", "user id", "customer", "contact", "caller", "klant",
        "klantnummer", "customer email", "customer phone", "phone", "telefoon", "email", "e mail",
        "sender", "from", "who", "afzender",
    ),
    "direction": ("direction", "dir", "richting", "inbound", "type"),
    "text": ("text", "body", "message", "content", "notes", "bericht", "tekst", "inhoud"),
    "channel": ("channel", "medium", "kanaal"),
    "business_id": ("business id", "account", "inbox", "mailbox", "queue", "line", "to number"),
    "case_id": (
        "conversation id", "ticket id", "case id", "thread id", "session id", "ticket",
        "conversation", "gesprek",
    ),
    "agent_id": ("agent", "agent id", "employee", "operator", "medewerker"),
    "declared_role": (
        "role", "author type", "sender type", "rol", "sender", "from", "who", "author",
    ),
    "order_id": ("order id", "id", "bestelling", "ordernummer", "order number"),
    "order_number": ("order number", "order name", "ordernummer", "bestelnummer"),
    "created_at": (
        "created at", "date", "order date", "placed at", "datum", "besteldatum", "when", "at",
    ),
    "updated_at": ("updated at", "modified", "gewijzigd"),
    "paid_at": ("paid at", "payment date", "betaald op"),
    "payment_status": ("payment status", "financial status", "status", "betaalstatus"),
    "total_amount": ("total", "amount", "total amount", "totaal", "bedrag"),
    "currency": ("currency", "valuta", "munt"),
    "checkout_id": ("checkout id", "cart id", "id", "winkelwagen"),
    "completed_at": ("completed at", "converted at", "afgerond op"),
    "refund_id": ("refund id", "id"),
    "refunded_at": ("refunded at", "date", "datum"),
    "refund_amount": ("refund amount", "amount", "bedrag"),
    "occurred_at": ("occurred at", "timestamp", "date", "datum", "when", "at"),
    "entry_point": ("entry point", "source", "bron"),
    "ref": ("ref", "campaign", "utm content"),
    "ad_id": ("ad id",),
    "ad_key": ("ad id", "ad name", "ad"),
    "day": ("day", "date", "dag", "datum"),
    "last_day": ("last day", "day", "date", "dag", "datum"),
    "spend_amount": ("spend", "cost", "amount spent", "kosten", "besteed bedrag"),
    "impressions": ("impressions", "views", "weergaven"),
    "clicks": ("clicks", "klikken"),
    "rating_id": ("rating id", "survey id", "id"),
    "rated_at": ("rated at", "date", "timestamp", "datum"),
    "scale": ("scale", "schaal"),
    "score": ("score", "rating", "cijfer", "stars"),
}  # fmt: skip
KEYS = {
    "email": ("email", "e mail", "email address", "customer email", "mail", "mailadres"),
    "phone": (
        "phone", "phone number", "customer phone", "mobile", "telefoon", "telefoonnummer", "caller",
    ),
}  # fmt: skip
DIRECTIONS = {
    **dict.fromkeys(("inbound", "incoming", "received", "in", "inkomend", "ingaand"), "in"),
    **dict.fromkeys(("outbound", "outgoing", "sent", "out", "uit", "uitgaand"), "out"),
}
ROLES = {
    **dict.fromkeys(
        ("customer", "visitor", "client", "guest", "user", "contact", "consumer", "lead", "klant",
         "bezoeker", "gast"),
        "customer",
    ),
    **dict.fromkeys(
        ("agent", "operator", "employee", "staff", "support", "admin", "human", "medewerker"),
        "human",
    ),
    **dict.fromkeys(("bot", "chatbot", "assistant", "robot"), "bot"),
    "system": "system", "systeem": "system",
}  # fmt: skip
SIDES = {"customer": "in", "human": "out", "bot": "out", "system": "none"}
TIMES_OF_DAY = ("time", "tijd", "tijdstip", "hour", "clock", "uur")
DAYS = ("date", "datum", "day", "dag")

# Words that only files of one table have in their headings or name; without one, rows are likely
# messages or orders.
SIGNS: Mapping[str, frozenset[str]] = {
    "messages": frozenset((
        "message", "messages", "text", "body", "direction", "dir", "sender", "caller", "call",
        "calls", "conversation", "chat", "chats", "bericht", "berichten", "tekst", "richting",
        "gesprek",
    )),
    "orders": frozenset((
        "order", "orders", "ordernummer", "bestelling", "bestellingen", "bestelnummer",
        "besteldatum", "payment", "betaalstatus",
    )),
    "refunds": frozenset(("refund", "refunds", "terugbetaling", "terugbetalingen")),
    "checkouts": frozenset(("checkout", "checkouts", "abandoned", "winkelwagen")),
    "ratings": frozenset(("rating", "ratings", "score", "csat", "survey", "stars", "cijfer")),
    "ad_days": frozenset((
        "impressions", "spend", "spent", "clicks", "weergaven", "klikken",
    )),
    "touchpoints": frozenset(("entry", "touchpoint", "touchpoints")),
    "message_changes": frozenset(("change", "changes", "edited", "deleted", "revision")),
}  # fmt: skip
