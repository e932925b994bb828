"""What notebooks get: a figure, a picture and a table that tell the same numbers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from convocommerce.charts import Picture, to_plotly
from convocommerce.charts.scale import bend
from convocommerce.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from convocommerce.charts import Chart


def _parse(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own output, and well-formed is the question


def _json(chart: Chart, language: str = "en") -> dict[str, Any]:
    figure: dict[str, Any] = json.loads(to_plotly(chart, language).to_json())
    return figure


def test_every_chart_is_also_a_figure_of_basic_traces(chart: Chart, language: str) -> None:
    figure = _json(chart, language)
    assert {trace["type"] for trace in figure["data"]} <= {"bar", "scatter", "heatmap"}


def test_figures_hold_the_values_of_the_description(samples: ModuleType) -> None:
    bars = samples.NORMAL["bars"]
    trace = _json(bars)["data"][0]
    assert trace["x"] == list(bars.values)
    assert trace["error_x"]["array"] == pytest.approx([0.061, 0.04, 0.0])
    trend = samples.GAPS["trend"]
    assert _json(trend)["data"][0]["y"] == [None, 3, None, None, 5, None]
    curve = samples.NORMAL["distribution"].curves[0]
    drawn = _json(samples.NORMAL["distribution"])["data"][0]
    assert drawn["y"][1:-1] == list(curve.share)
    assert drawn["x"][1:-1] == pytest.approx([bend(s) for s in curve.seconds])
    heat = samples.NORMAL["heat map"]
    assert _json(heat)["data"][0]["z"] == [list(row) for row in heat.values]
    assert _json(samples.NORMAL["funnel"])["data"][0]["x"] == [1234, 77]


def test_new_kinds_hold_the_values_of_the_description(samples: ModuleType) -> None:
    dots = samples.NORMAL["dots"]
    *lines, points = _json(dots)["data"]
    assert points["x"] == [0.8, 2.31, 40]
    # An interval that is open on one side reaches to the axis' end.
    assert [line["x"] for line in lines] == [[0.4, 1.6], [1.155, 4.62], [20, 100]]
    assert points["hovertext"][0] == "naive: 0.8 (0.4–1.6), n 1,234"
    stacks = _json(samples.NORMAL["stacks"])
    assert [bar["x"] for bar in stacks["data"]] == [[120.5, 3]] * 3
    assert stacks["layout"]["barmode"] == "stack"
    grown, lost = _json(samples.NORMAL["endings"])["data"]
    assert grown["y"] == [0.0, 0.1, 0.3, 0.45, 0.45]
    assert lost["y"] == pytest.approx([1.0, 0.9, 0.7, 0.55, 0.55])


def test_a_waterfall_holds_where_every_bar_begins_and_how_far_it_goes(
    samples: ModuleType,
) -> None:
    *_, bars = _json(samples.NORMAL["waterfall"])["data"]
    assert bars["base"] == [0, 600, -297, 2703, 0]
    assert bars["x"] == [600, -897, 3000, 0, 2703]
    assert bars["hovertext"][1] == "bot: −14 min 57 s, n 1,234"
    *_, bars = _json(samples.GAPS["waterfall from nowhere"])["data"]
    assert bars["x"][0] is None
    assert bars["base"][2] == 90


def test_what_is_held_against_limits_is_drawn_at_its_values(samples: ModuleType) -> None:
    *lines, rings, dots = _json(samples.NORMAL["funnel plot"])["data"]
    assert [line["y"] for line in lines] == [[0.0, 0.3, 0.49], [1.0, 0.7, 0.51]] * 2
    assert (dots["x"], dots["y"]) == ([1234, 4321, 77], [0.61, 0.4, 0.0])
    assert rings["y"] == [0.5, 0.5, 0.5]
    assert rings["error_y"]["array"] == pytest.approx([0.1] * 3)
    bars, limits = _json(samples.NORMAL["meter"], "nl")["data"]
    assert bars["x"] == pytest.approx([0.83, bend(3000) / bend(86_400), 0.8])
    assert limits["x"] == pytest.approx([0.9, bend(0.9) / bend(86_400), 0.9 / 15])
    assert bars["hovertext"][0] == "rate: 83,0% (≥ 90,0%, n 1.234), rate: verdict"


def test_hovering_tells_interval_and_n(samples: ModuleType) -> None:
    hover = _json(samples.NORMAL["bars"], "nl")["data"][0]["hovertext"]
    assert hover[0].startswith("ad: 61,0% (54,9–67,1%), n 1.234")


def test_names_become_neither_markup_nor_formulas(samples: ModuleType) -> None:
    for chart in samples.HOSTILE_CHARTS.values():
        text = to_plotly(chart).to_json()
        assert "$" not in text
        assert "\\u003cscript" not in text
        assert "<script" not in text


def test_two_categories_with_one_name_stay_two_bars(samples: ModuleType) -> None:
    figure = _json(samples.HOSTILE_CHARTS["bars"])
    assert figure["data"][0]["y"] == [0, 1]


def test_a_notebook_gets_every_form_at_once(chart: Chart, language: str) -> None:
    bundle = Picture(chart, language)._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.plotly.v1+json", "image/svg+xml", "text/plain"}
    assert _parse(bundle["image/svg+xml"]).get("lang") == language
    json.dumps(bundle["application/vnd.plotly.v1+json"], allow_nan=False)


def test_the_text_form_is_a_small_table(samples: ModuleType) -> None:
    text = Picture(samples.NORMAL["funnel"])._repr_mimebundle_()["text/plain"]
    assert re.search(r"^Ordered +77 +6\.2% +6\.2%$", text, re.MULTILINE)


def test_a_terminal_shows_the_table_and_no_insides(samples: ModuleType) -> None:
    picture = Picture(samples.NORMAL["funnel"])
    assert repr(picture) == picture._repr_mimebundle_()["text/plain"]


def test_a_saved_page_holds_picture_and_table_and_no_script(
    samples: ModuleType, tmp_path: Path
) -> None:
    picture = Picture(samples.HOSTILE_CHARTS["bars"], "nl")
    page = picture.save(tmp_path / "picture.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert '<html lang="nl">' in page
    assert page.count("<svg") == 2
    assert page.count("<td>") == 2 * 5
    assert not re.search(r"(src|href)=", page)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_saved_svg_is_a_file_of_its_own(samples: ModuleType, tmp_path: Path) -> None:
    path = Picture(samples.NORMAL["bars"]).save(tmp_path / "picture.svg")
    assert _parse(path.read_text(encoding="utf-8").split("\n", 1)[1]).get("role") == "img"
    assert b"\r" not in path.read_bytes()


def test_other_endings_are_refused(samples: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"use \.svg or \.html"):
        Picture(samples.NORMAL["bars"]).save(tmp_path / "picture.png")


def test_importing_charts_loads_no_heavy_library() -> None:
    code = (
        "import sys, convocommerce.charts;"
        "print([m for m in ('plotly','babel','pandas','numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
