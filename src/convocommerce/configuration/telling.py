"""What a configuration says, written as TOML again, with where each value came from beside it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from convocommerce.configuration.kinds import Secret
from convocommerce.configuration.layers import Origin
from convocommerce.configuration.places import KeyPath
from convocommerce.configuration.reading import Configuration
from convocommerce.configuration.tables import Source
from convocommerce.rules import TABLES_OF_NAMES

_TABLES = ("sources", "reports", "targets", "alerts", "brand", "publish", "audit", "mail")
_BY = {"file": "", "environment": "environment: ", "option": "option: "}
_UNITS = (("w", 7 * 86400), ("d", 86400), ("h", 3600), ("m", 60))


def in_force(configuration: Configuration, environment: Mapping[str, str]) -> str:
    """Return every setting in force and where it came from, as a TOML file.

    Args:
        configuration: What was read.
        environment: Variables by name, to say which of those that hold secrets are set; what they
            hold is not shown.
    """
    return "\n".join(_lines(configuration, environment)) + "\n"


def toml_value(value: Any) -> str:
    """Return a value as TOML writes it.

    >>> toml_value(("a", "b")), toml_value(True)
    ('["a", "b"]', 'true')
    """
    match value:
        case bool():
            return str(value).lower()
        case dt.timedelta():
            seconds = round(value.total_seconds())
            unit, length = next(one for one in _UNITS if not seconds % one[1])
            return f'"{seconds // length}{unit}"'
        case int() | float():
            return repr(value)
        case tuple() | list():
            return f"[{', '.join(map(toml_value, value))}]"
        case _:
            # Texts are written as in JSON, but for one mark that TOML wants escaped.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(name: str) -> str:
    """Return a key as TOML writes it, in quotes where it needs them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_value(name)


def _lines(configuration: Configuration, environment: Mapping[str, str]) -> Iterator[str]:
    write = _Writer(configuration.origins, environment)
    yield from write.table("[business]", configuration.business, ("business",))
    yield from write.rules(configuration)
    for name in _TABLES:
        value = getattr(configuration, name)
        match value:
            case BaseModel():
                yield from write.table(f"[{name}]", value, (name,))
            case tuple():
                for number, one in enumerate(value):
                    yield from write.table(f"[[{name}]]", one, (name, number))
            case Mapping() if value:
                yield from ("", f"[{name}]")
                for key, one in value.items():
                    path = (name, *key.partition(".")[::2])
                    yield write.line(toml_key(key), one, path, (name, key))


class _Writer:
    def __init__(self, origins: Mapping[KeyPath, Origin], environment: Mapping[str, str]) -> None:
        self.origins = origins
        self.environment = environment

    def table(self, heading: str, table: BaseModel, above: KeyPath) -> Iterator[str]:
        yield from ("", heading) if above != ("business",) else (heading,)
        for name, field in type(table).model_fields.items():
            key = field.alias or name
            value = getattr(table, name)
            note = ""
            if isinstance(table, Source) and key == "path":
                note = f"; {_found(table)}"
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Secret):
                    is_set = one.is_set(self.environment)
                    note += f"; {one.name} is {'set' if is_set else 'not set'} here"
            yield self.line(key, value, (*above, key), note=note)

    def rules(self, configuration: Configuration) -> Iterator[str]:
        yield from ("", "[rules]")
        for name, value in configuration.rules.to_dict().items():
            if name not in TABLES_OF_NAMES:
                yield self.line(name, value, ("rules", name))
        for name in TABLES_OF_NAMES:
            for key, value in getattr(configuration.rules, name).items():
                yield self.line(f"{name}.{toml_key(key)}", value, ("rules", name, key))

    def line(self, key: str, value: Any, *paths: KeyPath, note: str = "") -> str:
        """Return one setting; the first path that is known says where it came from."""
        if value is None:
            return f"# {key} is not set"
        origin = next((self.origins[path] for path in paths if path in self.origins), None)
        where = "default" if origin is None else f"{_BY[origin.by]}{origin.name}"
        return f"{key} = {toml_value(value)}  # {where}{note}"


def _found(source: Source) -> str:
    files = [
        file
        for path in source.paths()
        for file in (path.rglob("*") if path.is_dir() else (path,))
        if file.is_file()
    ]
    return f"{len(files):,} {'file' if len(files) == 1 else 'files'} now"
