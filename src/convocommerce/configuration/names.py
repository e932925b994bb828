"""Names that a configuration uses, held against those there are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from convocommerce.configuration.kinds import wrong
from convocommerce.configuration.mistakes import shown
from convocommerce.errors import ConvocommerceError, nearest


def check_languages(values: tuple[str, ...]) -> tuple[str, ...]:
    """Check that pages can be written in languages."""
    from convocommerce.wording import languages

    return _each(values, languages())


def check_formats(values: tuple[str, ...]) -> tuple[str, ...]:
    """Check that reports can be written in formats."""
    from convocommerce.reports import FORMATS

    return _each(values, FORMATS)


def check_report(value: str) -> str:
    """Check that there is a report of a kind."""
    from convocommerce.reports import KINDS

    return _one(value, "report", KINDS, KINDS)


def check_platform(value: str) -> str:
    """Check that there is a platform, or a kind of export, of a name."""
    from convocommerce.sources import known_sources

    systems = [source.name for source in known_sources()]
    exports = [f"{source.name}/{kind.name}" for source in known_sources() for kind in source.kinds]
    return _one(value, "platform", (*systems, *exports), systems)


def check_mapping(path: Path) -> Path:
    """Check that a mapping can be used."""
    from convocommerce.sources.mapped import read_mapping

    try:
        read_mapping(path)
    except ConvocommerceError as error:
        raise wrong(f"names a mapping that cannot be used: {error}") from None
    return path


def check_logo(path: Path) -> Path:
    """Check that a picture can stand on a page."""
    from convocommerce.reports import Brand

    try:
        Brand(logo=path.read_bytes())
    except OSError as error:
        raise wrong(f"names {str(path)!r}, which cannot be read: {error.strerror}") from None
    except ConvocommerceError as error:
        raise wrong(f"names {str(path)!r}, which cannot be used: {error}") from None
    return path


def _each(values: tuple[str, ...], known: Iterable[str]) -> tuple[str, ...]:
    names = tuple(known)
    for value in values:
        if value not in names:
            hint = nearest(value, names) or f"; known: {', '.join(names)}"
            raise wrong(f"names {shown(value)}{hint}")
    return values


def _one(value: str, what: str, known: Iterable[str], told: Iterable[str]) -> str:
    names = tuple(known)
    if value not in names:
        hint = nearest(value, names) or f"; known: {', '.join(told)}"
        raise wrong(f"is {shown(value)} and no {what}{hint}")
    return value
