"""The same report as mail and for machines: exports equal what the page shows."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import convocommerce as cc
from convocommerce.charts import Bars
from convocommerce.errors import UnknownNameError, UsageError
from convocommerce.reports import FORMATS, Part, Report
from convocommerce.reports.blocks import (
    Cell,
    ChartBlock,
    Facts,
    Page,
    Section,
    Strip,
    TableBlock,
    Text,
    Tile,
)
from convocommerce.reports.mail import mail
from reports.pages import Page as Read

WEEK = "2026-W29"


@pytest.fixture(scope="module", params=["en", "nl"])
def report(shop: cc.Shop, request: pytest.FixtureRequest) -> Report:
    return shop.report(period=WEEK, language=request.param)


def test_every_export_holds_the_numbers_of_the_page_and_no_others(report: Report) -> None:
    shown = [float(value) for value, _ in Read(report.html()).shown]
    told = json.loads(report.to_json())
    rows = list(csv.DictReader(io.StringIO(report.to_csv())))
    table = pq.read_table(io.BytesIO(report.to_parquet())).to_pylist()
    assert len(shown) > 100
    assert [one["value"] for one in told["figures"] if one["value"] is not None] == shown
    assert [float(one["value"]) for one in rows if one["value"]] == shown
    assert [one["value"] for one in table if one["value"] is not None] == shown
    for figure, row, line in zip(told["figures"], rows, table, strict=True):
        assert (line["metric"], line["n"], line["low"]) == (
            figure["metric"], figure["n"], figure["low"],
        )  # fmt: skip
        assert (row["metric"], int(row["n"])) == (figure["metric"], figure["n"])
        assert json.loads(line["group"]) == figure["group"] == json.loads(row["group"])


def test_exports_say_what_they_are_about(report: Report) -> None:
    told = json.loads(report.to_json())
    assert (told["report"], told["period"], told["language"]) == ("weekly", WEEK, report.language)
    assert {one["section"] for one in told["figures"]} <= set(told["sections"])


class Words(HTMLParser):
    """The text of a mail, and the elements in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_mail_tells_the_headline_figures_as_the_page_does(report: Report) -> None:
    told = report.mail("https://shop.example/latest/weekly.html")
    strips = [
        block for one in report.page.sections for block in one.blocks if isinstance(block, Strip)
    ]
    words = flat(Words(told.html).words)
    for tile in strips[0].tiles:
        for part in (tile.title, tile.now.text, *tile.now.below, tile.verdict):
            assert flat(part) in flat(told.text), part
            assert flat(part) in words, part
    assert "https://shop.example/latest/weekly.html" in told.text
    assert 'href="https://shop.example/latest/weekly.html"' in told.html
    assert max(len(line) for line in told.text.splitlines()) <= 78
    assert "\n" not in told.subject
    assert len(told.html) < 100_000


def test_a_mail_holds_nothing_that_mail_programs_drop(report: Report) -> None:
    html = report.mail().html
    dropped = {"script", "style", "svg", "img", "link", "iframe", "form", "input", "details"}
    assert Words(html).tags.isdisjoint(dropped)
    assert "var(" not in html
    assert not re.search(r"\bon\w+=", html)


def test_names_out_of_the_data_stay_text_in_a_mail() -> None:
    evil = "<img src=x onerror=alert(1)>\r\nBcc: all"
    tile = Tile(evil, Cell(evil, (evil,)), None, None, evil, "quiet", ("a", "b"))
    sections = (Section("headline", evil, (Text(evil), Strip((tile,)))),)
    told = mail(Page("en", evil, evil, {}, sections))
    assert Words(told.html).tags.isdisjoint({"img"})
    assert "\r" not in told.subject + told.text
    assert not re.search(r"^Bcc", told.text, re.MULTILINE)
    with pytest.raises(ValueError, match="https://"):
        mail(Page("en", "", "", {}, ()), "javascript:alert(1)")


def test_a_report_is_saved_in_every_format_asked_for(report: Report, tmp_path: Path) -> None:
    page = report.save(tmp_path, FORMATS)
    stem = f"weekly-{WEEK}-{report.language}"
    assert page.name == f"{stem}.html"
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        f"{stem}.csv", f"{stem}.html", f"{stem}.json", f"{stem}.mail.html", f"{stem}.mail.txt",
        f"{stem}.parquet",
    ]  # fmt: skip
    assert all(
        (tmp_path / name).read_bytes() == data for name, data in report.files(FORMATS).items()
    )
    with pytest.raises(UnknownNameError, match="json"):
        report.save(tmp_path, ["jsn"])
    with pytest.raises(UsageError, match="html"):
        report.files(())


def test_a_section_can_be_shown_by_itself(report: Report) -> None:
    assert report._ipython_key_completions_() == list(report.sections)
    told = ""
    for name, title in report.sections.items():
        part = report[name]
        assert str(part).startswith(title)
        told += part._repr_html_()
        assert all(picture.svg in told for picture in part.pictures)
    words = flat(Words(told).words)
    for _, figure in Read(report.html()).shown:
        assert flat(figure) in words
    with pytest.raises(UnknownNameError, match="speed"):
        report["sped"]


def test_names_out_of_the_data_stay_text_in_a_section() -> None:
    evil = "<img src=x onerror=alert(1)>"
    table = TableBlock(evil, (evil, evil), ((Cell(evil), Cell(evil, (evil,))),), evil)
    tile = Tile(evil, Cell(evil, (evil,)), None, None, evil, "quiet", ("a", "b"))
    chart = ChartBlock(Bars(title=evil, categories=[evil], values=[1.0]), table)
    blocks = (Text(evil), chart, table, Strip((tile,)), Facts(((evil, (evil,)),), title=evil))
    part = Part(Section("x", evil, blocks), "en")
    assert Words(part._repr_html_()).tags.isdisjoint({"img"})
    assert str(part).count(evil) >= 10
