"""The first configuration of a business: little is asked, and the exports tell the rest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from convocommerce.configuration import Configuration, read_configuration
from convocommerce.errors import UsageError
from convocommerce.starting.asking import Answers, Ask, put, suggested
from convocommerce.starting.looking import Sighting, look
from convocommerce.starting.writing import GUESS, configuration_text

__all__ = ["GUESS", "Answers", "Ask", "Sighting", "begin", "check_free", "look"]


def check_free(path: Path) -> None:
    """Check that a configuration can be written to a path, before anybody is asked anything.

    Raises:
        UsageError: Something is there already, or there is no folder to write into.
    """
    if os.path.lexists(path):
        raise UsageError(f"{path} is there already and is left alone; give another name: --out")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent} to write {path.name} into; make it")


def begin(
    path: Path, exports: Sequence[Path], sighting: Sighting, ask: Ask | None = None
) -> Configuration:
    """Write a first configuration, and read it back.

    Args:
        path: The file to write; nothing may be there yet.
        exports: The files and folders that were looked at; may be none.
        sighting: What they tell: ``look(exports)``.
        ask: Asks the questions; null takes the answers they would start from.

    Raises:
        UsageError: Something is there already.
    """
    check_free(path)
    answers = suggested(path.parent, sighting)
    if ask is not None:
        answers = put(ask, answers)
    text = configuration_text(answers, sighting, exports, path.parent, is_asked=ask is not None)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        check_free(path)
        raise
    try:
        return read_configuration(path, environment={})
    except BaseException:
        path.unlink()
        raise
