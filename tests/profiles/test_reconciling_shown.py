"""What people see of a reconciliation: a table, a picture and the reasons, in their language."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from convocommerce.charts import Waterfall
from convocommerce.errors import UnknownNameError
from convocommerce.periods import Period
from convocommerce.profiles import REASONS, Reconciliation, reconcile
from convocommerce.warehouse import Database
from desks import LATER, desk, ticket


@pytest.fixture(scope="module")
def database() -> Database:
    return desk(
        ticket([(0, "c"), (60, "b"), (600, "h")], 1),
        ticket([(0, "c"), (100, "x"), (900, "h")], 2),
        ticket([(0, "c"), (300, "h")], 3),
        ticket([(0, "c")], 4),
    )


def led(database: Database, b: str = "dbt_zendesk", language: str = "en") -> Reconciliation:
    return reconcile(database.con, "canonical", b, Period("2026-03"), LATER, language=language)


def chart_of(found: Reconciliation, statistic: str = "median") -> Waterfall:
    chart = found.plot(statistic).chart  # type: ignore[arg-type]  # any text is tried
    assert isinstance(chart, Waterfall)
    return chart


@pytest.mark.parametrize("statistic", ["median", "mean"])
def test_the_picture_leads_from_the_one_figure_to_the_other(
    database: Database, statistic: str
) -> None:
    found = led(database)
    chart = chart_of(found, statistic)
    assert chart.start is not None
    assert chart.end is not None
    figures = [found.figure_a, *(step.after for step in found.steps)]
    seconds = [getattr(figure, f"{statistic}_seconds") for figure in figures]
    assert chart.levels() == seconds
    assert (chart.start.value, chart.start.n) == (seconds[0], 3)
    assert (chart.end.value, chart.end.n) == (seconds[-1], 3)
    assert [(step.name, step.n) for step in chart.steps] == [
        ("Bot time", 1),
        ("Failed send", 1),
        ("Unanswered dropped", 1),
    ]
    assert statistic in chart.title
    assert "Waiting: 1 in convocommerce, 0 in dbt package for Zendesk." in chart.caption
    assert "1 Mar 2026 – 31 Mar 2026, UTC; as of 1 May 2026 09:00." in chart.caption


def test_every_form_of_the_picture_tells_the_step(database: Database) -> None:
    forms = led(database).plot("mean")._repr_mimebundle_()
    lines = [line.split() for line in forms["text/plain"].splitlines()]
    assert ["Bot", "time", "−3", "min", "7", "min", "1"] in lines
    texts = {element.text for element in ET.fromstring(forms["image/svg+xml"]).iter()}  # noqa: S314  # our own output
    assert {"convocommerce", "10 min", "−3 min", "n 3", "2 min 33 s"} <= texts
    bars = forms["application/vnd.plotly.v1+json"]["data"][-1]
    # The answers come after 600, 900 and 300 s, or after 60, 100 and 300 s.
    after = pytest.approx(460 / 3)
    assert bars["x"] == [600, -180, pytest.approx(-800 / 3), 0, after]
    assert bars["base"] == [0, 600, 420, after, 0]
    json.dumps(forms["application/vnd.plotly.v1+json"], allow_nan=False)


def test_the_table_stands_over_what_it_means(database: Database) -> None:
    found = led(database)
    lines = repr(found).splitlines()
    assert lines[0].split() == ["Step", "Cases", "n", "Open", "Median", "Mean"]
    assert lines[2].split() == ["Bot", "time", "1", "3", "1", "5", "min", "7", "min"]
    assert "Bot time: the one counts what a bot did, the other does not." in lines
    html = found._repr_html_()
    assert html.startswith("<table>")
    assert "<td>Bot time</td>" in html
    assert "Of 4 cases 1 are equal; 0 lack a known reason." in html


def test_all_of_it_is_said_in_dutch(database: Database) -> None:
    found = led(database, "chatwoot", language="nl")
    text = str(found)
    assert text.splitlines()[0].split() == ["Stap", "Zaken", "n", "Open", "Mediaan", "Gemiddelde"]
    assert "Mislukte verzending: de een telt een antwoord dat nooit aankwam." in text
    assert "Rapporten van Chatwoot: Van de laatste opening" in text
    assert "Van 4 zaken zijn er" in text
    picture = found.plot()
    assert picture.language == "nl"
    assert picture.chart.title == (
        "Eerste reactietijd, mediaan: van convocommerce naar Rapporten van Chatwoot"
    )
    assert "Mislukte verzending" in [step.name for step in chart_of(found).steps]
    english = str(led(database, "chatwoot"))
    assert not set(text.splitlines()) & set(english.splitlines())
    # What is kept for other programs has no language.
    assert set(found.to_pandas()["reason"]) <= set(REASONS)


def test_nothing_to_explain_is_still_a_picture(database: Database) -> None:
    for b in ("canonical", "gorgias"):
        found = reconcile(database.con, b, b, Period("2025-01"), LATER)
        assert found.plot().chart.is_empty
        assert "No data" in found.plot().svg


def test_names_that_do_not_exist(database: Database) -> None:
    with pytest.raises(UnknownNameError, match="unknown statistic 'medain', did you mean 'median'"):
        chart_of(led(database), "medain")
    with pytest.raises(UnknownNameError, match="unknown language 'fy'"):
        led(database, language="fy")
