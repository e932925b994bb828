"""Google Analytics 4: the events of its BigQuery export, nested or flattened into columns."""

from __future__ import annotations

from pathlib import Path

from convocommerce.sources.contract import Document, ExportKind, Limit, Source

_TEXT = "VARCHAR"

# What is nested is kept as the text of its JSON, which is also how tables of text columns hold it;
# only the few events that are steps towards buying are taken apart.
_EVENT = dict.fromkeys(
    (
        "event_name",
        "event_timestamp",
        "event_params",
        "event_value_in_usd",
        "event_bundle_sequence_id",
        "user_pseudo_id",
        "stream_id",
        "ecommerce",
        "collected_traffic_source",
        "session_traffic_source_last_click",
    ),
    _TEXT,
)

# Connectors and the queries of people flatten the export; these are the names they give.
_CSV_HEADINGS = {
    "event_name": "event_name",
    "name": "event_name",
    "event_timestamp": "event_timestamp",
    "timestamp": "event_timestamp",
    "event_timestamp_micros": "event_timestamp",
    "user_pseudo_id": "user_pseudo_id",
    "ga_session_id": "ga_session_id",
    "param_ga_session_id": "ga_session_id",
    "session_id": "ga_session_id",
    "bundle_sequence_id": "event_bundle_sequence_id",
    "event_bundle_sequence_id": "event_bundle_sequence_id",
    "stream_id": "stream_id",
    "transaction_id": "transaction_id",
    "ecommerce_transaction_id": "transaction_id",
    "param_transaction_id": "transaction_id",
    "value": "value",
    "param_value": "value",
    "currency": "currency",
    "param_currency": "currency",
    "purchase_revenue": "purchase_revenue",
    "ecommerce_purchase_revenue": "purchase_revenue",
    "refund_value": "refund_value",
    "ecommerce_refund_value": "refund_value",
    "value_in_usd": "value_in_usd",
    "event_value_in_usd": "value_in_usd",
    "purchase_revenue_in_usd": "purchase_revenue_in_usd",
    "ecommerce_purchase_revenue_in_usd": "purchase_revenue_in_usd",
    "refund_value_in_usd": "refund_value_in_usd",
    "ecommerce_refund_value_in_usd": "refund_value_in_usd",
    "param_source": "param_source",
    "source": "param_source",
    "param_medium": "param_medium",
    "medium": "param_medium",
    "param_campaign": "param_campaign",
    "campaign": "param_campaign",
    "collected_traffic_source_manual_source": "collected_source",
    "collected_traffic_source_manual_medium": "collected_medium",
    "collected_traffic_source_manual_campaign_name": "collected_campaign",
}


def _csv_heading(heading: str) -> str | None:
    return _CSV_HEADINGS.get(heading.replace("\ufeff", "").strip().lower().replace(".", "_"))


def _is_event(document: Document) -> bool:
    return (
        isinstance(document.get("event_name"), str)
        and "event_timestamp" in document
        and not document.keys().isdisjoint(("event_params", "user_pseudo_id"))
    )


def _is_flat_event(document: Document) -> bool:
    found = {_csv_heading(heading) for heading in document if isinstance(heading, str)}
    return {"event_name", "event_timestamp", "user_pseudo_id"} <= found


_OF_ANALYTICS = (
    Limit(
        "It holds what browsers reported: visits behind blockers are missing, so its counts never "
        "equal the shop's, and only rates are worth comparing.",
        about=("completeness",),
    ),
    Limit("What visitors did who refused cookies belongs to no visit.", about=("customers",)),
    Limit("The newest three days still change.", about=("completeness",)),
    Limit("It names nobody, so no visit is tied to a chat.", about=("customers",)),
)

EVENTS = ExportKind(
    name="events",
    title="Google Analytics 4 events (BigQuery export)",
    recognise=_is_event,
    structure=_EVENT,
    cannot_tell=_OF_ANALYTICS,
)

EVENTS_CSV = ExportKind(
    name="events_csv",
    title="Google Analytics 4 events as a flat table",
    recognise=_is_flat_event,
    structure=dict.fromkeys(sorted(set(_CSV_HEADINGS.values())), _TEXT),
    headings=_csv_heading,
    required_headings=("user_pseudo_id",),
    cannot_tell=(
        *_OF_ANALYTICS,
        Limit(
            "Where amounts are given in dollars only, Google converted them at the rate of the "
            "day.",
            about=(),
        ),
    ),
)

SOURCE = Source(
    name="ga4",
    title="Google Analytics 4",
    folder=Path(__file__).parent,
    made_by=(
        (
            "Link the property to BigQuery (Admin, Product links) and export its tables "
            "events_YYYYMMDD as JSON or Parquet, or as a CSV with a row for each event."
        ),
    ),
    kinds=(EVENTS, EVENTS_CSV),
)
