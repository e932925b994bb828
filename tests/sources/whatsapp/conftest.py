"""Documents in the shapes of the Cloud API; every value is invented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from convocommerce.sources.whatsapp.source import SOURCE

NUMBER_ID, DISPLAY = "106540000000002", "31201234567"
WA_ID, USER_ID = "31612345678", "NL.13491208650000000001"
AT = 1_790_341_200
SUBJECT = f"whatsapp:{NUMBER_ID}:{WA_ID}"
Doc = dict[str, Any]


def change(field: str = "messages", **inside: Any) -> Doc:
    """Return one change of a delivery."""
    metadata = {"display_phone_number": DISPLAY, "phone_number_id": NUMBER_ID}
    value = {"messaging_product": "whatsapp", "metadata": metadata, **inside}
    return {"field": field, "value": value}


def delivery(*changes: Doc) -> Doc:
    """Return a delivery."""
    entry = {"id": "102290000000001", "changes": list(changes)}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def message(kind: str = "text", **more: Any) -> Doc:
    """Return a message of the customer."""
    return {"from": WA_ID, "id": "wamid.in", "timestamp": str(AT), "type": kind, **more}


def text(body: str, **more: Any) -> Doc:
    """Return a typed message of the customer."""
    return message(text={"body": body}, **more)


def echo(body: str = "Dag!", **more: Any) -> Doc:
    """Return what was sent from the phone app."""
    sent = {"from": DISPLAY, "to": WA_ID, "id": "wamid.echo", "timestamp": str(AT)}
    return {**sent, "type": "text", "text": {"body": body}, **more}


def status(name: str = "sent", **more: Any) -> Doc:
    """Return a delivery status."""
    about = {"id": "wamid.out", "status": name, "timestamp": str(AT + 60)}
    return {**about, "recipient_id": WA_ID, **more}


def inbound(*messages: Doc, **more: Any) -> Doc:
    """Return a delivery of messages with the contact beside them."""
    contacts = [{"profile": {"name": "Sanne"}, "wa_id": WA_ID}]
    return delivery(change(**{"contacts": contacts, "messages": list(messages)} | more))


def statuses(*items: Doc) -> Doc:
    """Return a delivery of statuses."""
    return delivery(change(statuses=list(items)))


@pytest.fixture
def read(run: Any) -> Callable[..., Any]:
    """Return a function that maps documents."""
    return lambda *documents: run(SOURCE, "webhooks", documents)
