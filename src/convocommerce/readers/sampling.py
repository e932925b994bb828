"""The first documents of a file, to recognise it by.

Platforms differ in the keys under which their pages hold documents. A beginning that holds none
of those keys gives the same documents whatever they are, so it is cut and parsed only once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from convocommerce.readers.json_text import closed, pieces

_FIRST_SIZE = 1 << 20
# A document longer than that is not parsed whole to recognise a file by: its beginning will do.
_LARGEST_SIZE = 8 << 20

Objects = list[Mapping[str, Any]]


def objects(texts: Iterable[str], limit: int) -> Objects:
    """Return the first texts that are JSON objects, parsed."""
    found: Objects = []
    for text in texts:
        try:
            document = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        if isinstance(document, dict):
            found.append(document)
        if len(found) >= limit:
            break
    return found[:limit]


def of_json(
    head: Callable[[int], tuple[str, bool]], ways: Sequence[Collection[str]], limit: int
) -> list[Objects]:
    """Return the first documents of a JSON file for every way of unwrapping.

    Args:
        head: Gives the first so many bytes as text, and whether they are all.
        ways: The keys to unwrap, once for each sample.
        limit: How many documents at most in each sample.
    """
    heads: dict[int, tuple[str, bool]] = {}
    known: dict[tuple[int, tuple[str, ...]], tuple[bool, Objects]] = {}

    def sample(keys: Collection[str]) -> Objects:
        size, is_whole, is_filled, found = _FIRST_SIZE, False, False, list[Mapping[str, Any]]()
        while not is_filled and not is_whole and size <= _LARGEST_SIZE:
            if size not in heads:
                heads[size] = head(size)
            text, is_whole = heads[size]
            held = _held(keys, text)
            if (size, held) not in known:
                known[size, held] = _objects_of_text(text, held, limit)
            is_filled, found = known[size, held]
            size *= 8
        return found if is_filled or is_whole else beginning()

    @cache
    def beginning() -> Objects:
        text = closed(heads[_FIRST_SIZE][0])
        return [] if text is None else objects([text], limit)

    return [sample(keys) for keys in ways]


def of_lines(
    texts: Callable[[Collection[str]], Iterator[str]], ways: Sequence[Collection[str]], limit: int
) -> list[Objects]:
    """Return the first documents of an NDJSON file for every way of unwrapping.

    Args:
        texts: Gives the documents when pages are unwrapped by some keys.
        ways: The keys to unwrap, once for each sample.
        limit: How many documents at most in each sample.
    """
    seen: list[str] = []

    def remembered() -> Iterator[str]:
        for text in texts(()):
            seen.append(text)
            yield text

    known: dict[tuple[str, ...], Objects] = {(): objects(remembered(), limit)}
    beginning = "\n".join(seen)

    def sample(keys: Collection[str]) -> Objects:
        way = tuple(keys) if _held(keys, beginning) else ()
        if way not in known:
            known[way] = objects(texts(way), limit)
        return known[way]

    return [sample(keys) for keys in ways]


def _held(keys: Collection[str], text: str) -> tuple[str, ...]:
    return tuple(key for key in keys if json.dumps(key, ensure_ascii=False) in text)


def _objects_of_text(text: str, keys: Collection[str], limit: int) -> tuple[bool, Objects]:
    """Return the first objects of a text, and whether it holds any whole document."""
    is_filled = False

    def whole() -> Iterator[str]:
        nonlocal is_filled
        for piece in pieces(text, keys):
            if not piece.fault:
                is_filled = True
                yield text[piece.start : piece.end]

    found = objects(whole(), limit)
    return is_filled, found
