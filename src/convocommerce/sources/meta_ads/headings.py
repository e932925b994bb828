"""What Ads Manager calls its columns, in English and Dutch and over the years."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# English and Dutch, with the names that earlier years used. The currency is cut off beforehand.
CSV_HEADINGS = {
    "account id": "account_id",
    "account-id": "account_id",
    "account name": "account_name",
    "accountnaam": "account_name",
    "currency": "currency",
    "valuta": "currency",
    "campaign name": "campaign_name",
    "campagnenaam": "campaign_name",
    "naam campagne": "campaign_name",
    "ad set name": "adset_name",
    "naam advertentieset": "adset_name",
    "advertentiesetnaam": "adset_name",
    "ad name": "ad_name",
    "advertentienaam": "ad_name",
    "naam advertentie": "ad_name",
    "campaign id": "campaign_id",
    "campagne-id": "campaign_id",
    "ad set id": "adset_id",
    "advertentieset-id": "adset_id",
    "id advertentieset": "adset_id",
    "ad id": "ad_id",
    "advertentie-id": "ad_id",
    "day": "day",
    "dag": "day",
    "reporting starts": "reporting_starts",
    "start rapportage": "reporting_starts",
    "reporting ends": "reporting_ends",
    "einde rapportage": "reporting_ends",
    "amount spent": "spend",
    "besteed bedrag": "spend",
    "reach": "reach",
    "bereik": "reach",
    "impressions": "impressions",
    "weergaven": "impressions",
    "vertoningen": "impressions",
    "clicks (all)": "clicks",
    "klikken (alle)": "clicks",
    "link clicks": "link_clicks",
    "klikken op links": "link_clicks",
    "linkklikken": "link_clicks",
    "linkkliks": "link_clicks",
    "messaging conversations started": "conversations_started",
    "gestarte gesprekken via berichten": "conversations_started",
    "total messaging contacts": "messaging_connections",
    "new messaging contacts": "new_messaging_contacts",
    "purchases": "purchases",
    "aankopen": "purchases",
    "purchases conversion value": "purchase_amount",
    "conversiewaarde van aankopen": "purchase_amount",
    "conversiewaarde aankopen": "purchase_amount",
    "attribution setting": "attribution_setting",
    "toeschrijvingsinstelling": "attribution_setting",
    "age": "age",
    "leeftijd": "age",
    "gender": "gender",
    "geslacht": "gender",
    "platform": "platform",
    "placement": "placement",
    "plaatsing": "placement",
    "country": "country",
    "land": "country",
    "region": "region",
    "regio": "region",
    "impression device": "device",
    "weergaveapparaat": "device",
    "device platform": "device_platform",
    "apparaatplatform": "device_platform",
    "product id": "product_id",
    "product-id": "product_id",
    "message destination": "conversion_destination",
    "conversion destination": "conversion_destination",
    "time of day (ad account time zone)": "hour",
    "tijdstip (tijdzone van advertentieaccount)": "hour",
    "time of day (viewer's time zone)": "hour_of_audience",
    "tijdstip (tijdzone van kijker)": "hour_of_audience",
    "results": "results",
    "resultaten": "results",
    "result indicator": "result_indicator",
    "resultatenindicator": "result_indicator",
    "resultaatindicator": "result_indicator",
}

_CURRENCY = re.compile(r"\s*\(([A-Z]{3})\)\s*$")


def _plain(heading: str) -> str:
    return " ".join(heading.replace("\ufeff", "").split())


def csv_heading(heading: str) -> str | None:
    """Return the name of a column, or null to leave it out."""
    return CSV_HEADINGS.get(_CURRENCY.sub("", _plain(heading)).lower())


def currency_in(headings: Sequence[str]) -> Mapping[str, str]:
    """Return the currency that stands in the heading of the spend, if one does."""
    for heading in headings:
        found = _CURRENCY.search(_plain(heading))
        if found and csv_heading(heading) == "spend":
            return {"currency": found.group(1)}
    return {}
