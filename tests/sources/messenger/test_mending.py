"""Broken text is made good string by string, and text that is right is never made worse."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from convocommerce.sources.messenger.mending import mend

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
BEYOND = TEXT.filter(lambda text: any(ord(letter) > 0xFF for letter in text))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=12,
)


def broken(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, list):
        return [broken(one) for one in value]
    if isinstance(value, dict):
        return {broken(key): broken(one) for key, one in value.items()}
    return value


@given(value=VALUES, is_ascii=st.booleans())
def test_what_an_archive_broke_is_made_good(value, is_ascii):
    written = json.dumps({"said": broken(value)}, ensure_ascii=is_ascii)
    assert json.loads(mend(written)) == {"said": value}


@given(text=BEYOND, is_ascii=st.booleans())
def test_text_with_other_letters_is_right_as_it_stands(text, is_ascii):
    written = json.dumps({"said": text}, ensure_ascii=is_ascii)
    assert mend(written) == written


@given(content=st.binary(min_size=1))
def test_bytes_that_are_no_utf8_stay(content):
    text = content.decode("latin-1")
    written = json.dumps({"said": text})
    try:
        content.decode()
    except UnicodeDecodeError:
        assert mend(written) == written
    else:
        assert json.loads(mend(written)) == {"said": content.decode()}


@given(text=st.text())
def test_it_never_raises(text):
    mend(text)
    mend(f'{{"said": "{text}\\u00c3\\u00a9"')


def test_one_right_string_does_not_keep_another_broken():
    written = r'{"a": "Caf\u00c3\u00a9", "b": "Caf\u00e9", "c": "\u201cCaf\u00c3\u00a9\u201d"}'
    assert json.loads(mend(written)) == {"a": "Café", "b": "Café", "c": "“CafÃ©”"}


def test_numbers_keep_every_digit_and_escapes_their_meaning():
    written = r'{"id": 12345678901234567890.10, "a": "\"\\u00c3\n", "b": "\u00C3\u00AB"}'
    mended = mend(written)
    assert mended.startswith(r'{"id": 12345678901234567890.10, "a": "\"\\u00c3\n"')
    assert json.loads(mended)["b"] == "ë"
