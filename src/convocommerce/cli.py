"""The command line: each command is one call to the facade.

Exit codes: 0 done; 1 error; 2 wrong use; 3 data not fit; 65 an export cannot be used; 74 the
database cannot be used; 75 somebody else holds it, try later. Figures go to standard output,
everything else to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from convocommerce.errors import ConvocommerceError, UsageError
from convocommerce.showing import progress_bar

if TYPE_CHECKING:
    from convocommerce.shop import Shop

app = typer.Typer(
    name="convocommerce",
    help="See how well your conversations sell.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Database = Annotated[Path, typer.Argument(help="The DuckDB file.", metavar="DATABASE")]
Language = Annotated[str, typer.Option(help="en or nl.")]
AsOf = Annotated[
    str | None,
    typer.Option(
        help="Day or instant whose knowledge counts; the last one in the data if not set."
    ),
]
PeriodName = Annotated[
    str | None, typer.Option(help="2026-03, 2026-W10, last-week, 2026-03-01..2026-03-15, all ...")
]


class Format(StrEnum):
    """How figures are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class Clock(StrEnum):
    """Which time a wait is told in."""

    CALENDAR = "calendar"
    OPENING = "opening"


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the database and the page.")] = Path(
        "reports"
    ),
    exports: Annotated[
        Path | None, typer.Option(help="Sample exports; a shop is simulated when not set.")
    ] = None,
    language: Language = "en",
) -> None:
    """Load a sample shop, print its three headline metrics and write its page."""
    import tempfile

    from convocommerce.demo import run_demo

    with tempfile.TemporaryDirectory() as folder, progress_bar() as tell:
        page, text = run_demo(out, exports, Path(folder), language, tell)
    print(text)
    print(f"\nThe page: {page.resolve().as_uri()}")


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="Folder to write into.")],
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 7,
    months: Annotated[int, typer.Option(help="How many months.")] = 3,
    per_day: Annotated[float, typer.Option(help="Conversations a day.")] = 18.0,
    start: Annotated[str, typer.Option(help="First day.")] = "2026-06-01",
    all_shapes: Annotated[bool, typer.Option(help="Also other shapes of the same orders.")] = False,
    talk: Annotated[
        str, typer.Option(help="Through what it talks: messenger, whatsapp, zendesk ...")
    ] = "messenger",
    sales: Annotated[
        str, typer.Option(help="Through what it sells: shopify, woocommerce or stripe.")
    ] = "shopify",
) -> None:
    """Write the exports of a simulated shop, and apart from them the truth about it."""
    from convocommerce.simulation import simulate as run

    try:
        first_day = date.fromisoformat(start)
    except ValueError:
        raise UsageError(f"--start {start!r} is not a day such as 2026-06-01") from None
    summary = run(
        out,
        seed=seed,
        months=months,
        start=first_day,
        conversations_per_day=per_day,
        shapes="all" if all_shapes else "usual",
        talk=talk,
        sales=sales,
    )
    print(
        f"{summary.n_conversations:,} conversations, {summary.n_messages:,} messages, "
        f"{summary.n_orders:,} orders: {summary.exports}"
    )


@app.command()
def load(
    database: Database,
    exports: Annotated[list[Path], typer.Argument(help="Files, folders or archives.")],
    mapping: Annotated[
        list[Path] | None, typer.Option(help="TOML file for other files; may be repeated.")
    ] = None,
) -> None:
    """Load exports; exit code 65 says that a file could not be read, the others are loaded."""
    with _open(database, is_made=True) as shop, progress_bar() as tell:
        report = shop.load(*exports, mapping=mapping or (), progress=tell)
    print(report)
    for file in report.failed:
        print(f"convocommerce: {file.note}", file=sys.stderr)
    if report.failed:
        raise typer.Exit(65)


@app.command()
def inspect(
    exports: Annotated[list[Path], typer.Argument(help="Files, folders or archives.")],
    mapping: Annotated[
        list[Path] | None, typer.Option(help="TOML file for other files; may be repeated.")
    ] = None,
) -> None:
    """Say what exports are and hold, without loading them."""
    from convocommerce.inspecting import inspect as look

    with progress_bar(of="looking") as tell:
        found = look(list(exports), mappings=mapping or (), progress=tell)
    print(found)


@app.command("propose-mapping")
def propose_mapping(
    export: Annotated[Path, typer.Argument(help="A CSV, Parquet or JSON file.")],
    table: Annotated[
        str | None, typer.Option(help="messages, orders ...; the best fit when not set.")
    ] = None,
) -> None:
    """Write a mapping to start from, for a file that no known platform writes."""
    from convocommerce.inspecting import propose_mapping as propose

    print(propose(export, table=table), end="")


@app.command("try-mapping")
def try_mapping(
    export: Annotated[Path, typer.Argument(help="The file.")],
    mapping: Annotated[Path, typer.Argument(help="The mapping.")],
    rows: Annotated[int, typer.Option(help="How many rows.")] = 10,
) -> None:
    """Show the first records that a mapping makes of a file, without loading it."""
    from convocommerce.inspecting import try_mapping as attempt

    print(attempt(export, mapping, rows=rows).to_string(index=False, na_rep=""))


@app.command()
def sources() -> None:
    """List the exports that can be read, what each gives and what it cannot tell."""
    from convocommerce.sources import known_sources

    for source in known_sources():
        print(source.title)
        for kind in source.kinds:
            print(f"  {kind.title} ({source.name}/{kind.name})")
            print(f"    gives: {', '.join(source.gives(kind)) or 'nothing yet'}")
            for limit in kind.cannot_tell:
                print(f"    - {limit.sentence}")


@app.command()
def loads(database: Database) -> None:
    """List what was loaded and what became of it."""
    from convocommerce.loading import load_reports

    with _open(database, read_only=True) as shop:
        for report in load_reports(shop.database):
            print(f"Load {report.load_id}, {report.started_at:%Y-%m-%d %H:%M} UTC")
            print(report)


@app.command()
def measure(
    database: Database,
    metrics: Annotated[list[str], typer.Argument(help="Names of metrics.")],
    period: PeriodName = None,
    by: Annotated[list[str] | None, typer.Option(help="What to cut by; may be repeated.")] = None,
    as_of: AsOf = None,
    option: Annotated[
        list[str] | None, typer.Option(help="A choice such as clock=any; may be repeated.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="A filter such as channel=messenger; may be repeated.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to write it.")] = Format.TABLE,  # noqa: A002  # the option's name
    sql: Annotated[bool, typer.Option(help="Show the SQL instead.")] = False,
    language: Language = "en",
) -> None:
    """Compute metrics."""
    import json

    filters: dict[str, list[str]] = {}
    for name, value in _pairs(where or []):
        filters.setdefault(name, []).append(value)
    with _open(database, language=language) as shop:
        result = shop.measure(
            metrics,
            period=period,
            by=by or [],
            as_of=as_of,
            where=filters,
            **dict(_pairs(option or [])),
        )
        if sql or format is not Format.TABLE:
            for note in result.notes:
                print(f"convocommerce: {note}", file=sys.stderr)
        if sql:
            print(result.sql)
        elif format is Format.CSV:
            print(result.to_csv(), end="")
        elif format is Format.JSON:
            print(json.dumps(result.records(), default=str, ensure_ascii=False, indent=1))
        else:
            print(result)


@app.command()
def report(
    database: Database,
    kind: Annotated[str, typer.Argument(help="weekly")] = "weekly",
    period: PeriodName = None,
    as_of: AsOf = None,
    out: Annotated[Path, typer.Option(help="Folder for the page.")] = Path("reports"),
    language: Language = "en",
) -> None:
    """Write a report as one HTML file."""
    with _open(database) as shop:
        page = shop.report(kind, period=period, as_of=as_of, language=language).save(out)
    print(page)


@app.command()
def rules(
    database: Database,
    file: Annotated[Path | None, typer.Option("--set", help="TOML file with new rules.")] = None,
) -> None:
    """Show the rules that the database keeps, or set them from a file."""
    from convocommerce.rules import Rules

    with _open(database, read_only=file is None) as shop:
        if file is not None:
            if not file.is_file():
                raise UsageError(f"there is no rules file {file}")
            shop.rules = Rules.from_toml(file)
        print(shop.rules.to_toml(), end="")


@app.command()
def check(database: Database) -> None:
    """Look at coverage, gaps and unknown senders; exit code 3 says the data is not fit."""
    with _open(database) as shop:
        findings = shop.check()
    for finding in findings:
        print(f"{'ok  ' if finding.is_fit else 'LOOK'}  {finding.name}: {finding.found}")
    if not all(finding.is_fit for finding in findings):
        raise typer.Exit(3)


@app.command("metrics")
def list_metrics(
    name: Annotated[str | None, typer.Argument(help="One metric, to see all of it.")] = None,
) -> None:
    """List the metrics, what they mean and what they can be cut by; or show one whole."""
    from convocommerce.measuring import formula, grain_of, unit_of
    from convocommerce.metrics import CATALOGUE, DIMENSIONS, metric_named

    for metric in CATALOGUE.values() if name is None else [metric_named(name)]:
        choices = "; ".join(f"{name}: {', '.join(of)}" for name, of in metric.options.items())
        print(f"{metric.name}\n    {metric.meaning}" + (f"\n    {choices}" if choices else ""))
    if name is None:
        print(f"\ncut by: {', '.join(DIMENSIONS)}")
        return
    print(f"\n{metric.definition}\nleft out: {metric.excludes}\nopen: {metric.open_means}")
    print(f"grain: {grain_of(metric)}\nbetter: {metric.better}\nsource: {metric.source}")
    for one in metric.statistics:
        print(f"\n{one.name} ({one.title}), {unit_of(one)}\n    {formula(metric, one)}")
    for rival, how in metric.rivals.items():
        print(f"\n{rival}: {how}")


@app.command()
def profiles() -> None:
    """List the systems whose first response times can be recomputed."""
    from convocommerce.profiles import PROFILES

    for profile in PROFILES.values():
        print(f"{profile.name}\n    {profile.title}. {profile.meaning}")
        for quirk in profile.quirks:
            print(f"    - {quirk}")


@app.command()
def reconcile(
    database: Database,
    a: Annotated[str, typer.Argument(help="A system, such as zendesk_native.")],
    b: Annotated[str, typer.Argument(help="Another; ours is canonical.")] = "canonical",
    period: PeriodName = None,
    as_of: AsOf = None,
    clock: Annotated[Clock, typer.Option(help="Whose time counts.")] = Clock.CALENDAR,
    format: Annotated[Format, typer.Option(help="csv and json list every case.")] = Format.TABLE,  # noqa: A002  # the option's name
) -> None:
    """Lead one system's first response time over to another's, with the reason for every case."""
    with _open(database) as shop:
        told = shop.reconcile(a, b, period=period, as_of=as_of, clock=clock.value)
        if format is Format.CSV:
            print(told.to_pandas().to_csv(index=False), end="")
        elif format is Format.JSON:
            print(told.to_pandas().to_json(orient="records", indent=1))
        else:
            print(told)


def main() -> None:
    """Run the command line; known errors end in one line and their exit code."""
    try:
        app()
    except ConvocommerceError as error:
        print(f"convocommerce: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except BrokenPipeError:
        raise SystemExit(0) from None


def _open(
    database: Path, *, is_made: bool = False, read_only: bool = False, language: str = "en"
) -> Shop:
    """Open a database; a mistyped name must not leave an empty one behind."""
    from convocommerce.shop import open as open_shop

    if not is_made and not database.exists():
        raise UsageError(f"there is no database {database}; convocommerce load makes one")
    return open_shop(database, read_only=read_only, language=language)


def _pairs(texts: list[str]) -> Iterator[tuple[str, str]]:
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise UsageError(f"{text!r} should be a name and a value, such as clock=any")
        yield name, value
