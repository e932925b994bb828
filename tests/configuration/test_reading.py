"""A configuration is read as a whole, and refused with everything that is wrong in it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from convocommerce.configuration import Secret, read_configuration
from convocommerce.errors import ConfigurationError

LEAST = '[business]\nname = "Slof & Stukje"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "exports").mkdir()
    (tmp_path / "logo.svg").write_text("<svg/>")
    return tmp_path


def told(folder: Path, text: str, **environment: str) -> list[str]:
    """Return the mistakes of a configuration, a line each."""
    path = folder / "shop.toml"
    path.write_text(text, "utf-8", newline="")
    with pytest.raises(ConfigurationError) as caught:
        read_configuration(path, environment=environment)
    lines = str(caught.value).split("\n  ")
    if len(lines) > 1:
        assert lines.pop(0) == f"shop.toml has {len(lines)} mistakes:"
    return lines


def test_what_is_written_is_what_is_read(folder: Path) -> None:
    (folder / "shop.toml").write_text(
        LEAST
        + """
        languages = "nl"
        [rules]
        time_zone = "Europe/Amsterdam"
        senders.123 = "bot"
        [[sources]]
        path = "exports"
        platform = "messenger"
        max_age = "36h"
        min_documents = 10
        [[reports]]
        kind = "weekly"
        formats = ["html", "json"]
        [targets]
        first_response_time.median = "15m"
        "conversion.rate" = 0.1
        [[alerts]]
        metric = "conversion"
        below = 0.05
        by = "channel"
        [brand]
        accent = "#0B6E4F"
        logo = "logo.svg"
        [publish]
        keep = 53
        base_address = "https://figures.example/shop/"
        [audit]
        min_coverage = 0.9
        [mail]
        to = "owner@shop.example"
        from = "env:SENDER"
        server = "env:SMTP"
        """
    )
    read = read_configuration(folder / "shop.toml", environment={})
    assert read.business.database == folder / "shop.duckdb"
    assert read.business.languages == ("nl",)
    assert read.rules.time_zone == "Europe/Amsterdam"
    assert read.rules.senders == {"123": "bot"}
    (source,) = read.sources
    assert source.paths() == [folder / "exports"]
    assert source.max_age == dt.timedelta(hours=36)
    (report,) = read.reports
    assert read.languages_of(report) == ("nl",)
    assert read.targets == {"first_response_time.median": 900.0, "conversion.rate": 0.1}
    (alert,) = read.alerts
    assert (alert.statistic, alert.below, alert.by) == ("settled_rate", 0.05, "channel")
    assert (read.brand.accent, read.brand.logo) == ("#0b6e4f", folder / "logo.svg")
    assert (read.publish.folder, read.publish.keep) == (folder / "site", 53)
    assert read.publish.base_address == "https://figures.example/shop"
    assert read.audit.min_coverage == 0.9
    assert read.mail is not None
    assert (read.mail.to, read.mail.sender) == (("owner@shop.example",), Secret("SENDER"))
    assert read.mail.server.value({"SMTP": "smtp://x"}) == "smtp://x"


def test_little_is_needed(folder: Path) -> None:
    (folder / "shop.toml").write_text(LEAST)
    read = read_configuration(folder / "shop.toml", environment={})
    assert read.business.name == "Slof & Stukje"
    assert (read.sources, read.reports, read.alerts, read.targets) == ((), (), (), {})
    assert read.mail is None


def test_all_mistakes_are_told_at_once_where_they_stand(folder: Path) -> None:
    lines = told(
        folder,
        '[busines]\nname = "x"\n[[reports]]\nkind = "wekly"\n[publish]\n  keep = "53"\n'
        '[rules]\ntime_zone = "Mars"\npeople_per_key = 0\nsenders.1 = "x"\nsenders.2 = "y"\n',
    )
    assert [line.partition(": ")[0] for line in lines] == [
        "shop.toml:1:1",
        "shop.toml:1:2",
        "shop.toml:4:1",
        "shop.toml:6:3",
        "shop.toml:8:1",
        "shop.toml:9:1",
        "shop.toml:10:9",
        "shop.toml:11:9",
    ]
    assert "did you mean 'business'?" in lines[1]
    assert "did you mean 'weekly'?" in lines[2]
    assert "'53' and must be a whole number; write it like keep = 53" in lines[3]
