"""Which files there are to load, and which platform wrote each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convocommerce.calling import path_of
from convocommerce.errors import ExportError, UnrecognisedExportError
from convocommerce.file_names import hidden, hidden_below, is_of_people
from convocommerce.readers import ExportFile, find_exports
from convocommerce.sources import ExportKind, Source
from convocommerce.sources.contract import share_known, way_out
from convocommerce.sources.mapped import SUFFIX, FileMapping, Mappings, gather, source_of
from convocommerce.warehouse.connection import own_files

if TYPE_CHECKING:
    from collections.abc import Iterator

_SURE = 0.5
"""The share of a file's first documents that a kind must know, exceeded."""

_LIKE = 2
"""How many names a document must share with a kind to be called like it."""

_COMMON = 1
"""Of how many platforms a name may be and still tell one of them."""

_BESIDE_DATABASE = ("", ".wal", ".lock", ".holder", ".tmp")


@dataclass(frozen=True)
class Recognised:
    """A file and what wrote it.

    Attributes:
        export: The file.
        source: The platform, or null when the file was not recognised.
        kind: The kind of export, or null.
        note: Why the file is not read, if it is not.
        is_failed: It may be an export, but cannot be read.
    """

    export: ExportFile
    source: Source | None = None
    kind: ExportKind | None = None
    note: str | None = None
    is_failed: bool = False

    @property
    def shown(self) -> str:
        """Its name as it may stand in logs and books: without the people it is named after."""
        name, kind = self.export.name, self.kind
        if kind is None:
            return hidden_below(name, "unread") if is_of_people(name) else name
        return hidden(name, kind.name) if kind.names_people else name


def find(
    paths: Sequence[str | Path],
    sources: Sequence[Source],
    mappings: Sequence[FileMapping] = (),
) -> list[Recognised]:
    """Find every file under some paths and recognise it.

    Args:
        paths: Files, folders and zip archives.
        sources: The platforms to ask.
        mappings: Mappings for files that no platform writes, beside those that stand in the
            folders; a file that a mapping claims is read by it. One that stands in a folder
            claims the files below that folder which no nearer mapping claims.

    Returns:
        One entry per file, in the order to read them.

    Raises:
        SourceDefinitionError: A mapping that was named is not one; one that was merely found is
            reported as a file that cannot be read.
        UnrecognisedExportError: A file that was named itself, or everything, is of no known kind.
        ExportError: A path does not exist, or a file that was named itself cannot be read, lacks
            columns that it needs or is claimed by two platforms.
    """
    given = [path_of(path) for path in paths]
    for path in given:
        if path.resolve() in own_files():
            raise UnrecognisedExportError(f"{path.name} is the database itself, not an export")
    files = [path.resolve() for path in given if path.is_file()]
    meant = {path.parent.resolve() / path.name for path in given if path.is_file()}
    exports = find_exports([path for one in given for path in _without_databases(one)])
    beside = [one for one in exports if one.path.name.endswith(SUFFIX)]
    known = gather(
        mappings,
        given=[one.path for one in beside if one.path in meant],
        found=[one.path for one in beside if one.path not in meant and one.path.is_file()],
    )
    exports = [one for one in exports if not one.path.name.endswith(SUFFIX)]
    named = {name for file in files for name in (file.name, f"{file.parent.name}/{file.name}")}
    found = [
        Recognised(one, note=known.faults[one.path], is_failed=True)
        for one in beside
        if one.path in known.faults
    ]
    found += [
        Recognised(one, note="a mapping inside an archive is not used; put it beside the archive")
        for one in beside
        if not one.path.is_file()
    ]
    for export in exports:
        # A file in a folder or an archive is merely listed; who names a file means that file.
        try:
            recognised = _mapped(export, known) or recognise(export, sources)
        except ExportError as error:
            if export.name in named:
                raise
            recognised = Recognised(export, is_failed=True)
            recognised = replace(recognised, note=str(error).replace(export.name, recognised.shown))
        finally:
            export.forget_beginning()
        if recognised.kind is None and not recognised.is_failed and export.name in named:
            raise UnrecognisedExportError(
                f"{export.name} is {_words(export, sources)}, which no known platform writes; "
                f"{_nearest(export, sources)}{_expected(sources)}"
            )
        found.append(recognised)
    if not any(one.kind for one in found):
        what = f"none of the {len(found)} files is an export that can be read"
        notes = "".join(f"; {one.shown}: {one.note}" for one in found[:3])
        raise UnrecognisedExportError(
            f"{what if found else 'there is no file there'}{notes}; {_expected(sources)}"
        )
    return found


def recognise(export: ExportFile, sources: Sequence[Source]) -> Recognised:
    """Say which kind of export a file is, by asking every platform about its first documents.

    Raises:
        ExportError: It cannot be opened, is a table of a known kind that lacks columns that kind
            needs, or two platforms claim it.
    """
    framing = export.format()
    if framing in ("ndjson", "json", "chat_text"):
        found = _recognise_documents(export, sources)
    elif framing in ("csv", "parquet"):
        found = _recognise_csv(export, sources)
    else:
        found = None
    if found is not None:
        return found
    mapped = way_out(export.headings(), sources) if framing in ("csv", "parquet") else ""
    nearest = _nearest(export, sources).removesuffix("; ") or mapped
    words = "; ".join(filter(None, (_words(export, sources), nearest)))
    return Recognised(export, note=f"not recognised: {words}")


def _mapped(export: ExportFile, mappings: Mappings) -> Recognised | None:
    """Return the mapping that claims a file by its name, as the source it stands for.

    Raises:
        ExportError: Two mappings claim it, it is of no format that can be mapped, or it lacks
            columns that the mapping names.
    """
    claiming = mappings.claiming(export.name, export.path)
    if not claiming:
        return None
    names = sorted({mapping.origin for mapping in claiming})
    if len(claiming) > 1:
        raise ExportError(f"{export.name} is claimed by {' and '.join(names)}; narrow their files")
    framing = export.format()
    if framing not in ("csv", "parquet", "json", "ndjson"):
        raise ExportError(f"{export.name} is {export.looks_like()}, which {names[0]} cannot map")
    source = source_of(claiming[0])
    table, objects = source.kinds
    if framing in ("json", "ndjson"):
        if (path := claiming[0].unreachable()) is not None:
            raise ExportError(
                f"{export.name} holds objects, in which {path!r} of {names[0]} leads to no value"
            )
        return Recognised(export, source, objects)
    missing = _missing(table, export.headings())
    if missing:
        raise ExportError(
            f"{export.name} has no column {', '.join(map(repr, missing))}, which {names[0]} names"
        )
    return Recognised(export, source, table)


def _recognise_documents(export: ExportFile, sources: Sequence[Source]) -> Recognised | None:
    kinds = list(_kinds(sources, is_csv=False))
    # Messages of a chat text are all of the shape that its reader gives them.
    n = 1 if export.format() == "chat_text" else 20
    samples = export.samples([kind.envelope_keys for _, kind in kinds], n)
    claims = [
        (share, source, kind)
        for (source, kind), sample in zip(kinds, samples, strict=True)
        if (share := share_known(kind, sample, more_than=_SURE)) > _SURE
    ]
    return _only_claim(export, claims) or _recognise_empty_page(export, sources)


def _only_claim(
    export: ExportFile, claims: Sequence[tuple[float, Source, ExportKind]]
) -> Recognised | None:
    """Return the claim of the one platform that claims a file; of its kinds the first, surest one.

    Raises:
        ExportError: Two platforms claim it.
    """
    if not claims:
        return None
    surest = max(share for share, _, _ in claims)
    by_source: dict[str, tuple[Source, ExportKind]] = {}
    for share, source, kind in claims:
        if share == surest:
            by_source.setdefault(source.name, (source, kind))
    if len(by_source) > 1:
        titles = " and as ".join(sorted(kind.title for _, kind in by_source.values()))
        raise ExportError(
            f"{export.name} can be read as {titles}; say which by a mapping, or load it apart"
        )
    ((source, kind),) = by_source.values()
    return Recognised(export, source, kind)


def _recognise_empty_page(export: ExportFile, sources: Sequence[Source]) -> Recognised | None:
    """Recognise a page of an API that holds no documents, if only one kind has such pages."""
    documents = export.sample(limit=2)
    empty = {key for document in documents for key, value in document.items() if value == []}
    found = [
        Recognised(export, source, kind)
        for source, kind in _kinds(sources, is_csv=False)
        if empty & set(kind.envelope_keys)
    ]
    return found[0] if len(documents) == len(found) == 1 else None


def _recognise_csv(export: ExportFile, sources: Sequence[Source]) -> Recognised | None:
    headings = export.headings()
    # Rows come without their empty cells, and of many an order only the first row is filled.
    sample = [{**dict.fromkeys(headings, ""), **row} for row in export.sample()]
    best: tuple[float, Source | None, ExportKind | None] = (0.0, None, None)
    claims: list[tuple[float, Source, ExportKind]] = []
    for source, kind in _kinds(sources, is_csv=True):
        missing = _missing(kind, headings)
        if not missing:
            renamed = [_renamed(kind, row) for row in sample]
            if not sample or any(
                share_known(kind, rows, more_than=_SURE) > _SURE for rows in (sample, renamed)
            ):
                claims.append((1.0, source, kind))
            continue
        share = 1 - len(missing) / len(kind.required_headings)
        if share > best[0] and _is_trimmed(kind, headings, missing):
            best = (share, source, kind)
    if claims:
        return _only_claim(export, claims)
    if (nearest := best[2]) is not None and best[0] >= 0.5:
        raise ExportError(
            f"{export.name} looks like {nearest.title} but has no column for "
            f"{', '.join(_missing(nearest, headings))}; export it again with all columns"
        )
    return None


def _is_trimmed(kind: ExportKind, headings: Sequence[str], missing: Sequence[str]) -> bool:
    """Return whether a table is likely of a kind, with columns left out, and not somebody else's.

    Half of the needed columns may be a single common word, so then most columns must be known; and
    a table that has the missing column under its plain name is named by other rules than this kind.
    """
    rename = kind.headings or (lambda heading: heading)
    known = sum(rename(heading) is not None for heading in headings)
    plain = {heading.strip().lower() for heading in headings}
    has_most = len(missing) * 2 < len(kind.required_headings)
    return plain.isdisjoint(missing) and (has_most or known * 2 > len(headings))


def _kinds(sources: Sequence[Source], *, is_csv: bool) -> Iterator[tuple[Source, ExportKind]]:
    return ((s, kind) for s in sources for kind in s.kinds if kind.is_csv is is_csv)


def _missing(kind: ExportKind, headings: Sequence[str]) -> list[str]:
    rename = kind.headings or (lambda heading: heading)
    have = {rename(heading) for heading in headings}
    return [name for name in kind.required_headings if name not in have]


def _renamed(kind: ExportKind, row: Mapping[str, Any]) -> dict[str, Any]:
    rename = kind.headings or (lambda heading: heading)
    return {name: value for heading, value in row.items() if (name := rename(heading)) is not None}


def _words(export: ExportFile, sources: Sequence[Source]) -> str:
    """Return what a file seems to be, with those of its names that a platform uses.

    Other names may be data: the first row of a CSV without headings, or people as keys.
    """
    framing = export.format()
    if framing in ("csv", "parquet"):
        headings = export.headings()
        renames = [kind.headings for _, kind in _kinds(sources, is_csv=True) if kind.headings]
        known = [name for name in headings if any(rename(name) for rename in renames)]
        what = "CSV" if framing == "csv" else "a Parquet file"
        return f"{what} of {len(headings)} columns{_listed(known)}"
    if framing not in ("json", "ndjson"):
        return export.looks_like()
    documents = export.sample(limit=1)
    if not documents or not documents[0]:
        return "JSON without any object that holds something"
    first = documents[0]
    if not first.keys().isdisjoint(("error", "errors")):
        return "the error that an API answered"
    if first.get("data") == []:
        return "an empty page of an API"
    structures = [kind.structure for _, kind in _kinds(sources, is_csv=False)]
    words = {key for structure in structures for key in _keys(structure)}
    return f"JSON{_listed([key for key in first if key in words])}"


def _nearest(export: ExportFile, sources: Sequence[Source]) -> str:
    """Return which kind of export a file resembles most and what is missing, if it does at all."""
    framing = export.format()
    if framing not in ("json", "ndjson"):
        return ""
    first = next(iter(export.sample(limit=1)), {})
    common = _common_names(sources)
    best: tuple[tuple[int, float], str] = ((0, 0.0), "")
    for _, kind in _kinds(sources, is_csv=False):
        known = set(kind.structure) if isinstance(kind.structure, Mapping) else set()
        shared = known & first.keys()
        likeness = (len(shared), len(shared) / max(len(known | first.keys()), 1))
        # Everybody's documents have an id and a status: only rarer names tell.
        rare = len(shared - common)
        is_like = rare >= _LIKE or (rare and len(shared) * 2 > len(first))
        if is_like and len(shared) >= _LIKE and likeness > best[0]:
            lacks = sorted(known - first.keys())[:4]
            best = (
                likeness,
                f"it is most like {kind.title}, "
                f"but that is told by more than {', '.join(sorted(shared)[:4])}"
                + (f" (it has no {', '.join(lacks)})" if lacks else "")
                + "; ",
            )
    return best[1]


def _common_names(sources: Sequence[Source]) -> set[str]:
    """Return the names that the documents of several platforms have."""
    per_source = [
        {
            name
            for kind in source.kinds
            if isinstance(kind.structure, Mapping)
            for name in kind.structure
        }
        for source in sources
    ]
    counted = Counter(name for names in per_source for name in names)
    return {name for name, times in counted.items() if times > _COMMON}


def _listed(names: Sequence[str]) -> str:
    return f" with {', '.join(names[:8])}" if names else ""


def _keys(structure: Any) -> Iterator[str]:
    for value in structure if isinstance(structure, list) else ():
        yield from _keys(value)
    for key, value in structure.items() if isinstance(structure, Mapping) else ():
        yield key
        yield from _keys(value)


def _expected(sources: Sequence[Source]) -> str:
    titles = sorted(source.title for source in sources)
    return (
        f"expected an export of {', '.join(titles)}; "
        "of anything else, a mapping says what its columns mean (propose-mapping)"
    )


def _without_databases(given: Path) -> Iterator[Path]:
    """Give a path, or what is in it, without the database files that this process has open.

    Readers open what they are given, and that would drop DuckDB's lock.
    """
    real = given.resolve()
    for database in own_files():
        family = {database.with_name(f"{database.name}{ending}") for ending in _BESIDE_DATABASE}
        if real in family:
            return
        if real.is_dir() and real in database.parents:
            for child in sorted(given.iterdir()):
                if not child.name.startswith("."):
                    yield from _without_databases(child)
            return
    yield given
