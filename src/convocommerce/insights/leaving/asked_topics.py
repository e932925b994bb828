"""What people asked about before they left a cart behind, as topics and never as words.

Only what customers wrote in the conversations tied to their attempt to buy is looked at, where an
export keeps it, and only the topic leaves here: no text, no name, no conversation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from convocommerce.absences import topics_told
from convocommerce.intervals import Interval, share_interval
from convocommerce.markup import Shown
from convocommerce.measuring import facts
from convocommerce.topics import TOPICS, topics_in

if TYPE_CHECKING:
    import duckdb

    from convocommerce.measuring import Question

OTHER, NONE = "other", "none"
"""Topics of too few to be told apart, and no topic at all."""


@dataclass(frozen=True)
class AskedTopic:
    """How many people asked about one thing before an attempt to buy.

    One person can ask about several, so topics do not add up to all.

    Attributes:
        topic: A name in ``convocommerce.topics.TOPICS``; ``other`` for all topics that too few of
            those who left asked about, together; ``none`` for those without any topic.
        left: People who asked about it and left the attempt behind.
        of_left: All who left one behind and whose words are kept.
        bought: People who asked about it and bought.
        of_bought: All who bought and whose words are kept.
    """

    topic: str
    left: int
    of_left: int
    bought: int
    of_bought: int

    @property
    def left_share(self) -> float | None:
        """The share of those who left that asked about it; null when nobody left."""
        return self.left / self.of_left if self.of_left else None

    @property
    def left_interval(self) -> Interval:
        """The 95% interval of that share (Wilson)."""
        return share_interval(self.left, self.of_left)

    @property
    def bought_share(self) -> float | None:
        """The share of those who bought that asked about it; null when nobody bought."""
        return self.bought / self.of_bought if self.of_bought else None

    @property
    def bought_interval(self) -> Interval:
        """The 95% interval of that share (Wilson)."""
        return share_interval(self.bought, self.of_bought)


@dataclass(frozen=True)
class AskedTopics(Shown):
    """What people asked about before attempts to buy, as topics.

    Attributes:
        topics: The topics, the one that most of those who left asked about first, then ``other``
            if there is any, then ``none``. Empty when nobody's words are kept.
        left: People who left an attempt behind and whose words are kept.
        bought: People who bought and whose words are kept.
        untold: People of either kind who wrote, but whose words no export keeps.
        notes: What a reader must know.
    """

    topics: tuple[AskedTopic, ...]
    left: int | None
    bought: int | None
    untold: int | None
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is no topic at all."""
        return not self.topics


_ASKED = """
attempts as (
    select
        contact_key,
        started_at,
        state in ('abandoned', 'lost') as has_left,
        least($as_of, coalesce(bought_at, lost_at)) as until_at
    from facts
    where state <> 'open'
),
-- An attempt can go over several checkouts, each with the conversation before it.
tied as (
    select distinct attempts.*, outcomes.conversation_id
    from attempts
    join checkout_outcomes as outcomes
        on outcomes.contact_key = attempts.contact_key
        and outcomes.attempt_started_at = attempts.started_at
        and outcomes.started_at <= $as_of
    where outcomes.conversation_id is not null
),
texts as (
    select message_key, text from messages
    union all
    select message_key, text from ticket_messages
),
said as (
    select
        tied.contact_key,
        tied.has_left,
        {topics} as topics,
        texts.text is not null as is_kept
    from tied
    join conversation_messages as spoken
        on spoken.conversation_id = tied.conversation_id
        and spoken.role = 'customer'
        and spoken.sent_at <= tied.until_at
    join texts using (message_key)
),
people as (
    select
        contact_key,
        has_left,
        bool_or(is_kept) as is_kept,
        list_distinct(flatten(list(topics))) as topics
    from said
    group by contact_key, has_left
),
asked as (
    select contact_key, has_left, unnest(topics) as topic from people
),
small as (
    select unnest($names::varchar[]) as topic
    except
    select topic
    from asked
    group by topic
    having count(*) filter (has_left) >= $smallest
        or count(*) filter (has_left) = 0 and count(*) >= $smallest
),
folded as (
    select distinct
        contact_key,
        has_left,
        case when topic in (select topic from small) then $other else topic end as topic
    from asked
    union all
    select contact_key, has_left, $none from people where is_kept and len(topics) = 0
)"""
_COUNTED = """
select
    topic,
    count(*) filter (has_left),
    count(*) filter (not has_left),
    any_value(totals.n_left),
    any_value(totals.n_bought),
    any_value(totals.n_untold)
from (
    select
        count(*) filter (has_left and is_kept) as n_left,
        count(*) filter (not has_left and is_kept) as n_bought,
        count(distinct contact_key) filter (not is_kept) as n_untold
    from people
) as totals
left join folded on true
group by topic
order by topic = $none, topic = $other, 2 desc, 3 desc, topic
"""


def asked_topics(
    con: duckdb.DuckDBPyConnection, question: Question, *, smallest: int = 1
) -> AskedTopics:
    """Count by topic what people wrote before attempts to buy that were left, and that were not.

    Left is what was abandoned and not recovered by the as-of. What a person wrote in the
    conversations of the attempt counts up to the order, or until the cart could no longer be
    recovered. Words are looked for in every language that is known.

    Args:
        con: A connection to a database with built models.
        question: A question about cart abandonment, by the grain of the person.
        smallest: Topics that fewer of those who left asked about are told together as ``other``,
            and so are those of fewer buyers that none of those who left asked about.
    """
    if not {"messages", "carts_and_orders"} <= topics_told(con):
        return AskedTopics((), None, None, None)
    topics, patterns = topics_in("texts.text")
    query = facts(question).query(_COUNTED, [_ASKED.format(topics=topics)])
    values = {
        **query.values,
        **patterns,
        "names": list(TOPICS),
        "smallest": smallest,
        "other": OTHER,
        "none": NONE,
    }
    rows = replace(query, values=values).run(con)
    n_left, n_bought, n_untold = rows[0][3:]
    found = tuple(
        AskedTopic(topic, left, n_left, bought, n_bought)
        for topic, left, bought, *_ in rows
        if topic is not None and n_left + n_bought
    )
    return AskedTopics(found, n_left, n_bought, n_untold)
