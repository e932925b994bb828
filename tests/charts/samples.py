"""One of every kind of chart in every state a shop's data can put it in."""

from __future__ import annotations

import datetime as dt

from convocommerce.charts import (
    Bars,
    Chart,
    Curve,
    Distribution,
    Dots,
    Endings,
    Funnel,
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
    Stage,
    Total,
    Trend,
    Waterfall,
)

HOSTILE = "<script>alert(\"x\")</script> $a$ & 'q' \x00\u202e %{x} \ud800"
NAN = float("nan")
WEEKS = [dt.date(2026, 1, 5) + dt.timedelta(weeks=i) for i in range(6)]


def _bars(
    names: list[str], values: list[float | None], n: list[float | None], title: str = "Answered"
) -> Bars:
    low = [None if v is None else v * 0.9 for v in values]
    high = [None if v is None else v * 1.1 for v in values]
    return Bars(
        title=title,
        unit="share",
        caption=f"{title}: meaning",
        categories=names,
        values=values,
        low=low,
        high=high,
        n=n,
        comparison=values,
        comparison_label=title,
        reference=0.5,
        reference_label=title,
    )


def _trend(name: str, values: list[float | None], n: list[float | None]) -> Trend:
    line = Series(name=name, values=values, low=values, high=values, n=n)
    return Trend(
        title=name,
        unit="EUR",
        x=WEEKS[: len(values)],
        series=[line, Series(name=name + " 2", values=values)],
        is_partial=True,
        target=12,
        target_label=name,
        usual=(5.0, 10.0),
    )


def _distribution(name: str, share: list[float | None], n: int) -> Distribution:
    seconds = [30.0 * 4**i for i in range(len(share))]
    curve = Curve(
        name=name, seconds=seconds, share=share, low=share, high=share, n=n, open_share=0.1
    )
    return Distribution(title=name, curves=[curve, curve], guides=[300])


def _dots(
    names: list[str], values: list[float | None], n: list[float | None], title: str = "Ratio"
) -> Dots:
    return Dots(
        title=title,
        unit="number",
        caption=f"{title}: meaning",
        categories=names,
        values=values,
        low=[None if v is None else v * 0.5 for v in values],
        high=[None if v is None or v > 5 else v * 2 for v in values],
        n=n,
        is_log=True,
        base=1,
        base_label=title,
        reference=2.3,
        reference_label=title,
    )


def _stacks(
    names: list[str], values: list[float | None], n: list[float | None], title: str = "Linked"
) -> Stacks:
    parts = [Part(name=f"{title} {k}", values=values) for k in range(3)]
    return Stacks(title=title, unit="EUR", categories=names, parts=parts, n=n)


def _endings(name: str, share: list[float | None], n: int) -> Endings:
    seconds = [90.0 * 9 ** min(i, 3) + i for i in range(len(share))]
    curve = Curve(name=name, seconds=seconds, share=share, low=share, high=share, n=n)
    return Endings(title=name, grown=curve, lost=curve, open_label=name)


def _plot(
    names: list[str], values: list[float | None], n: list[float], title: str = "Quick"
) -> FunnelPlot:
    points = [
        Point(
            name=name,
            n=size,
            value=value,
            estimate=None if value is None else 0.5,
            low=None if value is None else 0.4,
            high=None if value is None else 0.6,
        )
        for name, value, size in zip(names, values, n, strict=True)
    ]
    limits = Limits(name=title, n=[5, 50, 5000], low=[0.0, 0.3, 0.49], high=[1.0, 0.7, 0.51])
    return FunnelPlot(
        title=title,
        caption=f"{title}: meaning",
        points=points,
        limits=[limits, limits],
        centre=0.5,
        centre_label=title,
        value_label=title,
        estimate_label=title,
        n_label=title,
    )


def _meter(names: list[str], values: list[float | None], n: int) -> Meter:
    units = ("share", "seconds", "count")
    gauges = [
        Gauge(
            name=name,
            value=value,
            limit=0.9,
            unit=units[i % 3],
            is_lower_better=i % 2 == 1,
            verdict=f"{name}: verdict",
            n=n,
        )
        for i, (name, value) in enumerate(zip(names, values, strict=True))
    ]
    return Meter(title=names[0] if names else "Badge", gauges=gauges)


def _waterfall(
    names: list[str], values: list[float | None], n: list[float | None], title: str = "Ours"
) -> Waterfall:
    steps = [Shift(name=a, value=v, n=k) for a, v, k in zip(names, values, n, strict=True)]
    known = [value for value in values if value is not None and value == value]
    end = 600 + sum(known) if len(known) == len(values) else None
    return Waterfall(
        title=title,
        unit="seconds",
        caption=f"{title}: meaning",
        start=Total(name=title, value=600, n=1234),
        steps=steps,
        end=Total(name=title, value=end, n=77),
        value_label=title,
        n_label=title,
    )


NORMAL: dict[str, Chart] = {
    "waterfall": _waterfall(["bot", "reopened", "late"], [-897, 3000, 0], [1234, 4321, 77]),
    "parts": Waterfall(
        title="Wait",
        unit="seconds",
        steps=[Shift(name="bot", value=30, n=1234), Shift(name="people", value=300, n=12)],
        end=Total(name="in all", value=330, n=1234),
    ),
    "funnel plot": _plot(["ann", "bob", "cas"], [0.61, 0.4, 0.0], [1234, 4321, 77]),
    "meter": _meter(["rate", "time", "pages"], [0.83, 3000, 12], 1234),
    "dots": _dots(["naive", "matched", "mixed"], [0.8, 2.31, 40], [1234, 4321, 77]),
    "stacks": _stacks(["orders", "checkouts"], [120.5, 3], [1234, 77]),
    "endings": _endings("ordered", [0.1, 0.3, 0.45], 1234),
    "bars": _bars(["ad", "link", "post"], [0.61, 0.4, 0.0], [1234, 4321, 77]),
    "trend": _trend("messenger", [10, 12.5, 11, 14, 13, 9], [901, 902, 903, 904, 905, 906]),
    "distribution": _distribution("messenger", [0.1, 0.3, 0.5, 0.8, 0.9], 1234),
    "heat map": HeatMap(
        title="Arrivals",
        values=[[0 if h < 7 else None if h > 22 else d * h for h in range(24)] for d in range(7)],
        n=[[d * 100 + h for h in range(24)] for d in range(7)],
    ),
    "funnel": Funnel(
        title="Sales",
        stages=[
            Stage(name="Talked", count=1234, share=1.0),
            Stage(name="Ordered", count=77, share=0.062, step_share=0.062),
        ],
    ),
}

EMPTY: dict[str, Chart] = {
    "waterfall": Waterfall(title="Wait", steps=[], start=Total(name="a", value=None)),
    "waterfall of nothing": Waterfall(title="Wait", steps=[]),
    "funnel plot": FunnelPlot(title="Quick", points=[]),
    "meter": Meter(title="Badge", gauges=[]),
    "dots": Dots(title="Ratio", categories=[], values=[]),
    "stacks": Stacks(title="Linked", categories=[], parts=[]),
    "stacks of nothing": _stacks(["a"], [0], [0]),
    "endings": _endings("ordered", [], 0),
    "bars": Bars(title="Answered", categories=[], values=[]),
    "trend": Trend(title="Answered", x=[], series=[], is_partial=True),
    "trend without values": Trend(title="A", x=WEEKS, series=[Series(name="a", values=[])]),
    "distribution": Distribution(title="Waiting", curves=[]),
    "heat map": HeatMap(title="Arrivals", values=[]),
    "funnel": Funnel(title="Sales", stages=[]),
}

SINGLE: dict[str, Chart] = {
    "waterfall": _waterfall(["bot"], [-0.2], [1]),
    "equal figures": _waterfall([], [], []),
    "nothing": Waterfall(title="t", start=Total(name="a", value=0), steps=[]),
    "funnel plot": _plot(["ann"], [1.0], [1]),
    "bare funnel plot": FunnelPlot(title="Quick", points=[Point(name="ann", n=7, value=0.0)]),
    "meter": _meter(["rate"], [0.0], 1),
    "dots": _dots(["all"], [1.0], [9]),
    "dots at nothing": _dots(["all"], [0.0], [9]),
    "stacks": _stacks(["all"], [0.001], [9]),
    "endings": _endings("all", [0.5], 9),
    "bars": _bars(["ad"], [0.5], [1]),
    "zero": _bars(["ad"], [0.0], [1]),
    "trend": _trend("all", [10], [3]),
    "distribution": _distribution("all", [0.4], 5),
    "heat map": HeatMap(title="Arrivals", values=[[3]]),
    "funnel": Funnel(title="Sales", stages=[Stage(name="Talked", count=0)]),
}

GAPS: dict[str, Chart] = {
    "waterfall": _waterfall(["a", "b"], [None, 30], [0, 2]),
    "waterfall from nowhere": Waterfall(
        title="t",
        unit="seconds",
        start=Total(name="a", value=None, n=0),
        steps=[Shift(name="s", value=None, level=90, n=4), Shift(name="r", value=-30, n=1)],
        end=Total(name="b", value=60, n=4),
    ),
    "funnel plot": _plot(["ann", "bob"], [None, 0.4], [9, 12]),
    "meter": _meter(["rate", "time"], [None, NAN], 0),
    "half a meter": _meter(["rate", "time"], [None, 90_000_000], 3),
    "dots": _dots(["a", "b"], [None, 0.5], [0, 2]),
    "all dots missing": _dots(["a", "b"], [None, NAN], [0, 0]),
    "stacks": _stacks(["a", "b"], [None, 3], [0, 2]),
    "endings": _endings("all", [None, 0.3, None], 5),
    "bars": _bars(["a", "b"], [None, 0.5], [0, 2]),
    "all missing": _bars(["a", "b"], [None, NAN], [0, 0]),
    "trend": _trend("all", [None, 3, None, NAN, 5, None], [0, 1, 0, 0, 2, 0]),
    "distribution": _distribution("all", [None, 0.3, None], 5),
    "heat map": HeatMap(title="Arrivals", unit="seconds", values=[[None, 3, NAN]] * 7),
    "funnel": Funnel(
        title="Sales", stages=[Stage(name="a", count=None), Stage(name="b", count=2, share=NAN)]
    ),
}

LONG = "Spring sale, lookalike audience of people who bought in the last year "
MANY: dict[str, Chart] = {
    "waterfall": _waterfall(
        [f"{LONG}{i}" for i in range(26)], [(-1) ** i * 10.0**i for i in range(26)], [7] * 26, LONG
    ),
    "waterfall below nothing": Waterfall(
        title="t",
        unit="EUR",
        start=Total(name="a", value=10),
        steps=[Shift(name="s", value=-30.5), Shift(name="r", value=5.25)],
        end=Total(name="b", value=-15.25),
    ),
    "funnel plot": _plot([f"{LONG}{i}" for i in range(40)], [i / 40 for i in range(40)], [7] * 40),
    "crowded plot": _plot([f"ann {i}" for i in range(40)], [0.5] * 40, [7] * 40, LONG),
    "meter": _meter([f"{LONG}{i}" for i in range(12)], [10.0**i for i in range(12)], 7),
    "dots": _dots([f"{LONG}{i}" for i in range(20)], [2**i for i in range(20)], [7] * 20, LONG),
    "differences": Dots(title="d", unit="share", categories="ab", values=[-0.2, 0.1], base=0),
    "stacks": _stacks([f"{LONG}{i}" for i in range(20)], [2**i for i in range(20)], [7] * 20, LONG),
    "endings": _endings(LONG, [i / 400 for i in range(200)], 9),
    "bars": _bars([f"{LONG}{i}" for i in range(40)], [i / 40 for i in range(40)], [7] * 40, LONG),
    "negative": Bars(title="Change", unit="number", categories="ab", values=[-3, 2.5]),
    "trend": Trend(
        title=LONG * 4,
        x=[str(i) for i in range(90)],
        series=[Series(name=f"{LONG}{k}", values=[i * k for i in range(90)]) for k in range(8)],
    ),
}

HOSTILE_CHARTS: dict[str, Chart] = {
    "waterfall": _waterfall([HOSTILE, HOSTILE], [20, -30], [5, 6], HOSTILE),
    "funnel plot": _plot([HOSTILE, HOSTILE], [0.2, 0.3], [5, 6], HOSTILE),
    "meter": _meter([HOSTILE, HOSTILE], [0.2, 0.3], 5),
    "dots": _dots([HOSTILE, HOSTILE], [0.2, 0.3], [5, 6], HOSTILE),
    "stacks": _stacks([HOSTILE, HOSTILE], [0.2, 0.3], [5, 6], HOSTILE),
    "endings": _endings(HOSTILE, [0.1, 0.2], 5),
    "bars": _bars([HOSTILE, HOSTILE], [0.2, 0.3], [5, 6], HOSTILE),
    "trend": _trend(HOSTILE, [1, 2], [3, 4]),
    "labels": Trend(title="T", x=[HOSTILE, "b"], series=[Series(name="a", values=[1, 2])]),
    "distribution": _distribution(HOSTILE, [0.1, 0.2], 5),
    "heat map": HeatMap(
        title=HOSTILE, values=[[1, 2]], row_labels=[HOSTILE], column_labels=[HOSTILE, "b"]
    ),
    "funnel": Funnel(title=HOSTILE, caption=HOSTILE, stages=[Stage(name=HOSTILE, count=2)]),
}

ALL: dict[str, Chart] = {
    f"{state} {kind}": chart
    for state, charts in {
        "normal": NORMAL,
        "empty": EMPTY,
        "single": SINGLE,
        "gaps": GAPS,
        "many": MANY,
        "hostile": HOSTILE_CHARTS,
    }.items()
    for kind, chart in charts.items()
}
