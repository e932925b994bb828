"""What pages of messages and lists of users of Sunshine Conversations become."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convocommerce.sources.sunshine.source import SOURCE
from sources.sunshine.drawn import (
    APP,
    AT,
    CONVERSATION,
    PSID,
    SUBJECT,
    USER,
    former_message,
    told,
    typed,
)

PREVIOUS = f"https://slof.zendesk.com/sc/v2/apps/{APP}/conversations/{CONVERSATION}/messages?page"


def page(*messages: Any, **rest: Any) -> dict[str, Any]:
    return {"messages": list(messages), "meta": {"hasMore": False}, **rest}


@pytest.fixture
def read(run):
    return lambda document, file="export.json": run(SOURCE, "messages", [document], file)


@pytest.mark.parametrize(
    ("beside", "file"),
    [
        ({"links": {"prev": PREVIOUS}}, "page.json"),
        ({}, f"exports.zip/{CONVERSATION}-2.json"),
        ({}, f"{APP}/{CONVERSATION}.json"),
        ({"conversationId": CONVERSATION}, "page.json"),
        ({"conversation": {"id": CONVERSATION}}, "page.json"),
    ],
)
def test_a_page_says_its_conversation_in_several_places(read, beside, file):
    mapped = read(page(typed("hoi"), told({"subtypes": ["agent"]}), **beside), file)
    assert {row["ticket_id"] for row in mapped["ticket_events"]} == {CONVERSATION}
    assert {row["detail"] for row in mapped["ticket_events"]} == {2}
    ticket = mapped.one("tickets")
    assert (ticket["channel"], ticket["customer_id"]) == ("messenger", USER)
    assert mapped.keys_of(SUBJECT) == {
        ("person", f"sunshine:{USER}"),
        ("token", f"sunshine:{CONVERSATION}"),
        ("chat_id", PSID),
    }


def test_a_page_of_one_customer_is_that_customers_conversation(read):
    mapped = read(page(typed("hoi"), told({"subtypes": ["AI"]})))
    found = {(row["ticket_id"], row["detail"]) for row in mapped["ticket_events"]}
    assert found == {(f"user:{USER}", 0)}


def test_a_page_that_could_be_anybodys_is_not_guessed_at(read):
    other = typed("ook", "60d9", author={"type": "user", "userId": "68aother"})
    for document in (page(told({})), page(typed(), other)):
        mapped = read(document)
        assert mapped.outcomes == {0: ("quarantined", "message without its conversation")}


@pytest.mark.parametrize(
    ("author", "rest", "role"),
    [
        ({"subtypes": ["agent"]}, {}, "human"),
        ({"subtypes": ["AI"]}, {}, "bot"),
        ({"subtypes": ["agent"]}, {"metadata": {"__zendesk_msg.agent.id": "__trigger"}}, "auto"),
        ({}, {"metadata": {"__zendesk_msg.agent.id": "361"}, "source": None}, "human"),
        ({}, {"source": {"type": "api:conversations"}}, "bot"),
    ],
)
def test_who_spoke_is_told_as_in_the_webhooks(read, author, rest, role):
    mapped = read(page(told(author, **rest), links={"prev": PREVIOUS}))
    assert mapped.one("ticket_events")["declared_role"] == role


def test_the_first_version_of_the_api_is_read(read):
    mapped = read(
        page(
            former_message("appUser"),
            former_message("appMaker", "55c2", source={"type": "slack"}, authorId="x"),
            conversation={"_id": CONVERSATION},
        )
    )
    found = [(row["event_id"], row["declared_role"]) for row in mapped["ticket_events"]]
    assert found == [("55c1", "customer"), ("55c2", "human")]


def test_a_message_that_stands_alone_is_read(read):
    assert read(typed("hoi")).one("ticket_events")["text"] == "hoi"


def test_activities_and_empty_pages_are_passed_over(run):
    link = {"links": {"prev": PREVIOUS}}
    documents = [page(), page(told({"subtypes": ["activity"]}), **link), {"messages": None}]
    mapped = run(SOURCE, "messages", documents)
    assert mapped.outcomes == {
        0: ("ignored", "page without messages"),
        1: ("ignored", "activity, not a message"),
        2: ("quarantined", "message without an author"),
    }


def test_a_user_shows_keys(run):
    user = {
        "id": USER,
        "externalId": "klant-17",
        "zendeskId": "7001",
        "signedUpAt": AT,
        "profile": {"email": "Lot@Voorbeeld.example"},
        "identities": [
            {"type": "email", "value": "lot@werk.example"},
            {"type": "phoneNumber", "value": "+31612345678"},
        ],
    }
    mapped = run(SOURCE, "users", [user, {**user, "id": None}])
    assert mapped.keys_of(f"other:sunshine:{USER}") == {
        ("person", f"sunshine:{USER}"),
        ("person", "zendesk:7001"),
        ("person", "sunshine:external:klant-17"),
        ("email", "lot@voorbeeld.example"),
        ("email", "lot@werk.example"),
        ("phone", "+31612345678"),
    }
    assert mapped.outcomes == {1: ("quarantined", "user without an id")}


@pytest.mark.parametrize("kind", ["messages", "users"])
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_documents_never_stop_the_rest(run, mutant, kind, seed):
    random = Random(seed)
    whole = {
        "messages": [
            page(typed("a@b.example"), told({"subtypes": ["agent"]}), links={"prev": PREVIOUS}),
            page(former_message("appUser"), former_message("appMaker", "55c2")),
            typed(),
        ],
        "users": [{"id": USER, "profile": {"email": "a@b.nl"}, "identities": [{"type": "email"}]}],
    }[kind]
    documents = [mutant(random.choice(whole), random) for _ in range(120)]
    mapped = run(SOURCE, kind, documents)
    lost = [json.dumps(documents[number]) for number in mapped.unaccounted(len(documents))]
    assert lost == []
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)
