"""A small picture beside a figure shows its line, its usual range, and a target that is near."""

import re
from xml.etree import ElementTree

from convocommerce.charts import Series, Trend, to_spark


def trend(*values: float | None, **more: object) -> Trend:
    weeks = [f"w{number}" for number in range(len(values))]
    series = [Series(name="Answered", values=values)]
    return Trend(title="Answered", unit="share", x=weeks, series=series, **more)  # type: ignore[arg-type]  # any more


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own output


def parts(svg: str, tag: str) -> list[dict[str, str]]:
    name = f"{{http://www.w3.org/2000/svg}}{tag}"
    return [one.attrib for one in parsed(svg).iter(name)]


def test_it_names_itself_and_its_range_to_who_cannot_see() -> None:
    svg = to_spark(trend(0.2, 0.3, 0.4, usual=(0.1, 0.5)), "nl")
    root = parsed(svg)
    assert root.attrib["role"] == "img"
    said = "".join(root.itertext())
    assert "Laatste waarde van Answered: 40,0%" in said
    assert "gebruikelijk bereik: (10,0–50,0%)" in said
    ids = [one.attrib["id"] for one in root if "id" in one.attrib]
    assert root.attrib["aria-labelledby"].split() + root.attrib["aria-describedby"].split() == ids


def test_the_band_and_the_line_share_one_scale() -> None:
    svg = to_spark(trend(0.1, 0.5, usual=(0.1, 0.5)))
    band = next(one for one in parts(svg, "rect") if "cc-pale" in one["class"])
    top, bottom = float(band["y"]), float(band["y"]) + float(band["height"])
    line = next(one["d"] for one in parts(svg, "path") if "cc-s0-line" in one["class"])
    heights = [float(y) for _, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", line)]
    assert heights == [bottom, top]


def test_a_missing_week_breaks_the_line_and_is_no_zero() -> None:
    svg = to_spark(trend(0.2, 0.3, None, 0.4, 0.5))
    lines = [one for one in parts(svg, "path") if one.get("fill") == "none"]
    assert len(lines) == 2
    # A week by itself between two missing ones is a dot.
    assert len(parts(to_spark(trend(0.2, None, 0.3, None, 0.4, 0.5)), "circle")) == 2


def test_the_last_week_is_hollow_while_it_grows() -> None:
    last = {
        is_partial: parts(to_spark(trend(0.2, 0.3, is_partial=is_partial)), "path")[-1]["class"]
        for is_partial in (False, True)
    }
    assert last == {False: "cc-s0 cc-s0-line", True: "cc-ground cc-s0-line"}


def test_a_target_is_drawn_when_it_is_near_and_left_out_when_it_would_press_the_line_flat() -> None:
    near, far = (to_spark(trend(0.2, 0.3, target=target)) for target in (0.35, 0.95))
    assert [len(parts(svg, "line")) for svg in (near, far)] == [1, 0]


def test_nothing_is_drawn_of_nothing_and_a_level_line_stands_in_the_middle() -> None:
    assert to_spark(trend(None, None)) == ""
    level = next(one["d"] for one in parts(to_spark(trend(0.3, 0.3)), "path"))
    assert {y for _, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", level)} == {"26"}
