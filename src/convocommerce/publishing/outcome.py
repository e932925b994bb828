"""What a build came to: for people a few lines, for machines one JSON object and an exit code."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from convocommerce.publishing.audit import Check

EXIT_CODES = {
    0: "published, or nothing new",
    1: "an error",
    2: "wrong use, or a configuration that cannot be used",
    3: "the data is not fit; nothing was published",
    4: "some reports failed; the others were published, the failed ones keep their old edition",
    65: "an export cannot be read, or too much of it; nothing was published",
    69: "an export is not there and nothing was published, or the mail server failed and what was "
    "built is published",
    74: "the database or the site cannot be written; what was published stays",
    75: "another run holds the database or the site; try again later",
    77: "the account may not read an export or write the site",
}
"""What the exit codes of a build mean."""


@dataclass(frozen=True)
class Told:
    """What became of one report.

    Attributes:
        kind: The report.
        period: The days it is about, by name.
        status: ``published``, ``unchanged``, ``left out`` (older than what is kept) or ``failed``.
        languages: The languages it was written in.
        folder: Where the edition is, seen from the site.
        error: Why it failed.
    """

    kind: str
    period: str
    status: str
    languages: Sequence[str] = ()
    folder: str | None = None
    error: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.period}: {self.status}" + (
            f" ({self.error})" if self.error else f" {self.folder or ''}".rstrip()
        )


@dataclass(frozen=True)
class Outcome:
    """What a build came to.

    Attributes:
        status: ``published``, ``unchanged``, ``partly``, ``not fit`` or ``failed``.
        exit_code: One of ``EXIT_CODES``.
        site: The site's folder.
        is_dry_run: Nothing was published, whatever is said here.
        as_of: The instant whose knowledge counts, in UTC.
        reports: What became of each report.
        checks: What was looked at.
        loaded: Documents read, loaded, duplicate, ignored and quarantined.
        changed: The places of the site that were changed.
        removed: The folders of editions that were removed.
        sent: How many mails were sent.
        error: Why it failed.
    """

    status: str
    exit_code: int
    site: Path
    is_dry_run: bool = False
    as_of: dt.datetime | None = None
    reports: tuple[Told, ...] = ()
    checks: tuple[Check, ...] = ()
    loaded: dict[str, int] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    sent: int = 0
    error: str | None = None

    def to_json(self) -> str:
        """Return it as one line of JSON."""
        plain: dict[str, Any] = {
            "status": self.status,
            "exit_code": self.exit_code,
            "changed": bool(self.changed),
            "dry_run": self.is_dry_run,
            "site": str(self.site),
            "as_of": None if self.as_of is None else f"{self.as_of.isoformat()}Z",
            "reports": [
                {
                    "kind": one.kind,
                    "period": one.period,
                    "status": one.status,
                    "languages": list(one.languages),
                    "folder": one.folder,
                    "error": one.error,
                }
                for one in self.reports
            ],
            "checks": [
                {"name": one.name, "outcome": one.outcome, "found": one.found}
                for one in self.checks
            ],
            "documents": self.loaded,
            "changes": list(self.changed),
            "removed": list(self.removed),
            "sent": self.sent,
            "error": self.error,
        }
        return json.dumps(plain, ensure_ascii=False)

    def __str__(self) -> str:
        # Without a configuration that can be used nobody knows which site it would have been.
        where = "" if self.site == Path() else f"{self.site}: "
        told: list[Outcome | Told] = [self, *self.reports]
        if self.is_dry_run:
            told = [
                replace(one, status="would be published") if one.status == "published" else one
                for one in told
            ]
        return "\n".join([f"{where}{told[0].status}", *(f"  {one}" for one in told[1:])])
