"""The first configuration of a business, with a comment to each line."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from convocommerce.configuration import toml_key, toml_value
from convocommerce.recognising import Recognised
from convocommerce.sources import known_sources
from convocommerce.starting import guessing
from convocommerce.starting.asking import Answers
from convocommerce.starting.looking import Sighting

GUESS = "GUESS:"
"""What marks a line that was guessed, to be looked over."""

_REST = """
# What figures should reach; names and meanings in docs/metrics.md.
# [targets]
# first_response_time.within_15_minutes = 0.8
# first_response_time.median = "15m"

# Figures to be told of when they leave their bounds.
# [[alerts]]
# metric = "first_response_time"
# above = "2h"

# How pages are made to look like the business.
# [brand]
# accent = "#0b6e4f"
# logo = "logo.png"
"""

_MAIL = """
# Who is sent the reports whose formats name "mail". The server's address, which may hold a
# password, is read from the environment and never stands here.
# [mail]
# to = ["owner@shop.example"]
# from = "figures@shop.example"
# server = "env:SHOP_SMTP"
"""


@dataclass(frozen=True)
class Place:
    """A place that exports come from.

    Attributes:
        path: The file or folder.
        platform: The platform that wrote everything there; null for several.
        files: How many exports are there now.
    """

    path: Path
    platform: str | None
    files: int


def configuration_text(
    answers: Answers,
    sighting: Sighting,
    exports: Sequence[Path],
    folder: Path,
    *,
    is_asked: bool = False,
) -> str:
    """Return a configuration that can be used as it is.

    Args:
        answers: What the business says of itself.
        sighting: What its exports tell.
        exports: The files and folders that were looked at.
        folder: Where the configuration is to stand.
        is_asked: Somebody gave the answers; else they are guesses as well.
    """
    mark = "" if is_asked else f"{GUESS} "
    lines = [
        *_business(answers, sighting, mark),
        *_rules(answers, sighting, mark),
        *_sources(exports, sighting.files, folder),
        *_publishing(answers),
    ]
    return "\n".join(lines) + "\n" + _MAIL


def _business(answers: Answers, sighting: Sighting, mark: str) -> Iterator[str]:
    yield "# What a scheduled build is told, written by convocommerce init. Lines marked GUESS were"
    yield "# guessed and are to be looked over. convocommerce check-config says whether all is in"
    yield "# order, and docs/configuration.md what every key means."
    yield ""
    yield "[business]"
    yield f"name = {toml_value(answers.name)}  # {mark}what it is called on its pages"
    yield 'database = "shop.duckdb"  # made when new; paths are seen from the folder of this file'
    languages = guessing.languages(sighting)
    total = sum(n for _, n in sighting.languages)
    told = ", ".join(f"{n / total:.0%} {name}" for name, n in sighting.languages)
    note = f"{GUESS} people write {told}" if told else "the languages of pages: en, nl"
    yield f"languages = {toml_value(languages)}  # {note}"
    if sighting.currencies:
        told = ", ".join(f"{name} ({n:,})" for name, n in sighting.currencies)
        yield f"# orders are in {told}; amounts of two currencies are never added up"


def _rules(answers: Answers, sighting: Sighting, mark: str) -> Iterator[str]:
    yield from ("", "# The choices of meaning behind every figure; there are more.", "[rules]")
    yield f"time_zone = {toml_value(answers.time_zone)}  # {mark}whose days and hours are counted"
    yield f"opening_hours = {toml_value(answers.opening_hours)}  # {mark}when people answer"
    if answers.holidays is None:
        yield '# holidays = "NL"  # the country whose public holidays are closed days'
    else:
        yield f"holidays = {toml_value(answers.holidays)}  # {mark}closed on its public holidays"
    where = guessing.country(sighting, answers.time_zone)
    code = guessing.calling_code(where)
    if code is None:
        yield '# phone_country_code = "31"  # put before phone numbers without one'
    else:
        numbers = sum(n for _, n in sighting.countries)
        by = f"{numbers:,} phone numbers" if numbers else "the time zone"
        yield f"phone_country_code = {toml_value(code)}  # {GUESS} by {by}; for those without one"
    found = guessing.senders(sighting.apps)
    if found:
        yield ""
        yield "# Who is behind each app that sends messages: human, bot, auto or marketing."
        yield "# People and machines are never mixed in a figure, so look these over first."
        yield "[rules.senders]"
    for one in found:
        mark = "" if one.role else "# "
        role = toml_value(one.role or "human")
        why = f"{GUESS} {one.why}" if one.role else f"too little to tell: {one.why}"
        yield f"{mark}{toml_key(one.key)} = {role}  # {why}"


def _sources(exports: Sequence[Path], files: Sequence[Recognised], folder: Path) -> Iterator[str]:
    yield ""
    yield "# One table for each place that exports come from."
    places = [place for path in exports for place in _places(path, files)]
    for number, place in enumerate(places):
        yield from ("",) if number else ()
        yield "[[sources]]"
        exports_now = "1 export now" if place.files == 1 else f"{place.files:,} exports now"
        yield f"path = {toml_value(_from(folder, place.path))}  # {exports_now}"
        if place.platform is not None:
            yield f"platform = {toml_value(place.platform)}  # anything else there is refused"
        yield '# max_age = "2d"  # do not build when the newest record is older'
        yield "# min_documents = 100  # nor with fewer documents"
    if not places:
        yield "# [[sources]]"
        yield '# path = "exports"  # a file, a folder, or a pattern such as exports/*.json'
        yield '# platform = "messenger"  # as convocommerce sources names them'
        yield '# max_age = "2d"  # do not build when the newest record is older'


def _publishing(answers: Answers) -> Iterator[str]:
    yield ""
    yield "# One table for each page."
    yield "[[reports]]"
    yield 'kind = "weekly"'
    yield 'formats = ["html"]  # also json, csv, parquet and mail'
    yield ""
    yield "# [[reports]]"
    yield '# kind = "monthly"  # and campaign, about what ads brought'
    yield from _REST.rstrip("\n").split("\n")
    yield ""
    yield "[publish]"
    yield f"folder = {toml_value(answers.folder)}  # where pages go; made when new"
    yield "keep = 53  # periods of each report; leave it out to keep all"
    yield ""
    yield "# What data must be like before anything is published."
    yield "[audit]"
    yield "max_quarantined = 0.01  # the largest share of documents that could not be understood"
    yield "max_unknown_senders = 0.0  # the largest share of messages of apps not named above"
    yield "# min_coverage = 0.9  # the least share of days with messages"
    yield "# max_volume_drop = 0.5  # how much fewer messages than is usual on such days"


def _places(given: Path, files: Sequence[Recognised]) -> list[Place]:
    """Return the places under a path that was given: its folders apart where each has one platform.

    A folder in which exports of several platforms lie side by side is one place.
    """
    roots = {given.resolve(), given.absolute(), given.parent.resolve() / given.name}
    within: dict[Path, list[Recognised]] = defaultdict(list)
    for file in files:
        if file.kind is None:
            continue
        path = file.export.path
        for root in roots:
            if path == root or root in path.parents:
                rest = path.relative_to(root).parts
                # A single file is its own place, and so is what lies in the folder itself.
                within[given / rest[0] if len(rest) > 1 else given].append(file)
                break
    found = [file for one in within.values() for file in one]
    if not found:
        return []
    platforms = {_platform(file) for file in found}
    if len(platforms) == 1 or given in within:
        return [Place(given, platforms.pop() if len(platforms) == 1 else None, len(found))]
    return [
        Place(path, _only({_platform(file) for file in inside}), len(inside))
        for path, inside in sorted(within.items())
    ]


def _only(platforms: set[str | None]) -> str | None:
    return platforms.pop() if len(platforms) == 1 else None


def _platform(file: Recognised) -> str | None:
    """Return the platform of a file; null where a mapping reads it."""
    name = file.source.name if file.source else None
    return name if name in {source.name for source in known_sources()} else None


def _from(folder: Path, path: Path) -> str:
    """Return a path as seen from a folder, with / between folders; whole when it is far away."""
    whole = Path(os.path.normpath(path.absolute()))
    home = folder.absolute()
    if home.parent in whole.parents:
        return Path(os.path.relpath(whole, home)).as_posix()
    return whole.as_posix()
