"""The keys that stand in the file: a newer version must find what an older one wrote."""

from __future__ import annotations

import hashlib

import duckdb
import pytest

from convocommerce.warehouse.schema import KEY_COLUMNS, hash_sql


def latter_half(text: str) -> int:
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little")


@pytest.mark.parametrize("text", ["", "a", "messenger\x1fm_1", "é" * 100])
def test_the_hash_of_a_text_is_the_latter_half_of_its_md5(text: str) -> None:
    found = duckdb.execute(f"select {hash_sql('$text')}", {"text": text}).fetchall()
    assert found == [(latter_half(text),)]


def test_the_keys_of_a_message_stay_what_they_are() -> None:
    row = (
        "select 'messenger' as channel, 'm_1' as message_id, null as case_id, "
        "'10' as business_id, '7' as customer_id"
    )
    keys = KEY_COLUMNS["messages"]
    found = duckdb.execute(
        f"select {keys['message_key']}, {keys['thread_key']} from ({row})"
    ).fetchall()
    assert found == [(latter_half("messenger\x1fm_1"), latter_half("messenger\x1f10\x1f7"))]
