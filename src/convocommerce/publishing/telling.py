"""What a run says while it works: lines on standard error, as text or as JSON.

Lines hold counts, names of files and figures of the build, and nothing out of the data.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import traceback
from typing import TextIO

from convocommerce.errors import ConvocommerceError

LOGS = ("text", "json")
"""How lines can be written."""


def unexpected(error: Exception) -> ConvocommerceError:
    """Return what may be told of an error that nobody expected.

    What it says may quote the data; its kind and its place never do.
    """
    steps = traceback.extract_tb(error.__traceback__)
    where = f" in {steps[-1].name}, line {steps[-1].lineno}" if steps else ""
    told = f"unexpected {type(error).__name__}{where}; please report it"
    return ConvocommerceError(told)


class Log:
    r"""Where a run tells what it does.

    >>> import io
    >>> lines = io.StringIO()
    >>> Log("text", lines).tell("load", "3 files", files=3)
    >>> lines.getvalue()
    'convocommerce: load: 3 files\n'
    """

    def __init__(self, style: str = "text", stream: TextIO | None = None) -> None:
        """Write lines in a style of ``LOGS``, to standard error unless told otherwise."""
        self._style = style
        self._stream = stream

    def tell(self, step: str, text: str, level: str = "info", /, **facts: object) -> None:
        """Write one line.

        Args:
            step: What is being done: ``load``, ``audit``, ``render`` ...
            text: What is to be said, in a sentence without anything personal.
            level: ``info``, ``warning`` or ``error``.
            **facts: The same as plain values, for machines.
        """
        stream = self._stream or sys.stderr
        if self._style == "json":
            at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
            line = {"at": at, "level": level, "step": step, "text": text, **facts}
            print(json.dumps(line, ensure_ascii=False, default=str), file=stream, flush=True)
        else:
            mark = "" if level == "info" else f"{level}: "
            print(f"convocommerce: {mark}{step}: {text}", file=stream, flush=True)
