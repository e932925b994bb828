"""Writes the pages of docs/ that are made from the code, and the support matrix of the README.

Run ``python docs/generate.py``; a test fails while a page differs from what this would write.
"""

from __future__ import annotations

import re
from pathlib import Path

from convocommerce.measuring import formula, grain_of, unit_of
from convocommerce.metrics import CATALOGUE, DIMENSIONS
from convocommerce.profiles import PROFILES, REASONS
from convocommerce.records import TABLES
from convocommerce.sources import Limit, Source, known_sources
from convocommerce.sources.contract import TOPICS
from convocommerce.sqlfiles import sql_files

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"
_NOTE = "<!-- Made from the code by docs/generate.py; change the code, not this page. -->\n\n"
_COLUMNS = {
    "Conversations": ("messages", "ticket_events"),
    "Entry points": ("touchpoints",),
    "Ads": ("ad_days", "sent_conversions"),
    "Orders": ("orders",),
    "Checkouts": ("checkouts",),
    "Ratings": ("ratings",),
    "Reported times": ("reported_times",),
    "Website visits": ("web_events",),
}
_ON_SOURCES = """
What is read from each platform, under which name, and what it cannot tell.

A file finds its kind of export by its content. `convocommerce inspect FILE` says which one it is,
without loading anything; what each export gives are tables described in [Tables](tables.md). Where
the file's name matters, the content alone does not say whose it is: keep the names and folders
that the exporter gave.

No export tells everything. What one cannot tell is listed under its platform, with the topics it
touches; a figure that rests on one of them repeats it. Where no topic is given, no figure does.

| topic | what it is about |
|---|---|
"""


_ON_SYSTEMS = """
What other systems would say of the same events: `shop.profile(name)` gives their first response
time case by case, `shop.reconcile(a, b)` leads from the figure of one to that of another with the
reason for every case on which they differ. A profile is the system as it is, with what is odd about
it; nothing here improves on it.
"""


def metrics_page() -> str:
    """Return the page of metrics."""
    parts = [_NOTE, "# Metrics\n"]
    for metric in CATALOGUE.values():
        parts.append(f"\n## {metric.title}\n\n`{metric.name}`. {metric.meaning}\n")
        parts.append(f"\n{metric.definition} {metric.excludes}\n\nSource: {metric.source}\n")
        if metric.rivals:
            parts.append("\n| who else uses the name | how they count |\n|---|---|\n")
            parts += [f"| {name} | {how} |\n" for name, how in metric.rivals.items()]
        parts.append(
            f"\n`n_open` counts {metric.open_means}. {metric.while_open}".rstrip() + "\n\n"
        )
        parts.append(f"Grain: {grain_of(metric)}. Better: {metric.better}.\n\n")
        parts.append("| statistic | unit | formula |\n|---|---|---|\n")
        for one in metric.statistics:
            how = formula(metric, one).replace("\n    ", " ").replace("|", "\\|")
            parts.append(f"| `{one.name}` ({one.title}) | {unit_of(one)} | `{how}` |\n")
        for name, choices in metric.options.items():
            parts.append(f"\nOption `{name}`: {', '.join(f'`{one}`' for one in choices)}.\n")
    parts.append("\n## What figures can be cut by\n\n| column | title |\n|---|---|\n")
    parts += [f"| `{one.name}` | {one.title} |\n" for one in DIMENSIONS.values()]
    return "".join(parts)


def systems_page() -> str:
    """Return the page of other systems' definitions."""
    parts = [_NOTE, "# Other systems, recomputed\n", _ON_SYSTEMS]
    for profile in PROFILES.values():
        parts.append(f"\n## {profile.title}\n\n`{profile.name}`. {profile.meaning}\n\n")
        parts.append(
            f"One row is a {profile.grain}, counted on the day of its {profile.cohort}; many are "
            f"shown as the {profile.average.replace('_', ' ')}. Source: {profile.source}\n"
        )
        if profile.quirks:
            parts.append("\n" + "".join(f"- {quirk}\n" for quirk in profile.quirks))
    parts.append("\n## Why two systems part\n\n| reason | what it means |\n|---|---|\n")
    parts += [f"| `{reason}` | {meaning} |\n" for reason, meaning in REASONS.items()]
    return "".join(parts)


def sources_page() -> str:
    """Return the page of platforms."""
    parts = [_NOTE, "# Platforms and their exports\n", _ON_SOURCES]
    parts += [f"| {topic.replace('_', ' ')} | {meaning} |\n" for topic, meaning in TOPICS.items()]
    for source in known_sources():
        parts.append(f"\n## {source.title}\n\n| export | name | gives | file's name |\n")
        parts.append("|---|---|---|---|\n")
        for kind in source.kinds:
            gives = ", ".join(f"`{name}`" for name in source.gives(kind)) or "nothing to count"
            matters = "matters" if kind.reads_name else ""
            parts.append(f"| {kind.title} | `{source.name}/{kind.name}` | {gives} | {matters} |\n")
        parts.append(_limits_table(source))
    return "".join(parts)


def _limits_table(source: Source) -> str:
    """Return what the exports of a platform cannot tell: each limit once, with whose it is."""
    kinds: dict[Limit, list[str]] = {}
    for kind in source.kinds:
        for limit in kind.cannot_tell:
            kinds.setdefault(limit, []).append(f"`{kind.name}`")
    lines = ["\n| what it cannot tell | touches | export |\n|---|---|---|\n"]
    for limit, names in kinds.items():
        touches = ", ".join(topic.replace("_", " ") for topic in limit.about)
        whose = "all" if len(names) == len(source.kinds) > 1 else ", ".join(names)
        lines.append(f"| {limit.sentence} | {touches} | {whose} |\n")
    return "".join(lines)


def tables_page() -> str:
    """Return the page of tables: canonical ones, models and states."""
    parts = [_NOTE, "# Tables\n\n## Records\n"]
    for table in TABLES.values():
        parts.append(f"\n### {table.name}\n\n{table.meaning} Key: ")
        parts.append(", ".join(f"`{name}`" for name in table.key))
        parts.append(".\n\n| column | type | meaning |\n|---|---|---|\n")
        for column in table.columns:
            marks = " Required." if column.required else ""
            marks += " Personal." if column.personal else ""
            parts.append(f"| `{column.name}` | {column.type} | {column.meaning}{marks} |\n")
    for folder, title in (
        ("references", "References"),
        ("models", "Models"),
        ("states", "States, as known at an as-of"),
    ):
        parts.append(f"\n## {title}\n\n| table | one row is | what it is for |\n|---|---|---|\n")
        parts += [
            f"| `{file.name}` | {file.grain} | {file.sentence} |\n"
            for file in sql_files(folder).values()
        ]
    return "".join(parts)


def support_matrix() -> str:
    """Return the table of what is read from which platform."""
    lines = [f"| platform | {' | '.join(_COLUMNS)} |", f"|---|{'---|' * len(_COLUMNS)}"]
    for source in known_sources():
        tables = {table for kind in source.kinds for table in source.gives(kind)}
        marks = ["yes" if tables & set(wanted) else "" for wanted in _COLUMNS.values()]
        anchor = source.title.lower().replace(" ", "-")
        lines.append(f"| [{source.title}](docs/sources.md#{anchor}) | {' | '.join(marks)} |")
    return "\n".join(lines)


def readme_with_matrix(text: str) -> str:
    """Return the README with its support matrix renewed."""
    return re.sub(
        r"(<!-- matrix -->\n)[\s\S]*?(\n<!-- /matrix -->)",
        lambda found: f"{found[1]}{support_matrix()}{found[2]}",
        text,
    )


PAGES = {
    "metrics.md": metrics_page,
    "sources.md": sources_page,
    "systems.md": systems_page,
    "tables.md": tables_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")
    README.write_text(readme_with_matrix(README.read_text("utf-8")), "utf-8")
