"""Conversation logs, pages of comments and copied tables; and what damage ends as."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convocommerce as cc
from convocommerce.sources.contract import check
from convocommerce.sources.zendesk.source import SOURCE
from convocommerce.sources.zendesk.tables import ONE_ACCOUNT
from convocommerce.warehouse import state_hash
from sources.zendesk.shapes import (
    AGENT,
    CUSTOMER,
    audit,
    comment,
    metrics,
    rating,
    said,
    schedule,
    ticket,
    user,
    via,
)

LOG = "tickets/301/conversation_log.json"


def utc(*parts: int) -> datetime:
    return datetime(*parts)


@pytest.mark.parametrize(
    ("kind", "number", "changes", "role"),
    [
        ("user", CUSTOMER, {}, "customer"),
        ("end-user", CUSTOMER, {}, "customer"),
        ("agent", AGENT, {}, "human"),
        ("bot", -1, {"source": {"type": "zd:answerBot"}}, "bot"),
        ("agent", -1, {"metadata": {"custom": {"__zendesk_msg.agent.id": "__trigger"}}}, "auto"),
        ("activity", None, {"source": {}}, "system"),
    ],
)
def test_the_log_says_who_spoke(run, kind, number, changes, role):
    row = run(SOURCE, "conversation_log", [said("a1", kind, number, **changes)], file=LOG).one(
        "ticket_events"
    )
    assert row == {
        "platform": "zendesk",
        "event_id": "message:0000000000000000000000a1",
        "ticket_id": "301",
        "happened_at": utc(2026, 3, 2, 9, 14, 31, 402000),
        "sequence": 0,
        "author_id": None if number in (-1, None) else str(number),
        "declared_role": role,
        "kind": "text",
        "is_transcript": False,
        "told_as": "log",
        "shared_kind": None,
        "shared_value": None,
        "detail": 5,
        "text": "Hoi",
    }


def logged_comment(kind: str, number: int, *, public: bool, text: str = "Tekst") -> dict[str, Any]:
    return said(
        "c",
        kind,
        number,
        type="Comment",
        reference="zen:ticket_event:8639371328313",
        received_at=None,
        content={"type": "html", "body": f"<div><p>{text}</p></div>"},
        metadata={"public": public},
    )


def test_a_note_in_a_customers_name_is_where_the_ticket_was_made(run):
    documents = [logged_comment("user", CUSTOMER, public=False, text="Conversation with Jo")]
    rows = run(SOURCE, "conversation_log", documents, file=LOG)["ticket_events"]
    assert [(row["event_id"], row["kind"]) for row in rows] == [
        ("8639371328313", "note"),
        ("handover:8639371328313", "handover"),
    ]


def test_an_employees_note_hands_nothing_over(run):
    documents = [logged_comment("agent", AGENT, public=False)]
    row = run(SOURCE, "conversation_log", documents, file=LOG).one("ticket_events")
    assert (row["kind"], row["declared_role"], row["text"]) == ("note", "note", "Tekst")


def test_what_is_typed_and_linked_in_a_log_ties_people(run):
    link = {"type": "link", "uri": "https://pluis.example/cart/1:1?attributes[chat]=7311223344"}
    documents = [
        said("1", "user", CUSTOMER, "mail naar Jo@Post.example"),
        said("2", "user", CUSTOMER, "+31612345678"),
        said("3", "agent", AGENT, "winkel@pluis.example"),
        said("4", "agent", AGENT, content={"type": "text", "text": "hier", "actions": [link]}),
    ]
    mapped = run(SOURCE, "conversation_log", documents, file=LOG)
    assert mapped.keys_of("zendesk:zendesk:7001") == {
        ("person", "zendesk:7001"),
        ("typed_email", "jo@post.example"),
        ("typed_phone", "+31612345678"),
    }
    shown = {(row["shared_kind"], row["shared_value"]) for row in mapped["ticket_events"]}
    assert shown == {(None, None), ("link", "7311223344")}
    assert {row["subject_id"] for row in mapped["identities"]} == {"zendesk:zendesk:7001"}


def test_a_log_of_no_known_ticket_and_other_events(run):
    documents = [said("1", "user", CUSTOMER), said("2", "user", 1, type="Other", reference="zen:x")]
    mapped = run(SOURCE, "conversation_log", documents, file="log.json")
    assert mapped.outcomes == {
        0: ("quarantined", "the name of its file does not say which ticket it belongs to"),
        1: ("ignored", "neither a message nor a comment"),
    }


def test_a_page_of_comments_with_the_users_beside_it(run):
    page = {
        "comments": [comment(11, CUSTOMER), comment(12, AGENT, "Ja", public=False)],
        "users": [user(), user(AGENT, "agent")],
        "next_page": None,
        "count": 2,
    }
    mapped = run(SOURCE, "comment_pages", [page], file="tickets/301/comments.json")
    assert [(r["event_id"], r["ticket_id"], r["kind"]) for r in mapped["ticket_events"]] == [
        ("11", "301", "text"),
        ("12", "301", "note"),
    ]
    assert [row["role"] for row in mapped["people"]] == ["customer", "human"]
    assert ("email", "jo@post.example") in mapped.keys_of("zendesk:zendesk:7001")
    assert not mapped.keys_of("zendesk:zendesk:31")


@pytest.mark.parametrize(
    ("page", "file", "ticket_id"),
    [
        ({"ticket": {"id": 5}}, "x.json", "5"),
        ({"ticket_id": "6"}, "x.json", "6"),
        ({}, "tickets/7/comments.json", "7"),
        ({}, "ticket_8_comments.json", "8"),
        ({}, "comments-9.json", "9"),
        ({}, "export.json", None),
    ],
)
def test_where_a_page_of_comments_says_its_ticket(run, page, file, ticket_id):
    mapped = run(SOURCE, "comment_pages", [page | {"comments": [comment(1, 2)]}], file=file)
    assert [row["ticket_id"] for row in mapped["ticket_events"]] == ([ticket_id] * bool(ticket_id))
    assert (mapped.outcomes == {}) is bool(ticket_id)


def test_an_empty_page_of_comments_is_passed_over(run):
    page = {"comments": [], "next_page": None, "previous_page": None, "count": 0}
    mapped = run(SOURCE, "comment_pages", [page])
    assert mapped.outcomes == {0: ("ignored", "page without comments")}


TABLES: dict[str, list[dict[str, str]]] = {
    "ticket_table": [
        {
            "id": "301",
            "requester_id": "7001",
            "submitter_id": "7001",
            "assignee_id": "31",
            "status": "closed",
            "created_at": "2026-03-02 09:14:07",
            "updated_at": "2026-03-02 11:40:55",
            "via_channel": "email",
            "via_source_from_address": "Jo@Post.example",
            "brand_id": "2",
        }
    ],
    "comment_table": [
        {
            "id": "11",
            "ticket_id": "301",
            "user_id": "31",
            "body": "https://pluis.example/cart/c/abcDEF123456?key=1",
            "created": "2026-03-02 09:30:00",
            "public": "TRUE",
            "voice_comment": "FALSE",
        }
    ],
    "user_table": [
        {
            "id": "7001",
            "role": "end-user",
            "email": "Jo@Post.example",
            "time_zone": "Amsterdam",
            "suspended": "FALSE",
            "verified": "TRUE",
            "created_at": "2026-01-01 00:00:00",
        }
    ],
    "history_table": [
        {
            "field_name": "status",
            "ticket_id": "301",
            "updated": "2026-03-02 11:40:55",
            "value": "solved",
        }
    ],
    "rating_table": [
        {
            "id": "9",
            "ticket_id": "301",
            "requester_id": "7001",
            "assignee_id": "31",
            "score": "bad",
            "created_at": "2026-03-03 9:05:00",
        }
    ],
    "chat_table": [
        {
            "chat_id": "c.1",
            "ticket_id": "301",
            "user_id": "7001",
            "visitor_id": "v",
            "channel": "native_messaging",
            "initiator": "2",
        }
    ],
    "chat_event_table": [
        {
            "chat_id": "c.1",
            "created_at": "2026-03-02 09:14:07.500",
            "actor_id": "agent:31",
            "type": "ChatMessage",
            "message": "Hoi",
            "message_id": "m1",
        }
    ],
    "schedule_table": [
        {
            "id": "12",
            "name": "Winkel",
            "time_zone": "Amsterdam",
            "start_time": start,
            "end_time": end,
            "created_at": "2026-01-01 00:00:00",
        }
        for start, end in (("1980", "2460"), ("3420", "3900"))
    ],
    "holiday_table": [
        {
            "id": "1",
            "schedule_id": "12",
            "name": "Koningsdag",
            "start_date": "2026-04-27",
            "end_date": "2026-04-27 00:00:00",
        }
    ],
    "ticket_schedule_table": [
        {"ticket_id": "301", "created_at": "2026-03-02 09:14:09", "schedule_id": "12"}
    ],
}


def test_copied_tables_say_the_same_as_the_api(run):
    def one(kind: str, table: str) -> dict[str, Any]:
        return run(SOURCE, kind, TABLES[kind])[table][0]

    assert one("ticket_table", "tickets")["created_at"] == utc(2026, 3, 2, 9, 14, 7)
    assert one("comment_table", "ticket_events")["happened_at"] == utc(2026, 3, 2, 9, 30)
    assert one("user_table", "people")["role"] == "customer"
    assert one("history_table", "ticket_events")["event_id"] == "close:301:1772451655"
    assert one("history_table", "ticket_statuses")["status"] == "solved"
    assert one("rating_table", "ratings")["rated_at"] == utc(2026, 3, 3, 9, 5)
    assert one("chat_event_table", "ticket_events")["ticket_id"] == "chat:c.1"
    assert one("schedule_table", "schedules")["opening_hours"] == "Mo,Tu 09:00-17:00"
    assert one("holiday_table", "schedule_holidays")["ends_on"] == date(2026, 4, 27)
    assert one("ticket_schedule_table", "ticket_schedules") == {
        "platform": "zendesk",
        "ticket_id": "301",
        "assigned_at": utc(2026, 3, 2, 9, 14, 9),
        "sequence": 0,
        "schedule_id": "12",
    }
    keys = run(SOURCE, "ticket_table", TABLES["ticket_table"]).keys_of("email:2:7001")
    assert ("email", "jo@post.example") in keys
    said = run(SOURCE, "comment_table", TABLES["comment_table"])["ticket_events"]
    assert ("token", "abcDEF123456") in {(r["shared_kind"], r["shared_value"]) for r in said}


@pytest.mark.parametrize(
    ("changes", "role"),
    [
        ({"actor_id": "agent:31"}, "human"),
        ({"actor_id": "agent:"}, "bot"),
        ({"actor_id": "__trigger"}, "auto"),
        ({"actor_id": "__system"}, "system"),
        ({"actor_id": "7001"}, None),
        ({"actor_id": ""}, "system"),
        ({"actor_id": "", "original_message": '{"author": {"type": "BUSINESS"}}'}, "bot"),
        ({"actor_id": "5", "original_message": '{"source": {"type": "zd:answerBot"}}'}, "bot"),
    ],
)
def test_senders_of_chat_events(run, changes, role):
    row = TABLES["chat_event_table"][0] | changes
    assert run(SOURCE, "chat_event_table", [row]).one("ticket_events")["declared_role"] == role


def write_table(path: Path, kind: str) -> None:
    out = io.StringIO()
    rows = TABLES[kind]
    writer = csv.DictWriter(out, [*rows[0], "_fivetran_synced"])
    writer.writeheader()
    writer.writerows(row | {"_fivetran_synced": "2026-04-01 00:00:00"} for row in rows)
    path.write_text(out.getvalue())


@pytest.mark.parametrize(
    ("kind", "headings"),
    [
        ("ticket_table", "id,_fivetran_synced,created_at,requester_id,status"),
        ("comment_table", "id,_fivetran_synced,created,public,ticket_id,user_id"),
        ("user_table", "id,_fivetran_synced,email,role"),
        ("chat_table", "chat_id,_fivetran_synced,ticket_id,visitor_id"),
        ("schedule_table", "id,_fivetran_synced,end_time,start_time,time_zone,start_time_utc"),
        ("holiday_table", "schedule_id,_fivetran_synced,end_date_at,start_date_at"),
        ("zone_table", "time_zone,_fivetran_synced,standard_offset"),
    ],
)
def test_a_copy_with_few_columns_is_known_by_the_service_s_mark(tmp_path, kind, headings):
    (tmp_path / "table.csv").write_text(f"{headings}\n{'1,' * headings.count(',')}1\n")
    with cc.open(":memory:") as shop:
        (file,) = shop.load(tmp_path).files
    assert file.kind == kind


@pytest.mark.parametrize("kind", TABLES)
def test_a_copied_table_is_known_by_its_headings(tmp_path, kind):
    write_table(tmp_path / "table.csv", kind)
    with cc.open(":memory:") as shop:
        report = shop.load(tmp_path / "table.csv")
        (file,) = report.files
    assert (file.kind, file.ignored, file.quarantined) == (kind, 0, 0)


FILES: dict[str, tuple[Any, str, int]] = {
    "page.json": (
        {"tickets": [ticket()], "users": [user()], "metric_sets": [metrics()], "count": 1},
        "objects",
        3,
    ),
    "one.json": ({"ticket": ticket()}, "objects", 1),
    "created.json": ({"ticket": ticket(), "audit": audit(1, 2, comment(3, 4))}, "objects", 2),
    "audits.json": ({"audits": [audit(1, 2, comment(3, 4))], "meta": {}}, "objects", 1),
    "list.json": ([rating(), rating(id=10)], "objects", 2),
    "hours.json": ({"schedules": [schedule((0, 60))]}, "objects", 1),
    "tickets/301/comments.json": (
        {"comments": [comment(1, 2)], "users": [user()]},
        "comment_pages",
        1,
    ),
    "tickets/301/conversation_log.json": (
        {"events": [said("1", "user", 7)]},
        "conversation_log",
        1,
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_every_shape_of_answer_is_read(tmp_path, name):
    content, kind, n = FILES[name]
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    with cc.open(":memory:") as shop:
        (file,) = shop.load(tmp_path).files
    assert (file.source, file.kind, file.read, file.loaded) == ("zendesk", kind, n, n)


def lines(*documents: Any) -> str:
    return "".join(f"{json.dumps(document)}\n" for document in documents)


@pytest.mark.parametrize(
    "text",
    [
        lines(ticket(comments=[comment(11, CUSTOMER)], metric_set=metrics()), ticket(id=302)),
        lines(
            {"type": "SCHEMA", "stream": "tickets", "schema": {}, "key_properties": ["id"]},
            {"type": "RECORD", "stream": "tickets", "record": ticket()},
            {"type": "RECORD", "stream": "users", "record": user()},
            {"type": "RECORD", "stream": "tickets", "record": ticket(id=302)},
        ),
        lines(
            *(
                {"_airbyte_ab_id": "x", "_airbyte_emitted_at": 1, "_airbyte_data": one}
                for one in (ticket(), ticket(id=302))
            )
        ),
    ],
    ids=["export", "singer", "airbyte"],
)
def test_lines_as_exports_and_copying_tools_write_them(tmp_path, text):
    (tmp_path / "out.jsonl").write_text(text)
    with cc.open(":memory:") as shop:
        (file,) = shop.load(tmp_path / "out.jsonl").files
        tickets = shop.database.con.execute("select count(*) from tickets").fetchall()
    assert (file.source, file.kind, file.quarantined) == ("zendesk", "objects", 0)
    assert tickets == [(2,)]


NOTICE = {"id": 13, "type": "Notification", "recipients": [CUSTOMER], "body": "Ontvangen"}
CHAT = {
    "id": 14,
    "type": "ChatStartedEvent",
    "value": {
        "chat_id": "c",
        "history": [{"type": "ChatMessage", "timestamp": 1, "actor_type": "agent"}],
    },
}
DRAWN: dict[str, list[dict[str, Any]]] = {
    "conversation_log": [said("1", "user", CUSTOMER), logged_comment("user", 1, public=False)],
    "comment_pages": [{"comments": [comment(1, 2)], "users": [user()], "ticket": {"id": 1}}],
    "objects": [
        ticket(comments=[comment(11, CUSTOMER)], metric_set=metrics()),
        user(),
        {"id": 5, "user_id": 7001, "type": "email", "value": "a@b.example", "primary": True},
        comment(11, AGENT, via=via("rule", "trigger")) | {"ticket_id": 301},
        audit(10, CUSTOMER, comment(11, CUSTOMER), NOTICE, CHAT),
        {"id": 1, "ticket_id": 2, "timestamp": 1772443800, "child_events": [{"status": "solved"}]},
        metrics(),
        rating(),
        schedule((1980, 2460), (0, 10080)),
        {"id": 1, "name": "x", "start_date": "2026-04-27", "end_date": "2026-04-27"},
    ],
    **{name: [dict(row) for row in rows] for name, rows in TABLES.items()},
}


@pytest.mark.parametrize("kind", DRAWN)
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_damage_is_accounted_for(run, mutant, kind, seed):
    random = Random(seed)
    documents = [mutant(random.choice(DRAWN[kind]), random) for _ in range(60)]
    mapped = run(SOURCE, kind, documents, file=LOG)
    assert mapped.unaccounted(len(documents)) == set()
    assert not [
        reason
        for _, reason in mapped.outcomes.values()
        if any(word in reason for word in ("Jo", "@", "Hoi", "301"))
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_recognising_never_raises(mutant, seed):
    random = Random(seed)
    for documents in DRAWN.values():
        for document in documents:
            for kind in SOURCE.kinds:
                kind.recognise(mutant(document, random))


def test_any_order_and_repetition_of_files_ends_in_the_same_state(tmp_path):
    for name, (content, _, _) in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    for kind in TABLES:
        write_table(tmp_path / f"{kind}.csv", kind)
    paths = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    # What says nothing of its ticket but in its address has to keep it.
    loose = [path for path in paths if path.parent == tmp_path]
    hashes = set()
    for seed in range(3):
        order = list(loose)
        Random(seed).shuffle(order)
        with cc.open(":memory:") as shop:
            for path in [*order, order[0]] if seed else [tmp_path / "."]:
                if seed:
                    shop.load(path)
            if not seed:
                shop.load(*loose)
            hashes.add(state_hash(shop.database.con))
    assert len(hashes) == 1


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()


@pytest.mark.parametrize("kind", SOURCE.kinds, ids=lambda kind: kind.name)
def test_what_bears_a_tickets_number_says_that_two_accounts_would_mix(kind):
    # Chats and people have numbers of their own, that no two accounts share.
    told = {"tickets", "ticket_events", "ticket_schedules", "ratings", "reported_times"}
    numbered = told & set(SOURCE.gives(kind))
    bears = bool(numbered) and kind.name != "chat_event_table"
    assert (ONE_ACCOUNT in kind.cannot_tell) == bears
