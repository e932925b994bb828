"""What was written in a ticket ties an order only if the business wrote it for the customer."""

from __future__ import annotations

from typing import Any

import pytest

from convocommerce.warehouse import resolve_contacts
from tables import at, database_of

TICKET = {"ticket_id": "1", "customer_id": "u1", "created_at": at(0)}
ORDER = {"order_id": "7", "created_at": at(600)}
PEOPLE = [
    {"person_id": "a1", "role": "human"},
    {"person_id": "u2", "role": "customer"},
]


def rule(event: dict[str, Any], ticket: dict[str, Any], *keys: tuple[str, str]) -> str:
    """Return what ties an order that shows some keys to the ticket in which an event happened."""
    written = {"event_id": "e", "ticket_id": "1", "happened_at": at(60), **event}
    shown = [
        {"subject_kind": "order", "subject_id": "shopify:7", "key_kind": kind, "key_value": value}
        for kind, value in keys
    ]
    visit = {"event_id": "v", "ticket_id": "1", "happened_at": at(0), "kind": "chat"}
    with database_of(
        tickets=[TICKET | ticket],
        ticket_events=[written, visit | {"chat_id": "c1", "author_id": "v1"}],
        people=PEOPLE,
        orders=[ORDER],
        identities=shown,
    ) as database:
        resolve_contacts(database.con)
        ((found,),) = database.con.execute("select match_rule from order_contacts").fetchall()
        return str(found)


WRITERS = [
    ({"author_id": "a1"}, {}, True),
    ({"author_id": "unlisted"}, {}, True),
    ({"author_id": None, "declared_role": "auto"}, {}, True),
    ({"author_id": "a1", "declared_role": "bot"}, {}, True),
    ({"author_id": "a1", "ticket_id": "chat:c1"}, {}, True),
    ({"author_id": "v1", "ticket_id": "chat:c1"}, {}, False),
    ({"author_id": "a1", "kind": "note"}, {}, False),
    ({"author_id": "a1", "declared_role": "note"}, {}, False),
    ({"author_id": "a1", "declared_role": "system"}, {}, False),
    ({"author_id": "u1"}, {}, False),
    ({"author_id": "u2"}, {}, False),
    ({"author_id": "a1", "declared_role": "customer"}, {}, False),
    ({"author_id": None}, {}, False),
    ({"author_id": "a1", "is_transcript": True}, {}, False),
    ({"author_id": "a1"}, {"is_messaging": True}, False),
    ({"author_id": "a1", "is_transcript": False}, {"is_messaging": True}, True),
    ({"author_id": "a1"}, {"is_sample": True}, False),
]


@pytest.mark.parametrize(("event", "ticket", "ties"), WRITERS)
@pytest.mark.parametrize("kind", ["token", "link"])
def test_a_link_ties_whom_the_business_sent_it(
    event: dict[str, Any], ticket: dict[str, Any], ties: bool, kind: str
) -> None:
    shared = {"shared_kind": kind, "shared_value": "abcDEF123456", "text": "Hier"}
    found = rule(event | shared, ticket, ("ref" if kind == "link" else kind, "abcDEF123456"))
    assert found == (kind if ties else "none")


@pytest.mark.parametrize(("event", "ticket", "ties"), WRITERS)
def test_a_code_that_the_business_gave_in_a_ticket_ties(
    event: dict[str, Any], ticket: dict[str, Any], ties: bool
) -> None:
    said = event | {"text": "Je korting: anna-5xk2!"}
    assert rule(said, ticket, ("code", "ANNA-5XK2")) == ("code" if ties else "none")


@pytest.mark.parametrize(
    ("event", "ticket", "ties"),
    [
        ({"author_id": "u1"}, {}, True),
        ({"author_id": "u1", "declared_role": "customer"}, {}, True),
        ({"author_id": None, "declared_role": "customer"}, {}, True),
        ({"author_id": "v1", "ticket_id": "chat:c1"}, {}, True),
        ({"author_id": "u1", "declared_role": "auto"}, {}, False),
        ({"author_id": "u1", "kind": "note"}, {}, False),
        ({"author_id": "u1", "is_transcript": True}, {}, False),
        ({"author_id": "u2"}, {}, False),
        ({"author_id": "a1"}, {}, False),
    ],
)
def test_a_number_that_the_customer_typed_in_a_ticket_ties(
    event: dict[str, Any], ticket: dict[str, Any], ties: bool
) -> None:
    said = event | {"text": "Bel me op 06 12345678"}
    found = rule(said, ticket, ("phone", "+31612345678"))
    assert found == ("typed_phone" if ties else "none")
