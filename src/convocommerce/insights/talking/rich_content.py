"""What followed in conversations with templates, choices, forms or reminders, and in others.

None of it says that the content was the reason: who gets a template or presses a button differs
from who does not, and a reminder goes to those who fell silent. It is an association, and is to be
called one wherever it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.absences import topics_told
from convocommerce.intervals import Interval, difference_interval, share_interval
from convocommerce.measuring import states_before

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

    from convocommerce.periods import Period

FEATURES = ("template", "choice", "form", "reminder")
"""What is looked at, in the order of the rows."""


@dataclass(frozen=True)
class RichContent:
    """Conversations with one kind of content beside those without, on the channels that had it.

    Attributes:
        feature: ``template`` (a carousel, list or template was sent once the customer had
            written), ``choice`` (the customer pressed a button or quick reply that was offered),
            ``form`` (a form brought them) or ``reminder`` (a campaign or reminder was sent once
            the customer had written).
        conversations: Conversations with it.
        conversations_without: Conversations on the same channels without it.
        shown: Those with it in which it is decided whether the customer wrote after it; null for
            choices and forms, which are themselves something the customer sent.
        written: Those of them in which the customer did.
        shown_without: Those without it in which it is decided whether the customer wrote after
            the first answer; null likewise.
        written_without: Those of them in which the customer did.
        decided: Those with it whose outcome is decided; this and what follows is null where no
            orders are loaded.
        converted: Those of them that ended in an order.
        decided_without: Those without it whose outcome is decided.
        converted_without: Those of them that ended in an order.
    """

    feature: str
    conversations: int
    conversations_without: int
    shown: int | None
    written: int | None
    shown_without: int | None
    written_without: int | None
    decided: int | None
    converted: int | None
    decided_without: int | None
    converted_without: int | None

    @property
    def written_difference(self) -> float | None:
        """Return the share in which the customer wrote, less that of the others; null if unknown.

        >>> RichContent("template", 4, 8, 4, 3, 8, 4, 4, 1, 8, 4).written_difference
        0.25
        """
        return _difference(self.written, self.shown, self.written_without, self.shown_without)

    @property
    def written_interval(self) -> Interval:
        """Return the 95% interval of that difference."""
        return _interval(self.written, self.shown, self.written_without, self.shown_without)

    @property
    def converted_difference(self) -> float | None:
        """Return the share that ended in an order, less that of the others; null if unknown.

        >>> RichContent("template", 4, 8, 4, 3, 8, 4, 4, 1, 8, 4).converted_difference
        -0.25
        """
        return _difference(
            self.converted, self.decided, self.converted_without, self.decided_without
        )

    @property
    def converted_interval(self) -> Interval:
        """Return the 95% interval of that difference."""
        return _interval(self.converted, self.decided, self.converted_without, self.decided_without)


def _difference(
    k: int | None, n: int | None, k_base: int | None, n_base: int | None
) -> float | None:
    if not n or not n_base or k is None or k_base is None:
        return None
    return k / n - k_base / n_base


def _interval(k: int | None, n: int | None, k_base: int | None, n_base: int | None) -> Interval:
    if not n or not n_base or k is None or k_base is None:
        return None, None
    return difference_interval(
        k / n, share_interval(k, n), k_base / n_base, share_interval(k_base, n_base)
    )


_CONTENT = """
    with {states},
    begun as (
        select conversation_id, channel, outcome
        from conversation_states
        where started_local >= $first_day and started_local < $end_day
    ),
    kinds as (
        select message_key, kind from messages where kind in ('template', 'quick_reply', 'postback')
        union all
        select message_key, kind from ticket_messages
        where kind in ('template', 'quick_reply', 'postback')
    ),
    said as (
        select spoken.*, kinds.kind
        from conversation_messages as spoken
        semi join begun using (conversation_id)
        left join kinds using (message_key)
        where spoken.sent_at <= $as_of
    ),
    -- Where each kind of content first stands after the customer wrote: of what was sent before,
    -- only that is a conversation which the customer did answer. Forms stand before all.
    marks as (
        select
            conversation_id,
            case
                when role = 'marketing' then 'reminder'
                when role = 'customer' then 'choice'
                else 'template'
            end as feature,
            min(position) as position,
            min(sent_at) as sent_at
        from said
        where role = 'marketing' and is_after_customer
            or role in ('human', 'bot') and kind = 'template' and is_after_customer
            or role = 'customer' and kind in ('quick_reply', 'postback')
        group by all
        union all
        select distinct conversation_id, 'form', 0, null::timestamp
        from conversation_touchpoints
        where entry_point = 'lead_form' and occurred_at <= $as_of
    ),
    firsts as (
        select
            conversation_id,
            max(position) filter (role = 'customer') as last_customer,
            min(position) filter (role in ('human', 'bot') and is_after_customer) as answered,
            min(sent_at) filter (role in ('human', 'bot') and is_after_customer) as answered_at
        from said
        group by conversation_id
    ),
    pairs as (
        select
            features.feature,
            begun.*,
            marks.conversation_id is not null as is_with,
            if(is_with, marks.position, firsts.answered) as shown,
            if(is_with, marks.sent_at, firsts.answered_at) as shown_at,
            coalesce(firsts.last_customer > shown, false) as is_written,
            is_written
            or coalesce(epoch_ms($as_of) - epoch_ms(shown_at) >= rules.gap_ms, false) as is_known
        from begun
        cross join (select unnest($features) as feature) as features
        cross join rules
        join firsts using (conversation_id)
        left join marks using (conversation_id, feature)
        where (features.feature, begun.channel) in (
            select (marks.feature, begun.channel) from marks join begun using (conversation_id)
        )
    )
    select
        feature,
        count(*) filter (is_with),
        count(*) filter (not is_with),
        count(*) filter (is_with and is_known),
        count(*) filter (is_with and is_known and is_written),
        count(*) filter (not is_with and is_known),
        count(*) filter (not is_with and is_known and is_written),
        count(*) filter (is_with and outcome <> 'pending'),
        count(*) filter (is_with and outcome in ('in_chat', 'assisted')),
        count(*) filter (not is_with and outcome <> 'pending'),
        count(*) filter (not is_with and outcome in ('in_chat', 'assisted'))
    from pairs
    group by feature
    order by array_position($features, feature)
"""


def rich_content(
    con: duckdb.DuckDBPyConnection, period: Period, as_of: dt.datetime
) -> list[RichContent]:
    """Set conversations with rich content beside others, by what followed.

    Whether the customer wrote counts from the first such content, and without it from the first
    answer of a person or bot. It is decided once they did, or when the silence that ends a
    conversation has passed.

    Args:
        con: A connection to a database with built models.
        period: The local days on which conversations began.
        as_of: The instant whose knowledge counts, in UTC.

    Returns:
        One row per kind of content that occurs.
    """
    rows = con.execute(
        _CONTENT.format(states=states_before("conversation_states")),
        {
            "as_of": as_of,
            "first_day": period.start,
            "end_day": period.end,
            "features": list(FEATURES),
        },
    ).fetchall()
    sells = "orders" in topics_told(con)
    return [
        RichContent(
            feature, n, n_without,
            *(written if feature in ("template", "reminder") else [None] * 4),
            *(outcome if sells else [None] * 4),
        )
        for feature, n, n_without, *rest in rows
        for written, outcome in [(rest[:4], rest[4:])]
    ]  # fmt: skip
