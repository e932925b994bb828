"""What the archives that Facebook and Instagram let one download become."""

from __future__ import annotations

import json
from datetime import datetime
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convocommerce as cc
from convocommerce.sources.messenger.source import SOURCE
from convocommerce.warehouse import state_hash

SHOP, PERSON, FOLDER = "Jas & Co", "Zoë Verhoef", "zoeverhoef_10158991199"
AT = 1790337612204


def broken(text: str) -> str:
    return text.encode().decode("latin-1")


def said(sender: str = PERSON, at: int = AT, **more: Any) -> dict[str, Any]:
    content = {key: broken(one) if isinstance(one, str) else one for key, one in more.items()}
    return {"sender_name": broken(sender), "timestamp_ms": at, **content}


def thread(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "participants": [{"name": broken(PERSON)}, {"name": SHOP}],
        "messages": list(messages),
        "title": broken(PERSON),
        "is_still_participant": True,
        "thread_path": f"inbox/{FOLDER}",
    } | more


def encrypted(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "participants": [SHOP, PERSON],
        "threadName": f"{PERSON}_38",
        "messages": list(messages),
    } | more


@pytest.fixture
def read(run):
    def read_documents(*documents, file="message_1.json"):
        return run(SOURCE, "archive", list(documents), file)

    return read_documents


def test_a_thread_gives_its_messages_with_text_made_good(read):
    mapped = read(
        thread(
            said(SHOP, AT + 9000, content="Ja hoor 😊 https://w.example/cart/c/Z2NwLWV1cm9wZTAx"),
            said(content="Café-kleur graag, a@voorbeeld.nl"),
        )
    )
    rows = sorted(mapped["messages"], key=lambda row: row["sent_at"])
    assert [row["direction"] for row in rows] == ["in", "out"]
    assert [row["declared_role"] for row in rows] == ["customer", None]
    assert rows[0]["text"] == "Café-kleur graag, a@voorbeeld.nl"
    assert rows[1]["text"].startswith("Ja hoor 😊")
    assert rows[0]["sent_at"] == datetime(2026, 9, 25, 12, 0, 12, 204000)
    assert {(row["channel"], row["business_id"], row["customer_id"]) for row in rows} == {
        ("messenger", SHOP, "10158991199")
    }
    assert {row["detail"] for row in rows} == {10}
    assert mapped.keys_of(f"messenger:{SHOP}:10158991199") == {
        ("chat_id", "10158991199"),
        ("typed_email", "a@voorbeeld.nl"),
        ("token", "Z2NwLWV1cm9wZTAx"),
    }


@pytest.mark.parametrize(
    ("document", "business", "customer"),
    [
        (thread(said()), SHOP, "10158991199"),
        (thread(said(), title="Bestellingen"), SHOP, "10158991199"),
        (thread(said(), thread_path=None), SHOP, PERSON),
        (thread(said(), participants=[{"name": broken(PERSON)}], messages=[said(), said(SHOP)]),
         SHOP, "10158991199"),
        (thread(said("", content="hoi"), participants=[{"name": ""}, {"name": SHOP}], title=""),
         SHOP, "10158991199"),
        (thread(said(), title=SHOP, participants=[{"name": SHOP}, {"name": broken(PERSON)}],
                thread_path="inbox/jasco_10158991199"), PERSON, "10158991199"),
        (encrypted({"senderName": PERSON, "timestamp": AT, "text": "hoi", "type": "text"}),
         SHOP, f"{PERSON}_38"),
    ],
)  # fmt: skip
def test_whose_archive_it_is_shows_from_what_the_thread_is_called(
    read, document, business, customer
):
    rows = read(document)["messages"]
    assert {(row["business_id"], row["customer_id"]) for row in rows} == {(business, customer)}


@pytest.mark.parametrize(
    ("document", "outcome", "reason"),
    [
        (thread(), "ignored", "thread without messages"),
        (thread(said(), thread_type="RegularGroup"), "ignored", "thread of a group"),
        (thread(said(), participants=[{"name": n} for n in "abc"]), "ignored",
         "thread of a group"),
        (thread(said(), title="x", thread_path="inbox/y_1234567890"), "quarantined",
         "no sign of which side is the account"),
        ({"messages": [said("a"), said("b")]}, "quarantined",
         "no sign of which side is the account"),
        (thread(said(at=None)), "quarantined", "message without a time"),
        (thread(said("")), "quarantined", "message without a sender"),
    ],
)  # fmt: skip
def test_what_gives_no_record_says_why(read, document, outcome, reason):
    mapped = read(document)
    assert mapped.outcomes == {0: (outcome, reason)}
    assert not any(mapped.records.values())


@pytest.mark.parametrize(
    ("more", "kind", "text"),
    [
        ({"content": "hoi"}, "text", "hoi"),
        ({"photos": [{"uri": "a.jpg"}]}, "attachment", None),
        ({"content": "kijk", "photos": [{"uri": "a.jpg"}]}, "text", "kijk"),
        ({"audio_files": [{"uri": "a.mp4"}]}, "attachment", None),
        ({"gifs": [{"uri": "a.gif"}]}, "attachment", None),
        ({"sticker": {"uri": "a.png"}}, "sticker", None),
        ({"share": {"link": "https://x.example"}}, "attachment", None),
        ({"content": "Zoë Verhoef sent an attachment.", "share": {"link": "https://x.example"}},
         "attachment", None),
        ({"photos": []}, "unsupported", None),
        ({}, "unsupported", None),
        ({"content": "You sent an attachment to the wrong person"}, "text",
         "You sent an attachment to the wrong person"),
        ({"content": "I Liked a message"}, "text", "I Liked a message"),
    ],
)  # fmt: skip
def test_messages_have_a_kind(read, more, kind, text):
    row = read(thread(said(**more))).one("messages")
    assert (row["kind"], row["text"], row["direction"]) == (kind, text, "in")


@pytest.mark.parametrize(
    "more",
    [
        {"content": "Jas & Co sent an attachment."},
        {"content": "Je hebt een bijlage verzonden."},
        {"content": "You are now connected on Messenger."},
        {"content": "Say hi to your new Facebook friend, Zoë."},
        {"content": "Zoë's poll has multiple updates."},
        {"content": "This poll is no longer available."},
        {"content": "Deze peiling is niet meer beschikbaar."},
        {"content": "Zoë joined the video chat."},
        {"content": "Jas & Co called you.", "call_duration": 31},
        {"call_duration": 0},
        {"content": "x", "type": "Subscribe", "users": [{"name": "x"}]},
        {"content": "Messages and calls are secured with end-to-end encryption. Tap to read."},
    ],
)
def test_notices_are_nobodys_answer(read, more):
    row = read(thread(said(SHOP, **more))).one("messages")
    assert (row["direction"], row["declared_role"]) == ("none", "system")


@pytest.mark.parametrize(
    "content",
    [
        "Liked a message",
        "Reacted 😍 to your message ",
        "Heeft met ❤️ op je bericht gereageerd",
        "Vond een bericht leuk",
        "Hat mit 👍 auf deine Nachricht reagiert",
    ],
)
def test_reactions_are_no_messages(read, content):
    assert read(thread(said(SHOP, content=content))).one("messages")["kind"] == "reaction"


def test_what_was_unsent_is_known_and_its_text_is_not(read):
    mapped = read(
        thread(said(is_unsent=True, content="weg")),
        encrypted({"senderName": PERSON, "timestamp": AT, "text": "User unsent a message",
                   "type": "placeholder", "isUnsent": True}),
    )  # fmt: skip
    assert {(row["kind"], row["text"]) for row in mapped["messages"]} == {("unsupported", None)}
    deleted = {row["message_id"] for row in mapped["message_changes"]}
    assert deleted == {row["message_id"] for row in mapped["messages"]}
    assert len(deleted) == 2


@pytest.mark.parametrize(
    ("file", "more"),
    [
        ("instagram-jas/your_instagram_activity/messages/inbox/x_1/message_1.json", {}),
        ("message_1.json",
         {"photos": [{"uri": "your_instagram_activity/messages/inbox/x/photos/1.jpg"}]}),
    ],
)  # fmt: skip
def test_instagram_is_known_by_its_place_or_its_media(read, file, more):
    assert read(thread(said(**more)), file=file).one("messages")["channel"] == "instagram"


@pytest.mark.parametrize("is_newest_first", [True, False])
def test_messages_of_one_instant_keep_their_order(read, is_newest_first):
    messages = [said(content="1"), said(content="2"), said(at=AT + 5, content="3")]
    order = reversed(messages) if is_newest_first else messages
    rows = read(thread(*order))["messages"]
    assert {row["text"]: row["sequence"] for row in rows} == {"1": 0, "2": 1, "3": 0}


def test_the_same_words_twice_in_one_instant_are_two_messages(read):
    rows = read(thread(said(content="?"), said(content="?")))["messages"]
    assert len({row["message_id"] for row in rows}) == 2


def test_a_thread_that_moved_and_was_renamed_is_the_same(read):
    before = thread(said(content="hoi"))
    after = thread(
        {"sender_name": "Zo V", "timestamp_ms": AT, "content": "hoi"},
        title="Zo V",
        participants=[{"name": "Zo V"}, {"name": SHOP}],
        thread_path="archived_threads/zov_10158991199",
    )
    rows = read(before, after)["messages"]
    assert rows[0] == rows[1]


def test_parts_in_any_order_and_twice_end_in_the_same_state(tmp_path):
    messages = [said(PERSON if n % 3 else SHOP, AT + n // 2, content=f"é{n}") for n in range(20)]
    newest = list(reversed(messages))
    parts = [thread(*newest[:7]), thread(*newest[7:14]), thread(*newest[14:])]
    for number, part in enumerate(parts, 1):
        (tmp_path / f"message_{number}.json").write_text(json.dumps(part))
    hashes = set()
    for numbers in ([1, 2, 3], [3, 1, 2, 1]):
        with cc.open(":memory:") as shop:
            for number in numbers:
                shop.load(tmp_path / f"message_{number}.json")
            hashes.add(state_hash(shop.database.con))
    assert len(hashes) == 1


FIXTURES = [
    thread(said(content="hoi"), said(SHOP, content="https://w.example/cart/1:1?ref=a")),
    thread(said(content="a@b.nl", reactions=[{"reaction": "x", "actor": SHOP}]),
           said(SHOP, photos=[{"uri": "a", "creation_timestamp": 1}], is_unsent=True)),
    thread(said(sticker={"uri": "x"}), said(call_duration=3), said(share={"link": "x"})),
    encrypted({"senderName": SHOP, "timestamp": AT, "text": "x", "type": "text",
               "isUnsent": False, "media": [{"uri": "./media/a"}], "reactions": []}),
]  # fmt: skip


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_archives_never_stop_the_rest(read, mutant, seed):
    random = Random(seed)
    documents = [mutant(random.choice(FIXTURES), random) for _ in range(80)]
    mapped = read(*documents)
    lost = [json.dumps(documents[number]) for number in mapped.unaccounted(len(documents))]
    assert lost == []
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)


@pytest.mark.parametrize(
    ("document", "is_ours"),
    [
        (thread(said()), True),
        (thread(), True),
        (encrypted(), True),
        ({"messages": [said()]}, True),
        ({"messages": [{"senderName": "x", "timestamp": 1, "text": ""}]}, True),
        ({"messages": [{"sender": "x", "timestamp_ms": 1}]}, False),
        ({"messages": [], "participants": ["x"]}, False),
        ({"messages": [None, 5, "x"]}, False),
        ({"messages": {"data": []}, "participants": []}, False),
        ({"name": "x", "type": "personal_chat", "messages": [{"from": "x", "date": "y"}]}, False),
    ],
)
def test_recognition_is_sure(document, is_ours):
    kinds = [kind.name for kind in SOURCE.kinds if kind.recognise(document)]
    assert kinds == (["archive"] if is_ours else [])
