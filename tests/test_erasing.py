"""Who is erased is gone: from records, models and bytes, and stays gone whatever is loaded."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce import erasing
from convocommerce.building import ensure_built
from convocommerce.errors import DatabaseError, UsageError
from convocommerce.records import TABLES
from convocommerce.rules import Rules
from convocommerce.warehouse import Database, erased, open_database, state_hash
from forgotten import MAIL, OTHERS, PERSON, PSID, SAID, TELLING, WHATSAPP
from oracle_compare import fetched
from tables import SENDERS, at, thread
from taking import take

RULES = Rules(senders=SENDERS, phone_country_code="31")


@pytest.fixture(scope="module")
def told_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("erasing") / "shop.duckdb"
    with open_database(path) as database:
        take(database, OTHERS)
        take(database, PERSON)
        ensure_built(database, RULES)
    return path


@pytest.fixture
def path(told_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(told_once, tmp_path / "shop.duckdb"))


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with open_database(path) as found:
        yield found


def held(database: Database) -> dict[str, int]:
    return {
        name: database.con.execute(f"select count(*) from {name}").fetchall()[0][0]
        for name in TABLES
    }


def test_every_table_is_removed_from_emptied_or_names_nobody() -> None:
    assert sorted((*erased.REMOVED, *erased.EMPTIED, *erased.UNTOUCHED)) == sorted(TABLES)
    assert set(erased.conditions("")) == {*erased.REMOVED, *erased.EMPTIED}
    for name in erased.UNTOUCHED:
        assert not any(column.personal for column in TABLES[name].columns), name
    for name, emptied in erased.EMPTIED.items():
        personal = {column.name for column in TABLES[name].columns if column.personal}
        assert personal <= set(emptied), name


def test_nothing_of_the_person_is_left_in_the_bytes(path: Path) -> None:
    with open_database(path) as database:
        database.con.execute(
            "insert into quarantine values (1, 'a.json', 0, 0, 'bad', ?), "
            "(1, 'a.json', 1, 0, 'bad', 'x')",
            [json.dumps({"sender": PSID, "said": "half a document about petunias"})],
        )
        database.checkpoint()
    # What a copy that was killed half way left.
    path.with_name(f"{path.name}.new-1").write_text(SAID)
    before = path.read_bytes()
    telling = (*TELLING, "petunias")
    assert not [text for text in telling if text.encode() not in before]
    with open_database(path) as database:
        done = erasing.erase(database, RULES, PSID)
        assert done.quarantined == 1
        # While it is open, too: the log holds nothing either.
        beside = [one for one in path.parent.rglob("*") if one.is_file() and one != path]
        left = b"".join(one.read_bytes() for one in beside)
        assert fetched(database, "select count(*) from quarantine") == [(2,)]
        assert not ensure_built(database, RULES)
        take(database, OTHERS)
    left += path.read_bytes()
    assert not [text for text in telling if text.encode() in left]
    assert not list(path.parent.glob("*.new-*"))


def test_what_was_erased_is_told_by_table_and_names_nobody(database: Database) -> None:
    before = held(database)
    done = erasing.erase(database, RULES, MAIL)
    after = held(database)
    assert {name: n for name, n in done.removed.items() if n} == {
        name: before[name] - after[name] for name in TABLES if before[name] > after[name]
    }
    assert done.removed["ticket_events"] == 3
    assert done.emptied == {"orders": 1, "checkouts": 1}
    assert not [text for text in TELLING if text in repr(done) + done._repr_html_()]
    rows = fetched(database, "select n_removed, n_emptied, is_file_rewritten from erasures")
    assert rows == [(done.n_removed, 2, True)]


def test_the_books_stay_and_others_too(database: Database) -> None:
    erasing.erase(database, RULES, WHATSAPP)
    assert fetched(database, "select customer_id from messages") == [("joe",), ("joe",)]
    assert fetched(database, "select event_id from ticket_events order by 1") == [
        ("89-1",),
        ("89-3",),
    ]
    assert fetched(database, "select person_id from people") == [("eva",)]
    assert fetched(
        database, "select order_number, total_amount::int, utm_source from orders order by 1"
    ) == [("#1001", 100, "messenger"), ("#1002", 100, None)]
    assert fetched(database, "select refund_amount::int from refunds") == [(3,)]
    # The books still tell that the checkout became the order.
    assert fetched(
        database,
        "select starts_with(orders.checkout_token, 'erased:') from orders "
        "join checkouts using (checkout_token, cart_token)",
    ) == [(True,)]
    assert fetched(database, "select distinct match_rule from order_contacts") == [("none",)]


@pytest.mark.parametrize(
    "person",
    [MAIL, f" {MAIL.title()} ", "+31 6 1234 5678", "06-12345678", PSID, f"messenger:page:{PSID}"],
)
def test_people_are_known_by_what_they_give(database: Database, person: str) -> None:
    assert erasing.erase(database, RULES, person).removed["messages"] == 3


@pytest.mark.parametrize("model", ["threads.contact_key", "conversations.conversation_id"])
def test_people_are_known_by_what_results_show(database: Database, model: str) -> None:
    ((key,),) = database.con.execute(
        f"select printf('%016x', min({model})) from conversations join threads "
        f"using (thread_key) where threads.customer_id = '{PSID}'"
    ).fetchall()
    assert erasing.erase(database, RULES, key).removed["messages"] == 3


def test_a_rehearsal_says_the_same_and_changes_nothing(database: Database) -> None:
    before, books = state_hash(database.con), held(database)
    told_first = erasing.erase(database, RULES, PSID, rehearse=True)
    assert (state_hash(database.con), held(database)) == (before, books)
    assert not fetched(database, "from erased") + fetched(database, "from erasures")
    done = erasing.erase(database, RULES, PSID)
    assert (done.removed, done.emptied) == (told_first.removed, told_first.emptied)


@pytest.mark.parametrize("person", ["nobody@mail.example", "", " ", "'; drop table messages"])
def test_nobody_is_erased_whom_nobody_knows(database: Database, person: str) -> None:
    before = state_hash(database.con)
    with pytest.raises(UsageError, match="nobody is known by that") as told_so:
        erasing.erase(database, RULES, person)
    assert not person.strip() or person not in str(told_so.value)
    assert state_hash(database.con) == before


def test_of_several_one_must_be_named(database: Database) -> None:
    shared: list[dict[str, Any]] = [
        {"subject_kind": "customer", "subject_id": f"messenger:page:{who}"}
        | {"key_kind": kind, "key_value": value}
        for who in ("a1", "a2", "a3", "a4", "a5", "a6")
        for kind, value in (("email", "office@mail.example"), ("phone", f"061111111{who[1]}"))
    ]
    take(database, {"identities": shared})
    with pytest.raises(UsageError, match="6 contacts are known by that"):
        erasing.erase(database, RULES, "office@mail.example")


def test_loaded_again_nobody_comes_back_in_any_order(database: Database) -> None:
    erasing.erase(database, RULES, PSID)
    before = state_hash(database.con)
    for name, rows in reversed(PERSON.items()):
        take(database, {name: rows})
    take(database, PERSON)
    assert state_hash(database.con) == before
    assert not fetched(database, "from touched")


def test_the_books_go_on_without_the_person(database: Database) -> None:
    erasing.erase(database, RULES, PSID)
    newer = PERSON["orders"][0] | {"updated_at": at(9999), "total_amount": "70"}
    take(database, {"orders": [newer], "identities": PERSON["identities"]})
    assert fetched(
        database, "select total_amount::int, customer_id from orders where order_id = '5001'"
    ) == [(70, None)]
    assert not fetched(database, "from identities")


def test_what_is_said_later_is_not_kept_either_whichever_comes_first(database: Database) -> None:
    erasing.erase(database, RULES, PSID)
    before = state_hash(database.con)
    take(database, {"deliveries": [{"message_id": "new", "status": "read", "happened_at": at(9)}]})
    later = thread([(99999, "c")], customer=PSID)[0] | {"message_id": "new"}
    take(database, {"messages": [later]})
    assert state_hash(database.con) == before


def test_a_ticket_that_was_once_theirs_and_is_not_any_more_stays(database: Database) -> None:
    once = OTHERS["tickets"][0] | {"customer_id": PSID}
    now = OTHERS["tickets"][0] | {"updated_at": at(5000)}
    take(database, {"tickets": [now]})
    ensure_built(database, RULES)
    erasing.erase(database, RULES, PSID)
    before = state_hash(database.con)
    take(database, {"tickets": [once]})
    assert state_hash(database.con) == before
    assert fetched(database, "select count(*) from ticket_events") == [(2,)]


def test_an_erasure_that_fails_leaves_everything(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_hash(database.con)
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "bring_up", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erasing.erase(database, RULES, PSID)
    assert state_hash(database.con) == before
    assert not fetched(
        database, "select table_name from duckdb_tables() where temporary and not internal"
    )
    assert erasing.erase(database, RULES, PSID).removed["messages"] == 3


def test_a_file_that_could_not_be_written_anew_is_on_the_next_call(path: Path) -> None:
    with open_database(path) as database:
        held_elsewhere = database.con.cursor().sql("from messages").to_arrow_reader(1)
        with pytest.raises(DatabaseError, match=r"could not be written anew.*erase again"):
            erasing.erase(database, RULES, PSID)
        assert fetched(database, "select is_file_rewritten from erasures") == [(False,)]
        assert fetched(database, "select count(*) from messages") == [(2,)]
        held_elsewhere.close()
        del held_elsewhere
        with pytest.raises(UsageError, match="finished now"):
            erasing.erase(database, RULES, PSID)
        assert fetched(database, "select is_file_rewritten from erasures") == [(True,)]
    assert SAID.encode() not in path.read_bytes()


KILLED = """
import os, sys
from pathlib import Path
import convocommerce as cc
from convocommerce import erasing
from convocommerce.warehouse import connection, erased, files

def die(*_, **__):
    os.kill(os.getpid(), 9)

def after(module, name):
    whole = getattr(module, name)
    setattr(module, name, lambda *given: (whole(*given), die()))

class Deadly(str):
    format = die

path, person, moment = sys.argv[1:]
shop = cc.open(path)
if moment == "amid erasing":
    erased.empty = die
elif moment == "erased, not rewritten":
    connection.copy_whole = die
elif moment == "amid copying":
    copy = connection.copy_whole
    connection.copy_whole = lambda con, file, _: copy(con, file, Deadly())
elif moment == "closed":
    connection.put_in_place = die
elif moment == "in place":
    after(connection, "put_in_place")
shop.erase(person)
die()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kills that cannot be caught")
@pytest.mark.parametrize(
    ("moment", "is_erased"),
    [
        ("amid erasing", False),
        ("erased, not rewritten", True),
        ("amid copying", True),
        ("closed", True),
        ("in place", True),
    ],
)
def test_killed_at_any_moment_everything_is_erased_or_nothing(
    path: Path, moment: str, is_erased: bool
) -> None:
    with open_database(path) as database:
        before = state_hash(database.con)
    words = [sys.executable, "-c", KILLED, str(path), PSID, moment]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL
    with cc.open(path) as shop:
        assert not [one for one in path.parent.iterdir() if ".new-" in one.name]
        assert (state_hash(shop.database.con) == before) is not is_erased
        assert held(shop.database)["messages"] == (2 if is_erased else 5)
        assert shop.erasures()["is_file_rewritten"].tolist() == [True] * is_erased
        left = [one.read_bytes() for one in path.parent.iterdir() if one.is_file() and one != path]
        if is_erased:
            assert SAID.encode() not in b"".join(left)
        else:
            assert shop.erase(PSID).removed["messages"] == 3
    assert SAID.encode() not in path.read_bytes()
    assert {one.name for one in path.parent.iterdir()} == {path.name, f"{path.name}.lock"}


def test_a_database_is_as_usable_as_before(path: Path) -> None:
    with open_database(path) as database:
        database.con.execute("create view mine as select count(*) as n from messages")
        erasing.erase(database, RULES, PSID)
        assert fetched(database, "from mine") == [(2,)]
        assert path.stat().st_mode & 0o077 == 0
        take(database, {"messages": thread([(900, "c")], customer="new")})
        with open_database(path) as second:
            assert fetched(second, "from mine") == [(3,)]
            with pytest.raises(DatabaseError, match="open 2 times"):
                erasing.erase(database, RULES, "joe")
    with open_database(path, read_only=True) as database:
        assert fetched(database, "from mine") == [(3,)]
        with pytest.raises(DatabaseError, match="for reading only"):
            erasing.erase(database, RULES, "joe")


def test_the_file_may_have_any_name(path: Path) -> None:
    odd = path.rename(path.with_name('Willy\'s "shop" é.duckdb'))
    with open_database(odd) as database:
        assert erasing.erase(database, RULES, PSID).removed["messages"] == 3
        take(database, {"messages": thread([(900, "c")], customer="new")})
        ensure_built(database, RULES)
        assert fetched(database, "select count(*) from messages") == [(3,)]
    assert SAID.encode() not in odd.read_bytes()


def test_a_database_of_the_layout_before_can_erase(path: Path) -> None:
    with open_database(path) as database:
        database.con.execute(
            "drop table erased; drop table erasures; drop table erasure_salt; "
            "update layout set version = 3"
        )
    with open_database(path) as database:
        assert not ensure_built(database, RULES)
        assert erasing.erase(database, RULES, PSID).removed["messages"] == 3


def event(customer: str, number: int) -> dict[str, Any]:
    mine = {
        "sender": {"id": customer},
        "recipient": {"id": "page1"},
        "timestamp": 1_780_000_000_000 + number,
        "message": {"mid": f"mid.{customer}.{number}", "text": f"question {number}"},
    }
    return {"object": "page", "entry": [{"id": "page1", "time": 1, "messaging": [mine]}]}


def test_documents_of_the_person_are_ignored_with_a_reason(tmp_path: Path) -> None:
    export = tmp_path / "webhooks.ndjson"
    documents = [event(who, number) for number in range(4) for who in ("9000001", "9000002")]
    export.write_text("\n".join(map(json.dumps, documents)))
    with cc.open(tmp_path / "shop.duckdb") as shop:
        assert shop.load(export).loaded == 8
        assert shop.erase("9000001").removed["messages"] == 4
        export.write_text("\n".join(map(json.dumps, [*documents, event("9000001", 9)])))
        again = shop.load(export)
        assert (again.read, again.loaded, again.duplicate, again.ignored) == (9, 0, 4, 5)
        assert [(one.reason, one.n) for one in again.files[0].reasons] == [(erased.REASON, 5)]
        assert list(shop.erasures()["is_file_rewritten"]) == [True]
        shop.language = "nl"
        assert "zou worden gewist" in repr(shop.erase("9000002", rehearse=True))
