"""The same figures by hand in ClickHouse's SQL, in its embedded form.

Usage: python benchmarks/rivals/chdb_rival.py FOLDER OUT

It starts from the records in Parquet, puts what several figures need into tables in memory
(``chdb_tables.sql``), and takes exact quantiles.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import common
from chdb.session import Session
from common import LIMITS, Figure

TABLES = Path(__file__).with_name("chdb_tables.sql")
Cells = list[dict[str, Any]]


class Rival:
    """One session and the instant whose knowledge counts."""

    def __init__(self, records: Path) -> None:
        """Make the tables that figures are taken from."""
        self.session = Session()
        self.run("set join_use_nulls = 1")
        self.records = records
        text = TABLES.read_text("utf-8").format(
            records=records,
            inboxes="(" + ", ".join(f"'{app}'" for app in common.INBOXES) + ")",
            bot=common.BOT,
            automatic_threads=common.AUTOMATIC_THREADS,
            automatic_ms=common.AUTOMATIC_MS,
            gap_ms=common.GAP_MS,
            zone=common.ZONE,
        )
        for statement in text.split(";\n"):
            self.run(statement)
        first, self.as_of = self.cells(
            f"""
            select
                (select min(t) from messages) as first,
                greatest(
                    (
                        select max(toUnixTimestamp64Milli(sent_at))
                        from file('{records}/messages.parquet')
                    ),
                    (select max(ordered) from orders),
                    (select max(started) from checkouts)
                ) as last
            """
        )[0].values()
        self._add_open_time(first)

    def run(self, sql: str) -> None:
        """Run one statement."""
        self.session.query(sql, "Null")

    def cells(self, sql: str) -> Cells:
        """Run one query and return its rows."""
        sql += " settings output_format_json_quote_64bit_integers = 0"
        return [
            json.loads(line) for line in str(self.session.query(sql, "JSONEachRow")).splitlines()
        ]

    def _add_open_time(self, first: int) -> None:
        """Put the opening days into a table, and the open time of every wait beside it."""
        start, end = (
            dt.datetime.fromtimestamp(one / 1000, dt.UTC).date() for one in (first, self.as_of)
        )
        day = dt.timedelta(days=1)
        days = common.opening_days(start - day, end + day)
        rows = ", ".join(
            f"('{one['day']}', {one['opens']}, {one['closes']}, {one['before']})" for one in days
        )
        self.run(
            "create table days engine = Memory as select * from values("
            f"'day Date, opens Int64, closes Int64, before Int64', {rows})"
        )
        self.run(
            f"""
            create table open_waits engine = Memory as
            select
                waits.channel as channel, waits.week as week, waits.is_first as is_first,
                waits.asked as asked, waits.human as human, waits.answered as answered,
                {_open("waits.asked", "a")} as asked_open,
                {_open("waits.human", "h")} as human_open
            from waits
            left join days as a on a.day = {_day("waits.asked")}
            left join days as h on h.day = {_day("waits.human")}
            """
        )
        now = self.cells(
            f"select {_open(str(self.as_of), 'd')} as now from days as d "
            f"where d.day = {_day(str(self.as_of))}"
        )
        self.open_now: int = now[0]["now"]

    def answer_times(self, label: str, of: str, end: str, start: str, until: int) -> list[Figure]:
        """Return the times from one instant to another by channel and week."""
        limits = [
            f"countIf(wait <= {limit}) as in_{name}, "
            f"countIf(ifNull(wait <= {limit}, false) or age >= {limit}) as n_{name}"
            for name, limit in LIMITS.items()
        ]
        return common.answered(
            label,
            self.cells(
                f"""
                select
                    channel, week, count() as all, count(wait) as n,
                    quantileExactInclusive(0.5)(wait) as median,
                    quantileExactInclusive(0.9)(wait) as p90,
                    {", ".join(limits)}
                from (
                    select
                        channel, week,
                        ({end} - {start}) / 1000 as wait, ({until} - {start}) / 1000 as age
                    from open_waits
                    where {of}
                )
                group by channel, week
                """
            ),
        )

    def reply_windows(self) -> list[Figure]:
        """Return what became of the questions in the time in which the platform lets one answer."""
        return common.windowed(
            self.cells(
                f"""
                select
                    channel,
                    countIf(outcome = 'answered') as answered,
                    countIf(outcome = 'late') as late,
                    countIf(outcome = 'lost') as lost,
                    countIf(outcome = 'open') as open,
                    quantileExactInclusiveIf(0.5)(left_ms, outcome = 'answered') / 1000 as median,
                    quantileExactInclusiveIf(0.1)(left_ms, outcome = 'answered') / 1000 as p10
                from (
                    select
                        channel,
                        opened + {common.REPLY_MS} as closes,
                        closes - asked.reply as left_ms,
                        multiIf(
                            ifNull(asked.reply <= closes, false), 'answered',
                            asked.reply is not null, 'late',
                            closes < {self.as_of}, 'lost',
                            'open'
                        ) as outcome
                    from (
                        select
                            thread_key, channel, answered as reply,
                            ifNull(answered, {self.as_of}) as known
                        from waits
                    ) as asked
                    asof join openers
                        on openers.thread_key = asked.thread_key and asked.known >= openers.opened
                )
                group by channel
                """
            )
        )

    def add_sales(self) -> None:
        """Put the paid orders in a chat into a table, each with the last conversation before it."""
        self.run(
            f"""
            create table sales engine = Memory as
            with candidates as (
                select
                    orders.order_id as order_id, orders.ordered as ordered,
                    orders.cancelled as cancelled, orders.is_test as is_test,
                    orders.status as status, orders.total as total,
                    told.thread_key as thread_key, told.conversation as conversation,
                    told.channel as channel, told.week as week,
                    told.entry_point as entry_point, told.ad as ad
                from orders
                join threads on threads.customer = orders.customer
                join told on told.thread_key = threads.thread_key
                where told.asked <= orders.ordered
                    and told.last >= orders.ordered - {common.WINDOW_MS}
            ),
            touched as (
                select
                    candidates.* except (thread_key, conversation),
                    candidates.thread_key as thread_key, candidates.conversation as conversation,
                    said.t as touched
                from candidates
                asof join (select thread_key, conversation, t from messages) as said
                    on said.thread_key = candidates.thread_key
                    and said.conversation = candidates.conversation
                    and candidates.ordered >= said.t
            ),
            credited as (
                select * from touched
                where touched >= ordered - {common.WINDOW_MS}
                order by conversation desc
                limit 1 by order_id
            ),
            repaid as (
                select order_id, sum(refund_amount) as amount
                from file('{self.records}/refunds.parquet')
                where toUnixTimestamp64Milli(refunded_at) <= {self.as_of}
                group by order_id
            )
            select
                credited.* except order_id, credited.order_id as order_id,
                total - ifNull(repaid.amount, 0) as net
            from credited
            left join repaid using (order_id)
            where status in ('paid', 'partially_paid', 'partially_refunded', 'refunded')
                and not ifNull(cancelled <= {self.as_of}, false)
                and not is_test
                and net > 0
            """
        )

    def conversions(self, label: str, by: tuple[str, ...]) -> list[Figure]:
        """Return how many conversations ended in an order, and what those brought."""
        names = ", ".join(by)
        rates = self.cells(
            f"""
            select
                {names}, count() as all, countIf(is_sold) as sold,
                countIf(is_sold or is_settled) as decided,
                countIf(is_sold and is_settled) as settled_sold,
                countIf(is_settled) as settled
            from (
                select
                    *,
                    (thread_key, conversation) in (
                        select thread_key, conversation from sales
                    ) as is_sold,
                    last + {common.WINDOW_MS} <= {self.as_of} as is_settled
                from told
            )
            group by {names}
            """
        )
        sales = self.cells(
            f"select {names}, sum(net) as net, count() as n from sales group by {names}"
        )
        return common.converted(label, by, rates, sales)

    def abandonment(self, label: str, grain: str) -> list[Figure]:
        """Return how many attempts were left, lost and recovered, by week."""
        known = "select started, started as later, completed from attempts"
        if grain == "cart":
            known = """
                select least_started as started, later, least_completed as completed
                from (
                    select
                        min(started) as least_started, max(started) as later,
                        min(completed) as least_completed
                    from attempts
                    group by cart_token
                )
                """
        return common.left(
            label,
            self.cells(
                f"""
                with
                bought as (
                    select checkout_token, cart_token, ordered
                    from orders
                    where not is_test and status <> 'voided'
                ),
                listed as (
                    select
                        checkouts.checkout_id as checkout_id,
                        any(checkouts.cart_token) as cart_token,
                        any(checkouts.started) as started,
                        any(checkouts.completed) as own,
                        minOrNullIf(
                            bought.ordered, bought.ordered >= checkouts.started
                        ) as bought_at
                    from checkouts
                    left join bought on bought.checkout_token = checkouts.checkout_token
                    group by checkout_id
                ),
                attempts as (
                    select
                        cart_token, started,
                        coalesce(least(own, bought_at), own, bought_at) as completed
                    from listed
                    where started <= {self.as_of}
                    union all
                    select cart_token, ordered as started, ordered as completed
                    from bought
                    where checkout_token not in (select checkout_token from checkouts)
                        and ordered <= {self.as_of}
                ),
                known as ({known}),
                states as (
                    select
                        toMonday(fromUnixTimestamp64Milli(started, '{common.ZONE}')) as week,
                        later + {common.ABANDONED_MS[grain]} as due,
                        later + {common.LOST_MS} as lost_at,
                        ifNull(completed <= due, false) as in_time,
                        lost_at <= {self.as_of} as is_settled,
                        multiIf(
                            in_time and completed <= {self.as_of}, 'bought',
                            due > {self.as_of} or in_time, 'open',
                            ifNull(completed <= least({self.as_of}, lost_at), false), 'recovered',
                            not is_settled, 'abandoned',
                            'lost'
                        ) as state
                    from known
                )
                select
                    week, count() as all, countIf(is_settled) as settled,
                    countIf(is_settled and state = 'recovered') as settled_recovered,
                    countIf(state = 'open') as open, countIf(state = 'recovered') as recovered,
                    countIf(state = 'abandoned') as abandoned, countIf(state = 'lost') as lost
                from states
                group by week
                """
            ),
        )


def _day(instant: str) -> str:
    return f"toDate(fromUnixTimestamp64Milli({instant}, '{common.ZONE}'))"


def _open(instant: str, days: str) -> str:
    inside = f"least({instant}, {days}.closes) - {days}.opens"
    return f"{days}.before + greatest(0, {inside})"


def rival(folder: Path, source: str) -> list[Figure]:
    """Read, and compute every figure."""
    one = Rival(folder.resolve() / source)
    one.add_sales()
    counts = one.cells("select channel, week, count() as all from told group by channel, week")
    now, open_now, times = one.as_of, one.open_now, one.answer_times
    return [
        *common.counted(counts),
        *times("first_response_time", "is_first", "human", "asked", now),
        *times("first_response_opening", "is_first", "human_open", "asked_open", open_now),
        *times("first_response_any", "is_first", "answered", "asked", now),
        *times("next_reply_time", "not is_first", "human", "asked", now),
        *times("next_reply_opening", "not is_first", "human_open", "asked_open", open_now),
        *one.reply_windows(),
        *one.conversions("in_chat_conversion", ("channel", "week")),
        *one.conversions("in_chat_conversion_entry", ("entry_point", "week")),
        *one.conversions("in_chat_conversion_ad", ("ad",)),
        *one.abandonment("checkout_abandonment", "checkout"),
        *one.abandonment("cart_abandonment", "cart"),
    ]


if __name__ == "__main__":
    common.main(rival, ("records",))
