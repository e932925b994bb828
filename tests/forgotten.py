"""Somebody of whom something stands in every table that can name a person, and somebody else."""

from __future__ import annotations

from oracle_shops import Records
from tables import at, thread

PSID = "7380001112223334"
SAID = "my balcony has seventeen geraniums"
MAIL = "willemijn@mail.example"
WHATSAPP = "31612345678"

PERSON: Records = {
    "messages": [
        *(
            row | {"message_id": f"m-{PSID}-{number}", "text": SAID}
            for number, row in enumerate(thread([(0, "c"), (60, "h")], customer=PSID))
        ),
        {
            **thread([(9000, "c")], customer=WHATSAPP)[0],
            "channel": "whatsapp",
            "message_id": f"wamid.{WHATSAPP}",
            "text": SAID,
        },
    ],
    "message_changes": [
        {"message_id": f"m-{PSID}-0", "change": "edited", "revision": 1, "text": f"{SAID}!"}
    ],
    "deliveries": [{"message_id": f"m-{PSID}-1", "status": "read", "happened_at": at(70)}],
    "touchpoints": [
        {
            "customer_id": PSID,
            "touchpoint_id": f"t-{PSID}",
            "occurred_at": at(0),
            "click_id": f"clk-{PSID}",
        }
    ],
    "identities": [
        {
            "subject_kind": subject,
            "subject_id": name,
            "key_kind": kind,
            "key_value": value,
        }
        for subject, name, kind, value in (
            ("customer", f"messenger:page:{PSID}", "email", MAIL),
            ("customer", f"whatsapp:page:{WHATSAPP}", "email", MAIL),
            ("customer", f"whatsapp:page:{WHATSAPP}", "phone", f"+{WHATSAPP}"),
            ("order", "shopify:5001", "email", MAIL.upper()),
            ("checkout", "shopify:5001", "email", MAIL.upper()),
        )
    ],
    "orders": [
        {
            "order_id": "5001",
            "order_number": "#1001",
            "created_at": at(600),
            "updated_at": at(600),
            "customer_id": "cust-990011",
            "cart_token": "cart-abcdef",
            "checkout_token": "chk-abcdef",
            "discount_code": "WILLEMIJN10",
            "utm_source": "messenger",
        }
    ],
    "checkouts": [
        {
            "checkout_id": "5001",
            "created_at": at(500),
            "customer_id": "cust-990011",
            "cart_token": "cart-abcdef",
            "checkout_token": "chk-abcdef",
        }
    ],
    "refunds": [
        {"refund_id": "r1", "order_id": "5001", "refunded_at": at(999), "refund_amount": 3}
    ],
    "web_events": [
        {
            "event_id": "w1",
            "visitor_id": f"ga-{PSID}",
            "happened_at": at(550),
            "step": "view_item",
        },
        {
            "event_id": "w2",
            "visitor_id": f"ga-{PSID}",
            "happened_at": at(600),
            "step": "purchase",
            "order_number": "1001",
        },
    ],
    "sent_conversions": [
        {
            "platform": "meta",
            "event_id": "e1",
            "event_name": "Purchase",
            "happened_at": at(600),
            "click_id": f"clk-{PSID}",
        }
    ],
    "tickets": [
        {
            "ticket_id": "88",
            "customer_id": PSID,
            "business_id": "page",
            "created_at": at(100),
        }
    ],
    "ticket_events": [
        {"event_id": "88-1", "ticket_id": "88", "happened_at": at(100), "author_id": PSID}
        | {"text": SAID},
        {"event_id": "88-2", "ticket_id": "88", "happened_at": at(200), "author_id": "eva"},
        {"event_id": "89-2", "ticket_id": "89", "happened_at": at(250), "author_id": PSID}
        | {"text": SAID},
    ],
    "ticket_statuses": [
        {"event_id": "s1", "ticket_id": "88", "changed_at": at(300), "status": "solved"}
    ],
    "ticket_schedules": [{"ticket_id": "88", "assigned_at": at(100), "schedule_id": "1"}],
    "reported_times": [{"case_id": "88", "calendar_seconds": 100}],
    "ratings": [
        {"rating_id": "1", "rated_at": at(400), "case_id": "88", "comment": SAID},
    ],
    "people": [{"person_id": PSID, "role": "customer"}],
}
OTHERS: Records = {
    "messages": thread([(0, "c"), (50, "h")], customer="joe"),
    "tickets": [{"ticket_id": "89", "customer_id": "joe", "created_at": at(100)}],
    "ticket_events": [
        {"event_id": "89-1", "ticket_id": "89", "happened_at": at(100), "author_id": "joe"},
        {"event_id": "89-3", "ticket_id": "89", "happened_at": at(300), "author_id": "eva"},
    ],
    "people": [{"person_id": "eva", "role": "human", "name": "Eva"}],
    "orders": [{"order_id": "5002", "order_number": "#1002", "created_at": at(700)}],
}
TELLING = (PSID, WHATSAPP, SAID, MAIL, MAIL.upper(), "cust-990011", "abcdef", "WILLEMIJN10")
