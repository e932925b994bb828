"""Changes to a site: written whole in a hidden folder first, then moved into place one by one.

Writing can fail half way, on a full disk or by a kill; a move cannot. So nothing that readers see
is touched before everything is written and forced to the disk, and every move is one step that
leaves the site right: an edition before what points to it, and the index last.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from convocommerce.errors import PublishingError
from convocommerce.publishing.edition import MANIFEST
from convocommerce.reports.publish import sync_folder

NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
"""How systems and shares say that they know no symbolic links."""

HIDDEN = ".build-"
"""How the hidden folders begin that a run works in; a killed run leaves its own behind."""


@dataclass(frozen=True)
class Link:
    """A name that stands for a file elsewhere in the site.

    Attributes:
        to: The file, seen from the site.
    """

    to: str


@dataclass(frozen=True)
class Change:
    """One step: what stands at a place of the site from then on.

    Attributes:
        place: The place, seen from the site.
        what: A file's bytes, a folder's files, a link, or nothing any more.
    """

    place: str
    what: bytes | Mapping[str, bytes] | Link | None


def carry_out(root: Path, changes: Sequence[Change]) -> None:
    """Make changes to a site, in their order, or none of them when they cannot all be written.

    Args:
        root: The site's folder, which must exist.
        changes: The steps.

    Raises:
        OSError: Something cannot be written or moved.
        PublishingError: A folder of the site is a link to somewhere else.
    """
    if not changes:
        return
    hidden = Path(tempfile.mkdtemp(prefix=HIDDEN, dir=root))
    try:
        for change in changes:
            _write(hidden, change, root)
        for change in changes:
            if change.what is None:
                (root / change.place).unlink(missing_ok=True)
            else:
                _move(hidden / change.place, root / change.place, root)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
        sync_folder(root)


def remove(root: Path, place: str) -> None:
    """Take a folder of a site away: for readers in one step."""
    check_inside(root, root / place)
    hidden = Path(tempfile.mkdtemp(prefix=HIDDEN, dir=root))
    (root / place).replace(hidden / "removed")
    shutil.rmtree(hidden)
    with contextlib.suppress(OSError):  # other editions of the period stand beside it
        (root / place).parent.rmdir()


def clear(root: Path) -> None:
    """Remove what killed runs left behind; only for who holds the site's lock."""
    for left in list(root.iterdir()):
        if left.name.startswith(HIDDEN):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()
    for period in _folders(root, "archive", deep=2):
        check_inside(root, root / period / MANIFEST)
        with contextlib.suppress(OSError):  # mostly not empty: a run was killed as it made it
            (root / period).rmdir()


def editions_in(root: Path) -> list[str]:
    """Return the folders that editions can stand in, seen from the site and in order."""
    return _folders(root, "archive", deep=3)


def _folders(root: Path, place: str, *, deep: int) -> list[str]:
    """Return what stands so many folders below a place.

    A folder that cannot be read must never look like an empty one, as it does to ``glob``: a site
    would seem new, and its names move back.
    """
    if deep == 0:
        return [place]
    try:
        names = sorted(one.name for one in (root / place).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [one for name in names for one in _folders(root, f"{place}/{name}", deep=deep - 1)]


def check_inside(root: Path, path: Path) -> None:
    """Refuse a path of a site that leads out of it.

    Raises:
        PublishingError: A folder on the way is a link, or no folder.
    """
    for folder in list(path.relative_to(root).parents)[:-1]:
        one = root / folder
        if one.is_symlink() or (one.exists() and not one.is_dir()):
            raise PublishingError(
                f"{one} must be a folder of the site and is something else; nothing was changed, "
                "move it away and build again"
            )


def _write(hidden: Path, change: Change, root: Path) -> None:
    path = hidden / change.place
    check_inside(root, root / change.place)
    path.parent.mkdir(parents=True, exist_ok=True)
    match change.what:
        case bytes():
            _write_file(path, change.what)
        case None:
            return
        case Link():
            up = "../" * (len(Path(change.place).parts) - 1)
            try:
                path.symlink_to(up + change.what.to)
            except OSError as error:
                if error.errno not in NO_LINKS:
                    raise
                # Some systems and shares know no links: there the file stands twice.
                new = hidden / change.what.to
                _write_file(path, (new if new.exists() else root / change.what.to).read_bytes())
        case _:
            path.mkdir()
            for name, data in change.what.items():
                _write_file(path / name, data)
            sync_folder(path)


def _write_file(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _move(new: Path, place: Path, root: Path) -> None:
    check_inside(root, place)
    made = [folder for folder in place.parents if not folder.exists()]
    place.parent.mkdir(parents=True, exist_ok=True)
    new.replace(place)
    for folder in {place.parent, *(one.parent for one in made)}:
        sync_folder(folder)
