"""What the messages and lines of an exported chat text become."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.shop import Shop
from convocommerce.sources import known_sources
from convocommerce.sources.whatsapp.chat_text_kind import CHAT_TEXT
from convocommerce.sources.whatsapp.source import SOURCE
from convocommerce.warehouse import state_hash

MARK = "\u200e"
FIXTURES = Path(__file__).parent / "fixtures"


def line(text: str = "Is de jas er nog?", author: str | None = "Sanne", **other: Any) -> dict:
    return {
        "chat_at": "2026-09-25T14:03:22",
        "chat_stamp": "25-09-2026 14:03:22",
        "chat_clock": "seconds",
        "chat_dates": "dmy",
        "chat_dates_by": "values",
        "chat_kind": "private",
        "chat_with": "Sanne",
        "chat_owner": "Jas & Co",
        "author": author,
        "text": text,
        "marked": text.startswith(MARK),
        "place": 0,
        "opens_cut": False,
        **other,
    }


@pytest.fixture
def read(run):
    return lambda *lines: run(SOURCE, "chat_text", list(lines))


def test_the_other_party_is_the_customer(read):
    mapped = read(line(place=2))
    found = mapped.one("messages")
    assert found.pop("message_id").startswith("made:")
    assert found.pop("business_id").startswith("whatsapp-")
    assert found == {
        "channel": "whatsapp",
        "customer_id": "Sanne",
        "sent_at": datetime(2026, 9, 25, 14, 3, 22),
        "is_local": True,
        "sequence": 2,
        "direction": "in",
        "kind": "text",
        "declared_role": "customer",
        "is_cut_off": False,
        "detail": 3,
        "shared_token": None,
        "text": "Is de jas er nog?",
    }
    assert mapped.outcomes == {}


def test_whose_phone_it_is_answers_and_the_rules_decide_who_that_was(read):
    found = read(line("Ja!", "Jas & Co")).one("messages")
    assert (found["direction"], found["declared_role"], found["customer_id"]) == (
        "out",
        None,
        "Sanne",
    )


def test_times_are_the_clock_on_the_wall_until_the_rules_say_where_it_hangs():
    with cc.open(":memory:") as shop:
        shop.load(FIXTURES / "chats")
        found = []
        for zone in ("UTC", "Europe/Amsterdam", "America/New_York"):
            shop.rules = cc.Rules(time_zone=zone)
            shop.build()
            rows = shop.database.con.execute("select max(sent_at) from conversation_messages")
            found.append((rows.fetchall()[0][0], shop.as_of()))
    local = datetime(2026, 9, 25, 14, 15)
    assert found == [
        (local - timedelta(hours=offset), local - timedelta(hours=offset)) for offset in (0, 2, -4)
    ]


def test_all_chats_of_a_phone_are_of_one_business_that_is_not_named(read):
    chats = [line("Ja!", "Jas & Co"), line("Ja!", "Jas & Co", chat_with="Piet")]
    (business,) = {row["business_id"] for row in read(*chats)["messages"]}
    assert "Jas" not in business
    assert ":" not in business


def test_an_answer_in_a_later_export_tells_whose_chat_it_was(tmp_path):
    asked = "25-09-2026 14:03 - Sanne: Hoi\n"
    with cc.open(":memory:") as shop:
        for text in (asked, asked + "25-09-2026 14:05 - Jas & Co: Dag\n"):
            path = tmp_path / "WhatsApp Chat with Sanne.txt"
            path.write_text(text, "utf-8")
            shop.load(path)
        found = shop.database.con.execute("select business_id from messages").fetchall()
    assert len(found) == 2
    assert len(set(found)) == 1


KINDS: list[tuple[str, str, str | None]] = [
    ("<Media omitted>", "attachment", None),
    ("<Media weggelaten>", "attachment", None),
    ("<Medien ausgeschlossen>", "attachment", None),
    ("<Médias omis>", "attachment", None),
    ("<Multimedia omitido>", "attachment", None),
    (f"{MARK}image omitted", "attachment", None),
    (f"{MARK}afbeelding weggelaten", "attachment", None),
    ("Bild weggelassen", "attachment", None),
    (f"{MARK}sticker omitted", "sticker", None),
    ("STK-20260925-WA0001.webp (file attached)", "sticker", None),
    (f"maten.pdf • {MARK}3 pagina's {MARK}document weggelaten", "attachment", None),
    (f"{MARK}<attached: 00000042-PHOTO-2026-09-25-14-03-22.jpg>", "attachment", None),
    (f"{MARK}<Anhang: 00000042-PHOTO-2026-09-25-14-03-22.jpg>", "attachment", None),
    ("IMG-20260925-WA0001.jpg (bestand bijgevoegd)\ndeze?", "attachment", "deze?"),
    ("Piet.vcf (Datei angehängt)", "attachment", None),
    (
        "locatie: https://maps.google.com/?q=52.1,5.1",
        "attachment",
        "locatie: https://maps.google.com/?q=52.1,5.1",
    ),
    (f"{MARK}This message was deleted.", "unsupported", None),
    ("Dit bericht is verwijderd", "unsupported", None),
    ("Diese Nachricht wurde gelöscht.", "unsupported", None),
    ("Ce message a été supprimé", "unsupported", None),
    ("Se eliminó este mensaje.", "unsupported", None),
    ("", "unsupported", None),
    ("null", "unsupported", None),
    ("Waiting for this message. This may take a while.", "unsupported", None),
    (f"Ja hoor {MARK}<Dit bericht is bewerkt>", "text", "Ja hoor"),
    ("Yes <This message was edited>", "text", "Yes"),
    ("Sí <Se editó este mensaje.>", "text", "Sí"),
    (
        f"{MARK}POLL:\nRood?\n{MARK}OPTION: Ja (1 vote)",
        "text",
        "POLL:\nRood?\nOPTION: Ja (1 vote)",
    ),
    ("ik heb de video weggelaten", "text", "ik heb de video weggelaten"),
    ("Video call?", "text", "Video call?"),
    ("<3", "text", "<3"),
]


@pytest.mark.parametrize("author", ["Sanne", "Jas & Co"])
def test_what_kinds_of_message_there_are(read, author):
    mapped = read(*(line(text, author) for text, _, _ in KINDS))
    found = {row["document_no"]: row for row in mapped.records["messages"]}
    for number, (text, kind, said) in enumerate(KINDS):
        assert (text, found[number]["kind"], found[number]["text"]) == (text, kind, said)


BY_THE_APP: list[tuple[str, str | None, str]] = [
    ("Messages and calls are end-to-end encrypted.", None, "a line of the app itself"),
    ("Je beveiligingscode met Sanne is gewijzigd.", None, "a line of the app itself"),
    ("Sanne hat eine neue Telefonnummer.", None, "a line of the app itself"),
    ("Cette entreprise utilise un service sécurisé.", None, "a line of the app itself"),
    ("Activaste los mensajes temporales.", None, "a line of the app itself"),
    (f"{MARK}This chat is with a business account.", "Sanne", "a line of the app itself"),
    (f"{MARK}Je hebt dit contact geblokkeerd", "Jas & Co", "a line of the app itself"),
    (
        "Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Niemand sonst kann sie lesen.",
        "Sanne",
        "a line of the app itself",
    ),
    ("Missed voice call", "Jas & Co", "a call"),
    (f"{MARK}Gemiste spraakoproep, {MARK}Tik om terug te bellen", "Sanne", "a call"),
    (f"{MARK}Verpasster Videoanruf", "Sanne", "a call"),
    (f"{MARK}Voice call, {MARK}4 min", "Sanne", "a call"),
    ("Appel vocal manqué", "Sanne", "a call"),
]


def test_what_the_app_itself_writes_is_never_a_reply(read):
    mapped = read(*(line(text, author) for text, author, _ in BY_THE_APP))
    assert mapped["messages"] == []
    for number, (text, _, reason) in enumerate(BY_THE_APP):
        assert (text, mapped.outcomes[number]) == (text, ("ignored", reason))


@pytest.mark.parametrize(
    ("other", "outcome", "words"),
    [
        ({"chat_kind": "group", "chat_with": None}, "ignored", "group"),
        ({"chat_kind": "unknown", "chat_with": None}, "quarantined", "name the file"),
        ({"chat_at": None, "chat_dates": "undecided"}, "quarantined", "day and month"),
        ({"chat_at": None}, "quarantined", "a date or time that is none"),
        ({"author": "Piet"}, "quarantined", "not one of the two"),
    ],
)
def test_what_cannot_be_told_is_set_aside_with_the_way_out(read, other, outcome, words):
    found, reason = read(line(**other)).outcomes[0]
    assert found == outcome
    assert words in reason
    assert "Sanne" not in reason


def test_equal_messages_of_one_minute_are_two_and_the_same_two_in_every_export(read):
    lines = [line("ja", place=n) for n in range(2)]
    once = {row["message_id"] for row in read(*lines)["messages"]}
    again = {
        row["message_id"]
        for row in read(line("Hoi", chat_at="2026-09-25T13:00:00"), *lines)["messages"]
    }
    assert len(once) == 2
    assert once < again


def test_a_picture_is_the_same_message_with_and_without_its_file(read):
    texts = ("<Media omitted>", "IMG-20260925-WA0001.jpg (file attached)")
    assert len({read(line(text)).one("messages")["message_id"] for text in texts}) == 1


def test_a_customer_without_a_name_is_known_by_their_number(read):
    number = "+31 6\u00a012345678".replace("\u00a0", " ")
    mapped = read(line(author=number, chat_with=number))
    business = mapped.one("messages")["business_id"]
    assert mapped.one("messages")["customer_id"] == "31612345678"
    assert mapped.keys_of(f"whatsapp:{business}:31612345678") == {
        ("chat_id", "31612345678"),
        ("phone", "+31612345678"),
    }


def test_keys_that_the_chat_shows(read):
    mapped = read(
        line("Mijn mail is Sanne@post.example"),
        line("06 12345678"),
        line("Kijk: https://jas.example/cart/c/abcdef1234?x=1", "Jas & Co"),
        line("https://jas.example/p?ref=qr_9", "Jas & Co"),
        line("piet@post.example", "Jas & Co"),
    )
    business = mapped["messages"][0]["business_id"]
    assert mapped.keys_of(f"whatsapp:{business}:Sanne") == {
        ("typed_email", "sanne@post.example"),
        ("typed_phone", "06 12345678"),
        ("token", "abcdef1234"),
        ("link", "qr_9"),
    }


def test_every_column_has_the_declared_type(column_types):
    assert column_types(SOURCE) == set()


def test_only_chat_texts_are_recognised():
    assert CHAT_TEXT.recognise(line())
    for document in (
        {},
        {"text": "x", "author": "y"},
        {"object": "page", "entry": []},
        {"chat_at": 1},
    ):
        assert not CHAT_TEXT.recognise(document)
    others = [k for s in known_sources() for k in s.kinds if k is not CHAT_TEXT and not k.is_csv]
    assert [kind.name for kind in others if kind.recognise(line())] == []


def test_damaged_documents_are_all_accounted_for(read, mutant):
    random = Random(3)
    damaged = [mutant(line(), random) for _ in range(400)]
    mapped = read(*damaged)
    assert mapped.incomplete == []
    assert mapped.unaccounted(len(damaged)) == set()


QUESTIONS = "".join(f"27-08-2026 11:{20 + n} - Sanne: vraag {n}\n" for n in range(9))
CHAT = f"""27-08-2026 11:17 - Berichten en gesprekken zijn end-to-end versleuteld.
{QUESTIONS}27-08-2026 11:40 - Sanne: ja
27-08-2026 11:40 - Sanne: ja
27-08-2026 11:41 - Jas & Co: Ja!
We houden hem vast.
"""


def loaded(shop: Shop, folder: Path, *texts: str) -> str:
    folder.mkdir()
    for text in texts:
        path = folder / "WhatsApp-chat met Sanne.txt"
        path.write_text(text, "utf-8")
        assert shop.load(path).quarantined == 0
    return state_hash(shop.database.con)


def test_overlapping_exports_end_in_the_same_state_as_one(tmp_path):
    lines = CHAT.splitlines(keepends=True)
    found = set()
    for number, texts in enumerate(
        [
            (CHAT,),
            (CHAT, CHAT),
            ("".join(lines[:6]), CHAT),
            (CHAT, "".join(lines[4:])),
            ("".join(lines[4:]), "".join(lines[:8]), CHAT),
        ]
    ):
        with cc.open(":memory:") as shop:
            found.add(loaded(shop, tmp_path / str(number), *texts))
    assert len(found) == 1


def test_a_chat_of_which_the_customer_is_not_told_says_how_to_mend_it(tmp_path):
    path = tmp_path / "_chat.txt"
    path.write_text("".join(CHAT.splitlines(keepends=True)[1:]), "utf-8")
    with cc.open(":memory:") as shop:
        (file,) = shop.load(path).files
    assert (file.loaded, file.quarantined) == (0, 12)
    (reason,) = file.reasons
    assert reason.reason.endswith('name the file "WhatsApp Chat with <customer>.txt"')


def test_two_exports_as_phones_write_them():
    columns = ("customer_id", "sent_at", "direction", "kind", "shared_token", "text")
    with cc.open(":memory:") as shop:
        report = shop.load(FIXTURES / "chats")
        found = shop.database.con.execute(
            f"select {', '.join(columns)} from messages order by sent_at, sequence"
        ).fetchall()
    assert report.quarantined == 0
    expected = json.loads((FIXTURES / "expected_chats.json").read_text("utf-8"))
    told = [{**dict(zip(columns, row, strict=True)), "sent_at": f"{row[1]}"} for row in found]
    assert told == expected["messages"]
