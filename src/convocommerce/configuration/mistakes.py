"""What is wrong in a configuration, told all at once, each with its place and the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.configuration.places import KeyPath, Place
from convocommerce.errors import ConfigurationError, nearest

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

SHOWN = 60
"""How much of a value is shown."""

_SECRETS = re.compile(r"pass(word|wd)?|secret|token|api_?key|credential|webhook", re.IGNORECASE)
_NO_TABLE = ("tuple_type", "dict_type", "model_type", "model_attributes_type")
_WORDS = {
    "string_type": "must be a text in quotes",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "finite_number": "must be a number",
}


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong.

    Attributes:
        where: The file, line and column of the key, or the variable or option that gave the value.
        key: The key, such as ``reports.kind``; empty when it is about the whole file.
        told: What is wrong, the value unless it may be secret, and the way out.
        order: What mistakes are sorted by.
    """

    where: str
    key: str
    told: str
    order: tuple[int, Place] = (0, Place(1, 1))

    def __str__(self) -> str:
        return f"{self.where}: {self.told}"


def refuse(name: str, mistakes: Iterable[Mistake]) -> ConfigurationError:
    """Return the error that tells mistakes, in the order in which they stand.

    Args:
        name: What is wrong as a whole: the name of the file.
        mistakes: What is wrong in it.
    """
    told = [str(one) for one in sorted(mistakes, key=lambda one: (one.order, one.told))]
    told = list(dict.fromkeys(told))
    if len(told) == 1:
        return ConfigurationError(told[0])
    return ConfigurationError("\n  ".join((f"{name} has {len(told)} mistakes:", *told)))


def shown(value: object) -> str:
    """Return a value as it may be printed: short, on one line; of tables and lists nothing."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    text = " ".join(repr(value).split()) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 4]} ..."


def key_of(path: KeyPath) -> str:
    """Return a key as people write it; which element of a list is told by its place.

    >>> key_of(("reports", 0, "kind"))
    'reports.kind'
    """
    return ".".join(str(part) for part in path if isinstance(part, str))


def words_for(error: ErrorDetails, model: type[BaseModel]) -> tuple[KeyPath, str]:
    """Return the key that an error of validation is about, and what to say of it."""
    path = tuple(error["loc"])
    key = key_of(path)
    kind = error["type"]
    field, fields = _field(path, model)
    if kind == "extra_forbidden":
        return path, unknown(path, fields, keys_of(model))
    if len(path) == 1 and (kind == "missing" or kind in _NO_TABLE):
        return path, _no_table(key, field, is_missing=kind == "missing")
    example = _example(path, field)
    if kind == "missing":
        return path, f"{key} is missing{example}"
    if kind == "told_whole":
        return path, error["msg"]
    if kind == "told_of_key":
        # Whoever names what is known, or where to look, has shown the way out.
        is_told = ";" in error["msg"] or "did you mean" in error["msg"]
        return path, f"{key} {error['msg']}{'' if is_told else example}"
    words = _WORDS.get(kind) or error["msg"].replace("Input should be", "must be")
    value = "" if field is None or is_secret(field) else f" is {shown(error['input'])} and"
    return path, f"{key}{value} {words}{example}"


def unknown(path: KeyPath, known: Sequence[str], tables: Mapping[str, Sequence[str]]) -> str:
    """Say that a key is none of those there are; never what was written there.

    Args:
        path: The key.
        known: The keys that its table takes.
        tables: The keys that each table takes.
    """
    name, inside = str(path[-1]), key_of(path[:-1])
    told = f"unknown key {shown(name)}" + (f" in [{inside}]" if inside else "")
    if hint := nearest(name, known):
        return told + hint
    if homes := [f"[{table}]" for table, keys in tables.items() if name in keys]:
        return f"{told}; it belongs into {' or '.join(homes)}"
    if _SECRETS.search(name):
        return (
            f'{told}; what is secret comes from the environment: write "env:NAME" where a key '
            "takes it, as in [mail] server"
        )
    return f"{told}; known: {', '.join(known)}"


def _no_table(key: str, field: FieldInfo | None, *, is_missing: bool) -> str:
    several = field is not None and "tuple" in str(field.annotation)
    brackets = f"[[{key}]]" if several else f"[{key}]"
    if is_missing:
        return f"{brackets} is missing; it holds what every configuration needs"
    return f"{key} must be a table; write {brackets} on a line of its own" + (
        ", once for each" if several else ", once"
    )


def keys_of(model: type[BaseModel]) -> dict[str, list[str]]:
    """Return the keys that each table of a file takes."""
    from convocommerce.rules import Rules

    found = {"rules": [*Rules().to_dict(), "file"]}
    for name, field in model.model_fields.items():
        if (table := table_of(field)) is not None:
            found[name] = [one.alias or key for key, one in table.model_fields.items()]
    return found


def is_secret(field: FieldInfo) -> bool:
    """Return whether what a field holds is never shown."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("secret"))


def _field(path: KeyPath, model: type[BaseModel]) -> tuple[FieldInfo | None, list[str]]:
    """Return the field at a path, and the names of the fields of the table it stands in."""
    from pydantic import BaseModel

    names = [str(part) for part in path if isinstance(part, str)]
    field: FieldInfo | None = None
    table: Any = model
    known: list[str] = []
    for name in names:
        if not (isinstance(table, type) and issubclass(table, BaseModel)):
            break
        fields = {one.alias or key: one for key, one in table.model_fields.items()}
        known = list(fields)
        field = fields.get(name)
        table = None if field is None else table_of(field)
    return field, known


def table_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the model of a table, or of the tables of a list; null for a plain field."""
    from typing import get_args

    from pydantic import BaseModel

    found: list[Any] = [field.annotation]
    while found:
        one = found.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
        found += get_args(one)
    return None


def _example(path: KeyPath, field: FieldInfo | None) -> str:
    if field is None or not field.examples:
        return ""
    return f"; write it like {path[-1] if isinstance(path[-1], str) else path[-2]} = " + str(
        field.examples[0]
    )
