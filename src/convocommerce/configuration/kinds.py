"""The kinds of values a configuration holds, each with its own way to be read and refused."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, Strict, ValidationInfo
from pydantic_core import PydanticCustomError

from convocommerce.configuration.mistakes import shown
from convocommerce.errors import ConfigurationError, nearest

_UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_ENV = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")
_ADDRESS = re.compile(r"[^@\s<>,;:/]+@[^@\s<>,;:/]+")


def wrong(told: str) -> PydanticCustomError:
    """Return an error about a key: ``told`` follows its name."""
    return PydanticCustomError("told_of_key", "{told}", {"told": told})


def wrong_whole(told: str) -> PydanticCustomError:
    """Return an error that names its key itself, or is about a whole table."""
    return PydanticCustomError("told_whole", "{told}", {"told": told})


@dataclass(frozen=True)
class Secret:
    """A value that stands in the environment and nowhere else.

    Attributes:
        name: Name of the environment variable.
    """

    name: str

    def is_set(self, environment: Mapping[str, str] | None = None) -> bool:
        """Return whether the variable has a value."""
        return bool((os.environ if environment is None else environment).get(self.name))

    def value(self, environment: Mapping[str, str] | None = None) -> str:
        """Return what the variable holds.

        Raises:
            ConfigurationError: It is not set.
        """
        if not self.is_set(environment):
            raise ConfigurationError(
                f"the environment variable {self.name} is not set; set it where the build runs"
            )
        return (os.environ if environment is None else environment)[self.name]

    def __str__(self) -> str:
        return f"env:{self.name}"


def seconds_of(text: str) -> int | None:
    """Return the seconds of a time such as ``36h``, or null when it is none.

    >>> seconds_of("2d"), seconds_of("90m"), seconds_of("soon")
    (172800, 5400, None)
    """
    found = re.fullmatch(r"([0-9]{1,6}) ?([mhdw])", text.strip())
    return int(found[1]) * _UNITS[found[2]] if found else None


def _age(value: Any) -> dt.timedelta:
    seconds = seconds_of(value) if isinstance(value, str) else None
    if not seconds:
        raise wrong(f"is {shown(value)} and must be a time: minutes, hours, days or weeks")
    return dt.timedelta(seconds=seconds)


def _secret(value: Any) -> Secret:
    found = _ENV.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise wrong(
            "must name a variable of the environment, for what is secret never stands in a file"
        )
    return Secret(found[1])


def _address(value: Any) -> str | Secret:
    # Never shown: an address is somebody's, and a server's may hold a password.
    if not isinstance(value, str):
        raise wrong("must be an e-mail address in quotes")
    if value.startswith("env:"):
        return _secret(value)
    if not _ADDRESS.fullmatch(value) or not value.isprintable():
        raise wrong("is no e-mail address")
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise wrong("is empty")
    if not value.isprintable():
        raise wrong(f"is {shown(value)} and must be one line of text")
    return value.strip()


def one_or_more(value: Any) -> Any:
    """Return a single text as a list of one."""
    return (value,) if isinstance(value, str) else value


def check_distinct(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Check that a list is not empty and names nothing twice."""
    if not value:
        raise wrong("is an empty list; name at least one, or leave the key out")
    if twice := [one for number, one in enumerate(value) if one in value[:number]]:
        # Of addresses none is shown.
        what = repr(twice[0]) if str(twice[0]).isalnum() else "one"
        raise wrong(f"names {what} twice")
    return value


def _placed(value: Any, info: ValidationInfo) -> Path:
    return placed(value, (info.context or {}).get("folder", Path()))


def placed(value: Any, folder: Path) -> Path:
    """Return a path as seen from the folder of the file it is written in."""
    value = str(value) if isinstance(value, Path) else value
    if not isinstance(value, str) or not value.strip():
        raise wrong(f"is {shown(value)} and must be a path")
    if "\0" in value:
        raise wrong(f"is {shown(value)} and no path can hold a zero byte")
    windows = PureWindowsPath(value)
    if os.name != "nt" and "\\" in value:
        where = " of another machine" if windows.drive else ""
        raise wrong(f"is {shown(value)}, a Windows path{where}; write it with / between folders")
    try:
        path = Path(value).expanduser()
    except RuntimeError:
        raise wrong(f"is {shown(value)}, and whose folder that is cannot be known") from None
    whole = Path(folder, path)
    # Without the way up and down again, where no link on it leads elsewhere.
    plain = Path(os.path.normpath(whole))
    return plain if os.path.realpath(plain) == os.path.realpath(whole) else whole


def _exists(path: Path, what: str) -> Path:
    try:
        path.stat()
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            raise wrong(f"names {str(path)!r}, which does not exist{_beside(path)}") from None
        raise wrong(f"names {str(path)!r}, which cannot be read: {error.strerror}") from None
    if what == "file" and not path.is_file():
        raise wrong(f"names {str(path)!r}, which is no file")
    if what == "folder" and not path.is_dir():
        raise wrong(f"names {str(path)!r}, which is no folder")
    return path


def _beside(path: Path) -> str:
    """Return the nearest name that stands where a path should."""
    try:
        names = [one.name for one in path.parent.iterdir() if not one.name.startswith(".")]
    except OSError:
        return f"; nor does the folder {str(path.parent)!r}"
    return nearest(path.name, names)


def _file(path: Path) -> Path:
    return _exists(path, "file")


def check_pattern(path: Path) -> Path:
    """Check that a path exists, and of one with wildcards the folder that it starts from."""
    base, rest = split_pattern(path)
    if not rest:
        return _exists(path, "path")
    if base.is_dir() and any(mark in rest[0] for mark in "*?["):
        return path
    return _exists(base / rest[0], "path")


def split_pattern(path: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the part of a path that exists, and the parts after it, which may hold wildcards."""
    base = path
    while not _is_there(base) and base != base.parent:
        base = base.parent
    return base, path.relative_to(base).parts


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
        raise wrong(f"is {shown(value)} and must be a colour of six digits")
    return value.lower()


def _web_address(value: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(value)
        has_more = parts.username is not None or parts.query or parts.fragment
    except ValueError:
        raise wrong("is no address of a site") from None
    if has_more:
        # What stands there may be a name and a password, or a token.
        raise wrong("holds a name, a password or a query; write the plain address of the folder")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise wrong(f"is {shown(value)} and must be an address of a site")
    return value.rstrip("/")


Text = Annotated[str, Strict(), AfterValidator(_filled)]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Count = Annotated[int, Strict(), Field(ge=1)]
Share = Annotated[float, Strict(), Field(ge=0, le=1)]
Flag = Annotated[bool, Strict()]
Age = Annotated[dt.timedelta, BeforeValidator(_age)]
SecretName = Annotated[Secret, BeforeValidator(_secret)]
Address = Annotated[str | Secret, PlainValidator(_address)]
Colour = Annotated[Text, AfterValidator(_colour)]
WebAddress = Annotated[Text, AfterValidator(_web_address)]
Names = Annotated[tuple[Text, ...], BeforeValidator(one_or_more), AfterValidator(check_distinct)]
Placed = Annotated[Path, BeforeValidator(_placed)]
File = Annotated[Placed, AfterValidator(_file)]
