"""Where documents begin and end, whether a list is taken apart at once or value by value."""

from __future__ import annotations

import json
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from convocommerce.readers import json_text
from convocommerce.readers.json_text import Piece, pieces

NAMES = st.sampled_from(["data", "orders", "next", "[]"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
ROOTS = st.lists(VALUES, max_size=4) | st.dictionaries(NAMES, VALUES, max_size=3)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """One or more texts of JSON behind each other, now and then with something wrong in them."""
    written = [
        json.dumps(
            root,
            ensure_ascii=draw(st.booleans()),
            indent=draw(st.sampled_from([None, 0, 1])),
            separators=draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", " : ")])),
        )
        for root in draw(st.lists(ROOTS, min_size=1, max_size=3))
    ]
    text = draw(st.sampled_from(["", "\n", " "])).join(written)
    at = draw(st.integers(0, len(text)))
    wrong = draw(
        st.sampled_from(["", "", "", "]", "[", "\\", '"', "\x01", "\ufeff", "\ud800", "é"])
    )
    return text[:at] + wrong + text[at : draw(st.sampled_from([None, -1, -2]))]


def one_by_one(text: str, keys: set[str]) -> list[Piece]:
    with patch.object(json_text, "_AT_ONCE", 0):
        return list(pieces(text, keys))


@given(texts(), st.sets(st.sampled_from(["data", "orders"])))
def test_a_list_taken_apart_at_once_gives_what_it_gives_value_by_value(
    text: str, keys: set[str]
) -> None:
    assert list(pieces(text, keys)) == one_by_one(text, keys)


def test_a_page_is_taken_apart_at_once_and_a_text_of_many_lists_is_not_read_for_each() -> None:
    asked: list[str] = []

    class Counting:
        def decode(self, text: str) -> list[bytes]:
            asked.append(text)
            return json_text.msgspec.json.decode(text, type=list[json_text.msgspec.Raw])

    with patch.object(json_text, "_LISTS", Counting()):
        page = '{"next": 1, "data": [{"a": "é"}, {"b": 1.10}], "more": true}'
        found = [page[start:end] for start, end, _ in pieces(page, {"data"})]
        many = "[1]\n" * 100
        n = len(list(pieces(many)))
    assert found == ['{"a": "é"}', '{"b": 1.10}']
    assert n == 100
    assert asked == ['[{"a": "é"}, {"b": 1.10}]', many.strip()]
