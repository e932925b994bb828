"""What people say, what became of it, and what brought them."""

from __future__ import annotations

from convocommerce.records.table import MONEY, Column, Table

MESSAGES = Table(
    name="messages",
    meaning="One thing said or done in a thread, by the customer, the business or the platform.",
    key=("channel", "message_id"),
    version=("detail", "sent_at"),
    columns=(
        Column(
            "channel",
            "VARCHAR",
            "Where people talk: messenger, instagram, whatsapp, email ...",
            True,
        ),
        Column("business_id", "VARCHAR", "The page or account that was written to.", True),
        Column("customer_id", "VARCHAR", "The person, as this page knows them.", True, True),
        Column(
            "case_id",
            "VARCHAR",
            "The ticket or conversation it belongs to, on platforms whose threads end.",
        ),
        Column("message_id", "VARCHAR", "The platform's id, or one made from the content.", True),
        Column("sent_at", "TIMESTAMP", "When it was sent, in UTC unless is_local.", True),
        Column(
            "is_local",
            "BOOLEAN",
            "sent_at is what a clock without a zone showed; the rules say in which zone.",
        ),
        Column(
            "sequence", "INTEGER", "The source's own order inside one instant; 0 if none.", True
        ),
        Column("direction", "VARCHAR", "in (customer), out (business) or none (system).", True),
        Column(
            "kind",
            "VARCHAR",
            "text, attachment, sticker, quick_reply, postback, cart, receipt, template, reaction, "
            "handover, close, note, marketing or unsupported.",
            True,
        ),
        Column(
            "declared_role",
            "VARCHAR",
            "Who spoke when the platform itself says so: customer, human, bot, auto, marketing, "
            "note or system; null when the rules must decide.",
        ),
        Column("app_id", "VARCHAR", "The app that sent an outgoing message."),
        Column("metadata", "VARCHAR", "What the sending app wrote beside it, such as agent:anna."),
        Column("agent_id", "VARCHAR", "The employee who wrote it, where the source tells.", False),
        Column("is_failed", "BOOLEAN", "The platform refused to deliver it."),
        Column(
            "is_cut_off",
            "BOOLEAN",
            "The export leaves out what was said in the thread before it.",
        ),
        Column(
            "detail",
            "INTEGER",
            "How much its export tells of a message; of two records of one, the greater wins.",
        ),
        Column("order_number", "VARCHAR", "The order that a receipt in the chat names."),
        Column("shared_token", "VARCHAR", "Cart, checkout or ref token in a link in the message."),
        Column("cart_amount", MONEY, "The total of a cart that was sent into the chat."),
        Column("currency", "VARCHAR", "ISO 4217 code of cart_amount."),
        Column("text", "VARCHAR", "What was said.", False, True),
        Column("export", "VARCHAR", "The kind of export that tells it; filled in by loading."),
    ),
)

MESSAGE_CHANGES = Table(
    name="message_changes",
    meaning="A later edit or deletion of a message; a deletion also removes the stored text.",
    key=("channel", "message_id", "change", "revision"),
    version=("changed_at",),
    columns=(
        Column("channel", "VARCHAR", "The platform's name.", True),
        Column("message_id", "VARCHAR", "The message that was changed.", True),
        Column("change", "VARCHAR", "edited or deleted.", True),
        Column("revision", "INTEGER", "The number of the edit; 0 for a deletion.", True),
        Column("changed_at", "TIMESTAMP", "When, in UTC, if the source tells."),
        Column("text", "VARCHAR", "The new text of an edit.", False, True),
    ),
)

DELIVERIES = Table(
    name="deliveries",
    meaning="What became of an outgoing message: sent, delivered, read or failed.",
    key=("channel", "message_id", "status"),
    version=("happened_at",),
    columns=(
        Column("channel", "VARCHAR", "Where people talk.", True),
        Column("message_id", "VARCHAR", "The message.", True),
        Column("status", "VARCHAR", "sent, delivered, read, played or failed.", True),
        Column("happened_at", "TIMESTAMP", "When, in UTC.", True),
        Column("error_code", "VARCHAR", "Why it failed, in the platform's own number."),
        Column(
            "price_category", "VARCHAR", "What the platform bills it as: service, marketing ..."
        ),
        Column("price_type", "VARCHAR", "regular, free_customer_service or free_entry_point."),
        Column("is_billable", "BOOLEAN", "Whether the platform bills it."),
        Column("window_kind", "VARCHAR", "What opened the window it was sent in."),
        Column("window_ends_at", "TIMESTAMP", "When that window closes, in UTC."),
    ),
)

TOUCHPOINTS = Table(
    name="touchpoints",
    meaning="What brought a person into a thread: an ad, a link, a post, a page.",
    key=("channel", "touchpoint_id"),
    version=("occurred_at",),
    columns=(
        Column("channel", "VARCHAR", "The platform's name.", True),
        Column("touchpoint_id", "VARCHAR", "The message it came with, or made from content.", True),
        Column("business_id", "VARCHAR", "The page or account.", True),
        Column("customer_id", "VARCHAR", "The person, as this page knows them.", True, True),
        Column("case_id", "VARCHAR", "The ticket or conversation it opened, if the source tells."),
        Column("occurred_at", "TIMESTAMP", "When, in UTC.", True),
        Column(
            "sequence", "INTEGER", "The source's own order inside one instant; 0 if none.", True
        ),
        Column(
            "entry_point",
            "VARCHAR",
            "ad, sponsored_message, inbox_ad, link, post, shop, chat_plugin, lead_form or other.",
            True,
        ),
        Column("source_label", "VARCHAR", "The platform's own word for the entry point."),
        Column("ad_id", "VARCHAR", "The ad, joining ad_days."),
        Column("ref", "VARCHAR", "The free parameter of the link or ad."),
        Column("post_id", "VARCHAR", "The post shown."),
        Column("product_id", "VARCHAR", "The catalogue product shown."),
        Column("click_id", "VARCHAR", "The ad click, as the platform numbers it.", False, True),
    ),
)

RATINGS = Table(
    name="ratings",
    meaning="One judgement a customer gave of a conversation; one asked for and not given is none.",
    key=("platform", "rating_id"),
    version=("rated_at",),
    columns=(
        Column("platform", "VARCHAR", "The system that asked.", True),
        Column("rating_id", "VARCHAR", "Its id, or one made from the content.", True),
        Column("rated_at", "TIMESTAMP", "When, in UTC.", True),
        Column("channel", "VARCHAR", "Where people talk, if the source tells."),
        Column("business_id", "VARCHAR", "The page or account."),
        Column("customer_id", "VARCHAR", "Who judged.", False, True),
        Column("case_id", "VARCHAR", "The ticket or conversation judged."),
        Column("message_id", "VARCHAR", "The answer judged, where a single one was."),
        Column("scale", "VARCHAR", "good_bad, 1_to_5, 0_to_10 ...", True),
        Column("score", MONEY, "What was given, on that scale; good is 1 and bad 0."),
        Column("is_good", "BOOLEAN", "Whether the system counts it as satisfied."),
        Column("agent_id", "VARCHAR", "The employee judged."),
        Column("comment", "VARCHAR", "What was written beside it.", False, True),
    ),
)
