"""Tasks whose worker is killed. Workers import them, so they stand apart from the tests."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Dying:
    """A task whose worker is killed when it is first tried, after it has written everything."""

    task: Any
    mark: str

    def work(self) -> Any:
        found = self.task.work()
        if not Path(self.mark).exists():
            Path(self.mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return found


@dataclass(frozen=True)
class AlwaysDying:
    """A task whose worker is killed however often it is tried."""

    def work(self) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)
