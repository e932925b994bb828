"""The first documents of a file, to recognise it by.

Platforms differ in the keys under which their pages hold documents. What can be parsed at once is
parsed only once, whatever the keys are; a large beginning is cut into its documents, once for all
keys that it does not hold.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from convocommerce.readers.json_text import closed, pieces

_FIRST_SIZE = 1 << 20
# A document longer than that is not parsed whole to recognise a file by: its beginning will do.
_LARGEST_SIZE = 8 << 20
# Of a text up to here it costs less to parse all of it than to find where its documents end.
_SMALL = 256 << 10

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
    heads = {_FIRST_SIZE: head(_FIRST_SIZE)}
    text, is_whole = heads[_FIRST_SIZE]
    if is_whole and len(text) <= _SMALL and (parsed := _parsed(text)) is not None:
        return _each(ways, lambda keys: _unwrapped(parsed, keys)[:limit])
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

    return _each(ways, sample)


def of_lines(texts: Iterator[str], ways: Sequence[Collection[str]], limit: int) -> list[Objects]:
    """Return the first documents of an NDJSON file for every way of unwrapping.

    Args:
        texts: The lines; read only as far as they are needed.
        ways: The keys to unwrap, once for each sample.
        limit: How many documents at most in each sample.
    """
    seen: list[Any] = []

    def lines() -> Iterator[Any]:
        yield from seen
        for text in texts:
            seen.append(_parsed(text))
            yield seen[-1]

    def sample(keys: Collection[str]) -> Objects:
        found: Objects = []
        for line in lines():
            if isinstance(line, dict):
                found += _unwrapped(line, keys)
            if len(found) >= limit:
                break
        return found[:limit]

    return _each(ways, sample)


def _each(
    ways: Sequence[Collection[str]], sample: Callable[[Collection[str]], Objects]
) -> list[Objects]:
    """Return the sample of every way, made once for those that are the same."""
    known = {way: sample(way) for way in dict.fromkeys(map(tuple, ways))}
    return [known[tuple(way)] for way in ways]


def _parsed(text: str) -> Any:
    """Return what a text says; null if it is no JSON, or none that can be parsed at once."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _unwrapped(parsed: Any, keys: Collection[str]) -> Objects:
    """Return the objects of a list or of a page, else the object itself."""
    found = parsed if isinstance(parsed, list) else [parsed]
    if isinstance(parsed, dict):
        inside = [
            value for key, value in parsed.items() if key in keys and isinstance(value, list | dict)
        ]
        if inside:
            lists = (value if isinstance(value, list) else [value] for value in inside)
            found = list(chain.from_iterable(lists))
    return [one for one in found if isinstance(one, dict)]


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
