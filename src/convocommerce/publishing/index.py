"""The index of a site: the latest of every report and language, and what came before.

It is made from manifests alone, so it costs the same however large the pages are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from zoneinfo import ZoneInfo

from convocommerce.charts import THEME_CSS
from convocommerce.formatting import Formatter
from convocommerce.periods import Period
from convocommerce.publishing.edition import Manifest
from convocommerce.publishing.keeping import latest
from convocommerce.reports.render import Trusted, template
from convocommerce.wording import Say, wording

_HERE = Path(__file__).parent
_SHOWN = ("html", "json", "csv", "parquet")


@dataclass(frozen=True)
class Entry:
    """A page of the site, as the index names it.

    Attributes:
        language: The language of the page.
        title: What it is called, in that language.
        days: The days it is about, in words.
        as_of: The instant whose knowledge counts, in words.
        link: Where the page is, seen from the index; null when there is none in this language.
        beside: The same in other formats: their names and places.
        is_replaced: A later edition of the same period is there.
    """

    language: str
    title: str
    days: str
    as_of: str
    link: str | None
    beside: tuple[tuple[str, str], ...]
    is_replaced: bool = False


def index_pages(
    name: str, languages: Sequence[str], zone: str, manifests: Sequence[Manifest]
) -> dict[str, bytes]:
    """Return the index in every language, by file name; ``index.html`` comes last.

    Args:
        name: Whose site it is.
        languages: The languages; the first is that of ``index.html``.
        zone: The zone in which instants are told.
        manifests: The editions that the site keeps, as ``kept`` orders them.
    """
    files = {language: f"index-{language}.html" for language in languages}
    files[languages[0]] = "index.html"
    pages = {
        file: template(_HERE, "index.html.j2")
        .render(
            language=language,
            name=name or wording(language)("Reports"),
            words=_words(wording(language)),
            latest=_latest(language, zone, manifests),
            history=_history(language, zone, manifests),
            others=[(other, _own_name(other), files[other]) for other in languages],
            own_name=_own_name,
            style=Trusted(THEME_CSS + (_HERE / "index.css").read_text("utf-8")),
        )
        .encode()
        for language, file in files.items()
    }
    return dict(sorted(pages.items(), key=lambda page: page[0] == "index.html"))


def _words(say: Say) -> dict[str, str]:
    return {
        "languages": say("Languages"),
        "latest": say("Latest"),
        "all": say("All editions"),
        "report": say("Report"),
        "days": say("Days"),
        "as_of": say("As of"),
        "replaced": say("a later edition is there"),
    }


def _latest(language: str, zone: str, manifests: Sequence[Manifest]) -> list[Entry]:
    """Return the newest page of every report in every language."""
    found: dict[tuple[str, str], dict[str, tuple[Manifest, str]]] = {}
    for name, (one, file) in latest(manifests).items():
        in_language, ending = _parts(one, file)
        found.setdefault((one.kind, in_language), {})[ending] = one, f"latest/{name}"
    entries = []
    for (_, in_language), by_ending in sorted(
        found.items(), key=lambda of: _order(language, *of[0])
    ):
        one = max((one for one, _ in by_ending.values()), key=attrgetter("place"))
        links = {ending: place for ending, (of, place) in by_ending.items() if of is one}
        entries.append(_entry(language, zone, one, in_language, links))
    return entries


def _history(language: str, zone: str, manifests: Sequence[Manifest]) -> list[list[Entry]]:
    """Return every edition that is kept, the newest first: its pages in each language."""
    rows = []
    for _, of_period in groupby(manifests, key=attrgetter("kind", "period")):
        for rank, one in enumerate(of_period):
            links: dict[str, dict[str, str]] = {}
            for file in sorted(one.files):
                in_language, ending = _parts(one, file)
                links.setdefault(in_language, {})[ending] = f"{one.folder}/{file}"
            rows.append(
                [
                    _entry(language, zone, one, in_language, of_language, is_replaced=rank > 0)
                    for in_language, of_language in sorted(
                        links.items(), key=lambda of: _order(language, one.kind, of[0])
                    )
                ]
            )
    return rows


def _order(language: str, kind: str, in_language: str) -> tuple[str, bool, str]:
    """Return what pages are ordered by: the report, and the reader's own language first."""
    return kind, in_language != language, in_language


def _entry(
    language: str,
    zone: str,
    one: Manifest,
    in_language: str,
    links: Mapping[str, str],
    *,
    is_replaced: bool = False,
) -> Entry:
    write = Formatter(language)
    local = one.as_of.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
    return Entry(
        in_language,
        one.titles[in_language],
        _days(write, one.period),
        f"{write.date(local.date())} {local:%H:%M}",
        links.get("html"),
        tuple((ending, links[ending]) for ending in _SHOWN[1:] if ending in links),
        is_replaced,
    )


def _days(write: Formatter, period: Period) -> str:
    last = period.end - dt.timedelta(days=1)
    first = write.date(period.start)
    return first if period.n_days == 1 else f"{first} – {write.date(last)}"


def _parts(one: Manifest, file: str) -> tuple[str, str]:
    """Return the language and the ending in the name of a file, as ``Edition`` demands them."""
    language, _, ending = file.removeprefix(f"{one.kind}-{one.period.name}-").partition(".")
    return language, ending


@cache
def _own_name(language: str) -> str:
    """Return how a language calls itself."""
    from babel import Locale

    return str(Locale.parse(language).get_language_name(language)).capitalize()
