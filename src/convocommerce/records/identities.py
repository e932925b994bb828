"""By what people can be known again."""

from __future__ import annotations

from convocommerce.records.table import Column, Table

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
            "chat_id, person (platform:id of a helpdesk's user), token (of a cart or checkout), "
            "payment, link (what a link to the shop carried that was sent in the chat), "
            "shop_customer, email, phone, typed_email and typed_phone (found in free text), code "
            "(of a discount) or ref (what the link or ad carried that opened the chat or the "
            "order's visit).",
            True,
        ),
        Column("key_value", "VARCHAR", "The key as the source gives it.", True, True),
    ),
)
