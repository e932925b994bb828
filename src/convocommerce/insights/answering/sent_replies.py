"""Which of the messages a business sent fell inside a window, and which did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.insights.answering.window_rules import LINES, asked_values
from convocommerce.periods import on_days
from convocommerce.windows import WINDOW_RULES, WindowRule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import duckdb

    from convocommerce.periods import Period

_REPLIES = (
    LINES
    + f""",
    judged as (
        select
            channel,
            case
                when role = 'refused' then
                    case when coalesce(sent_at > closes_at, not may_lack_openers) then 'refused' end
                when sent_at <= standard_closes_at then 'standard'
                when sent_at <= closes_at then 'ad'
                when channel = 'whatsapp' and message_key in (
                    select message_key from messages where kind = 'template'
                ) then 'template'
                when role = 'human' and sent_at <= human_closes_at then 'human_agent'
                when closes_at is null and may_lack_openers then 'unknown'
                else 'outside'
            end as verdict
        from lines
        cross join rules
        where role in ('human', 'bot', 'refused')
            and {on_days("sent_at")}
    )
    select
        channel,
        count(*) filter (verdict = 'standard'),
        count(*) filter (verdict = 'ad'),
        count(*) filter (verdict = 'human_agent'),
        count(*) filter (verdict = 'template'),
        count(*) filter (verdict = 'outside'),
        count(*) filter (verdict = 'refused'),
        count(*) filter (verdict = 'unknown')
    from judged
    group by channel
    order by channel
    """
)


@dataclass(frozen=True)
class SentReplies:
    """The messages that people and bots sent, by the window they were sent in.

    Automatic greetings and marketing are left out.

    Attributes:
        channel: Where it was said.
        standard: Sent inside the window that every message opens.
        ad: Sent after it, inside the longer one that the first message after an ad opens.
        human_agent: Written by a person after that, while the tag for people's answers allows it.
            Exports do not say whether the tag was used.
        template: WhatsApp templates outside any window, which is what they are for.
        outside: Sent outside every window, or before the person ever wrote, as after a comment.
        refused: Messages the platform refused, tried outside the window; in none of the others.
        unknown: Sent where the export leaves out what the person may have written before.
    """

    channel: str
    standard: int
    ad: int
    human_agent: int
    template: int
    outside: int
    refused: int
    unknown: int


def sent_replies(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    rules: Sequence[WindowRule] = WINDOW_RULES,
) -> list[SentReplies]:
    """Count the messages sent in a period by the window they fell in, for each channel.

    Args:
        con: A connection to a database with built models.
        period: The local days on which they were sent.
        as_of: The instant whose knowledge counts, in UTC.
        rules: The windows.
    """
    rows = con.execute(_REPLIES, asked_values(period, as_of, rules)).fetchall()
    return [SentReplies(*row) for row in rows]
