"""What customers write about, by the words they use: one file of words for each language.

Words are a coarse net. They miss what is said otherwise and catch some of what is meant otherwise,
so what they find are shares to compare, never a judgement of one conversation.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path

TOPICS = {
    "delivery": "Delivery and collection",
    "price": "Price",
    "discount": "Discounts and codes",
    "size": "Size and fit",
    "stock": "Stock",
    "payment": "Payment",
    "returns": "Returns and exchange",
    "order_status": "An order already placed",
    "product": "Details of the product",
    "gift": "Gifts and wrapping",
    "contact": "Opening hours and contact",
    "trouble": "Trouble with the website",
}
"""Every topic, with what people call it."""

PRODUCT_TOPICS = ("price", "size", "stock", "product")
"""What people ask about a product before they buy it."""


def topic_languages() -> tuple[str, ...]:
    """Return the languages that words are known in."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.toml")))


@cache
def topic_words(language: str) -> dict[str, tuple[str, ...]]:
    """Return the words of every topic in one language, as they stand in its file.

    Args:
        language: One of ``topic_languages()``.
    """
    text = Path(__file__).with_name(f"{language}.toml").read_text("utf-8")
    return {topic: tuple(words) for topic, words in tomllib.loads(text).items()}


def topics_in(text: str, topics: Collection[str] = TOPICS) -> tuple[str, dict[str, str]]:
    """Return the SQL of the list of topics that a text is about, and the values it binds.

    Each pattern is bound on its own, so that the database reads it once and not for every row.

    Args:
        text: The SQL of the text.
        topics: The topics to look for.

    >>> sql, values = topics_in("text", ["price"])
    >>> sql
    "list_filter([case when regexp_matches(strip_accents(lower(text)), $topic_price) then 'price' \
end], lambda one: one is not null)"
    """
    said = f"strip_accents(lower({text}))"
    cases = [
        f"case when regexp_matches({said}, $topic_{topic}) then '{topic}' end" for topic in topics
    ]
    values = {f"topic_{topic}": topic_pattern(topic) for topic in topics}
    return f"list_filter([{', '.join(cases)}], lambda one: one is not null)", values


@cache
def topic_pattern(topic: str) -> str:
    r"""Return one pattern for the words of a topic in all languages.

    It is for a text in small letters without accents, and of the database's kind (RE2), in which
    ``\b`` and ``\w`` know ASCII only.

    >>> bool(re.search(topic_pattern("delivery"), "wat zijn de bezorgkosten?"))
    True
    """
    found = [_pattern(words) for code in topic_languages() for words in topic_words(code)[topic]]
    return rf"\b(?:{'|'.join(found)})\b"


def _pattern(words: str) -> str:
    r"""Return the pattern of one entry: a star is any ending, a space is anything but a word.

    >>> _pattern("track and trace"), _pattern("deliver*")
    ('track\\W+and\\W+trace', 'deliver\\w*')
    """
    return r"\W+".join(
        re.escape(word.rstrip("*")) + r"\w*" * word.endswith("*") for word in words.split()
    )
