"""Commands that write a page, or a shop to try everything on."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from convocommerce.cli.program import (
    AsOf,
    Database,
    Language,
    PeriodName,
    app,
    open_shop_at,
)
from convocommerce.errors import UsageError
from convocommerce.showing import progress_bar


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
def report(
    database: Database,
    kind: Annotated[str, typer.Argument(help="weekly, monthly or campaign.")] = "weekly",
    period: PeriodName = None,
    as_of: AsOf = None,
    out: Annotated[Path, typer.Option(help="Folder for the page.")] = Path("reports"),
    language: Language = "en",
    campaign: Annotated[
        str | None, typer.Option(help="The one campaign of a campaign report; all if not set.")
    ] = None,
    format: Annotated[  # noqa: A002  # the option's name
        list[str] | None,
        typer.Option(help="html, json, csv, parquet, mail; may be repeated."),
    ] = None,
) -> None:
    """Write a report; exit code 3 says that there are no figures of its days, as the page does."""
    with open_shop_at(database) as shop:
        told = shop.report(kind, period=period, as_of=as_of, language=language, campaign=campaign)
        page = told.save(out, format or ("html",))
    print(page)
    if told.why_empty:
        print(f"convocommerce: {' '.join(told.why_empty)}", file=sys.stderr)
        raise typer.Exit(3)
