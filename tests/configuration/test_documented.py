"""What the documentation says of a configuration is so: examples, descriptions and the sample."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from convocommerce.configuration import read_configuration
from convocommerce.configuration.mistakes import table_of
from convocommerce.configuration.tables import File
from convocommerce.demo import SAMPLE_RULES

ROOT = Path(__file__).parents[2]
TABLES = {
    name: table
    for name, field in File.model_fields.items()
    if (table := table_of(field)) is not None
}


def test_the_sample_shop_has_a_configuration_that_is_in_order() -> None:
    read = read_configuration(ROOT / "data" / "shop.toml", environment={})
    assert read.rules == SAMPLE_RULES
    assert all(path.exists() for source in read.sources for path in source.paths())
    assert read.reports


@pytest.mark.parametrize("name", TABLES)
def test_every_key_says_what_it_means_and_its_example_is_taken(name: str, tmp_path: Path) -> None:
    table: type[BaseModel] = TABLES[name]
    assert (table.__doc__ or "").strip().endswith(".")
    for file in ("logo.png", "exports/messenger/a.json"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "calls.mapping.toml").write_text(
        'name = "calls"\ntable = "messages"\nfiles = ["calls-*.csv"]\n[columns]\n'
        'message_id = "id"\ncustomer_id = "who"\nsent_at = "when"\ndirection.value = "in"\n'
    )
    values: dict[str, Any] = {}
    for key, field in table.model_fields.items():
        assert (field.description or "").endswith("."), key
        assert field.examples, key
        values[field.alias or key] = tomllib.loads(f"x = {field.examples[0]}")["x"]
    if name == "reports":
        # Only a report of another kind is about one campaign.
        values["kind"] = "campaign"
    if name == "alerts":
        # Its two limits are of two figures, a share and a time.
        del values["below"]
    read = table.model_validate(values, context={"folder": tmp_path})
    assert read.model_fields_set == {
        key for key, field in table.model_fields.items() if (field.alias or key) in values
    }
