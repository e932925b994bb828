"""Which exports the simulated shop can write: each is a module beside this one.

A module that writes what people said has ``write_talk(exports, told)``, one that writes what they
bought has ``write_sales(exports, sold)``; both make their own folder in ``exports``.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.errors import UnknownNameError

if TYPE_CHECKING:
    from pathlib import Path

    from convocommerce.simulation.records import Checkout, Event, Order
    from convocommerce.simulation.truth import Story

TALK = (
    "messenger",
    "messenger_api",
    "messenger_archive",
    "whatsapp",
    "whatsapp_chat",
    "zendesk",
    "zendesk_chat",
    "sunshine",
    "intercom",
    "chatwoot",
)
"""Platforms through which the simulated shop can have talked."""

SALES = ("shopify", "woocommerce", "stripe")
"""Platforms through which it can have sold."""


@dataclass(frozen=True)
class Told:
    """What was said, as far as exports show it.

    Attributes:
        seed: The seed of the simulation.
        events: Everything that happened in the threads, in the order it was decided.
        stories: The conversations as the truth cuts them, each with what was said in it.
        end: The instant from which nothing is exported, in milliseconds.
    """

    seed: int
    events: list[Event]
    stories: list[Story]
    end: int


@dataclass(frozen=True)
class Sold:
    """What was bought and left behind.

    Attributes:
        seed: The seed of the simulation.
        orders: Every order, in the order in which they were placed.
        checkouts: Every checkout that was not finished at once.
        end: The instant from which nothing is exported, in milliseconds.
    """

    seed: int
    orders: list[Order]
    checkouts: list[Checkout]
    end: int


def write_talk(name: str, exports: Path, told: Told) -> int:
    """Write what was said as one platform exports it.

    Returns:
        The number of documents.

    Raises:
        UnknownNameError: The simulated shop cannot write that platform's export.
    """
    return int(_module(name, TALK).write_talk(exports, told))


def write_sales(name: str, exports: Path, sold: Sold) -> None:
    """Write what was bought as one platform exports it.

    Raises:
        UnknownNameError: The simulated shop cannot write that platform's export.
    """
    _module(name, SALES).write_sales(exports, sold)


def _module(name: str, known: tuple[str, ...]) -> Any:
    if name not in known:
        raise UnknownNameError("export of the simulated shop", name, known)
    return importlib.import_module(f"convocommerce.simulation.writers.{name}")
