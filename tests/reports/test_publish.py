"""A page is put in its place whole, or the old one stays."""

import os
import stat
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce.reports import Report
from convocommerce.reports import report as report_module
from convocommerce.reports.publish import write_whole
from reports.conftest import AFTER, Draw


@pytest.fixture
def report(draw: Draw) -> Report:
    return draw([0, 1, 2]).report(period="2026-W10", as_of=AFTER)


def test_a_page_is_saved_under_its_week_and_language(report: Report, tmp_path: Path) -> None:
    path = report.save(tmp_path / "made" / "here")
    assert path == tmp_path / "made" / "here" / "weekly-2026-W10-en.html"
    assert path.read_bytes() == report.html().encode()
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such modes")
@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o027, 0o640)])
def test_a_page_can_be_read_by_others_as_far_as_the_umask_allows(
    tmp_path: Path, mask: int, mode: int
) -> None:
    before = os.umask(mask)
    try:
        path = write_whole(tmp_path / "page.html", b"new")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_page_that_cannot_be_drawn_leaves_the_old_one(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = report.save(tmp_path)
    path.write_text("old")

    def fail(page: object) -> str:
        raise RuntimeError("the template is broken")

    monkeypatch.setattr(report_module, "render", fail)
    with pytest.raises(RuntimeError, match="template is broken"):
        report.save(tmp_path)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_page_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space left"):
        write_whole(path, b"new")
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_facade_report_saves_the_same(draw: Draw, tmp_path: Path) -> None:
    shop: cc.Shop = draw([0, 1, 2])
    first = shop.report(period="2026-W10", as_of=AFTER).save(tmp_path).read_bytes()
    assert shop.report(period="2026-W10", as_of=AFTER).save(tmp_path).read_bytes() == first
