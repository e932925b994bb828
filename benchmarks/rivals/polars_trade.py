"""The part of the Polars rival about orders and checkouts."""

from __future__ import annotations

import common
import polars as pl
from common import Figure
from polars_reading import Records, week


def sales_of(
    records: Records, messages: pl.DataFrame, told: pl.DataFrame, as_of: int
) -> pl.DataFrame:
    """Return the paid orders in a chat, with the last conversation before each in the window."""
    repaid = (
        records.refunds.filter(pl.col("refunded") <= as_of)
        .group_by("order")
        .agg(pl.col("amount").sum())
    )
    candidates = (
        records.orders.join(records.threads, on="customer")
        .join(told.lazy(), on="thread")
        .filter(
            (pl.col("asked") <= pl.col("ordered"))
            & (pl.col("last") >= pl.col("ordered") - common.WINDOW_MS)
        )
        .sort("ordered")
    )
    touched = candidates.join_asof(
        messages.lazy().select("conversation", pl.col("t").alias("touched")).sort("touched"),
        left_on="ordered",
        right_on="touched",
        by="conversation",
        check_sortedness=False,
    )
    return (
        touched.filter(pl.col("touched") >= pl.col("ordered") - common.WINDOW_MS)
        .sort("started")
        .group_by("order")
        .last()
        .join(repaid, on="order", how="left")
        .with_columns((pl.col("total") - pl.col("amount").fill_null(0)).alias("net"))
        .filter(
            pl.col("status").is_in(["paid", "partially_paid", "partially_refunded", "refunded"])
            & ~(pl.col("cancelled") <= as_of).fill_null(False)
            & ~pl.col("is_test")
            & (pl.col("net") > 0)
        )
        .collect()
    )


def conversions(
    label: str, by: list[str], told: pl.DataFrame, sales: pl.DataFrame, as_of: int
) -> list[Figure]:
    """Return how many conversations ended in an order, and what those brought."""
    is_sold = pl.col("conversation").is_in(sales["conversation"].implode())
    is_settled = pl.col("last") + common.WINDOW_MS <= as_of
    rates = told.group_by(by).agg(
        pl.len().alias("all"),
        is_sold.sum().alias("sold"),
        (is_sold | is_settled).sum().alias("decided"),
        (is_sold & is_settled).sum().alias("settled_sold"),
        is_settled.sum().alias("settled"),
    )
    revenue = sales.group_by(by).agg(pl.col("net").sum(), pl.len().alias("n"))
    return common.converted(label, by, rates.iter_rows(named=True), revenue.iter_rows(named=True))


def attempts_of(records: Records) -> pl.DataFrame:
    """Return the checkouts, those finished at once included, with when they were completed."""
    bought = records.orders.filter(~pl.col("is_test") & (pl.col("status") != "voided")).select(
        pl.col("checkout_token").alias("token"), pl.col("cart_token").alias("cart"), "ordered"
    )
    listed = (
        records.checkouts.join(bought.drop("cart"), on="token", how="left")
        .group_by("checkout")
        .agg(
            pl.first("cart", "started", "own"),
            pl.col("ordered").filter(pl.col("ordered") >= pl.col("started")).min(),
        )
        .select("cart", "started", pl.min_horizontal("own", "ordered").alias("completed"))
    )
    at_once = bought.join(records.checkouts, on="token", how="anti").select(
        "cart", pl.col("ordered").alias("started"), pl.col("ordered").alias("completed")
    )
    return pl.concat([listed, at_once]).collect()


def abandonment(label: str, grain: str, attempts: pl.DataFrame, as_of: int) -> list[Figure]:
    """Return how many attempts were left, lost and recovered, by week."""
    known = attempts.lazy().filter(pl.col("started") <= as_of)
    if grain == "cart":
        known = known.group_by("cart").agg(
            pl.col("started").min(),
            pl.col("started").max().alias("later"),
            pl.col("completed").min(),
        )
    else:
        known = known.with_columns(pl.col("started").alias("later"))
    due, lost = pl.col("later") + common.ABANDONED_MS[grain], pl.col("later") + common.LOST_MS
    completed, is_settled = pl.col("completed"), lost <= as_of
    in_time = (completed <= due).fill_null(False)
    names = ("bought", "open", "recovered", "abandoned", "lost")
    cells = (
        known.with_columns(
            week("started"),
            is_settled.alias("settled"),
            pl.when(in_time & (completed <= as_of))
            .then(pl.lit("bought"))
            .when((due > as_of) | in_time)
            .then(pl.lit("open"))
            .when((completed <= as_of) & (completed <= lost))
            .then(pl.lit("recovered"))
            .when(~is_settled)
            .then(pl.lit("abandoned"))
            .otherwise(pl.lit("lost"))
            .alias("state"),
        )
        .group_by("week")
        .agg(
            pl.len().alias("all"),
            pl.col("settled").sum(),
            (pl.col("settled") & (pl.col("state") == "recovered")).sum().alias("settled_recovered"),
            *((pl.col("state") == name).sum().alias(name) for name in names),
        )
        .collect()
    )
    return common.left(label, cells.iter_rows(named=True))
