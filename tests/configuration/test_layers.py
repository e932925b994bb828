"""One setting, four ways to give it: option, environment, file, default; in that order."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from convocommerce.configuration import Configuration, in_force, read_configuration
from convocommerce.configuration.layers import settings
from convocommerce.configuration.mistakes import table_of
from convocommerce.configuration.tables import File
from convocommerce.configuration.telling import toml_value
from convocommerce.errors import ConfigurationError
from convocommerce.rules import Rules

MAIL = {"to": ("a@shop.example",), "from": "b@shop.example", "server": "env:SMTP"}
RULES: dict[str, tuple[Any, Any]] = {
    "time_zone": ("Europe/Amsterdam", "Europe/Berlin"),
    "opening_hours": ("Mo-Fr 09:00-17:00", "Mo-Sa 08:00-12:00"),
    "hours_from": ("helpdesk", "rules"),
    "schedule_mode": ("all_schedules", "single_at_end"),
    "holidays": ("NL", "DE-BY"),
    "unknown_app": ("human", "auto"),
    "no_app": ("bot", "auto"),
    "exclude_customers": (("1", "2"), ("3",)),
    "phone_country_code": ("31", "49"),
    "conversation_gap_hours": (12, 36.5),
    "attribution_window_days": (7, 8),
    "recovered_within_days": (8, 9),
    "cart_abandoned_after_minutes": (61, 62),
    "automatic_reply_seconds": (0, 2.5),
}
OTHER: dict[str, tuple[Any, Any]] = {
    "business.name": ("Slof & Stukje", "Stuk, & Slof"),
    "business.languages": (("nl", "en"), ("nl",)),
    "brand.accent": ("#0b6e4f", "#000000"),
    "brand.logo": ("a.png", "b.png"),
    "publish.base_address": ("https://a.example", "https://b.example/c"),
    "mail.to": (("a@shop.example", "env:BOSS"), ("c@shop.example",)),
    "mail.from": ("a@shop.example", "env:BOSS"),
    "mail.server": ("env:SMTP", "env:OTHER"),
}

PICTURE = b"\x89PNG\r\n\x1a\n"


def two_values(name: str) -> tuple[Any, Any]:
    """Return two different values that a setting can have."""
    table, key = name.split(".")
    if table == "rules":
        return RULES.get(key, (20, 21))
    if name in OTHER:
        return OTHER[name]
    kind = settings()[name].kind
    return ("a", "b") if kind == "path" else (3, 4) if table == "publish" else (0.25, 0.5)


def as_text(value: Any) -> str:
    """Return a value as people type it into a shell."""
    return ",".join(value) if isinstance(value, tuple) else str(value)


def read_back(read: Configuration, name: str) -> Any:
    table, key = name.split(".")
    return getattr(getattr(read, table), {"from": "sender"}.get(key, key))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(PICTURE)
    return tmp_path


def write(folder: Path, **tables: dict[str, Any]) -> None:
    tables = {"business": {"name": "x"}, **tables}
    lines = []
    for table, values in tables.items():
        lines += [f"[{table}]", *(f"{key} = {toml_value(one)}" for key, one in values.items())]
    (folder / "shop.toml").write_text("\n".join(lines))


@pytest.mark.parametrize("name", settings())
def test_every_way_reaches_the_same_value_and_the_nearest_wins(folder: Path, name: str) -> None:
    table, key = name.split(".")
    one, other = two_values(name)
    around: dict[str, Any] = {"mail": MAIL, "business": {"name": "x"}}.get(table, {})

    def read(options: dict[str, Any] | None = None, **environment: str) -> Any:
        return read_back(
            read_configuration("shop.toml", options=options, environment=environment), name
        )

    write(folder, **{table: {**around, key: one}})
    from_file = read()
    assert read({name: as_text(other)}) != from_file
    other_from_option = read({name: as_text(other)}, **{settings()[name].variable: as_text(one)})
    other_from_environment = read(**{settings()[name].variable: as_text(other)})
    write(folder, **{table: {**around, key: other}})
    other_from_file = read()
    assert other_from_option == other_from_environment == other_from_file
    assert type(other_from_option) is type(other_from_environment) is type(other_from_file)
    assert read({name: as_text(one)}) == from_file
    assert read({name: one}) == from_file
    assert read({name: None}) == other_from_file


def test_everything_but_lists_of_tables_and_free_tables_can_be_set() -> None:
    names = {
        f"{table}.{field.alias or key}"
        for table, top in File.model_fields.items()
        if table not in ("sources", "reports", "alerts") and (model := table_of(top)) is not None
        for key, field in model.model_fields.items()
    }
    plain = Rules().to_dict().keys() - {"hours_since", "team_hours", "senders", "told_by"}
    assert settings().keys() == names | {f"rules.{name}" for name in plain}


def test_what_is_typed_is_seen_from_where_one_stands(folder: Path) -> None:
    (folder / "conf").mkdir()
    (folder / "conf" / "shop.toml").write_text('business.name = "x"\npublish.folder = "site"')
    read = read_configuration("conf/shop.toml", environment={})
    assert read.publish.folder == folder / "conf" / "site"
    typed = read_configuration(
        "conf/shop.toml", environment={"CONVOCOMMERCE_PUBLISH_FOLDER": "site"}
    )
    assert typed.publish.folder == folder / "site"


def test_rules_of_another_file_are_set_over_too(folder: Path) -> None:
    (folder / "rules.toml").write_text('time_zone = "Europe/Berlin"\nholidays = "DE"\n')
    write(folder, rules={"file": "rules.toml"})
    read = read_configuration("shop.toml", options={"rules.holidays": "NL"}, environment={})
    assert (read.rules.time_zone, read.rules.holidays) == ("Europe/Berlin", "NL")


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        ({}, {"CONVOCOMMERCE_PUBLISH_KEP": "3"}, "CONVOCOMMERCE_PUBLISH_KEP: no setting has this"),
        (
            {},
            {"CONVOCOMMERCE_PUBLISH_KEEP": "x"},
            "CONVOCOMMERCE_PUBLISH_KEEP: publish.keep is",
        ),
        (
            {},
            {"CONVOCOMMERCE_RULES_TIME_ZONE": "x"},
            "CONVOCOMMERCE_RULES_TIME_ZONE: time_zone",
        ),
        ({}, {"CONVOCOMMERCE_MAIL_SERVER": "smtp://hunter2"}, "CONVOCOMMERCE_MAIL_SERVER: mail.s"),
        ({"publish.kep": "3"}, {}, "publish.kep: there is no setting 'publish.kep', did you mean"),
        ({"publish.keep": "many"}, {}, "publish.keep: publish.keep is 'many' and must be"),
        ({"rules.holidays": "Mars"}, {}, "rules.holidays: "),
        ({"publish.folder": ""}, {}, "publish.folder: publish.folder is '' and must be a path"),
    ],
)
def test_a_mistake_in_what_is_set_names_the_option_or_variable(
    folder: Path, options: dict[str, str], environment: dict[str, str], said: str
) -> None:
    write(folder, mail={**MAIL}, publish={"keep": 3})
    with pytest.raises(ConfigurationError) as caught:
        read_configuration("shop.toml", options=options, environment=environment)
    assert str(caught.value).startswith(said)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_variable_that_is_like_no_setting_is_somebody_elses(folder: Path) -> None:
    write(folder)
    for name in ("NEEDS_BROWSER", "SMTP", "HOME"):
        read_configuration("shop.toml", environment={f"CONVOCOMMERCE_{name}": "1"})


def test_a_variable_that_the_file_names_as_a_secret_is_no_setting(folder: Path) -> None:
    write(folder, mail={**MAIL, "server": "env:CONVOCOMMERCE_MAIL_SERVER"})
    environment = {"CONVOCOMMERCE_MAIL_SERVER": "smtp://hunter2"}
    read = read_configuration("shop.toml", environment=environment)
    assert read.mail is not None
    assert read.mail.server.value(environment) == "smtp://hunter2"
    told = in_force(read, environment)
    assert "CONVOCOMMERCE_MAIL_SERVER is set here" in told
    assert "hunter2" not in told
    assert "CONVOCOMMERCE_MAIL_SERVER is not set here" in in_force(read, {})


def test_what_is_in_force_says_where_it_came_from_and_can_be_read_again(folder: Path) -> None:
    (folder / "rules.toml").write_text('time_zone = "Europe/Berlin"\nsenders.1 = "bot"\n')
    (folder / "shop.toml").write_text(
        """business.name = "Slof \\"&\\" Stukje"
rules.file = "rules.toml"
[[sources]]
path = "."
max_age = "36h"
[targets]
first_response_time.median = "15m"
[[alerts]]
metric = "conversion"
below = 0.1
"""
    )
    read = read_configuration(
        "shop.toml",
        options={"publish.keep": "3"},
        environment={"CONVOCOMMERCE_RULES_HOLIDAYS": "DE"},
    )
    told = in_force(read, {})
    lines = told.splitlines()
    assert 'name = "Slof \\"&\\" Stukje"  # shop.toml:1:10' in lines
    assert 'time_zone = "Europe/Berlin"  # rules.toml:1:1' in lines
    assert 'senders.1 = "bot"  # rules.toml:2:9' in lines
    assert 'holidays = "DE"  # environment: CONVOCOMMERCE_RULES_HOLIDAYS' in lines
    assert "keep = 3  # option: publish.keep" in lines
    assert 'max_age = "36h"  # shop.toml:5:1' in lines
    assert '"first_response_time.median" = 900.0  # shop.toml:7:21' in lines
    assert f"path = {json.dumps(str(folder))}  # shop.toml:4:1; 4 files now" in lines
    assert 'hours_from = "rules"  # default' in lines
    tomllib.loads(told)
    (folder / "again.toml").write_text(told)
    again = read_configuration("again.toml", environment={})
    for part in ("business", "rules", "sources", "targets", "alerts", "publish", "audit"):
        assert getattr(again, part) == getattr(read, part), part
