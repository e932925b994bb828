"""Keys are found where they stand, in every way in which TOML can write them."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convocommerce.configuration.places import KeyPath, Place, places_of

WRITTEN = """\
# "a" = 1
top = 'x # no comment = 1'  # [no.table]
"quoted # key" = 1
'dotted'."with.dot" . plain = 1979-05-27 07:32:00Z
long = \"\"\"
[no.table]
no = 1 \\\"\"\" ""\"\"\"
raw = '''
[[no]]
'''''
list = [ 1, # comma, ]
  [ "]", { deep = [ true ], 'x'.y = -inf } ],
]
inline = { a = { b = "}" }, "c" = [] }

[ table . "in" ]
key = 0x1F
[[ many ]]
name = "one"
[many.sub]
x = 1
[[many.more]]
[[many]]
[[many.more]]
[[many.more]]
y = 2
[table]
late = 1
"""


def paths(value: Any, above: KeyPath = ()) -> set[KeyPath]:
    """Return every key and element of what tomllib has read."""
    inside: Any = ()
    if isinstance(value, dict):
        inside = value.items()
    elif isinstance(value, list):
        inside = enumerate(value)
    found = {above} if above else set()
    return found.union(*(paths(one, (*above, key)) for key, one in inside))


def test_every_key_is_found_and_nothing_else() -> None:
    assert set(places_of(WRITTEN).of) == paths(tomllib.loads(WRITTEN))


def test_at_every_place_stands_the_key() -> None:
    lines = WRITTEN.splitlines()
    for path, place in places_of(WRITTEN).of.items():
        written = lines[place.line - 1][place.column - 1 :]
        name = path[-1]
        if isinstance(name, str):
            assert written.startswith((name, f'"{name}"', f"'{name}'")), path
    of = places_of(WRITTEN).of
    assert of["many", 1] == Place(23, 3)
    assert of["many", 1, "more", 1, "y"] == Place(26, 1)
    assert of["list", 1, 0] == Place(12, 5)
    assert of["inline", "a", "b"] == Place(14, 18)


def test_windows_line_ends_move_nothing() -> None:
    assert places_of(WRITTEN.replace("\n", "\r\n")) == places_of(WRITTEN)


@pytest.mark.parametrize(
    ("text", "path", "first", "second"),
    [
        ("a = 1\nb = 2\n  a = 3", ("a",), Place(1, 1), Place(3, 3)),
        ("[a]\n[b]\n[a]", ("a",), Place(1, 2), Place(3, 2)),
        ("[[a]]\nx = 1\n[[a]]\nx = 1\n x = 2", ("a", 1, "x"), Place(4, 1), Place(5, 2)),
        ("a = { x = 1, x = 2 }", ("a", "x"), Place(1, 7), Place(1, 14)),
    ],
)
def test_what_stands_twice_is_found(text: str, path: KeyPath, first: Place, second: Place) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    assert places_of(text).twice == ((path, first, second),)


def test_what_may_stand_apart_is_not_twice() -> None:
    text = "[a.b]\n[a]\n[[c]]\nx=1\n[[c]]\nx=1\n[d]\ne.f=1\ne.g=2\n"
    tomllib.loads(text)
    assert places_of(text).twice == ()


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=6)
scalars = st.one_of(
    st.integers(-(2**63), 2**63 - 1).map(str),
    st.booleans().map(lambda one: str(one).lower()),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    names.map(lambda one: json.dumps(one, ensure_ascii=False)),
    st.sampled_from(["'''\n]\n'''", '"""a\n= "b\\""""', "1979-05-27T07:32:00", "07:32:00", "inf"]),
)


def written_list(items: list[str]) -> str:
    return "[\n" + " # ]\n,".join(items) + "\n]"


def written_table(items: dict[str, str]) -> str:
    pairs = ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {v}" for k, v in items.items())
    return "{ " + pairs + " }"


values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(written_list)
        | st.dictionaries(names, inner, max_size=3).map(written_table)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(names, values, max_size=4),
    st.dictionaries(names, st.lists(st.dictionaries(names, values, max_size=2), max_size=2)),
)
def test_any_document(top: dict[str, str], tables: dict[str, list[dict[str, str]]]) -> None:
    def pairs(items: dict[str, str]) -> list[str]:
        return [f"{json.dumps(k, ensure_ascii=False)}\t=  {v} # x" for k, v in items.items()]

    lines = pairs(top)
    for name, elements in tables.items():
        for element in elements:
            lines += [f" [[tables.{json.dumps(name, ensure_ascii=False)}]]", *pairs(element)]
    text = "\n".join(lines)
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        # A random top-level key may be called like the tables.
        return
    assert set(places_of(text).of) == paths(read)
