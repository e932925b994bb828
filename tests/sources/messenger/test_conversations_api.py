"""What pages of the Graph API's conversations become."""

from __future__ import annotations

import base64
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

PAGE, PERSON, OTHER = "541964686000018", "2638780562860001", "2638780562860002"
IGID, IGSID = "17841400000000001", "5614879040000001"
SENT = {"data": [{"name": "inbox"}, {"name": "sent"}]}


def said(
    number: int, author: str, to: str, text: str = "hoi", second: int = 0, **more: Any
) -> dict[str, Any]:
    return {
        "id": f"m_{number}",
        "created_time": f"2026-09-25T11:40:{second:02d}+0000",
        "from": {"name": "x", "email": f"{author}@facebook.com", "id": author},
        "to": {"data": [{"name": "y", "id": to}]},
        "message": text,
        **more,
    }


def thread(*messages: dict[str, Any], people: tuple[str, ...] = (PERSON, PAGE), **more: Any) -> Any:
    return {
        "id": "t_888909208120764",
        "link": f"/Jas-en-Co-{PAGE}/inbox/542111299646690/",
        "updated_time": "2026-09-25T11:43:09+0000",
        "participants": {"data": [{"name": "x", "id": one} for one in people]},
        "messages": {"data": list(messages)},
    } | more


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode().replace("Z", "ZA").replace("=", "ZD")


@pytest.fixture
def read(run):
    def read_documents(*documents, file="conversations.json"):
        return run(SOURCE, "conversations_api", list(documents), file)

    return read_documents


def test_an_author_listed_among_those_written_to_makes_no_group(read):
    people = [{"id": PERSON}, {"id": PAGE}]
    mapped = read(
        thread(
            said(2, PAGE, PERSON, second=9, tags=SENT) | {"to": {"data": people}},
            said(1, PERSON, PAGE) | {"to": {"data": people[::-1]}},
            link=None,
        )
    )
    assert [(row["direction"], row["customer_id"]) for row in mapped["messages"]] == [
        ("in", PERSON),
        ("out", PERSON),
    ]
    strangers = {"data": [*people, {"id": OTHER}]}
    grouped = read(thread(said(1, PERSON, PAGE) | {"to": strangers}))
    assert grouped.outcomes == {0: ("ignored", "thread of more than one customer")}


def test_a_thread_gives_its_messages_with_the_ids_that_webhooks_give(read):
    mapped = read(
        thread(
            said(2, PAGE, PERSON, "Ja! https://w.example/cart/c/Z2NwLWV1cm9wZTAx", 30),
            said(1, PERSON, PAGE, "Is hij er nog? Mail: a@voorbeeld.nl", 12),
            message_count=2,
        )
    )
    rows = sorted(mapped["messages"], key=lambda row: row["sent_at"])
    assert [row["message_id"] for row in rows] == ["m_1", "m_2"]
    assert [row["direction"] for row in rows] == ["in", "out"]
    assert [row["declared_role"] for row in rows] == ["customer", None]
    assert [row["shared_token"] for row in rows] == [None, "Z2NwLWV1cm9wZTAx"]
    assert {(row["business_id"], row["customer_id"]) for row in rows} == {(PAGE, PERSON)}
    assert {(row["detail"], row["is_cut_off"]) for row in rows} == {(21, False)}
    assert rows[0]["sent_at"] == datetime(2026, 9, 25, 11, 40, 12)
    assert mapped.keys_of(f"messenger:{PAGE}:{PERSON}") == {
        ("chat_id", PERSON),
        ("typed_email", "a@voorbeeld.nl"),
        ("token", "Z2NwLWV1cm9wZTAx"),
    }


def test_messages_of_one_second_keep_the_order_of_the_list(read):
    mapped = read(thread(said(3, PAGE, PERSON), said(2, PERSON, PAGE), said(1, PERSON, PAGE)))
    placed = {row["message_id"]: row["sequence"] for row in mapped["messages"]}
    assert placed == {"m_1": 0, "m_2": 1, "m_3": 2}


@pytest.mark.parametrize(
    "more",
    [
        {"message_count": 57},
        {"messages": {"data": [said(2, PERSON, PAGE, second=9), said(1, PERSON, PAGE)],
                      "paging": {"next": "https://graph.example/next"}}},
        {"messages": {"data": [said(2, PERSON, PAGE, second=9), said(1, PERSON, PAGE),
                               {"id": "m_0", "created_time": "2026-09-24T11:40:00+0000"}]}},
    ],
)  # fmt: skip
def test_the_oldest_readable_message_of_a_cut_off_thread_is_marked(read, more):
    mapped = read(thread(said(2, PERSON, PAGE, second=9), said(1, PERSON, PAGE), **more))
    marks = {row["message_id"]: (row["is_cut_off"], row["detail"]) for row in mapped["messages"]}
    assert marks == {"m_1": (True, 20), "m_2": (False, 21)}
    assert mapped.outcomes == {}


def test_instagram_is_known_by_its_names(read):
    people = [{"username": "sanne", "id": IGSID}, {"username": "jas", "id": IGID}]
    message = {
        "id": "aWdfone",
        "created_time": "2026-09-25T11:40:00+0000",
        "from": people[0],
        "to": {"data": [people[1]]},
        "message": "prijs?",
    }
    document = {"id": "aWdfthread", "participants": {"data": people},
                "messages": {"data": [message]}}  # fmt: skip
    row = read(document).one("messages")
    assert (row["channel"], row["business_id"], row["customer_id"]) == ("instagram", IGID, IGSID)


@pytest.mark.parametrize(
    ("document", "file"),
    [
        (thread(said(1, PERSON, PAGE), link=f"https://www.facebook.com/{PAGE}/inbox/5/"), "x"),
        (thread(said(1, PERSON, PAGE), link=None), f"page_{PAGE}/conversations.json"),
        (thread(said(2, PAGE, PERSON, tags=SENT), said(1, PERSON, PAGE), link=None), "x"),
        ({"id": PAGE, "conversations": {"data": [thread(said(1, PERSON, PAGE), link=None)]}}, "x"),
        (said(1, PAGE, PERSON, tags=SENT), "x"),
    ],
)
def test_what_shows_which_side_is_the_page_is_used(read, document, file):
    rows = read(document, file=file)["messages"]
    assert {(row["business_id"], row["customer_id"]) for row in rows} == {(PAGE, PERSON)}


@pytest.mark.parametrize("where", ["message", "thread"])
def test_instagram_ids_name_the_account(read, where):
    account = "12502402640930"
    inside = f"ig_dm_item:1:IGMessageID:{account}:340282366841710301244276017354476471998:31"
    outside = f"ig_dm:1:IGMessageThread:{account}:340282366841710301244276017354476471998"
    message = said(1, IGSID, account) | ({"id": encoded(inside)} if where == "message" else {})
    document = thread(message, people=(IGSID, account), link=None)
    if where == "thread":
        document["id"] = encoded(outside)
    row = read(document).one("messages")
    assert (row["channel"], row["business_id"], row["direction"]) == ("instagram", account, "in")


def test_the_side_that_talks_with_many_is_the_page(read):
    threads = [
        thread(said(1, PERSON, PAGE), link=None),
        thread(said(2, OTHER, PAGE), people=(OTHER, PAGE), link=None),
    ]
    assert {row["business_id"] for row in read(*threads)["messages"]} == {PAGE}


def test_a_page_known_from_one_message_is_known_in_the_whole_file(read):
    mapped = read(said(2, PAGE, PERSON, tags=SENT, second=4), said(1, PERSON, PAGE))
    assert {row["message_id"]: row["direction"] for row in mapped["messages"]} == {
        "m_1": "in",
        "m_2": "out",
    }
    assert {row["is_cut_off"] for row in mapped["messages"]} == {None}


@pytest.mark.parametrize(
    ("more", "author", "kind"),
    [
        ({"message": "", "sticker": "https://x.example/1.png"}, PERSON, "sticker"),
        ({"message": "", "attachments": {"data": [{"id": "1"}]}}, PERSON, "attachment"),
        ({"message": "", "shares": {"data": [{"link": "https://x.example"}]}}, PERSON,
         "attachment"),
        ({"message": "", "story": {"mention": {"id": "1"}}}, PERSON, "attachment"),
        ({"message": "", "attachments": {"data": [{"generic_template": {}}]}}, PAGE, "template"),
        ({"message": "x", "is_unsupported": True}, PERSON, "unsupported"),
        ({"message": ""}, PAGE, "unsupported"),
        ({"message": "x", "sticker": "y"}, PERSON, "text"),
    ],
)  # fmt: skip
def test_messages_have_a_kind(read, more, author, kind):
    to = PAGE if author == PERSON else PERSON
    assert read(thread(said(1, author, to) | more)).one("messages")["kind"] == kind


@pytest.mark.parametrize(
    ("document", "outcome", "reason"),
    [
        (thread(), "ignored", "thread without its messages"),
        ({"id": "t_1", "updated_time": "x"}, "ignored", "thread without its messages"),
        ({"id": "m_1", "created_time": "2026-09-25T11:40:00+0000"}, "ignored",
         "message listed without its details"),
        (thread({"id": "m_1", "created_time": "2026-09-25T11:40:00+0000"}), "ignored",
         "thread whose messages are listed without their details"),
        (thread(said(1, PERSON, PAGE), people=(PERSON, PAGE, OTHER)), "ignored",
         "thread of more than one customer"),
        (thread(said(1, PERSON, PAGE), link=None), "quarantined",
         "no sign of which side is the page"),
        (said(1, PERSON, PAGE), "quarantined", "no sign of which side is the page"),
        (thread(said(1, PERSON, PAGE) | {"created_time": "soon"}), "quarantined",
         "message without a time"),
        (thread(said(1, PAGE, PERSON) | {"to": {}}, people=(PAGE,)), "quarantined",
         "message without the id of the person"),
        ({"id": PAGE, "conversations": {"data": []}}, "ignored", "page without threads"),
    ],
)  # fmt: skip
def test_what_gives_no_record_says_why(read, document, outcome, reason):
    mapped = read(document)
    assert mapped.outcomes == {0: (outcome, reason)}
    assert not any(mapped.records.values())


FIXTURES = [
    thread(said(2, PAGE, PERSON, tags=SENT), said(1, PERSON, PAGE), message_count=40),
    {"id": PAGE, "conversations": {"data": [thread(said(1, PERSON, PAGE))]}},
    said(1, PAGE, PERSON, "https://w.example/cart/1:1?attributes[chat]=12&ref=a", tags=SENT),
    said(1, PERSON, PAGE, attachments={"data": [{"id": "1"}]}),
    {"id": encoded("ig_dm_item:1:IGMessageID:1:2:3"), "created_time": "2026-09-25T11:40:00+0000",
     "from": {"username": "x", "id": IGSID}, "to": {"data": [{"username": "y", "id": IGID}]}},
]  # fmt: skip


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_pages_never_stop_the_rest(read, mutant, seed):
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
        (thread(), True),
        (said(1, PERSON, PAGE), True),
        ({"id": PAGE, "conversations": {"data": [thread()]}}, True),
        ({"id": "aWdfthread", "updated_time": "2026-09-25T11:40:00+0000"}, True),
        ({"id": "m_1", "created_time": "2026-09-25T11:40:00+0000"}, True),
        ({"id": "123_456", "created_time": "2026-09-25T11:40:00+0000", "message": "post",
          "from": {"id": PAGE, "name": "x"}, "to": {"data": [{"id": PERSON}]}}, False),
        ({"id": "123", "participants": {"data": [{"id": "1", "name": "x"}]}}, False),
        ({"id": "t_1", "name": "task"}, False),
        ({"id": 7, "messages": {"data": [5]}}, False),
        ({"id": "conv", "messages": [{"id": "m_1"}], "participants": ["x"]}, False),
        ({"id": None, "conversations": [], "from": [], "messages": {"data": {}}}, False),
        ({"object": "page", "entry": []}, False),
    ],
)  # fmt: skip
def test_recognition_is_sure(document, is_ours):
    kinds = [kind.name for kind in SOURCE.kinds if kind.recognise(document)]
    assert ("conversations_api" in kinds) is is_ours
    assert len(kinds) <= 1


def test_a_webhook_and_the_api_tell_one_message_once(tmp_path):
    event = {"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "timestamp": 1790336412204,
             "message": {"mid": "m_1", "text": "hoi"}}  # fmt: skip
    log = {"object": "page", "entry": [{"id": PAGE, "time": 1790336412204, "messaging": [event]}]}
    page = {"data": [thread(said(1, PERSON, PAGE, second=12), message_count=40)]}
    (tmp_path / "log.ndjson").write_text(json.dumps(log))
    (tmp_path / "page.json").write_text(json.dumps(page))
    hashes = set()
    for names in (["log.ndjson", "page.json"], ["page.json", "log.ndjson", "page.json"]):
        with cc.open(":memory:") as shop:
            for name in names:
                shop.load(tmp_path / name)
            con = shop.database.con
            rows = con.execute("select message_id, sent_at, detail from messages").fetchall()
            assert rows == [("m_1", datetime(2026, 9, 25, 11, 40, 12, 204000), 40)]
            hashes.add(state_hash(con))
    assert len(hashes) == 1


def test_a_copy_that_shows_what_came_before_wins(tmp_path):
    newer = thread(said(3, PERSON, PAGE, second=9), said(2, PERSON, PAGE, second=5),
                   message_count=3)  # fmt: skip
    older = thread(said(2, PERSON, PAGE, second=5), said(1, PERSON, PAGE), message_count=2)
    hashes = set()
    for order in ([newer, older], [older, newer]):
        with cc.open(":memory:") as shop:
            for number, document in enumerate(order):
                path = tmp_path / f"{number}.json"
                path.write_text(json.dumps({"data": [document]}))
                shop.load(path)
            con = shop.database.con
            marked = con.execute("select count(*) from messages where is_cut_off").fetchone()
            assert marked == (0,)
            hashes.add(state_hash(con))
    assert len(hashes) == 1
