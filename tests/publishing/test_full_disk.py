"""A disk that is full or may only be read: what was published stays, and the next run goes on."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from convocommerce.errors import PublishingError
from publishing.light import Reader, edition, site_at, tree


def mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("a small disk can only be made with the right to mount")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 512 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder))
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_site_as_it_was(disk: Path) -> None:
    site = site_at(disk / "site")
    site.publish([edition("2026-W35")])
    before = tree(disk / "site")
    stuffing = disk / "stuffing"
    with stuffing.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    with pytest.raises(PublishingError, match="No space left on device") as caught:
        site.publish([edition("2026-W36")])
    assert caught.value.exit_code == 74
    assert tree(disk / "site") == before
    stuffing.unlink()
    site.publish([edition("2026-W36")])
    reader = Reader(disk / "site")
    reader.look()
    assert reader.faults == []
    assert (disk / "site/latest/weekly-en.html").read_text().startswith("2026-W36")


def test_a_disk_that_may_only_be_read_is_told_of(disk: Path) -> None:
    site = site_at(disk / "site")
    site.publish([edition("2026-W35")])
    before = tree(disk / "site")
    mount("-o", "remount,ro", str(disk))
    with pytest.raises(PublishingError, match="Read-only file system") as caught:
        site.publish([edition("2026-W36")])
    assert caught.value.exit_code == 74
    assert tree(disk / "site") == before
