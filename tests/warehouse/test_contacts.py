"""Who is the same person, drawn case by case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from random import Random

import duckdb
import pytest

from convocommerce.errors import UsageError
from convocommerce.warehouse import open_database, resolve_contacts

Subject = tuple[str, str]
Key = tuple[Subject, str, str]

ANNA: Subject = ("customer", "messenger:page:anna")
ANNA_ELSEWHERE: Subject = ("customer", "instagram:page:anna_ig")
BEN: Subject = ("customer", "messenger:page:ben")
ORDER: Subject = ("order", "shopify:1")
ORDER_2: Subject = ("order", "shopify:2")
CHECKOUT: Subject = ("checkout", "shopify:9")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(":memory:") as database:
        yield database.con


def put(con: duckdb.DuckDBPyConnection, subjects: Iterable[Subject], keys: Iterable[Key]) -> None:
    """Put subjects and the keys they show into an empty database."""
    for kind, name in subjects:
        if kind == "customer":
            channel, business, customer = name.split(":")
            con.execute(
                "insert into touchpoints by name select ? as channel, ? as business_id, "
                "? as customer_id, ? as touchpoint_id, timestamp '2026-01-01' as occurred_at, "
                "0 as sequence, 'ad' as entry_point",
                [channel, business, customer, name],
            )
        else:
            platform, number = name.split(":", 1)
            con.execute(
                f"insert into {kind}s by name select ? as platform, ? as {kind}_id, "
                "timestamp '2026-01-01' as created_at",
                [platform, number],
            )
    for (kind, name), key_kind, value in keys:
        con.execute(
            "insert into identities by name select ? as subject_kind, ? as subject_id, "
            "? as key_kind, ? as key_value",
            [kind, name, key_kind, value],
        )


def contacts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the contact of every subject."""
    return dict(
        con.execute(
            "select channel || ':' || business_id || ':' || customer_id, contact_key from threads "
            "union all select platform || ':' || order_id, contact_key from order_contacts "
            "union all select platform || ':' || checkout_id, contact_key from checkout_contacts"
        ).fetchall()
    )


def rules(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the match rule of every order and checkout."""
    return dict(
        con.execute(
            "select platform || ':' || order_id, match_rule from order_contacts "
            "union all select platform || ':' || checkout_id, match_rule from checkout_contacts"
        ).fetchall()
    )


@pytest.mark.parametrize(
    ("kind", "shown_in_chat", "shown_by_order"),
    [
        ("chat_id", "anna", "anna"),
        ("token", "cart-token-1", "cart-token-1"),
        ("shop_customer", "77", "77"),
        ("email", "anna@example.com", " Anna@Example.com "),
        ("phone", "+31612345678", "0612345678"),
        ("phone", "0031 6 1234 5678", "'+31 (0)6-12345678"),
        ("phone", "31612345678", "06 12 34 56 78"),
        ("phone", "+55 11 91234 5678", "+551112345678"),
        ("phone", "+5215512345678", "+52 55 1234 5678"),
        ("phone", "+54 9 11 2345-6789", "+541123456789"),
        ("person", "zendesk:7", "zendesk:7"),
        ("payment", "pi_1", "pi_1"),
        ("code", "Anna-5xk2", "ANNA-5XK2"),
        ("ref", "spring-1", "spring-1"),
    ],
)
def test_one_key_ties_an_order_to_a_chat(
    con: duckdb.DuckDBPyConnection, kind: str, shown_in_chat: str, shown_by_order: str
) -> None:
    put(con, [ANNA, ORDER], [(ANNA, kind, shown_in_chat), (ORDER, kind, shown_by_order)])
    resolve_contacts(con)
    assert contacts(con)[ORDER[1]] == contacts(con)[ANNA[1]]
    assert rules(con) == {ORDER[1]: kind}


@pytest.mark.parametrize(
    ("kind", "shown_in_chat", "shown_by_order"),
    [
        ("email", "nobody", "nobody"),
        ("phone", "12345", "12345"),
        ("phone", "+31612345678", "+31612345679"),
        ("token", "A-token-1", "a-token-1"),
        ("token", "same-value", "other-value"),
    ],
)
def test_other_or_unusable_keys_tie_nothing(
    con: duckdb.DuckDBPyConnection, kind: str, shown_in_chat: str, shown_by_order: str
) -> None:
    put(con, [ANNA, ORDER], [(ANNA, kind, shown_in_chat), (ORDER, kind, shown_by_order)])
    resolve_contacts(con)
    assert contacts(con)[ORDER[1]] != contacts(con)[ANNA[1]]
    assert rules(con) == {ORDER[1]: "none"}


def say(con: duckdb.DuckDBPyConnection, who: Subject, text: str, direction: str = "in") -> None:
    """Put a message into the database."""
    channel, business, customer = who[1].split(":")
    con.execute(
        "insert into messages by name select $channel as channel, $business as business_id, "
        "$customer as customer_id, md5($customer || $text) as message_id, "
        "timestamp '2026-01-01' as sent_at, 0 as sequence, $direction as direction, "
        "'text' as kind, $text as text, 0 as message_key, 0 as thread_key",
        {
            "channel": channel,
            "business": business,
            "customer": customer,
            "text": text,
            "direction": direction,
        },
    )


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_what_was_typed_ties_after_what_was_stated(
    con: duckdb.DuckDBPyConnection, kind: str
) -> None:
    value = {"email": "anna@example.com", "phone": "+31612345678"}[kind]
    keys = [(ANNA, f"typed_{kind}", value), (ORDER, kind, value), (ORDER_2, kind, value)]
    put(con, [ANNA, ORDER, ORDER_2], keys)
    resolve_contacts(con)
    assert len(set(contacts(con).values())) == 1
    assert rules(con) == {ORDER[1]: f"typed_{kind}", ORDER_2[1]: f"typed_{kind}"}
    found = con.execute("select rule, confidence from identity_edges order by all").fetchall()
    assert found == [(kind, "stated"), (kind, "stated"), (f"typed_{kind}", "typed")]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("bel me maar op 06-1234 5678!", "typed_phone"),
        ("mijn nummer is +31 6 12345678.", "typed_phone"),
        ("0031612345678", "typed_phone"),
        ("bestelling 0612345679 of 061234567812", "none"),
        ("ik kom 06-12-2026 langs, om 12.34-56.78", "none"),
    ],
)
def test_a_number_typed_in_a_sentence_ties_when_it_is_one(
    con: duckdb.DuckDBPyConnection, text: str, rule: str
) -> None:
    put(con, [ORDER], [(ORDER, "phone", "0612345678")])
    say(con, ANNA, text)
    resolve_contacts(con)
    assert rules(con) == {ORDER[1]: rule}


def test_a_number_that_the_business_types_ties_nobody(con: duckdb.DuckDBPyConnection) -> None:
    put(con, [ORDER], [(ORDER, "phone", "0612345678")])
    say(con, ANNA, "bel ons op 06-12345678", "out")
    resolve_contacts(con)
    assert rules(con) == {ORDER[1]: "none"}


def test_a_code_given_to_one_person_ties_and_one_given_to_two_does_not(
    con: duckdb.DuckDBPyConnection,
) -> None:
    put(con, [ORDER, ORDER_2], [(ORDER, "code", "JAS-7Q2F"), (ORDER_2, "code", "ZOMER10")])
    say(con, ANNA, "Met code jas-7q2f krijg je korting", "out")
    say(con, ANNA, "Of gebruik ZOMER10.", "out")
    say(con, BEN, "Gebruik ZOMER10", "out")
    resolve_contacts(con)
    assert rules(con) == {ORDER[1]: "code", ORDER_2[1]: "none"}
    assert con.execute("select key_kind, n_people from dropped_keys").fetchall() == [("code", 2)]


def test_a_link_given_to_one_person_ties_before_what_opened_the_chat(
    con: duckdb.DuckDBPyConnection,
) -> None:
    keys = [(ANNA, "link", "spring-1"), (BEN, "ref", "spring-2")]
    put(
        con,
        [ANNA, BEN, ORDER, ORDER_2],
        [*keys, (ORDER, "ref", "spring-1"), (ORDER_2, "ref", "spring-2")],
    )
    resolve_contacts(con)
    assert rules(con) == {ORDER[1]: "link", ORDER_2[1]: "ref"}


def test_a_link_given_to_two_people_ties_nobody(con: duckdb.DuckDBPyConnection) -> None:
    keys = [(ANNA, "link", "spring-1"), (BEN, "link", "spring-1"), (ORDER, "ref", "spring-1")]
    put(con, [ANNA, BEN, ORDER], keys)
    resolve_contacts(con)
    assert rules(con) == {ORDER[1]: "none"}


def test_a_code_that_many_orders_used_is_a_campaign(con: duckdb.DuckDBPyConnection) -> None:
    orders: list[Subject] = [("order", f"shopify:{number}") for number in range(10)]
    put(con, orders, [(order, "code", "ZOMER10") for order in orders])
    say(con, ANNA, "Gebruik ZOMER10", "out")
    resolve_contacts(con)
    assert set(rules(con).values()) == {"none"}


def test_a_guest_order_stands_alone(con: duckdb.DuckDBPyConnection) -> None:
    put(con, [ANNA, ORDER, ORDER_2], [(ANNA, "chat_id", "anna")])
    resolve_contacts(con)
    assert len(set(contacts(con).values())) == 3
    assert rules(con) == {ORDER[1]: "none", ORDER_2[1]: "none"}


def test_a_contact_is_named_after_its_least_thread(con: duckdb.DuckDBPyConnection) -> None:
    put(
        con,
        [ANNA, ANNA_ELSEWHERE, ORDER],
        [(one, "email", "anna@example.com") for one in (ANNA, ANNA_ELSEWHERE, ORDER)],
    )
    resolve_contacts(con)
    threads = con.execute("select min(thread_key), count(*) from threads").fetchall()
    assert set(contacts(con).values()) == {threads[0][0]}
    assert threads[0][1] == 2


def test_the_thread_key_is_the_one_that_messages_carry(con: duckdb.DuckDBPyConnection) -> None:
    put(con, [ANNA], [])
    resolve_contacts(con)
    assert (
        con.execute("select thread_key from threads").fetchall()
        == con.execute(
            "select md5_number_lower('messenger' || chr(31) || 'page' || chr(31) || 'anna')"
        ).fetchall()
    )


def test_a_shared_mailbox_ties_nobody_and_is_counted(con: duckdb.DuckDBPyConnection) -> None:
    people: list[Subject] = [("customer", f"messenger:page:{n}") for n in range(5)]
    keys: list[Key] = [(one, "chat_id", one[1]) for one in people]
    keys += [(one, "email", "info@example.com") for one in [*people, ORDER]]
    put(con, [*people, ORDER], keys)
    resolve_contacts(con, max_people_per_key=4)
    assert len(set(contacts(con).values())) == 6
    assert con.execute("select * exclude (key_no) from dropped_keys").fetchall() == [
        ("email", 5, 6)
    ]
    resolve_contacts(con, max_people_per_key=5)
    assert len(set(contacts(con).values())) == 1
    assert con.execute("select * exclude (key_no) from dropped_keys").fetchall() == []


def test_the_number_of_one_customer_may_repeat_over_many_orders(
    con: duckdb.DuckDBPyConnection,
) -> None:
    orders: list[Subject] = [("order", f"shopify:{n}") for n in range(20)]
    put(con, [ANNA, *orders], [(one, "phone", "+31612345678") for one in [ANNA, *orders]])
    resolve_contacts(con)
    assert len(set(contacts(con).values())) == 1


def test_a_chat_id_that_no_customer_shows_is_noise(con: duckdb.DuckDBPyConnection) -> None:
    put(con, [ORDER, ORDER_2], [(ORDER, "chat_id", "yes"), (ORDER_2, "chat_id", "yes")])
    resolve_contacts(con)
    assert contacts(con)[ORDER[1]] != contacts(con)[ORDER_2[1]]


@pytest.mark.parametrize("chatters", [[ANNA, BEN], []])
def test_a_ref_ties_only_to_exactly_one_customer(
    con: duckdb.DuckDBPyConnection, chatters: Sequence[Subject]
) -> None:
    shown = [*chatters, ORDER, ORDER_2]
    put(con, shown, [(one, "ref", "summer") for one in shown])
    resolve_contacts(con)
    assert len(set(contacts(con).values())) == len(shown)


def test_a_recovered_checkout_chains_a_chat_to_an_order(con: duckdb.DuckDBPyConnection) -> None:
    put(
        con,
        [ANNA, CHECKOUT, ORDER],
        [
            (ANNA, "token", "cart-1"),
            (CHECKOUT, "token", "cart-1"),
            (CHECKOUT, "token", "checkout-1"),
            (ORDER, "token", "checkout-1"),
        ],
    )
    resolve_contacts(con)
    assert len(set(contacts(con).values())) == 1
    assert rules(con) == {CHECKOUT[1]: "token", ORDER[1]: "token"}


def test_the_match_rule_is_the_strongest_stage_that_reaches_a_chat(
    con: duckdb.DuckDBPyConnection,
) -> None:
    put(
        con,
        [ANNA, ORDER, ORDER_2],
        [
            (ORDER, "shop_customer", "77"),
            (ORDER_2, "shop_customer", "77"),
            (ORDER, "phone", "+31612345678"),
            (ANNA, "phone", "+31612345678"),
            (ANNA, "email", "anna@example.com"),
            (ORDER_2, "email", "anna@example.com"),
        ],
    )
    resolve_contacts(con)
    assert rules(con) == {ORDER[1]: "email", ORDER_2[1]: "email"}


def test_what_an_order_known_by_number_showed_belongs_to_the_order(
    con: duckdb.DuckDBPyConnection,
) -> None:
    put(con, [ANNA, ORDER], [(ANNA, "email", "anna@example.com")])
    con.execute("update orders set order_number = '#1001'")
    put(con, [], [(("order", "shopify:number:#1001"), "email", "anna@example.com")])
    resolve_contacts(con)
    assert rules(con) == {ORDER[1]: "email"}


def test_a_customer_known_only_by_keys_has_a_thread(con: duckdb.DuckDBPyConnection) -> None:
    put(con, [], [(("customer", "messenger:page:a:b"), "chat_id", "a:b")])
    resolve_contacts(con)
    assert con.execute("select channel, business_id, customer_id from threads").fetchall() == [
        ("messenger", "page", "a:b")
    ]


def test_national_numbers_stay_apart_without_a_calling_code(con: duckdb.DuckDBPyConnection) -> None:
    put(con, [ANNA, ORDER], [(ANNA, "phone", "+31612345678"), (ORDER, "phone", "0612345678")])
    resolve_contacts(con, country_calling_code=None)
    assert rules(con) == {ORDER[1]: "none"}


def test_nothing_in_gives_empty_tables(con: duckdb.DuckDBPyConnection) -> None:
    resolve_contacts(con)
    assert contacts(con) == {}


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_nothing_and_a_plain_walk_agrees(seed: int) -> None:
    random = Random(seed)
    people: list[Subject] = [("customer", f"messenger:page:{n}") for n in range(60)]
    orders: list[Subject] = [("order", f"shopify:{n}") for n in range(60)]
    kinds = ("token", "email", "shop_customer")
    keys: list[Key] = []
    for _ in range(110):
        kind = random.choice(kinds)
        value = f"{random.randrange(45)}@example.com"
        keys.append((random.choice([*people, *orders]), kind, value))
    found = []
    for _ in range(2):
        with open_database(":memory:") as database:
            random.shuffle(keys)
            random.shuffle(people)
            put(database.con, [*people, *orders], dict.fromkeys(keys))
            resolve_contacts(database.con, max_people_per_key=1000)
            found.append(contacts(database.con))
    assert found[0] == found[1]
    groups: dict[int, set[str]] = {}
    for name, contact in found[0].items():
        groups.setdefault(contact, set()).add(name)
    assert sorted(map(sorted, groups.values())) == sorted(
        map(sorted, walk([*people, *orders], keys))
    )


def walk(subjects: Iterable[Subject], keys: Iterable[Key]) -> list[set[str]]:
    """Return the connected groups, the slow and plain way."""
    by_key: dict[tuple[str, str], set[str]] = {}
    for subject, kind, value in keys:
        by_key.setdefault((kind, value), set()).add(subject[1])
    groups = [{name} for _, name in subjects]
    for together in by_key.values():
        touched = [group for group in groups if group & together]
        groups = [group for group in groups if not group & together]
        groups.append(set().union(*touched))
    return groups


def test_a_long_chain_is_followed_to_its_end(con: duckdb.DuckDBPyConnection) -> None:
    orders: list[Subject] = [("order", f"shopify:{n}") for n in range(300)]
    keys: list[Key] = []
    for n, (one, other) in enumerate(pairwise(orders)):
        keys += [(one, "token", f"token-{n}"), (other, "token", f"token-{n}")]
    put(con, [*orders, ANNA], [*keys, (orders[-1], "chat_id", "anna"), (ANNA, "chat_id", "anna")])
    resolve_contacts(con)
    assert len(set(contacts(con).values())) == 1
    assert sorted(set(rules(con).values())) == ["chat_id", "token"]


@pytest.mark.parametrize("arguments", [{"country_calling_code": "+31"}, {"max_people_per_key": 0}])
def test_settings_that_make_no_sense_are_refused(
    con: duckdb.DuckDBPyConnection, arguments: dict[str, object]
) -> None:
    with pytest.raises(UsageError, match=r"must be"):
        resolve_contacts(con, **arguments)  # type: ignore[arg-type]  # drawn from a table
