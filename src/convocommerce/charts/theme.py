"""How every picture looks: colours, type and the style sheet that lets a page restyle them.

A picture carries its light colours as attributes, so that it is right by itself, in mail and in
print. Every coloured part also has a class; a page that includes `THEME_CSS` can change them all
through variables, which is how dark mode works.

Series colours keep at least 3:1 contrast on both grounds, so one set serves light and dark. They
differ in lightness as well as hue, and series always differ by name and marker too.
"""

from __future__ import annotations

from typing import Final

FONT: Final = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
"""The typefaces tried, in order; none is fetched."""

LIGHT: Final = {
    "ground": "#ffffff",
    "ink": "#1d2733",
    "soft": "#596572",
    "rule": "#e3e7eb",
    "axis": "#8b96a1",
    "pale": "#f0f3f5",
    "on": "#ffffff",
}
"""Colours that are not data, on a light ground: text, secondary text, grid, axis, quiet fill."""

DARK: Final = {
    "ground": "#14171a",
    "ink": "#e9edf1",
    "soft": "#a3adb8",
    "rule": "#2a3138",
    "axis": "#69737e",
    "pale": "#1d2227",
    "on": "#ffffff",
}
"""The same roles on a dark ground."""

SERIES: Final = ("#2c73b8", "#c9711e", "#1f9488", "#8f62b5", "#c25580", "#77818c")
"""Colours of data: blue, ochre, teal, violet, rose, grey."""

HEAT_STEPS: Final = (0.08, 0.24, 0.42, 0.62, 1.0)
"""Opacity of `SERIES` blue for the five steps of a heat map; the ground shines through."""

DASHES: Final = ("", "7 3", "2 3", "9 3 2 3", "5 2", "1 2")
"""Line patterns for series beyond the first colours."""


def series_colour(index: int) -> str:
    """Return the colour of the series at a position, starting again after the last."""
    return SERIES[index % len(SERIES)]


def _css() -> str:
    light = "".join(f"--cc-{role}:{colour};" for role, colour in LIGHT.items())
    dark = "".join(f"--cc-{role}:{colour};" for role, colour in DARK.items())
    data = "".join(f"--cc-s{i}:{colour};" for i, colour in enumerate(SERIES))
    fills = "".join(f".cc-{role}{{fill:var(--cc-{role})}}" for role in LIGHT)
    lines = "".join(f".cc-{role}-line{{stroke:var(--cc-{role})}}" for role in LIGHT)
    shapes = "".join(
        f".cc-s{i}{{fill:var(--cc-s{i})}}.cc-s{i}-line{{stroke:var(--cc-s{i})}}"
        for i in range(len(SERIES))
    )
    return (
        f":root{{{light}{data}}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f":root[data-theme=dark]{{{dark}}}"
        f"@media print{{:root{{{light}}}}}"
        f"{fills}{lines}{shapes}"
    )


THEME_CSS: Final = _css()
"""A style sheet for pages that hold pictures inline: light, dark, and light again in print."""


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours as WCAG defines it, from 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def blend(colour: str, ground: str, opacity: float) -> str:
    """Return the colour seen when one lies over another with an opacity between 0 and 1.

    >>> blend("#000000", "#ffffff", 0.5)
    '#808080'
    """
    over, under = _channels(colour), _channels(ground)
    mixed = (round(o * opacity + u * (1 - opacity)) for o, u in zip(over, under, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = (channel / 255 for channel in _channels(colour))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
