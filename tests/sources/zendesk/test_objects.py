"""Objects of the Support API: what each becomes, one by one."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from convocommerce.opening import check_opening_hours
from convocommerce.sources import known_sources
from convocommerce.sources.zendesk.source import SOURCE
from sources.zendesk.shapes import (
    AGENT,
    CUSTOMER,
    audit,
    comment,
    metrics,
    rating,
    schedule,
    ticket,
    user,
    via,
)

SUBJECT = "email:2:7001"


def utc(*parts: int) -> datetime:
    return datetime(*parts)


def test_a_ticket(run):
    mapped = run(SOURCE, "objects", [ticket()])
    assert mapped.one("tickets") == {
        "platform": "zendesk",
        "ticket_id": "301",
        "business_id": "2",
        "channel": "email",
        "customer_id": "7001",
        "created_at": utc(2026, 3, 2, 9, 14, 7),
        "updated_at": utc(2026, 3, 2, 11, 41, 40),
        "status": "open",
        "agent_id": "31",
        "team_id": "5",
        "is_messaging": False,
        "is_sample": False,
    }
    assert mapped.keys_of(SUBJECT) == {
        ("person", "zendesk:7001"),
        ("person", "zendesk:ticket:301"),
        ("email", "jo@post.example"),
    }


@pytest.mark.parametrize(
    ("channel", "rel", "expected", "is_messaging"),
    [
        ("sunshine_conversations_facebook_messenger", None, "messenger", True),
        (78, None, "messenger", True),
        ("facebook", "message", "messenger", False),
        (38, "message", "messenger", False),
        (41, "post", "other", False),
        ("instagram_dm", None, "instagram", True),
        ("whatsapp", None, "whatsapp", True),
        (74, None, "whatsapp", True),
        ("native_messaging", None, "web_chat", True),
        (29, None, "web_chat", True),
        ("chat_transcript", None, "web_chat", True),
        ("sunshine_conversations_api", None, "api", True),
        (88, None, "x", True),
        ("web", None, "web_form", False),
        (4, None, "email", False),
        ("voice", None, "phone", False),
        ("sms", None, "sms", False),
        ("something_new", None, "other", False),
    ],
)
def test_channels_by_name_and_by_number(run, channel, rel, expected, is_messaging):
    row = run(SOURCE, "objects", [ticket(via=via(channel, rel))]).one("tickets")
    assert (row["channel"], row["is_messaging"]) == (expected, is_messaging)


def test_a_flag_says_messaging_where_the_channel_does_not(run):
    document = ticket(via=via("something_new"), from_messaging_channel=True)
    assert run(SOURCE, "objects", [document]).one("tickets")["is_messaging"]


@pytest.mark.parametrize("odd", [None, "Email", 7, [], {"channel": {}}, {"source": None}])
def test_a_ticket_is_kept_however_odd_its_way_in(run, odd):
    assert run(SOURCE, "objects", [ticket(via=odd)]).one("tickets")["business_id"] == "2"


def test_a_comment_as_copying_tools_keep_it(run):
    child = {
        "id": 11,
        "ticket_id": 301,
        "event_type": "Comment",
        "timestamp": 1772443800,
        "author_id": AGENT,
        "body": "Ja",
        "public": True,
    }
    assert SOURCE.kinds[2].recognise(child)
    row = run(SOURCE, "objects", [child]).one("ticket_events")
    assert (row["ticket_id"], row["happened_at"]) == ("301", utc(2026, 3, 2, 9, 30))


def test_samples_and_merged_and_deleted_tickets_are_marked(run):
    mapped = run(
        SOURCE,
        "objects",
        [
            ticket(id=1, via=via("sample_ticket")),
            ticket(id=2, status="closed", tags=["maat", "closed_by_merge"]),
            ticket(id=3, status="deleted"),
        ],
    )
    assert [(row["is_sample"], row["status"]) for row in mapped["tickets"]] == [
        (True, "open"),
        (False, "merged"),
        (False, "deleted"),
    ]


def test_a_ticket_of_the_old_page_channel_knows_the_person(run):
    document = ticket(via=via("facebook", "message", facebook_id="7311223344556677", name="Jo"))
    mapped = run(SOURCE, "objects", [document])
    assert ("chat_id", "7311223344556677") in mapped.keys_of("messenger:2:7001")


def test_who_hands_in_for_somebody_else_does_not_lend_their_address(run):
    mapped = run(SOURCE, "objects", [ticket(submitter_id=AGENT)])
    assert not {kind for kind, _ in mapped.keys_of(SUBJECT)} & {"email", "phone"}


def test_users(run):
    mapped = run(SOURCE, "objects", [user(), user(AGENT, "agent"), user(1, "admin", phone=None)])
    assert [(p["person_id"], p["role"], p["name"]) for p in mapped["people"]] == [
        ("7001", "customer", None),
        ("31", "human", "Jo de Wit"),
        ("1", "human", "Jo de Wit"),
    ]
    assert mapped.keys_of("zendesk:zendesk:7001") == {
        ("person", "zendesk:7001"),
        ("email", "jo@post.example"),
        ("phone", "+31 6 1234 5678"),
        ("shop_customer", "shop-77"),
    }
    assert not mapped.keys_of("zendesk:zendesk:31"), "an employee's mailbox is the shop's"


def test_a_shared_telephone_ties_nobody(run):
    mapped = run(SOURCE, "objects", [user(shared_phone_number=True)])
    assert "phone" not in {kind for kind, _ in mapped.keys_of("zendesk:zendesk:7001")}


@pytest.mark.parametrize(
    ("kind", "value", "key"),
    [
        ("email", "Jo@Werk.example", ("email", "jo@werk.example")),
        ("phone_number", "+31612345678", ("phone", "+31612345678")),
        ("facebook", "855769377321", ("chat_id", "855769377321")),
        ("messaging", "67e0000000000000000000aa", ("person", "sunshine:67e0000000000000000000aa")),
        ("twitter", "jo", None),
    ],
)
def test_identities_of_users(run, kind, value, key):
    document = {"id": 5, "user_id": 7001, "type": kind, "value": value, "primary": True}
    keys = run(SOURCE, "objects", [document]).keys_of("zendesk:zendesk:7001")
    assert keys == {("person", "zendesk:7001")} | ({key} if key else set())


def test_the_same_comment_is_one_event_wherever_it_stands(run):
    one = comment(9007199254740993, AGENT, "Ja hoor")
    inside = {
        k: v for k, v in one.items() if k not in ("created_at", "via", "metadata", "audit_id")
    }
    child = {"id": one["id"], "event_type": "Comment", "body": "Ja hoor", "public": True}
    mapped = run(
        SOURCE,
        "objects",
        [
            one | {"ticket_id": 301},
            audit(9007199254740992, AGENT, inside),
            {
                "id": 9007199254740992,
                "ticket_id": 301,
                "timestamp": 1772443800,
                "created_at": "2026-03-02T09:30:00Z",
                "updater_id": AGENT,
                "via": "Web form",
                "event_type": "Audit",
                "child_events": [child | {"author_id": AGENT}],
            },
            ticket(comments=[one]),
        ],
    )
    events = mapped["ticket_events"]
    told = ("event_id", "ticket_id", "happened_at", "sequence", "author_id", "kind", "text")
    assert {tuple(row[name] for name in told) for row in events} == {
        ("9007199254740993", "301", utc(2026, 3, 2, 9, 30), 254740993, "31", "text", "Ja hoor")
    }
    assert [row["detail"] for row in events] == [4, 4, 3, 2]


def test_notes_are_notes(run):
    note = comment(11, AGENT, "intern", public=False)
    mapped = run(SOURCE, "objects", [audit(10, AGENT, note), note | {"ticket_id": 301}])
    assert {(row["kind"], row["declared_role"]) for row in mapped["ticket_events"]} == {
        ("note", "note")
    }


@pytest.mark.parametrize(
    ("changes", "role"),
    [
        ({"via": via("rule", "trigger")}, "auto"),
        ({"via": via(8)}, "auto"),
        ({"via": via("rule", "automation")}, "auto"),
        ({"author_id": -1}, "auto"),
        ({"via": via("web", "merge")}, "system"),
        ({"type": "VoiceComment"}, "system"),
        ({"via": via("email")}, None),
        ({"via": {}}, None),
    ],
)
def test_who_spoke_where_the_way_in_tells(run, changes, role):
    document = comment(11, AGENT, **changes) | {"ticket_id": 301}
    assert run(SOURCE, "objects", [document]).one("ticket_events")["declared_role"] == role


def test_comments_that_copy_a_chat_are_marked(run):
    found = [
        run(SOURCE, "objects", [comment(11, AGENT, via=way) | {"ticket_id": 301}]).one(
            "ticket_events"
        )["is_transcript"]
        for way in (via("chat"), via(75), via("chat_transcript"), via("email"), {})
    ]
    assert found == [True, True, True, False, None]


def test_a_trigger_that_answers_whoever_just_wrote_is_an_automatic_reply(run):
    notice = {
        "id": 13,
        "type": "Notification",
        "via": via("rule", "trigger"),
        "subject": "Ontvangen",
        "body": "We hebben je bericht ontvangen.",
        "recipients": [CUSTOMER],
    }
    passed_on = notice | {"id": 14, "recipients": [70010, AGENT]}
    reminder = audit(20, AGENT, comment(21, AGENT, public=False), notice | {"recipients": [AGENT]})
    mapped = run(
        SOURCE,
        "objects",
        [audit(10, CUSTOMER, comment(11, CUSTOMER), notice, passed_on), reminder],
    )
    assert [(row["event_id"], row["declared_role"]) for row in mapped["ticket_events"]] == [
        ("11", None),
        ("21", "note"),
        ("13", "auto"),
    ]


def test_what_closes_and_reopens_a_ticket(run):
    def change(number, value, before):
        event = {"id": number, "type": "Change", "field_name": "status"}
        return audit(number, AGENT, event | {"value": value, "previous_value": before})

    updated = {
        "id": 50,
        "ticket_id": 301,
        "timestamp": 1772443800,
        "updater_id": -1,
        "child_events": [{"id": 51, "status": "solved", "previous_value": "open"}],
    }
    mapped = run(
        SOURCE,
        "objects",
        [
            change(10, "solved", "open"),
            change(20, "closed", "solved"),
            change(30, "open", "solved"),
            change(40, "pending", "open"),
            updated,
            metrics(solved_at="2026-03-02T09:30:00Z"),
            ticket(dates={"solved_at": "2026-03-02T09:30:00Z"}),
        ],
    )
    found = [(row["event_id"], row["kind"]) for row in mapped["ticket_events"]]
    assert sorted(found) == [("close:301:1772443800", "close")] * 4 + [
        ("reopen:301:1772443800", "reopen")
    ]
    assert mapped.outcomes[1] == ("ignored", "changes of a ticket that say nothing")


def test_a_chat_kept_in_an_audit_is_told_message_by_message(run):
    def line(index, kind, actor, text, **more):
        return {
            "type": "ChatMessage",
            "chat_index": index,
            "actor_type": kind,
            "actor_id": actor,
            "actor_name": "Jo",
            "message": text,
            "message_id": f"m{index}",
            "timestamp": 1772443800123 + index,
        } | more

    history = [
        line(0, "end-user", "7001", "Hoi"),
        line(1, "agent", "agent:", "Kies maar", original_message={"source": {"type": "x"}}),
        line(2, "agent", "agent:31", "Hallo"),
        line(3, "system", "__trigger", "Even geduld"),
        line(4, "agent", "31", "", type="ChatJoin"),
        line(5, "end-user", "7001", "Eerder", is_history_context=True),
    ]
    event = {"id": 11, "type": "ChatStartedEvent", "value": {"chat_id": "c1", "history": history}}
    mapped = run(SOURCE, "objects", [audit(10, CUSTOMER, event)])
    assert [(r["event_id"], r["declared_role"], r["text"]) for r in mapped["ticket_events"]] == [
        ("chat:m0", "customer", "Hoi"),
        ("chat:m1", "bot", "Kies maar"),
        ("chat:m2", "human", "Hallo"),
        ("chat:m3", "auto", "Even geduld"),
    ]
    assert mapped["ticket_events"][0]["happened_at"] == utc(2026, 3, 2, 9, 30, 0, 123000)


def test_a_link_stands_with_its_comment_for_only_the_ticket_knows_whose_it_is(run):
    text = "https://pluis.example/cart/c/abcDEF123456?key=1"
    commented = [audit(10, AGENT, comment(11, AGENT, text)), comment(12, CUSTOMER, text)]
    mapped = run(SOURCE, "objects", [*commented, ticket()])
    said = [(r["event_id"], r["shared_kind"], r["shared_value"]) for r in mapped["ticket_events"]]
    assert ("11", "token", "abcDEF123456") in said
    assert {row["key_kind"] for row in mapped["identities"]} == {"person", "email"}


def test_a_linked_word_leads_where_the_plain_text_does_not_say(run):
    link = "Betaal [hier](https://pluis.example/cart/1:1?attributes[chat]=7311223344)"
    said = comment(11, AGENT, link, plain_body="Betaal hier") | {"ticket_id": 301}
    row = run(SOURCE, "objects", [said]).one("ticket_events")
    assert (row["shared_kind"], row["shared_value"]) == ("link", "7311223344")
    assert row["text"] == "Betaal hier"


def test_durations_in_minutes_and_in_seconds(run):
    documents = [metrics(), ticket(metric_set=metrics(reply_time_in_seconds={"calendar": 905}))]
    mapped = run(SOURCE, "objects", documents)
    first = [row for row in mapped["reported_times"] if row["measure"] == "first_reply"]
    assert [
        (row["case_id"], row["calendar_seconds"], row["business_seconds"], row["precision_seconds"])
        for row in first
    ] == [("301", 900, 600, 60), ("301", 905, 600, 1)]
    assert {row["measure"] for row in mapped["reported_times"]} == {
        "first_reply",
        "requester_wait",
        "on_hold",
    }, "a duration that has not happened is none"


def test_metric_events_tell_each_reply(run):
    def event(instance, **changes):
        return {
            "id": 1,
            "ticket_id": 301,
            "metric": "reply_time",
            "instance_id": instance,
            "type": "update_status",
            "time": "2026-03-02T09:30:00Z",
            "status": {"calendar": 16, "business": 0},
            "deleted": False,
        } | changes

    mapped = run(
        SOURCE,
        "objects",
        [event(1), event(2), event(1, type="activate", status=None), event(3, deleted=True)],
    )
    assert [
        (row["measure"], row["instance"], row["calendar_seconds"])
        for row in mapped["reported_times"]
    ] == [("first_reply", 0, 960), ("next_reply", 2, 960)]
    assert (
        mapped.outcomes[2] == mapped.outcomes[3] == ("ignored", "metric event without a duration")
    )


def test_ratings_count_when_they_were_given(run):
    documents = [
        rating(),
        rating(id=10, score="bad_with_comment"),
        rating(id=11, score="offered"),
        rating(id=12, score="perfect"),
    ]
    mapped = run(SOURCE, "objects", documents)
    assert [(r["rating_id"], r["is_good"], r["case_id"]) for r in mapped["ratings"]] == [
        ("9", True, "301"),
        ("10", False, "301"),
    ]
    assert mapped.outcomes[2] == ("ignored", "rating asked for and not given")
    assert mapped.outcomes[3] == ("quarantined", "rating with an unknown score")


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        (((1980, 2460), (3420, 3900)), "Mo,Tu 09:00-17:00"),
        (((1980, 2160), (2220, 2460)), "Mo 09:00-12:00,13:00-17:00"),
        (((2760, 3000),), "Mo 22:00-24:00; Tu 00:00-02:00"),
        (((9960, 10080), (0, 120)), "Sa 22:00-24:00; Su 00:00-02:00"),
        (((0, 10080),), "24/7"),
        ((), None),
    ],
)
def test_schedules_become_opening_hours(run, intervals, expected):
    row = run(SOURCE, "objects", [schedule(*intervals)]).one("schedules")
    assert (row["opening_hours"], row["time_zone"]) == (expected, "Europe/Copenhagen")
    if expected:
        check_opening_hours(expected, None)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("America/New_York", "America/New_York"),
        ("UTC", "UTC"),
        ("Nergens", None),
    ],
)
def test_zones_get_their_iana_name(run, told, expected):
    document = schedule((0, 60), time_zone=told)
    assert run(SOURCE, "objects", [document]).one("schedules")["time_zone"] == expected


def test_audits_tell_from_when_a_ticket_followed_which_schedule(run):
    def assigned(number, before, after):
        return {
            "id": number,
            "type": "ScheduleAssignment",
            "previous_schedule_id": before,
            "new_schedule_id": after,
        }

    mapped = run(
        SOURCE,
        "objects",
        [
            audit(10, AGENT, assigned(11, None, 12), assigned(12, 12, 13)),
            audit(20, AGENT, assigned(21, 13, None), created_at="2026-03-03T08:00:00Z"),
        ],
    )
    found = [
        (row["ticket_id"], row["assigned_at"], row["sequence"], row["schedule_id"])
        for row in mapped["ticket_schedules"]
    ]
    assert sorted(found, key=lambda row: row[2]) == [
        ("301", utc(2026, 3, 2, 9, 30), 11, "12"),
        ("301", utc(2026, 3, 2, 9, 30), 12, "13"),
        ("301", utc(2026, 3, 3, 8), 21, None),
    ]


def test_holidays_belong_to_the_schedule_of_their_address(run):
    document = {
        "id": 1,
        "name": "Koningsdag",
        "start_date": "2026-04-27",
        "end_date": "2026-04-27",
    }
    found = [
        run(SOURCE, "objects", [document], file=name).one("schedule_holidays")["schedule_id"]
        for name in ("schedules/12/holidays.json", "holidays.json")
    ]
    assert found == ["12", "none"]
    row = run(SOURCE, "objects", [document]).one("schedule_holidays")
    assert (row["starts_on"], row["ends_on"]) == (date(2026, 4, 27), date(2026, 4, 27))


def test_a_page_about_one_ticket_takes_its_number_from_its_address(run):
    document = audit(10, CUSTOMER, comment(11, CUSTOMER), ticket_id=None)
    placed = run(SOURCE, "objects", [document], file="tickets/301/audits.json")
    assert placed.one("ticket_events")["ticket_id"] == "301"
    lost = run(SOURCE, "objects", [document], file="audits.json")
    assert not lost["ticket_events"]
    assert lost.outcomes[0][0] == "quarantined"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("groups", "group"),
        ("brands", "brand"),
        ("organizations", "organisation"),
        ("macros", "an object that is not read"),
    ],
)
def test_other_objects_are_passed_over(run, kind, reason):
    document = {"id": 1, "url": f"https://pluis.zendesk.example/api/v2/{kind}/1.json", "name": "x"}
    assert SOURCE.kinds[2].recognise(document)
    assert run(SOURCE, "objects", [document]).outcomes == {0: ("ignored", reason)}


def test_nobody_elses_documents_are_taken():
    others = [
        {"object": "page", "entry": []},
        {"id": 1, "total_price": "1.00", "financial_status": "paid", "order_number": 1},
        {"id": 1, "role": "agent", "email": "a@b.example", "availability_status": "online"},
        {"id": 1, "requester_id": 2, "responder_id": 3, "status": 2, "source": 1},
        {"type": "conversation", "id": "1", "conversation_parts": {}, "source": {}},
        {"id": 1, "content": "hi", "message_type": 0, "conversation_id": 4},
        {"ad_id": "1", "date_start": "2026-01-01", "spend": "1"},
        {"events": [1], "comments": "x", "intervals": {}, "url": 5, "status": [], "role": {}},
        {},
    ]
    assert not [
        (kind.name, document)
        for kind in SOURCE.kinds
        for document in others
        if kind.recognise(document)
    ]


def test_no_other_platform_takes_these_documents():
    ours = [ticket(), user(), comment(1, 2), audit(1, 2, comment(3, 4)), metrics(), rating()]
    assert not [
        (source.name, kind.name)
        for source in known_sources()
        for kind in source.kinds
        for document in ours
        if source.name != "zendesk" and kind.recognise(document)
    ]
