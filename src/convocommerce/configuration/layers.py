"""Where a setting comes from: an option, else the environment, else the file, else the default.

Every way says a setting by the same name, ``publish.folder``: in the file as a key of a table, in
the environment as ``CONVOCOMMERCE_PUBLISH_FOLDER``, as an option as ``publish.folder=site``. What
they give goes through the same model, so all of them mean the same and are refused alike.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

from convocommerce.configuration.mistakes import shown, table_of
from convocommerce.configuration.places import KeyPath
from convocommerce.configuration.tables import File
from convocommerce.errors import closest, nearest
from convocommerce.rules import TABLES_OF_NAMES, Rules

PREFIX = "CONVOCOMMERCE_"
"""How the names of variables begin that hold settings."""


@dataclass(frozen=True)
class Origin:
    """Where a value came from.

    Attributes:
        by: ``option``, ``environment`` or ``file``.
        name: The option, the variable, or the file with line and column.
    """

    by: str
    name: str


@dataclass(frozen=True)
class Setting:
    """Something that an option or a variable can set.

    Attributes:
        path: The key in the file.
        kind: What a text is taken for: ``text``, ``number``, ``flag``, ``list`` or ``path``.
    """

    path: tuple[str, str]
    kind: str

    @property
    def name(self) -> str:
        """What it is called."""
        return ".".join(self.path)

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + "_".join(self.path).upper()


@cache
def settings() -> dict[str, Setting]:
    """Return everything that options and variables can set, by name."""
    found = []
    for table, field in File.model_fields.items():
        model = table_of(field)
        if model is None or "tuple" in str(field.annotation):
            continue
        for key, one in model.model_fields.items():
            found.append(Setting((table, one.alias or key), _kind(one.annotation)))
    for name, value in Rules().to_dict().items():
        if name not in TABLES_OF_NAMES:
            kind = "number" if isinstance(value, int | float) else "text"
            found.append(Setting(("rules", name), "list" if name == "exclude_customers" else kind))
    return {one.name: one for one in found}


def _kind(annotation: Any) -> str:
    kinds: list[Any] = [annotation]
    while kinds:
        one = kinds.pop(0)
        match one:
            case _ if one is Path:
                return "path"
            case _ if one is bool:
                return "flag"
            case _ if one in (int, float):
                return "number"
            case _ if one in (str, dt.timedelta):
                return "text"
            case _ if getattr(one, "__origin__", None) is tuple:
                return "list"
        kinds += get_args(one)
    return "text"


def overlay(
    values: Mapping[str, Any],
    options: Mapping[str, Any],
    environment: Mapping[str, str],
) -> tuple[dict[str, Any], dict[KeyPath, Origin], list[tuple[str, str]]]:
    """Put what options and variables say over what a file says.

    Args:
        values: The tables of the file.
        options: Values by name, such as ``{"publish.folder": "site"}``.
        environment: Variables by name.

    Returns:
        The tables, where each value that is not of the file came from, and what is wrong: the
        option or variable and what to say of it.
    """
    known = settings()
    by_variable = {one.variable: one for one in known.values()}
    merged = {
        name: dict(table) if isinstance(table, Mapping) else table for name, table in values.items()
    }
    origins: dict[KeyPath, Origin] = {}
    mistakes: list[tuple[str, str]] = []
    meant = _variables_meant(values)
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable in meant:
            continue
        if variable not in by_variable:
            # Others may use the prefix too, as tests do; what looks like a setting is meant as one.
            name = variable.removeprefix(PREFIX)
            near = closest(name, [one.removeprefix(PREFIX) for one in by_variable])
            if near or name.lower().startswith(tuple(f"{table}_" for table in File.model_fields)):
                hint = f", did you mean {PREFIX + near!r}?" if near else "; check-config lists them"
                mistakes.append((variable, f"no setting has this name{hint}"))
            continue
        _set(merged, by_variable[variable], text, Origin("environment", variable), origins)
    for name, value in options.items():
        if name not in known:
            hint = nearest(name, known) or "; convocommerce check-config lists them"
            mistakes.append((name, f"there is no setting {shown(name)}{hint}"))
            continue
        if value is not None:
            _set(merged, known[name], value, Origin("option", name), origins)
    return merged, origins, mistakes


def _set(
    merged: dict[str, Any],
    setting: Setting,
    value: Any,
    origin: Origin,
    origins: dict[KeyPath, Origin],
) -> None:
    table = merged.setdefault(setting.path[0], {})
    if isinstance(table, dict):
        table[setting.path[1]] = _read(value, setting.kind)
        origins[setting.path] = origin


def _read(value: Any, kind: str) -> Any:
    """Return a text as what it stands for; what is none of that is left for the model to refuse."""
    if not isinstance(value, str):
        return value
    match kind:
        case "list":
            return tuple(part.strip() for part in value.split(",") if part.strip())
        case "flag":
            return {"true": True, "false": False}.get(value.lower(), value)
        case "number" if re.fullmatch(r"[+-]?[0-9]+", value):
            return int(value)
        case "number":
            try:
                return float(value)
            except ValueError:
                return value
        case "path":
            # A file's paths are seen from its folder; what is typed, from where one stands.
            return str(Path.cwd() / Path(value).expanduser()) if value else value
    return value


def _variables_meant(values: Any) -> set[str]:
    """Return the variables that a file names itself, as ``env:NAME``."""
    if isinstance(values, str):
        return {values.removeprefix("env:")} if values.startswith("env:") else set()
    if isinstance(values, Mapping):
        values = list(values.values())
    return set().union(*map(_variables_meant, values)) if isinstance(values, list) else set()
