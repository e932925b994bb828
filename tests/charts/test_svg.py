"""What a static picture promises: well-formed, safe, steady, accessible and complete."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from convocommerce.charts import (
    NARROW,
    WIDE,
    Bars,
    Curve,
    Dots,
    Endings,
    FunnelPlot,
    Gauge,
    HeatMap,
    Limits,
    Meter,
    Part,
    Point,
    Series,
    Shift,
    Stacks,
    Total,
    Trend,
    Waterfall,
    to_svg,
)
from convocommerce.charts.theme import DARK, HEAT_STEPS, LIGHT, SERIES, THEME_CSS, blend, contrast
from convocommerce.errors import UnknownNameError, UsageError
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from types import ModuleType

    from convocommerce.charts import Chart

SVG = "{http://www.w3.org/2000/svg}"


def _parse(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own output, and well-formed is the question


def _texts(svg: str) -> str:
    return " ".join("".join(e.itertext()) for e in _parse(svg).iter(f"{SVG}text"))


@pytest.mark.parametrize("width", [280, NARROW, WIDE])
def test_every_picture_is_one_well_formed_accessible_image(
    chart: Chart, language: str, width: int
) -> None:
    root = _parse(to_svg(chart, language, width=width))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("width") == "100%"
    assert "sans-serif" in root.get("font-family", "")
    title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert described is not None
    assert title.text
    assert described.text
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == described.get("id")


def test_the_same_description_gives_the_same_bytes(chart: Chart, language: str) -> None:
    assert to_svg(chart, language) == to_svg(chart, language)


def test_nothing_is_drawn_at_a_place_that_is_no_number(chart: Chart) -> None:
    svg = to_svg(chart)
    assert not re.search(r'="[^"]*\b(nan|inf|None)\b', svg)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_everything_lies_inside_the_picture(chart: Chart, width: int) -> None:
    root = _parse(to_svg(chart, width=width))
    height = float(root.get("viewBox", "").split()[3])
    for shape in root.iter():
        for x, y, dx, dy in (
            ("x", "y", shape.get("width", "0"), shape.get("height", "0")),
            ("x1", "y1", "0", "0"),
            ("x2", "y2", "0", "0"),
        ):
            if shape.tag != f"{SVG}svg" and (left := shape.get(x)) and (top := shape.get(y)):
                assert 0 <= float(left) <= float(left) + float(dx) <= width
                assert 0 <= float(top) <= float(top) + float(dy) <= height


def test_data_can_bring_neither_elements_nor_scripts(samples: ModuleType) -> None:
    allowed = {"svg", "title", "desc", "rect", "line", "path", "text", "g"}
    for chart in samples.HOSTILE_CHARTS.values():
        for width in (NARROW, WIDE):
            svg = to_svg(chart, width=width)
            assert {e.tag.removeprefix(SVG) for e in _parse(svg).iter()} <= allowed
            assert "<script" not in svg
            assert "\u202e" not in svg
            svg.encode()


def test_a_name_that_was_cut_is_whole_in_a_title(samples: ModuleType) -> None:
    svg = to_svg(replace(samples.MANY["bars"], most=None), width=NARROW)
    titles = {e.text for e in _parse(svg).iter(f"{SVG}title")}
    assert {name.strip() for name in samples.MANY["bars"].categories} <= titles
    assert "…" in _texts(svg)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_n_stands_in_the_picture(samples: ModuleType, language: str, width: int) -> None:
    write = Formatter(language)
    bars = samples.NORMAL["bars"]
    shown = _texts(to_svg(bars, language, width=width))
    assert all(f"n {write.count(n)}" in shown for n in bars.n)
    trend = samples.NORMAL["trend"]
    svg = to_svg(trend, language, width=width)
    assert all(f"n {write.count(n)}" in svg for n in trend.series[0].n)
    assert write.count(trend.series[0].n[-1]) in _texts(svg)
    curves = samples.NORMAL["distribution"]
    assert f"n {write.count(1234)}" in _texts(to_svg(curves, language, width=width))
    heat = to_svg(samples.NORMAL["heat map"], language, width=width)
    assert all(f"n {write.count(n)}<" in heat for row in samples.NORMAL["heat map"].n for n in row)
    assert write.count(1234) in _texts(to_svg(samples.NORMAL["funnel"], language, width=width))
    for kind in ("dots", "stacks", "endings", "meter", "waterfall", "parts"):
        svg = to_svg(samples.NORMAL[kind], language, width=width)
        assert f"n {write.count(1234)}" in _texts(svg)
    plot = to_svg(samples.NORMAL["funnel plot"], language, width=width)
    assert all(
        f"n {write.count(point.n)}<" in plot for point in samples.NORMAL["funnel plot"].points
    )


def test_values_are_written_in_the_language_asked_for(samples: ModuleType) -> None:
    assert "61.0%" in _texts(to_svg(samples.NORMAL["bars"], "en"))
    assert "61,0%" in _texts(to_svg(samples.NORMAL["bars"], "nl"))
    assert "Geen gegevens" in _texts(to_svg(samples.EMPTY["bars"], "nl"))


def test_no_data_is_said_calmly(samples: ModuleType) -> None:
    for chart in samples.EMPTY.values():
        assert "No data" in _texts(to_svg(chart))


def test_a_gap_breaks_the_line() -> None:
    whole = Trend(title="t", x="abcd", series=[Series(name="s", values=[1, 2, 3, 4])])
    broken = Trend(title="t", x="abcde", series=[Series(name="s", values=[1, 2, None, 3, 4])])
    lines = re.compile(r'<path[^>]*fill="none"')
    assert (len(lines.findall(to_svg(whole))), len(lines.findall(to_svg(broken)))) == (1, 2)


def test_an_unfinished_last_period_is_dashed_and_explained() -> None:
    whole = Trend(title="t", x="abc", series=[Series(name="s", values=[1, 2, 3])])
    assert "stroke-dasharray" not in to_svg(whole)
    partial = to_svg(replace(whole, is_partial=True))
    assert 'stroke-dasharray="4 4"' in partial
    assert "The last period is not complete yet." in _texts(partial)


def test_whiskers_reach_from_low_to_high() -> None:
    svg = to_svg(Bars(title="t", categories="a", values=[5], low=[0], high=[10], n=[3]))
    bar = re.search(r'<rect class="cc-s0" x="([\d.]+)"[^>]* width="([\d.]+)"', svg)
    assert bar is not None
    start, length = float(bar[1]), float(bar[2])
    whisker = re.search(r'<line class="cc-ink-line" x1="([\d.]+)"[^>]* x2="([\d.]+)"', svg)
    assert whisker is not None
    assert float(whisker[1]) == pytest.approx(start, abs=0.02)
    assert float(whisker[2]) == pytest.approx(start + 2 * length, abs=0.02)


def test_ratios_that_are_equal_lie_equally_far_apart() -> None:
    chart = Dots(
        title="t", unit="number", is_log=True, categories="abc", values=[1, 2, 4], base=1,
        low=[0, 1, 2], high=[2, None, 4],
    )  # fmt: skip
    svg = to_svg(chart)
    places = [float(x) for x in re.findall(r'<path class="cc-s0 cc-s0-line" d="M([\d.]+) ', svg)]
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.05)
    # Nothing at 0 can be shown on such an axis: the interval ends at its edge.
    spans = re.findall(r'<line class="cc-s0-line" x1="([\d.]+)"[^>]* x2="([\d.]+)"[^>]*"3"', svg)
    starts, ends = zip(*((float(a), float(b)) for a, b in spans), strict=True)
    assert starts[0] == pytest.approx(places[0] + 3.6, abs=0.02)
    assert ends[1] == pytest.approx(places[2] + 3.6, abs=0.02)


def test_parts_lie_side_by_side_and_as_long_as_they_are() -> None:
    parts = [Part(name="one", values=[3]), Part(name="two", values=[1])]
    svg = to_svg(Stacks(title="t", categories="a", parts=parts))
    bars = re.findall(r'<rect class="cc-s(\d)" x="([\d.]+)"[^>]* width="([\d.]+)" height="18"', svg)
    (first, start, long), (second, after, short) = bars
    assert (first, second) == ("0", "5")
    assert float(after) == pytest.approx(float(start) + float(long) + 1.5, abs=0.05)
    assert float(long) + 1.5 == pytest.approx(3 * (float(short) + 1.5), abs=0.05)
    # What is no rest has a colour of its own.
    whole = to_svg(Stacks(title="t", categories="a", parts=parts, has_rest=False))
    assert re.findall(r'<rect class="cc-s(\d)" x="[\d.]+"[^>]* height="18"', whole) == ["0", "1"]


def test_what_ends_the_other_way_hangs_from_the_top() -> None:
    grown = Curve(name="g", seconds=[600], share=[0.25], n=9)
    lost = Curve(name="l", seconds=[600], share=[0.25], n=9)
    svg = to_svg(Endings(title="t", grown=grown, lost=lost))
    lines = re.findall(
        r'class="cc-s(\d)-line" d="M[\d.]+ ([\d.]+)[^"]*L[\d.]+ ([\d.]+)" fill="none"', svg
    )
    (_, bottom, up), (_, top, down) = lines
    height = float(bottom) - float(top)
    assert float(bottom) - float(up) == pytest.approx(height / 4, abs=0.1)
    assert float(down) - float(top) == pytest.approx(height / 4, abs=0.1)


def test_a_gauge_ends_at_its_value_and_is_tinted_on_the_good_side_of_its_limit() -> None:
    rate = Gauge(name="rate", value=0.25, limit=0.75)
    late = Gauge(name="late", value=3, limit=1, unit="count", is_lower_better=True)
    svg = to_svg(Meter(title="t", gauges=[rate, late]))
    places = r'x="([\d.]+)" y="[\d.]+" width="([\d.]+)"'
    tracks, bars, tints = (
        [tuple(map(float, one)) for one in re.findall(f'<rect class="cc-{role}" {places}', svg)]
        for role in ("pale", "s0", "s2")
    )
    (start, whole), _ = tracks
    assert bars[0] == pytest.approx((start, whole / 4), abs=0.02)
    assert bars[1] == pytest.approx((start, whole * 0.8), abs=0.02)
    assert tints[0] == pytest.approx((start + whole * 0.75, whole / 4), abs=0.02)
    assert tints[1] == pytest.approx((start, whole / 3.75), abs=0.02)


def test_dots_lie_by_share_and_size_between_their_limits() -> None:
    limits = Limits(name="95%", n=[20, 40], low=[0.0, 0.5], high=[1.0, 0.5])
    points = [Point(name="a", n=20, value=0.25), Point(name="b", n=40, value=0.5)]
    svg = to_svg(FunnelPlot(title="t", points=points, limits=[limits]))
    dots = [
        (float(x) + 3.6, float(y))
        for x, y in re.findall(r'<path class="cc-s0 cc-s0-line" d="M([\d.]+) ([\d.]+)a', svg)
    ][:2]
    lines = re.findall(r'<path class="cc-axis-line" d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"', svg)
    (x1, bottom, x2, y2), (_, top, _, _) = (tuple(map(float, line)) for line in lines)
    # The limits begin at the first dot's n and meet in the second dot.
    assert dots[1] == pytest.approx((x2, y2), abs=0.02)
    assert dots[0][0] == pytest.approx(x1, abs=0.02)
    assert dots[0][1] == pytest.approx(bottom + (top - bottom) / 4, abs=0.02)


def test_names_of_dots_never_lie_on_each_other(samples: ModuleType) -> None:
    svg = to_svg(samples.MANY["crowded plot"])
    shown = re.findall(r'<text [^>]*x="([\d.]+)" y="([\d.]+)"[^>]*>ann \d+<', svg)
    assert 0 < len(shown) == len(set(shown)) < 40
    assert all(f"<title>ann {i}: " in svg for i in range(40))


def test_a_step_points_from_the_figure_before_it_to_the_one_after() -> None:
    steps = [Shift(name="down", value=-60), Shift(name="up", value=30)]
    chart = Waterfall(
        title="t", start=Total(name="a", value=80), steps=steps, end=Total(name="b", value=50)
    )
    svg = to_svg(chart)
    rects = re.findall(r'<rect class="cc-s0" x="([\d.]+)"[^>]* width="([\d.]+)"', svg)
    (zero, whole), (_, end) = (tuple(map(float, rect)) for rect in rects)
    assert end == pytest.approx(whole * 50 / 80, abs=0.02)
    arrows = re.findall(r'<path class="cc-s(\d)" d="M([\d.]+) [\d.]+L[\d. ]+L([\d.]+) ', svg)
    assert [role for role, _, _ in arrows] == ["2", "1"]
    down, up = ([float(x) - zero for x in places] for _, *places in arrows)
    assert down == pytest.approx([whole, whole / 4], abs=0.02)
    assert up == pytest.approx([whole / 4, whole * 5 / 8], abs=0.02)


def test_parts_of_a_whole_begin_at_nothing(samples: ModuleType) -> None:
    svg = to_svg(samples.NORMAL["parts"])
    first, second = re.findall(r'<path class="cc-s1" d="M([\d.]+) [\d.]+L[\d. ]+L([\d.]+) ', svg)
    axis = re.search(r'<line class="cc-axis-line" x1="([\d.]+)"', svg)
    assert axis is not None
    assert first[0] == axis[1]
    assert second[0] == first[1]


def test_an_empty_cell_does_not_look_like_zero() -> None:
    svg = to_svg(HeatMap(title="t", unit="share", values=[[0.0, None]]))
    assert svg.count('stroke-dasharray="2 2"') == 2  # the cell and its key in the legend
    assert "no data" in _texts(svg)
    assert "no data" not in _texts(to_svg(HeatMap(title="t", unit="share", values=[[0.0, 1.0]])))
    few = to_svg(HeatMap(title="t", values=[[0, None]], missing_label="fewer than 5"))
    assert "fewer than 5" in _texts(few)
    assert "<title>1 01: fewer than 5</title>" in few


def test_colours_are_readable_on_light_and_dark() -> None:
    for ground in (LIGHT, DARK):
        assert min(contrast(colour, ground["ground"]) for colour in SERIES) >= 3
        for text, back in product(("ink", "soft"), ("ground", "pale")):
            assert contrast(ground[text], ground[back]) >= 4.5
        cells = [blend(SERIES[0], ground["ground"], opacity) for opacity in HEAT_STEPS]
        assert min(contrast(cell, ground["ink"]) for cell in cells[:-1]) >= 4.5
        assert contrast(cells[-1], ground["on"]) >= 4.5


def test_every_class_in_a_picture_can_be_restyled(chart: Chart) -> None:
    used = set(" ".join(re.findall(r'class="([^"]+)"', to_svg(chart))).split()) - {"cc-chart"}
    assert used <= set(re.findall(r"\.(cc-[a-z0-9-]+)\{", THEME_CSS))


def test_what_cannot_be_drawn_is_refused() -> None:
    bars = Bars(title="t", categories="a", values=[1])
    with pytest.raises(UsageError, match="at least 280"):
        to_svg(bars, width=100)
    with pytest.raises(UnknownNameError, match="language"):
        to_svg(bars, "de")


def test_differences_have_their_sign_and_fit_a_telephone() -> None:
    chart = Dots(
        title="t",
        unit="share",
        categories=["late", "none"],
        values=[0.042, -0.121],
        low=[-0.4, -0.45],
        high=[0.4, 0.2],
        base=0,
        base_label="As after a quick answer",
        is_difference=True,
    )
    for width in (NARROW, WIDE):
        texts = _texts(to_svg(chart, width=width))
        assert "−50 −25 0 +25 +50" in texts
        assert "+4.2 pp" in texts
        assert "−12.1 pp" in texts
        assert "As after a quick answer" in texts
    assert chart.rows().rows[1] == ("none", "−12.1 pp", "(−45 pp to +20 pp)")
