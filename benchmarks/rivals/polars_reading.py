"""Reads what the Polars rival starts from: records as they stand in Parquet, or exports.

Lines of exports are read as text and decoded with an explicit structure: Polars' own NDJSON reader
needs about twenty times the processor for nested documents like these. It knows what
``generate.py`` writes and no more: it judges no document and keeps no books.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import common
import polars as pl

_TEXT = pl.String
_EVENT = pl.Struct(
    {
        "sender": pl.Struct({"id": _TEXT}),
        "recipient": pl.Struct({"id": _TEXT}),
        "timestamp": pl.Int64,
        "message": pl.Struct(
            {
                "mid": _TEXT,
                "text": _TEXT,
                "is_echo": pl.Boolean,
                "app_id": _TEXT,
                "attachments": pl.List(pl.Struct({"type": _TEXT})),
                "referral": pl.Struct({"ad_id": _TEXT}),
            }
        ),
        "postback": pl.Struct({"mid": _TEXT, "referral": pl.Struct({"ad_id": _TEXT})}),
        "reaction": pl.Struct({"action": _TEXT}),
    }
)
_DELIVERY = pl.Struct(
    {"object": _TEXT, "entry": pl.List(pl.Struct({"messaging": pl.List(_EVENT)}))}
)
_REFUND = pl.Struct({"created_at": _TEXT, "transactions": pl.List(pl.Struct({"amount": _TEXT}))})
_ORDER = pl.Struct(
    {
        "id": pl.Int64,
        "created_at": _TEXT,
        "cancelled_at": _TEXT,
        "test": pl.Boolean,
        "financial_status": _TEXT,
        "checkout_token": _TEXT,
        "cart_token": _TEXT,
        "total_price": _TEXT,
        "note_attributes": pl.List(pl.Struct({"name": _TEXT, "value": _TEXT})),
        "refunds": pl.List(_REFUND),
    }
)
_CHECKOUT = pl.Struct(
    {
        "id": pl.Int64,
        "token": _TEXT,
        "cart_token": _TEXT,
        "created_at": _TEXT,
        "completed_at": _TEXT,
    }
)
_AD = pl.Struct({"ad_id": _TEXT, "ad_name": _TEXT})
MONEY = pl.Decimal(18, 4)


@dataclass(frozen=True)
class Records:
    """What the figures are made of; every instant is in epoch milliseconds.

    Attributes:
        messages: ``thread, channel, t, is_out, is_reaction, app_id, text``.
        threads: ``thread, customer``, for orders that name the customer.
        touches: ``thread, t, ad_id``: what brought people.
        ads: ``ad_id, ad``.
        orders: ``order, customer, ordered, cancelled, is_test, status, checkout_token, cart_token,
            total``.
        refunds: ``order, refunded, amount``.
        checkouts: ``checkout, token, cart, started, own``.
    """

    messages: pl.LazyFrame
    threads: pl.LazyFrame
    touches: pl.LazyFrame
    ads: pl.LazyFrame
    orders: pl.LazyFrame
    refunds: pl.LazyFrame
    checkouts: pl.LazyFrame


def from_records(folder: Path) -> Records:
    """Scan the Parquet files."""

    def scan(name: str) -> pl.LazyFrame:
        return pl.scan_parquet(folder / "records" / f"{name}.parquet")

    def ms(column: str, name: str) -> pl.Expr:
        return pl.col(column).dt.epoch("ms").alias(name)

    thread, messages = pl.col("thread_key").alias("thread"), scan("messages")
    customers = scan("identities").filter(
        (pl.col("subject_kind") == "order") & (pl.col("key_kind") == "chat_id")
    )
    orders = scan("orders").select(
        pl.col("order_id").alias("order"),
        ms("created_at", "ordered"),
        ms("cancelled_at", "cancelled"),
        pl.col("is_test").fill_null(False),
        pl.col("payment_status").alias("status"),
        "checkout_token",
        "cart_token",
        pl.col("total_amount").alias("total"),
    )
    named = customers.select(
        pl.col("subject_id").str.strip_prefix("shopify:").alias("order"),
        pl.col("key_value").alias("customer"),
    )
    return Records(
        messages=messages.select(
            thread,
            "channel",
            ms("sent_at", "t"),
            (pl.col("direction") == "out").alias("is_out"),
            (pl.col("kind") == "reaction").alias("is_reaction"),
            "app_id",
            "text",
        ),
        threads=messages.group_by(thread).agg(pl.col("customer_id").first().alias("customer")),
        touches=scan("touchpoints").select(thread, ms("occurred_at", "t"), "ad_id"),
        ads=scan("ad_days").group_by("ad_id").agg(pl.col("ad_name").last().alias("ad")),
        orders=orders.join(named, on="order", how="left"),
        refunds=scan("refunds").select(
            pl.col("order_id").alias("order"),
            ms("refunded_at", "refunded"),
            pl.col("refund_amount").alias("amount"),
        ),
        checkouts=scan("checkouts").select(
            pl.col("checkout_id").alias("checkout"),
            pl.col("checkout_token").alias("token"),
            pl.col("cart_token").alias("cart"),
            ms("created_at", "started"),
            ms("completed_at", "own"),
        ),
    )


def from_exports(folder: Path) -> Records:
    """Decode the exports."""
    exports = folder / "exports"
    events = pl.concat([_events(path) for path in sorted(exports.glob("*-webhooks.ndjson"))])
    messages = events.unique("mid", keep="any").lazy()
    orders = _pages(exports / "orders.json", "orders", _ORDER).with_columns(
        pl.col("id").cast(_TEXT).alias("order")
    )
    refunds = (
        orders.select("order", "refunds")
        .explode("refunds")
        .unnest("refunds")
        .explode("transactions")
        .unnest("transactions")
        .drop_nulls("amount")
    )
    customer = pl.col("note_attributes").list.get(0, null_on_oob=True).struct.field("value")
    return Records(
        messages=messages.drop("mid", "ad_id", "customer"),
        threads=messages.group_by("thread").agg(pl.col("customer").first()),
        touches=messages.drop_nulls("ad_id").select("thread", "t", "ad_id"),
        ads=_pages(exports / "insights.json", "data", _AD)
        .group_by("ad_id")
        .agg(pl.col("ad_name").last().alias("ad"))
        .lazy(),
        orders=orders.select(
            "order",
            customer.alias("customer"),
            _ms("created_at").alias("ordered"),
            _ms("cancelled_at").alias("cancelled"),
            pl.col("test").alias("is_test"),
            pl.col("financial_status").alias("status"),
            "checkout_token",
            "cart_token",
            pl.col("total_price").cast(MONEY).alias("total"),
        ).lazy(),
        refunds=refunds.select(
            "order", _ms("created_at").alias("refunded"), pl.col("amount").cast(MONEY)
        ).lazy(),
        checkouts=_pages(exports / "checkouts.json", "checkouts", _CHECKOUT)
        .select(
            pl.col("id").cast(_TEXT).alias("checkout"),
            "token",
            pl.col("cart_token").alias("cart"),
            _ms("created_at").alias("started"),
            _ms("completed_at").alias("own"),
        )
        .lazy(),
    )


def week(column: str) -> pl.Expr:
    """Return the Monday of an instant's local week."""
    return local(column).dt.truncate("1w").dt.date().alias("week")


def local(column: str) -> pl.Expr:
    """Return an instant in epoch milliseconds as the shop's local time."""
    utc = pl.from_epoch(column, "ms").dt.replace_time_zone("UTC")
    return utc.dt.convert_time_zone(common.ZONE)


def _documents(path: Path, structure: pl.Struct) -> pl.DataFrame:
    lines = pl.read_csv(
        path, has_header=False, separator="\x01", quote_char=None, schema={"line": _TEXT}
    )
    return lines.select(pl.col("line").str.json_decode(structure)).unnest("line")


def _pages(path: Path, key: str, structure: pl.Struct) -> pl.DataFrame:
    pages = _documents(path, pl.Struct({key: pl.List(structure)}))
    return pages.explode(key).unnest(key)


def _ms(column: str) -> pl.Expr:
    return pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%S%z").dt.epoch("ms")


def _events(path: Path) -> pl.DataFrame:
    said, tapped = pl.col("message").struct, pl.col("postback").struct
    reacted = pl.col("reaction").struct.field("action").is_not_null()
    has_content = said.field("text").is_not_null() | said.field("attachments").is_not_null()
    channel = pl.when(pl.col("object") == "page").then(pl.lit("messenger")).otherwise("object")
    sender, recipient = (pl.col(end).struct.field("id") for end in ("sender", "recipient"))
    is_out = said.field("is_echo").fill_null(False)
    customer = pl.when(is_out).then(recipient).otherwise(sender)
    # Who reacts twice to one message reacts at two instants; a delivery sent again has the same.
    reaction = pl.format("reaction {} {}", sender, pl.col("timestamp"))
    return (
        _documents(path, _DELIVERY)
        .lazy()
        .explode("entry")
        .select("object", pl.col("entry").struct.field("messaging"))
        .explode("messaging")
        .unnest("messaging")
        .filter(has_content | tapped.field("mid").is_not_null() | reacted)
        .select(
            pl.struct("object", customer).hash().alias("thread"),
            channel.cast(pl.Enum(["messenger", "instagram"])).alias("channel"),
            customer.alias("customer"),
            pl.col("timestamp").alias("t"),
            pl.coalesce(said.field("mid"), tapped.field("mid"), reaction).alias("mid"),
            is_out.alias("is_out"),
            reacted.alias("is_reaction"),
            said.field("app_id").alias("app_id"),
            said.field("text").alias("text"),
            pl.coalesce(
                source.field("referral").struct.field("ad_id") for source in (said, tapped)
            ).alias("ad_id"),
        )
        .collect()
    )
