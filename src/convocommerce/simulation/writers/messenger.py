"""The log of Messenger and Instagram webhooks, as an app that stores every delivery would keep it.

The log has the habits of a real one: lines stand in the order of arrival, some deliveries come
late, some twice, some carry several events, and some events are repeated under ``standby`` for the
app that does not hold the thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.records import Event
from convocommerce.simulation.times import SECOND, local_month
from convocommerce.simulation.writers.files import compact, write_lines
from convocommerce.simulation.writers.messenger_events import body

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from convocommerce.simulation.writers.registry import Told

OBJECTS = {"messenger": "page", "instagram": "instagram"}


@dataclass(eq=False)
class _Delivery:
    """One line of the log before it is written."""

    arrives_at: int
    number: int
    entries: list[dict[str, Any]]


def write_talk(exports: Path, told: Told) -> int:
    """Write the webhook logs of Messenger and Instagram; return the number of lines."""
    events = with_receipts(told.seed, told.events, told.end)
    return sum(
        write(exports / channel, channel, told.seed, events, told.end) for channel in OBJECTS
    )


def with_receipts(seed: int, events: Sequence[Event], end: int) -> list[Event]:
    """Return the events with delivery and read receipts for some of the shop's messages.

    Args:
        seed: The seed of the simulation.
        events: What happened.
        end: The instant from which nothing is exported.
    """
    draw, receipts = Draw(seed, "receipts"), []
    for event in events:
        if event.role not in ("bot", "human", "auto") or not event.mid:
            continue
        if event.thread.channel == "messenger" and draw.chance(0.06):
            at = event.thread.stamp(event.at + draw.whole(250, 1500))
            receipts.append(Event(event.thread, at, "delivery", "system", event.mid))
        if draw.chance(0.08):
            at = event.thread.stamp(event.at + draw.whole(2 * SECOND, 400 * SECOND))
            receipts.append(Event(event.thread, at, "read", "system", event.mid))
    return [*events, *(receipt for receipt in receipts if receipt.at < end)]


def write(folder: Path, channel: str, seed: int, events: Iterable[Event], end: int) -> int:
    """Write one file of webhooks for each month in which some arrived.

    Args:
        folder: The channel's folder.
        channel: messenger or instagram.
        seed: The seed of the simulation.
        events: What happened, on all channels.
        end: The end of the exports; what arrives later closes the last file.

    Returns:
        The number of lines.
    """
    draw = Draw(seed, f"webhooks/{channel}")
    mine = sorted(
        (event for event in events if event.thread.channel == channel),
        key=lambda event: (event.at, event.thread.customer_id),
    )
    log = _resent(draw, _together(draw, _deliveries(draw, mine)))
    log.sort(key=lambda delivery: (delivery.arrives_at, delivery.number))
    months: dict[str, list[str]] = {}
    for delivery in log:
        line = compact({"object": OBJECTS[channel], "entry": delivery.entries})
        months.setdefault(local_month(min(delivery.arrives_at, end - 1)), []).append(line)
    for month, lines in months.items():
        write_lines(folder / f"webhooks-{month}.ndjson", lines)
    return len(log)


def _deliveries(draw: Draw, events: list[Event]) -> list[_Delivery]:
    found: list[_Delivery] = []
    for event in events:
        told_at = event.at + draw.whole(120, 900)
        # Now and then a delivery fails at first and comes late, behind younger ones.
        late = draw.whole(4, 50) * SECOND if draw.chance(0.015) else 0
        inside = body(draw, event)
        found.append(_delivery(event, told_at, late, len(found), "messaging", inside))
        if event.role == "customer" and event.mid and draw.chance(0.015):
            copy = {key: value for key, value in inside.items() if key != "postback"}
            if "postback" in inside:
                # The app that did not send the button is not told what stands behind it.
                kept = inside["postback"].items()
                copy["postback"] = {key: value for key, value in kept if key != "payload"}
            found.append(_delivery(event, told_at, late + 40, len(found), "standby", copy))
    return found


def _delivery(
    event: Event, told_at: int, late: int, number: int, kind: str, inside: dict[str, Any]
) -> _Delivery:
    entry = {"id": event.thread.business_id, "time": told_at, kind: [inside]}
    return _Delivery(told_at + late + 200, number, [entry])


def _together(draw: Draw, deliveries: list[_Delivery]) -> list[_Delivery]:
    """Let some neighbours share a delivery, as two entries or as two events of one entry."""
    deliveries = sorted(deliveries, key=lambda delivery: (delivery.arrives_at, delivery.number))
    found: list[_Delivery] = []
    for delivery in deliveries:
        before = found[-1] if found else None
        is_near = before is not None and delivery.arrives_at - before.arrives_at < 3 * SECOND
        if before is None or not is_near or len(before.entries) > 2 or not draw.chance(0.3):
            found.append(delivery)
            continue
        last, entry = before.entries[-1], delivery.entries[0]
        if "messaging" in last and "messaging" in entry and draw.chance(0.5):
            last["messaging"].extend(entry["messaging"])
        else:
            before.entries.append(entry)
        before.arrives_at = delivery.arrives_at
    return found


def _resent(draw: Draw, deliveries: list[_Delivery]) -> list[_Delivery]:
    again = [
        _Delivery(one.arrives_at + draw.whole(5, 90) * SECOND, one.number, one.entries)
        for one in deliveries
        if draw.chance(0.02)
    ]
    return deliveries + again
