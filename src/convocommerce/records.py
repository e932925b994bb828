"""The canonical tables: what every platform's documents become.

One declaration per table, used by the warehouse to create it, by sources to be checked against,
by erasure to know what is personal, and by the documentation. Conventions hold everywhere:
``_id`` is text with every digit kept, ``_at`` is an instant in UTC without a zone, ``_amount`` is
an exact decimal that travels with ``currency``, ``is_`` is a yes or no. An unknown value is null,
never 0 and never an empty string.

When the same key arrives more than once, the record with the greatest ``version`` columns wins,
and among equals the one with the greatest content hash, message text counting last. The rule reads
only what the records say, never when they arrived, so any order, split or repetition of loads ends
in the same state.
"""

from __future__ import annotations

from dataclasses import dataclass

MONEY = "DECIMAL(18,4)"


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Attributes:
        name: The column's name, in the vocabulary of this module's docstring.
        type: Its DuckDB type.
        meaning: One sentence, with the unit where there is one.
        required: A record without it cannot be kept and its document is quarantined.
        personal: It can identify or quote a person; never shown unless asked for.
    """

    name: str
    type: str
    meaning: str
    required: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Table:
    """One canonical table.

    Attributes:
        name: The table's name.
        meaning: One sentence: what one row is.
        key: The columns that identify a row; a second record with the same key is the same thing.
        columns: Every column, in order.
        version: Columns compared, in order, to choose between records with the same key; the
            greatest wins and null is the least.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    version: tuple[str, ...] = ()

    def column_names(self) -> tuple[str, ...]:
        """Return the names of all columns, in order."""
        return tuple(column.name for column in self.columns)


MESSAGES = Table(
    name="messages",
    meaning="One thing said or done in a thread, by the customer, the business or the platform.",
    key=("channel", "message_id"),
    version=("sent_at",),
    columns=(
        Column("channel", "VARCHAR", "The platform's name: messenger, instagram ...", True),
        Column("business_id", "VARCHAR", "The page or account that was written to.", True),
        Column("customer_id", "VARCHAR", "The person, as this page knows them.", True, True),
        Column("message_id", "VARCHAR", "The platform's id, or one made from the content.", True),
        Column("sent_at", "TIMESTAMP", "When it was sent, in UTC.", True),
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
        Column("order_number", "VARCHAR", "The order that a receipt in the chat names."),
        Column("shared_token", "VARCHAR", "Cart, checkout or ref token in a link in the message."),
        Column("cart_amount", MONEY, "The total of a cart that was sent into the chat."),
        Column("currency", "VARCHAR", "ISO 4217 code of cart_amount."),
        Column("text", "VARCHAR", "What was said.", False, True),
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
    ),
)

ORDERS = Table(
    name="orders",
    meaning="One order of a shop, in the newest state known.",
    key=("platform", "order_id"),
    version=("updated_at",),
    columns=(
        Column("platform", "VARCHAR", "The shop system: shopify ...", True),
        Column("order_id", "VARCHAR", "The shop's id, or 'number:' and the order number.", True),
        Column("order_number", "VARCHAR", "What people call it, such as #1001."),
        Column("created_at", "TIMESTAMP", "When it was placed, in UTC.", True),
        Column("updated_at", "TIMESTAMP", "When the shop last changed it, in UTC."),
        Column("paid_at", "TIMESTAMP", "When it was paid, in UTC, if the source tells."),
        Column("cancelled_at", "TIMESTAMP", "When it was cancelled, in UTC."),
        Column(
            "payment_status",
            "VARCHAR",
            "pending, authorized, partially_paid, paid, partially_refunded, refunded or voided.",
        ),
        Column("is_test", "BOOLEAN", "A test order of the shop's own people."),
        Column("sales_channel", "VARCHAR", "Where it was placed: web, pos, draft_order ..."),
        Column("currency", "VARCHAR", "ISO 4217 code of every amount of this row."),
        Column("total_amount", MONEY, "What the customer owed, with tax and shipping."),
        Column("refunded_amount", MONEY, "Refunded so far, where the source gives no dates."),
        Column("customer_id", "VARCHAR", "The shop's customer id; null for a guest.", False, True),
        Column("cart_token", "VARCHAR", "The cart it came from."),
        Column("checkout_token", "VARCHAR", "The checkout it came from."),
    ),
)

REFUNDS = Table(
    name="refunds",
    meaning="One repayment on an order.",
    key=("platform", "refund_id"),
    version=("refunded_at",),
    columns=(
        Column("platform", "VARCHAR", "The shop system.", True),
        Column("refund_id", "VARCHAR", "The shop's id of the refund.", True),
        Column("order_id", "VARCHAR", "The order repaid.", True),
        Column("refunded_at", "TIMESTAMP", "When, in UTC.", True),
        Column("refund_amount", MONEY, "Money given back by successful transactions.", True),
        Column("currency", "VARCHAR", "ISO 4217 code."),
    ),
)

CHECKOUTS = Table(
    name="checkouts",
    meaning="One checkout in which contact details were given.",
    key=("platform", "checkout_id"),
    version=("updated_at",),
    columns=(
        Column("platform", "VARCHAR", "The shop system.", True),
        Column("checkout_id", "VARCHAR", "The shop's id.", True),
        Column("created_at", "TIMESTAMP", "When it was started, in UTC.", True),
        Column("updated_at", "TIMESTAMP", "When the shop last changed it, in UTC."),
        Column("completed_at", "TIMESTAMP", "When it became an order, in UTC."),
        Column("currency", "VARCHAR", "ISO 4217 code of total_amount."),
        Column("total_amount", MONEY, "What it would have cost, with tax and shipping."),
        Column("customer_id", "VARCHAR", "The shop's customer id; null for a guest.", False, True),
        Column("cart_token", "VARCHAR", "The cart it came from."),
        Column("checkout_token", "VARCHAR", "Its token, which the order repeats."),
        Column("is_recovered_by_link", "BOOLEAN", "Completed through the reminder's own link."),
    ),
)

AD_DAYS = Table(
    name="ad_days",
    meaning="One ad on one day (or one reported range of days), as the platform reports it.",
    key=("platform", "ad_key", "day", "last_day"),
    version=("impressions", "spend_amount"),
    columns=(
        Column("platform", "VARCHAR", "meta ...", True),
        Column("ad_key", "VARCHAR", "ad_id, or 'name:' and a hash of the three names.", True),
        Column("day", "DATE", "First day, in the ad account's zone.", True),
        Column("last_day", "DATE", "Last day, inclusive; equal to day for daily rows.", True),
        Column("account_id", "VARCHAR", "The ad account."),
        Column("campaign_id", "VARCHAR", "The campaign."),
        Column("campaign_name", "VARCHAR", "Its name."),
        Column("adset_id", "VARCHAR", "The ad set."),
        Column("adset_name", "VARCHAR", "Its name."),
        Column("ad_id", "VARCHAR", "The ad."),
        Column("ad_name", "VARCHAR", "Its name."),
        Column("currency", "VARCHAR", "ISO 4217 code of every amount of this row."),
        Column("impressions", "BIGINT", "Times shown."),
        Column("reach", "BIGINT", "Accounts shown to (does not add up over days)."),
        Column("clicks", "BIGINT", "All clicks."),
        Column("link_clicks", "BIGINT", "Clicks on the link or message button."),
        Column("spend_amount", MONEY, "Money spent."),
        Column("conversations_started", "BIGINT", "The platform's claim: started after 7 days."),
        Column("messaging_connections", "BIGINT", "The platform's claim: accounts that messaged."),
        Column(
            "new_messaging_contacts", "BIGINT", "The platform's claim: wrote for the first time."
        ),
        Column("purchases", "BIGINT", "The platform's claim: purchases (one action type, no sum)."),
        Column("purchase_amount", MONEY, "The platform's claim: their value."),
        Column("attribution_setting", "VARCHAR", "The window behind the claims."),
    ),
)

IDENTITIES = Table(
    name="identities",
    meaning="A customer, order or checkout shows a key by which it may be the same person.",
    key=("subject_kind", "subject_id", "key_kind", "key_value"),
    columns=(
        Column("subject_kind", "VARCHAR", "customer, order or checkout.", True),
        Column(
            "subject_id",
            "VARCHAR",
            "customer: channel:business_id:customer_id; else platform:order_id or checkout_id.",
            True,
            True,
        ),
        Column(
            "key_kind",
            "VARCHAR",
            "chat_id, token, ref, shop_customer, email or phone.",
            True,
        ),
        Column("key_value", "VARCHAR", "The key as the source gives it.", True, True),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        MESSAGES,
        MESSAGE_CHANGES,
        TOUCHPOINTS,
        ORDERS,
        REFUNDS,
        CHECKOUTS,
        AD_DAYS,
        IDENTITIES,
    )
}
