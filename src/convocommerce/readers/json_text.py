"""Where the documents of a JSON text begin and end, without changing a character of them.

The text is only ever sliced, so numbers keep every digit and strings every escape.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Generator, Iterator
from typing import NamedTuple, NoReturn

import msgspec

CUT_OFF = "cut off"
UNREADABLE = "unreadable from here on"
TOO_DEEP = "too deep"
KEPT_OF_FAULTY = 1 << 20

# Numbers stay text: nothing is computed from them here, and Python refuses very long ones.
# Raw control characters pass: which strings are allowed is not a question of framing.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)
# Byte order marks stand between texts where files were put one behind the other.
_SPACES = " \t\r\n\ufeff"
_SPACE = re.compile(f"[{_SPACES}]*")
# A string is allowed to run to the end of the text, so that no input makes this match slowly.
TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z)|[\[{]|[\]}]', re.DOTALL)
# Takes a list apart without making anything of its values.
_LISTS = msgspec.json.Decoder(list[msgspec.Raw])
_AT_ONCE = 64 << 20
_LITERALS = ("true", "false", "null", "NaN", "Infinity", "-Infinity")
_PAGING = '"paging"'


class Piece(NamedTuple):
    """One document of the text from ``start`` to ``end``; empty when only a fault is to tell."""

    start: int
    end: int
    fault: str | None = None


class _BrokenError(Exception):
    """The text is no JSON from a place on."""

    def __init__(self, at: int, fault: str) -> None:
        self.at = at
        self.fault = fault


def pieces(text: str, envelope_keys: Collection[str] = ()) -> Iterator[Piece]:
    """Give the documents of a text: of arrays, envelopes and objects one after another.

    After a piece whose fault is "cut off" or "unreadable from here on" there is no other.

    >>> text = '[{"id": 1.10}, {"id": 2}]'
    >>> [text[piece.start : piece.end] for piece in pieces(text)]
    ['{"id": 1.10}', '{"id": 2}']
    >>> text = '{"data": [{"id": 1}], "paging": {}}'
    >>> [text[piece.start : piece.end] for piece in pieces(text, {"data"})]
    ['{"id": 1}']
    """
    at = _skip(text, 0)
    # Most texts hold one list, and nothing in brackets after it. To guess so again and again would
    # read a text of many lists as often as it has lists.
    guess = text.rfind("]") + 1
    try:
        while at < len(text):
            if text[at] == "[":
                at = yield from _list(text, at, guess)
            elif text[at] == "{" and envelope_keys:
                at = yield from _root_object(text, at, envelope_keys, guess)
            else:
                piece = _value(text, at)
                yield piece
                at = piece.end
            at = _skip(text, at)
            guess = 0
    except _BrokenError as broken:
        yield Piece(broken.at, len(text), broken.fault)


def closed(text: str) -> str | None:
    """Return the beginning of an object or list up to its last whole part, closed; null without.

    >>> closed('{"id": 1, "parts": [{"a": 1}, {"a": 2}, {"a')
    '{"id": 1, "parts": [{"a": 1}, {"a": 2}]}'
    >>> closed('{"id": "1')
    """
    ends: list[str] = []
    at, depth = 0, 0
    for token in TOKEN.finditer(text):
        mark = token.group()
        if mark in "[{":
            ends.append("]" if mark == "[" else "}")
        elif mark in "]}":
            if not ends:
                break
            ends.pop()
            at, depth = token.end(), len(ends)
    return text[:at] + "".join(reversed(ends[:depth])) if at else None


def page(text: str, envelope_keys: Collection[str]) -> list[Piece] | None:
    """Return the documents of one envelope, or null if the text is none."""
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        return None
    found = list(pieces(text, envelope_keys))
    is_itself = len(found) == 1 and found[0].start == at
    is_broken = any(piece.fault in (CUT_OFF, UNREADABLE) for piece in found)
    return None if is_itself or is_broken else found


def kept_of(text: str) -> str:
    """Return what may be kept of a faulty text: its beginning, and never a page's address."""
    return text[:KEPT_OF_FAULTY].partition(_PAGING)[0].strip()


def is_cut(text: str, error: json.JSONDecodeError) -> bool:
    """Return whether a text is no JSON because it ends too early."""
    rest = text[error.pos :].rstrip()
    if not rest or error.msg.startswith("Unterminated string"):
        return True
    if error.msg.startswith("Invalid \\") and len(rest) < 6:
        return True
    return any(literal.startswith(rest) for literal in _LITERALS)


def _skip(text: str, at: int) -> int:
    # Between documents of a page there is mostly nothing, and that costs less to see.
    if at < len(text) and text[at] not in _SPACES:
        return at
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _broken(text: str, at: int) -> NoReturn:
    raise _BrokenError(at, CUT_OFF if at >= len(text) else UNREADABLE)


def _value(text: str, at: int) -> Piece:
    try:
        return Piece(at, _DECODER.raw_decode(text, at)[1])
    except json.JSONDecodeError as error:
        raise _BrokenError(at, CUT_OFF if is_cut(text, error) else UNREADABLE) from None
    except RecursionError:
        return Piece(at, _balanced_end(text, at), TOO_DEEP)


def _balanced_end(text: str, at: int) -> int:
    depth = 0
    for token in TOKEN.finditer(text, at):
        mark = token.group()
        depth += (mark in "[{") - (mark in "]}")
        if depth == 0:
            return token.end()
    raise _BrokenError(at, CUT_OFF)


def _list(text: str, at: int, guess: int) -> Generator[Piece, None, int]:
    lengths = _lengths(text, at, guess) if guess else []
    at = _skip(text, at + 1)
    for length in lengths:
        yield Piece(at, at + length)
        at = _skip(text, at + length)
        if text[at] == ",":
            at = _skip(text, at + 1)
    while text[at : at + 1] != "]":
        piece = _value(text, at)
        yield piece
        at = _skip(text, piece.end)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            _broken(text, at)
    return at + 1


def _lengths(text: str, at: int, end: int) -> list[int]:
    """Return how long each value of a list is if the list ends there, else none.

    A list ends in one place only, so what can be taken apart at once, in a tenth of the time, is
    the list. What cannot may still be one: of the values that only lenient programs write.
    """
    if end - at > _AT_ONCE:
        return []
    try:
        values = _LISTS.decode(text[at:end])
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return []
    if text.isascii():
        return [len(memoryview(value)) for value in values]
    return [len(str(value, "utf-8")) for value in values]


def _root_object(
    text: str, start: int, keys: Collection[str], guess: int
) -> Generator[Piece, None, int]:
    is_envelope = is_inside = False
    try:
        at = _skip(text, start + 1)
        while text[at : at + 1] != "}":
            key, at = _key(text, at)
            is_inside = key in keys and text[at : at + 1] in ("[", "{")
            is_envelope = is_envelope or is_inside
            if is_inside and text[at] == "[":
                at = yield from _list(text, at, guess)
                guess = 0
            else:
                piece = _value(text, at)
                if is_inside:
                    yield piece
                at = piece.end
            is_inside = False
            at = _skip(text, at)
            if text[at : at + 1] == ",":
                at = _skip(text, at + 1)
            elif text[at : at + 1] != "}":
                _broken(text, at)
    except _BrokenError as broken:
        # Beside the documents a page holds nothing to keep, least of all its address.
        at = broken.at if is_inside else len(text) if is_envelope else start
        raise _BrokenError(at, broken.fault) from None
    if not is_envelope:
        yield Piece(start, at + 1)
    return at + 1


def _key(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        _broken(text, at)
    piece = _value(text, at)
    key = json.loads(text[at : piece.end], strict=False)
    at = _skip(text, piece.end)
    if text[at : at + 1] != ":":
        _broken(text, at)
    return key, _skip(text, at + 1)
