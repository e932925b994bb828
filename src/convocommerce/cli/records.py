"""Commands about exports and the records made from them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from convocommerce.cli.program import (
    Database,
    Language,
    app,
    open_shop_at,
)
from convocommerce.errors import UsageError
from convocommerce.showing import progress_bar
from convocommerce.wording import wording


@app.command()
def load(
    database: Database,
    exports: Annotated[list[Path], typer.Argument(help="Files, folders or archives.")],
    mapping: Annotated[
        list[Path] | None, typer.Option(help="TOML file for other files; may be repeated.")
    ] = None,
) -> None:
    """Load exports; exit code 65 says that a file could not be read, the others are loaded."""
    with open_shop_at(database, is_made=True) as shop, progress_bar() as tell:
        report = shop.load(*exports, mapping=mapping or (), progress=tell)
    print(report)
    for file in report.failed:
        print(f"convocommerce: {file.note}", file=sys.stderr)
    if report.failed:
        raise typer.Exit(65)


@app.command()
def inspect(
    exports: Annotated[list[Path], typer.Argument(help="Files, folders or archives.")],
    mapping: Annotated[
        list[Path] | None, typer.Option(help="TOML file for other files; may be repeated.")
    ] = None,
) -> None:
    """Say what exports are and hold, without loading them."""
    from convocommerce.inspecting import inspect as look

    with progress_bar(of="looking") as tell:
        found = look(list(exports), mapping=mapping or (), progress=tell)
    print(found)


@app.command("propose-mapping")
def propose_mapping(
    export: Annotated[Path, typer.Argument(help="A CSV, Parquet or JSON file.")],
    table: Annotated[
        str | None, typer.Option(help="messages, orders ...; the best fit when not set.")
    ] = None,
) -> None:
    """Write a mapping to start from, for a file that no known platform writes."""
    from convocommerce.inspecting import propose_mapping as propose

    print(propose(export, table=table), end="")


@app.command("try-mapping")
def try_mapping(
    export: Annotated[Path, typer.Argument(help="The file.")],
    mapping: Annotated[Path, typer.Argument(help="The mapping.")],
    rows: Annotated[int, typer.Option(help="How many rows.")] = 10,
) -> None:
    """Show the first records that a mapping makes of a file, without loading it."""
    from convocommerce.inspecting import try_mapping as attempt

    print(attempt(export, mapping, rows=rows).to_string(index=False, na_rep=""))


@app.command()
def sources() -> None:
    """List the exports that can be read, how they are made, what each gives and cannot tell."""
    from convocommerce.sources import known_sources

    for source in known_sources():
        print(source.title)
        for way in source.made_by:
            print(f"  * {way}")
        for kind in source.kinds:
            print(f"  {kind.title} ({source.name}/{kind.name})")
            print(f"    gives: {', '.join(source.gives(kind)) or 'nothing yet'}")
            for limit in kind.cannot_tell:
                print(f"    - {limit.sentence}")


@app.command()
def loads(database: Database) -> None:
    """List what was loaded and what became of it."""
    from convocommerce.loading import load_reports

    with open_shop_at(database, read_only=True) as shop:
        for report in load_reports(shop.database):
            print(f"Load {report.load_id}, {report.started_at:%Y-%m-%d %H:%M} UTC")
            print(report)


@app.command()
def erase(
    database: Database,
    person: Annotated[
        str | None,
        typer.Argument(
            help="A contact or conversation as shown, an e-mail address, a phone number, or an id "
            "on a platform; asked for when not given, so that no shell remembers it."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    language: Language = "en",
) -> None:
    """Erase a person from records, models and file; says what would be erased, and asks."""
    with open_shop_at(database, language=language) as shop:
        say = wording(language)
        whom = person
        if whom is None:
            # Nothing shows what another program writes.
            whom = typer.prompt(say("Whom"), hide_input=sys.stdin.isatty(), err=True)
        if not yes:
            print(shop.erase(whom, rehearse=True))
            typer.confirm(say("This cannot be undone. Erase?"), abort=True, err=True)
        print(shop.erase(whom))


@app.command()
def rules(
    database: Database,
    file: Annotated[Path | None, typer.Option("--set", help="TOML file with new rules.")] = None,
) -> None:
    """Show the rules that the database keeps, or set them from a file."""
    from convocommerce.rules import Rules

    with open_shop_at(database, read_only=file is None) as shop:
        if file is not None:
            if not file.is_file():
                raise UsageError(f"there is no rules file {file}")
            shop.rules = Rules.from_toml(file)
        print(shop.rules.to_toml(), end="")


@app.command()
def check(database: Database) -> None:
    """Look at coverage, gaps and unknown senders; exit code 3 says the data is not fit."""
    with open_shop_at(database) as shop:
        findings = shop.check()
    print(findings)
    if not findings.is_fit:
        raise typer.Exit(3)
