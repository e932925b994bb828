"""The same figures by a hand-written Polars script, as one would write it for one question.

Usage: python benchmarks/polars_rival.py DIR OUT

It reads lines as text and decodes them with an explicit structure: Polars' own NDJSON reader
needs about twenty times the processor for nested documents like these. It knows what
``generate.py`` writes and no more: it judges no document, keeps no books, stores nothing, joins
people only by the chat id in the order's note, and gives no intervals.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl

ZONE = "Europe/Amsterdam"
DAY_MS = 86_400_000
WINDOW_MS = 5 * DAY_MS
BOT, INBOXES = "551122334455667", ("263902037430900",)

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
            }
        ),
        "postback": pl.Struct({"mid": _TEXT}),
    }
)
_DELIVERY = pl.Struct(
    {"object": _TEXT, "entry": pl.List(pl.Struct({"messaging": pl.List(_EVENT)}))}
)
_ORDER = pl.Struct(
    {
        "id": pl.Int64,
        "created_at": _TEXT,
        "cancelled_at": _TEXT,
        "test": pl.Boolean,
        "financial_status": _TEXT,
        "checkout_token": _TEXT,
        "total_price": _TEXT,
        "note_attributes": pl.List(pl.Struct({"name": _TEXT, "value": _TEXT})),
        "refunds": pl.List(
            pl.Struct(
                {
                    "created_at": _TEXT,
                    "transactions": pl.List(
                        pl.Struct({"kind": _TEXT, "status": _TEXT, "amount": _TEXT})
                    ),
                }
            )
        ),
    }
)
_CHECKOUT = pl.Struct({"id": pl.Int64, "token": _TEXT, "created_at": _TEXT, "completed_at": _TEXT})


def _documents(path: Path, structure: pl.Struct) -> pl.DataFrame:
    lines = pl.read_csv(
        path, has_header=False, separator="\x01", quote_char=None, schema={"line": _TEXT}
    )
    return lines.select(pl.col("line").str.json_decode(structure)).unnest("line")


def _ms(column: str) -> pl.Expr:
    return pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%S%z").dt.epoch("ms")


def _week(column: str) -> pl.Expr:
    local = pl.from_epoch(column, "ms").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE)
    return local.dt.truncate("1w").dt.date().cast(_TEXT).alias("week")


def read_messages(exports: Path) -> pl.DataFrame:
    """Return every message once, with who said it, clustered by thread and time."""
    parts = [_messages_of(path) for path in sorted(exports.glob("*-webhooks.ndjson"))]
    messages = pl.concat(parts).unique("mid", keep="any").sort("channel", "customer", "t")
    thread = ("channel", "customer")
    is_out = pl.col("is_echo").fill_null(False)
    is_inbox = pl.col("app_id").is_null() | pl.col("app_id").is_in(INBOXES)
    text = pl.col("text").str.strip_chars(" ").str.to_lowercase()
    repeated = (
        messages.filter(is_out & is_inbox & pl.col("text").is_not_null())
        .group_by(text.alias("folded"))
        .agg(pl.struct(*thread).n_unique().alias("n"))
        .filter(pl.col("n") >= 5)
    )
    customer_t = (
        pl.when(~is_out).then("t").forward_fill().over(thread, mapping_strategy="group_to_rows")
    )
    is_automatic = (
        is_inbox
        & text.is_in(repeated["folded"].implode())
        & (pl.col("t") - customer_t <= 5000).fill_null(False)
    )
    return messages.with_columns(
        pl.when(~is_out)
        .then(pl.lit("customer"))
        .when(pl.col("app_id") == BOT)
        .then(pl.lit("bot"))
        .when(is_automatic)
        .then(pl.lit("auto"))
        .otherwise(pl.lit("human"))
        .cast(pl.Enum(["customer", "bot", "auto", "human"]))
        .alias("role")
    ).drop("text", "app_id", "is_echo", "mid")


def _messages_of(path: Path) -> pl.DataFrame:
    said, tapped = pl.col("message").struct, pl.col("postback").struct
    has_content = said.field("text").is_not_null() | said.field("attachments").is_not_null()
    channel = pl.when(pl.col("object") == "page").then(pl.lit("messenger")).otherwise("object")
    sender, recipient = (pl.col(end).struct.field("id") for end in ("sender", "recipient"))
    return (
        _documents(path, _DELIVERY)
        .lazy()
        .explode("entry")
        .select("object", pl.col("entry").struct.field("messaging"))
        .explode("messaging")
        .unnest("messaging")
        .filter(has_content | tapped.field("mid").is_not_null())
        .select(
            channel.cast(pl.Enum(["messenger", "instagram"])).alias("channel"),
            pl.when(said.field("is_echo")).then(recipient).otherwise(sender).alias("customer"),
            pl.col("timestamp").alias("t"),
            pl.coalesce(said.field("mid"), tapped.field("mid")).alias("mid"),
            *(said.field(name) for name in ("text", "app_id", "is_echo")),
        )
        .collect()
    )


def cut(messages: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the messages with their conversation, and the conversations with their clocks."""
    row = pl.int_range(pl.len())
    same = (pl.col("channel") == pl.col("channel").shift()) & (
        pl.col("customer") == pl.col("customer").shift()
    )

    def last(condition: pl.Expr) -> pl.Expr:
        return pl.when(condition).then(row).forward_fill().fill_null(-1)

    role = pl.col("role")
    is_answer = (role == "human") | (role == "bot")
    placed = (
        messages.lazy()
        .with_columns(same.fill_null(False).alias("same"))
        .with_columns(
            last(~pl.col("same")).alias("thread_at"),
            last(role == "customer").alias("asked_at"),
            last(is_answer).alias("answered_at"),
        )
        .with_columns(
            (
                (pl.col("asked_at") >= pl.col("thread_at"))
                & (pl.col("asked_at") > pl.col("answered_at"))
            ).alias("is_waiting")
        )
        .with_columns(
            (
                ~pl.col("same")
                | (pl.col("t").diff() >= DAY_MS) & ~pl.col("is_waiting").shift().fill_null(False)
            ).alias("is_start")
        )
        .with_columns(
            pl.col("is_start").cum_sum().alias("conversation"), last(pl.col("is_start")).alias("at")
        )
        .with_columns((pl.col("asked_at") >= pl.col("at")).alias("is_asked"))
        .select("channel", "customer", "conversation", "t", "role", "is_asked")
        .collect()
    )
    conversations = (
        placed.lazy()
        .group_by("conversation", maintain_order=True)
        .agg(
            pl.first("channel", "customer"),
            pl.col("t").first().alias("started"),
            pl.col("t").last().alias("last"),
            pl.col("t").filter(role == "customer").first().alias("asked"),
            pl.col("t").filter((role == "human") & pl.col("is_asked")).first().alias("human"),
        )
        .with_columns(_week("started"))
        .collect()
    )
    return placed, conversations


def read_orders(exports: Path) -> pl.DataFrame:
    """Return the orders with whether money was kept."""
    refunded = pl.col("refunds").list.eval(
        pl.element()
        .struct.field("transactions")
        .list.eval(pl.element().struct.field("amount").cast(pl.Decimal(18, 4)))
        .list.sum()
    )
    pages = _documents(exports / "orders.json", pl.Struct({"orders": pl.List(_ORDER)}))
    return (
        pages.explode("orders")
        .unnest("orders")
        .with_columns(
            _ms("created_at").alias("ordered"),
            _ms("cancelled_at").alias("cancelled"),
            pl.col("total_price").cast(pl.Decimal(18, 4)).alias("total"),
            refunded.list.sum().alias("refunded"),
            pl.col("refunds")
            .list.get(0, null_on_oob=True)
            .struct.field("created_at")
            .str.to_datetime("%Y-%m-%dT%H:%M:%S%z")
            .dt.epoch("ms")
            .alias("refunded_at"),
            pl.col("note_attributes")
            .list.get(0, null_on_oob=True)
            .struct.field("value")
            .alias("customer"),
        )
        .drop("note_attributes", "refunds")
    )


def credit(orders: pl.DataFrame, placed: pl.DataFrame, conversations: pl.DataFrame) -> pl.DataFrame:
    """Return each order in a chat with the last conversation before it within the window."""
    candidates = (
        orders.filter(pl.col("customer").is_not_null())
        .join(conversations, on="customer")
        .filter(
            (pl.col("asked") <= pl.col("ordered"))
            & (pl.col("last") >= pl.col("ordered") - WINDOW_MS)
        )
        .sort("ordered")
    )
    # Sorted above: Polars cannot check that within groups, and says so.
    touched = candidates.join_asof(
        placed.select("conversation", pl.col("t").alias("touched")).sort("touched"),
        left_on="ordered",
        right_on="touched",
        by="conversation",
        check_sortedness=False,
    )
    return (
        touched.filter(pl.col("touched") >= pl.col("ordered") - WINDOW_MS)
        .sort("started")
        .group_by("id")
        .last()
    )


def read_checkouts(exports: Path, orders: pl.DataFrame) -> pl.DataFrame:
    """Return the checkouts, those finished at once included, with when they were completed."""
    pages = _documents(exports / "checkouts.json", pl.Struct({"checkouts": pl.List(_CHECKOUT)}))
    listed = (
        pages.explode("checkouts")
        .unnest("checkouts")
        .select("id", "token", _ms("created_at").alias("started"), _ms("completed_at").alias("own"))
    )
    bought = orders.filter(~pl.col("test") & (pl.col("financial_status") != "voided")).select(
        pl.col("checkout_token").alias("token"), "ordered"
    )
    completed = (
        listed.join(bought, on="token", how="left")
        .group_by("id")
        .agg(
            pl.first("started", "own"),
            pl.col("ordered").filter(pl.col("ordered") >= pl.col("started")).min(),
        )
        .select("started", pl.min_horizontal("own", "ordered").alias("completed"))
    )
    at_once = bought.join(listed, on="token", how="anti").select(
        pl.col("ordered").alias("started"), pl.col("ordered").alias("completed")
    )
    return pl.concat([completed, at_once]).with_columns(_week("started"))


def answer_times(conversations: pl.DataFrame, as_of: int) -> list[list[object]]:
    """Return the first response times by channel and week."""
    wait = (pl.col("human") - pl.col("asked")) / 1000
    age = (as_of - pl.col("asked")) / 1000
    limits = {"5_minutes": 300, "15_minutes": 900, "1_hour": 3600, "24_hours": 86400}
    found = (
        conversations.with_columns(wait.alias("wait"), age.alias("age"))
        .group_by("channel", "week")
        .agg(
            pl.len().alias("all"),
            pl.col("wait").count().alias("n"),
            pl.col("wait").quantile(0.5, "linear").alias("median"),
            pl.col("wait").quantile(0.9, "linear").alias("p90"),
            *(
                (pl.col("wait") <= limit).sum().alias(f"within_{name}")
                for name, limit in limits.items()
            ),
            *(
                ((pl.col("wait") <= limit).fill_null(False) | (pl.col("age") >= limit))
                .sum()
                .alias(f"n_{name}")
                for name, limit in limits.items()
            ),
        )
    )
    rows: list[list[object]] = []
    for cell in found.iter_rows(named=True):
        group, everything = [cell["channel"], cell["week"]], cell["all"]
        rows.append(["conversations", "count", group, everything, everything, 0])
        rows.extend(
            _row("first_response_time", name, group, cell[name], cell["n"], everything)
            for name in ("median", "p90")
        )
        for name in limits:
            share, n = _share(cell[f"within_{name}"], cell[f"n_{name}"])
            rows.append(_row("first_response_time", f"within_{name}", group, share, n, everything))
    return rows


def conversions(
    conversations: pl.DataFrame, credited: pl.DataFrame, as_of: int
) -> list[list[object]]:
    """Return in-chat conversion and its revenue by channel and week."""
    known_refund = (
        pl.when(pl.col("refunded_at") <= as_of).then("refunded").otherwise(pl.lit(0)).fill_null(0)
    )
    sales = credited.with_columns((pl.col("total") - known_refund).alias("net")).filter(
        pl.col("financial_status").is_in(["paid", "refunded"])
        & ~(pl.col("cancelled") <= as_of).fill_null(False)
        & ~pl.col("test")
        & (pl.col("net") > 0)
    )
    is_sold = pl.col("conversation").is_in(sales["conversation"].implode())
    is_decided = is_sold | (pl.col("last") + WINDOW_MS <= as_of)
    rates = conversations.group_by("channel", "week").agg(
        is_sold.sum().alias("sold"), is_decided.sum().alias("n"), pl.len().alias("all")
    )
    revenue = sales.group_by("channel", "week").agg(pl.col("net").sum(), pl.len().alias("n"))
    metric = "in_chat_conversion"
    return [
        _row(metric, "rate", [channel, week], *_share(sold, n), everything)
        for channel, week, sold, n, everything in rates.iter_rows()
    ] + [
        [metric, "net_revenue", [channel, week], float(net), n, 0]
        for channel, week, net, n in revenue.iter_rows()
    ]


def abandonment(checkouts: pl.DataFrame, as_of: int) -> list[list[object]]:
    """Return how many checkouts were left, lost and recovered, by week."""
    due, lost = pl.col("started") + 600_000, pl.col("started") + 7 * DAY_MS
    completed = pl.col("completed")
    is_bought = (completed <= due).fill_null(False) & (completed <= as_of).fill_null(False)
    states = checkouts.filter(pl.col("started") <= as_of).with_columns(
        pl.when(is_bought)
        .then(pl.lit("bought"))
        .when((due > as_of) | (completed <= due).fill_null(False))
        .then(pl.lit("open"))
        .when((completed <= as_of) & (completed <= lost))
        .then(pl.lit("recovered"))
        .when(lost > as_of)
        .then(pl.lit("abandoned"))
        .otherwise(pl.lit("lost"))
        .alias("state")
    )
    is_settled = lost <= as_of
    found = states.group_by("week").agg(
        pl.len().alias("all"),
        is_settled.sum().alias("settled"),
        (is_settled & (pl.col("state") == "recovered")).sum().alias("settled_recovered"),
        *((pl.col("state") == one).sum().alias(one) for one in _STATES),
    )
    rows: list[list[object]] = []
    for cell in found.iter_rows(named=True):
        everything = cell["all"]
        decided = everything - cell["open"]
        settled = cell["settled"]
        left = cell["abandoned"] + cell["recovered"] + cell["lost"]
        for name, counted, n in (
            ("rate", left, decided),
            ("lost_rate", cell["lost"], settled),
            ("recovered_rate", cell["settled_recovered"], settled),
        ):
            share = _share(counted, n)
            rows.append(_row("cart_abandonment", name, [cell["week"]], *share, everything))
    return rows


_STATES = ("bought", "open", "recovered", "abandoned", "lost")


def _share(counted: int, n: int) -> tuple[float | None, int]:
    return (counted / n if n else None), n


def _row(
    metric: str, statistic: str, group: list[str], value: object, n: int, everything: int
) -> list[object]:
    return [metric, statistic, group, value, n, everything - n]


def main(exports: Path, out: Path) -> None:
    """Read, compute, and write the figures."""
    messages = read_messages(exports)
    placed, conversations = cut(messages)
    last_said = messages["t"].max()
    del messages
    orders = read_orders(exports)
    checkouts = read_checkouts(exports, orders)
    instants = (last_said, orders["ordered"].max(), checkouts["started"].max())
    as_of = max(one for one in instants if isinstance(one, int))
    credited = credit(orders, placed, conversations)
    asked = conversations.filter(pl.col("asked").is_not_null())
    figures = (
        answer_times(asked, as_of)
        + conversions(asked, credited, as_of)
        + abandonment(checkouts, as_of)
    )
    out.write_text(json.dumps({"figures": figures}), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
