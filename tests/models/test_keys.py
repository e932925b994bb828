"""Models that make keys themselves make those that the records carry."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse.schema import KEY_COLUMNS
from tables import at, database_of

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)


@settings(max_examples=8, deadline=None)
@given(business=WORDS, ticket=WORDS, event=WORDS)
def test_messages_of_tickets_bear_the_keys_of_messages(
    business: str, ticket: str, event: str
) -> None:
    about = {"ticket_id": ticket, "business_id": business, "customer_id": "u1"}
    said = {"ticket_id": ticket, "event_id": event, "author_id": "u1", "happened_at": at(0)}
    with database_of(tickets=[about | {"created_at": at(0)}], ticket_events=[said]) as database:
        model = sql_files("models")["ticket_messages"].sql
        keys = KEY_COLUMNS["messages"]
        ((made_message, made_thread, message, thread),) = database.con.execute(
            f"select message_key, thread_key, {keys['message_key']}, {keys['thread_key']} "
            f"from ({model})"
        ).fetchall()
    assert (made_message, made_thread) == (message, thread)


@settings(max_examples=8, deadline=None)
@given(message=WORDS)
def test_a_delivery_that_failed_bears_the_key_of_its_message(message: str) -> None:
    model = sql_files("models")["thread_messages"].sql
    refused = re.search(r"refused as \(\n([\s\S]*?)\n\),", model)
    assert refused is not None
    delivery = {"message_id": message, "status": "failed", "happened_at": at(60)}
    told = {"message_id": message, "sent_at": at(0)}
    with database_of(messages=[told], deliveries=[delivery]) as database:
        ((same,),) = database.con.execute(
            f"select message_key = (select message_key from ({refused[1]})) from messages"
        ).fetchall()
    assert same
