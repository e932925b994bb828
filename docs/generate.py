"""Writes the pages of docs/ that are made from the code, and the support matrix of the README.

Run ``python docs/generate.py``; a test fails while a page differs from what this would write.
"""

from __future__ import annotations

import re
from pathlib import Path

from convocommerce.metrics import CATALOGUE, DIMENSIONS, Quantile, Share, Total, Within
from convocommerce.records import TABLES
from convocommerce.sources import known_sources
from convocommerce.sqlfiles import sql_files

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"
_NOTE = "<!-- Made from the code by docs/generate.py; change the code, not this page. -->\n\n"
_KINDS = {
    "Conversations": ("messages",),
    "Entry points": ("touchpoints",),
    "Ads": ("ad_days",),
    "Orders": ("orders",),
    "Checkouts": ("checkouts",),
}


def metrics_page() -> str:
    """Return the page of metrics."""
    parts = [_NOTE, "# Metrics\n"]
    for metric in CATALOGUE.values():
        parts.append(f"\n## {metric.title}\n\n`{metric.name}`. {metric.meaning}\n")
        parts.append(f"\n{metric.definition}\n")
        parts.append(
            f"\n`n_open` counts {metric.open_means}. {metric.while_open}".rstrip() + "\n\n"
        )
        parts.append("| statistic | what it is |\n|---|---|\n")
        for one in metric.statistics:
            match one:
                case Quantile(at=at):
                    what = f"quantile {at} over those that ended, seconds"
                case Within(seconds=seconds):
                    what = f"share within {seconds:,} s of those that are decided"
                case Share(counts=counts, decided=decided):
                    what = f"share with `{counts}` of those with `{decided}`"
                case Total(amount=amount, where=where):
                    what = (f"sum of `{amount}` per currency" if amount else "count") + (
                        f" where `{where}`" if where != "true" else ""
                    )
            parts.append(f"| `{one.name}` | {what} |\n")
        for name, choices in metric.options.items():
            parts.append(f"\nOption `{name}`: {', '.join(f'`{one}`' for one in choices)}.\n")
    parts.append("\n## What figures can be cut by\n\n| column | title |\n|---|---|\n")
    parts += [f"| `{one.name}` | {one.title} |\n" for one in DIMENSIONS.values()]
    return "".join(parts)


def sources_page() -> str:
    """Return the page of platforms."""
    parts = [_NOTE, "# Platforms and their exports\n"]
    for source in known_sources():
        parts.append(f"\n## {source.title}\n")
        for kind in source.kinds:
            tables = source.gives(kind)
            parts.append(f"\n### {kind.title}\n\n`{source.name}/{kind.name}`; gives ")
            parts.append(", ".join(f"`{name}`" for name in tables) or "nothing yet")
            parts.append(".\n")
            parts += [f"\n- {limit.sentence}" for limit in kind.cannot_tell]
            parts.append("\n" if kind.cannot_tell else "")
    return "".join(parts)


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
    lines = [f"| export | {' | '.join(_KINDS)} |", f"|---|{'---|' * len(_KINDS)}"]
    for source in known_sources():
        for kind in source.kinds:
            tables = set(source.statements(kind))
            marks = ["yes" if tables & set(wanted) else "" for wanted in _KINDS.values()]
            if any(marks):
                lines.append(f"| {kind.title} | {' | '.join(marks)} |")
    return "\n".join(lines)


def readme_with_matrix(text: str) -> str:
    """Return the README with its support matrix renewed."""
    return re.sub(
        r"(<!-- matrix -->\n)[\s\S]*?(\n<!-- /matrix -->)",
        lambda found: f"{found[1]}{support_matrix()}{found[2]}",
        text,
    )


PAGES = {"metrics.md": metrics_page, "sources.md": sources_page, "tables.md": tables_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")
    README.write_text(readme_with_matrix(README.read_text("utf-8")), "utf-8")
