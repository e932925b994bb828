"""Commands about the configuration of a build."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convocommerce.cli.program import app, pairs

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
