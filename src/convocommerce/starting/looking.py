"""What exports tell of the business that they are of, without a text, a name or a number in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from convocommerce.file_names import MEDIA
from convocommerce.loading import Progress, load
from convocommerce.recognising import Recognised, find
from convocommerce.rules import META_APPS
from convocommerce.sources import known_sources
from convocommerce.warehouse import open_database

if TYPE_CHECKING:
    import duckdb

# Numbers in a text are left out, so that "order 12" and "order 13" are one text. What follows a
# customer's message at once is an answer; how soon it came tells a machine from a person.
_APPS = """
    with said as (
        select
            app_id,
            split_part(metadata, ':', 1) as written_by,
            direction,
            regexp_replace(text, '[0-9]+', '#', 'g') as words,
            customer_id,
            lag(direction) over thread = 'in' as is_answer,
            date_diff('second', lag(sent_at) over thread, sent_at) as seconds
        from messages
        where direction <> 'none' and kind not in ('handover', 'close', 'reaction')
            and (direction = 'in' or declared_role is null)
        window thread as (
            partition by channel, business_id, customer_id order by sent_at, sequence, message_id
        )
    ),
    spoken as (select * from said where direction = 'out' and app_id is not null),
    told as (
        select app_id, words, count(distinct customer_id) as people from spoken
        where words is not null group by all
    )
    select
        app_id,
        case when grouping(written_by) = 1 then '' else written_by end,
        count(*),
        avg((people >= $several)::int) filter (words is not null),
        median(seconds) filter (is_answer),
        coalesce(avg(is_answer::int), 0)
    from spoken left join told using (app_id, words)
    where app_id not in (select unnest($known))
    group by grouping sets ((app_id), (app_id, written_by))
    order by 3 desc, 1, 2
"""

_SEVERAL = 3
"""A text that went to so many people is one that somebody prepared."""

# Words that one language has and the other has not; short messages with none of them do not count.
_WORDS = {
    "nl": "het|een|ik|niet|jullie|mijn|wanneer|heb|voor|maar|graag|deze|wat|zijn|nog|kan|ook",
    "en": "the|my|you|your|when|what|have|this|that|please|does|would|with|are|can|there",
}

_LANGUAGES = """
    with said as (
        select lower(text) as words from messages where direction = 'in'
        union all
        select lower(text) from ticket_events where kind = 'text'
    )
    select count(*) from said where regexp_matches(words, $words)
"""

_CURRENCIES = """
    select currency, count(*) from orders where regexp_full_match(currency, '[A-Z]{3}')
    group by currency order by 2 desc, 1
"""

# Hashed for an order that has nothing to do with whose they are, and is always the same.
_PHONES = r"""
    select distinct regexp_replace(key_value, '[^0-9+]', '', 'g') as number
    from identities
    where key_kind = 'phone' and regexp_matches(key_value, '^\s*(\+|00)')
    order by hash(number), number limit 500
"""


@dataclass(frozen=True)
class App:
    """An app that speaks for the business.

    Attributes:
        app_id: Its id.
        written_by: What it writes first beside its messages, such as ``agent``; null where it
            writes nothing, and empty for all its messages together.
        messages: How many it sent.
        repeated: The share of them whose text went to several people; null without texts.
        answer_seconds: How soon after a customer's message it usually writes; null when it never
            follows one.
        answers: The share of its messages that follow a customer's at once.
    """

    app_id: str
    written_by: str | None
    messages: int
    repeated: float | None
    answer_seconds: float | None
    answers: float


@dataclass(frozen=True)
class Sighting:
    """What exports tell of a business.

    Attributes:
        files: Every file found and what wrote it.
        apps: The apps that speak for it, without those that everybody knows.
        languages: Messages of customers by language, of those with a word that tells it.
        currencies: Orders by currency.
        countries: Phone numbers by the country that they are called in.
    """

    files: tuple[Recognised, ...] = ()
    apps: tuple[App, ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    currencies: tuple[tuple[str, int], ...] = ()
    countries: tuple[tuple[str, int], ...] = ()

    @property
    def left_aside(self) -> tuple[Recognised, ...]:
        """The files that nothing can be read from, but for pictures and recordings."""
        return tuple(
            one for one in self.files if one.kind is None and not (one.note or "").endswith(MEDIA)
        )


def look(paths: Sequence[Path], progress: Progress | None = None) -> Sighting:
    """Read exports and say what they tell of the business.

    Args:
        paths: Files and folders; none tell nothing.
        progress: Told how far reading has come.

    Raises:
        UnrecognisedExportError: A file that was named, or everything, is of no known kind.
        ExportError: A path does not exist, or a file that was named cannot be read.
    """
    if not paths:
        return Sighting()
    files = find(list(paths), known_sources())
    with open_database(":memory:") as database:
        load(database, list(paths), progress=progress)
        with database.reading() as con:
            return Sighting(
                files=tuple(files),
                apps=_apps(con),
                languages=_languages(con),
                currencies=tuple(con.execute(_CURRENCIES).fetchall()),
                countries=_countries(con),
            )


def _apps(con: duckdb.DuckDBPyConnection) -> tuple[App, ...]:
    rows = con.execute(_APPS, {"several": _SEVERAL, "known": list(META_APPS)}).fetchall()
    return tuple(App(*row) for row in rows)


def _languages(con: duckdb.DuckDBPyConnection) -> tuple[tuple[str, int], ...]:
    counts = {
        language: con.execute(_LANGUAGES, {"words": rf"\b({words})\b"}).fetchall()[0][0]
        for language, words in _WORDS.items()
    }
    return _most(Counter(counts))


def _countries(con: duckdb.DuckDBPyConnection) -> tuple[tuple[str, int], ...]:
    import phonenumbers

    found: Counter[str] = Counter()
    for (number,) in con.execute(_PHONES).fetchall():
        try:
            parsed = phonenumbers.parse(re.sub("^00", "+", number))
        except phonenumbers.NumberParseException:
            continue
        if parsed.country_code and phonenumbers.is_possible_number(parsed):
            found[phonenumbers.region_code_for_country_code(parsed.country_code)] += 1
    return _most(found)


def _most(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((one, n) for one, n in counts.items() if n), key=lambda one: -one[1]))
