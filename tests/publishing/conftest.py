"""A small shop that is built on a schedule: its exports, its database and its configuration."""

from __future__ import annotations

import importlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import convocommerce as cc
from convocommerce.cli import app
from convocommerce.configuration import read_configuration
from convocommerce.simulation import simulate

# The name of the module is also that of its function.
compose = importlib.import_module("convocommerce.reports.compose")
RULES = """
[rules]
time_zone = "Europe/Amsterdam"
phone_country_code = "31"
[rules.senders]
551122334455667 = "bot"
990011223344556 = "human"
"""
SOURCES = """
[[sources]]
path = "exports/messenger"
[[sources]]
path = "exports/shopify"
"""
WEEKLY = """
[[reports]]
kind = "weekly"
"""
MONDAY = "2026-07-27T06:00"
"""A Monday at six, shortly before the exports end."""


@dataclass
class Ran:
    """What a command did.

    Attributes:
        code: Its exit code.
        out: What it printed.
        log: What it logged.
    """

    code: int
    out: str
    log: str

    @property
    def told(self) -> dict[str, Any]:
        """The JSON it printed, which must be one line and all there is."""
        assert self.out.endswith("\n")
        assert self.out.count("\n") == 1
        return dict(json.loads(self.out))


@dataclass
class Shop:
    """The folder of a shop."""

    folder: Path

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def write(self, *parts: str, name: str = "shop.toml") -> Path:
        """Write a configuration: a business and what is given."""
        path = self.folder / name
        business = '[business]\nname = "Slof & Stukje"\nlanguages = ["nl", "en"]\n'
        path.write_text("\n".join((business, RULES, *parts)))
        return path

    def build(self, *words: str, as_of: str | None = MONDAY) -> Ran:
        """Run a build as the command line does."""
        dated = () if as_of is None else ("--as-of", as_of)
        done = CliRunner().invoke(app, ["build", str(self.folder / "shop.toml"), *dated, *words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Ran(done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the exports of two months and the database they were loaded into."""
    folder = tmp_path_factory.mktemp("scheduled")
    simulate(folder, seed=5, months=2, conversations_per_day=5)
    shop = Shop(folder)
    configuration = read_configuration(shop.write(SOURCES, WEEKLY))
    with cc.open(configuration.business.database) as opened:
        opened.load(*(path for source in configuration.sources for path in source.paths()))
        opened.rules = configuration.rules
        opened.build()
    return folder


@pytest.fixture
def shop(loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop of one's own, with a weekly page of one section, which is quickly drawn."""
    monkeypatch.setattr(compose, "SECTIONS", compose.SECTIONS[:1])
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    return Shop(tmp_path)
