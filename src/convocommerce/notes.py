"""What a reader must know about the data behind a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from convocommerce.absences import DATED, reasons
from convocommerce.building import TOLD_TWICE, UNNAMED_SENDER, data_through
from convocommerce.formatting import Formatter
from convocommerce.metrics import Metric, Share
from convocommerce.remembering import remembered
from convocommerce.sources import known_sources
from convocommerce.wording import wording

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period
    from convocommerce.rules import Rules

_TOLD = """
    with told as (
        select channel, export, sent_at as moment from messages where export is not null
        union all
        select tickets.channel, events.export, events.happened_at
        from ticket_events as events
        left join tickets using (platform, ticket_id)
    )
    select
        export,
        count(*) filter (
            ($first is null or moment >= $first and moment < $end)
            and (len($channels) = 0 or list_contains($channels, channel))
        )
    from told
    where moment <= $as_of
    group by export
"""
_LOADED = """
    select distinct source || '/' || kind from load_files where n_loaded + n_duplicate > 0
"""
_STALE = dt.timedelta(days=1)


def notes_on(
    con: duckdb.DuckDBPyConnection,
    metrics: Sequence[Metric],
    rules: Rules,
    period: Period | None,
    as_of: dt.datetime,
    language: str,
    *,
    empty: Collection[str] = (),
    clock: str = "",
    is_whole: bool = True,
) -> tuple[str, ...]:
    """Return what a reader must know, in full sentences; nothing when all is well.

    Args:
        con: A connection to a database with built models.
        metrics: The metrics asked for.
        rules: The rules in force.
        period: The days asked about.
        as_of: The instant whose knowledge counts, in UTC.
        language: The language of the sentences.
        empty: Names of the metrics of which there was nothing to measure.
        clock: Whose answer was asked for, where that was chosen.
        is_whole: Whether every statistic of the metrics is shown.
    """
    say = wording(language)
    needs = {topic: None for metric in metrics for topic in _needs(metric, is_whole=is_whole)}
    known_at = as_of if empty else None
    notes = [*reasons(con, list(needs), language, period=period, as_of=known_at)]
    why = list(notes)
    notes += _stale(con, needs, rules, as_of, language)
    notes += _told_twice(con, language)
    notes += _told_by_nobody(con, language)
    notes += _unknown_senders(con, rules, as_of, language)
    if any("answers" in metric.rests_on for metric in metrics):
        why += _cut_off(con, period, as_of, language)
    if any("tells_close" in metric.population for metric in metrics):
        why += _closes_untold(con, period, as_of, language)
    if any(_tells_of_bots(metric, clock, is_whole=is_whole) for metric in metrics):
        why += _bots_untold(con, period, as_of, language)
    notes += [one for one in why if one not in notes]
    if not why:
        notes += [say(metric.none_means) for metric in metrics if metric.name in empty]
    if period is not None:
        end = dt.datetime.combine(period.end, dt.time())
        if end > as_of + dt.timedelta(hours=26):
            notes.append(say("The period is not over at the as-of."))
    return tuple(dict.fromkeys(notes))


def _needs(metric: Metric, *, is_whole: bool) -> tuple[str, ...]:
    shares = [one for one in metric.statistics if isinstance(one, Share)] if is_whole else []
    return metric.needs + tuple(topic for one in shares for topic in one.needs)


def _tells_of_bots(metric: Metric, clock: str, *, is_whole: bool) -> bool:
    shares = [one for one in metric.statistics if isinstance(one, Share)] if is_whole else []
    conditions = {metric.population_of.get(clock), *(one.told for one in shares)}
    return "tells_bots" in conditions


def _stale(
    con: duckdb.DuckDBPyConnection,
    needs: Collection[str],
    rules: Rules,
    as_of: dt.datetime,
    language: str,
) -> list[str]:
    """Say of which records nothing is known any more well before the as-of."""
    say, write = wording(language), Formatter(language)
    zone = rules.time_zone
    through = remembered(con, ("reach", zone), lambda: data_through(con, zone))
    ends = {
        "messages": say("Messages are loaded up to {day} only."),
        "orders": say("Orders are loaded up to {day} only."),
    }
    found = []
    for topic, text in ends.items():
        lasts = [through[table] for table in DATED[topic] if table in through]
        if topic in needs and lasts and max(lasts) < as_of - _STALE:
            found.append(text.format(day=write.date(max(lasts).date())))
    return found


def limits_on(
    con: duckdb.DuckDBPyConnection,
    topics: Collection[str],
    as_of: dt.datetime,
    language: str,
    *,
    period: Period | None = None,
    channels: Collection[str] = (),
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what the exports behind a figure cannot tell about what it rests on.

    Args:
        con: A connection to a database with built models.
        topics: What the figure rests on, of ``sources.contract.TOPICS``.
        as_of: The instant whose knowledge counts, in UTC.
        language: The language of the sentences.
        period: The days asked about; exports that told nothing of them are left out.
        channels: The channels asked about, all when empty.

    Returns:
        The kinds of exports that share the same limits, with the share of the messages that
        comes from them where others tell messages too, and those limits; no sentence stands twice.
    """
    say, write = wording(language), Formatter(language)
    values = {**_bounds(period), "as_of": as_of, "channels": list(channels)}
    told = remembered(
        con,
        ("told by exports", as_of, period, tuple(channels)),
        lambda: dict(con.execute(_TOLD, values).fetchall()),
    )
    loaded = remembered(
        con, "exports loaded", lambda: {name for (name,) in con.execute(_LOADED).fetchall()}
    )
    titles: dict[str, str] = {}
    sayers: dict[str, list[str]] = {}
    for source in known_sources():
        for kind in source.kinds:
            name = f"{source.name}/{kind.name}"
            if told.get(name) == 0 or name not in loaded | told.keys():
                continue
            titles[name] = say(kind.title)
            for limit in kind.cannot_tell:
                if set(limit.about) & set(topics):
                    sayers.setdefault(limit.sentence, []).append(name)
    found: dict[tuple[str, ...], list[str]] = {}
    for sentence, names in sayers.items():
        found.setdefault(tuple(names), []).append(say(sentence))
    limits = []
    for exports, sentences in found.items():
        title = "; ".join(titles[name] for name in exports)
        share = sum(told.get(name, 0) for name in exports) / max(sum(told.values()), 1)
        if 0 < share < 1:
            of = say("{share} of the messages").format(share=write.share(share, 0))
            title = f"{title} ({of})"
        limits.append((title, tuple(sentences)))
    return tuple(limits)


def _bounds(period: Period | None) -> dict[str, dt.datetime | None]:
    if period is None:
        return {"first": None, "end": None}
    return {
        "first": dt.datetime.combine(period.start, dt.time()),
        "end": dt.datetime.combine(period.end, dt.time()),
    }


def _cut_off(
    con: duckdb.DuckDBPyConnection, period: Period | None, as_of: dt.datetime, language: str
) -> list[str]:
    """Say how many conversations are not judged because their beginning is not in the export."""
    n = remembered(
        con,
        ("cut off", period, as_of),
        lambda: con.execute(
            """
            select count(*) from conversations
            where is_cut_off and started_at <= $as_of
                and ($first is null or started_local >= $first and started_local < $end)
            """,
            {**_bounds(period), "as_of": as_of},
        ).fetchall()[0][0],
    )
    if not n:
        return []
    text = wording(language)(
        "{n} conversations are not judged: the export leaves out how they began."
    )
    return [text.format(n=Formatter(language).count(n))]


def _closes_untold(
    con: duckdb.DuckDBPyConnection, period: Period | None, as_of: dt.datetime, language: str
) -> list[str]:
    """Say on which channels nothing is known about closes, so that no figure speaks of them."""
    channels = _channels_without(con, "tells_close", period, as_of)
    if not channels:
        return []
    text = wording(language)(
        "Conversations on {channels} are left out where no export tells when they were closed."
    )
    return [text.format(channels=", ".join(channels))]


def _bots_untold(
    con: duckdb.DuckDBPyConnection, period: Period | None, as_of: dt.datetime, language: str
) -> list[str]:
    """Say on which channels nothing is known of bots, where 0 would be a guess."""
    channels = _channels_without(con, "tells_bots", period, as_of)
    if not channels:
        return []
    text = wording(language)(
        "Of bots nothing is known on {channels} where no export tells them and people apart."
    )
    return [text.format(channels=", ".join(channels))]


def _channels_without(
    con: duckdb.DuckDBPyConnection, told: str, period: Period | None, as_of: dt.datetime
) -> list[str]:
    """Return the channels with conversations of which no export tells something."""
    rows = remembered(
        con,
        ("channels without", told, period, as_of),
        lambda: con.execute(
            f"""
            select distinct channel from conversations
            where not {told} and first_customer_at <= $as_of
                and ($first is null or started_local >= $first and started_local < $end)
            order by channel
            """,
            {**_bounds(period), "as_of": as_of},
        ).fetchall(),
    )
    return [channel for (channel,) in rows]


def _told_twice(con: duckdb.DuckDBPyConnection, language: str) -> list[str]:
    """Say which channels are told by two systems, which doubles their conversations."""
    text = wording(language)(
        "{n} messages of {channel} are told by several exports ({exports}) and count for each; "
        "choose one in Rules.told_by."
    )
    rows = remembered(
        con,
        "told twice",
        lambda: con.execute(
            "select channel, exports, n_messages from told_twice "
            "where n_messages >= $few order by 1",
            {"few": TOLD_TWICE},
        ).fetchall(),
    )
    return [
        text.format(n=Formatter(language).count(n), channel=channel, exports=", ".join(exports))
        for channel, exports, n in rows
    ]


_TOLD_BY_NOBODY = """
with told as (
    select channel, export from messages
    union all
    select channel, events.export
    from ticket_events as events join tickets using (platform, ticket_id)
)
select channel, told_by.export, count(*)
from told join told_by using (channel)
group by all
having not bool_or(
    told.export = told_by.export or starts_with(told.export, told_by.export || '/')
)
order by channel
"""


def _told_by_nobody(con: duckdb.DuckDBPyConnection, language: str) -> list[str]:
    """Say which channels fall silent because the export that should tell them told nothing."""
    text = wording(language)(
        "{n} messages of {channel} are left out: Rules.told_by names {export}, "
        "which told none of them."
    )
    rows = remembered(con, "told by nobody", lambda: con.execute(_TOLD_BY_NOBODY).fetchall())
    return [
        text.format(n=Formatter(language).count(n), channel=channel, export=export)
        for channel, export, n in rows
    ]


def _unknown_senders(
    con: duckdb.DuckDBPyConnection, rules: Rules, as_of: dt.datetime, language: str
) -> list[str]:
    say, write = wording(language), Formatter(language)
    unknown = remembered(
        con,
        ("unnamed senders", as_of),
        lambda: con.execute(
            f"""
            select count(*), count(distinct app_id)
            from messages
            where {UNNAMED_SENDER} and sent_at <= $as_of
            """,
            {"as_of": as_of},
        ).fetchall()[0],
    )
    if not unknown[0]:
        return []
    return [
        say(
            "{n} messages came from {apps} apps that the rules do not name and are taken for: "
            "{role}. Set Rules.senders, or answer times cannot be trusted."
        ).format(
            n=write.count(unknown[0]), apps=write.count(unknown[1]), role=say(rules.unknown_app)
        )
    ]
