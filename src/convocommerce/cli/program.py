"""What the commands share: the program, its options, and opening a database."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from convocommerce.errors import UsageError

if TYPE_CHECKING:
    from convocommerce.shop import Shop

ORDER = (
    "demo", "init", "inspect", "load", "loads", "check", "rules", "erase", "sources",
    "propose-mapping", "try-mapping", "metrics", "measure", "report", "profiles", "reconcile",
    "check-config", "build", "serve", "simulate",
)  # fmt: skip
"""The commands as somebody meets them: first a look, then exports, figures, and what runs alone."""


class _InOrder(TyperGroup):
    """The commands in an order that tells where to begin."""

    def list_commands(self, ctx: Any) -> list[str]:
        names = super().list_commands(ctx)
        return sorted(names, key=ORDER.index)


app = typer.Typer(
    name="convocommerce",
    cls=_InOrder,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(importlib.metadata.version("convocommerce"))
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Print the version and end."
        ),
    ] = False,
) -> None:
    """See how well your conversations sell."""


Database = Annotated[Path, typer.Argument(help="The DuckDB file.", metavar="DATABASE")]
Language = Annotated[str, typer.Option("--language", "--lang", help="en or nl.")]
AsOf = Annotated[
    str | None,
    typer.Option(
        help="Day or instant whose knowledge counts; the last one in the data if not set."
    ),
]
PeriodName = Annotated[
    str | None, typer.Option(help="2026-03, 2026-W10, last-week, 2026-03-01..2026-03-15, all ...")
]


class Format(StrEnum):
    """How figures are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class Hours(StrEnum):
    """Which time a wait is told in."""

    CALENDAR = "calendar"
    OPENING = "opening"


def open_shop_at(
    database: Path, *, is_made: bool = False, read_only: bool = False, language: str = "en"
) -> Shop:
    """Open a database; a mistyped name must not leave an empty one behind."""
    from convocommerce.shop import open as open_shop

    if not is_made and not database.exists():
        raise UsageError(f"there is no database {database}; convocommerce load makes one")
    return open_shop(database, read_only=read_only, language=language)


def pairs(texts: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the names and values of options such as ``clock=any``."""
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise UsageError(f"{text!r} should be a name and a value, such as clock=any")
        yield name, value
