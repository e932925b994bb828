"""By what the person of a thread is known."""

from __future__ import annotations

import pytest

from .conftest import (
    NUMBER_ID,
    SUBJECT,
    USER_ID,
    WA_ID,
    change,
    delivery,
    echo,
    inbound,
    message,
    status,
    statuses,
    text,
)

PARENT_ID = "NL.ENT.11815799212886844830"


def subject(customer_id):
    return f"whatsapp:{NUMBER_ID}:{customer_id}"


def test_the_number_is_the_person_and_is_a_telephone_number(read):
    assert read(inbound(text("Hoi"))).keys_of(SUBJECT) == {
        ("chat_id", WA_ID),
        ("phone", f"+{WA_ID}"),
    }


def test_the_id_of_the_business_is_shown_beside_the_number(read):
    contact = {"wa_id": WA_ID, "user_id": USER_ID, "parent_user_id": PARENT_ID}
    mapped = read(inbound(text("Hoi"), contacts=[contact]))
    assert mapped.one("messages")["customer_id"] == WA_ID
    assert mapped.keys_of(SUBJECT) == {
        ("chat_id", WA_ID),
        ("chat_id", USER_ID),
        ("chat_id", PARENT_ID),
        ("phone", f"+{WA_ID}"),
    }


@pytest.mark.parametrize(
    ("sender", "contacts", "customer_id"),
    [
        ({"from": WA_ID}, [], WA_ID),
        ({"from": f"+{WA_ID}"}, None, WA_ID),
        ({"from": "31 6 1234-5678"}, None, WA_ID),
        ({"from_user_id": USER_ID}, [{"user_id": USER_ID}], USER_ID),
        ({"from": USER_ID, "from_user_id": USER_ID}, [{"wa_id": USER_ID}], USER_ID),
        # A number that only the contact shows is still the person's.
        ({"from_user_id": USER_ID}, [{"user_id": USER_ID, "wa_id": WA_ID}], WA_ID),
        ({}, [{"wa_id": WA_ID}], WA_ID),
        ({}, [{"user_id": USER_ID}], USER_ID),
        # Somebody else's contact is nobody's.
        ({"from_user_id": USER_ID}, [{"user_id": "NL.77", "wa_id": "31600000000"}], USER_ID),
        ({"from_user_id": USER_ID}, [{"wa_id": "3161"}, {"user_id": USER_ID, "wa_id": WA_ID}],
         WA_ID),
    ],
)  # fmt: skip
def test_the_number_counts_when_there_is_one(read, sender, contacts, customer_id):
    bare = {key: value for key, value in text("Hoi").items() if key != "from"}
    mapped = read(inbound({**bare, **sender}, contacts=contacts))
    assert mapped.one("messages")["customer_id"] == customer_id


def test_statuses_and_echoes_meet_the_same_person_by_id(read):
    mapped = read(
        statuses(status(recipient_id=None, recipient_user_id=USER_ID)),
        delivery(change("message_echoes", message_echoes=[echo(to=None, to_user_id=USER_ID)])),
        inbound({**text("Hoi"), "from": None, "from_user_id": USER_ID}, contacts=[]),
    )
    assert [row["customer_id"] for row in mapped["messages"]] == [USER_ID] * 3
    assert mapped.keys_of(subject(USER_ID)) == {("chat_id", USER_ID)}


def notice(**system):
    return message("system", system={"body": "changed", **system})


@pytest.mark.parametrize(
    ("document", "known_as"),
    [
        (inbound(notice(type="user_changed_number", wa_id="31687654321")),
         {WA_ID, "31687654321"}),
        (inbound(notice(type="customer_changed_number", new_wa_id="31687654321")),
         {WA_ID, "31687654321"}),
        (inbound(notice(new_wa_id="31687654321")), {WA_ID, "31687654321"}),
        (inbound({**notice(type="user_changed_user_id", user_id="MX.22", previous_user_id="NL.11"),
                  "from": None}, contacts=None), {"MX.22", "NL.11"}),
        (inbound({**notice(type="user_changed_user_id", user_id="MX.2222"),
                  "from": None} | {"system": {"type": "user_changed_user_id", "user_id": "MX.2222",
                                              "body": "Sanne changed from NL.1111 to MX.2222"}},
                 contacts=None), {"MX.2222", "NL.1111"}),
        (delivery(change("user_id_update", user_id_update=[
            {"wa_id": WA_ID, "user_id": {"previous": "NL.11", "current": "MX.22"}}])),
         {WA_ID, "NL.11", "MX.22"}),
    ],
)  # fmt: skip
def test_a_changed_number_or_id_ties_the_old_to_the_new(read, document, known_as):
    mapped = read(document)
    for one in known_as:
        keys = mapped.keys_of(subject(one))
        assert {value for kind, value in keys if kind == "chat_id"} == known_as
        assert (("phone", f"+{one}") in keys) == one.isdigit()
    assert mapped["messages"] == []
    assert mapped.outcomes == {}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (inbound(notice(type="customer_identity_changed"),
                 contacts=[{"wa_id": WA_ID, "user_id": USER_ID}]), "notice of the platform"),
        (inbound(notice(type="group_member_add", wa_id="31687654321")), "notice of the platform"),
        (inbound(notice(type="user_changed_number")), "notice of the platform"),
        (delivery(change("user_id_update", user_id_update=[{"user_id": {"current": "MX.22"}}])),
         "change of an id that names only one"),
    ],
)  # fmt: skip
def test_a_notice_that_ties_nobody_is_passed_over(read, document, reason):
    mapped = read(document)
    assert mapped.outcomes == {0: ("ignored", reason)}
    assert mapped["identities"] == []


def test_what_the_customer_types_is_kept_as_typed(read):
    form = {
        "type": "nfm_reply",
        "nfm_reply": {"response_json": '{"mail": "S.Visser@post.example"}'},
    }
    mapped = read(
        inbound(text("Mijn adres is s@post.example, dank!", id="1")),
        inbound(text("+31 6 87654321", id="2")),
        inbound(message("interactive", id="3", interactive=form)),
    )
    assert mapped.keys_of(SUBJECT) == {
        ("chat_id", WA_ID),
        ("phone", f"+{WA_ID}"),
        ("typed_email", "s@post.example"),
        ("typed_email", "s.visser@post.example"),
        ("typed_phone", "+31 6 87654321"),
    }


def test_an_address_the_business_writes_is_not_the_customers(read):
    mapped = read(
        delivery(change("smb_message_echoes", message_echoes=[echo("Mail info@winkel.example")]))
    )
    assert {kind for kind, _ in mapped.keys_of(SUBJECT)} == {"chat_id", "phone"}
