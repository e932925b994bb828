"""The same figures by a hand-written Polars script, as one would write it for one question.

Usage: python benchmarks/rivals/polars_rival.py FOLDER OUT [--from exports|records]

It sorts the messages once and looks at neighbours, keeps nothing, joins people only by the chat
id in the order's note, and gives no intervals.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import common
import polars as pl
from common import LIMITS, Figure
from polars_reading import Records, from_exports, from_records, local, week
from polars_trade import abandonment, attempts_of, conversions, sales_of

WEEKLY = ["channel", "week"]


def said(messages: pl.LazyFrame) -> pl.LazyFrame:
    """Return what was said, by thread and time, with who said it."""
    is_out, app = pl.col("is_out"), pl.col("app_id")
    is_inbox = is_out & (app.is_null() | app.is_in(common.INBOXES))
    spoken = messages.filter(~pl.col("is_reaction")).with_columns(
        pl.when(is_inbox).then(pl.col("text").str.strip_chars(" ").str.to_lowercase()).alias("text")
    )
    often = (
        spoken.drop_nulls("text")
        .group_by("text")
        .agg(pl.col("thread").n_unique())
        .filter(pl.col("thread") >= common.AUTOMATIC_THREADS)
        .select("text", pl.lit(True).alias("is_often"))
    )
    customer_t = pl.when(~is_out).then("t").forward_fill()
    customer_thread = pl.when(~is_out).then("thread").forward_fill()
    is_automatic = (
        pl.col("is_often")
        & (customer_thread == pl.col("thread"))
        & (pl.col("t") - customer_t <= common.AUTOMATIC_MS)
    ).fill_null(False)
    return (
        spoken.join(often, on="text", how="left")
        .drop("text")
        .sort("thread", "t")
        .select(
            "thread",
            "channel",
            "t",
            (~is_out).alias("is_customer"),
            (is_out & (app == common.BOT)).fill_null(False).alias("is_bot"),
            is_automatic.alias("is_automatic"),
        )
        .with_columns(
            (~pl.any_horizontal("is_customer", "is_bot", "is_automatic")).alias("is_human")
        )
    )


def placed(spoken: pl.LazyFrame) -> pl.DataFrame:
    """Return every message with its conversation and the wait it belongs to."""
    row = pl.int_range(pl.len(), dtype=pl.Int64)

    def last(condition: pl.Expr) -> pl.Expr:
        return pl.when(condition).then(row).forward_fill().fill_null(-1)

    is_new = (pl.col("thread") != pl.col("thread").shift()).fill_null(True)
    before = [
        pl.col(f"{who}_at").shift().fill_null(-1).alias(f"{who}_before")
        for who in ("customer", "human")
    ]
    is_waiting = (pl.col("customer_at") >= pl.col("thread_at")) & (
        pl.col("customer_at") > pl.max_horizontal("human_at", "bot_at")
    )
    return (
        spoken.with_columns(
            last(is_new).alias("thread_at"),
            last(pl.col("is_customer")).alias("customer_at"),
            last(pl.col("is_human")).alias("human_at"),
            last(pl.col("is_bot")).alias("bot_at"),
        )
        .with_columns(
            *before,
            (
                (pl.col("thread_at") == row)
                | (pl.col("t").diff() >= common.GAP_MS) & ~is_waiting.shift().fill_null(False)
            ).alias("is_start"),
        )
        .with_columns(last(pl.col("is_start")).alias("conversation"))
        .with_columns(
            (
                pl.col("is_customer")
                & (
                    (pl.col("customer_before") < pl.col("conversation"))
                    | (pl.col("customer_before") < pl.col("human_before"))
                )
            ).alias("is_asking")
        )
        .with_columns(last(pl.col("is_asking")).alias("wait"))
        .select(
            "thread",
            "channel",
            "t",
            "conversation",
            "is_bot",
            "is_human",
            pl.when(pl.col("wait") >= pl.col("conversation")).then("wait").alias("wait"),
        )
        .collect(engine="streaming")
    )


def conversations_of(messages: pl.DataFrame, records: Records) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the conversations in which a customer wrote, and the waits in them."""
    waits = (
        messages.lazy()
        .drop_nulls("wait")
        .group_by("wait")
        .agg(
            pl.first("conversation", "thread", "channel"),
            pl.col("t").min().alias("asked"),
            pl.col("t").filter("is_human").min().alias("human"),
            pl.col("t").filter("is_bot").min().alias("bot"),
        )
        .with_columns(pl.min_horizontal("human", "bot").alias("any"))
        .sort("wait")
        .with_columns(pl.col("conversation").is_first_distinct().alias("is_first"))
        .collect()
    )
    spans = (
        messages.lazy()
        .group_by("conversation")
        .agg(pl.col("t").min().alias("started"), pl.col("t").max().alias("last"))
    )
    first = waits.lazy().filter("is_first").drop("wait", "is_first")
    asked = first.join(spans, on="conversation").with_columns(week("started")).sort("started")
    came = (
        records.touches.sort("t")
        .join_asof(
            asked.select("thread", "started", "last", "conversation"),
            left_on="t",
            right_on="started",
            by="thread",
            check_sortedness=False,
        )
        .filter(pl.col("t") <= pl.col("last"))
        .join(records.ads, on="ad_id", how="left")
        .sort("t")
        .group_by("conversation")
        .agg(pl.first("ad_id", "ad"))
        .select(
            "conversation",
            pl.coalesce("ad", "ad_id").alias("ad"),
            pl.lit("ad").alias("entry_point"),
        )
    )
    told = (
        asked.join(came, on="conversation", how="left")
        .with_columns(pl.col("ad").fill_null("none"), pl.col("entry_point").fill_null("organic"))
        .collect()
    )
    return told, waits.join(told.select("conversation", "week"), on="conversation")


def with_open_time(frame: pl.DataFrame, columns: list[str], days: pl.DataFrame) -> pl.DataFrame:
    """Add the open milliseconds before each of some instants."""
    for name in columns:
        inside = (pl.col(name) - pl.col("opens")).clip(0, pl.col("closes") - pl.col("opens"))
        frame = (
            frame.with_columns(local(name).dt.date().alias("day"))
            .join(days, on="day", how="left", maintain_order="left")
            .with_columns((pl.col("before") + inside).alias(f"{name}_open"))
            .drop("day", "opens", "closes", "before")
        )
    return frame


def answer_times(label: str, waits: pl.DataFrame, end: str, start: str, until: int) -> list[Figure]:
    """Return the times from one instant to another by channel and week."""
    wait, age = (pl.col(end) - pl.col(start)) / 1000, (until - pl.col(start)) / 1000
    cells = (
        waits.lazy()
        .select(*WEEKLY, wait.alias("wait"), age.alias("age"))
        .group_by(WEEKLY)
        .agg(
            pl.len().alias("all"),
            pl.col("wait").count().alias("n"),
            pl.col("wait").quantile(0.5, "linear").alias("median"),
            pl.col("wait").quantile(0.9, "linear").alias("p90"),
            *(
                (pl.col("wait") <= limit).sum().alias(f"in_{name}")
                for name, limit in LIMITS.items()
            ),
            *(
                ((pl.col("wait") <= limit).fill_null(False) | (pl.col("age") >= limit))
                .sum()
                .alias(f"n_{name}")
                for name, limit in LIMITS.items()
            ),
        )
        .collect()
    )
    return common.answered(label, cells.iter_rows(named=True))


def reply_windows(waits: pl.DataFrame, openers: pl.DataFrame, as_of: int) -> list[Figure]:
    """Return what became of the questions in the time in which the platform lets one answer."""
    closes = pl.col("opened") + common.REPLY_MS
    cells = (
        waits.lazy()
        .with_columns(pl.col("any").fill_null(as_of).alias("known"))
        .sort("known")
        .join_asof(
            openers.lazy().sort("opened"),
            left_on="known",
            right_on="opened",
            by="thread",
            check_sortedness=False,
        )
        .with_columns(
            pl.when(pl.col("any") <= closes)
            .then(pl.lit("answered"))
            .when(pl.col("any").is_not_null())
            .then(pl.lit("late"))
            .when(closes < as_of)
            .then(pl.lit("lost"))
            .otherwise(pl.lit("open"))
            .alias("outcome"),
            ((closes - pl.col("any")) / 1000).alias("left"),
        )
        .group_by("channel")
        .agg(
            *(
                (pl.col("outcome") == name).sum().alias(name)
                for name in ("answered", "late", "lost", "open")
            ),
            *(
                pl.col("left")
                .filter(pl.col("outcome") == "answered")
                .quantile(at, "linear")
                .alias(name)
                for name, at in (("median", 0.5), ("p10", 0.1))
            ),
        )
        .collect()
    )
    return common.windowed(cells.iter_rows(named=True))


def rival(folder: Path, source: str) -> list[Figure]:
    """Read, and compute every figure."""
    records = from_exports(folder) if source == "exports" else from_records(folder)
    messages = placed(said(records.messages))
    openers = (
        records.messages.filter(~pl.col("is_out"))
        .select("thread", pl.col("t").alias("opened"))
        .collect()
    )
    told, waits = conversations_of(messages, records)
    instants = [
        frame.select(pl.col(name).max()).collect().item()
        for frame, name in (
            (records.messages, "t"),
            (records.orders, "ordered"),
            (records.checkouts, "started"),
        )
    ]
    as_of = max(instants)
    first, last = (
        dt.datetime.fromtimestamp(instant / 1000, dt.UTC).date()
        for instant in (messages["t"].min(), as_of)
    )
    day = dt.timedelta(days=1)
    days = pl.DataFrame(common.opening_days(first - day, last + day))
    told = with_open_time(told, ["asked", "human"], days)
    waits = with_open_time(waits, ["asked", "human"], days)
    open_now = with_open_time(pl.DataFrame({"now": [as_of]}), ["now"], days)["now_open"].item()
    later = waits.filter(~pl.col("is_first"))
    sales = sales_of(records, messages, told, as_of)
    attempts = attempts_of(records)
    counts = told.group_by(WEEKLY).agg(pl.len().alias("all"))
    return [
        *common.counted(counts.iter_rows(named=True)),
        *answer_times("first_response_time", told, "human", "asked", as_of),
        *answer_times("first_response_opening", told, "human_open", "asked_open", open_now),
        *answer_times("first_response_any", told, "any", "asked", as_of),
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
    common.main(rival, ("exports", "records"))
