"""The slow path: a document that the database cannot take as it stands."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from convocommerce.readers.encodings import SURROGATE_REPLACED
from convocommerce.readers.json_text import CUT_OFF, TOKEN, TOO_DEEP, is_cut

MAX_BYTES = 16_000_000
MAX_DEPTH = 200
TOO_LARGE = "too large"
NOT_JSON = "not JSON"
MARK_REMOVED = "byte order mark removed"
CONTROL_ESCAPED = "control character escaped"
LAST_KEPT = "key given more than once, the last kept"

_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_RAW_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f]")


class _Number(str):
    """A number exactly as it was written."""

    __slots__ = ()


class _NoNumberError(ValueError):
    """NaN or Infinity, which JSON does not have."""


def repair_document(text: str) -> tuple[str | None, str | None]:
    r"""Make a document fit for the database, changing as little of it as possible.

    Args:
        text: The document as it stood.

    Returns:
        The JSON text and what was repaired (null if nothing had to be), or null and the reason
        why it cannot be used: "too large" (over 16 MB), "too deep" (over 200 levels), "cut off"
        or "not JSON". Numbers keep every digit. Neither says anything of the content.

    >>> repair_document(r'{"text": "\ud83d"}')
    ('{"text": "\\ufffd"}', 'lone surrogate replaced')
    >>> repair_document('{"id": 1.10, "id": 2.20}')
    ('{"id":2.20}', 'key given more than once, the last kept')
    >>> repair_document('{"id": ')
    (None, 'cut off')
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return None, TOO_LARGE
    if _is_too_deep(text):
        return None, TOO_DEEP
    notes: list[str] = []
    text = _without_mark(text, notes)
    text = _without_lone_surrogates(text, notes)
    text = _without_control_characters(text, notes)
    return _with_single_keys(text, notes)


def _is_too_deep(text: str) -> bool:
    depth = 0
    for token in TOKEN.finditer(text):
        mark = token.group()
        depth += (mark in "[{") - (mark in "]}")
        if depth > MAX_DEPTH:
            return True
    return False


def _without_mark(text: str, notes: list[str]) -> str:
    if text.startswith("\ufeff"):
        notes.append(MARK_REMOVED)
    return text.lstrip("\ufeff")


def _without_lone_surrogates(text: str, notes: list[str]) -> str:
    def replace(escape: re.Match[str]) -> str:
        return r"\ufffd" if escape["lone"] else escape.group()

    fixed = _RAW_SURROGATE.sub("\ufffd", _ESCAPE.sub(replace, text))
    if fixed != text:
        notes.append(SURROGATE_REPLACED)
    return fixed


def _without_control_characters(text: str, notes: list[str]) -> str:
    def escape(string: re.Match[str]) -> str:
        return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", string.group())

    fixed = TOKEN.sub(escape, text)
    if fixed != text:
        notes.append(CONTROL_ESCAPED)
    return fixed


def _with_single_keys(text: str, notes: list[str]) -> tuple[str | None, str | None]:
    is_doubled = False

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal is_doubled
        kept = dict(pairs)
        is_doubled = is_doubled or len(kept) < len(pairs)
        return kept

    try:
        value = json.loads(
            text,
            object_pairs_hook=members,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_refuse,
        )
    except json.JSONDecodeError as error:
        return None, CUT_OFF if is_cut(text, error) else NOT_JSON
    except _NoNumberError:
        return None, NOT_JSON
    if is_doubled:
        notes.append(LAST_KEPT)
        text = _written(value)
    return text, "; ".join(notes) or None


def _refuse(_constant: str) -> NoReturn:
    raise _NoNumberError


def _written(value: Any) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        members = (f"{_written(key)}:{_written(item)}" for key, item in value.items())
        return f"{{{','.join(members)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_written, value))}]"
    return json.dumps(value, ensure_ascii=False)
