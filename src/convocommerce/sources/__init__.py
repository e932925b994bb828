"""What each platform's documents mean: one folder per platform, found by being there.

A new platform is a new folder here (see ``contract``), or an installed distribution with an entry
point in the group ``convocommerce.sources`` that names its ``SOURCE``.
"""

from __future__ import annotations

import importlib
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from convocommerce.errors import SourceDefinitionError, UnknownNameError
from convocommerce.sources.contract import ExportKind, Limit, Source, check, structure_json

__all__ = [
    "ExportKind", "Limit", "Source", "check", "known_sources", "source_named", "structure_json",
]  # fmt: skip


@cache
def known_sources() -> tuple[Source, ...]:
    """Return every platform that can be read, by name.

    Those of other distributions are checked here; our own are by their tests, for binding all
    their statements takes longer than many a load.

    Raises:
        SourceDefinitionError: A platform of another distribution contradicts itself.
    """
    here = Path(__file__).parent
    found: dict[str, Source] = {}
    for path in sorted(here.glob("*/source.py")):
        module = importlib.import_module(f"{__name__}.{path.parent.name}.source")
        found[module.SOURCE.name] = module.SOURCE
    for entry in entry_points(group="convocommerce.sources"):
        source = entry.load()
        if not isinstance(source, Source):
            raise SourceDefinitionError(f"the entry point {entry.name!r} names no Source")
        check(source)
        found.setdefault(source.name, source)
    return tuple(found[name] for name in sorted(found))


def source_named(name: str) -> Source:
    """Return one platform.

    Raises:
        UnknownNameError: There is no platform of that name.
    """
    sources = {source.name: source for source in known_sources()}
    if name not in sources:
        raise UnknownNameError("source", name, sources)
    return sources[name]
