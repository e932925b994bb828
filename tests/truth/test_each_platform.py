"""The same shop told through any platform gives the same figures, where the platform can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from convocommerce.errors import UnknownNameError
from convocommerce.simulation import simulate
from through import assert_same, found_conversations, loaded_through, told_conversations


def test_through_messenger(tmp_path: Path) -> None:
    with loaded_through(tmp_path) as world:
        assert_same(told_conversations(world), found_conversations(world))


def test_a_platform_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'messenger'"):
        simulate(tmp_path, talk="mesenger")
