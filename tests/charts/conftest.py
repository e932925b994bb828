"""Lets tests of this folder share its samples although tests are no packages."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType


def _samples() -> ModuleType:
    path = Path(__file__).with_name("samples.py")
    spec = importlib.util.spec_from_file_location("charts_samples", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


_SAMPLES = _samples()


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    """The module of sample charts."""
    return _SAMPLES


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``chart`` with every sample, and in both languages."""
    if "chart" in metafunc.fixturenames:
        metafunc.parametrize("chart", _SAMPLES.ALL.values(), ids=_SAMPLES.ALL.keys())
    if "language" in metafunc.fixturenames:
        metafunc.parametrize("language", ["en", "nl"])
