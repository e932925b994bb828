"""A configuration is read as a whole, and refused with everything that is wrong in it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from convocommerce.configuration import Secret, read_configuration
from convocommerce.errors import ConfigurationError
from convocommerce.reports import AlertRule, Brand, Options

LEAST = '[business]\nname = "Slof & Stukje"\n'

PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exports").mkdir()
    (tmp_path / "logo.png").write_bytes(PICTURE)
    return tmp_path


def told(folder: Path, text: str, **environment: str) -> list[str]:
    """Return the mistakes of a configuration, a line each."""
    path = folder / "shop.toml"
    path.write_text(text, "utf-8", newline="")
    with pytest.raises(ConfigurationError) as caught:
        read_configuration("shop.toml", environment=environment)
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
        logo = "logo.png"
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
    assert (read.brand.accent, read.brand.logo) == ("#0b6e4f", folder / "logo.png")
    assert (read.publish.folder, read.publish.keep) == (folder / "site", 53)
    assert read.publish.base_address == "https://figures.example/shop"
    assert read.audit.min_coverage == 0.9
    assert read.mail is not None
    assert (read.mail.to, read.mail.sender) == (("owner@shop.example",), Secret("SENDER"))
    assert read.mail.server.value({"SMTP": "smtp://x"}) == "smtp://x"


def test_pages_are_composed_with_what_is_written(folder: Path) -> None:
    (folder / "shop.toml").write_text(
        LEAST
        + """
        [targets]
        first_response_time.median = "15m"
        reply_windows.lost_share = 0.1
        [[alerts]]
        metric = "conversion"
        below = 0.05
        by = "channel"
        [[alerts]]
        metric = "first_response_time"
        above = "1h"
        [brand]
        accent = "#0B6E4F"
        logo = "logo.png"
        [publish]
        smallest_group = 10
        """
    )
    read = read_configuration("shop.toml", environment={})
    assert read.options() == Options(
        business="Slof & Stukje",
        targets={"first_response_time.median": 900.0, "reply_windows.lost_share": 0.1},
        alerts=(
            AlertRule("conversion", "settled_rate", below=0.05, by="channel"),
            AlertRule("first_response_time", "median", above=3600.0),
        ),
        smallest_group=10,
        brand=Brand("#0b6e4f", PICTURE),
    )
    (folder / "logo.png").unlink()
    with pytest.raises(ConfigurationError, match=r"logo .* cannot be read"):
        read.options()


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


TWO_CAMPAIGNS = """\
[[reports]]
kind = "campaign"
campaign = "A b"
[[reports]]
kind = "campaign"
campaign = "a-B!"
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[publish]\nkep = 5", "1:1 2:1: unknown key 'kep' in [publish], did you mean 'keep'?"),
        ("[publish]\nlogo = 5", "2:1: unknown key 'logo' in [publish]; it belongs into [brand]"),
        ("time_zone = 'UTC'", "1:1: unknown key 'time_zone'; it belongs into [rules]"),
        ("[rules]\nzone = 'UTC'", "2:1: unknown key 'zone' in [rules], did you mean 'time_zone'?"),
        ("[publish]\nxyzzy = 5", "'xyzzy' in [publish]; known: folder, keep, keep_editions"),
        ("[sources]\npath = 'exports'", "1:2: sources must be a table; write [[sources]]"),
        ("sources = 'exports'", "1:1: sources must be a table; write [[sources]]"),
        ("[[publish]]\nkeep = 3", "1:3: publish must be a table; write [publish]"),
        ("rules = 3", "1:1: rules must be a table; write [rules]"),
        ("[publish]\nkeep = true", "keep is true and must be a whole number; write it like keep ="),
        ("[publish]\nkeep = 0", "keep is 0 and must be greater than or equal to 1"),
        ("[publish]\nkeep = { a = 1 }", "keep is a table and must be a whole number"),
        ("[audit]\nmin_coverage = 90", "is 90 and must be less than or equal to 1"),
        ("[audit]\nmin_coverage = nan", "must be"),
        ("[brand]\naccent = 'red'", "'red' and must be a colour of six digits; write it like"),
        ("[brand]\nlogo = 'logo.pgn'", "does not exist, did you mean 'logo.png'?"),
        ("[brand]\nlogo = 'exports'", "which is no file"),
        ("[brand]\nlogo = 'shop.toml'", "cannot be used: brand logo is neither a PNG nor a JPEG"),
        ("[[sources]]\npath = 'expots'", "does not exist, did you mean 'exports'?"),
        ("[[sources]]\npath = 'expots/*.json'", "expots', which does not exist, did you mean"),
        ("[[sources]]\npath = 'logo.png/*.json'", "which does not exist"),
        ("[[sources]]\npath = 'C:\\data'", "Windows path of another machine; write it with /"),
        ("[[sources]]\npath = 'a\\b'", "Windows path; write it with /"),
        ('[[sources]]\npath = "a\\u0000b"', "zero byte"),
        ("[[sources]]\npath = '~nobody-of-that-name/x'", "cannot be known"),
        ("[[sources]]\npath = ' '", "must be a path; write it like path = "),
        ("[[sources]]\npath = 'exports'\nplatform = 'messanger'", "did you mean 'messenger'?"),
        ("[[sources]]\npath = 'exports'\nmax_age = 2", "is 2 and must be a time"),
        ("[[sources]]\npath = 'exports'\nmax_age = '0d'", "is '0d' and must be a time"),
        ("[[sources]]\npath = 'exports'\nmapping = 'logo.png'", "mapping that cannot be used"),
        ("[[sources]]\nplatform = 'messenger'", "sources.path is missing; write it like path ="),
        ("[[reports]]\nkind = 'weekly'\nlanguages = ['nl', 'nl']", "names 'nl' twice"),
        ("[[reports]]\nkind = 'weekly'\nlanguages = []", "is an empty list"),
        ("[[reports]]\nkind = 'weekly'\nlanguages = ['nl', 3]", "is 3 and must be a text"),
        ("[[reports]]\nkind = 'weekly'\nformats = ['htm']", "did you mean 'html'?"),
        ("[[reports]]\nkind = 'weekly'\ncampaign = 'x'", "not about a campaign"),
        ("[[reports]]\nkind = 'weekly'\nformats = 'mail'", "1:3: reports.formats names 'mail' and"),
        (
            "[[reports]]\nkind = 'weekly'\n[[reports]]\nkind = 'weekly'\nlanguages = 'nl'",
            "shop.toml:3:3: the report 'weekly' is there already and would replace it; name",
        ),
        (
            TWO_CAMPAIGNS,
            "shop.toml:4:3: the report 'campaign' is there already",
        ),
        (
            "[rules]\nfile = 'conf\\rules.toml'",
            "2:1: rules.file is 'conf\\\\rules.toml', a Windows",
        ),
        ("[targets]\nconversion = 0.1", 'write "conversion.settled_rate"'),
        ("[targets]\nconversoin.settled_rate = 0.1", "did you mean 'conversion'?"),
        ("[targets]\nconversion.rte = 0.1", "'rte' is no figure of conversion"),
        ("[targets]\nconversion.settled_rate = 10", "such as 0.8 for 80%"),
        ("[targets]\nconversion.settled_rate = '5m'", "is a time, and conversion.settled_rate is"),
        ("[targets]\nconversion.settled_rate = -0.1", "cannot be below 0"),
        ("[targets]\nconversion.settled_rate = inf", "must be a number"),
        ("[targets]\na.b = 1\n'conversion.x' = {}", "'x' is no figure of conversion"),
        ("[[alerts]]\nmetric = 'conversion'", "give it below, above or unusual"),
        ("[[alerts]]\nmetric = 'conversions'\nbelow = 1", "did you mean 'conversion'?"),
        ("[[alerts]]\nmetric = 'conversion'\nstatistic = 'x'\nbelow = 1", "no figure of"),
        ("[[alerts]]\nmetric = 'conversion'\nbelow = 5", "below is 5 and must be a share"),
        ("[[alerts]]\nmetric = 'conversion'\nbelow = 0.1\nby = 'chanel'", "mean 'channel'?"),
        ("[[alerts]]\nmetric = 'conversion'\nunusual = true\nby = 'week'", "no column to cut an"),
        (
            "[[alerts]]\nmetric = 'reply_windows'\nunusual = true\nby = 'channel'",
            "by is 'channel', and reply_windows cannot be cut; leave it out",
        ),
        (
            "[[alerts]]\nmetric = 'conversion'\nbelow = 0.5\nabove = 0.1",
            "below is 0.5 and alerts.above 0.1: every value would be told",
        ),
        ("[publish]\nbase_address = 'ftp://x.example'", "must be an address of a site"),
        ("[publish]\nbase_address = 'https://['", "is no address of a site"),
        ("[rules]\nfile = 'none.toml'", "2:1: rules.file cannot be used: there is no file none"),
        ("[rules]\nfile = 3", "2:1: rules.file is 3 and must be a path; write it like"),
        ("[rules]\nfile = 'x'\nholidays = 'NL'", "3:1: rules.holidays stands beside rules.file"),
        ("[rules]\nexclude_customers = 'x'", "must be a list of chat ids"),
        ("[rules]\nconversation_gap_hours = 200", "would close while the conversation"),
    ],
)
def test_a_mistake_says_what_where_and_the_way_out(folder: Path, text: str, said: str) -> None:
    lines = told(folder, f"{text}\n\n{LEAST}")
    assert any(said.removeprefix("1:1 ") in line for line in lines), lines


def test_rules_can_stand_in_a_file_whose_mistakes_are_told_there(folder: Path) -> None:
    (folder / "rules.toml").write_text('time_zone = "Europe/Amsterdam"\nholidays = "NL"\n')
    (folder / "shop.toml").write_text(f'{LEAST}[rules]\nfile = "rules.toml"\n')
    assert read_configuration("shop.toml", environment={}).rules.holidays == "NL"
    (folder / "rules.toml").write_text('time_zone = "UTC"\n  holidays = "Mars"\nzone = 1\n')
    lines = told(folder, f'{LEAST}[rules]\nfile = "rules.toml"\n[publish]\nkeep = 0\n')
    assert [line.partition(": ")[0] for line in lines] == [
        "shop.toml:6:1",
        "rules.toml:2:3",
        "rules.toml:3:1",
    ]


def test_what_stands_in_place_of_an_address_is_not_shown(folder: Path) -> None:
    rest = "from = 'a@b.example'\nserver = 'env:SMTP'\n"
    (line,) = told(folder, f"{LEAST}[mail]\nto = 31612345678\n{rest}")
    assert line == f"shop.toml:4:1: mail.to must be a list; write it like to = {MAIL_EXAMPLE}"


def test_an_address_named_twice_is_not_shown(folder: Path) -> None:
    to = '["anna@shop.example", "anna@shop.example"]'
    lines = told(
        folder, f'{LEAST}[mail]\nto = {to}\nfrom = "anna@shop.example"\nserver = "env:SMTP"\n'
    )
    assert lines == ["shop.toml:4:1: mail.to names one twice; write it like to = " + MAIL_EXAMPLE]


MAIL_EXAMPLE = '["owner@shop.example", "env:SHOP_MANAGER"]'
SECRETS = [
    "[mail]\nto = 'a@b.example'\nfrom = 'a@b.example'\nserver = '{}'",
    "[mail]\nto = '{}'\nfrom = 'a@b.example'\nserver = 'env:SMTP'",
    "[mail]\nto = 'a@b.example'\nfrom = ['{}']\nserver = 'env:SMTP'",
    "[mail]\nto = 'a@b.example'\nfrom = 'a@b.example'\nserver = ['{}']",
    "[mail]\nto = 'a@b.example'\nfrom = 'a@b.example'\nserver = 'env:S'\npassword = '{}'",
    "[mail]\nto = 'a@b.example'\nfrom = 'a@b.example'\nserver.address = '{}'",
    "mail = '{}'",
    "[[mail]]\nserver = '{}'",
    "[publish]\nbase_address = '{}'",
    "[publish]\napi_key = '{}'",
    "[publish]\nfolder.token = '{}'",
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_in_the_file_is_refused_and_not_shown(folder: Path, text: str) -> None:
    lines = told(folder, f"{text.format('smtps://me:hunter2@mail.example')}\n\n{LEAST}")
    assert lines
    assert not any("hunter2" in line for line in lines)
    assert all(line.startswith("shop.toml:") for line in lines)


def test_a_secret_is_read_from_the_environment_when_it_is_needed() -> None:
    secret = Secret("SMTP")
    assert not secret.is_set({})
    assert not secret.is_set({"SMTP": ""})
    with pytest.raises(ConfigurationError, match="SMTP is not set"):
        secret.value({})
    assert "hunter2" not in repr(secret)


def test_a_pattern_gives_the_paths_of_the_day(folder: Path) -> None:
    (folder / "shop.toml").write_text(f'{LEAST}[[sources]]\npath = "exports/*.json"\n')
    (source,) = read_configuration("shop.toml", environment={}).sources
    assert source.paths() == []
    for name in ("b.json", "a.json", "c.csv"):
        (folder / "exports" / name).write_text("[]")
    assert source.paths() == [folder / "exports" / name for name in ("a.json", "b.json")]


def test_a_folder_called_like_a_pattern_is_that_folder(folder: Path) -> None:
    (folder / "[old] *").mkdir()
    (folder / "[old] *" / "a.json").write_text("[]")
    (folder / "shop.toml").write_text(
        f'{LEAST}[[sources]]\npath = "[old] *"\n[[sources]]\npath = "[old] */*.json"\n'
    )
    whole, files = read_configuration("shop.toml", environment={}).sources
    assert whole.paths() == [folder / "[old] *"]
    assert files.paths() == [folder / "[old] *" / "a.json"]


def test_absolute_paths_and_paths_upward_are_taken(folder: Path) -> None:
    (folder / "conf").mkdir()
    (folder / "conf" / "shop.toml").write_text(
        f'{LEAST}[[sources]]\npath = "../exports"\n[brand]\nlogo = "{folder}/logo.png"\n'
    )
    read = read_configuration("conf/shop.toml", environment={})
    assert read.sources[0].path == folder / "exports"
    assert read.brand.logo == folder / "logo.png"
    assert read.publish.folder == folder / "conf" / "site"


def test_a_path_upward_from_behind_a_link_leads_where_the_link_does(folder: Path) -> None:
    (folder / "far" / "below").mkdir(parents=True)
    (folder / "far" / "exports").mkdir()
    (folder / "conf").symlink_to(folder / "far" / "below")
    (folder / "shop.toml").write_text(f'{LEAST}[[sources]]\npath = "conf/../exports"\n')
    (source,) = read_configuration("shop.toml", environment={}).sources
    assert source.path.samefile(folder / "far" / "exports")
