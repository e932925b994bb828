"""What web analytics saw of the shop's website: daily files of Google Analytics 4 events.

Some browsers block it and some visitors refuse cookies, so it never sees everybody. The last day
also stands in its intraday form, which does not know yet where visits came from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import MINUTE, SECOND, local_time
from convocommerce.simulation.truth import money
from convocommerce.simulation.writers.files import compact, write_lines

if TYPE_CHECKING:
    from pathlib import Path

    from convocommerce.simulation.writers.registry import Sold

_SOURCES = (
    (("google", "organic", "(organic)"), 5),
    (("meta", "paid", "warme_voeten"), 2),
    (("nieuwsbrief", "email", "zomer"), 1),
    (("(direct)", "(none)", "(direct)"), 3),
)


@dataclass(frozen=True)
class SeenVisits:
    """What was written of visits that were over at the end.

    Attributes:
        begun: Visits by browsers that kept cookies in which a checkout was begun.
        bought: Those of them with a purchase.
    """

    begun: int
    bought: int


@dataclass(frozen=True)
class _Visit:
    """One visit: when it began, its steps, and the order that was placed in it."""

    at: int
    steps: tuple[tuple[int, str], ...]
    cents: int
    number: str = ""


def write_visits(exports: Path, sold: Sold) -> SeenVisits:
    """Write one file of events for each local day on which any was seen.

    Args:
        exports: The folder of all exports.
        sold: What was bought and left behind.

    Returns:
        How many visits with a checkout were written, and with a purchase.
    """
    draw = Draw(sold.seed, "ga4")
    days: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    begun = bought = 0
    for visit in _visits(sold):
        if draw.chance(0.12):
            continue
        is_known = not draw.chance(0.08)
        visitor = f"{draw.digits(9)}.{visit.at // SECOND - draw.whole(0, 90_000)}"
        source = draw.weighted(_SOURCES)
        steps = {step for _, step in visit.steps}
        if is_known and "begin_checkout" in steps:
            begun += 1
            bought += "purchase" in steps
        for at, step in visit.steps:
            micros = at * 1000 + draw.whole(0, 999)
            event = _event(visit, micros, step, visitor if is_known else None, source)
            days.setdefault(f"{local_time(at):%Y%m%d}", []).append((micros, event))
    last = max(days, default="")
    for day, found in days.items():
        events = [event for _, event in sorted(found, key=lambda one: one[0])]
        write_lines(exports / "ga4" / f"events_{day}.ndjson", map(compact, events))
        if day == last:
            early = [event | {"session_traffic_source_last_click": None} for event in events]
            write_lines(exports / "ga4" / f"events_intraday_{day}.ndjson", map(compact, early))
    return SeenVisits(begun, bought)


def _visits(sold: Sold) -> list[_Visit]:
    """Return every visit that ended half an hour before the end, in order."""
    left = {checkout.token for checkout in sold.checkouts}
    last = sold.end - 31 * MINUTE
    visits = [
        _Visit(
            checkout.started_at - 2 * MINUTE,
            (
                (checkout.started_at - 2 * MINUTE, "page_view"),
                (checkout.started_at - MINUTE, "add_to_cart"),
                (checkout.started_at, "begin_checkout"),
            ),
            checkout.total_cents,
        )
        for checkout in sold.checkouts
    ]
    for order in sold.orders:
        at = order.created_at
        # Who comes back to a checkout that was left pays at once.
        before = (
            ((at - MINUTE, "page_view"),)
            if order.checkout_token in left
            else (
                (at - 6 * MINUTE, "page_view"),
                (at - 5 * MINUTE, "view_item"),
                (at - 4 * MINUTE, "add_to_cart"),
                (at - 3 * MINUTE, "begin_checkout"),
                (at - MINUTE, "add_payment_info"),
            )
        )
        steps = (*before, (at, "purchase"))
        visits.append(_Visit(before[0][0], steps, order.total_cents, order.number))
    kept = [visit for visit in visits if visit.steps[-1][0] < last]
    return sorted(kept, key=lambda visit: (visit.at, visit.number))


def _event(
    visit: _Visit, micros: int, step: str, visitor: str | None, source: tuple[str, str, str]
) -> dict[str, Any]:
    """Return an event as the export writes it, in which whole numbers are text."""
    params = [_param("page_location", "https://wollen.example/")]
    if visitor is not None:
        params.append(_param("ga_session_id", visit.at // SECOND))
    amount = money(visit.cents)
    if step != "page_view":
        params += [_param("currency", "EUR"), _param("value", float(amount))]
    is_purchase = step == "purchase"
    return {
        "event_date": f"{local_time(micros // 1000):%Y%m%d}",
        "event_timestamp": str(micros),
        "event_name": step,
        "event_params": params,
        "event_bundle_sequence_id": str(micros % 1_000_003),
        "user_pseudo_id": visitor,
        "stream_id": "5550001",
        "platform": "WEB",
        "traffic_source": {"source": source[0], "medium": source[1], "name": source[2]},
        "session_traffic_source_last_click": {
            "manual_campaign": {
                "source": source[0],
                "medium": source[1],
                "campaign_name": source[2],
            }
        }
        if visitor is not None
        else None,
        "ecommerce": {"transaction_id": visit.number, "purchase_revenue": float(amount)}
        if is_purchase
        else {"transaction_id": "(not set)"},
    }


def _param(key: str, value: str | int | float) -> dict[str, Any]:
    told: dict[str, Any] = dict.fromkeys(
        ("string_value", "int_value", "float_value", "double_value")
    )
    if isinstance(value, str):
        told["string_value"] = value
    elif isinstance(value, int):
        told["int_value"] = str(value)
    else:
        told["double_value"] = value
    return {"key": key, "value": told}
