"""What was bought, paid back and left behind."""

from __future__ import annotations

from convocommerce.records.table import MONEY, Column, Table

ORDERS = Table(
    name="orders",
    meaning="One order of a shop, in the newest state known.",
    key=("platform", "order_id"),
    version=("detail", "updated_at"),
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
        Column("payment_reference", "VARCHAR", "The payment provider's id of its payment."),
        Column(
            "is_payment",
            "BOOLEAN",
            "Told by a payment provider: no order of its own when a shop's order has its "
            "reference.",
        ),
        Column("discount_code", "VARCHAR", "The first discount code used."),
        Column("utm_source", "VARCHAR", "Where its last visit came from, as the link says."),
        Column("utm_medium", "VARCHAR", "By what kind of link."),
        Column("utm_campaign", "VARCHAR", "Of which campaign."),
        Column("utm_content", "VARCHAR", "Which ad or link of it."),
        Column(
            "detail",
            "INTEGER",
            "How far along its life a source without times of change tells it; of two records "
            "of one order, the greater wins.",
        ),
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
    version=("detail", "updated_at"),
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
        Column(
            "is_recovered_by_link",
            "BOOLEAN",
            "Completed through the reminder's own link; null where the source does not tell.",
        ),
        Column("expires_at", "TIMESTAMP", "When it can no longer be completed, in UTC."),
        Column("recovers_checkout_id", "VARCHAR", "The abandoned checkout that it takes up again."),
        Column("is_test", "BOOLEAN", "A test checkout of the shop's own people."),
        Column(
            "detail",
            "INTEGER",
            "How far along its life a source without times of change tells it; of two records "
            "of one checkout, the greater wins.",
        ),
    ),
)

WEB_EVENTS = Table(
    name="web_events",
    meaning="One step towards buying on the website, as web analytics saw it.",
    key=("platform", "event_id"),
    # The export of the day itself lacks sources that the final one knows.
    version=("happened_at", "detail"),
    columns=(
        Column("platform", "VARCHAR", "ga4 ...", True),
        Column("event_id", "VARCHAR", "Made from who, when and what.", True),
        Column("session_id", "VARCHAR", "The visit; null for visitors who refused cookies."),
        Column("visitor_id", "VARCHAR", "The browser.", False, True),
        Column("happened_at", "TIMESTAMP", "When, in UTC.", True),
        Column(
            "step",
            "VARCHAR",
            "view_item, add_to_cart, view_cart, begin_checkout, add_shipping_info, "
            "add_payment_info, purchase or refund.",
            True,
        ),
        Column("detail", "INTEGER", "How much is told; of two records of one event more wins."),
        Column("order_number", "VARCHAR", "The shop's order, of a purchase or refund."),
        Column("value_amount", MONEY, "Its value."),
        Column("currency", "VARCHAR", "ISO 4217 code."),
        Column("utm_source", "VARCHAR", "Where the visit came from."),
        Column("utm_medium", "VARCHAR", "By what kind of link."),
        Column("utm_campaign", "VARCHAR", "Of which campaign."),
    ),
)
