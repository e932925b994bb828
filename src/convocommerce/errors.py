"""Every error the package raises on purpose. Imports nothing else of the package.

The family, with the exit code the command line gives for it::

    ConvocommerceError                 1
    ├── UsageError                     2   a name, period or rule that does not exist
    │   ├── UnknownNameError
    │   ├── PeriodError
    │   ├── RulesError
    │   └── ConfigurationError
    ├── ExportError                   65   a file that cannot be read as what it should be
    │   └── UnrecognisedExportError
    ├── SourceUnavailableError        69   an export that is not there
    │   └── SourceForbiddenError      77   an export that the account may not read
    ├── SourceDefinitionError          1   a platform description that contradicts itself
    ├── DatabaseError                 74   the database file cannot be used
    │   ├── MemoryLimitError
    │   ├── NotADatabaseError
    │   ├── NewerDatabaseError
    │   ├── DamagedDatabaseError
    │   └── LakeError                      a lake of Parquet that cannot be used or finished
    ├── DatabaseLockedError           75   somebody else holds the database; try later
    ├── PublishingError               74   a site cannot be written; what was published stays
    │   └── SiteForbiddenError        77   the account may not write there
    ├── MailError                     69   a mail that could not be sent; what was published stays
    └── SiteLockedError               75   another run is publishing there; try later

Messages say what was wrong, the value, where it stood and the way out. They never quote the
content of a message, a name, a phone number, an e-mail address or a token.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable


class ConvocommerceError(Exception):
    """Base of every error raised on purpose."""

    exit_code: ClassVar[int] = 1


class UsageError(ConvocommerceError):
    """The call asks for something that does not exist or contradicts itself."""

    exit_code = 2


class UnknownNameError(UsageError):
    """A name that is not in a known list; the message offers the nearest one."""

    def __init__(self, what: str, name: object, known: Iterable[str]) -> None:
        """Say which kind of name was wrong and which names exist.

        Args:
            what: The kind of thing named, in the singular, such as ``"metric"``.
            name: The value that was given.
            known: Every valid name.
        """
        names = sorted(known)
        listed = ", ".join(names) or "none"
        super().__init__(
            f"unknown {what} {str(name)!r}{nearest(str(name), names)}; known: {listed}"
        )
        self.name = name
        self.known = names


class PeriodError(UsageError):
    """A period that cannot be understood, or that ends before it begins."""


class RulesError(UsageError):
    """A rule with a value it cannot have."""


class ConfigurationError(UsageError):
    """A configuration that cannot be used; the message tells every mistake and where it stands."""


class ExportError(ConvocommerceError):
    """A file that cannot be read as the export it should be."""

    exit_code = 65


class UnrecognisedExportError(ExportError):
    """A file that no known platform writes."""


class SourceUnavailableError(ConvocommerceError):
    """An export that should be loaded is not there."""

    exit_code = 69


class SourceForbiddenError(SourceUnavailableError):
    """An export that the account may not read."""

    exit_code = 77


class SourceDefinitionError(ConvocommerceError):
    """A platform description whose SQL does not give the columns it claims."""


class DatabaseError(ConvocommerceError):
    """The database file cannot be used."""

    exit_code = 74


class MemoryLimitError(DatabaseError):
    """The work needs more memory than it may use."""


class NotADatabaseError(DatabaseError):
    """The file exists and is not a database of this package."""


class NewerDatabaseError(DatabaseError):
    """The database was written by a newer version of this package or of DuckDB."""


class DamagedDatabaseError(DatabaseError):
    """The database file or its write-ahead log is damaged."""


class LakeError(DatabaseError):
    """A lake of Parquet that cannot be read, or a job on it that could not be finished."""


class DatabaseLockedError(ConvocommerceError):
    """Another process holds the database; nothing was changed, trying again later is safe."""

    exit_code = 75


class PublishingError(ConvocommerceError):
    """A site that cannot be written; what was published before stays as it is."""

    exit_code = 74


class SiteForbiddenError(PublishingError):
    """A site that the account may not write to."""

    exit_code = 77


class MailError(ConvocommerceError):
    """A mail that could not be sent; what was published stays."""

    exit_code = 69


class SiteLockedError(ConvocommerceError):
    """Another run is publishing into the site; nothing was changed, trying again later is safe."""

    exit_code = 75


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``", did you mean 'x'?"`` for the closest known name, or nothing.

    >>> nearest("chanel", ["channel", "week"])
    ", did you mean 'channel'?"
    >>> nearest("zzz", ["channel", "week"])
    ''
    """
    found = closest(name, known)
    return f", did you mean {found!r}?" if found else ""


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the closest known name, or null when none is close.

    >>> closest("Chanel", ["channel", "week"])
    'channel'
    """
    by_lower = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None
