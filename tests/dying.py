"""Tasks whose worker is killed. Workers import them, so they stand apart from the tests."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Dying:
    """A task whose worker is killed when it is first tried, after it has written everything.

    Attributes:
        task: What it does.
        mark: A file that tells that it was tried.
        with_executor: Kill the whole executor, not only the process of Python in it.
    """

    task: Any
    mark: str
    with_executor: bool = False

    def work(self) -> Any:
        found = self.task.work()
        if not Path(self.mark).exists():
            Path(self.mark).touch()
            os.kill(executor() if self.with_executor else os.getpid(), signal.SIGKILL)
            time.sleep(60)
        return found


def executor() -> int:
    """Return the executor's process: its daemon, which is our parent, has it as its own."""
    stat = Path(f"/proc/{os.getppid()}/stat").read_text("utf-8")
    found = int(stat.rpartition(")")[2].split()[1])
    command = Path(f"/proc/{found}/cmdline").read_text("utf-8")
    assert "CoarseGrainedExecutorBackend" in command
    return found


@dataclass(frozen=True)
class AlwaysDying:
    """A task whose worker is killed however often it is tried."""

    def work(self) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)
