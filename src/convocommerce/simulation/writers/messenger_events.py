"""The bodies of single webhook events of Messenger and Instagram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convocommerce.simulation.times import SECOND
from convocommerce.simulation.truth import money
from convocommerce.simulation.world import (
    BOT_APP,
    HELPDESK_APP,
    INBOX_APPS,
    SHOP_HOST,
    SHOP_NAME,
)

if TYPE_CHECKING:
    from convocommerce.simulation.draw import Draw
    from convocommerce.simulation.records import Event, Order, Touch

Body = dict[str, Any]
_LIKE = 369239263222822
_SOURCES = {"ad": "ADS", "link": "SHORTLINK"}
_CDN = "https://cdn.example"


def body(draw: Draw, event: Event) -> Body:
    """Return one event as it stands in ``messaging``.

    Args:
        draw: Decides what the platforms write now one way and now another.
        event: What happened.
    """
    customer, business = {"id": event.thread.customer_id}, {"id": event.thread.business_id}
    is_out = event.role in ("bot", "human", "auto")
    around: Body = {
        "sender": business if is_out else customer,
        "recipient": customer if is_out else business,
        "timestamp": event.at,
    }
    around.update(_echo(draw, event) if is_out else _BODIES[event.kind](event))
    return around


def referral(touch: Touch, channel: str) -> Body:
    """Return the ``referral`` that tells what brought a person."""
    if touch.entry_point == "shop":
        return {"product": {"id": touch.product_id}}
    found: Body = {"ref": touch.ref} if touch.ref else {}
    found |= {"source": _SOURCES[touch.entry_point], "type": "OPEN_THREAD"}
    if touch.ad_id:
        # Instagram writes the id as a number.
        found["ad_id"] = int(touch.ad_id) if channel == "instagram" else touch.ad_id
        found["ads_context_data"] = {"ad_title": SHOP_NAME}
    return found


def _message(event: Event) -> Body:
    message: Body = {"mid": event.mid}
    if event.kind == "sticker":
        message["sticker_id"] = _LIKE
        payload = {"sticker_id": _LIKE, "url": f"{_CDN}/like.png"}
        message["attachments"] = [{"type": "image", "payload": payload}]
    elif event.kind == "image":
        payload = {"url": f"{_CDN}/{event.mid[-8:]}.jpg"}
        message["attachments"] = [{"type": "image", "payload": payload}]
    else:
        message["text"] = event.text
    if event.kind == "quick_reply":
        message["quick_reply"] = {"payload": event.payload}
    if event.touch:
        message["referral"] = referral(event.touch, event.thread.channel)
    return {"message": message}


def _postback(event: Event) -> Body:
    postback: Body = {"mid": event.mid, "title": event.text, "payload": event.payload}
    if event.touch:
        postback["referral"] = referral(event.touch, event.thread.channel)
    return {"postback": postback}


def _referral(event: Event) -> Body:
    return {"referral": referral(event.touch, event.thread.channel)} if event.touch else {}


def _cart(event: Event) -> Body:
    products = [
        {
            "id": int(product.product_id),
            "retailer_id": product.sku,
            "name": product.dutch,
            # A double holds every price of two decimals well enough to print it back.
            "unit_price": product.cents / 100,
            "currency": "EUR",
            "quantity": count,
        }
        for product, count in event.products
    ]
    return {"order": {"products": products, "note": ""}}


def _handover(_: Event) -> Body:
    passed = {
        "previous_owner_app_id": BOT_APP,
        "new_owner_app_id": HELPDESK_APP,
        "metadata": "wants a person",
    }
    return {"pass_thread_control": passed}


def _reaction(event: Event) -> Body:
    told = {"reaction": "love", "emoji": "❤", "action": "react", "mid": event.mid}
    return {"reaction": told}


def _edit(event: Event) -> Body:
    return {"message_edit": {"mid": event.mid, "text": event.text, "num_edit": "1"}}


def _deletion(event: Event) -> Body:
    return {"message": {"mid": event.mid, "is_deleted": True}}


def _delivered(event: Event) -> Body:
    return {"delivery": {"mids": [event.mid], "watermark": event.at}}


def _read(event: Event) -> Body:
    if event.thread.channel == "instagram":
        return {"read": {"mid": event.mid}}
    return {"read": {"watermark": event.at}}


_BODIES = {
    "text": _message,
    "quick_reply": _message,
    "sticker": _message,
    "image": _message,
    "postback": _postback,
    "referral": _referral,
    "cart": _cart,
    "handover": _handover,
    "reaction": _reaction,
    "edit": _edit,
    "deletion": _deletion,
    "delivery": _delivered,
    "read": _read,
}


def _echo(draw: Draw, event: Event) -> Body:
    app = INBOX_APPS[event.thread.channel] if event.via == "inbox" else HELPDESK_APP
    if event.via == "bot":
        app = BOT_APP
    # The same id arrives now as a number and now as text.
    app_id: int | str = int(app) if draw.chance(0.7) else app
    message: Body = {"mid": event.mid, "is_echo": True, "app_id": app_id}
    if event.via == "helpdesk":
        message["metadata"] = f"agent:{event.agent}"
    text = event.text.replace("{order}", event.order.number if event.order else "")
    if event.kind == "receipt" and event.order:
        message["attachments"] = [{"type": "template", "payload": _receipt(event.order)}]
    elif event.kind == "button":
        button = {"type": "web_url", "url": event.payload, "title": "Afrekenen"}
        payload = {"template_type": "button", "text": text, "buttons": [button]}
        message["attachments"] = [{"type": "template", "payload": payload}]
    else:
        message["text"] = text
    return {"message": message}


def _receipt(order: Order) -> Body:
    elements = [
        {
            "title": product.dutch,
            "quantity": count,
            "price": money(product.cents * count),
            "currency": "EUR",
        }
        for product, count in order.lines
    ]
    return {
        "template_type": "receipt",
        "recipient_name": f"{order.person.first} {order.person.last}",
        "merchant_name": SHOP_NAME,
        "order_number": order.number,
        "currency": "EUR",
        "payment_method": "iDEAL",
        "order_url": f"https://{SHOP_HOST}/account/orders",
        "timestamp": str(order.created_at // SECOND),
        "summary": {
            "subtotal": money(order.subtotal_cents),
            "shipping_cost": money(order.shipping_cents),
            "total_cost": money(order.total_cents),
        },
        "elements": elements,
    }
