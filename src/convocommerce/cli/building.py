"""Commands about the configuration of a build."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from convocommerce.cli.program import app, pairs
from convocommerce.errors import RulesError, UsageError
from convocommerce.showing import progress_bar

ConfigurationFile = Annotated[Path, typer.Argument(help="The TOML file.", metavar="FILE")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A setting in place of the file's, such as publish.folder=site; may be repeated.",
    ),
]


@app.command("check-config")
def check_config(file: ConfigurationFile = Path("shop.toml"), set_: Set = None) -> None:
    """Check the configuration of a build, and print what is in force and where it comes from."""
    import os

    from convocommerce.configuration import in_force, read_configuration

    configuration = read_configuration(file, options=dict(pairs(set_ or [])))
    print(in_force(configuration, os.environ), end="")


@app.command("init")
def begin(
    exports: Annotated[
        list[Path] | None, typer.Argument(help="Files, folders or archives to look at.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("shop.toml"),
    yes: Annotated[bool, typer.Option("--yes", help="Take every suggestion, ask nothing.")] = False,
) -> None:
    """Write a first configuration from the exports there are and a few questions."""
    from convocommerce.starting import begin as run
    from convocommerce.starting import check_free, look

    check_free(out)
    if not yes and not sys.stdin.isatty():
        raise UsageError(
            "init asks a few questions and standard input is no terminal, so that nobody can "
            "answer; give --yes to take every suggestion"
        )
    # The bar is gone before anything is asked, for it would be drawn over the questions.
    with progress_bar(of="looking") as tell:
        sighting = look(exports or [], tell)
    print(run(out, exports or [], sighting, None if yes else _ask).path)
    named: dict[str | None, list[str]] = {}
    for file in sighting.left_aside:
        named.setdefault(file.note, []).append(file.shown)
    for note, names in named.items():
        more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
        print(f"Left aside: {names[0]}{more}: {note}", file=sys.stderr)
    then = (
        f"Look over the lines marked GUESS, then: convocommerce check-config {out}, "
        f"convocommerce build {out}"
    )
    if not exports:
        then = f"No exports were named, so nothing was looked at; add them to {out}"
    print(then, file=sys.stderr)


def _ask(question: str, default: str, check: Callable[[str], str]) -> str:
    """Ask on standard error, as standard output is for the path that was written."""
    while True:
        print(f"{question} [{default}]: ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise UsageError("nobody answered, so nothing was written")
        try:
            return check(line.strip() or default)
        except RulesError as error:
            print(error, file=sys.stderr)
