"""What the chats of Zendesk Chat become."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convocommerce as cc
from convocommerce.sources.contract import check
from convocommerce.sources.zendesk_chat.source import SOURCE
from convocommerce.warehouse import state_hash

START = datetime(2026, 3, 2, 9, 14, 30)
VISITOR = "4455667.aBcDeFgH1"
SUBJECT = f"web_chat:4455667:{VISITOR}"


def clock(seconds: float) -> str:
    return f"{START + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S.%f}Z"


def line(seconds: float, what: str = "chat.msg", name: str = "Visitor 101", **rest: Any) -> Any:
    return {
        "type": what,
        "timestamp": clock(seconds),
        "name": name,
        "channel": "#supportchat:4455667-aBcDeFgH1",
        **rest,
    }


def asked(seconds: float, text: str = "hoi") -> Any:
    return line(seconds, msg=text, msg_id=str(1772442870000 + round(seconds * 1000)), options="")


def answered(seconds: float, text: str = "hallo", name: str = "Mara") -> Any:
    return line(seconds, name=name, msg=text, options="")


def chat(*history: Any, **rest: Any) -> dict[str, Any]:
    return {
        "id": "2603.4455667.SVhDCJ9flq79a",
        "type": "chat",
        "timestamp": "2026-03-02T09:14:30Z",
        "end_timestamp": "2026-03-02T09:40:00Z",
        "update_timestamp": "2026-03-02T10:00:00Z",
        "visitor": {"id": VISITOR, "name": "Visitor 101", "email": "", "phone": "", "notes": ""},
        "session": {"id": "260302.4455667.6px", "country_code": "NL"},
        "agent_names": ["Mara"],
        "agent_ids": ["361"],
        "department_id": None,
        "missed": False,
        "rating": None,
        "comment": None,
        "webpath": [],
        "history": list(history),
        **rest,
    }


def offline(**rest: Any) -> dict[str, Any]:
    return {
        "type": "offline_msg",
        "id": "2603.4455667.OFFLINE0000001",
        "timestamp": "2026-03-02T22:00:00Z",
        "message": "Bel mij terug: lot@voorbeeld.example",
        "visitor": {"id": "9.1", "name": "Lot", "email": "", "phone": "+31 6 12345678"},
        "session": {},
        "webpath": [],
        "department_id": None,
        "zendesk_ticket_id": None,
        **rest,
    }


def spoken(mapped: Any) -> list[tuple[float, str]]:
    rows = [row for row in mapped["messages"] if row["direction"] != "none"]
    return [((row["sent_at"] - START).total_seconds(), row["declared_role"]) for row in rows]


@pytest.fixture
def read(run):
    return lambda *documents: run(SOURCE, "chats", documents)


def test_a_message_of_the_visitor(read):
    mapped = read(chat(asked(0.165, "Is de puzzel er nog?"), end_timestamp=None))
    row = mapped.one("messages")
    assert row.pop("message_id").startswith("made:")
    assert row == {
        "channel": "web_chat",
        "business_id": "4455667",
        "customer_id": VISITOR,
        "case_id": "2603.4455667.SVhDCJ9flq79a",
        "sent_at": START + timedelta(seconds=0.165),
        "sequence": 0,
        "direction": "in",
        "kind": "text",
        "declared_role": "customer",
        "agent_id": None,
        "shared_token": None,
        "text": "Is de puzzel er nog?",
    }
    assert mapped.keys_of(SUBJECT) == {("chat_id", VISITOR)}
    assert mapped.outcomes == {}


def test_zendesk_chats_own_figures_can_be_recomputed_exactly(read):
    history = [
        line(-0.2, "chat.memberjoin"),
        asked(0.165),
        line(5.165, msg="Een ogenblik.", name="Customer Service"),
        line(6.9, "chat.memberjoin", name="Mara"),
        answered(10.497),
        answered(34.527),
        asked(168.374),
        asked(168.844),
        asked(169.288),
        answered(515.357),
        asked(526.714),
        answered(577.506),
        answered(577.907),
        asked(700.282),
        line(717.0, "chat.memberleave"),
    ]
    reported = {"first": 10, "max": 347, "avg": (10.332 + 346.983 + 50.792) / 3}
    mapped = read(chat(*history, response_time=reported, count={"visitor": 6, "agent": 5}))
    waits, since = [], None
    for seconds, role in spoken(mapped):
        if role == "customer":
            since = seconds if since is None else since
        elif role == "human" and since is not None:
            waits.append(seconds - since)
            since = None
    assert [round(wait) for wait in (waits[0], max(waits))] == [10, 347]
    assert sum(waits) / len(waits) == pytest.approx(reported["avg"], abs=1e-9)
    assert mapped.one("reported_times") == {
        "platform": "zendesk_chat",
        "case_id": "2603.4455667.SVhDCJ9flq79a",
        "measure": "first_reply",
        "instance": 0,
        "updated_at": datetime(2026, 3, 2, 10),
        "calendar_seconds": 10,
        "precision_seconds": 1,
    }


@pytest.mark.parametrize(
    ("said", "role", "agent"),
    [
        ({"name": "Mara"}, "human", "361"),
        ({"name": "Mara", "sender_type": "Agent", "agent_id": "361"}, "human", "361"),
        ({"name": "Mara", "sender_type": "Agent", "agent_id": 362}, "human", "362"),
        ({"name": "M.", "nick": "agent:361"}, "human", "361"),
        ({"name": "Customer Service"}, "auto", None),
        ({"name": "Mara", "sender_type": "Trigger"}, "auto", None),
        ({"name": "Mara", "nick": "agent:trigger"}, "auto", None),
        ({"name": "Service", "sender_type": "Agent"}, "auto", None),
        ({"name": "Answer Bot"}, "bot", None),
        ({"name": "Slofje", "sender_type": "Bot", "agent_id": "9"}, "bot", None),
        ({"name": "Visitor 101", "msg_id": "1"}, "customer", None),
        ({"name": "Visitor 101"}, "customer", None),
        ({"name": "Mara", "nick": "visitor:x"}, "customer", None),
        ({"name": "Lot", "sender_type": "Visitor"}, "customer", None),
        ({"name": "Mara", "msg_id": 17}, "customer", None),
        ({}, "auto", None),
    ],
)
def test_who_spoke(read, said, role, agent):
    one = {"type": "chat.msg", "timestamp": clock(1), "msg": "x", **said}
    row = read(chat(one, end_timestamp=None)).one("messages")
    assert (row["declared_role"], row["agent_id"]) == (role, agent)


def test_a_visitor_who_bears_the_name_of_an_employee_is_known_by_the_numbers_of_messages(read):
    history = [line(1, name="Mara", msg="hoi", msg_id="1"), line(9, name="Mara", msg="hallo")]
    namesake = {"id": VISITOR, "name": "Mara"}
    roles = [role for _, role in spoken(read(chat(*history, visitor=namesake)))]
    assert roles == ["customer", "human"]


def test_a_name_that_could_be_either_is_never_a_person(read):
    history = [line(1, name="Mara", msg="hoi"), line(9, name="Mara", msg="hallo")]
    namesake = {"id": VISITOR, "name": "Mara"}
    roles = [role for _, role in spoken(read(chat(*history, visitor=namesake)))]
    assert roles == ["customer", "customer"]


def test_the_end_closes_the_chat_after_its_last_message(read):
    mapped = read(chat(asked(0), answered(30.5), end_timestamp="2026-03-02T09:15:00Z"))
    (close,) = [row for row in mapped["messages"] if row["kind"] == "close"]
    assert close["sent_at"] == START + timedelta(seconds=30.5)
    assert (close["direction"], close["declared_role"]) == ("none", "system")
    others = [row["sequence"] for row in mapped["messages"] if row["kind"] != "close"]
    assert close["sequence"] > max(others)


def test_an_open_chat_is_not_closed(read):
    mapped = read(chat(asked(0), end_timestamp=None))
    assert [row["kind"] for row in mapped["messages"]] == ["text"]


def test_an_employee_who_joins_after_a_bot_takes_over(read):
    bot = line(2, name="Slofje", sender_type="Bot", msg="Waarmee kan ik helpen?")
    joins = line(9, "chat.memberjoin", name="Mara")
    mapped = read(chat(asked(0), bot, joins, answered(12)))
    (passed,) = [row for row in mapped["messages"] if row["kind"] == "handover"]
    assert passed["sent_at"] == START + timedelta(seconds=9)
    assert passed["declared_role"] == "human"
    without = read(chat(asked(0), joins, answered(12)))
    assert "handover" not in {row["kind"] for row in without["messages"]}


def test_a_file_is_an_attachment(read):
    sent = line(4, "chat.file", msg_id="1", attachment={"url": "https://f.example/a.png"})
    row = read(chat(sent, end_timestamp=None)).one("messages")
    assert (row["kind"], row["declared_role"], row["text"]) == ("attachment", "customer", None)


def test_an_offline_message_is_a_form_that_nobody_answers_in_the_chat(read):
    mapped = read(offline())
    row = mapped.one("messages")
    assert (row["channel"], row["declared_role"], row["kind"]) == ("web_form", "customer", "text")
    assert row["sent_at"] == datetime(2026, 3, 2, 22)
    assert mapped["reported_times"] == []
    assert mapped.keys_of("web_form:4455667:9.1") == {
        ("chat_id", "9.1"),
        ("phone", "+31 6 12345678"),
        ("typed_email", "lot@voorbeeld.example"),
    }


@pytest.mark.parametrize(
    ("judged", "last", "score"),
    [
        ({"rating": "good"}, [], 1),
        ({"rating": "bad"}, [("good", 20), ("bad", 40)], 0),
        ({"rating": None}, [("good", 20)], 1),
    ],
)
def test_the_last_judgement_counts(read, judged, last, score):
    lines = [line(at, "chat.rating", rating=None, new_rating=new) for new, at in last]
    mapped = read(chat(asked(0), *lines, comment="Top!", **judged))
    row = mapped.one("ratings")
    assert (row["score"], row["is_good"], row["scale"]) == (Decimal(score), score == 1, "good_bad")
    assert (row["agent_id"], row["comment"]) == ("361", "Top!")
    rated_at = START + timedelta(seconds=last[-1][1]) if last else datetime(2026, 3, 2, 9, 40)
    assert row["rated_at"] == rated_at


def test_a_comment_alone_is_no_judgement(read):
    assert read(chat(asked(0), comment="Hm"))["ratings"] == []


def test_the_first_page_says_what_brought_the_visitor(read):
    pages = [
        {
            "from": "https://www.zoek.example/?q=sloffen",
            "to": "https://shop.example/?utm_campaign=zomer%20nl&fbclid=IwAB-1",
            "timestamp": "2026-03-02T09:13:00Z",
            "title": "Sloffen",
        },
        {"from": "", "to": "https://shop.example/checkouts/cn/Z2NwLXVzLTAx/information"},
    ]
    mapped = read(chat(asked(0), webpath=pages))
    row = mapped.one("touchpoints")
    assert (row["entry_point"], row["ref"]) == ("chat_plugin", "zomer nl")
    assert (row["source_label"], row["click_id"]) == ("www.zoek.example", "IwAB-1")
    assert ("token", "Z2NwLXVzLTAx") in mapped.keys_of(SUBJECT)


def test_pages_without_names_bring_nobody(read):
    mapped = read(chat(asked(0), webpath=[["https://a.example", 1772442870, "x"]]))
    assert mapped["touchpoints"] == []
    assert len(spoken(mapped)) == 1


def test_what_an_employee_links_to_and_a_visitor_leaves_makes_known(read):
    visitor = {"id": VISITOR, "name": "Lot", "email": " Lot@Voorbeeld.example ", "phone": ""}
    sent = answered(9, "https://shop.example/cart/c/hWN2abcdefgh afrekenen")
    mapped = read(chat(asked(0, "mail ander@voorbeeld.example"), sent, visitor=visitor))
    assert mapped.keys_of(SUBJECT) == {
        ("chat_id", VISITOR),
        ("email", "lot@voorbeeld.example"),
        ("typed_email", "ander@voorbeeld.example"),
        ("token", "hWN2abcdefgh"),
    }
    (row,) = [row for row in mapped["messages"] if row["declared_role"] == "human"]
    assert row["shared_token"] == "hWN2abcdefgh"  # noqa: S105 - a cart


def test_old_rows_and_tables_give_numbers_and_lists_as_text(read):
    plain = chat(asked(0), answered(9), response_time={"first": 9}, deleted=False)
    as_text = {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in plain.items()
    }
    as_text |= {"timestamp": "2026-03-02 09:14:30", "deleted": "false", "department_id": 12}
    first, second = read(plain), read(as_text)
    for table in ("messages", "reported_times", "identities", "people"):
        assert first[table] == second[table], table
    assert len(first["messages"]) == 3


@pytest.mark.parametrize(
    ("document", "outcome"),
    [
        (chat(asked(0), deleted=True), ("ignored", "deleted chat")),
        (chat(line(0, "chat.memberjoin")), ("ignored", "chat in which nothing was said")),
        (chat(), ("ignored", "chat without its history")),
        (chat() | {"history": None}, ("ignored", "chat without its history")),
        (offline(message=" "), ("ignored", "offline message without text")),
        (chat(asked(0), id=None), ("quarantined", "chat without an id")),
        (chat(asked(0), timestamp="gisteren"), ("quarantined", "chat without a time")),
        (chat(asked(0), type="call"), ("quarantined", "chat of an unknown kind")),
        (chat({"type": "chat.msg", "msg": "x"}), ("quarantined", "messages without a time")),
    ],
)
def test_documents_that_hold_nothing_to_keep_say_why(read, document, outcome):
    mapped = read(document)
    assert mapped.outcomes == {0: outcome}
    assert mapped.kept() == set()


def test_a_visitor_without_a_number_is_somebody_of_this_chat(read):
    row = read(chat(asked(0), visitor={}, end_timestamp=None)).one("messages")
    assert row["customer_id"] == "chat:2603.4455667.SVhDCJ9flq79a"


@pytest.mark.parametrize(
    ("document", "is_chat"),
    [
        (chat(), True),
        (offline(), True),
        ({"url": "https://www.zopim.com/api/v2/chats/1", "preview": "x", "type": "chat",
          "id": "1", "timestamp": "2026-03-02T09:14:30Z"}, True),
        ({"id": 1, "type": "chat", "messages": []}, False),
        ({"name": "Lot", "type": "personal_chat", "id": 5, "messages": []}, False),
        ({"id": "1", "type": "conversation", "visitor": {}, "timestamp": 1}, False),
        ({"id": "1", "type": ["chat"], "visitor": {}}, False),
        ({}, False),
    ],
)  # fmt: skip
def test_recognition(document, is_chat):
    assert [kind.recognise(document) for kind in SOURCE.kinds] == [is_chat]


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_chats_never_stop_the_rest(run, mutant, seed):
    random = Random(seed)
    whole = chat(
        asked(0), answered(4), line(9, "chat.rating", new_rating="good"),
        rating="good", response_time={"first": 4, "avg": 4.0, "max": 4},
        webpath=[{"from": "https://a.example", "to": "https://b.example/?ref=a"}],
    )  # fmt: skip
    documents = [mutant(random.choice([whole, offline()]), random) for _ in range(120)]
    mapped = run(SOURCE, "chats", documents)
    lost = [json.dumps(documents[number]) for number in mapped.unaccounted(len(documents))]
    assert lost == []
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)


def test_pages_in_any_order_and_number_end_in_the_same_state(tmp_path: Path):
    closed = chat(asked(0), answered(9), rating="good")
    chats = [
        {**closed, "end_timestamp": None, "update_timestamp": "2026-03-02T09:15:00Z"},
        closed,
        offline(),
        chat(asked(50), id="2603.4455667.SVhDCJ9flq79b"),
    ]
    states = set()
    for number, order in enumerate(([0, 1, 2, 3], [3, 2, 1, 0], [1, 1, 0, 3, 2, 0])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with cc.open(":memory:") as shop:
            for place, one in enumerate(order):
                page = {"chats": [chats[one]], "count": 1, "end_time": 1, "next_page": None}
                (folder / f"{place}.json").write_text(json.dumps(page), "utf-8")
            shop.load(folder)
            states.add(state_hash(shop.database.con))
    assert len(states) == 1


def test_the_fixture_gives_what_stands_beside_it():
    folder = Path(__file__).parent / "fixtures"
    with cc.open(":memory:") as shop:
        shop.load(folder / "chats.json")
        found = shop.database.con.execute(
            "select case_id, channel, sent_at::varchar as sent_at, declared_role, kind, text "
            "from messages order by sent_at, sequence"
        )
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert rows == json.loads((folder / "expected.json").read_text("utf-8"))


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()
