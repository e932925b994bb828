"""What the ads cost and claim: Insights pages, and the CSV that people take from Ads Manager.

The account is European, so the platform does not tell how many conversations an ad started; it
only tells how many accounts got in touch, which is close to what the chats show but not equal.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.times import local_time
from convocommerce.simulation.truth import money
from convocommerce.simulation.world import AD_ACCOUNT, ADS, Ad
from convocommerce.simulation.writers.files import CSV_BOM, write_page, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from convocommerce.simulation.records import Event

CSV_COLUMNS = (
    "Dag",
    "Campagnenaam",
    "Naam advertentieset",
    "Naam advertentie",
    "Advertentie-ID",
    "Besteed bedrag (EUR)",
    "Weergaven",
    "Bereik",
    "Klikken (alle)",
    "Linkklikken",
    "Toeschrijvingsinstelling",
)
_SETTING = "7d_click_1d_view"


@dataclass(frozen=True)
class AdDay:
    """One ad on one day."""

    ad: Ad
    day: date
    cents: int
    impressions: int
    reach: int
    clicks: int
    link_clicks: int
    contacts: int
    purchases: int


def ad_days(
    seed: int, days: Sequence[date], per_day: float, events: Iterable[Event]
) -> list[AdDay]:
    """Return what each ad did on each day.

    Args:
        seed: The seed of the simulation.
        days: The local days.
        per_day: Conversations a day, to which money and reach are in proportion.
        events: What happened; the people who came by an ad are counted from it.
    """
    draw = Draw(seed, "ads")
    came = Counter(
        (event.touch.ad_id, local_time(event.at).date())
        for event in events
        if event.touch and event.touch.ad_id
    )
    found = []
    for day in days:
        for ad in ADS:
            cents = int(ad.day_cents * per_day * draw.quantile((80, 95, 105, 120)) / 1800)
            contacts = came[ad.ad_id, day] + draw.weighted(((0, 8), (1, 2)))
            link_clicks = contacts * 2 + draw.whole(0, 6)
            impressions = cents * draw.whole(11, 17) // 10 + 40 * link_clicks
            found.append(
                AdDay(
                    ad=ad,
                    day=day,
                    cents=cents,
                    impressions=impressions,
                    reach=impressions * draw.whole(70, 92) // 100,
                    clicks=link_clicks + draw.whole(1, 25),
                    link_clicks=link_clicks,
                    contacts=contacts,
                    purchases=draw.binomial(contacts, 0.12),
                )
            )
    return found


def write(folder: Path, rows: Sequence[AdDay]) -> None:
    """Write a page of Insights for each month, but the CSV of Ads Manager for the last of several.

    Args:
        folder: The platform's folder.
        rows: What each ad did on each day.
    """
    months: dict[str, list[AdDay]] = {}
    for row in rows:
        months.setdefault(f"{row.day:%Y-%m}", []).append(row)
    names = sorted(months)
    for number, month in enumerate(names):
        if number and number == len(names) - 1:
            write_text(folder / f"advertenties-{month}.csv", _csv(months[month]))
            continue
        cursors = {"before": f"{month}-b", "after": f"{month}-a"}
        records = map(insight, months[month])
        write_page(folder / f"insights-{month}.json", "data", records, paging={"cursors": cursors})


def write_objects(folder: Path) -> None:
    """Write the ad account and its campaigns, ad sets and ads, each as a page of the API.

    Args:
        folder: The platform's folder.
    """
    changed = {
        "created_time": "2026-05-20T09:00:00+0200",
        "updated_time": "2026-05-28T16:05:00+0200",
    }
    state = {"status": "ACTIVE", "effective_status": "ACTIVE", **changed}
    account = {
        "id": f"act_{AD_ACCOUNT}",
        "account_id": AD_ACCOUNT,
        "account_status": 1,
        "name": "Wollen",
        "currency": "EUR",
        "timezone_name": "Europe/Amsterdam",
    }
    campaigns = {
        ad.campaign_id: {
            "id": ad.campaign_id,
            "account_id": AD_ACCOUNT,
            "name": ad.campaign,
            "objective": "OUTCOME_ENGAGEMENT",
            "buying_type": "AUCTION",
            **state,
        }
        for ad in ADS
    }
    adsets = {
        ad.adset_id: {
            "id": ad.adset_id,
            "account_id": AD_ACCOUNT,
            "campaign_id": ad.campaign_id,
            "name": ad.adset,
            "optimization_goal": "CONVERSATIONS",
            "destination_type": "MESSAGING_INSTAGRAM_DIRECT_MESSENGER",
            **state,
        }
        for ad in ADS
    }
    ads = [
        {
            "id": ad.ad_id,
            "account_id": AD_ACCOUNT,
            "campaign_id": ad.campaign_id,
            "adset_id": ad.adset_id,
            "name": ad.name,
            "creative": {"id": f"2385{ad.ad_id[-13:]}"},
            **state,
        }
        for ad in ADS
    ]
    pages: dict[str, Iterable[dict[str, Any]]] = {
        "adaccounts": [account],
        "campaigns": campaigns.values(),
        "adsets": adsets.values(),
        "ads": ads,
    }
    for name, records in pages.items():
        paging = {"cursors": {"before": f"{name}-b", "after": f"{name}-a"}}
        write_page(folder / f"{name}.json", "data", records, paging=paging)


def insight(row: AdDay) -> dict[str, Any]:
    """Return one record of the Insights interface, in which every number is text."""
    ad, day = row.ad, row.day.isoformat()
    actions = [
        ("link_click", row.link_clicks),
        ("page_engagement", row.clicks),
        ("onsite_conversion.total_messaging_connection", row.contacts),
    ]
    if row.day.day % 7 == 0:
        # Some days carry the excluded counts as 0 instead of leaving them out.
        actions.append(("onsite_conversion.messaging_first_reply", 0))
        actions.append(("onsite_conversion.messaging_conversation_started_7d", 0))
    values: list[tuple[str, int]] = []
    if row.purchases:
        # The same purchases under three names: one of them is to be read, never their sum.
        names = ("omni_purchase", "purchase", "offsite_conversion.fb_pixel_purchase")
        actions += [(name, row.purchases) for name in names]
        values = [(name, row.purchases * 3490) for name in names]
    return {
        "account_id": AD_ACCOUNT,
        "account_currency": "EUR",
        "campaign_id": ad.campaign_id,
        "campaign_name": ad.campaign,
        "adset_id": ad.adset_id,
        "adset_name": ad.adset,
        "ad_id": ad.ad_id,
        "ad_name": ad.name,
        "attribution_setting": _SETTING,
        "date_start": day,
        "date_stop": day,
        "impressions": str(row.impressions),
        "reach": str(row.reach),
        "clicks": str(row.clicks),
        "inline_link_clicks": str(row.link_clicks),
        "spend": money(row.cents),
        "actions": [{"action_type": name, "value": str(value)} for name, value in actions],
        "action_values": [{"action_type": name, "value": money(cents)} for name, cents in values],
    }


def _csv(rows: Sequence[AdDay]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    total = [sum(row.cents for row in rows), *(_sum(rows, name) for name in _COUNTS)]
    writer.writerow(["", "", "", "", "", _dutch(total[0]), *map(_thousands, total[1:]), ""])
    for row in rows:
        counts = [getattr(row, name) for name in _COUNTS]
        ad = row.ad
        names = [row.day.isoformat(), ad.campaign, ad.adset, ad.name, ad.ad_id]
        writer.writerow([*names, _dutch(row.cents), *map(_thousands, counts), _SETTING])
    return CSV_BOM + buffer.getvalue()


_COUNTS = ("impressions", "reach", "clicks", "link_clicks")


def _sum(rows: Sequence[AdDay], name: str) -> int:
    return sum(int(getattr(row, name)) for row in rows)


def _thousands(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _dutch(cents: int) -> str:
    return f"{_thousands(cents // 100)},{cents % 100:02d}"
