"""Says what is wrong with a call, and the nearest right name, as for any other name."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from convocommerce.errors import UnknownNameError, UsageError

Made = TypeVar("Made", bound=type)
Called = TypeVar("Called", bound=Callable[..., Any])
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


_MOST = 1e6
"""More days than anybody has loaded, and fewer than a time can hold."""


def knows_its_names(call: Called, what: str = "") -> Called:
    """Return a function that refuses what it cannot take by an error of the package.

    One that takes any name looks at them itself.

    Args:
        call: The function.
        what: What its arguments are called; ``argument of`` and its name when left out.
    """
    signature = inspect.signature(call)
    taken = signature.parameters.values()
    takes_any = any(one.kind is one.VAR_KEYWORD for one in taken)
    known = [one.name for one in taken if one.kind in _NAMED and one.name != "self"]
    name_of_call = call.__qualname__.removesuffix(".__init__").rpartition(".")[2]
    what = what or f"argument of {name_of_call}"

    @functools.wraps(call)
    def checked(*values: Any, **named: Any) -> Any:
        for name in named:
            if name not in known and not takes_any:
                raise UnknownNameError(what, name, known)
        try:
            signature.bind(*values, **named)
        except TypeError as error:
            raise UsageError(f"{name_of_call}: {error}; known: {', '.join(known)}") from None
        return call(*values, **named)

    return checked  # type: ignore[return-value]  # it is called as the other is


def check_number(name: str, value: object, *, from_zero: bool = False) -> None:
    """Refuse what is no number above 0, or not below it, or larger than anything it could count.

    Args:
        name: What the value is called.
        value: The value.
        from_zero: It may be 0.

    Raises:
        UsageError: It is none.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value <= _MOST
        or (value == 0 and not from_zero)
    ):
        least = "not below 0" if from_zero else "above 0"
        raise UsageError(f"{name} is {value!r} and must be a number {least}, a million at most")


def path_of(given: object) -> Path:
    """Return the path that is given.

    Raises:
        UsageError: It is none.
    """
    if not isinstance(given, str | os.PathLike):
        raise UsageError(
            f"a {type(given).__name__} is given where a path is wanted; give several one after "
            "another"
        )
    return Path(given)


def check_choice(name: str, value: object, known: Iterable[str]) -> None:
    """Refuse what is none of the names there are.

    Raises:
        UnknownNameError: It is none; offers the nearest.
    """
    if value not in (names := list(known)):
        raise UnknownNameError(name, value, names)


def made_of(what: str) -> Callable[[Made], Made]:
    """Have a class say which of the values it is made of was named wrongly."""

    def of(made: Made) -> Made:
        return _with(made, "__init__", knows_its_names(made.__init__, what))  # type: ignore[misc]

    return of


def methods_know_their_names(made: Made) -> Made:
    """Have every public method of a class, its own and inherited, say so."""
    for name, call in inspect.getmembers_static(made, inspect.isfunction):
        if not name.startswith("_"):
            _with(made, name, knows_its_names(call))
    return made


def _with(made: Made, name: str, call: object) -> Made:
    setattr(made, name, call)
    return made
