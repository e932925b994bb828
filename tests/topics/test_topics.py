"""Words of topics: every language has all topics, and finds what people mean by them."""

from __future__ import annotations

import re
import unicodedata

import duckdb
import pytest

from convocommerce.topics import TOPICS, topic_languages, topic_words, topics_in

SAID = [
    ("Do you deliver to Belgium?", {"delivery"}),
    ("When will it arrive?", {"delivery"}),
    ("How much are the red shoes?", {"price"}),
    ("Is there a discount-code?", {"discount"}),
    ("Does it come in size 39? The 38 is too small", {"size"}),
    ("Do you have it in stock", {"stock"}),
    ("Can I pay with PayPal?", {"payment"}),
    ("What is your returns policy?", {"returns"}),
    ("Where is MY ORDER", {"order_status"}),
    ("Which colours are there?", {"product"}),
    ("What are your opening hours?", {"contact"}),
    ("I get an error at the last step", {"trouble"}),
    ("Can you gift wrap it?", {"gift"}),
    ("Bezorgen jullie ook in België?", {"delivery"}),
    ("Wat kost deze?", {"price"}),
    ("Wat zijn de bezorgkosten?", {"delivery"}),
    ("Heb je een kortingscode voor mij", {"discount"}),
    ("Vallen ze groot uit? Welke maat moet ik nemen?", {"size"}),
    ("Zijn ze nog op voorraad?", {"stock"}),
    ("Kan ik met iDEAL betalen?", {"payment"}),
    ("Mag ik het ruilen of retourneren?", {"returns"}),
    ("Waar blijft mijn pakketje??", {"order_status"}),
    ("Is het geschikt voor een kind van 10?", {"product"}),
    ("Zijn jullie zondag open?", {"contact"}),
    ("Ik kan niet afrekenen, foutmelding", {"trouble"}),
    ("Kunnen jullie het inpakken als cadeau?", {"gift"}),
    # One text can be about several things, or about none.
    ("Hoeveel kost verzending, en is maat M leverbaar?", {"price", "delivery", "size", "stock"}),
    ("Thanks, have a nice day!", set()),
    ("Dank je wel, tot ziens", set()),
    # Words inside other words are none: a sizeable pass, a costume, a fitting end, duurzaam.
    ("Passie, costume, benefit, duurzaam, spaying", set()),
    ("", set()),
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.mark.parametrize(("text", "topics"), SAID)
def test_words_find_what_is_meant(
    con: duckdb.DuckDBPyConnection, text: str, topics: set[str]
) -> None:
    sql, values = topics_in("$text")
    ((found,),) = con.execute(f"select {sql}", {**values, "text": text}).fetchall()
    assert set(found) == topics


def test_no_text_has_no_topics(con: duckdb.DuckDBPyConnection) -> None:
    sql, values = topics_in("null::varchar", ["price", "size"])
    assert values.keys() == {"topic_price", "topic_size"}
    assert con.execute(f"select {sql}", values).fetchall() == [([],)]


def test_english_and_dutch_are_known() -> None:
    assert topic_languages() == ("en", "nl")


@pytest.mark.parametrize("language", topic_languages())
def test_a_file_has_every_topic_in_words_that_can_be_found(language: str) -> None:
    words = topic_words(language)
    assert set(words) == set(TOPICS)
    for topic, entries in words.items():
        assert len(entries) == len(set(entries)) >= 4, topic
        for entry in entries:
            # Anything else could never be met in a text in small letters without accents.
            assert re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*\*?", entry), (topic, entry)
            assert unicodedata.normalize("NFKD", entry) == entry
