"""Every phrase that people read has a Dutch one with the same places to fill, and no other has."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import convocommerce
from convocommerce.errors import UnknownNameError
from convocommerce.insights import UNMATCHED
from convocommerce.metrics import CATALOGUE, DIMENSIONS
from convocommerce.profiles import PROFILES, REASONS, reason_title
from convocommerce.readers.csv_rows import TOO_MANY_CELLS
from convocommerce.readers.json_text import CUT_OFF, UNREADABLE
from convocommerce.readers.ndjson import TOO_LONG
from convocommerce.readers.repairing import NOT_JSON
from convocommerce.results.labels import BRANDS, OWN_WORDS
from convocommerce.rules import ROLES
from convocommerce.sources import known_sources
from convocommerce.topics import TOPICS
from convocommerce.warehouse.parsing import NOT_AN_OBJECT
from convocommerce.wording import languages, phrases, wording

SOURCE = Path(convocommerce.__file__).parent


def literals(node: ast.expr) -> Iterator[str]:
    """Give the texts that an expression can be."""
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from literals(body)
            yield from literals(orelse)


def is_say(function: ast.expr) -> bool:
    match function:
        case ast.Name(id="say") | ast.Attribute(attr="say"):
            return True
        case ast.Call(func=ast.Name(id="wording")):
            return True
    return False


def said(code: str) -> set[str]:
    """Return every phrase that a file says itself."""
    return {
        text
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and is_say(node.func) and node.args
        for text in literals(node.args[0])
    }


def catalogued() -> set[str]:
    """Return every phrase that is said from a constant."""
    found = {word.replace("_", " ") for word in OWN_WORDS} | set(ROLES)
    found |= {dimension.title for dimension in DIMENSIONS.values()}
    for metric in CATALOGUE.values():
        found |= {
            metric.title,
            metric.meaning,
            metric.open_means,
            metric.while_open,
            metric.none_means,
            metric.definition,
            metric.excludes,
            metric.source,
            *metric.rivals.values(),
        }
        found |= {statistic.title for statistic in metric.statistics}
        found |= set(metric.options)
        found |= {choice for choices in metric.options.values() for choice in choices}
    found |= {
        limit.sentence
        for source in known_sources()
        for kind in source.kinds
        for limit in kind.cannot_tell
    }
    found |= set(TOPICS.values()) | set(UNMATCHED.values())
    found |= {text for profile in PROFILES.values() for text in (profile.title, profile.meaning)}
    found |= {text for name in REASONS for text in (reason_title(name), REASONS[name])}
    found |= {kind.title for source in known_sources() for kind in source.kinds}
    return found - {""}


_REASON = re.compile(
    r"'((?:[a-z][a-z ]* )?without [^'%]+|[a-z]+ listed without [^'%]+|unknown (?:kind|status)[^'%]*"
    r"|neither [^'%]+|no sign of [^'%]+|rating with an [^'%]+|thread (?:of|whose) [^'%]+"
    r"|an? [a-z ]+ (?:that is none|that is not read|one of the two of the chat)"
    r"|[^'%]+ name of its file[^'%]*)'"
)
_PARTS_OF_REASONS = ("listed without details", "without its value")
_PUT_TOGETHER = (
    *(f"{what} without a time" for what in ("message", "status", "handover")),
    *(f"{what} without the one who wrote it" for what in ("message", "handover")),
    (
        "day and month cannot be told apart in this chat; set the phone to a format that begins "
        "with the year and export it again"
    ),
    'nothing tells which author is the customer; name the file "WhatsApp Chat with <customer>.txt"',
)


def kept_aside() -> set[str]:
    """Return why documents are kept aside, as platforms say it in SQL and readers in Python."""
    files = [*SOURCE.rglob("outcomes.sql"), *SOURCE.rglob("events.sql")]
    lines = "\n".join(
        line
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if not line.lstrip().startswith("--")
    )
    found = set(_REASON.findall(lines)) - set(_PARTS_OF_REASONS)
    found |= {CUT_OFF, UNREADABLE, TOO_LONG, TOO_MANY_CELLS, NOT_JSON, NOT_AN_OBJECT}
    return found | set(_PUT_TOGETHER)


def used() -> set[str]:
    files = SOURCE.rglob("*.py")
    return (catalogued() | kept_aside()).union(*(said(path.read_text("utf-8")) for path in files))


def places(phrase: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None)


def test_the_scan_finds_every_way_of_saying() -> None:
    code = 'say("a"); week.say("b" "c"); wording(x)("d"); say("e" if y else "f"); say(z); tell("g")'
    assert said(code) == {"a", "bc", "d", "e", "f"}


def test_every_phrase_is_said_in_dutch() -> None:
    assert sorted(used() - set(phrases("nl"))) == []


def test_no_dutch_phrase_is_left_over() -> None:
    assert sorted(set(phrases("nl")) - used()) == []


@pytest.mark.parametrize(("english", "dutch"), sorted(phrases("nl").items()))
def test_both_have_the_same_places_to_fill(english: str, dutch: str) -> None:
    assert places(english) == places(dutch)
    # A sentence stays a sentence.
    assert english.endswith(".") == dutch.endswith(".")


def test_no_phrase_is_given_twice_or_marked_unsure() -> None:
    text = (SOURCE / "locales" / "nl.po").read_text("utf-8")
    from babel.messages.pofile import read_po

    with (SOURCE / "locales" / "nl.po").open("rb") as file:
        catalogue = read_po(file, locale="nl")
    assert len(re.findall(r"^msgid ", text, re.MULTILINE)) == len(list(catalogue))
    assert not [entry.id for entry in catalogue if entry.id and entry.fuzzy]


def test_brands_keep_their_names() -> None:
    assert {name.lower() for name in BRANDS.values()} == set(BRANDS)


def test_english_is_said_as_it_is_written() -> None:
    assert wording("en")("Median") == "Median"
    assert languages()[0] == "en"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown language 'fy'"):
        wording("fy")
