"""Reads a configuration: the file, what stands over it, and everything that is wrong in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from convocommerce.configuration.kinds import placed
from convocommerce.configuration.layers import Origin, overlay
from convocommerce.configuration.mistakes import Mistake, key_of, refuse, words_for
from convocommerce.configuration.places import KeyPath, Place
from convocommerce.configuration.ruling import read_rules
from convocommerce.configuration.tables import (
    Alert,
    Audit,
    Brand,
    Business,
    File,
    Mail,
    Publish,
    Report,
    Source,
)
from convocommerce.configuration.toml_file import TomlFile, read_toml
from convocommerce.errors import ConfigurationError
from convocommerce.reports import AlertRule, Options
from convocommerce.reports import Brand as PageBrand
from convocommerce.rules import Rules


@dataclass(frozen=True)
class Configuration:
    """All that a scheduled build needs to know, checked.

    Attributes:
        path: The file it was read from.
        business: Whose figures these are, and where they are kept.
        rules: The choices of meaning.
        sources: What to load.
        reports: What to build.
        targets: What figures should be, by metric and statistic: ``{"conversion.rate": 0.1}``.
        alerts: Which figures to be told of.
        brand: How pages look.
        publish: Where pages go.
        audit: What data must be like before anything is published.
        mail: Who is sent what; null for nobody.
        origins: Where each value came from that is not a default, by key.
    """

    path: Path
    business: Business
    rules: Rules
    sources: tuple[Source, ...]
    reports: tuple[Report, ...]
    targets: Mapping[str, float]
    alerts: tuple[Alert, ...]
    brand: Brand
    publish: Publish
    audit: Audit
    mail: Mail | None
    origins: Mapping[KeyPath, Origin]

    def languages_of(self, report: Report) -> tuple[str, ...]:
        """Return the languages that a report is written in."""
        return report.languages or self.business.languages

    def options(self) -> Options:
        """Return what pages are composed with: name, targets, alerts and look.

        Raises:
            ConfigurationError: The logo, which was there when the file was read, is gone.
        """
        logo = self.brand.logo
        try:
            picture = None if logo is None else logo.read_bytes()
        except OSError as error:
            raise ConfigurationError(
                f"the logo {str(logo)!r} cannot be read: {error.strerror}"
            ) from None
        return Options(
            business=self.business.name,
            targets=self.targets,
            alerts=tuple(AlertRule(**one.model_dump()) for one in self.alerts),
            smallest_group=self.publish.smallest_group,
            brand=PageBrand(self.brand.accent or "", picture),
        )


def read_configuration(
    path: str | Path,
    *,
    options: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Configuration:
    """Read a configuration and check all of it.

    An option wins over the environment, the environment over the file, the file over defaults.

    Args:
        path: The TOML file.
        options: Values by name, such as ``{"publish.folder": "site"}``, as the command line has
            them; null ones are left out.
        environment: Variables by name; those of the process when left out.

    Raises:
        ConfigurationError: Something is wrong; tells every mistake, each with its file, line and
            column, the value unless it may be secret, and the way out.
    """
    toml = read_toml(Path(path))
    reader = _Reader(toml, os.environ if environment is None else environment)
    return reader.read(options or {})


class _Reader:
    def __init__(self, toml: TomlFile, environment: Mapping[str, str]) -> None:
        self.toml = toml
        self.environment = environment
        self.folder = toml.path.parent.absolute()
        self.mistakes: list[Mistake] = []
        self.origins: dict[KeyPath, Origin] = {}
        self.elsewhere: dict[KeyPath, Origin] = {}

    def read(self, options: Mapping[str, Any]) -> Configuration:
        values, self.origins, wrong = overlay(self.toml.values, options, self.environment)
        for name, told in wrong:
            self.mistakes.append(Mistake(name, name, told))
        rules = self._rules(values)
        file = self._file(values)
        if self.mistakes or file is None:
            raise refuse(self.toml.name, self.mistakes)
        origins = {
            **_origins(self.toml, ()),
            **self.elsewhere,
            **self.origins,
        }
        return Configuration(
            path=self.toml.path,
            business=file.business,
            rules=rules,
            sources=file.sources,
            reports=file.reports,
            targets=file.targets,
            alerts=file.alerts,
            brand=file.brand,
            publish=file.publish,
            audit=file.audit,
            mail=file.mail,
            origins=origins,
        )

    def _file(self, values: Mapping[str, Any]) -> File | None:
        try:
            return File.model_validate(
                # Made here, so that paths in defaults are seen from the folder of the file too.
                {"brand": {}, "publish": {}, "audit": {}, **values},
                context={"folder": self.folder},
            )
        except ValidationError as error:
            for one in error.errors(include_url=False, include_context=False):
                path, told = words_for(one, File)
                self._add(path, told)
            return None

    def _rules(self, values: Mapping[str, Any]) -> Rules:
        given = values.get("rules", {})
        if not isinstance(given, Mapping):
            # That it is no table is told with everything else.
            return Rules()
        inline = {name: value for name, value in given.items() if name != "file"}
        if "file" not in given:
            return self._checked_rules(inline, self.toml, ("rules",))
        written = [name for name in inline if ("rules", name) not in self.origins]
        for name in written:
            self._add(
                ("rules", name),
                f"rules.{name} stands beside rules.file; write all rules in one place",
            )
        path = given["file"]
        try:
            other = read_toml(placed(path, self.folder), path)
        except PydanticCustomError as error:
            told = error.message()
            example = "" if ";" in told else '; write it like file = "rules.toml"'
            self._add(("rules", "file"), f"rules.file {told}{example}")
            return Rules()
        except ConfigurationError as error:
            self._add(("rules", "file"), f"rules.file cannot be used: {error}")
            return Rules()
        self.elsewhere = _origins(other, ("rules",))
        over = {name: value for name, value in inline.items() if name not in written}
        return self._checked_rules({**other.values, **over}, other, ())

    def _checked_rules(self, values: Mapping[str, Any], toml: TomlFile, above: KeyPath) -> Rules:
        rules, mistakes = read_rules(values)
        for path, told in mistakes.items():
            if ("rules", *path) in self.origins:
                self._add(("rules", *path), told)
            else:
                self._add((*above, *path), told, toml)
        return rules

    def _add(self, path: KeyPath, told: str, toml: TomlFile | None = None) -> None:
        file = toml or self.toml
        origin = self.origins.get(path[:2]) if file is self.toml else None
        place = file.places.nearest(path)
        where = origin.name if origin else f"{file.name}:{place}"
        order = (0, Place(1, 1)) if origin else (1 + (file is not self.toml), place)
        self.mistakes.append(Mistake(where, key_of(path), told, order))


def _origins(toml: TomlFile, above: KeyPath) -> dict[KeyPath, Origin]:
    return {
        (*above, *path): Origin("file", f"{toml.name}:{place}")
        for path, place in toml.places.of.items()
    }
