"""The part of the pandas rival about orders and checkouts."""

from __future__ import annotations

from pathlib import Path

import common
import numpy as np
import pandas as pd
from common import Figure
from pandas_time import week

Frame = pd.DataFrame
PAID = ("paid", "partially_paid", "partially_refunded", "refunded")


def sales_of(
    folder: Path, orders: Frame, threads: Frame, messages: Frame, told: Frame, as_of: int
) -> Frame:
    """Return the paid orders in a chat, with the last conversation before each in the window."""
    known = pd.read_parquet(
        folder / "identities.parquet",
        filters=[("subject_kind", "==", "order"), ("key_kind", "==", "chat_id")],
    )
    customer = known.set_index(known["subject_id"].str.removeprefix("shopify:"))["key_value"]
    refunds = pd.read_parquet(folder / "refunds.parquet")
    refunds = refunds[refunds["refunded_at"] <= pd.Timestamp(as_of, unit="ms")]
    repaid = refunds.groupby("order_id")["refund_amount"].sum()
    orders = orders.assign(
        customer_id=orders["order_id"].map(customer),
        # Cents are whole numbers, and sums of them are exact.
        net=cents(orders["total_amount"]) - cents(orders["order_id"].map(repaid).fillna(0)),
    )
    candidates = orders.dropna(subset="customer_id").merge(threads, on="customer_id")
    candidates = candidates.merge(told, on="thread_key")
    ordered = candidates["created_at"].astype("int64")
    is_near = (candidates["asked"] <= ordered) & (candidates["last"] >= ordered - common.WINDOW_MS)
    candidates = candidates.assign(ordered=ordered)[is_near].sort_values("ordered")
    spoken = messages.loc[
        messages["conversation"].isin(candidates["conversation"]), ["conversation", "t"]
    ]
    touched = pd.merge_asof(
        candidates,
        spoken.sort_values("t").rename(columns={"t": "touched"}),
        left_on="ordered",
        right_on="touched",
        by="conversation",
    )
    credited = touched[touched["touched"] >= touched["ordered"] - common.WINDOW_MS]
    credited = credited.sort_values("started").drop_duplicates("order_id", keep="last")
    return credited[
        credited["payment_status"].isin(PAID)
        & ~(credited["cancelled_at"] <= as_of).fillna(False)
        & ~credited["is_test"].fillna(False)
        & (credited["net"] > 0)
    ]


def cents(amounts: pd.Series) -> pd.Series:
    """Return amounts of money in hundredths of a cent, as whole numbers."""
    return (amounts.astype("float64") * 10_000).round().astype("int64")


def conversions(label: str, by: list[str], told: Frame, sales: Frame, as_of: int) -> list[Figure]:
    """Return how many conversations ended in an order, and what those brought."""
    is_sold = told["conversation"].isin(sales["conversation"])
    is_settled = told["last"] + common.WINDOW_MS <= as_of
    counts = told[by].assign(
        all=1,
        sold=is_sold,
        decided=is_sold | is_settled,
        settled_sold=is_sold & is_settled,
        settled=is_settled,
    )
    rates = counts.groupby(by, as_index=False).sum()
    revenue = sales.groupby(by, as_index=False)["net"].agg(["sum", "count"])
    revenue = revenue.rename(columns={"sum": "net", "count": "n"})
    revenue["net"] = revenue["net"] / 10_000
    return common.converted(label, by, rates.to_dict("records"), revenue.to_dict("records"))


def attempts_of(orders: Frame, checkouts: Frame) -> Frame:
    """Return the checkouts, those finished at once included, with when they were completed."""
    bought = orders[~orders["is_test"].fillna(False) & (orders["payment_status"] != "voided")]
    bought = bought[["checkout_token", "cart_token", "created_at"]]
    columns = ["checkout_id", "checkout_token", "cart_token", "created_at", "completed_at"]
    listed = checkouts[columns].rename(columns={"created_at": "started"})
    joined = listed.merge(bought.drop(columns="cart_token"), on="checkout_token", how="left")
    joined["created_at"] = joined["created_at"].where(joined["created_at"] >= joined["started"])
    joined["completed"] = joined[["completed_at", "created_at"]].min(axis=1)
    listed = joined.groupby("checkout_id", as_index=False).agg(
        cart=("cart_token", "first"), started=("started", "first"), completed=("completed", "min")
    )
    at_once = bought[~bought["checkout_token"].isin(checkouts["checkout_token"])]
    at_once = Frame(
        {
            "cart": at_once["cart_token"],
            "started": at_once["created_at"],
            "completed": at_once["created_at"],
        }
    )
    return pd.concat([listed.drop(columns="checkout_id"), at_once], ignore_index=True)


def abandonment(label: str, grain: str, attempts: Frame, as_of: int) -> list[Figure]:
    """Return how many attempts were left, lost and recovered, by week."""
    known = attempts[attempts["started"] <= as_of].assign(later=attempts["started"])
    if grain == "cart":
        known = known.groupby("cart").agg(
            started=("started", "min"), later=("later", "max"), completed=("completed", "min")
        )
    started, later = known["started"].astype("int64"), known["later"].astype("int64")
    completed = known["completed"].astype("float64")
    due, lost = later + common.ABANDONED_MS[grain], later + common.LOST_MS
    in_time = completed <= due
    states = np.select(
        [
            in_time & (completed <= as_of),
            (due > as_of) | in_time,
            (completed <= as_of) & (completed <= lost),
            lost > as_of,
        ],
        ["bought", "open", "recovered", "abandoned"],
        "lost",
    )
    is_settled = lost <= as_of
    counts = Frame({"week": week(started), "all": 1, "settled": is_settled})
    for name in ("bought", "open", "recovered", "abandoned", "lost"):
        counts[name] = states == name
    counts["settled_recovered"] = counts["recovered"] & is_settled
    return common.left(label, counts.groupby("week", as_index=False).sum().to_dict("records"))
