"""The slow path for single documents."""

from __future__ import annotations

import json

import pytest

from convocommerce.readers import repair_document


@pytest.mark.parametrize(
    ("text", "fixed", "note"),
    [
        ('{"id": 1.10}', '{"id": 1.10}', None),
        (r'{"a": "\ud83d", "id": 1.10}', r'{"a": "\ufffd", "id": 1.10}', "lone surrogate replaced"),
        (r'{"a": "\ude00\ud83d\ude00"}', r'{"a": "\ufffd\ud83d\ude00"}', "lone surrogate replaced"),
        ('{"a": "\ud83d"}', '{"a": "\ufffd"}', "lone surrogate replaced"),
        (r'{"a": "\\ud83d"}', r'{"a": "\\ud83d"}', None),
        ('{"a":\t"x\ty\0"}', '{"a":\t"x\\u0009y\\u0000"}', "control character escaped"),
        ('\ufeff{"a": 1}', '{"a": 1}', "byte order mark removed"),
        (
            '{"id": 1, "n": {"x": 1, "x": 12345678901234567890.10}, "s": "é\\n", "id": null}',
            '{"id":null,"n":{"x":12345678901234567890.10},"s":"é\\n"}',
            "key given more than once, the last kept",
        ),
    ],
)
def test_documents_are_repaired_with_every_digit_kept(text, fixed, note):
    assert repair_document(text) == (fixed, note)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "cut off"),
        ('{"a": "x', "cut off"),
        ('{"a": [1, 2', "cut off"),
        ('{"a": tru', "cut off"),
        ('{"a": "\\ud8', "cut off"),
        ('{"a": NaN}', "not JSON"),
        ('{"a": -Infinity}', "not JSON"),
        ("{'a': 1}", "not JSON"),
        ('{"a": 1} {"b": 2}', "not JSON"),
        ("[" * 201 + "]" * 201, "too deep"),
        ("[" * 1_000_000, "too deep"),
        ('"' + "x" * 16_000_000 + '"', "too large"),
        ('"' + "é" * 8_000_000 + '"', "too large"),
    ],
)
def test_what_cannot_be_repaired_is_named(text, reason):
    assert repair_document(text) == (None, reason)


def test_brackets_inside_strings_are_not_depth():
    text = json.dumps({"a": "[" * 500 + '"'})
    assert repair_document(text) == (text, None)


def test_numbers_of_any_length_and_hostile_quotes_take_no_endless_time():
    number = "1" * 100_000
    assert repair_document(number) == (number, None)
    assert repair_document('\\"' * 1_000_000)[0] is None
    assert repair_document('"' + '\\"' * 1_000_000) == (None, "cut off")
