"""A site: a folder of published pages that is whole and right at every moment.

::

    index.html                              the latest of every report, and what came before
    latest/weekly-en.html                   always the newest weekly page
    archive/weekly/2026-W35/3f2a.../        an edition: its pages and its manifest, never changed
    .lock                                   one run at a time

A run plans first and then acts: the plan is the difference between what stands there and what
should, read from manifests and never from pages. So an interrupted run is finished by the next
one, and a run with nothing new has an empty plan.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path, PurePosixPath

import filelock

from convocommerce.errors import PublishingError, SiteForbiddenError, SiteLockedError
from convocommerce.periods import Period
from convocommerce.publishing.edition import MANIFEST, Edition, Manifest
from convocommerce.publishing.index import index_pages
from convocommerce.publishing.keeping import Keep, kept, latest
from convocommerce.publishing.staging import (
    Change,
    Link,
    carry_out,
    check_inside,
    clear,
    editions_in,
    remove,
)
from convocommerce.wording import languages


@dataclass(frozen=True)
class Published:
    """What publishing did, or would do.

    Attributes:
        changed: The places that were changed, seen from the site and in order.
        removed: The folders of editions that were removed.
        left_out: The folders of editions that are older than what the site keeps.
    """

    changed: tuple[str, ...]
    removed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Site:
    """A folder that people read while it is written.

    Attributes:
        folder: Where it is; made when something is first published.
        name: What stands on top of its index.
        languages: The languages of its index, the first on ``index.html``.
        zone: The zone in which its index tells instants.
        keep: How much of the past is kept.
    """

    folder: Path
    name: str = ""
    languages: tuple[str, ...] = ("en",)
    zone: str = "UTC"
    keep: Keep = field(default_factory=Keep)

    @contextlib.contextmanager
    def locked(self, wait: float = 0) -> Iterator[None]:
        """Be the only one to write the site, in the block.

        Args:
            wait: How many seconds to wait for another run to end.

        Raises:
            SiteLockedError: Another run still holds it.
            PublishingError: The folder cannot be made or written.
        """
        with self._telling():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.folder / ".lock", thread_local=False)
            try:
                lock.acquire(timeout=max(wait, 0.0))
            except filelock.Timeout:
                raise SiteLockedError(
                    f"another run is publishing into {self.folder}; nothing was changed, try again "
                    "later or wait for it with --wait SECONDS"
                ) from None
        try:
            yield
        finally:
            lock.release()

    def publish(self, editions: Sequence[Edition], *, wait: float = 0) -> Published:
        """Put editions where people find them, each whole or not at all.

        What is already there is not touched; a name under ``latest`` follows the last period.

        Args:
            editions: What to publish, at most one of a report and a period.
            wait: How many seconds to wait for another run to end.

        Raises:
            SiteLockedError: Another run holds the site.
            SiteForbiddenError: The account may not write there.
            PublishingError: It cannot be written; what was published before stays.
        """
        with self.locked(wait):
            return self.publish_locked(editions)

    def publish_locked(self, editions: Sequence[Edition]) -> Published:
        """Publish as ``publish`` does, for who holds the lock."""
        with self._telling():
            clear(self.folder)
            stays, removed = self._sorted_out(editions)
            for place in removed:
                remove(self.folder, place)
            changes = self._plan(stays, editions)
            carry_out(self.folder, changes)
        places = tuple(change.place for change in changes)
        return Published(places, tuple(removed), self._left_out(stays, editions))

    def would_publish(self, editions: Sequence[Edition]) -> Published:
        """Return what publishing would change, without changing anything."""
        with self._telling():
            stays, removed = self._sorted_out(editions)
            changes = self._plan(stays, editions)
        places = tuple(change.place for change in changes)
        return Published(places, tuple(removed), self._left_out(stays, editions))

    def unsent(self, editions: Sequence[Edition]) -> list[Edition]:
        """Return those editions that ``latest`` shows now and that were not sent by mail yet."""
        with self._telling():
            shown = {one.folder: one for one, _ in latest(self._manifests()).values()}
        return [
            edition
            for edition in editions
            if (one := shown.get(edition.folder)) is not None and not one.is_sent
        ]

    def mark_sent(self, edition: Edition) -> None:
        """Remember that an edition was sent by mail, for who holds the lock."""
        place = f"{edition.folder}/{MANIFEST}"
        with self._telling():
            known = Manifest.from_json((self.folder / place).read_bytes(), edition.folder)
            told = replace(known, is_sent=True).to_json()
            carry_out(self.folder, [Change(place, told)])

    def edition_before(self, kind: str, period: Period) -> Manifest | None:
        """Return the newest edition of a report about a period that ended before another one."""
        with self._telling():
            found = self._manifests()
        earlier = [one for one in found if one.kind == kind and one.period.end < period.end]
        return max(earlier, key=attrgetter("place"), default=None)

    def _manifests(self) -> list[Manifest]:
        """Return what speaks for every edition in the archive."""
        found = []
        for folder in editions_in(self.folder):
            path = self.folder / folder / MANIFEST
            check_inside(self.folder, path)
            # A folder without one is none of ours.
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                found.append(Manifest.from_json(path.read_bytes(), folder))
        return found

    def _sorted_out(self, editions: Sequence[Edition]) -> tuple[list[Manifest], list[str]]:
        """Return the editions that stay, and the folders of those whose time has come."""
        found = self._manifests()
        if self._plan(found, []):
            # An interrupted run left something to mend: an index may still name what must go, and
            # a reader be on the way there. The next run will find it unnamed.
            return found, []
        stays = kept(found, self.keep)
        gone = {one.folder for one in found} - {one.folder for one in stays}
        gone -= {edition.folder for edition in editions}
        return [one for one in found if one.folder not in gone], sorted(gone)

    def _left_out(self, found: Sequence[Manifest], editions: Sequence[Edition]) -> tuple[str, ...]:
        wanted = _with(found, editions)
        stays = {one.folder for one in kept(list(wanted.values()), self.keep)}
        return tuple(one.folder for one in editions if one.folder not in stays)

    def _plan(self, found: Sequence[Manifest], editions: Sequence[Edition]) -> list[Change]:
        """Return the steps from what stands there to what should."""
        wanted = _with(found, editions)
        stays = kept(list(wanted.values()), self.keep)
        current = {
            name: Link(f"{one.folder}/{file}") for name, (one, file) in latest(stays).items()
        }
        pages = index_pages(self.name, self.languages, self.zone, stays) if stays else {}
        known = {one.folder: one for one in found}
        listed = {one.folder for one in stays}
        changes: list[Change] = []
        for edition in editions:
            if (folder := edition.folder) in listed:
                changes += self._edition_steps(edition, wanted[folder], known.get(folder))
        new = {change.place for change in changes}
        changes += [
            Change(f"latest/{name}", link)
            for name, link in current.items()
            if not self._leads(f"latest/{name}", link, new)
        ]
        changes += [Change(name, data) for name, data in pages.items() if self._read(name) != data]
        # An index in a language that is no longer wanted would come to point to what is gone.
        unwanted = {f"index-{language}.html" for language in languages()} - pages.keys()
        changes += [
            Change(name, None) for name in sorted(unwanted) if (self.folder / name).exists()
        ]
        return changes

    def _edition_steps(
        self, edition: Edition, manifest: Manifest, known: Manifest | None
    ) -> Iterator[Change]:
        """Give the steps that put an edition into the archive, or mend what stands there."""
        told = manifest.to_json()
        if known is None and not (self.folder / manifest.folder).exists():
            yield Change(manifest.folder, {**edition.files, MANIFEST: told})
            return
        for name, data in {**edition.files, MANIFEST: told}.items():
            place = f"{manifest.folder}/{name}"
            if self._read(place) != data:
                yield Change(place, data)

    def _leads(self, place: str, link: Link, new: set[str]) -> bool:
        """Tell whether a name leads where it should already."""
        path, target = self.folder / place, self.folder / link.to
        if path.is_symlink():
            return path.readlink().as_posix() == f"../{link.to}"
        is_new = link.to in new or PurePosixPath(link.to).parent.as_posix() in new
        return not is_new and path.is_file() and path.read_bytes() == target.read_bytes()

    def _read(self, place: str) -> bytes | None:
        """Return what is in a file of the site; null when there is none, or a link."""
        path = self.folder / place
        return path.read_bytes() if path.is_file() and not path.is_symlink() else None

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Say of what the system refuses what it means, and the way out."""
        try:
            yield
        except PermissionError as error:
            raise SiteForbiddenError(
                f"{error.filename or self.folder} may not be written or read by this account; what "
                "was published before stays, give the account of the build the right to write "
                "the site's folder"
            ) from None
        except OSError as error:
            raise PublishingError(
                f"the site {self.folder} cannot be written: {error.strerror or error}; what was "
                "published before stays, build again once that is mended"
            ) from None


def _with(found: Sequence[Manifest], editions: Sequence[Edition]) -> Mapping[str, Manifest]:
    """Return manifests by folder, those of editions to publish among them.

    An edition that is the last of its period already keeps its number; one that is published
    again after another becomes the last.
    """
    wanted = {one.folder: one for one in found}
    number = max((one.number for one in found), default=0)
    for edition in editions:
        folder = edition.folder
        of_period = [one for one in wanted.values() if _same(one, edition)]
        newest = max(of_period, key=lambda one: one.number, default=None)
        if newest is not None and newest.folder == folder:
            wanted[folder] = edition.manifest(newest.number, is_sent=newest.is_sent)
        else:
            number += 1
            wanted[folder] = edition.manifest(number)
    return wanted


def _same(manifest: Manifest, edition: Edition) -> bool:
    return manifest.kind == edition.kind and manifest.period == edition.period
