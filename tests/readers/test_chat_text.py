"""Exported chat texts: where messages begin, what day it was, and with whom the chat is."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import pytest

from convocommerce.readers import ExportFile, find_exports
from convocommerce.readers.chat_people import title_of

NARROW, HARD, MARK = "\u202f", "\u00a0", "\u200e"
TITLED = "WhatsApp Chat with Sanne.txt"


def export(folder: Path, text: str | bytes, name: str = TITLED) -> ExportFile:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    (found,) = find_exports([path])
    return found


def rows(file: ExportFile) -> list[dict[str, Any]]:
    return [row for table in file.documents() for row in table.to_pylist()]


def documents(file: ExportFile) -> list[dict[str, Any]]:
    assert file.format() == "chat_text"
    return [json.loads(row["text"]) for row in rows(file) if row["fault"] is None]


def said(file: ExportFile) -> list[tuple[str | None, str]]:
    return [(one["author"], one["text"]) for one in documents(file)]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("[25-09-2026 14:03:22] ", "2026-09-25T14:03:22"),
        (f"{MARK}[25-09-2026, 14:03:22] ", "2026-09-25T14:03:22"),
        ("[25.09.26, 14:03:22] ", "2026-09-25T14:03:22"),
        (f"[9/25/26, 2:03:22{NARROW}PM] ", "2026-09-25T14:03:22"),
        (f"[25/9/26 2:03:22 p.{HARD}m.] ", "2026-09-25T14:03:22"),
        ("[2026/09/25, 14:03:22] ", "2026-09-25T14:03:22"),
        ("[25.9.2026 klo 14.03.22] ", "2026-09-25T14:03:22"),
        ("9/25/26, 2:03 PM - ", "2026-09-25T14:03:00"),
        (f"9/25/26, 12:03{NARROW}AM - ", "2026-09-25T00:03:00"),
        ("9/25/26, 12:03 PM - ", "2026-09-25T12:03:00"),
        ("25/09/2026, 14:03 - ", "2026-09-25T14:03:00"),
        ("25/09/2026, 2:03 pm - ", "2026-09-25T14:03:00"),
        ("25-09-2026 14:03 - ", "2026-09-25T14:03:00"),
        ("25.09.26, 14:03 - ", "2026-09-25T14:03:00"),
        ("25.09.26, 2:03 nachm. - ", "2026-09-25T14:03:00"),
        ("2026-09-25, 2:03 p.m. - ", "2026-09-25T14:03:00"),
        ("25/09/2026 à 14:03 - ", "2026-09-25T14:03:00"),
        ("25.9.2026 klo 14.03 - ", "2026-09-25T14:03:00"),
        ("25. 9. 2026. 14:03 - ", "2026-09-25T14:03:00"),
        ("2026. 9. 25. 오후 2:03 - ", "2026-09-25T14:03:00"),
        ("25/9/26, 14:03 – ", "2026-09-25T14:03:00"),
        ("14:03, 25/9/2026 - ", "2026-09-25T14:03:00"),
        ("٢٥\u200f/٩\u200f/٢٠٢٦، ٢:٠٣\u00a0م - ", "2026-09-25T14:03:00"),
        ("25.09.2026, 14:03:22: ", "2026-09-25T14:03:22"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_way_of_writing_the_stamp(tmp_path, start, expected, end):
    file = export(tmp_path, f"{start}Sanne: Hoi{end}{start}Jas & Co: Dag{end}")
    first, second = documents(file)
    assert (first["chat_at"], first["author"], first["text"]) == (expected, "Sanne", "Hoi")
    assert (first["place"], second["place"]) == (0, 1)
    assert first["chat_clock"] == ("seconds" if expected.endswith(":22") else "minutes")


@pytest.mark.parametrize(
    ("stamps", "order", "evidence"),
    [
        (["13/04/26, 9:00 AM"], "dmy", "values"),
        (["04/13/26, 9:00 AM"], "mdy", "values"),
        (["03/04/26, 9:00", "13/04/26, 9:00"], "dmy", "values"),
        # 2 January and 1 February, not 1 February and 2 January: time runs forward.
        (["2/1/26, 9:00", "1/2/26, 9:00"], "dmy", "sequence"),
        (["2/4/26, 9:00", "3/4/26, 9:00", "4/4/26, 9:00", "5/4/26, 9:00"], "dmy", "pace"),
        (["4/2/26, 9:00", "4/3/26, 9:00", "4/4/26, 9:00", "4/5/26, 9:00"], "mdy", "pace"),
        (["03.04.26, 9:00"], "dmy", "locale"),
        (["03-04-2026 09:00"], "dmy", "locale"),
        (["3/4/26, 9:00 AM"], "mdy", "locale"),
        (["3/4/26, 9:00 am"], "dmy", "locale"),
        (["3/4/26, 9:00 a. m."], "dmy", "locale"),
        (["03/04/2026, 09:00"], "dmy", "locale"),
        (["26/09/03, 09:00", "26/09/30, 09:00", "26/10/01, 09:00"], "ymd", "values"),
        (["3/4/26, 9:00"], "undecided", "undecided"),
        (["03/04/26, 9:00 AM"], "undecided", "undecided"),
    ],
)
def test_the_order_of_day_and_month_is_decided_for_the_file(tmp_path, stamps, order, evidence):
    found = documents(export(tmp_path, "".join(f"{one} - Sanne: Hoi\n" for one in stamps)))
    assert {(one["chat_dates"], one["chat_dates_by"]) for one in found} == {(order, evidence)}
    assert {one["chat_at"] is None for one in found} == {order == "undecided"}


def test_the_language_of_the_phone_tells_the_order_too(tmp_path):
    chat = "3/4/26, 9:00 - Les messages sont chiffrés de bout en bout.\n3/4/26, 9:00 - Sanne: Oui\n"
    assert {one["chat_dates"] for one in documents(export(tmp_path, chat))} == {"dmy"}


def test_a_message_goes_on_until_the_next_begins(tmp_path):
    quoted = "[24/06/2026, 13:00:00] Jas & Co: geciteerd\n24/06/2026 om acht uur"
    chat = (
        f"23/06/2026, 13:55 - Sanne: een\n\ntwee\n2016-04-29 10:30:00\n{quoted}\n"
        "23/06/2026, 14:00 - Jas & Co: ja\n"
    )
    file = export(tmp_path, chat)
    assert [row["position"] for row in rows(file)] == [1, 7]
    assert said(file) == [
        ("Sanne", "een\n\ntwee\n2016-04-29 10:30:00\n" + quoted),
        ("Jas & Co", "ja"),
    ]


@pytest.mark.parametrize(
    "name", ["Anna: van de markt", "🤓", "Jan-Piet - werk", "O'Neill", "陈 伟", "+31 6 12345678"]
)
def test_a_name_can_hold_nearly_anything(tmp_path, name):
    chat = "".join(f"23/06/2026, 13:5{n} - {name}: bericht {n}: x\n" for n in range(3))
    assert said(export(tmp_path, chat)) == [(name, f"bericht {n}: x") for n in range(3)]


def test_direction_marks_around_a_name_are_no_part_of_it(tmp_path):
    chat = f"[23-06-2026 13:55:00] \u202a+31{HARD}6{HARD}12345678\u202c: hoi\n"
    assert said(export(tmp_path, chat)) == [("+31 6 12345678", "hoi")]


def test_lines_of_the_app_name_nobody(tmp_path):
    chat = (
        "23/06/2026, 13:55 - Messages and calls are end-to-end encrypted.\n"
        '23/06/2026, 13:55 - You changed the subject to "Sale: now"\n'
        "23/06/2026, 13:56 - Sanne: Hoi\n"
        "23/06/2026, 13:56 - Sanne:\n"
    )
    assert [author for author, _ in said(export(tmp_path, chat))] == [None, None, "Sanne", "Sanne"]


@pytest.mark.parametrize(
    ("file", "title"),
    [
        ("WhatsApp Chat with Sanne.txt", "Sanne"),
        ("WhatsApp-chat met Sanne de Vries (1).txt", "Sanne de Vries"),
        ("WhatsApp Chat mit Sanne.txt", "Sanne"),
        ("Discussion WhatsApp avec Sanne.txt", "Sanne"),
        ("Chat de WhatsApp con Sanne.txt", "Sanne"),
        ("Conversa do WhatsApp com Sanne.txt", "Sanne"),
        ("WhatsApp_Chat_with_Sanne.txt", "Sanne"),
        ("WhatsApp Chat - Sanne.zip/_chat.txt", "Sanne"),
        ("chats/WhatsApp Chat - Sanne/_chat.txt", "Sanne"),
        ("Sanne.txt", None),
        ("_chat.txt", None),
    ],
)
def test_whom_a_file_is_named_after(file, title):
    assert title_of(file) == title


PAIR = "[23-06-2026 13:55:00] Sanne: Hoi\n[23-06-2026 13:56:00] Jas & Co: Dag\n"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (TITLED, "", ""),
        ("WhatsApp Chat with sanne.txt", "", ""),
        # The notice stands under the name of the other party on an iPhone.
        (
            "_chat.txt",
            f"[23-06-2026 13:55:00] Sanne: {MARK}{'Berichten zijn versleuteld. ' * 4}\n",
            "",
        ),
        # Only who owns the phone is told that they deleted something themselves.
        ("_chat.txt", "", f"[23-06-2026 13:57:00] Jas & Co: {MARK}You deleted this message.\n"),
        # The app calls the owner you, and the other by name.
        ("chat.txt", "", "[23-06-2026 13:57:00] Your security code with Sanne changed.\n"),
    ],
)
def test_who_the_customer_is(tmp_path, name, before, after):
    found = documents(export(tmp_path, before + PAIR + after, name))
    assert {(one["chat_kind"], one["chat_with"], one["chat_owner"]) for one in found} == {
        ("private", "Sanne", "Jas & Co")
    }


def test_a_number_is_somebody_who_is_not_in_the_address_book(tmp_path):
    found = documents(export(tmp_path, PAIR.replace("Sanne", "+31 6 12345678"), "_chat.txt"))
    assert {one["chat_with"] for one in found} == {"+31 6 12345678"}


def test_a_business_that_was_never_answered_still_has_a_customer(tmp_path):
    found = documents(export(tmp_path, "23-06-2026 13:55 - Jas & Co: Hoi!\n"))
    assert {(one["chat_with"], one["chat_owner"]) for one in found} == {("Sanne", "Jas & Co")}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (PAIR, "unknown"),
        (PAIR + "[23-06-2026 13:57:00] Piet: Hoi\n", "group"),
        ('[23-06-2026 13:50:00] You created group "Markt"\n' + PAIR, "group"),
        (PAIR + f"[23-06-2026 13:57:00] Sanne: {MARK}<attached: 01-group.jpg>\n", "unknown"),
    ],
)
def test_chats_without_one_known_customer(tmp_path, text, kind):
    found = documents(export(tmp_path, text, "_chat.txt"))
    assert {(one["chat_kind"], one["chat_with"]) for one in found} == {(kind, None)}


def test_the_archive_of_an_iphone_names_the_customer(tmp_path):
    with zipfile.ZipFile(tmp_path / "WhatsApp Chat - Sanne.zip", "w") as archive:
        archive.writestr("_chat.txt", PAIR)
    (file,) = find_exports([tmp_path / "WhatsApp Chat - Sanne.zip"])
    assert {one["chat_with"] for one in documents(file)} == {"Sanne"}


def test_what_stands_before_the_first_message_is_kept_as_faulty(tmp_path):
    file = export(tmp_path, "afgekapt\n\n" + PAIR + PAIR)
    found = rows(file)
    assert [(row["position"], row["fault"]) for row in found][:2] == [
        (1, "stands before the first message"),
        (3, None),
    ]
    assert (len(found), file.facts.n_documents, file.facts.n_blank) == (5, 5, 1)


def test_bytes_of_another_encoding_are_read_and_noted_where_they_stand(tmp_path):
    file = export(tmp_path, PAIR.encode() + b"[23-06-2026 13:57:00] Sanne: caf\xe9\n")
    assert [row["repair"] for row in rows(file)] == [None, None, "read as cp1252"]
    assert said(file)[-1] == ("Sanne", "café")
    assert file.facts.encoding == "utf-8 and cp1252"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings(tmp_path, encoding):
    assert said(export(tmp_path, PAIR.encode(encoding))) == [("Sanne", "Hoi"), ("Jas & Co", "Dag")]


def test_only_a_long_chat_without_its_notice_has_lost_its_beginning(tmp_path):
    line = "23-06-2026 13:55 - Sanne: Hoi\n"
    notice = "23-06-2026 13:55 - Messages are encrypted.\n"
    for text, expected in ((line * 9000, True), (notice + line * 9000, False), (line, False)):
        found = documents(export(tmp_path, text))
        assert [one["opens_cut"] for one in found] == [expected] + [False] * (len(found) - 1)


def test_whatever_is_in_a_chat_its_lines_are_accounted_for(tmp_path):
    random = Random(5)
    marks = [
        "23-06-2026 13:5",
        "1 - ",
        "Sanne: ",
        "[",
        "] ",
        ":",
        MARK,
        "\n",
        "\r\n",
        "99/99/9999",
        " ",
    ]
    for _ in range(150):
        noise = "".join(random.choices(marks, k=40))
        file = export(tmp_path, PAIR + noise)
        if file.format() == "chat_text":
            found = rows(file)
            assert file.facts.n_documents == len(found)
            assert all(row["fault"] or json.loads(row["text"]) for row in found)
