"""Erases a person from a database: from the records, the models and the bytes of the file.

One transaction takes the person out of the records and brings the models up to them; then the file
is written anew, for a database only marks what was deleted as free. Marks stay, from which nobody
can be read, so that loading the same exports again does not bring the person back.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from convocommerce.building import Progress, bring_up, ensure_built
from convocommerce.errors import DatabaseError, UsageError
from convocommerce.markup import html_table
from convocommerce.warehouse import erased, said_sql
from convocommerce.warehouse.erased import add_marks
from convocommerce.warehouse.rows import count
from convocommerce.warehouse.schema import hash_sql
from convocommerce.wording import wording

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from convocommerce.rules import Rules
    from convocommerce.warehouse import Database

LEAST_LETTERS = 6
"""How long an id must be to be looked for in the text of documents that were not understood."""

_OTHER_KEYS = "".join(
    "union all select " + hash_sql(f"'{kind}' || chr(31) || person") + " from asked "
    for kind in ("chat_id", "person", "shop_customer")
)

# A contact as results show it, a conversation of theirs, or what they are known by.
_CONTACTS = f"""
create or replace temp table asked_contacts as
with asked as (select trim($person) as person, dialled($person) as digits),
numbers as (
    select person, case when length(number) between 8 and 15 then number end as number
    from (select person, one_way(international_phone(digits, $code)) as number from asked)
),
keys as (
    select {hash_sql("'email' || chr(31) || lower(person)")} as key_no from asked
    union all
    select {hash_sql("'phone' || chr(31) || number")} from numbers
    {_OTHER_KEYS}
)
select contact_key from contact_keys where key_no in (select key_no from keys)
union
select contact_key from threads, numbers
where customer_id in (person, number)
    or channel || ':' || business_id || ':' || customer_id = person
    or printf('%016x', contact_key) = person
union
select contact_key from conversations, asked
where printf('%016x', conversation_id) = person
union
select contact_key from order_contacts, asked where printf('%016x', contact_key) = person
union
select contact_key from checkout_contacts, asked where printf('%016x', contact_key) = person
"""

_OF_CONTACT = "semi join asked_contacts using (contact_key)"
_ORDERS = f"(from orders semi join (from order_contacts {_OF_CONTACT}) using (platform, order_id))"
_CHECKOUTS = (
    "(from checkouts semi join "
    f"(from checkout_contacts {_OF_CONTACT}) using (platform, checkout_id))"
)
_ONE_ORDER_A_NUMBER = f"""
(
    from {_ORDERS} where {erased.NUMBER} in (
        select {erased.NUMBER} from orders group by all having count(*) = 1
    )
)
"""
_MARKED = (
    ("customer", erased.CUSTOMER, f"threads {_OF_CONTACT} where case_id is null"),
    ("case", erased.CASE.format(case="case_id"), f"threads {_OF_CONTACT}"),
    ("order", erased.ORDER, _ORDERS),
    ("order", erased.ORDER_BY_NUMBER, _ORDERS),
    ("checkout", erased.CHECKOUT, _CHECKOUTS),
    ("shop_customer", erased.OF_SHOP, _ORDERS),
    ("shop_customer", erased.OF_SHOP, _CHECKOUTS),
    ("number", erased.NUMBER, _ONE_ORDER_A_NUMBER),
)
"""What is marked of a contact: the kind of an id, its SQL, and where it stands."""

_NAMES = f"""
create or replace temp table asked_names as
with told as (
    select trim($person) as name
    union
    select customer_id from threads {_OF_CONTACT}
    union
    select key_value from identities
    where key_kind in ('chat_id', 'person', 'shop_customer', 'email', 'phone', 'token', 'payment')
        and {{of_person}}
    union
    select customer_id from {_ORDERS}
    union
    select message_id from messages where {{said}}
)
select distinct name from told where length(name) >= {LEAST_LETTERS};
"""
_NAMING = "text is not null and exists (from asked_names where contains(text, name))"

_UNFINISHED = "erasures where not is_file_rewritten"

_TEMPORARY = ("asked_contacts", "asked_names")


@dataclass(frozen=True, repr=False)
class Erasure:
    """What was erased of one person; nothing in it tells who that was.

    Attributes:
        erased_at: When, in UTC.
        removed: By table how many records went.
        emptied: By table how many records of the shop's books stayed, without what named the
            person.
        quarantined: How many documents that were not understood lost their text, because an id of
            the person stood in it.
        is_rehearsal: Nothing was erased; this is what would be.
        language: The language it shows itself in.
    """

    erased_at: datetime
    removed: Mapping[str, int]
    emptied: Mapping[str, int]
    quarantined: int
    is_rehearsal: bool = False
    language: str = field(default="en", compare=False)

    @property
    def n_removed(self) -> int:
        """How many records went."""
        return sum(self.removed.values())

    @property
    def n_emptied(self) -> int:
        """How many records stayed, without what named the person."""
        return sum(self.emptied.values())

    def __repr__(self) -> str:
        """Return a short table."""
        rows = self._rows()
        widths = [max(len(row[i]) for row in rows) for i in range(2)]
        lines = [f"{name:<{widths[0]}}  {n:>{widths[1]}}" for name, n in rows]
        return "\n".join((self._heading(), *lines))

    def _repr_html_(self) -> str:
        first, *rows = self._rows()
        return f"<p>{self._heading()}</p>{html_table(first, rows)}"

    def _heading(self) -> str:
        say = wording(self.language)
        return say("This would be erased:") if self.is_rehearsal else say("This was erased:")

    def _rows(self) -> list[tuple[str, str]]:
        say = wording(self.language)
        rows = [(say("records"), say("how many"))]
        rows += [(name, f"{n}") for name, n in self.removed.items() if n]
        kept = say("{table}, kept without the person")
        rows += [(kept.format(table=name), f"{n}") for name, n in self.emptied.items() if n]
        if self.quarantined:
            rows.append((say("texts of documents that were not understood"), f"{self.quarantined}"))
        return rows


class _RehearsedError(Exception):
    """Ends a rehearsal's transaction."""


def erase(
    database: Database,
    rules: Rules,
    person: str,
    *,
    rehearse: bool = False,
    language: str = "en",
    progress: Progress | None = None,
) -> Erasure:
    """Erase all that is known of a person and of whoever is tied to them; see ``Shop.erase``."""
    if not isinstance(person, str):
        raise UsageError(f"a {type(person).__name__} is given and must be an id as text")
    database.check_alone()
    ensure_built(database, rules, progress)
    found: list[Erasure] = []
    try:
        with database.transaction() as con:
            _find(con, rules, person)
            done = _erase_found(con, person, rehearse, language)
            found.append(done)
            if rehearse:
                raise _RehearsedError
            bring_up(con, rules, progress)
    except _RehearsedError:
        return found[0]
    except UsageError:
        if count(database.con, _UNFINISHED):
            _rewrite(database)
            raise UsageError(
                "nobody is known by that; an erasure that was cut off before was finished now"
            ) from None
        raise
    finally:
        for name in _TEMPORARY:
            database.con.execute(f"drop table if exists temp.{name}")
    _rewrite(database)
    return found[0]


def finish_erasing(database: Database) -> None:
    """Write the file anew where an erasure was cut off before it could; later, if it cannot now."""
    if count(database.con, _UNFINISHED):
        with contextlib.suppress(DatabaseError):
            _rewrite(database)


def erasures(database: Database) -> pd.DataFrame:
    """Return when how much was erased, the first first; of whom is not known."""
    with database.reading() as con:
        return con.execute("from erasures order by erased_at").df()


def _find(con: duckdb.DuckDBPyConnection, rules: Rules, person: str) -> None:
    """Make ``asked_contacts``, which holds the one contact asked for."""
    con.execute(said_sql.PHONE_MACROS)
    con.execute(_CONTACTS, {"person": person, "code": rules.phone_country_code})
    n = count(con, "asked_contacts") if person.strip() else 0
    if n == 1:
        return
    if not n:
        raise UsageError(
            "nobody is known by that; give a contact or a conversation as conversations() shows "
            "it, an e-mail address, a phone number, or the person's id on the platform"
        )
    keys = con.execute("select printf('%016x', contact_key) as k from asked_contacts order by k")
    listed = ", ".join(key for (key,) in keys.fetchall()[:9])
    raise UsageError(f"{n} contacts are known by that; erase them one by one: {listed}")


def _erase_found(
    con: duckdb.DuckDBPyConnection, person: str, rehearse: bool, language: str
) -> Erasure:
    salt = erased.salt_of(con)
    if salt is None:
        salt = secrets.token_hex(16)
        con.execute("insert into erasure_salt values (?)", [salt])
    for kind, text, rows in _MARKED:
        add_marks(con, salt, kind, text, rows)
    erased.draw_in(con, salt)
    quarantined = _forget_quarantined(con, salt, person)
    done = Erasure(
        datetime.now(UTC).replace(tzinfo=None),
        erased.remove(con, salt),
        erased.empty(con, salt),
        quarantined,
        is_rehearsal=rehearse,
        language=language,
    )
    version = importlib.metadata.version("convocommerce")
    con.execute(
        "insert into erasures values (?, ?, ?, ?, false)",
        [done.erased_at, version, done.n_removed, done.n_emptied],
    )
    con.execute("update state set revision = revision + 1")
    return done


def _forget_quarantined(con: duckdb.DuckDBPyConnection, salt: str, person: str) -> int:
    """Remove the text of documents kept aside in which the person stands; return how many."""
    if not count(con, "quarantine where text is not null"):
        return 0
    rows = erased.conditions(salt)
    names = _NAMES.format(of_person=rows["identities"], said=rows["messages"])
    con.execute(names, {"person": person})
    add_marks(con, salt, "document", "text", f"quarantine where {_NAMING}")
    changed = con.execute(f"update quarantine set text = null where {_NAMING}").fetchall()
    return int(changed[0][0])


def _rewrite(database: Database) -> None:
    try:
        database.rewrite("update {copy}.erasures set is_file_rewritten = true")
    except DatabaseError as error:
        raise DatabaseError(
            "the person was erased from every table, but the file could not be written anew, so "
            f"old bytes may still hold what was said; erase again to finish: {error}"
        ) from None
