"""A site: the same content changes nothing, names follow the last period, old editions go."""

import datetime as dt
import os
import re
import stat
import threading
from pathlib import Path

import pytest

from convocommerce.errors import PublishingError, SiteLockedError, UsageError
from convocommerce.periods import Period
from convocommerce.publishing import Edition, Keep, Site, staging
from publishing.light import Reader, edition, is_whole, site_at, tree, week


def listed(folder: Path, index: str = "index.html") -> list[str]:
    """Return the weeks whose pages the index points to in the archive, in order."""
    text = (folder / index).read_text("utf-8")
    return list(dict.fromkeys(re.findall(r'href="archive/weekly/([^/]+)/', text)))


def shown(folder: Path, name: str = "weekly-en.html") -> str:
    """Return the week that a name under latest shows."""
    return (folder / "latest" / name).read_text("utf-8").split(" ", 1)[0]


def test_an_edition_stands_in_the_archive_under_latest_and_on_the_index(tmp_path: Path) -> None:
    one = edition("2026-W35", languages=("en", "nl"), formats=("html", "json"))
    told = site_at(tmp_path / "made" / "site").publish([one])
    folder = tmp_path / "made" / "site"
    archive = folder / "archive" / "weekly" / "2026-W35" / one.digest
    assert {path.name for path in archive.iterdir()} == {*one.files, "manifest.json"}
    for name, data in one.files.items():
        assert (archive / name).read_bytes() == data
        assert (folder / "latest" / name.replace("-2026-W35-", "-")).read_bytes() == data
    assert told.changed[0] == f"archive/weekly/2026-W35/{one.digest}"
    assert told.changed[-1] == "index.html"
    assert Reader(folder).folder == folder
    reader = Reader(folder)
    reader.look()
    assert reader.faults == []
    assert reader.n_reads == 2 + 2 * 2 * 4 + 4


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    site = site_at(tmp_path)
    site.publish([edition("2026-W35")])
    before = tree(tmp_path)
    stamps = {one: one.lstat().st_mtime_ns for one in tmp_path.rglob("*")}
    told = site.publish([edition("2026-W35")])
    assert (told.changed, told.removed, told.left_out) == ((), (), ())
    assert tree(tmp_path) == before
    assert {one: one.lstat().st_mtime_ns for one in tmp_path.rglob("*")} == stamps


def test_two_sites_with_one_history_are_the_same_to_the_byte(tmp_path: Path) -> None:
    for name in ("a", "b"):
        for number in range(3):
            site_at(tmp_path / name).publish([edition(week(number))])
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_would_publish_says_the_same_and_touches_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    site = site_at(folder)
    assert site.would_publish([edition("2026-W35")]).changed
    assert not folder.exists()
    for number in range(5):
        told = site.would_publish([edition(week(number))])
        assert site.publish([edition(week(number))]) == told
    before = tree(folder)
    assert site.would_publish([edition(week(5))]).removed
    assert tree(folder) == before


def test_a_back_fill_moves_no_name_and_takes_its_place_on_the_index(tmp_path: Path) -> None:
    site = site_at(tmp_path)
    site.publish([edition("2026-W35")])
    site.publish([edition("2026-W33")])
    assert shown(tmp_path) == "2026-W35"
    assert listed(tmp_path) == ["2026-W35", "2026-W33"]
    site.publish([edition("2026-W34")])
    assert listed(tmp_path) == ["2026-W35", "2026-W34", "2026-W33"]
    site.publish([edition("2026-W36")])
    assert shown(tmp_path) == "2026-W36"


def test_a_restated_period_shows_its_last_edition_and_going_back_shows_the_first(
    tmp_path: Path,
) -> None:
    site = site_at(tmp_path)
    for text in ("first", "second", "first"):
        site.publish([edition("2026-W35", text)])
        data = (tmp_path / "latest" / "weekly-en.html").read_bytes()
        assert data == edition("2026-W35", text).files["weekly-2026-W35-en.html"]
    assert site.publish([edition("2026-W35", "first")]).changed == ()
    assert len(list((tmp_path / "archive/weekly/2026-W35").iterdir())) == 2


def test_a_language_that_is_not_built_again_keeps_its_page(tmp_path: Path) -> None:
    site = site_at(tmp_path, keep=Keep(periods=1, editions=1))
    site.publish([edition("2026-W35", languages=("en", "nl"))])
    for number in (36, 37, 38):
        site.publish([edition(f"2026-W{number}", languages=("en",))])
    assert shown(tmp_path, "weekly-nl.html") == "2026-W35"
    assert listed(tmp_path) == ["2026-W38", "2026-W35"]
    reader = Reader(tmp_path)
    reader.look()
    assert reader.faults == []


def test_old_editions_leave_the_index_first_and_the_disk_a_run_later(tmp_path: Path) -> None:
    site = site_at(tmp_path, keep=Keep(periods=2, editions=1))
    for number in (33, 34, 35):
        told = site.publish([edition(f"2026-W{number}")])
        assert told.removed == ()
    assert listed(tmp_path) == ["2026-W35", "2026-W34"]
    assert (tmp_path / "archive/weekly/2026-W33").exists()
    told = site.publish([edition("2026-W35", "restated")])
    assert [Path(one).parent.name for one in told.removed] == ["2026-W33"]
    assert not (tmp_path / "archive/weekly/2026-W33").exists()
    site.publish([])
    assert len(list((tmp_path / "archive/weekly/2026-W35").iterdir())) == 1


def test_nothing_goes_from_the_disk_while_an_index_still_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_at(tmp_path, keep=Keep(periods=2, editions=1))
    for number in (33, 34):
        site.publish([edition(f"2026-W{number}")])
    move = staging._move

    def interrupted(new: Path, place: Path, root: Path) -> None:
        if place.name.startswith("index"):
            raise KeyboardInterrupt
        move(new, place, root)

    monkeypatch.setattr(staging, "_move", interrupted)
    with pytest.raises(KeyboardInterrupt):
        site.publish([edition("2026-W35")])
    assert shown(tmp_path) == "2026-W35"
    assert listed(tmp_path) == ["2026-W34", "2026-W33"]
    monkeypatch.setattr(staging, "_move", move)
    assert site.publish([edition("2026-W35")]).removed == ()
    assert listed(tmp_path) == ["2026-W35", "2026-W34"]
    (gone,) = site.publish([]).removed
    assert "2026-W33" in gone


def test_a_period_older_than_what_is_kept_is_left_out_and_told(tmp_path: Path) -> None:
    site = site_at(tmp_path, keep=Keep(periods=2, editions=1))
    site.publish([edition("2026-W34")])
    site.publish([edition("2026-W35")])
    told = site.publish([edition("2026-W01")])
    assert told.changed == ()
    assert [Path(one).parent.name for one in told.left_out] == ["2026-W01"]
    assert not (tmp_path / "archive/weekly/2026-W01").exists()


def test_everything_is_kept_unless_told_otherwise(tmp_path: Path) -> None:
    site = Site(tmp_path)
    for number in range(12):
        site.publish([edition(week(number))])
    assert len(listed(tmp_path)) == 12


def test_what_was_broken_in_an_edition_is_mended_when_it_is_built_again(tmp_path: Path) -> None:
    site = site_at(tmp_path)
    site.publish([edition("2026-W35")])
    before = tree(tmp_path)
    en, nl = sorted(tmp_path.glob("archive/*/*/*/*.html"))
    en.write_text("a part")
    nl.unlink()
    (tmp_path / "latest" / "weekly-en.html").unlink()
    (tmp_path / "index.html").write_text("half")
    site.publish([edition("2026-W35")])
    assert tree(tmp_path) == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"layout": 1}', '{"layout": 2}'])
def test_a_manifest_that_cannot_be_read_stops_the_run(tmp_path: Path, text: str) -> None:
    site = site_at(tmp_path)
    site.publish([edition("2026-W35")])
    site.publish([edition("2026-W34")])
    (manifest,) = tmp_path.glob("archive/weekly/2026-W35/*/manifest.json")
    manifest.write_text(text)
    before = tree(tmp_path)
    with pytest.raises(PublishingError, match=r"2026-W35.*manifest\.json"):
        site.publish([edition("2026-W34", "restated")])
    assert tree(tmp_path) == before


def test_a_manifest_of_another_place_stops_the_run(tmp_path: Path) -> None:
    site = site_at(tmp_path)
    site.publish([edition("2026-W35")])
    (tmp_path / "archive/weekly/2026-W35").rename(tmp_path / "archive/weekly/2026-W36")
    with pytest.raises(PublishingError, match="speaks for another folder"):
        site.publish([edition("2026-W37")])


def test_two_runs_take_turns_and_who_does_not_wait_is_told(tmp_path: Path) -> None:
    site = site_at(tmp_path)
    with site.locked():
        with pytest.raises(SiteLockedError, match="nothing was changed") as caught:
            site.publish([edition("2026-W35")])
        assert caught.value.exit_code == 75
        assert not (tmp_path / "archive").exists()
        waiting = threading.Thread(
            target=lambda: site_at(tmp_path).publish([edition("2026-W35")], wait=30)
        )
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join()
    assert shown(tmp_path) == "2026-W35"


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    site = site_at(tmp_path)
    site.publish([edition("2026-W35")])
    before = tree(tmp_path)
    (tmp_path / ".build-abc" / "archive").mkdir(parents=True)
    (tmp_path / ".build-abc" / "archive" / "half.html").write_text("<p>")
    (tmp_path / ".build-file").write_text("")
    (tmp_path / "archive" / "weekly" / "2026-W36").mkdir()
    (tmp_path / "robots.txt").write_text("User-agent: *")
    site.publish([])
    assert tree(tmp_path) == {**before, "robots.txt": tree(tmp_path)["robots.txt"]}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes")
@pytest.mark.parametrize(("mask", "file", "folder"), [(0o022, 0o644, 0o755), (0o027, 0o640, 0o750)])
def test_pages_can_be_read_by_others_as_far_as_the_umask_allows(
    tmp_path: Path, mask: int, file: int, folder: int
) -> None:
    before = os.umask(mask)
    try:
        site_at(tmp_path / "site").publish([edition("2026-W35")])
    finally:
        os.umask(before)
    for one in (tmp_path / "site").rglob("*"):
        if not one.is_symlink() and one.name != ".lock":
            assert stat.S_IMODE(one.stat().st_mode) == (folder if one.is_dir() else file), one


def test_where_there_are_no_links_the_file_stands_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: str) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    site = site_at(tmp_path)
    for name in ("2026-W35", "2026-W36"):
        site.publish([edition(name)])
        assert not (tmp_path / "latest" / "weekly-en.html").is_symlink()
        assert shown(tmp_path) == name
        assert site.publish([edition(name)]).changed == ()
    site.publish([edition("2026-W36", "restated")])
    site.publish([edition("2026-W36")])
    assert is_whole((tmp_path / "latest" / "weekly-en.html").read_bytes())


@pytest.mark.parametrize(
    "name", ["../evil", "a/b", "", ".", "..", ".hidden", "a\\b", "a\0b", "a\n", "-", "x" * 200, "ä"]
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    days = Period("2026-W35")
    with pytest.raises(UsageError, match="cannot be the name"):
        Edition(name, days, dt.datetime(2026, 9, 1), {}, {})
    evil = Period("2026-W35")
    object.__setattr__(evil, "name", name)
    with pytest.raises(UsageError, match="cannot be the name"):
        Edition("weekly", evil, dt.datetime(2026, 9, 1), {}, {})
    file = f"weekly-2026-W35-en.html/{name}"
    with pytest.raises(UsageError, match="cannot be the name"):
        Edition("weekly", days, dt.datetime(2026, 9, 1), {file: b""}, {"en": "A"})


@pytest.mark.parametrize(
    "name", ["other.html", "weekly-2026-W36-en.html", "weekly-2026-W35-fy.html"]
)
def test_a_file_tells_its_report_period_and_language(name: str) -> None:
    with pytest.raises(UsageError, match="must be called"):
        Edition("weekly", Period("2026-W35"), dt.datetime(2026, 9, 1), {name: b""}, {"en": "A"})


@pytest.mark.parametrize(
    "place", ["archive", "archive/weekly", "archive/weekly/2026-W36", "latest"]
)
def test_a_link_in_place_of_a_folder_is_not_followed(tmp_path: Path, place: str) -> None:
    site, outside = site_at(tmp_path / "site"), tmp_path / "outside"
    site.publish([edition("2026-W35")])
    before = tree(tmp_path / "site")
    outside.mkdir()
    there = tmp_path / "site" / place
    if there.exists():
        there.rename(tmp_path / "aside")
    there.symlink_to(outside, target_is_directory=True)
    with pytest.raises(PublishingError, match="must be a folder of the site"):
        site.publish([edition("2026-W36")])
    assert list(outside.iterdir()) == []
    there.unlink()
    if (tmp_path / "aside").exists():
        (tmp_path / "aside").rename(there)
    assert tree(tmp_path / "site") == before


@pytest.mark.parametrize("place", ["index.html", "latest/weekly-en.html", "index-en.html"])
def test_a_link_in_place_of_a_page_is_replaced_and_never_written_through(
    tmp_path: Path, place: str
) -> None:
    site, outside = site_at(tmp_path / "site"), tmp_path / "outside.txt"
    site.publish([edition("2026-W35")])
    before = tree(tmp_path / "site")
    outside.write_text("mine")
    (tmp_path / "site" / place).unlink()
    (tmp_path / "site" / place).symlink_to(outside)
    site.publish([edition("2026-W35")])
    assert outside.read_text() == "mine"
    assert tree(tmp_path / "site") == before


def test_a_link_that_a_killed_run_seems_to_have_left_is_removed_and_not_followed(
    tmp_path: Path,
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.txt").write_text("mine")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / ".build-abc").symlink_to(outside)
    site_at(tmp_path / "site").publish([edition("2026-W35")])
    assert (outside / "mine.txt").read_text() == "mine"
    assert not (tmp_path / "site" / ".build-abc").is_symlink()


def test_a_link_in_place_of_the_lock_is_not_written_through(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / ".lock").symlink_to(outside)
    with pytest.raises(PublishingError):
        site_at(tmp_path / "site").publish([edition("2026-W35")])
    assert outside.read_text() == "mine"


def test_the_index_is_made_without_opening_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_at(tmp_path)
    for number in range(4):
        site.publish([edition(week(number))])
    read: list[str] = []
    plain = Path.read_bytes

    def watch(self: Path) -> bytes:
        read.append(self.name)
        return plain(self)

    monkeypatch.setattr(Path, "read_bytes", watch)
    site.publish([edition(week(4))])
    assert "manifest.json" in read
    assert [name for name in read if name.startswith("weekly")] == []


def test_what_is_told_of_an_edition_is_found_again_by_the_next(tmp_path: Path) -> None:
    site = site_at(tmp_path)
    site.publish([edition("2026-W33", about={"definitions": "a"})])
    site.publish([edition("2026-W34", about={"definitions": "b"})])
    found = site.edition_before("weekly", Period("2026-W35"))
    assert found is not None
    assert (found.period.name, found.about) == ("2026-W34", {"definitions": "b"})
    before = site.edition_before("weekly", Period("2026-W34"))
    assert before is not None
    assert before.about == {"definitions": "a"}
    assert site.edition_before("weekly", Period("2026-W33")) is None
    assert site.edition_before("monthly", Period("2026-09")) is None
