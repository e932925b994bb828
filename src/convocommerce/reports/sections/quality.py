"""What the figures rest on: links, doubts about the data, documents, and what cannot be told."""

from __future__ import annotations

from typing import Any

from convocommerce.charts.text import clean
from convocommerce.metrics import dimension_named, metric_named
from convocommerce.notes import limits_on
from convocommerce.reports.blocks import Block, Cell, Facts, Section, TableBlock
from convocommerce.reports.cells import count_figure, figure_cell, name_cell
from convocommerce.reports.sections.definitions import METRICS
from convocommerce.reports.sections.doubts import doubts
from convocommerce.reports.sections.links import links
from convocommerce.reports.span import Span
from convocommerce.sources import known_sources

# The same file may be loaded more than once; its first load says what became of it.
_KNOWN = """
with known as (
    select *, row_number() over (
        partition by coalesce(sha256, file) order by load_id, file
    ) as times
    from load_files
)
"""
_DOCUMENTS = f"""
{_KNOWN}
select
    source, kind, count(*), sum(n_read)::bigint, sum(n_loaded)::bigint, sum(n_duplicate)::bigint,
    sum(n_ignored)::bigint, sum(n_quarantined)::bigint
from known
where times = 1 and source is not null
group by source, kind
order by source, kind
"""
_REASONS = f"""
{_KNOWN}
select coalesce(known.source, ''), coalesce(known.kind, ''), reasons.reason, sum(reasons.n)::bigint
from load_reasons as reasons
join known using (load_id, file)
where known.times = 1 and reasons.outcome = 'quarantined'
group by 1, 2, 3
order by 4 desc, 1, 2, 3
"""
# What the page's figures are cut by: bots and people each have a clock.
_CUTS = ("channel", "entry_point", "campaign", "first_responder")


def quality(span: Span) -> Section:
    """Return what was linked, doubted, read and left out, and what to do about it."""
    documents = span.con.execute(_DOCUMENTS).fetchall()
    read, quarantined = (sum(row[place] for row in documents) for place in (3, 7))
    blocks: list[Block] = [*links(span), *doubts(span, read, quarantined)]
    blocks += [_documents(span, documents), *_quarantined(span), *_limits(span)]
    return Section("quality", span.say("What the figures rest on"), tuple(blocks))


def _titles(span: Span) -> dict[str, str]:
    return {
        f"{source.name}/{kind.name}": span.say(kind.title)
        for source in known_sources()
        for kind in source.kinds
    }


def _documents(span: Span, found: list[tuple[Any, ...]]) -> TableBlock:
    say, titles = span.say, _titles(span)
    lines = []
    for source, kind, *numbers in found:
        names = ("files", "read", "loaded", "duplicate", "ignored", "quarantined")
        cells = [
            _count(span, name, n, {"source": source, "kind": kind})
            for name, n in zip(names, numbers, strict=True)
        ]
        name = f"{source}/{kind}"
        lines.append((name_cell(titles.get(name, name)), *cells))
    headings = (
        say("Export"),
        say("Files"),
        say("Read"),
        say("Loaded"),
        say("Duplicate"),
        say("Ignored"),
        say("Quarantined"),
    )
    note = say(
        "Documents of all exports loaded so far. Ignored ones hold nothing to count; quarantined "
        "ones could not be understood and are kept aside."
    )
    return TableBlock(say("Documents"), headings, tuple(lines), note)


def _quarantined(span: Span) -> list[Block]:
    """Return why documents could not be understood, by export; nothing when all could."""
    say, titles = span.say, _titles(span)
    lines = []
    for source, kind, reason, n in span.con.execute(_REASONS).fetchall():
        name = f"{source}/{kind}" if source else ""
        title = titles.get(name, name) or say("Not recognised")
        group = {"source": source or None, "kind": kind or None, "reason": reason}
        figure = count_figure(span, "quarantined", "documents", float(n), group=group)
        cell = figure_cell(span, figure, is_brief=True)
        lines.append((name_cell(f"{title}: {clean(say(reason))}"), cell))
    if not lines:
        return []
    headings = (say("Export and reason"), "n")
    note = say(
        "The notebook shows where they stand (shop.quarantined). An export of another version may "
        "need a mapping; loading it again then takes them in."
    )
    return [TableBlock(say("Documents that could not be understood"), headings, tuple(lines), note)]


def _limits(span: Span) -> list[Facts]:
    """Return what the exports cannot tell of what the page's figures rest on."""
    topics = {topic for name in METRICS for topic in metric_named(name).rests_on}
    topics |= {topic for name in _CUTS for topic in dimension_named(name).rests_on}
    limits = limits_on(span.con, topics | {"ads"}, span.as_of, span.language)
    return [Facts(limits, title=span.say("What the exports cannot tell"))] if limits else []


def _count(span: Span, name: str, n: int, group: dict[str, object]) -> Cell:
    figure = count_figure(span, "documents", name, float(n), group=group)
    return figure_cell(span, figure, is_brief=True)
