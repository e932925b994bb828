"""Commands that publish what is configured, and look at it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from convocommerce.cli.building import ConfigurationFile, Set
from convocommerce.cli.program import app, pairs


@app.command()
def build(
    file: ConfigurationFile = Path("shop.toml"),
    period: Annotated[
        str | None,
        typer.Option(
            help="2026-W35, 2026-08, last-week, last-month, yesterday, mtd, "
            "2026-08-03..2026-08-30; each report's usual days if not set."
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="Day or instant whose knowledge counts, and the day it is."),
    ] = None,
    report: Annotated[
        list[str] | None, typer.Option(help="Only this kind of report; may be repeated.")
    ] = None,
    lang: Annotated[
        str | None,
        typer.Option(
            "--lang", "--language", help="Languages in place of the configured ones: nl,en."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder in place of publish.folder.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything but publish; say what would change.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Publish although the data is not fit, with a warning.")
    ] = False,
    send: Annotated[bool, typer.Option("--send", help="Send mails to those configured.")] = False,
    wait: Annotated[float, typer.Option(help="Seconds to wait for another run to end.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
    log: Annotated[str, typer.Option(help="How to log: text or json.")] = "text",
    set_: Set = None,
) -> None:
    """Load what is new, look whether it is fit, and publish the reports that are configured."""
    from convocommerce.configuration import read_configuration
    from convocommerce.errors import ConvocommerceError, UnknownNameError
    from convocommerce.publishing.build import Order, build, site_of
    from convocommerce.publishing.outcome import Outcome
    from convocommerce.publishing.telling import LOGS, Log, unexpected
    from convocommerce.wording import phrases

    if log not in LOGS:
        raise UnknownNameError("way to log", log, LOGS)
    tell = Log(log)
    folder = Path() if out is None else out
    try:
        languages = tuple(one.strip() for one in (lang or "").split(",") if one.strip())
        for one in languages:
            phrases(one)
        options = {"publish.folder": None if out is None else str(out), **dict(pairs(set_ or []))}
        configuration = read_configuration(file, options=options)
        folder = site_of(configuration).folder
        order = Order(period, as_of, tuple(report or ()), languages, dry_run, force, wait, send)
        outcome = build(configuration, order, tell)
    except Exception as caught:  # noqa: BLE001  # whatever it is, nobody watches
        error = caught if isinstance(caught, ConvocommerceError) else unexpected(caught)
        tell.tell("build", str(error), "error")
        outcome = Outcome("failed", error.exit_code, folder, dry_run, error=str(error))
    print(outcome.to_json() if as_json else outcome)
    raise typer.Exit(outcome.exit_code)


@app.command()
def serve(
    folder: Annotated[Path, typer.Argument(help="The folder of a site.", metavar="FOLDER")],
    port: Annotated[int, typer.Option(help="The port; any when 0.", min=0, max=65535)] = 8000,
) -> None:
    """Look at a site from this machine alone, as people will see it; Ctrl-C ends it."""
    from convocommerce.publishing.serving import HOST, server_of

    with server_of(folder, port) as server:
        print(f"http://{HOST}:{server.server_address[1]}/", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
