"""Progress that people can see: how far, how fast and how long still, where somebody is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]

WORTH_SHOWING = 64 << 20
"""Bytes from which a load in a notebook shows how far it is."""


@contextmanager
def progress_bar(*, of: str = "loading") -> Iterator[Progress | None]:
    """Show a bar while something runs, if somebody is looking; gives nothing otherwise.

    In a terminal the bar stands on standard error and goes away when it is done; in a notebook it
    appears only for work of at least 64 MiB, so that small outputs stay what they are.

    Args:
        of: What is being done, until the first file is named.
    """
    is_notebook = _is_notebook()
    if not is_notebook and not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(force_jupyter=True) if is_notebook else Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(of, total=None)

    def tell(name: str, done: int, total: int) -> None:
        if not bar.live.is_started and (not is_notebook or total >= WORTH_SHOWING):
            bar.start()
        bar.update(task, description=name, completed=done, total=total)

    try:
        yield tell
    finally:
        bar.stop()


def _is_notebook() -> bool:
    """Whether this runs in a notebook's kernel, without importing what is not there yet."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")
