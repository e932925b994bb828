"""Kinds that are parsed while their events are read: their structures stand in two places."""

from __future__ import annotations

import json

import duckdb
import pytest

from convocommerce.sources.messenger import source as messenger
from convocommerce.sources.whatsapp import source as whatsapp


@pytest.mark.parametrize(
    ("source", "macro", "structure"),
    [
        (messenger.SOURCE, "messenger_event", messenger.EVENT),
        (messenger.SOURCE, "messenger_delivery", messenger.DELIVERY),
        (whatsapp.SOURCE, "whatsapp_contact", whatsapp.CONTACT),
        (whatsapp.SOURCE, "whatsapp_message", whatsapp.MESSAGE),
        (whatsapp.SOURCE, "whatsapp_delivery", whatsapp.DELIVERY),
    ],
)
def test_sql_takes_apart_what_the_source_declares(source, macro, structure):
    con = duckdb.connect()
    con.execute(source.macros())
    told = json.loads(con.execute(f"select {macro}()").fetchall()[0][0])
    assert told == structure
    # DuckDB compares structures by the order of their names, too.
    assert json.dumps(told) == json.dumps(structure)
