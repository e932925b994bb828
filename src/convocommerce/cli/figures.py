"""Commands about metrics and what other systems make of them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from convocommerce.cli.program import (
    AsOf,
    Database,
    Format,
    Hours,
    Language,
    PeriodName,
    app,
    open_shop_at,
    pairs,
)
from convocommerce.spreadsheets import csv_text


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
    for name, value in pairs(where or []):
        filters.setdefault(name, []).append(value)
    with open_shop_at(database, language=language) as shop:
        result = shop.measure(
            metrics,
            period=period,
            by=by or [],
            as_of=as_of,
            where=filters,
            **dict(pairs(option or [])),
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
    hours: Annotated[Hours, typer.Option(help="Which time counts.")] = Hours.CALENDAR,
    format: Annotated[Format, typer.Option(help="csv and json list every case.")] = Format.TABLE,  # noqa: A002  # the option's name
    language: Language = "en",
) -> None:
    """Lead one system's first response time over to another's, with the reason for every case."""
    with open_shop_at(database, language=language) as shop:
        told = shop.reconcile(a, b, period=period, as_of=as_of, hours=hours.value)
        if format is Format.CSV:
            cases = told.to_pandas().astype(object)
            rows = cases.where(cases.notna(), None).itertuples(index=False)
            print(csv_text([str(name) for name in cases.columns], rows), end="")
        elif format is Format.JSON:
            print(told.to_pandas().to_json(orient="records", indent=1))
        else:
            print(told)
