"""The rules of a configuration: the same keys as in a file of rules, and every mistake in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from convocommerce.configuration.mistakes import keys_of, unknown
from convocommerce.configuration.places import KeyPath
from convocommerce.configuration.tables import File
from convocommerce.errors import ConvocommerceError
from convocommerce.rules import TABLES_OF_NAMES, Rules


def read_rules(values: Mapping[str, Any]) -> tuple[Rules, dict[KeyPath, str]]:
    """Read rules, and find every mistake in them.

    Rules are refused by their first mistake. Which value is to blame is found by leaving each out
    in turn; without it, the next mistake shows.

    Args:
        values: Plain values by rule.

    Returns:
        The rules without what is wrong in them, and what is wrong by key.
    """
    known = list(Rules().to_dict())
    mistakes: dict[KeyPath, str] = {
        (name,): unknown(("rules", name), [*known, "file"], keys_of(File))
        for name in values
        if name not in known
    }
    kept: Mapping[str, Any] = {name: value for name, value in values.items() if name in known}
    while (told := _refusal(kept)) is not None:
        for path in _leaves(kept):
            fewer = _without(kept, path)
            if _refusal(fewer) != told:
                mistakes[path] = told
                kept = fewer
                break
        else:
            mistakes[()] = told
            return Rules(), mistakes
    return Rules.from_dict(kept), mistakes


def _refusal(values: Mapping[str, Any]) -> str | None:
    try:
        Rules.from_dict(values)
    except ConvocommerceError as error:
        return str(error)
    return None


def _leaves(values: Mapping[str, Any]) -> Iterator[KeyPath]:
    """Yield every value that can be left out, those inside tables first."""
    for name, value in values.items():
        if name in TABLES_OF_NAMES and isinstance(value, Mapping):
            yield from ((name, inside) for inside in value)
        yield (name,)


def _without(values: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
    name = str(path[0])
    fewer = dict(values)
    if len(path) == 1:
        del fewer[name]
    else:
        fewer[name] = {key: value for key, value in values[name].items() if key != path[1]}
    return fewer
