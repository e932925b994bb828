"""The committed example is what the sample shop's page would be now, on any machine."""

from __future__ import annotations

import importlib.util
from pathlib import Path

MAKER = Path(__file__).parents[2] / "reports" / "make_example.py"


def test_example_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("make_example", MAKER)
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    text = maker.EXAMPLE.read_text("utf-8")
    assert text == maker.example(), "run reports/make_example.py"
