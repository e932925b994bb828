"""Which mappings count in a load, and which of them reads a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

from convocommerce.errors import ConvocommerceError, SourceDefinitionError
from convocommerce.sources.mapped.mapping import FileMapping, read_mapping


@dataclass(frozen=True)
class Mappings:
    """The mappings of one load.

    Attributes:
        named: Those that were named; they read files anywhere.
        found: Those that stood in the folders; each reads files below its own folder only.
        faults: Why a mapping that was found is not used, by where it stands.
    """

    named: tuple[FileMapping, ...] = ()
    found: tuple[FileMapping, ...] = ()
    faults: Mapping[Path, str] = field(default_factory=dict)

    def claiming(self, file_name: str, path: Path) -> list[FileMapping]:
        """Return the mappings that claim a file: those named, else those in the nearest folder.

        Args:
            file_name: Its name, as people see it.
            path: Where it stands.
        """
        named = [one for one in self.named if one.claims(file_name, path)]
        if named:
            return named
        found = [one for one in self.found if one.claims(file_name, path)]
        depth = max((_depth(one) for one in found), default=0)
        return [one for one in found if _depth(one) == depth]


def gather(named: Iterable[FileMapping], given: Iterable[Path], found: Iterable[Path]) -> Mappings:
    """Read the mappings of a load and hold them against each other.

    Args:
        named: Mappings that were named, read already.
        given: Files of mappings among the paths to load: named as well.
        found: Files of mappings in the folders to load, links of folders followed.

    Raises:
        SourceDefinitionError: A mapping that was named is not one, or two that were named say
            different things under one name.
        UnknownNameError: A mapping that was named names something that there is not.
    """
    sure = _once([*named, *map(read_mapping, given)])
    for one, other in combinations(sure, 2):
        if problem := _clash(one, other):
            raise SourceDefinitionError(problem)
    read: dict[Path, FileMapping] = {}
    faults: dict[Path, str] = {}
    for path in found:
        try:
            read[path] = replace(read_mapping(path), folder=path.parent)
        except ConvocommerceError as error:
            faults[path] = str(error)
    for path, one in read.items():
        for other in (*sure, *(mapping for at, mapping in read.items() if at != path)):
            if problem := _clash(one, other):
                faults[path] = problem
    return Mappings(tuple(sure), tuple(one for at, one in read.items() if at not in faults), faults)


def _once(mappings: Sequence[FileMapping]) -> list[FileMapping]:
    """Return mappings without those that say what another says for the same files."""
    kept: list[FileMapping] = []
    for one in mappings:
        if not any(one.files == other.files and one.means_the_same(other) for other in kept):
            kept.append(one)
    return kept


def _clash(one: FileMapping, other: FileMapping) -> str | None:
    if one.name != other.name or one.means_the_same(other):
        return None
    return (
        f"{' and '.join(sorted((_place(one), _place(other))))} are two mappings called "
        f"{one.name!r} that say different things; give one of them another name"
    )


def _place(mapping: FileMapping) -> str:
    return mapping.origin if mapping.folder is None else f"{mapping.folder.name}/{mapping.origin}"


def _depth(mapping: FileMapping) -> int:
    return len(mapping.folder.parts) if mapping.folder is not None else 0
