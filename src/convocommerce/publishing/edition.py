"""What is published: one edition of a report, and the small manifest that speaks for it later.

An edition is a report about one period in all its languages and formats, as files with bytes. Its
digest is made from those bytes and from nothing else, so the same figures are the same edition
whenever and wherever they are built.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from convocommerce.errors import PublishingError, UsageError
from convocommerce.periods import Period

MANIFEST = "manifest.json"
"""The name of the file that speaks for an edition."""

LAYOUT = 1
"""The layout of manifests that this package writes and reads."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,118}[A-Za-z0-9])?")


def check_name(name: str, what: str) -> str:
    """Return a name that can be a file or a folder anywhere, and never leads out of its folder.

    Raises:
        UsageError: It cannot.

    >>> check_name("2026-03-01..2026-03-15", "period")
    '2026-03-01..2026-03-15'
    >>> check_name("../../etc", "period")
    Traceback (most recent call last):
    convocommerce.errors.UsageError: the period '../../etc' cannot be the name of a folder; ...
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"the {what} {name!r} cannot be the name of a folder; use letters, digits, dots, "
            "hyphens and underscores, with a letter or digit first and last"
        )
    return name


@dataclass(frozen=True)
class Edition:
    """One report about one period, ready to be published.

    Attributes:
        kind: The report, such as ``weekly``; with what it is about where there are several.
        period: The days it is about.
        as_of: The instant whose knowledge counts, in UTC.
        files: What is in each file, by its name, which tells the kind, the period and the
            language, as in ``weekly-2026-W35-en.html``.
        titles: What it is called, by language.
        about: More to remember of it, as plain values: what its figures mean, what was warned of.
    """

    kind: str
    period: Period
    as_of: dt.datetime
    files: Mapping[str, bytes]
    titles: Mapping[str, str]
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_name(self.kind, "report")
        check_name(self.period.name, "period")
        stem = f"{self.kind}-{self.period.name}-"
        for name in self.files:
            language, dot, _ = check_name(name, "file").removeprefix(stem).partition(".")
            if not (name.startswith(stem) and dot and language in self.titles):
                raise UsageError(
                    f"the file {name!r} must be called {stem!r}, a language with a title, a dot "
                    "and an ending"
                )

    @cached_property
    def digest(self) -> str:
        """The name of this very content, the same for the same bytes under the same names."""
        whole = hashlib.sha256()
        for name, data in sorted(self.files.items()):
            whole.update(f"{name}\x1f{hashlib.sha256(data).hexdigest()}\x1e".encode())
        return whole.hexdigest()[:16]

    @property
    def folder(self) -> str:
        """Its folder, seen from the site."""
        return f"archive/{self.kind}/{self.period.name}/{self.digest}"

    def manifest(self, number: int, *, is_sent: bool = False) -> Manifest:
        """Return what speaks for this edition once it is published."""
        return Manifest(
            self.kind,
            self.period,
            self.digest,
            number,
            self.as_of,
            {name: len(data) for name, data in sorted(self.files.items())},
            dict(self.titles),
            dict(self.about),
            is_sent,
        )


@dataclass(frozen=True)
class Manifest:
    """What is known of a published edition without opening its pages.

    Attributes:
        kind: The report.
        period: The days it is about.
        digest: The name of its content.
        number: Its place in the order in which the editions of a site were published.
        as_of: The instant whose knowledge counts, in UTC.
        files: The size of each file in bytes, by its name.
        titles: What it is called, by language.
        about: What else was to be remembered of it.
        is_sent: It was sent by mail.
    """

    kind: str
    period: Period
    digest: str
    number: int
    as_of: dt.datetime
    files: Mapping[str, int]
    titles: Mapping[str, str]
    about: Mapping[str, Any] = field(default_factory=dict)
    is_sent: bool = False

    @property
    def folder(self) -> str:
        """Its folder, seen from the site."""
        return f"archive/{self.kind}/{self.period.name}/{self.digest}"

    @property
    def place(self) -> tuple[dt.date, dt.date, int]:
        """What editions are ordered by: the later period, and of one period the later edition."""
        return self.period.end, self.period.start, self.number

    def latest_name(self, file: str) -> str:
        """Return the name under which the newest of its kind is found: without the period."""
        return file.replace(f"{self.kind}-{self.period.name}-", f"{self.kind}-", 1)

    def to_json(self) -> bytes:
        """Return it as a file."""
        plain = {
            "layout": LAYOUT,
            "kind": self.kind,
            "period": self.period.name,
            "digest": self.digest,
            "number": self.number,
            "as_of": f"{self.as_of.isoformat()}Z",
            "files": dict(self.files),
            "titles": dict(self.titles),
            "about": dict(self.about),
            "is_sent": self.is_sent,
        }
        return (json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @classmethod
    def from_json(cls, data: bytes, folder: str) -> Self:
        """Read it from a file.

        Args:
            data: What is in the file.
            folder: The folder it was found in, seen from the site.

        Raises:
            PublishingError: It is no manifest, or speaks for another folder.
        """
        try:
            plain = json.loads(data)
            if plain["layout"] != LAYOUT:
                raise PublishingError(
                    f"{folder}/{MANIFEST} has layout {plain['layout']!r} and this version of "
                    f"convocommerce knows layout {LAYOUT}; use the version that published it"
                )
            found = cls(
                check_name(plain["kind"], "report"),
                Period(check_name(plain["period"], "period")),
                check_name(plain["digest"], "edition"),
                int(plain["number"]),
                dt.datetime.fromisoformat(plain["as_of"]).replace(tzinfo=None),
                {check_name(name, "file"): int(n) for name, n in plain["files"].items()},
                {str(language): str(title) for language, title in plain["titles"].items()},
                dict(plain["about"]),
                bool(plain["is_sent"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, UsageError):
            raise PublishingError(f"{folder}/{MANIFEST} is damaged") from None
        if found.folder != folder:
            raise PublishingError(f"{folder}/{MANIFEST} speaks for another folder")
        return found
