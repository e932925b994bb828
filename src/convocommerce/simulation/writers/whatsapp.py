"""The log of WhatsApp Cloud API webhooks, as an app that stores every delivery would keep it.

What the customer says stands in it, and what an employee types in the phone app comes as an echo.
What the bot and the helpdesk send through the interface is there only as delivery statuses, on
which the helpdesk writes the employee's name as its callback data. Lines stand in the order of
arrival, some come late and some twice.

People keep the chat ids of the simulated world as their numbers, so that the links they are sent
lead back to them. Those ids are longer than any telephone number and so can be nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import HOUR, SECOND, local_month
from convocommerce.simulation.world import SHOP_NAME
from convocommerce.simulation.writers.files import compact, write_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from convocommerce.simulation.records import Event, Thread, Touch
    from convocommerce.simulation.writers.registry import Told

Body = dict[str, Any]

_ACCOUNT = "102290000000001"
_NUMBER = {"display_phone_number": "31201234567", "phone_number_id": "106540000000002"}
_CATALOGUE = "194836980000001"
_FREE_ENTRY = 72 * HOUR


@dataclass(eq=False)
class _Delivery:
    """One line of the log before it is written."""

    arrives_at: int
    number: int
    changes: list[Body]


def write_talk(exports: Path, told: Told) -> int:
    """Write one webhook log of WhatsApp for each month; return the number of lines."""
    draw = Draw(told.seed, "webhooks/whatsapp")
    events = sorted(told.events, key=lambda event: (event.at, event.thread.customer_id))
    log = _resent(draw, _deliveries(draw, events, told.end))
    log.sort(key=lambda delivery: (delivery.arrives_at, delivery.number))
    months: dict[str, list[str]] = {}
    for delivery in log:
        entry = {"id": _ACCOUNT, "changes": delivery.changes}
        line = compact({"object": "whatsapp_business_account", "entry": [entry]})
        month = local_month(min(delivery.arrives_at, told.end - 1))
        months.setdefault(month, []).append(line)
    for month, lines in months.items():
        write_lines(exports / "whatsapp" / f"webhooks-{month}.ndjson", lines)
    return len(log)


def _deliveries(draw: Draw, events: Sequence[Event], end: int) -> list[_Delivery]:
    found: list[_Delivery] = []
    brought: dict[Thread, Touch | None] = {}
    for event in events:
        if event.kind == "referral":
            # A click alone is not told; it comes with what the person then says.
            brought[event.thread] = event.touch
            continue
        touch = event.touch
        if event.role == "customer" and event.is_spoken:
            touch = touch or brought.pop(event.thread, None)
        for at, change in _changes(draw, event, touch):
            if at >= end:
                continue
            # Now and then a delivery fails at first and comes late, behind younger ones.
            late = draw.whole(4, 50) * SECOND if draw.chance(0.015) else 0
            arrives_at = at + draw.whole(300, 1200) + late
            before = found[-1] if found else None
            # Statuses of neighbours may share a delivery.
            if before and abs(arrives_at - before.arrives_at) < SECOND and draw.chance(0.3):
                before.changes.append(change)
            else:
                found.append(_Delivery(arrives_at, len(found), [change]))
    return found


def _resent(draw: Draw, deliveries: list[_Delivery]) -> list[_Delivery]:
    again = [
        _Delivery(one.arrives_at + draw.whole(5, 90) * SECOND, one.number, one.changes)
        for one in deliveries
        if draw.chance(0.02)
    ]
    return deliveries + again


def _changes(draw: Draw, event: Event, touch: Touch | None) -> Iterator[tuple[int, Body]]:
    """Yield what is delivered about one event, and when."""
    if event.kind == "handover":
        yield event.at, _handed_over(event)
    elif event.role == "customer":
        yield event.at, _change(event, "messages", messages=[_message(draw, event, touch)])
        if draw.chance(0.01):
            yield from _refused(draw, event)
    elif event.via == "inbox":
        yield event.at, _change(event, "smb_message_echoes", message_echoes=[_echo(event)])
    elif event.role in ("bot", "human", "auto"):
        yield from _statuses(draw, event)


def _change(event: Event, field: str, **inside: Any) -> Body:
    contact: Body = {"wa_id": event.thread.customer_id, "user_id": _user_id(event)}
    if field == "messages" and "messages" in inside:
        contact = {"profile": {"name": event.thread.person.first}, **contact}
    value = {
        "messaging_product": "whatsapp",
        "metadata": _NUMBER,
        "contacts": [contact],
        **inside,
    }
    return {"value": value, "field": field}


def _user_id(event: Event) -> str:
    return f"NL.1{event.thread.customer_id}"


def _stamp(at: int) -> str:
    return str(at // SECOND)


def _wamid(mid: str) -> str:
    return f"wamid.{mid}"


def _message(draw: Draw, event: Event, touch: Touch | None) -> Body:
    # A cart has an id of its own here, and so has every reaction and change.
    is_new = not event.mid or event.kind in ("reaction", "edit", "deletion")
    message: Body = {
        "from": event.thread.customer_id,
        "from_user_id": _user_id(event),
        "id": _wamid(f"w_{draw.letters(13)}" if is_new else event.mid),
        "timestamp": _stamp(event.at),
        **_said(event),
    }
    if touch and touch.entry_point == "ad":
        message["referral"] = _referral(touch)
    elif touch and touch.entry_point == "shop":
        product = {"catalog_id": _CATALOGUE, "product_retailer_id": touch.product_id}
        message["context"] = {"referred_product": product}
    return message


def _referral(touch: Touch) -> Body:
    return {
        "source_url": f"https://fb.example/{touch.ad_id}",
        "source_id": touch.ad_id,
        "source_type": "ad",
        "headline": SHOP_NAME,
        "media_type": "image",
        "ctwa_clid": f"Aff-{touch.ad_id}",
    }


def _said(event: Event) -> Body:
    if event.kind == "sticker":
        return {"type": "sticker", "sticker": {"id": "1", "mime_type": "image/webp"}}
    if event.kind == "image":
        return {"type": "image", "image": {"id": event.mid[-8:], "mime_type": "image/jpeg"}}
    if event.kind == "quick_reply":
        reply = {"id": event.payload, "title": event.text}
        return {
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": reply},
        }
    if event.kind == "postback":
        return {"type": "button", "button": {"payload": event.payload, "text": event.text}}
    if event.kind == "cart":
        return {"type": "order", "order": _order(event)}
    if event.kind == "reaction":
        return {"type": "reaction", "reaction": {"message_id": _wamid(event.mid), "emoji": "❤"}}
    if event.kind == "edit":
        new = {"type": "text", "text": {"body": event.text}}
        return {
            "type": "edit",
            "edit": {"original_message_id": _wamid(event.mid), "message": new},
        }
    if event.kind == "deletion":
        return {"type": "revoke", "revoke": {"original_message_id": _wamid(event.mid)}}
    return {"type": "text", "text": {"body": event.text}}


def _order(event: Event) -> Body:
    items = [
        {
            "product_retailer_id": product.sku,
            "quantity": count,
            # A double holds every price of two decimals well enough to print it back.
            "item_price": product.cents / 100,
            "currency": "EUR",
        }
        for product, count in event.products
    ]
    return {"catalog_id": _CATALOGUE, "text": "", "product_items": items}


def _echo(event: Event) -> Body:
    text = event.text.replace("{order}", event.order.number if event.order else "")
    return {
        "from": _NUMBER["display_phone_number"],
        "to": event.thread.customer_id,
        "to_user_id": _user_id(event),
        "id": _wamid(event.mid),
        "timestamp": _stamp(event.at),
        "type": "text",
        "text": {"body": text},
    }


def _handed_over(event: Event) -> Body:
    value = {
        "messaging_product": "whatsapp",
        "recipient": _NUMBER,
        "sender": {"phone_number": event.thread.customer_id},
        "type": "control_passed",
        "timestamp": _stamp(event.at),
        "control_passed": {
            "previous_owner_role": "ai_agent",
            "new_owner_role": "escalation",
            "metadata": "wants a person",
        },
    }
    return {"value": value, "field": "messaging_handovers"}


def _statuses(draw: Draw, event: Event) -> Iterator[tuple[int, Body]]:
    talk = event.conversation
    is_free = talk is not None and talk.touch is not None and talk.touch.entry_point == "ad"
    about: Body = {"recipient_id": event.thread.customer_id, "recipient_user_id": _user_id(event)}
    if event.via == "helpdesk":
        about["biz_opaque_callback_data"] = f"agent:{event.agent}"
    category = "referral_conversion" if is_free else "service"
    about["pricing"] = {
        "billable": False,
        "pricing_model": "PMP",
        "type": "free_entry_point" if is_free else "free_customer_service",
        "category": category,
    }
    sent = dict(about)
    if is_free:
        sent["conversation"] = {
            "id": event.mid[-8:],
            "expiration_timestamp": _stamp(event.at + _FREE_ENTRY),
            "origin": {"type": category},
        }
    yield event.at, _status(event, "sent", event.at, sent)
    read_at = event.at + draw.whole(2 * SECOND, 400 * SECOND)
    # Who reads at once is told only of the reading.
    if draw.chance(0.9):
        arrived_at = event.at + draw.whole(400, 1500)
        yield arrived_at, _status(event, "delivered", arrived_at, about)
    if draw.chance(0.6):
        del about["pricing"]
        yield read_at, _status(event, "read", read_at, about)


def _status(event: Event, name: str, at: int, about: Body) -> Body:
    status = {"id": _wamid(event.mid), "status": name, "timestamp": _stamp(at), **about}
    return _change(event, "messages", statuses=[status])


def _refused(draw: Draw, event: Event) -> Iterator[tuple[int, Body]]:
    """Yield a message of the business that WhatsApp did not deliver, and that nobody saw."""
    at = event.at + draw.whole(1, 60) * SECOND
    code, title = 131049, "Message not delivered to maintain healthy ecosystem engagement."
    status = {
        "id": _wamid(f"w_{draw.letters(13)}"),
        "status": "failed",
        "timestamp": _stamp(at),
        "recipient_id": event.thread.customer_id,
        "errors": [{"code": code, "title": title}],
    }
    yield at, _change(event, "messages", statuses=[status])
