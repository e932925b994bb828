"""The same figures by a hand-written pandas script: sorted once, then shifted.

Usage: python benchmarks/rivals/pandas_rival.py FOLDER OUT

It starts from the records in Parquet; pandas has no reader for webhook logs that one would choose.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import common
import numpy as np
import pandas as pd
from common import LIMITS, Figure
from pandas_time import local, ms, week
from pandas_trade import abandonment, attempts_of, conversions, sales_of

Frame = pd.DataFrame
WEEKLY = ["channel", "week"]
COLUMNS = ["thread_key", "channel", "customer_id", "sent_at", "direction", "kind", "app_id", "text"]


def said(messages: Frame) -> Frame:
    """Return what was said, by thread and time, with who said it."""
    spoken = messages[messages["kind"] != "reaction"].copy()
    is_out = spoken["direction"] == "out"
    is_inbox = is_out & (spoken["app_id"].isna() | spoken["app_id"].isin(common.INBOXES))
    text = spoken["text"].where(is_inbox).str.strip(" ").str.lower()
    people = spoken["thread_key"].groupby(text).nunique()
    spoken["is_often"] = text.isin(people.index[people >= common.AUTOMATIC_THREADS])
    spoken["is_customer"] = ~is_out
    spoken["is_bot"] = is_out & (spoken["app_id"] == common.BOT).fillna(False).astype(bool)
    spoken = spoken.drop(columns=["text", "app_id", "direction", "kind", "customer_id"])
    spoken = spoken.sort_values(["thread_key", "t"], ignore_index=True)
    asked = spoken[["t", "thread_key"]].where(spoken["is_customer"]).ffill()
    spoken["is_automatic"] = (
        spoken["is_often"]
        & (asked["thread_key"] == spoken["thread_key"])
        & (spoken["t"] - asked["t"] <= common.AUTOMATIC_MS)
    )
    spoken["is_human"] = ~(spoken["is_customer"] | spoken["is_bot"] | spoken["is_automatic"])
    return spoken.drop(columns=["is_often", "is_automatic"])


def placed(spoken: Frame) -> Frame:
    """Return every message with its conversation and the wait it belongs to."""
    row = np.arange(len(spoken))

    def last(condition: Any) -> np.ndarray:
        return np.maximum.accumulate(np.where(condition, row, -1))

    def before(values: np.ndarray, missing: int) -> np.ndarray:
        return np.concatenate([[missing], values[:-1]])

    thread, t = spoken["thread_key"].to_numpy(), spoken["t"].to_numpy()
    is_new = np.concatenate([[True], thread[1:] != thread[:-1]])
    thread_at, customer_at = last(is_new), last(spoken["is_customer"])
    human_at, bot_at = last(spoken["is_human"]), last(spoken["is_bot"])
    is_waiting = (customer_at >= thread_at) & (customer_at > np.maximum(human_at, bot_at))
    gap = np.concatenate([[0], np.diff(t)])
    conversation = last(is_new | (gap >= common.GAP_MS) & ~before(is_waiting, 0).astype(bool))
    asked_before = before(customer_at, -1)
    is_asking = spoken["is_customer"].to_numpy() & (
        (asked_before < conversation) | (asked_before < before(human_at, -1))
    )
    wait = last(is_asking)
    spoken["conversation"] = conversation
    spoken["wait"] = np.where(wait >= conversation, wait, -1)
    return spoken


def waits_of(messages: Frame) -> Frame:
    """Return every wait of a customer, with what first ended it."""
    inside = messages[messages["wait"] >= 0]
    human, bot = (
        inside[inside[who]].groupby("wait")["t"].min().rename(who[3:])
        for who in ("is_human", "is_bot")
    )
    waits = inside.drop_duplicates("wait")[["wait", "conversation", "thread_key", "channel", "t"]]
    waits = waits.rename(columns={"t": "asked"}).join(human, on="wait").join(bot, on="wait")
    waits["any"] = waits[["human", "bot"]].min(axis=1)
    waits["is_first"] = ~waits["conversation"].duplicated()
    return waits


def conversations_of(messages: Frame, waits: Frame, folder: Path) -> Frame:
    """Return the conversations in which a customer wrote, with what brought the person."""
    spans = messages.groupby("conversation")["t"].agg(started="first", last="last")
    told = waits[waits["is_first"]].join(spans, on="conversation").sort_values("started")
    told["week"] = week(told["started"])
    touches = pd.read_parquet(
        folder / "touchpoints.parquet", columns=["thread_key", "occurred_at", "ad_id"]
    )
    touches["t"] = ms(touches["occurred_at"]).astype("int64")
    came = pd.merge_asof(
        touches.sort_values("t"),
        told[["thread_key", "started", "last", "conversation"]],
        left_on="t",
        right_on="started",
        by="thread_key",
    )
    came = came[came["t"] <= came["last"]].drop_duplicates("conversation")
    ads = pd.read_parquet(folder / "ad_days.parquet", columns=["ad_id", "ad_name"])
    names = ads.drop_duplicates("ad_id", keep="last").set_index("ad_id")["ad_name"]
    came["ad"] = came["ad_id"].map(names).fillna(came["ad_id"])
    came["entry_point"] = "ad"
    told = told.merge(came[["conversation", "ad", "entry_point"]], on="conversation", how="left")
    return told.fillna({"ad": "none", "entry_point": "organic"})


def open_time(instants: pd.Series, days: Frame) -> pd.Series:
    """Return the open milliseconds before each instant."""
    day = days.reindex(local(instants).dt.normalize()).reset_index(drop=True)
    day.index = instants.index
    inside = (instants - day["opens"]).clip(lower=0)
    return day["before"] + np.minimum(inside, day["closes"] - day["opens"])


def answer_times(label: str, waits: Frame, end: str, start: str, until: int) -> list[Figure]:
    """Return the times from one instant to another by channel and week."""
    frame = waits[WEEKLY].copy()
    frame["wait"] = (waits[end] - waits[start]) / 1000
    age = (until - waits[start]) / 1000
    for name, limit in LIMITS.items():
        frame[f"in_{name}"] = frame["wait"] <= limit
        frame[f"n_{name}"] = frame[f"in_{name}"] | (age >= limit)
    groups = frame.groupby(WEEKLY)
    cells = groups[[name for name in frame.columns if name.startswith(("in_", "n_"))]].sum()
    cells["all"] = groups.size()
    cells["n"] = groups["wait"].count()
    quantiles = groups["wait"].quantile([0.5, 0.9]).unstack()
    cells["median"], cells["p90"] = quantiles[0.5], quantiles[0.9]
    return common.answered(label, records(cells))


def records(cells: Frame) -> list[dict[Any, Any]]:
    """Return rows as plain values, missing ones as None."""
    rows = cells.reset_index().to_dict("records")
    return [{k: None if v != v else v for k, v in row.items()} for row in rows]


def reply_windows(waits: Frame, openers: Frame, as_of: int) -> list[Figure]:
    """Return what became of the questions in the time in which the platform lets one answer."""
    known = waits.assign(known=waits["any"].fillna(as_of).astype("int64")).sort_values("known")
    seen = pd.merge_asof(
        known,
        openers.sort_values("opened"),
        left_on="known",
        right_on="opened",
        by="thread_key",
    )
    closes = seen["opened"] + common.REPLY_MS
    seen["answered"] = seen["any"] <= closes
    seen["late"] = seen["any"].notna() & ~seen["answered"]
    seen["lost"] = seen["any"].isna() & (closes < as_of)
    seen["open"] = seen["any"].isna() & (closes >= as_of)
    left = ((closes - seen["any"]) / 1000)[seen["answered"]]
    cells = seen.groupby("channel")[["answered", "late", "lost", "open"]].sum()
    quantiles = left.groupby(seen["channel"]).quantile([0.5, 0.1]).unstack()
    cells["median"], cells["p10"] = quantiles[0.5], quantiles[0.1]
    return common.windowed(records(cells))


def rival(folder: Path, source: str) -> list[Figure]:
    """Read, and compute every figure."""
    folder = folder / source
    messages = pd.read_parquet(folder / "messages.parquet", columns=COLUMNS)
    messages["t"] = ms(messages.pop("sent_at")).astype("int64")
    threads = messages.drop_duplicates("thread_key")[["thread_key", "customer_id"]]
    openers = messages.loc[messages["direction"] == "in", ["thread_key", "t"]]
    openers = openers.rename(columns={"t": "opened"})
    last_said = messages["t"].max()
    messages = placed(said(messages))
    waits = waits_of(messages)
    told = conversations_of(messages, waits, folder)
    orders = pd.read_parquet(folder / "orders.parquet")
    checkouts = pd.read_parquet(folder / "checkouts.parquet")
    for frame in (orders, checkouts):
        for name in ("created_at", "completed_at", "cancelled_at"):
            if name in frame:
                frame[name] = ms(frame[name])
    as_of = int(max(last_said, orders["created_at"].max(), checkouts["created_at"].max()))
    day = dt.timedelta(days=1)
    first, last = (
        dt.datetime.fromtimestamp(int(instant) / 1000, dt.UTC).date()
        for instant in (messages["t"].min(), as_of)
    )
    days = Frame(common.opening_days(first - day, last + day))
    days = days.set_index(pd.to_datetime(days.pop("day")))
    waits = waits.merge(told[["conversation", "week"]], on="conversation")
    for name in ("asked", "human"):
        waits[f"{name}_open"] = open_time(waits[name], days)
    open_now = int(open_time(pd.Series([as_of]), days).iloc[0])
    first_waits, later = waits[waits["is_first"]], waits[~waits["is_first"]]
    sales = sales_of(folder, orders, threads, messages, told, as_of)
    attempts = attempts_of(orders, checkouts)
    counts = told.groupby(WEEKLY).size().rename("all").to_frame()
    return [
        *common.counted(records(counts)),
        *answer_times("first_response_time", first_waits, "human", "asked", as_of),
        *answer_times("first_response_opening", first_waits, "human_open", "asked_open", open_now),
        *answer_times("first_response_any", first_waits, "any", "asked", as_of),
        *answer_times("next_reply_time", later, "human", "asked", as_of),
        *answer_times("next_reply_opening", later, "human_open", "asked_open", open_now),
        *reply_windows(waits, openers, as_of),
        *conversions("in_chat_conversion", WEEKLY, told, sales, as_of),
        *conversions("in_chat_conversion_entry", ["entry_point", "week"], told, sales, as_of),
        *conversions("in_chat_conversion_ad", ["ad"], told, sales, as_of),
        *abandonment("checkout_abandonment", "checkout", attempts, as_of),
        *abandonment("cart_abandonment", "cart", attempts, as_of),
    ]


if __name__ == "__main__":
    common.main(rival, ("records",))
