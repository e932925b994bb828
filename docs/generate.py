"""Writes the pages of docs/ that are made from the code, and the support matrix of the README.

Run ``python docs/generate.py``; a test fails while a page differs from what this would write.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from convocommerce.configuration.layers import PREFIX
from convocommerce.configuration.mistakes import table_of
from convocommerce.configuration.tables import File
from convocommerce.measuring import formula, grain_of, unit_of
from convocommerce.metrics import CATALOGUE, DIMENSIONS
from convocommerce.profiles import PROFILES, REASONS
from convocommerce.records import TABLES
from convocommerce.rules import Rules
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
How the exports of each platform are made, what is read from them, under which name, and what they
cannot tell. Menus move: where one is not found under its name, the platform's own help has it.

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


_ON_CONFIGURATION = """
A scheduled build is told everything by one TOML file. `convocommerce init` writes one from the
exports there are, `convocommerce check-config shop.toml` checks one and prints what is in force
and where each value came from. Whatever is wrong is told at once, each with its file, line and
column, before anything runs; the exit code is then 2.

A setting can be given in four ways, of which the first that is there wins:

1. as an option: `--set publish.folder=site`;
2. in the environment: `{prefix}PUBLISH_FOLDER=site`; the names are those of table and key. A
   variable that looks like one of these and is none is refused, unless the file itself names it
   as `env:NAME`;
3. in the file: `folder = "site"` under `[publish]`;
4. by its default.

Lists are typed with commas there: `business.languages=nl,en`. Tables that may stand several times
(`[[sources]]`), targets and the rules that are tables themselves (`[rules.senders]`) stand in the
file only. Paths in the file are seen from its folder, typed ones from where one stands. Times are
written as `90m`, `36h`, `2d` or `1w`. What is secret never stands in the file: where the word
`env:NAME` is taken, the value is read from that environment variable when it is needed, and it is
shown nowhere.

The configuration of the sample shop, `data/shop.toml`:

```toml
{sample}```
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
        parts.append(f"\n## {source.title}\n\n")
        parts += [f"- {way}\n" for way in source.made_by]
        parts.append("\n| export | name | gives | file's name |\n")
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


def configuration_page() -> str:
    """Return the page of the configuration of a build."""
    sample = (DOCS.parent / "data" / "shop.toml").read_text("utf-8")
    parts = [_NOTE, "# The configuration of a build\n"]
    parts.append(_ON_CONFIGURATION.format(prefix=PREFIX, sample=sample))
    for name, field in File.model_fields.items():
        table = table_of(field)
        if table is not None:
            is_list = "tuple" in str(field.annotation)
            meaning = (table.__doc__ or "").strip()
            parts.append(f"\n## {'[[' if is_list else '['}{name}{']]' if is_list else ']'}\n\n")
            parts.append(f"{meaning}\n\n| key | takes | default | meaning | example |\n")
            parts.append("|---|---|---|---|---|\n")
            parts += [f"| {row} |\n" for row in _keys(table.model_fields)]
        elif name == "rules":
            parts.append(_RULES_HEADING)
            parts += [f"| {row} |\n" for row in _rules()]
        else:
            parts.append(_TARGETS)
    return "".join(parts)


_RULES_HEADING = """
## [rules]

The choices of meaning behind every figure, as `convocommerce rules` and `Rules.from_toml` take
them: here, or in a file of their own that `file` names (`file = "rules.toml"`).

| rule | default | meaning |
|---|---|---|
"""

_TARGETS = """
## [targets]

What figures should reach, by metric and statistic of the [catalogue](metrics.md): a share between 0
and 1, a number, or a time in seconds or such as `"15m"`. The page says in the tiles of its headline
figures, and below its alerts for all others, whether they are met. Figures of which neither way is
better, such as the number of conversations, can have alerts and no target.

```toml
[targets]
first_response_time.median = "15m"
conversion.settled_rate = 0.1
```
"""


def _keys(fields: Mapping[str, Any]) -> Iterator[str]:
    for key, field in fields.items():
        default = "required" if field.is_required() else _value(field.default)
        said = (_takes(field), default, field.description, f"`{field.examples[0]}`")
        yield f"`{field.alias or key}` | " + " | ".join(said)


def _takes(field: Any) -> str:
    """Return what a key takes, in words."""
    found = [field.annotation]
    while found:
        one = found.pop(0)
        if getattr(one, "__origin__", None) is tuple:
            return "a text or a list of texts"
        for kind, words in (
            (Path, "a path"),
            (bool, "`true` or `false`"),
            (int, "a whole number"),
            (float, "a share" if "Le(le=1)" in str(field.metadata) else "a number or a time"),
            (dt.timedelta, "a time"),
            (str, "a text"),
        ):
            if one is kind:
                return words
        found += get_args(one)
    return "`env:NAME`"


def _value(value: Any) -> str:
    if value is None or value == {} or value == ():
        return ""
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _rules() -> Iterator[str]:
    """Yield the rules as their class describes them."""
    described = inspect.getdoc(Rules) or ""
    section = described.partition("Attributes:\n")[2].partition("\nRaises:")[0]
    defaults = Rules().to_dict()
    pattern = re.compile(r"^    (\w+): ([\s\S]*?)(?=^    \w|\Z)", re.MULTILINE)
    for name, meaning in pattern.findall(section):
        words = " ".join(meaning.replace("``", "`").split())
        yield f"`{name}` | {_value(defaults[name])} | {words}"


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
    "configuration.md": configuration_page,
    "metrics.md": metrics_page,
    "sources.md": sources_page,
    "systems.md": systems_page,
    "tables.md": tables_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")
    README.write_text(readme_with_matrix(README.read_text("utf-8")), "utf-8")
